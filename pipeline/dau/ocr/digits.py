"""Number and date of a first page read once more, digit by digit: they are often written by hand or stamped.

Where they stand is known from what was read already (`digit_slots`). A small network reads the digits there, and what
it says is evidence beside the engines' readings (`digit_choice`). It fills in only what no engine read, and never with
more confidence than keeps the doubt alive; print the engines agree on is not even looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.errors import DependencyError
from dau.document.page import Image, Page
from dau.resources import models_dir

from .digit_choice import doubtful, settled
from .digit_slots import Kind, Slot, find_slots
from .lines import TextLine

HEIGHT, WIDEST = 40, 160
"""Pixels of a strip the network reads: two em high, at most eight wide."""
STEP = 4
"""Pixels of a strip for which the network says one thing."""
NETWORK, FACTS = "network.onnx", "training.json"
MOST = 6
"""Strings the network offers for a slot."""

_USUAL, _EM_OF_LINE = 14.0, 0.9  # points; an em beside the height of a line's box
_SMALLEST, _LARGEST = 9, 16  # points of an em
_BESIDE = (1.2, 1.25, 1.3, 1.35)  # em of what stands beside a slot, in each of the strips that are cut of it
_LEAST: dict[Kind, float] = {"number": 1.6, "day": 0.9, "month": 0.9, "year": 2.0}  # em it has at least
_FAINT = 40  # grey levels: less contrast is empty paper
_BEAMS, _UNLIKELY = 24, 1e-3

Affine = npt.NDArray[np.float64]


def reread(page: Page, lines: Sequence[TextLine], reader: DigitReader) -> list[TextLine]:
    """The lines of a page; on a first page, or one that has both number and date, with the doubtful digits of these
    fields read once more. Lines and their order stay."""
    out = list(lines)
    slots = find_slots(out, page.readable.shape[0])
    if page.number != 1 and not {"number", "day"} <= {slot.kind for slot in slots}:
        return out
    em = em_of(out, page.dpi)
    # from right to left, since a word that is put in moves those behind it
    for slot in sorted(slots, key=lambda slot: (slot.line, -slot.start)):
        if doubtful(slot, out[slot.line]):
            strips = [strip_of(page, slot, em, beside) for beside in _BESIDE]
            out[slot.line] = settled(out[slot.line], slot, together(reader.read(strips)))
    return out


# ------------------------------------------------------------------------ strips


def em_of(lines: Sequence[TextLine], dpi: float) -> float:
    """Pixels of an em of print: of the usual line of the page, within what office print has."""
    heights = sorted(line.height for line in lines if len(line.tokens) >= 4) or [_USUAL * dpi / 72 / _EM_OF_LINE]
    em = _EM_OF_LINE * heights[len(heights) // 2]
    return float(np.clip(em, _SMALLEST * dpi / 72, _LARGEST * dpi / 72))


def strip_of(page: Page, slot: Slot, em: float, beside: float = _BESIDE[0]) -> Image:
    """The slot and `beside` em of what stands beside it, `HEIGHT` pixels high and at most `WIDEST` wide."""
    middle = (slot.box[1] + slot.box[3]) / 2
    x0, x1 = slot.box[0] - beside * em, max(slot.box[2], slot.box[0] + _LEAST[slot.kind] * em) + beside * em
    scale = HEIGHT / (2 * em)
    wide = max(HEIGHT // 2, min(WIDEST, round((x1 - x0) * scale)))
    over = max(1, int(1 / scale))  # as fine as the page, then averaged down
    move = np.array([[1 / (scale * over), 0.0, x0], [0.0, 1 / (scale * over), middle - em]])
    image, onto = _source(page)
    whole = (np.vstack([onto, [0, 0, 1]]) @ np.vstack([move, [0, 0, 1]]))[:2]
    drawn = cv2.warpAffine(
        image, whole, (wide * over, HEIGHT * over), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(255,),
    )  # fmt: skip
    return stretched(np.asarray(cv2.resize(drawn, (wide, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8))


def _source(page: Page) -> tuple[Image, Affine]:
    """The image to cut from and the map onto it from pixels of `readable`. In the red of a coloured scan blue ink is
    black and a red stamp is paper."""
    if page.image.ndim == 3 and page.as_displayed:
        return np.ascontiguousarray(page.image[:, :, 2]), page.to_points * (page.dpi / 72)
    return page.readable, np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def stretched(strip: Image) -> Image:
    """Paper white and the darkest ink black, whatever the light of the scan."""
    paper, ink = float(np.percentile(strip, 80)), float(strip.min())
    if paper - ink < _FAINT:
        return np.full_like(strip, 255)
    return np.asarray(np.clip((strip.astype(np.float32) - ink) * (255 / (paper - ink)), 0, 255), dtype=np.uint8)


# ----------------------------------------------------------------------- network


def tensor_of(strips: Sequence[Image]) -> npt.NDArray[np.float32]:
    """Strips as the network takes them: ink 1, paper 0, as wide as the widest, a multiple of `STEP`."""
    wide = -(-max(strip.shape[1] for strip in strips) // STEP) * STEP
    out = np.zeros((len(strips), 1, HEIGHT, wide), np.float32)
    for n, strip in enumerate(strips):
        out[n, 0, :, : strip.shape[1]] = 1 - strip.astype(np.float32) / 255
    return out


class DigitReader:
    """The network of models/digits. Raises DependencyError where it is missing or broken."""

    def __init__(self, folder: Path | None = None) -> None:
        path = (folder or models_dir() / "digits") / NETWORK
        try:
            import onnxruntime

            content = path.read_bytes()
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            self._session: Any = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises classes of its own for broken model files
            message = f"The digit reader in {path} cannot be loaded: {error}."
            raise DependencyError(message, "Install dau again.") from error
        self.version = hashlib.sha256(content).hexdigest()[:16]

    def read(self, strips: Sequence[Image]) -> list[list[tuple[str, float]]]:
        """For each strip the likeliest digit strings with their probabilities, at most `MOST`, the empty one among
        them where nothing may stand there."""
        return [best_strings(self.probabilities(s)) if (s < 255).any() else [("", 1.0)] for s in strips]

    def probabilities(self, strip: Image) -> npt.NDArray[np.float64]:
        """Step by step the probability of nothing (column 0) and of each digit; a strip alone, so that what stands
        beside it in a batch changes nothing."""
        scores = self._session.run(["scores"], {"strips": tensor_of([strip])})[0][0].astype(np.float64)
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares: npt.NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
        return shares


def together(read: Sequence[Sequence[tuple[str, float]]]) -> list[tuple[str, float]]:
    """What several strips of one place say, on average: where the network's steps fall makes a difference."""
    shares: dict[str, float] = {}
    for strings in read:
        for text, share in strings:
            shares[text] = shares.get(text, 0.0) + share / len(read)
    return sorted(((text, round(p, 4)) for text, p in shares.items()), key=lambda x: (-x[1], x[0]))[:MOST]


