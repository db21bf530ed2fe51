"""How far the relations of an archive are behind its index: nothing that is not linked yet is shown as unrelated."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from . import schema


@dataclass(frozen=True)
class Standing:
    """`linked`: when relations were last brought up to date (UTC, ISO 8601), None where they never were. Of the
    `documents` of the index `new` are not in the relations, `changed` are as they were before a correction or another
    run; `gone` are in the relations only."""

    linked: str | None
    documents: int
    new: int
    changed: int
    gone: int

    @property
    def behind(self) -> int:
        """Documents that came, changed or left since."""
        return self.new + self.changed + self.gone

    @property
    def current(self) -> bool:
        """Whether the relations are those of the documents as they are."""
        return self.linked is not None and not self.behind


def standing(connection: sqlite3.Connection) -> Standing:
    """That of an open index."""
    documents = _one(connection, "SELECT count(*) FROM indexed")
    if not schema.linked(connection):
        return Standing(None, documents, documents, 0, 0)
    behind, changed = connection.execute("SELECT count(*), coalesce(sum(before), 0) FROM unlinked").fetchone()
    gone = _one(
        connection,
        "SELECT count(*) FROM link_documents l WHERE NOT EXISTS (SELECT 1 FROM indexed WHERE document = l.document)",
    )
    when = connection.execute("SELECT value FROM link_meta WHERE key = 'linked'").fetchone()
    return Standing(when[0] if when else None, documents, behind - changed, changed, gone)


def is_stale(connection: sqlite3.Connection, document: str) -> bool:
    """Whether the relations, where there are any, say of a document what it said before it was last changed."""
    return connection.execute("SELECT 1 FROM unlinked WHERE document = ?", (document,)).fetchone() is not None


def _one(connection: sqlite3.Connection, query: str) -> int:
    row: tuple[int] = connection.execute(query).fetchone()
    return row[0]
