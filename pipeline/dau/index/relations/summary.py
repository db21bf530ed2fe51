"""What the relations of an archive come to, in figures."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    """`works` of the archive, those of them that are several documents, works that are only cited; `edges` by kind;
    citations by status; shared passages; doubts with witnesses, and those of them that witnesses resolve."""

    works: int
    several_documents: int
    external: int
    edges: Mapping[str, int]
    inferred: int
    ambiguous: int
    citations: Mapping[str, int]
    passages: int
    witnessed: int
    resolved: int


def summary(connection: sqlite3.Connection) -> Summary:
    """Figures of linked relations (`schema.linked`)."""

    def one(query: str) -> int:
        row: tuple[int] = connection.execute(query).fetchone()
        return row[0]

    def by(query: str) -> dict[str, int]:
        return dict(connection.execute(query).fetchall())

    return Summary(
        works=one("SELECT count(*) FROM works WHERE NOT external"),
        several_documents=one("SELECT count(*) FROM works WHERE documents > 1"),
        external=one("SELECT count(*) FROM works WHERE external"),
        edges=by("SELECT kind, count(*) FROM edges GROUP BY kind ORDER BY kind"),
        inferred=one("SELECT count(*) FROM edges WHERE inferred"),
        ambiguous=one("SELECT count(*) FROM edges WHERE ambiguous"),
        citations=by(
            "SELECT status, count(DISTINCT document || '#' || citation) FROM citation_links GROUP BY 1 ORDER BY 1"
        ),
        passages=one("SELECT count(*) FROM passages"),
        witnessed=one("SELECT count(DISTINCT document || '#' || item) FROM witnesses"),
        resolved=one("SELECT count(DISTINCT document || '#' || item) FROM witnesses WHERE resolves"),
    )
