"""The tables of relations in index.sqlite, and what their columns hold.

Those of `TABLES` are for everybody (`dau query`, docs/relations.md); those that begin with `link_` are the memory of
`dau link`: what it took from each document, so that a document is read once however many come after it. All of it is
derived: dropping any of these tables costs a run of `dau link` and nothing else.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

VERSION = 2
"""Counted up when the tables or what is kept in them change; another version is dropped and made anew. (What another
version of dau read of a document is read again anyhow.)"""

TABLES: dict[str, str] = {
    "works": """
        id TEXT PRIMARY KEY,        -- d:… a document of the archive, x:… one that is only cited
        external INTEGER NOT NULL,  -- 1: cited, not in the archive
        synthetic INTEGER NOT NULL, -- 1: made up (flag `synthetic`); cites, but is cited by none and witnesses nothing
        type TEXT,                  -- loại văn bản
        number TEXT,                -- số, ký hiệu as read (in normal form where it has one)
        number_state TEXT NOT NULL, -- read, doubtful (flagged), witnessed (see witnessed_number), unread, none
        witnessed_number TEXT,      -- the number that witnesses give where the reading is in doubt
        issued TEXT,                -- ngày ban hành as read, ISO 8601
        witnessed_issued TEXT,      -- the day that witnesses give where the reading is in doubt
        issuer TEXT,                -- cơ quan ban hành
        title TEXT,                 -- trích yếu
        label TEXT NOT NULL,        -- a line to show
        documents INTEGER NOT NULL  -- documents of the archive that are this work (scans, clean copies)
    """,
    "work_documents": """
        work TEXT NOT NULL,
        document TEXT NOT NULL,     -- folder's name (documents.id)
        PRIMARY KEY (work, document)
    """,
    "edges": """
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,       -- the work that cites, amends, quotes …
        target TEXT NOT NULL,       -- the work that is cited …
        kind TEXT NOT NULL,         -- cites, based_on, implements, amends, replaces, repeals, attached, quotes,
                                    -- same_work, same_movement
        confidence REAL NOT NULL,   -- 0…1, a figure to sort by
        inferred INTEGER NOT NULL,  -- 1: no document says so; concluded from what they have in common
        ambiguous INTEGER NOT NULL, -- 1: one of several works that may be meant; all of them have an edge
        directed INTEGER NOT NULL,  -- 0: source and target are as good the other way round
        UNIQUE (source, target, kind)
    """,
    "edge_evidence": """
        edge INTEGER NOT NULL,
        document TEXT,              -- where it is said: document, unit of its tree, page, words
        node TEXT,
        page INTEGER,
        words TEXT NOT NULL,
        other_document TEXT,        -- the other side: where the other document says who it is, or has the same words
        other_node TEXT,
        other_page INTEGER,
        other_words TEXT
    """,
    "citation_links": """
        document TEXT NOT NULL,
        citation TEXT NOT NULL,     -- citations.id (C01 …)
        work TEXT,                  -- null where the words are too few to tell a document
        status TEXT NOT NULL,       -- resolved (a document of the archive), ambiguous, external, unidentified
        confidence REAL
    """,
    "passages": """
        id INTEGER PRIMARY KEY,
        a_document TEXT NOT NULL,   -- the two documents, a before b in the order of their names
        a_node TEXT NOT NULL,       -- where it begins
        a_page INTEGER NOT NULL,
        a_last_node TEXT NOT NULL,  -- where it ends
        a_words TEXT NOT NULL,      -- what stands there (400 characters at most)
        b_document TEXT NOT NULL,
        b_node TEXT NOT NULL,
        b_page INTEGER NOT NULL,
        b_last_node TEXT NOT NULL,
        b_words TEXT NOT NULL,
        syllables INTEGER NOT NULL, -- syllables that agree letter by letter, diacritics aside
        likeness REAL NOT NULL,     -- part that agrees or nearly so, 0…1
        a_first INTEGER NOT NULL, a_end INTEGER NOT NULL, -- syllables, counted from 0 (link_texts)
        b_first INTEGER NOT NULL, b_end INTEGER NOT NULL
    """,
    "witnesses": """
        document TEXT NOT NULL,     -- whose reading is in doubt
        item INTEGER NOT NULL,      -- place of the doubt in its review list, from 0
        code TEXT NOT NULL,
        field TEXT,
        node TEXT,
        raw TEXT,                   -- what was read
        kind TEXT NOT NULL,         -- citation, same_work, passage, cited_document, own_reading
        value TEXT NOT NULL,        -- what the witness has there, in normal form
        words TEXT NOT NULL,        -- its words
        witness TEXT NOT NULL,      -- the document that witnesses
        witness_node TEXT,
        witness_page INTEGER,
        resolves INTEGER NOT NULL   -- 1: all witnesses of this doubt have this value
    """,
    "work_movements": """
        work TEXT NOT NULL,
        movement TEXT NOT NULL,     -- name of the emulation movement (phong trào thi đua), as most often written
        part TEXT NOT NULL,         -- own (carried out or launched), parent (the one above it), named (in its title)
        words TEXT NOT NULL         -- as this document writes it
    """,
    "link_documents": """
        document TEXT PRIMARY KEY,
        stamp TEXT NOT NULL,        -- that of the document as it was read (indexed.stamp)
        dau TEXT NOT NULL,          -- version that read it; what another one read is read again
        facts BLOB NOT NULL
    """,
    "link_texts": """
        number INTEGER PRIMARY KEY, -- what link_fingerprints calls it
        document TEXT NOT NULL UNIQUE,
        prints BLOB NOT NULL,
        words BLOB NOT NULL,
        rest BLOB NOT NULL
    """,
    "link_fingerprints": "hash INTEGER NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (hash, document)",
    "link_claims": """
        document TEXT NOT NULL, witness TEXT NOT NULL, item INTEGER NOT NULL, value TEXT NOT NULL, words TEXT NOT NULL,
        node TEXT, page INTEGER""",
    "link_meta": "key TEXT PRIMARY KEY, value TEXT NOT NULL",  # version; linked: when that was last done (UTC)
}
_FORMER = ("link_frequency",)
"""Tables of earlier versions."""
_WITHOUT_ROWID = frozenset(["link_fingerprints", "work_documents"])
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS link_documents_read ON link_documents (document, stamp, dau)",
    "CREATE INDEX IF NOT EXISTS edges_target ON edges (target, kind)",
    "CREATE INDEX IF NOT EXISTS edge_evidence_edge ON edge_evidence (edge)",
    "CREATE INDEX IF NOT EXISTS work_documents_document ON work_documents (document)",
    "CREATE INDEX IF NOT EXISTS citation_links_document ON citation_links (document, citation)",
    "CREATE INDEX IF NOT EXISTS passages_a ON passages (a_document)",
    "CREATE INDEX IF NOT EXISTS passages_b ON passages (b_document)",
    "CREATE INDEX IF NOT EXISTS link_claims_document ON link_claims (document)",
    "CREATE INDEX IF NOT EXISTS link_claims_witness ON link_claims (witness)",
    "CREATE INDEX IF NOT EXISTS witnesses_document ON witnesses (document, item)",
)
_VIEWS = {
    "relations": """
        SELECT e.id AS edge, s.label AS source, e.kind, t.label AS target, e.confidence, e.inferred, e.ambiguous,
               s.id AS source_id, t.id AS target_id
        FROM edges e JOIN works s ON s.id = e.source JOIN works t ON t.id = e.target""",
    "unlinked": """
        SELECT i.document, l.document IS NOT NULL AS before -- 1: relations are those of an earlier state of it
        FROM indexed i LEFT JOIN link_documents l ON l.document = i.document
        WHERE l.stamp IS NOT i.stamp OR l.dau IS NOT (SELECT value FROM meta WHERE key = 'dau')""",
}


def prepare(connection: sqlite3.Connection) -> bool:
    """Make the tables where they are missing or of another version; True where they were made anew."""
    if _version(connection) == VERSION:
        return False
    drop(connection)
    for table, columns in TABLES.items():
        suffix = " WITHOUT ROWID" if table in _WITHOUT_ROWID else ""
        connection.execute(f"CREATE TABLE {table} ({columns}){suffix}")
    for statement in _INDEXES:
        connection.execute(statement)
    for view, select in _VIEWS.items():
        connection.execute(f"CREATE VIEW {view} AS {select}")
    connection.execute("INSERT INTO link_meta VALUES ('version', ?)", (str(VERSION),))
    return True


def drop(connection: sqlite3.Connection) -> None:
    """Remove all that linking keeps, of this version or another."""
    for view in _VIEWS:
        connection.execute(f"DROP VIEW IF EXISTS {view}")
    for table in (*TABLES, *_FORMER):
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def carry(path: Path, new: sqlite3.Connection) -> None:
    """Take the relations of another index over into one that has none, outside of a transaction. Those of another
    version, and those that are damaged, stay behind."""
    prepare(new)  # before the other's tables can be meant by the same names
    whole = False
    try:
        new.execute("ATTACH ? AS old", (str(path),))
        try:
            if whole := _version(new, "old") == VERSION:
                new.execute("DELETE FROM main.link_meta")
                for table in TABLES:
                    new.execute(f"INSERT INTO main.{table} SELECT * FROM old.{table}")
        finally:
            new.execute("DETACH old")
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        whole = False
    if not whole:
        drop(new)


def _version(connection: sqlite3.Connection, database: str = "main") -> int | None:
    tables = f"SELECT 1 FROM {database}.sqlite_master WHERE type = 'table' AND name = 'link_meta'"
    if connection.execute(tables).fetchone() is None:
        return None
    row = connection.execute(f"SELECT value FROM {database}.link_meta WHERE key = 'version'").fetchone()
    return int(row[0]) if row else None


def linked(connection: sqlite3.Connection) -> bool:
    """Whether there are relations to ask for."""
    return _version(connection) == VERSION
