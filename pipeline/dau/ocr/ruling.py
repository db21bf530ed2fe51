"""Ruled tables: the grid their rules make, its cells with the rows and columns they span.

A table is a net of rules across and down. Underlines, frames, letterhead rules and boxed stamps are none: they have no
rules down that meet two rules across, or fewer cells than a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

from dau.document.page import Image
from dau.document.transcript import Cell

from .lines import Box, hull
from .rules import Rule, find_rules, together

_MM = 25.4
_TOUCH_MM = 2.0  # rules that end so near to one another meet
_ONE_MM = 1.8  # rules less apart are one line of the grid
_BRIDGED_MM = 4.0  # a break that long in a rule is damage
_OPEN_MM = 6.0  # rules stick out that far where the border of a side is missing
_ERASED_MM = 12.5  # ink that runs along an edge of the page is erased so far from it, rules included
_TALL_MM = 10.0  # a line down the grid runs so far in one piece: stems of letters between two rows do not
_CELL_MM, _LONE_CELL_MM = 3.5, 7.0  # a cell is no narrower; nor is one in a table of a single row
_STAMP_MM = (85.0, 42.0)  # what is not larger may be a stamp with fields
_BORDER, _TRACE = 0.5, 0.25  # share of a cell's side along which ink makes a border; less where the rest asks for it
_MOST_TORN = 0.3

Place = tuple[int, int]
"""Row and column of the grid, from 0."""


@dataclass(frozen=True)
class RuledTable:
    """`rows` are the n + 1 rules across from top to bottom, `columns` the rules down; `cells` by every place of the
    grid that a cell takes. Pixels. The number of `Cell.table` is that of the page."""

    rows: tuple[Rule, ...]
    columns: tuple[Rule, ...]
    cells: Mapping[Place, Cell]

    @property
    def box(self) -> Box:
        corners = [_crossing(row, column) for row in (self.rows[0], self.rows[-1])
                   for column in (self.columns[0], self.columns[-1])]  # fmt: skip
        return hull([(x, y, x, y) for x, y in corners])

    def cell_at(self, x: float, y: float) -> Cell | None:
        """The cell in which a point lies."""
        row = sum(rule.at(x) <= y for rule in self.rows) - 1
        column = sum(rule.at(y) <= x for rule in self.columns) - 1
        return self.cells.get((row, column))

    def box_of(self, cell: Cell) -> Box:
        """Hull of a cell's corners."""
        corners = [
            _crossing(self.rows[row], self.columns[column])
            for row in (cell.row, cell.row + cell.row_span)
            for column in (cell.column, cell.column + cell.column_span)
        ]
        return hull([(x, y, x, y) for x, y in corners])


def find_tables(grey: Image, dpi: float) -> list[RuledTable]:
    """The ruled tables of an upright page, from top to bottom."""
    across, down = find_rules(grey, dpi)
    px = dpi / _MM
    found = []
    for rows, columns in _nets(across, down, _TOUCH_MM * px):
        table = _table(rows, columns, px, (grey.shape[1], grey.shape[0]))
        if table is not None and _is_table(table, px):
            found.append(table)
    found = [table for table in found if not any(_within(table, other) for other in found if other is not table)]
    found.sort(key=lambda table: (table.box[1], table.box[0]))
    return [_numbered(table, n) for n, table in enumerate(found, 1)]


def _numbered(table: RuledTable, number: int) -> RuledTable:
    cells = {place: cell.model_copy(update={"table": number}) for place, cell in table.cells.items()}
    return replace(table, cells=cells)


def _within(inner: RuledTable, outer: RuledTable) -> bool:
    """A table in a cell of another: its text stands in that cell."""
    a, b = inner.box, outer.box
    return b[0] <= a[0] and b[1] <= a[1] and a[2] <= b[2] and a[3] <= b[3]


# -------------------------------------------------------------------------- nets


