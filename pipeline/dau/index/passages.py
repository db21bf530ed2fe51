"""What of a document can be searched: its title, its passages (nodes, blocks, tables), and what was read before
restoring.

All of it is made from the tables of the index, so that what was indexed can be taken out again to the letter.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from dau.document.orthography import bare

BOUNDARY = "\ue000"
"""Between two passages, and a word of its own to the tokenizer: no phrase reaches from one into the next."""

_TITLE = "SELECT number, type, subject, issuer FROM documents WHERE id = ?"
_NODES = """SELECT concat, id, kind, page, x0, y0, x1, y1 FROM (
    SELECT *, coalesce(number || char(10), '') || coalesce(heading || char(10), '') || coalesce(text, '') AS concat
    FROM nodes) WHERE document = ? ORDER BY position"""
_BLOCKS = "SELECT text, NULL, kind, page, x0, y0, x1, y1 FROM blocks WHERE document = ? ORDER BY position"
_TABLES = """SELECT coalesce(title || char(10), '') || coalesce(head, ''), node, 'table', page, x0, y0, x1, y1
    FROM tables_in_text WHERE document = ? ORDER BY position"""
_CELLS = """SELECT c.text, t.node, 'table_cell', t.page, t.x0, t.y0, t.x1, t.y1
    FROM table_cells c JOIN tables_in_text t ON t.document = c.document AND t.id = c.[table]
    WHERE c.document = ? AND c.text <> '' ORDER BY t.position, c.row, c.[column]"""
_READINGS = "SELECT text, NULL, 'reading', page, x0, y0, x1, y1 FROM readings WHERE document = ? ORDER BY position"

Passage = tuple[str, str | None, str, int | None, float | None, float | None, float | None, float | None]
"""Text, node, kind, page, box: as `Place` has them, light enough for all passages of many documents."""


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of a document's text and where it stands. `node` is a node's id; `kind` the node's or the block's kind,
    `table` (title and head) or `table_cell`, or `reading` for what was read before restoring. `box` in points from the
    top left of the page."""

    kind: str
    node: str | None
    text: str
    page: int | None
    box: tuple[float, float, float, float] | None


def place_of(passage: Passage) -> Place:
    text, node, kind, page, left, top, right, bottom = passage
    if left is None or top is None or right is None or bottom is None:
        return Place(kind, node, text, page, None)
    return Place(kind, node, text, page, (left, top, right, bottom))


def passages(connection: sqlite3.Connection, document: str) -> list[Passage]:
    """The passages of a document in order: nodes with marker and heading, blocks, heads and cells of tables."""
    return [
        row for query in (_NODES, _BLOCKS, _TABLES, _CELLS) for row in connection.execute(query, (document,)).fetchall()
    ]


def readings(connection: sqlite3.Connection, document: str) -> list[Passage]:
    """The lines that the restorer changed, as they were read."""
    return connection.execute(_READINGS, (document,)).fetchall()


def title(connection: sqlite3.Connection, document: str) -> str:
    """Number, type, subject and issuer of a document."""
    return "\n".join(part for part in connection.execute(_TITLE, (document,)).fetchone() if part)


def columns(connection: sqlite3.Connection, document: str) -> tuple[str, ...]:
    """The columns of the full-text table for a document, in the order of `schema.SEARCH_COLUMNS`."""
    head = title(connection, document)
    body = f"\n{BOUNDARY}\n".join(text for text, *_ in passages(connection, document))
    raw = "\n".join(text for text, *_ in readings(connection, document))
    return (head, body, raw, bare(head), bare(body), bare(raw))
