"""Pieces of text with their words, and signatures side by side taken apart by the boxes of the words."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dau.document.orthography import nfc
from dau.document.transcript import BBox, Word, box_around

from .lines import TextLine

_GAP = 1.5
"""How much wider than a line is high the space between two columns is; that between words is a third of it."""


@dataclass(frozen=True)
class Piece:
    """A line of a signature block, or the part of one that belongs to one signer."""

    text: str
    words: tuple[Word, ...] = ()
    line: TextLine | None = None

    @property
    def bbox(self) -> BBox | None:
        return box_around(w.bbox for w in self.words)

    def part(self, text: str) -> Piece:
        """The words of the piece that spell a text of it; all of them where they cannot be told."""
        tokens, wanted = self.text.split(), text.split()
        if len(tokens) == len(self.words):
            for at in range(len(tokens) - len(wanted) + 1):
                if all(w in t for w, t in zip(wanted, tokens[at:], strict=False)):
                    return Piece(text, self.words[at : at + len(wanted)], self.line)
        return Piece(text, self.words, self.line)


def piece(line: TextLine) -> Piece:
    """A whole line."""
    return Piece(line.text, line.line.words, line)


def _of(words: Sequence[Word], line: TextLine) -> Piece:
    return Piece(" ".join(nfc(w.restored) for w in words), tuple(words), line)


def read_columns(lines: Sequence[TextLine], signs: Callable[[str], bool]) -> list[Piece]:
    """The lines in the order of their signers: where two sign side by side, the right column first.

    The right column is that of the head, of who presides, of the ministry in the lead (Nghị định 30/2020/NĐ-CP,
    Phụ lục I: the signature stands on the right). `signs` tells the text of a name or title.
    """
    out: list[Piece] = []
    for _, group in itertools.groupby(lines, lambda line: line.page):
        out += _page(list(group), signs)
    return out


def _page(lines: list[TextLine], signs: Callable[[str], bool]) -> list[Piece]:
    for cut in _cuts(lines):
        left, right = _split(lines, cut)
        parted = {x.line.id for x in left if x.line} & {x.line.id for x in right if x.line}
        if len(parted) >= 2 and all(sum(signs(x.text) for x in side) >= 2 for side in (left, right)):
            return right + left
    return [piece(line) for line in lines]


def _split(lines: Iterable[TextLine], cut: float) -> tuple[list[Piece], list[Piece]]:
    left: list[Piece] = []
    right: list[Piece] = []
    for line in lines:
        words = line.line.words
        before = [w for w in words if w.bbox and w.bbox[2] <= cut]
        behind = [w for w in words if w.bbox and w.bbox[0] >= cut]
        if before:
            left.append(_of(before, line))
        if behind:
            right.append(_of(behind, line))
    return left, right


def _cuts(lines: Sequence[TextLine]) -> list[float]:
    """Where a page could be cut from top to bottom without hitting a word: widest space first."""
    boxes = [w.bbox for line in lines for w in line.line.words if w.bbox]
    spaces: list[tuple[float, float]] = []
    for line in lines:
        row = [w.bbox for w in line.line.words]
        if len(row) < 2 or line.bbox is None or not all(row):
            continue
        for a, b in itertools.pairwise(box for box in row if box):
            if b[0] - a[2] >= _GAP * (a[3] - a[1]):
                spaces.append((b[0] - a[2], (a[2] + b[0]) / 2))
    free = [(width, at) for width, at in spaces if not any(b[0] < at < b[2] for b in boxes)]
    return [at for _, at in sorted(free, reverse=True)]
