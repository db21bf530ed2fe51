"""Lines in the order in which a directive is read.

Header left, header right, then title and body row by row, then the recipients, then the signature. A ruled table
stands where it begins, and is read cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence

from .cells import cell_by_cell, cell_of
from .columns import closing, header
from .lines import TextLine, joined, rows
from .ruling import RuledTable


def in_reading_order(
    lines: list[TextLine], page_width: float, page_height: float, tables: Sequence[RuledTable] = ()
) -> list[TextLine]:
    """Lines of a page in reading order, segments of one row of one block joined. Nothing is added or lost."""
    outside = [line for line in lines if cell_of(line, tables) is None]
    ordered = _by_blocks(outside, page_width, page_height)
    for table, held in zip(tables, cell_by_cell(lines, tables), strict=True):
        above = [n for n, line in enumerate(ordered, 1) if line.middle < table.box[1]]
        place = max(above, default=0)
        ordered[place:place] = held
    return ordered


def _by_blocks(lines: list[TextLine], page_width: float, page_height: float) -> list[TextLine]:
    """Lines outside of tables."""
    columns, rest = header(lines, page_width, page_height)
    top = min((line.box[1] for line in (*columns.left, *columns.right)), default=0.0)
    before = [line for line in rest if line.middle < top]
    below = [line for line in rest if line.middle >= top]
    body, close, after = closing(below, page_width)
    return [
        joined(row)
        for block in (before, columns.left, columns.right, body, close.left, close.right, after)
        for row in rows(list(block))
    ]
