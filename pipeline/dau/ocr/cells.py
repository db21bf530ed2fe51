"""Lines of text and the cells of ruled tables: lines are cut where they cross a border, and read cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np

from dau.document.errors import DauError
from dau.document.page import Image, Page
from dau.document.transcript import Cell

from .engine import Engine
from .lines import Box, TextLine, joined, rows, share_inside
from .rules import strokes
from .ruling import RuledTable

_MM = 25.4
_BAND_MM = 2.4  # a rule with its double, its shadow or a streak beside it
_STROKE_MM = 5.0
_FAINT = 40  # grey levels below white
_INK = 170
_WHITE = 0.2  # share of a line's width that has ink: less is hardly a word
_OVER = 0.3  # of a line's height: a box reaches so far over a rule without text beyond it


def without_rules(page: Page, tables: Sequence[RuledTable]) -> Page:
    """The page with the rules of its tables painted over: engines read them as letters and digits (`|`, `1`, `l`)."""
    if not tables:
        return page
    grey = page.readable.copy()
    for table in tables:
        _paint_over(grey, table, page.dpi / _MM)
    return replace(page, clean=grey)


def _paint_over(grey: Image, table: RuledTable, px: float) -> None:
    """Paint over, in place, the long strokes along the lines of the grid; what letters touch them with stays."""
    margin = round(3 * px)
    x0, y0, x1, y1 = (round(v) for v in table.box)
    left, top = max(0, x0 - margin), max(0, y0 - margin)
    part = grey[top : y1 + margin, left : x1 + margin]
    ink = np.asarray((part < 255 - _FAINT) * 255, dtype=np.uint8)
    for lines, along in ((table.rows, 1), (table.columns, 0)):
        band: Image = np.zeros(part.shape, np.uint8)
        for rule in lines:
            points = [(a, b) if along else (b, a) for a, b in rule.beyond(margin)]
            course = np.array([(round(x) - left, round(y) - top) for x, y in points], np.int32)
            cv2.polylines(band, [course], False, (255,), max(3, round(_BAND_MM * px)))
        drawn = strokes(ink, px, _STROKE_MM, vertical=not along)
        part[cv2.dilate(cv2.bitwise_and(drawn, band), np.ones((3, 3), np.uint8)) > 0] = 255


# --------------------------------------------------------------------------- cut


def cut_at_cells(
    engine: Engine, grey: Image, lines: Sequence[TextLine], tables: Sequence[RuledTable]
) -> list[TextLine]:
    """Lines with those cut that a finder drew over the border of a cell; their parts are read anew, since words on
    both sides of a rule are read as one."""
    out: list[TextLine] = []
    parts: list[TextLine] = []
    for line in _with_ink(lines, grey, tables):
        edges = _edges(line, tables)
        if edges:
            parts += _cut(line, edges, grey)
        else:
            out.append(line)
    return out + _read_anew(engine, grey, parts)


def _with_ink(lines: Sequence[TextLine], grey: Image, tables: Sequence[RuledTable]) -> list[TextLine]:
    """Lines without those in tables that are white paper but for another line's ink at an end: finders see a line
    where a rule was, and engines read digits there."""
    blank = {
        id(line) for line in lines
        if cell_of(line, tables) and float((_part(grey, line.box).min(axis=0) < _INK).mean()) < _WHITE
    }
    for line in lines:
        if id(line) in blank:
            others = [other.box for other in lines if id(other) not in blank and share_inside(other.box, line.box)]
            if _own_ink(grey, line.box, others):
                blank.remove(id(line))
    return [line for line in lines if id(line) not in blank]


def _own_ink(grey: Image, box: Box, others: Sequence[Box]) -> bool:
    """Whether there is ink in a box that lies in no other."""
    x0, y0 = max(0, round(box[0])), max(0, round(box[1]))
    ink = _part(grey, box) < _INK
    for a, b, c, d in others:
        ink[max(0, round(b) - y0) : max(0, round(d) - y0), max(0, round(a) - x0) : max(0, round(c) - x0)] = False
    return bool(ink.any())


def _part(grey: Image, box: Box) -> Image:
    x0, y0, x1, y1 = (max(0, round(v)) for v in box)
    part = grey[y0:y1, x0:x1]
    return part if part.size else np.full((1, 1), 255, np.uint8)


def _read_anew(engine: Engine, grey: Image, parts: Sequence[TextLine]) -> list[TextLine]:
    """Parts as read on their own; where nothing is read there, or the engine fails, the words read before stay."""
    try:
        read = engine.read_lines(grey, [part.box for part in parts]) if parts else []
    except DauError:
        return list(parts)
    return [new if new.tokens else old for new, old in zip(read, parts, strict=True)]


def _edges(line: TextLine, tables: Sequence[RuledTable]) -> list[float]:
    """Where borders run down through a line."""
    found = [
        x for table in tables for x in _borders(table, line.middle)
        if line.box[0] + _OVER * line.height < x < line.box[2] - _OVER * line.height
    ]  # fmt: skip
    return sorted(found)


def _borders(table: RuledTable, y: float) -> Iterator[float]:
    """The borders of cells, and of the table, that a line at a height would cross."""
    edges = [rule.at(y) for rule in table.columns]
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    cells = [None, *(table.cell_at(x, y) for x in middles), None]
    for x, (before, after) in zip(edges, pairwise(cells), strict=True):
        if before != after:
            yield x


def _cut(line: TextLine, edges: Sequence[float], grey: Image) -> list[TextLine]:
    """The parts of a line between edges that hold ink or words, each as wide as its ink."""
    x0, y0, x1, y1 = line.box
    out = []
    for begin, end in pairwise([x0, *edges, x1]):
        tokens = tuple(t for t in line.tokens if begin <= _middle(t.box) < end or (end == x1 and _middle(t.box) >= end))
        box = _trimmed((begin, y0, end, y1), grey)
        if box is not None:
            out.append(TextLine(box, tokens))
        elif tokens:
            out.append(TextLine((begin, y0, end, y1), tokens))
    return out


def _middle(box: Box) -> float:
    return (box[0] + box[2]) / 2


def _trimmed(box: Box, grey: Image) -> Box | None:
    """A box without the paper left and right of its ink; None where there is none."""
    x0 = max(0, round(box[0]))
    inked = np.flatnonzero(_part(grey, box).min(axis=0) < _INK)
    if len(inked) < 2:
        return None
    return x0 + float(inked[0]), box[1], x0 + float(inked[-1]) + 1, box[3]


# ------------------------------------------------------------------------- order


def cell_of(line: TextLine, tables: Sequence[RuledTable]) -> Cell | None:
    """The cell in which a line stands."""
    for table in tables:
        cell = table.cell_at(_middle(line.box), line.middle)
        if cell is not None:
            return cell
    return None


def cell_by_cell(lines: Sequence[TextLine], tables: Sequence[RuledTable]) -> list[list[TextLine]]:
    """For each table its lines cell by cell, row by row, segments of one line of a cell joined."""
    held: dict[Cell, list[TextLine]] = {}
    for line in lines:
        cell = cell_of(line, tables)
        if cell is not None:
            held.setdefault(cell, []).append(line)
    out: list[list[TextLine]] = [[] for _ in tables]
    for cell in sorted(held, key=lambda cell: (cell.table, cell.row, cell.column)):
        out[cell.table - 1] += [replace(joined(row), cell=cell) for row in rows(held[cell])]
    return out
