"""What engines hand over: lines of tokens in pixels of the page image they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dau.document.transcript import Cell

Box = tuple[float, float, float, float]
"""Pixels of `Page.readable`: x0, y0, x1, y1."""


@dataclass(frozen=True)
class Token:
    """A word as read. `confidence` 0 … 1 in the engine's own opinion; `readings` by engine once readings are fused;
    `alternatives` is what else it may be, with probabilities, where its digits were read once more."""

    text: str
    box: Box
    confidence: float
    readings: Mapping[str, str] = field(default_factory=dict)
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class TextLine:
    """A line of tokens from left to right; `box` is where the line stands, also where nothing was read in it.
    `doubtful` is what a single engine read there and is taken for dirt; `cell` where it stands in a ruled table."""

    box: Box
    tokens: tuple[Token, ...] = ()
    doubtful: tuple[Token, ...] = ()
    cell: Cell | None = None

    @property
    def text(self) -> str:
        return " ".join(token.text for token in self.tokens)

    @property
    def confidence(self) -> float:
        """Mean confidence by letter; 0 for an empty line."""
        letters = sum(len(token.text) for token in self.tokens)
        return sum(token.confidence * len(token.text) for token in self.tokens) / letters if letters else 0.0

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]

    @property
    def middle(self) -> float:
        """Vertical middle."""
        return (self.box[1] + self.box[3]) / 2


def hull(boxes: list[Box]) -> Box:
    """The smallest box around boxes."""
    return (
        min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes),
    )


def joined(lines: list[TextLine]) -> TextLine:
    """Segments of one row as one line, from left to right."""
    ordered = sorted(lines, key=lambda line: line.box[0])
    return TextLine(hull([line.box for line in ordered]), tuple(t for line in ordered for t in line.tokens))


def share_inside(inner: Box, outer: Box) -> float:
    """Share of the area of `inner` that lies in `outer`."""
    width = min(inner[2], outer[2]) - max(inner[0], outer[0])
    height = min(inner[3], outer[3]) - max(inner[1], outer[1])
    area = (inner[2] - inner[0]) * (inner[3] - inner[1])
    return width * height / area if width > 0 and height > 0 and area > 0 else 0.0


def rows(lines: list[TextLine]) -> list[list[TextLine]]:
    """Lines grouped into rows: what overlaps vertically by more than half of the lower of both is one row, unless it
    also overlaps horizontally (then it is a row of its own, under or above)."""
    out: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.box[0])):
        row = out[-1] if out else []
        if row and all(_beside(line, other) for other in row):
            row.append(line)
        else:
            out.append([line])
    return [sorted(row, key=lambda line: line.box[0]) for row in out]


def _beside(a: TextLine, b: TextLine) -> bool:
    vertical = min(a.box[3], b.box[3]) - max(a.box[1], b.box[1])
    horizontal = min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
    return vertical > 0.5 * min(a.height, b.height) and horizontal < 0.5 * min(a.height, b.height)
