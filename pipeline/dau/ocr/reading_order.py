"""Lines in the order in which a directive is read.

Header left, header right, then title and body row by row, then the recipients, then the signature.
"""

from __future__ import annotations

from .columns import closing, header
from .lines import TextLine, joined, rows


def in_reading_order(lines: list[TextLine], page_width: float, page_height: float) -> list[TextLine]:
    """Lines of a page in reading order, segments of one row of one block joined. Nothing is added or lost."""
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
