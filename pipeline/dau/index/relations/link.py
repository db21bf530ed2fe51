"""`dau link`: the relations of an archive brought up to date.

    for each document that is new or changed   facts, text, fingerprints     (reads the document, once)
    for each pair that may share a passage     aligned passages, witnesses   (reads the two texts from the index)
    for the archive                            works, edges, witnesses       (reads facts and passages)

The first two do work for what is new; the third starts from what they kept and is made anew whenever anything changed.
All of it is one transaction: interrupted, the relations are those of before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache

from pydantic_core import PydanticSerializationError

from dau import __version__
from dau.document.errors import DauError

from . import schema
from .derive import Derived, derive
from .facts import Doubt, Facts, Held
from .inverted import Inverted, Pair, overlap
from .passages import Passage
from .readings import claims_of_passages
from .shared import Shared
from .taking import facts_of
from .text import Text, text_of
from .witnessing import Claim

Progress = Callable[[str, int, int], None]
"""Called with a stage (`documents`, `passages`), how much of it is done, and of how much."""
_CACHE = 64 << 10
"""KiB of the index that are held in memory: fingerprints lie all over their table."""


def silent(stage: str, done: int, of: int) -> None:
    return


@dataclass(frozen=True)
class Linked:
    """What a run did: documents that came or changed, left, and stayed as they were; `failed` by id, and why; pairs of
    texts that were compared; whether the relations changed; new or changed documents that are left for the next run."""

    read: int
    removed: int
    unchanged: int
    failed: tuple[tuple[str, str], ...]
    compared: int
    changed: bool
    left: int = 0


def link(
    connection: sqlite3.Connection, documents: Iterable[Held], progress: Progress = silent, most: int | None = None,
    *, anew: bool = False,
) -> Linked:  # fmt: skip
    """Bring the relations in an open index (autocommit mode) up to date with the documents of its archive: with all of
    them, or with `most` that are new or changed, which bounds how long others wait for the index. `anew`: all that is
    known of them is forgotten first.

    A document whose files cannot be read is left out, and told. Raises sqlite3.Error where the index cannot be
    written; nothing is changed then.
    """
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if anew:
            schema.drop(connection)
        linked = _link(connection, documents, progress, most)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return linked


def _link(
    connection: sqlite3.Connection, documents: Iterable[Held], progress: Progress, most: int | None
) -> Linked:
    anew = schema.prepare(connection)
    known = {
        document: stamp if dau == __version__ else None
        for document, stamp, dau in connection.execute("SELECT document, stamp, dau FROM link_documents")
    }
    inverted = Inverted(connection, _Witness(connection))
    current: set[str] = set()
    failed: list[tuple[str, str]] = []
    read = left = 0
    for held in documents:
        current.add(held.id)
        if known.get(held.id) == held.stamp:
            continue
        if most is not None and read >= most:
            left += 1
            continue
        try:
            text = text_of(held.directive, held.transcript)
            facts = facts_of(held, len(text)).packed()
            _ = text.packed
        except (DauError, UnicodeEncodeError, PydanticSerializationError) as error:  # the last two: half a character
            failed.append((held.id, str(error)))
            current.discard(held.id)
            continue
        _forget(connection, inverted, held.id)
        inverted.add(held.id, text)
        connection.execute("INSERT INTO link_documents VALUES (?, ?, ?, ?)", (held.id, held.stamp, __version__, facts))
        read += 1
        progress("documents", read, 0)
    gone = sorted(known.keys() - current)
    for document in gone:
        _forget(connection, inverted, document)
    changed = anew or read > 0 or bool(gone)
    compared = inverted.compare(lambda done, of: progress("passages", done, of)) if changed else 0
    if changed:
        _store(connection, derive(list(_facts(connection)), list(_shared(connection)), _claims(connection),
                                  lambda one, other: overlap(connection, one, other)))  # fmt: skip
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute("INSERT OR REPLACE INTO link_meta VALUES ('linked', ?)", (now,))
    return Linked(read, len(gone), len(current) - read - left, tuple(failed), compared, changed, left)


def _forget(connection: sqlite3.Connection, inverted: Inverted, document: str) -> None:
    inverted.remove(document)
    connection.execute("DELETE FROM link_documents WHERE document = ?", (document,))


class _Witness:
    """What two documents witness for each other in their passages; asked by `Inverted` for each pair it compared."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __call__(self, pair: Pair, a: Text, b: Text, found: list[Passage]) -> Iterator[Claim]:
        return claims_of_passages(self._facts(pair[0]), self._facts(pair[1]), a, b, found)

    def _facts(self, document: str) -> Facts:
        row = self._connection.execute("SELECT facts FROM link_documents WHERE document = ?", (document,)).fetchone()
        return _unpacked(row[0])


@lru_cache(maxsize=64)
def _unpacked(data: bytes) -> Facts:
    return Facts.unpacked(data)


def _facts(connection: sqlite3.Connection) -> Iterator[Facts]:
    for (data,) in connection.execute("SELECT facts FROM link_documents ORDER BY document"):
        yield Facts.unpacked(data)


def _shared(connection: sqlite3.Connection) -> Iterator[Shared]:
    rows = connection.execute(
        "SELECT a_document, b_document, a_node, a_page, a_words, a_end - a_first, b_node, b_page, b_words,"
        " b_end - b_first, syllables, likeness FROM passages ORDER BY a_document, b_document, a_first, b_first"
    )
    for row in rows:
        yield Shared(*row)


def _claims(connection: sqlite3.Connection) -> Iterator[Claim]:
    """What passages witness, with the doubts it is about."""
    rows = connection.execute(
        "SELECT document, witness, item, value, words, node, page FROM link_claims ORDER BY 1, 3, 2, 4, 6"
    ).fetchall()
    doubts: dict[str, dict[int, Doubt]] = {}
    for document, witness, item, value, words, node, page in rows:
        if document not in doubts:
            facts = connection.execute("SELECT facts FROM link_documents WHERE document = ?", (document,)).fetchone()
            doubts[document] = {doubt.index: doubt for doubt in Facts.unpacked(facts[0]).doubts}
        yield Claim(document, doubts[document][item], "passage", value, words, witness, node, page)


def _store(connection: sqlite3.Connection, derived: Derived) -> None:
    for table in (field.name for field in fields(Derived)):
        connection.execute(f"DELETE FROM {table}")
        rows = getattr(derived, table)
        if rows:
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
