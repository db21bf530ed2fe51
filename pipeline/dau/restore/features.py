"""What the seq2seq model sees of a text: rows of numbers for every slot, the same in training and at run time.

A slot is a place of a line that is restored or gives context (`chains.Slot`). Slots stand in the order of the text,
over ends of lines and sentences; `windows` cuts them to the lengths the model was trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import get_args

import numpy as np
import numpy.typing as npt

from dau.document.orthography import nfc

from .chains import FREE, Run, Slot
from .damage import Damage
from .noisy_channel import Choice, Weighed

LETTERS = 14
"""Characters of a slot that are seen, with the marks around it."""
WIDTH = 8
"""Candidates of a slot that are weighed."""
FLOOR = -14.0
"""ln posterior below which all candidates are alike."""

KINDS = ("word", "join", "tail", "split", "fixed")
"""What a candidate is: a word, one word made of this slot and the next, the second half of such, two words."""

_ALPHABET = (
    " aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
    "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬBCDĐEÈÉẺẼẸÊỀẾỂỄỆFGHIÌÍỈĨỊJKLMNOÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢPQRSTUÙÚỦŨỤƯỪỨỬỮỰVWXYỲÝỶỸỴZ"
    "0123456789.,;:!?'\"’‘“”-–—/()[]&%*+=<>|_~`^#@$\\{}äëïöüÿñçãõåøéèêâôûî€¢£¥§©®°«»•…"
)
PAD, STRANGE = 0, 1
_CODES = {c: n for n, c in enumerate(dict.fromkeys(_ALPHABET), 2)}
ALPHABET_SIZE = len(_CODES) + 2

DAMAGES: tuple[Damage, ...] = get_args(Damage)
ENGINES = ("", "tesseract", "trueocr", "both")
"""Which engine read a word, where that is known."""

UInt8s = npt.NDArray[np.uint8]
UInt16s = npt.NDArray[np.uint16]
Float16s = npt.NDArray[np.float16]


@dataclass(frozen=True)
class Features:
    """Rows of `n` slots.

    `letters` `(n, LETTERS)` codes of the characters, 0 beyond the end; `marks` `(n, 5)`: damage, engine, first of its
    line, last of its sentence, in capitals; `sure` `(n,)` the engine's confidence in per cent + 1, 0 where unknown;
    `first`, `last`, `kind` `(n, WIDTH)` the candidates, likeliest first: word ids (the same unless two words), index
    in KINDS; `prior` and `channel` `(n, WIDTH)`: ln posterior of the noisy channel, ln P(read | word). Beyond the last
    candidate `prior` is FLOOR and `first` 0.
    """

    letters: UInt16s
    marks: UInt8s
    sure: UInt8s
    first: UInt16s
    last: UInt16s
    kind: UInt8s
    prior: Float16s
    channel: Float16s

    def __len__(self) -> int:
        return len(self.letters)

    def rows(self, begin: int, end: int) -> Features:
        """The slots from `begin` up to `end`."""
        return Features(*(getattr(self, f.name)[begin:end] for f in fields(self)))


def joined(parts: Sequence[Features]) -> Features:
    """Rows of several, one after the other."""
    return Features(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Features)))


def features(weighed: Weighed) -> tuple[Features, list[npt.NDArray[np.int64]]]:
    """The rows of all slots in the order of the text, and for each which of its choices the candidates are."""
    slots = [slot for run in weighed.runs for slot in run.slots]
    n = len(slots)
    out = Features(
        np.zeros((n, LETTERS), np.uint16), np.zeros((n, 5), np.uint8), np.zeros(n, np.uint8),
        np.zeros((n, WIDTH), np.uint16), np.zeros((n, WIDTH), np.uint16), np.zeros((n, WIDTH), np.uint8),
        np.full((n, WIDTH), FLOOR, np.float16), np.full((n, WIDTH), FLOOR, np.float16),
    )
    kept: list[npt.NDArray[np.int64]] = []
    before = -1
    for run, choices, logs, shares in zip(weighed.runs, weighed.choices, weighed.logs, weighed.shares, strict=True):
        for t, slot in enumerate(run.slots):
            row = len(kept)
            _describe(out, row, slot, weighed, slot.line != before, _ends(run, t))
            before = slot.line
            order = np.argsort(-shares[t], kind="stable")[:WIDTH]
            kept.append(order)
            k = len(order)
            chosen = [choices[t][c] for c in order]
            out.first[row, :k] = [c.words[0] for c in chosen]
            out.last[row, :k] = [c.words[-1] for c in chosen]
            out.kind[row, :k] = [_kind(c, slot) for c in chosen]
            with np.errstate(divide="ignore"):
                out.prior[row, :k] = np.maximum(np.log(shares[t][order]), FLOOR)
            out.channel[row, :k] = np.clip(logs[t][order], FLOOR, 2)
    return out, kept


def _ends(run: Run, t: int) -> bool:
    return run.ends and t == len(run.slots) - 1


def _kind(choice: Choice, slot: Slot) -> int:
    if slot.fixed != FREE:
        return KINDS.index("fixed")
    if choice.join or choice.tail:
        return KINDS.index("join" if choice.join else "tail")
    return KINDS.index("split" if len(choice.words) == 2 else "word")


def _describe(out: Features, row: int, slot: Slot, weighed: Weighed, starts: bool, ends: bool) -> None:
    word = weighed.lines[slot.line].words[slot.word]
    text = nfc(word.raw)
    seen = text[max(0, slot.start - 1) if not slot.to_start else 0 : slot.end + 1 if not slot.to_end else len(text)]
    if len(seen) > LETTERS:  # the marks around are of least use
        seen = slot.text
    codes = [_CODES.get(c, STRANGE) for c in seen[:LETTERS]]
    out.letters[row, : len(codes)] = codes
    out.marks[row] = (DAMAGES.index(slot.damage), engine_of(word.readings), starts, ends, slot.text.isupper())
    if word.confidence is not None:
        out.sure[row] = 1 + round(100 * min(1.0, max(0.0, word.confidence)))


def engine_of(readings: dict[str, str]) -> int:
    """Index in ENGINES. A word that several engines read counts as Tesseract's: there are no training pages with such
    words yet, and their errors are most like its own."""
    if len(readings) > 1:
        return ENGINES.index("tesseract")
    name = next(iter(readings), "")
    return ENGINES.index(name) if name in ENGINES else 0


def windows(count: int, length: int, margin: int) -> list[tuple[int, int, int, int]]:
    """`(begin, end, first, last)`: slots seen together, and of these those that are decided there; at most `length`
    slots, of which `margin` on either side give context only."""
    if count <= length:
        return [(0, count, 0, count)] if count else []
    step = length - 2 * margin
    out = []
    for first in range(0, count, step):
        last = min(count, first + step)
        begin = max(0, min(first - margin, count - length))
        out.append((begin, min(count, begin + length), first, last))
    return out
