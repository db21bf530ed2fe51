"""The inverted index of fingerprints, and the shared passages kept from run to run.

A fingerprint links the documents that have it while they are at most `MOST_DOCUMENTS`: what more have is a formula of
the trade, whoever wrote it. The limit is a number and no share of the archive, so that a new document changes what
links only where a fingerprint comes to its limit; the pairs of documents that lose (or, when one is removed, regain) a
fingerprint are then compared anew. Thus a run does work for what is new, and ends as a run over everything would.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import combinations

from .fingerprints import fingerprints
from .passages import Passage, common_places, passages
from .text import Text
from .witnessing import Claim

MOST_DOCUMENTS = 32
LEAST_COMMON = 2
"""Fingerprints that two documents must share to be compared."""
_KEPT_WORDS = 400
_CACHED = 64

Pair = tuple[str, str]
Witnessing = Callable[[Pair, Text, Text, list[Passage]], Iterable[Claim]]


class Inverted:
    """The tables `link_texts`, `link_fingerprints`, `link_frequency` and `passages` of an open index.

    Call `remove` and `add` for each document that went, changed or came, then `compare` once.
    """

    def __init__(self, connection: sqlite3.Connection, witness: Witnessing | None = None) -> None:
        """`witness` is called for each pair with passages; what it answers is kept beside them."""
        self._db = connection
        self._witness = witness
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (hash INTEGER PRIMARY KEY)")
        self._added: set[str] = set()
        self._stale: set[Pair] = set()
        self._crossed: set[int] = set()
        self._read = lru_cache(_CACHED)(self._read_text)

    def text(self, document: str) -> Text:
        return self._read(document)[0]

    def _read_text(self, document: str) -> tuple[Text, list[tuple[int, int]]]:
        row = self._db.execute("SELECT text FROM link_texts WHERE document = ?", (document,)).fetchone()
        text = Text.unpacked(row[0])
        return text, fingerprints(text)

    def remove(self, document: str) -> None:
        """Take a document out, with its passages."""
        if not self._db.execute("SELECT 1 FROM link_texts WHERE document = ?", (document,)).fetchone():
            return
        found = self._read(document)[1]
        self._want({value for value, _ in found})
        # one document fewer, and they link again
        self._crossed |= self._frequent(MOST_DOCUMENTS + 1)
        self._db.execute(
            "UPDATE link_frequency SET documents = documents - 1 WHERE hash IN (SELECT hash FROM wanted)"
        )
        self._db.execute("DELETE FROM link_frequency WHERE documents = 0")
        self._db.executemany(
            "DELETE FROM link_fingerprints WHERE hash = ? AND document = ? AND place = ?",
            [(value, document, place) for value, place in found],
        )
        self._db.execute("DELETE FROM link_texts WHERE document = ?", (document,))
        self._db.execute("DELETE FROM passages WHERE a_document = ? OR b_document = ?", (document, document))
        self._db.execute("DELETE FROM link_claims WHERE document = ? OR witness = ?", (document, document))
        self._added.discard(document)
        self._read.cache_clear()

    def add(self, document: str, text: Text) -> None:
        """Put a document in that is not there."""
        found = fingerprints(text)
        self._want({value for value, _ in found})
        # one document more, and these link no longer: who was linked by them is compared anew
        for value in self._frequent(MOST_DOCUMENTS):
            self._stale.update(combinations(self._documents(value), 2))
        self._db.execute(
            "INSERT INTO link_frequency SELECT hash, 1 FROM wanted WHERE true"
            " ON CONFLICT (hash) DO UPDATE SET documents = documents + 1"
        )
        self._db.executemany(
            "INSERT INTO link_fingerprints VALUES (?, ?, ?)", [(value, document, place) for value, place in found]
        )
        self._db.execute("INSERT INTO link_texts VALUES (?, ?)", (document, text.packed))
        self._added.add(document)

    def compare(self, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
        """Find the passages of all that came, and of pairs that gained or lost a link; the number of pairs compared."""
        for value in self._crossed:
            documents = self._documents(value)
            if len(documents) <= MOST_DOCUMENTS:
                self._stale.update(combinations(documents, 2))
        compared: set[Pair] = set()
        for n, document in enumerate(sorted(self._added)):
            progress(n, len(self._added))
            for other in self._candidates(document):
                pair = (min(document, other), max(document, other))
                if pair not in compared:
                    compared.add(pair)
                    self._compare(pair)
        stale = [pair for pair in sorted(self._stale) if not self._added & set(pair)]
        for pair in stale:
            if all(self._there(document) for document in pair):
                self._db.execute("DELETE FROM passages WHERE a_document = ? AND b_document = ?", pair)
                self._db.executemany("DELETE FROM link_claims WHERE document = ? AND witness = ?", [pair, pair[::-1]])
                self._compare(pair)
        self._added, self._stale, self._crossed = set(), set(), set()
        return len(compared) + len(stale)

    def _candidates(self, document: str) -> list[str]:
        self._want({value for value, _ in self._read(document)[1]})
        rows = self._db.execute(
            "SELECT DISTINCT f.hash, f.document FROM wanted JOIN link_frequency USING (hash)"
            " JOIN link_fingerprints f USING (hash) WHERE documents BETWEEN 2 AND ? AND f.document <> ?",
            (MOST_DOCUMENTS, document),
        )
        shared = Counter(other for _, other in rows)
        return sorted(other for other, count in shared.items() if count >= LEAST_COMMON)

    def _compare(self, pair: Pair) -> None:
        (a, left), (b, right) = self._read(pair[0]), self._read(pair[1])
        self._want({value for value, _ in left} & {value for value, _ in right})
        linking = {
            row[0]
            for row in self._db.execute(
                "SELECT hash FROM wanted JOIN link_frequency USING (hash) WHERE documents <= ?", (MOST_DOCUMENTS,)
            )
        }
        if len(linking) < LEAST_COMMON:
            return
        found = passages(a, b, common_places(left, right, linking))
        self._db.executemany(
            f"INSERT INTO passages VALUES (NULL{', ?' * 16})", [_row(pair, a, b, passage) for passage in found]
        )
        if found and self._witness:
            self._db.executemany(
                "INSERT INTO link_claims VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (c.document, c.witness, c.doubt.index, c.value, c.words, c.node, c.page)
                    for c in self._witness(pair, a, b, found)
                ],
            )

    def _there(self, document: str) -> bool:
        return self._db.execute("SELECT 1 FROM link_texts WHERE document = ?", (document,)).fetchone() is not None

    def _want(self, hashes: Iterable[int]) -> None:
        self._db.execute("DELETE FROM wanted")
        self._db.executemany("INSERT INTO wanted VALUES (?)", [(value,) for value in hashes])

    def _frequent(self, documents: int) -> set[int]:
        rows = self._db.execute(
            "SELECT hash FROM wanted JOIN link_frequency USING (hash) WHERE documents = ?", (documents,)
        )
        return {row[0] for row in rows}

    def _documents(self, value: int) -> list[str]:
        rows = self._db.execute(
            "SELECT DISTINCT document FROM link_fingerprints WHERE hash = ? ORDER BY document LIMIT ?",
            (value, MOST_DOCUMENTS + 1),
        )
        return [row[0] for row in rows]


def overlap(connection: sqlite3.Connection, one: str, other: str) -> float:
    """Part of the fingerprints of the shorter text that the other has too, however common they are; 0…1."""
    sets = []
    for document in (one, other):
        row = connection.execute("SELECT text FROM link_texts WHERE document = ?", (document,)).fetchone()
        sets.append({value for value, _ in fingerprints(Text.unpacked(row[0]))})
    least = min(len(found) for found in sets)
    return len(sets[0] & sets[1]) / least if least else 0.0


def _row(pair: Pair, a: Text, b: Text, p: Passage) -> tuple[object, ...]:
    return (
        pair[0],
        *_ends(a, p.a_first, p.a_end),
        pair[1],
        *_ends(b, p.b_first, p.b_end),
        p.same,
        p.likeness,
        p.a_first,
        p.a_end,
        p.b_first,
        p.b_end,
    )


def _ends(text: Text, first: int, end: int) -> tuple[object, ...]:
    place = text.place(first)
    words = text.words(first, end)
    shown = words if len(words) <= _KEPT_WORDS else words[: _KEPT_WORDS - 2].rstrip() + " …"
    return place.node, place.page, text.place(end - 1).node, shown
