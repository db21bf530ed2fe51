"""Where the words of a page go in its text layer: upright, and row by row.

A viewer marks and copies by runs of text on one baseline. So the words of a line become runs: as long as they follow
one another to the right at about one height they are one run; a word that does not begins a new one. A row that leans
becomes a stair of level runs: poppler breaks words that lean themselves in two ("NG HĨA"). Boxes are in points from
the top left.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dau.document.transcript import BBox

from .job import PageWords

Placed = tuple[BBox, str]

_SAME_ROW = 0.5
"""How far, in heights of a word, the middles of two words of one row may lie apart."""
_TALLEST = 1.6
"""How much a run may grow beyond its words of middling height."""
_LEAST = 0.5  # points: no box is thinner, for there is no text of no size
_STEP = 2.0  # points: the most a leaning row falls within one run


@dataclass(frozen=True)
class Run:
    """Words on one baseline; `bbox` is theirs, but of a row that leans as high as the text, no higher."""

    bbox: BBox
    words: tuple[Placed, ...]


def runs_of(page: PageWords) -> list[Run]:
    """All words of a page, in reading order, in the frame of the upright page."""
    slope = math.tan(math.radians(page.skew))
    return [run for line in page.lines for run in _runs([(upright_box(box, page), text) for box, text in line], slope)]


def upright_box(box: BBox, page: PageWords) -> BBox:
    """A box of the page as displayed, after the page was turned clockwise by its `rotation`."""
    width, height = page.width or 0.0, page.height or 0.0
    x0, y0, x1, y1 = box
    return {
        0: (x0, y0, x1, y1),
        90: (height - y1, x0, height - y0, x1),
        180: (width - x1, height - y1, width - x0, height - y0),
        270: (y0, width - x1, y1, width - x0),
    }[page.rotation % 360]


def _runs(words: Sequence[Placed], slope: float) -> Iterator[Run]:
    """The words of a line, cut where they leave the row; `slope`: how many points it falls for one to the right."""
    row: list[Placed] = []
    for word in words:
        if row and not _continues(row, word, slope):
            yield from _stair(row, slope)
            row = []
        row.append(word)
    if row:
        yield from _stair(row, slope)


def _stair(row: Sequence[Placed], slope: float) -> Iterator[Run]:
    """A row as runs, none of which falls by more than a step; all are as high as the row's text."""
    top, bottom = _band(row, slope)
    step: list[Placed] = []
    for word in row:
        if step and abs(slope) * (word[0][2] - step[0][0][0]) > _STEP:
            yield _run(step, top, bottom, slope)
            step = []
        step.append(word)
    yield _run(step, top, bottom, slope)


def _continues(run: Sequence[Placed], word: Placed, slope: float) -> bool:
    """Whether a word stands to the right of a run's last one, on its row, and is not much taller or smaller."""
    (before, after) = (_level(run[-1][0], slope), _level(word[0], slope))
    if after[0] <= before[0] + _LEAST or after[2] <= before[2]:
        return False
    heights = [box[3] - box[1] for box in (_level(each[0], slope) for each in (*run, word))]
    middling = statistics.median(heights)
    top, bottom = _band([*run, word], slope)
    apart = abs(after[1] + after[3] - before[1] - before[3]) / 2
    return apart <= _SAME_ROW * max(heights[-1], heights[-2]) and bottom - top <= _TALLEST * max(middling, _LEAST)


def _run(words: Sequence[Placed], top: float, bottom: float, slope: float) -> Run:
    left, right = words[0][0][0], max(box[2] for box, _ in words)
    fall = slope * (left + right) / 2
    box = (left, top + fall, max(right, left + _LEAST), max(bottom, top + _LEAST) + fall)
    return Run(box, tuple((_wide(word), text) for word, text in words))


def _wide(box: BBox) -> BBox:
    return (box[0], box[1], max(box[2], box[0] + _LEAST), max(box[3], box[1] + _LEAST))


def _band(words: Sequence[Placed], slope: float) -> tuple[float, float]:
    """Top and bottom of words whose row has been made level."""
    level = [_level(box, slope) for box, _ in words]
    return min(box[1] for box in level), max(box[3] for box in level)


def _level(box: BBox, slope: float) -> BBox:
    """A box with the fall of its row taken out: what the hull of a leaning word has in excess of the word, too."""
    x0, y0, x1, y1 = box
    excess = min(abs(slope) * (x1 - x0), 0.6 * (y1 - y0))
    fall = slope * (x0 + x1) / 2
    return (x0, y0 + excess / 2 - fall, x1, y1 - excess / 2 - fall)