def best_strings(steps: npt.NDArray[np.float64], most: int = MOST) -> list[tuple[str, float]]:
    """The likeliest strings of a CTC output, by prefix search: (string, probability), best first, at least 0.1 %."""
    beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}  # prefix → P ending in nothing, P ending in its last digit
    for shares in steps:
        new: dict[str, list[float]] = {}
        live = [k for k in range(1, len(shares)) if shares[k] > _UNLIKELY]
        for prefix, (blank, last) in beams.items():
            here = new.setdefault(prefix, [0.0, 0.0])
            here[0] += (blank + last) * shares[0]
            if prefix:
                here[1] += last * shares[int(prefix[-1]) + 1]
            for k in live:
                digit = str(k - 1)
                before = blank if prefix[-1:] == digit else blank + last
                new.setdefault(prefix + digit, [0.0, 0.0])[1] += before * shares[k]
        ranked = sorted(new.items(), key=lambda item: (-sum(item[1]), item[0]))[:_BEAMS]
        beams = {prefix: (values[0], values[1]) for prefix, values in ranked}
    found = sorted(((prefix, float(sum(values))) for prefix, values in beams.items()), key=lambda x: (-x[1], x[0]))
    return [(prefix, round(p, 4)) for prefix, p in found[:most] if p >= 0.001]
