"""What of a document can be searched: its title, its passages (nodes, then blocks), and what was read before restoring.

All of it is made from the tables of the index, so that what was indexed can be taken out again to the letter.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from dau.document.orthography import bare

BOUNDARY = "\ue000"
"""Between two passages, and a word of its own to the tokenizer: no phrase reaches from one into the next."""

_TITLE = "SELECT number, type, subject, issuer FROM documents WHERE id = ?"
_NODES = "SELECT id, kind, number, heading, text, page, x0, y0, x1, y1 FROM nodes WHERE document = ? ORDER BY position"
_BLOCKS = "SELECT position, kind, text, page, x0, y0, x1, y1 FROM blocks WHERE document = ? ORDER BY position"
_READINGS = "SELECT text, page, x0, y0, x1, y1 FROM readings WHERE document = ? ORDER BY position"


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of a document's text and where it stands. `node` is a node's id; `kind` the node's or the block's kind,
    or `reading` for what was read before restoring. `box` in points from the top left of the page."""

    kind: str
    node: str | None
    text: str
    page: int | None
    box: tuple[float, float, float, float] | None


def passages(connection: sqlite3.Connection, document: str) -> list[Place]:
    """The passages of a document in order: nodes with marker and heading, then blocks."""
    found = []
    for node, kind, number, heading, text, page, *box in connection.execute(_NODES, (document,)):
        found.append(Place(kind, node, _joined(number, heading, text), page, _box(box)))
    for _, kind, text, page, *box in connection.execute(_BLOCKS, (document,)):
        found.append(Place(kind, None, text, page, _box(box)))
    return found


def readings(connection: sqlite3.Connection, document: str) -> list[Place]:
    """The lines that the restorer changed, as they were read."""
    rows = connection.execute(_READINGS, (document,))
    return [Place("reading", None, text, page, _box(box)) for text, page, *box in rows]


def columns(connection: sqlite3.Connection, document: str) -> tuple[str, ...]:
    """The columns of the full-text table for a document, in the order of `schema.SEARCH_COLUMNS`."""
    title = _joined(*connection.execute(_TITLE, (document,)).fetchone())
    body = f"\n{BOUNDARY}\n".join(place.text for place in passages(connection, document))
    raw = "\n".join(place.text for place in readings(connection, document))
    return (title, body, raw, bare(title), bare(body), bare(raw))


def _joined(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)


def _box(box: list[float | None]) -> tuple[float, float, float, float] | None:
    left, top, right, bottom = box
    if left is None or top is None or right is None or bottom is None:
        return None
    return (left, top, right, bottom)
