"""Straight ruling lines of a page: long thin strokes across and down, also broken, doubled, faint or a little askew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image

ANALYSIS_DPI = 100.0
_MM = 25.4
_ACROSS_MM, _DOWN_MM = 8.0, 4.8  # shortest stroke that is looked at: longer than a word's serifs, taller than a letter
_TALL_MM, _APART_MM = 10.0, 15.0  # two rules that long and that far apart are the least of a table
_BREAK_MM = 0.8  # a break in a stroke: dots of a dotted rule, dust on the glass
_GAP_MM = 4.0  # pieces on one line with less than that between them are one rule
_THICK_MM = 1.6  # of a rule with its double
_ASIDE_MM = 1.0  # pieces of one rule lie so close to one line
_BIN_MM = 15.0  # a rule's course is measured every so often, since pages bend
_BESIDE_MM = 0.7
_MOST_BESIDE = ((18.0, 0.15), (40.0, 0.3))  # ink beside a stroke up to that long; a longer one is no row of letters
_FAINT = 45  # grey levels below the paper


@dataclass(frozen=True)
class Rule:
    """A line, across or down. `course` is points (along, aside) by rising `along`; `spans` is where ink is, along."""

    course: tuple[tuple[float, float], ...]
    spans: tuple[tuple[float, float], ...]

    @property
    def begin(self) -> float:
        return self.spans[0][0]

    @property
    def end(self) -> float:
        return self.spans[-1][1]

    @property
    def length(self) -> float:
        return self.end - self.begin

    def at(self, along: float) -> float:
        """Where the rule is, aside, at a place along it; beyond its ends it goes on straight."""
        points = self.course
        if along <= points[0][0]:
            return points[0][1]
        for (a, x), (b, y) in pairwise(points):
            if along <= b:
                return x + (y - x) * (along - a) / max(b - a, 1e-6)
        return points[-1][1]

    def covers(self, begin: float, end: float) -> float:
        """Share of a stretch along which ink is."""
        inked = sum(max(0.0, min(end, b) - max(begin, a)) for a, b in self.spans)
        return inked / max(end - begin, 1e-6)

    def beyond(self, length: float) -> list[tuple[float, float]]:
        """Its course from end to end and a little beyond."""
        begin, end = self.begin - length, self.end + length
        return [(begin, self.at(begin)), *(p for p in self.course if begin < p[0] < end), (end, self.at(end))]

    def moved(self, aside: float) -> Rule:
        return Rule(tuple((a, b + aside) for a, b in self.course), self.spans)

    def scaled(self, factor: float) -> Rule:
        course = tuple((along * factor, aside * factor) for along, aside in self.course)
        return Rule(course, tuple((begin * factor, end * factor) for begin, end in self.spans))


def find_rules(grey: Image, dpi: float) -> tuple[list[Rule], list[Rule]]:
    """Rules across and rules down, in pixels of `grey`; none at all where not two long ones run down the page."""
    step = max(1, int(dpi / ANALYSIS_DPI))  # a whole number, for which OpenCV is several times faster
    px = dpi / step / _MM
    height, width = grey.shape[0] // step, grey.shape[1] // step
    if min(height, width) < _APART_MM * px:
        return [], []
    # every so many rows will do for rules down; that halves the time of a page without tables
    coarse = cv2.resize(grey[: height * step : step, : width * step], (width, height), interpolation=cv2.INTER_AREA)
    paper = float(np.percentile(coarse[::7, ::7], 80))
    ink = _ink(coarse, paper)
    if not _runs_down(ink, px):
        return [], []
    down = _rules(strokes(ink, px, _DOWN_MM, vertical=True).T, ink.T, px)
    tall = [rule for rule in down if rule.length >= _TALL_MM * px]
    if not tall or max(r.course[0][1] for r in tall) - min(r.course[0][1] for r in tall) < _APART_MM * px:
        return [], []
    top = max(0, int(min(rule.begin for rule in tall) - _GAP_MM * px))
    bottom = min(height, int(max(rule.end for rule in tall) + _GAP_MM * px))
    part = grey[top * step : bottom * step, : width * step : step]
    ink = _ink(cv2.resize(part, (width, part.shape[0] // step), interpolation=cv2.INTER_AREA), paper)
    across = [rule.moved(top) for rule in _rules(strokes(ink, px, _ACROSS_MM, vertical=False), ink, px)]
    return [r.scaled(step) for r in across], [r.scaled(step) for r in down]


def _ink(small: npt.ArrayLike, paper: float) -> Image:
    return np.asarray((np.asarray(small) < paper - _FAINT) * 255, dtype=np.uint8)


def _runs_down(ink: Image, px: float) -> bool:
    """Whether there are strokes down the page of the height of two rows, in two places at least."""
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 1), np.uint8))
    long = cv2.erode(closed, np.ones((max(3, round(_TALL_MM * px)), 1), np.uint8))
    columns = np.flatnonzero(long.max(axis=0)) if cv2.countNonZero(long) else np.empty(0, np.int64)
    return len(columns) > 1 and float(columns[-1] - columns[0]) > _APART_MM * px


def strokes(ink: Image, px: float, shortest: float, *, vertical: bool) -> Image:
    """What is left of the ink when only straight strokes of that many millimetres stay."""

    def bar(mm: float) -> npt.NDArray[np.uint8]:
        size = max(3, round(mm * px))
        return np.ones((size, 1) if vertical else (1, size), np.uint8)

    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, bar(_BREAK_MM))
    return np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, bar(shortest)), dtype=np.uint8)


def _rules(mask: Image, ink: Image, px: float) -> list[Rule]:
    """The thin components of a mask of strokes across with paper on both sides, pieces of one line joined."""
    # strokes of a double or slanting rule touch one another sideways
    grown = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(grown), connectivity=8)
    pieces = []
    thin = stats[:, cv2.CC_STAT_HEIGHT] <= _THICK_MM * px + 2 + 0.02 * stats[:, cv2.CC_STAT_WIDTH]
    for i in np.flatnonzero(thin[1:count]) + 1:
        x, y, width, height = (int(v) for v in stats[i, :4])
        part = (labels[y : y + height, x : x + width] == i) & (mask[y : y + height, x : x + width] > 0)
        if _beside(ink, (x, y, width, height), px) <= _allowed_beside(width / px):
            pieces.append(_piece(part, x, y, px))
    return _joined(pieces, px)


def _beside(ink: Image, box: tuple[int, int, int, int], px: float) -> float:
    """Share of ink close above and below a piece: a row of letters that touch one another has much of it."""
    x, y, width, height = box
    away = max(2, round(_BESIDE_MM * px))
    rows = [row for row in (y - away, y + height - 1 + away) if 0 <= row < ink.shape[0]]
    return float(np.mean([ink[row, x : x + width].mean() / 255 for row in rows])) if rows else 0.0


def _allowed_beside(length: float) -> float:
    return next((most for limit, most in _MOST_BESIDE if length <= limit), 1.0)


def _piece(part: npt.NDArray[np.bool_], x: int, y: int, px: float) -> Rule:
    """A component as a rule: its middle line, measured in bins along it."""
    rows = np.arange(part.shape[0])[:, None]
    bins = max(1, round(part.shape[1] / (_BIN_MM * px)))
    course = []
    for edge in np.array_split(np.arange(part.shape[1]), bins):
        inked = part[:, edge]
        total = int(inked.sum())
        if total:
            course.append((x + float(edge.mean()), y + float((inked * rows).sum()) / total + 0.5))
    return Rule(tuple(course), ((float(x), float(x + part.shape[1])),))


def _joined(pieces: Sequence[Rule], px: float) -> list[Rule]:
    """Pieces that continue one another, and doubles side by side, as one rule."""
    rules: list[Rule] = []
    for piece in sorted(pieces, key=lambda rule: rule.begin):
        near = [n for n, rule in enumerate(rules) if _continues(rule, piece, px)]
        if near:
            n = min(near, key=lambda n: abs(rules[n].at(piece.begin) - piece.at(piece.begin)))
            rules[n] = together(rules[n], piece)
        else:
            rules.append(piece)
    return rules


def _continues(rule: Rule, piece: Rule, px: float) -> bool:
    if piece.begin - rule.end > _GAP_MM * px:
        return False
    return abs(rule.at(piece.begin) - piece.at(piece.begin)) <= _ASIDE_MM * px


def together(a: Rule, b: Rule) -> Rule:
    """One rule of two; where they run side by side, the longer one's course counts."""
    if b.begin < a.end:
        longer, shorter = (a, b) if a.length >= b.length else (b, a)
        course = [p for p in shorter.course if not longer.begin <= p[0] <= longer.end] + list(longer.course)
    else:
        course = [*a.course, *b.course]
    return Rule(tuple(sorted(course)), tuple(_united([*a.spans, *b.spans])))


def _united(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for begin, end in sorted(spans):
        if out and begin <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((begin, end))
    return out
