"""The schema of index.sqlite, made from the row model: tables, keys, indexes, views."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator

from .rows import Day
from .tables import TABLES, Column, Reference, Table

SQL_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL", bool: "INTEGER", Day: "TEXT"}

SEARCH_COLUMNS = ("title", "body", "raw", "title_bare", "body_bare", "raw_bare")
"""Columns of the full-text table: number, type, subject and issuer; nodes, blocks and tables; what was read before
restoring; and the same three without diacritics."""

_OWN = (
    """CREATE TABLE meta (
    key TEXT PRIMARY KEY NOT NULL, -- schema, dau; archive: its state when this was last brought up to date
    value TEXT NOT NULL
) STRICT""",
    """CREATE TABLE indexed (
    row INTEGER PRIMARY KEY, -- its row in `search`
    document TEXT NOT NULL UNIQUE REFERENCES documents (id), -- the document
    stamp TEXT NOT NULL, -- changes when the document or its corrections do
    day INTEGER NOT NULL, -- 20210916; 0 without a date. This and the next are what hits are sorted and counted by
    number_key TEXT,
    type TEXT,
    agency TEXT,
    year INTEGER,
    province TEXT
) STRICT""",
    f"""CREATE VIRTUAL TABLE search USING fts5(
    {", ".join(SEARCH_COLUMNS)}, content='', tokenize='unicode61 remove_diacritics 0'
)""",
)

VIEWS = {
    "v_duties": (
        "Duties: one row for each duty and each who has a part in it; duties of nobody named have one row too.",
        """SELECT t.document, d.number, d.type, d.issuer, d.province, d.issued, t.id AS task, t.node, t.text, t.kind,
    t.modality, a.name AS assignee, a.role, a.inferred, a.agency, g.name AS agency_name, l.raw AS deadline,
    l.kind AS deadline_kind, l.due, t.confidence, t.page
FROM tasks t JOIN documents d ON d.id = t.document
LEFT JOIN assignees a ON a.document = t.document AND a.task = t.id
LEFT JOIN agencies g ON g.id = a.agency
LEFT JOIN deadlines l ON l.document = t.document AND l.task = t.id""",
    ),
    "v_citations": (
        "Documents named in other documents: one row for each pair; a document's own number is left out.",
        """SELECT c.document, d.number, d.type, d.issuer, d.issued, c.id AS citation, c.type AS cited_type,
    c.number AS cited_number, c.number_key AS cited_key, c.issuer AS cited_issuer, c.date AS cited_date,
    c.title AS cited_title, EXISTS (SELECT 1 FROM legal_basis_citations b WHERE b.document = c.document
    AND b.citation = c.id) AS legal_basis, c.page
FROM citations c JOIN documents d ON d.id = c.document WHERE NOT c.own""",
    ),
    "v_awards": (
        "Forms of award, with the document that names them.",
        """SELECT w.document, d.number, d.type, d.issuer, d.issued, w.id AS award, w.form, w.conferred_by,
    g.name AS agency_name, w.criteria_text, w.page
FROM awards w JOIN documents d ON d.id = w.document LEFT JOIN agencies g ON g.id = w.agency""",
    ),
    "v_recipients": (
        "Organisations of Nơi nhận: one row for each that an item names.",
        """SELECT o.document, d.number, d.type, d.issuer, d.issued, i.raw, i.purpose, o.name, o.agency,
    g.name AS agency_name, o.page
FROM recipient_organisations o JOIN recipients i ON i.document = o.document AND i.position = o.recipient
JOIN documents d ON d.id = o.document LEFT JOIN agencies g ON g.id = o.agency""",
    ),
    "v_flags": (
        "Doubts, with the document they are about and the file it came from.",
        """SELECT f.document, d.number, d.type, d.issuer, d.filename, f.code, f.severity, f.needs_review, f.field,
    f.message, f.raw, f.resolved, f.expected_loss, f.page
FROM flags f JOIN documents d ON d.id = f.document""",
    ),
}
"""Views by name: what a row is, and the query."""


def statements() -> Iterator[str]:
    """All that makes an empty index."""
    for table in TABLES.values():
        yield create(table)
        for columns in table.indexes:
            yield f"CREATE INDEX {table.name}_{'_'.join(columns)} ON {table.name} ({_names(columns)})"
    yield from _OWN
    for name, (_, query) in VIEWS.items():
        yield f"CREATE VIEW {name} AS\n{query}"


LAYOUT = 1
"""Raised when the same documents give other rows or other texts to search, though the schema is the same."""


def version() -> str:
    """Digest of the schema with the layout: an index of another is made anew."""
    return hashlib.sha256(";\n".join((*statements(), str(LAYOUT))).encode()).hexdigest()[:16]


def create(table: Table) -> str:
    """The CREATE TABLE of a table; comments say what each column holds, for whoever looks at the file alone."""
    parts = [(_column(column), column.description) for column in table.columns]
    parts += [(f"PRIMARY KEY ({_names(table.key)})", "")]
    parts += [(_reference(reference), "") for reference in table.references]
    lines = [
        f"    {sql}{',' if n < len(parts) else ''}{f' -- {words}' if words else ''}"
        for n, (sql, words) in enumerate(parts, 1)
    ]
    return "\n".join((f"CREATE TABLE {table.name} ( -- {table.description.splitlines()[0]}", *lines, ") STRICT"))


def make(connection: sqlite3.Connection) -> None:
    """Make an empty index."""
    for statement in statements():
        connection.execute(statement)


def insert(table: Table) -> str:
    """The INSERT for a row of a table; an agency that is known already stays."""
    marks = ", ".join("?" * len(table.columns))
    known = " OR IGNORE" if table.name == "agencies" else ""
    return f"INSERT{known} INTO {table.name} ({_names([c.name for c in table.columns])}) VALUES ({marks})"


def _column(column: Column) -> str:
    check = f" CHECK ({quoted(column.name)} IN (0, 1))" if column.type is bool else ""
    return f"{quoted(column.name)} {SQL_TYPES[column.type]}{'' if column.nullable else ' NOT NULL'}{check}"  # type: ignore[index]


def _reference(reference: Reference) -> str:
    return f"FOREIGN KEY ({_names(reference.columns)}) REFERENCES {reference.table} ({_names(reference.key)})"


def _names(columns: tuple[str, ...] | list[str]) -> str:
    return ", ".join(quoted(name) for name in columns)


def quoted(name: str) -> str:
    """A name of the row model as an SQL identifier: `table`, `column` and `row` would be words of the language."""
    return f'"{name}"'