def _nets(across: Sequence[Rule], down: Sequence[Rule], reach: float) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Rules that hang together. In each net a rule meets at least two others, or it is none of it."""
    meets = {(h, v) for h, v in product(range(len(across)), range(len(down))) if _meet(across[h], down[v], reach)}
    while True:
        rows, columns = [h for h, _ in meets], [v for _, v in meets]
        kept = {(h, v) for h, v in meets if rows.count(h) > 1 and columns.count(v) > 1}
        if kept == meets:
            break
        meets = kept
    while meets:
        group = {meets.pop()}
        rows_in, columns_in = ({h for h, _ in group}, {v for _, v in group})
        while joining := {(h, v) for h, v in meets if h in rows_in or v in columns_in}:
            meets -= joining
            rows_in |= {h for h, _ in joining}
            columns_in |= {v for _, v in joining}
        yield [across[h] for h in sorted(rows_in)], [down[v] for v in sorted(columns_in)]


def _meet(across: Rule, down: Rule, reach: float) -> bool:
    y = across.at(down.at((down.begin + down.end) / 2))
    if not down.begin - reach <= y <= down.end + reach:
        return False
    return across.begin - reach <= down.at(y) <= across.end + reach


def _crossing(row: Rule, column: Rule) -> tuple[float, float]:
    x = column.at(row.course[0][1])
    y = row.at(x)
    return column.at(y), y


# -------------------------------------------------------------------------- grid


def _table(
    across: Sequence[Rule], down: Sequence[Rule], px: float, page: tuple[int, int]
) -> RuledTable | None:
    rows, columns = _lines(across, px), [line for line in _lines(down, px) if _longest(line) >= _TALL_MM * px]
    if len(rows) < 2 or len(columns) < 2:
        return None
    columns = _closed(columns, rows, px, page[0])
    rows = _closed(rows, columns, px, page[1])
    while True:
        kept_rows = [rule for rule in rows if _bounds(rule, columns)]
        kept_columns = [rule for rule in columns if _bounds(rule, kept_rows)]
        if len(kept_rows) < 2 or len(kept_columns) < 2:
            return None
        if (len(kept_rows), len(kept_columns)) == (len(rows), len(columns)):
            break
        rows, columns = kept_rows, kept_columns
    cells = _cells(rows, columns)
    return RuledTable(tuple(rows), tuple(columns), cells) if cells else None


def _longest(rule: Rule) -> float:
    return max(end - begin for begin, end in rule.spans)


def _lines(rules: Sequence[Rule], px: float) -> list[Rule]:
    """The lines of the grid: rules at one height as one, by their distance from the longest, since pages are askew."""
    guide = max(rules, key=lambda rule: rule.length)

    def place(rule: Rule) -> float:
        middle = (rule.begin + rule.end) / 2
        return rule.at(middle) - guide.at(middle)

    lines: list[list[Rule]] = []
    for rule in sorted(rules, key=place):
        if lines and place(rule) - sum(map(place, lines[-1])) / len(lines[-1]) <= _ONE_MM * px:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    return [_bridged(_one(line), _BRIDGED_MM * px) for line in lines]


def _one(rules: Sequence[Rule]) -> Rule:
    ordered = sorted(rules, key=lambda rule: rule.begin)
    out = ordered[0]
    for rule in ordered[1:]:
        out = together(out, rule)
    return out


def _bridged(rule: Rule, most: float) -> Rule:
    spans = [rule.spans[0]]
    for begin, end in rule.spans[1:]:
        if begin - spans[-1][1] <= most:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return replace(rule, spans=tuple(spans))


def _closed(lines: list[Rule], others: Sequence[Rule], px: float, extent: int) -> list[Rule]:
    """With the border of a side that is not drawn, or cut off at the page's edge (at 0 or `extent`): most of the rules
    towards it, two at least, stick out beyond the last line."""
    out = list(lines)
    for side in (0, 1):
        edge = out[0] if side == 0 else out[-1]
        ends = [rule.begin if side == 0 else rule.end for rule in others]
        sign = 1 if side else -1
        beyond = [
            end for rule, end in zip(others, ends, strict=True)
            if sign * (end - edge.at(rule.at(end))) > _OPEN_MM * px
        ]
        if len(beyond) < 2 or len(beyond) < 0.6 * len(others):
            continue
        at = _at_edge(min(beyond) if side == 0 else max(beyond), px, extent)
        begin, end = others[0].course[0][1], others[-1].course[0][1]
        low, high = min(begin, end, edge.begin), max(begin, end, edge.end)
        border = Rule(((low, at), (high, at)), ((low, high),))
        out = [border, *out] if side == 0 else [*out, border]
    return out


def _at_edge(at: float, px: float, extent: int) -> float:
    """Where rules end that run out of the page: at its edge, though they were erased near it with the dark bands
    there."""
    if at <= _ERASED_MM * px:
        return 0.0
    return float(extent) if at >= extent - _ERASED_MM * px else at


def _bounds(rule: Rule, others: Sequence[Rule]) -> bool:
    """Whether a line of the grid is a border of any cell."""
    return any(_side(rule, a, b) >= _BORDER for a, b in pairwise(others))


def _side(rule: Rule, begin: Rule, end: Rule) -> float:
    """Share of the stretch between two lines that cross a line on which that has ink."""
    return rule.covers(begin.at(_height_at(rule, begin)), end.at(_height_at(rule, end)))


def _drawn(rule: Rule, others: Sequence[Rule], n: int) -> float:
    """As `_side` of the n-th stretch of a line; traces are as good as a border on a line that is drawn elsewhere."""
    side = _side(rule, others[n], others[n + 1])
    whole = _side(rule, others[0], others[-1])
    return 1.0 if side >= _TRACE and whole >= _BORDER else side


def _height_at(rule: Rule, crossing: Rule) -> float:
    return rule.at(crossing.course[0][1])


def _cells(rows: Sequence[Rule], columns: Sequence[Rule]) -> dict[Place, Cell]:
    """Every place of the grid with its cell; places with no border between are one. None where the net is too torn
    to be a table."""
    places = list(product(range(len(rows) - 1), range(len(columns) - 1)))
    below = {(i, j): _drawn(rows[i + 1], columns, j) for i, j in places if i + 2 < len(rows)}
    right = {(i, j): _drawn(columns[j + 1], rows, i) for i, j in places if j + 2 < len(columns)}
    out: dict[Place, Cell] = {}
    torn = 0
    for region in _regions(places, lambda a: below.get(a, 1) < _BORDER, lambda a: right.get(a, 1) < _BORDER):
        parts = [region]
        if not _rectangular(region):
            parts = _regions(region, lambda a: below.get(a, 1) < _TRACE, lambda a: right.get(a, 1) < _TRACE)
        for part in parts:
            if _rectangular(part):
                out |= _cell(part)
            else:
                torn += len(part)
                for place in part:
                    out |= _cell([place])
    return out if torn <= _MOST_TORN * len(places) else {}


def _regions(
    places: Sequence[Place], open_below: Callable[[Place], bool], open_right: Callable[[Place], bool]
) -> list[list[Place]]:
    """Places that hang together where nothing parts them."""
    owner = {place: place for place in places}

    def root(place: Place) -> Place:
        while owner[place] != place:
            place = owner[place]
        return place

    for i, j in places:
        for other, is_open in (((i + 1, j), open_below), ((i, j + 1), open_right)):
            if other in owner and is_open((i, j)):
                owner[root(other)] = root((i, j))
    groups: dict[Place, list[Place]] = {}
    for place in places:
        groups.setdefault(root(place), []).append(place)
    return list(groups.values())


def _rectangular(places: Sequence[Place]) -> bool:
    rows, columns = {i for i, _ in places}, {j for _, j in places}
    return len(places) == len(rows) * len(columns)


def _cell(places: Sequence[Place]) -> dict[Place, Cell]:
    rows, columns = {i for i, _ in places}, {j for _, j in places}
    cell = Cell(table=1, row=min(rows), column=min(columns), row_span=len(rows), column_span=len(columns))
    return dict.fromkeys(places, cell)


# --------------------------------------------------------------- what is no table


def _is_table(table: RuledTable, px: float) -> bool:
    """Four cells in two rows and two columns, or three in one row, of a size that can hold text; larger than a
    stamp."""
    x0, y0, x1, y1 = table.box
    if x1 - x0 <= _STAMP_MM[0] * px and y1 - y0 <= _STAMP_MM[1] * px:
        return False
    boxes = {cell: table.box_of(cell) for cell in table.cells.values()}
    cells = [cell for cell, (a, b, c, d) in boxes.items() if min(c - a, d - b) >= _CELL_MM * px]
    if len({cell.row for cell in cells}) == 1:  # of two frames side by side the gap between them is no column
        return sum(c - a >= _LONE_CELL_MM * px for a, _, c, _ in boxes.values()) >= 3
    return len(cells) >= 4 and len({cell.column for cell in cells}) >= 2

