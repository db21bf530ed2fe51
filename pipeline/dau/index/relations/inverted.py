"""The inverted index of fingerprints, and the shared passages kept from run to run.

A fingerprint links the documents that have it while they are at most `MOST_DOCUMENTS`: what more have is a formula of
the trade, whoever wrote it. The limit is a number and no share of the archive, so that a new document changes what
links only where a fingerprint comes to its limit; the pairs of documents that lose (or, when one is removed, regain) a
fingerprint are then compared anew. Thus a run does work for what is new, and ends as a run over everything would.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np

from .fingerprints import Prints, fingerprints
from .passages import Passage, common_places, passages
from .text import Text, Words
from .witnessing import Claim

MOST_DOCUMENTS = 32
LEAST_COMMON = 2
"""Fingerprints that two documents must share to be compared."""
_KEPT_WORDS = 400
_CACHED = 128
_WHOLE = 8
"""Texts that are kept in memory while pairs are compared: their words, and all of them; a book has some megabytes."""
_BATCH = 1_000_000
"""Fingerprints that are put into the table at once, in its order: one by one each would touch a page of its own."""

Pair = tuple[str, str]
Witnessing = Callable[[Pair, Text, Text, list[Passage]], Iterable[Claim]]


class Inverted:
    """The tables `link_texts`, `link_fingerprints` and `passages` of an open index.

    Call `remove` and `add` for each document that went, changed or came, then `compare` once. What it costs grows with
    what is new: a fingerprint is looked up by its key, never by going through those of the archive.
    """

    def __init__(self, connection: sqlite3.Connection, witness: Witnessing | None = None) -> None:
        """`witness` is called for each pair with passages; what it answers is kept beside them."""
        self._db = connection
        self._witness = witness
        self._number: dict[str, int] = dict(connection.execute("SELECT document, number FROM link_texts"))
        self._name = {number: document for document, number in self._number.items()}
        self._added: set[int] = set()
        self._waiting = (array("q"), array("q"))
        """Hashes and documents of what `add` was given and the table has not yet."""
        self._stale: set[tuple[int, int]] = set()
        self._crossed: set[int] = set()
        self._read = lru_cache(_CACHED)(self._read_words)
        self._text = lru_cache(_WHOLE)(self._read_text)

    def remove(self, document: str) -> None:
        """Take a document out, with its passages."""
        number = self._number.pop(document, None)
        if number is None:
            return
        if number in self._added:
            self._settle()
        hashes = self._prints(number).values
        # one document fewer, and they link again
        self._crossed.update(value for value in hashes if len(self._documents(value)) == MOST_DOCUMENTS + 1)
        self._db.executemany(
            "DELETE FROM link_fingerprints WHERE hash = ? AND document = ?", [(value, number) for value in hashes]
        )
        self._db.execute("DELETE FROM link_texts WHERE number = ?", (number,))
        self._db.execute("DELETE FROM passages WHERE a_document = ? OR b_document = ?", (document, document))
        self._db.execute("DELETE FROM link_claims WHERE document = ? OR witness = ?", (document, document))
        del self._name[number]
        self._added.discard(number)
        self._read.cache_clear()
        self._text.cache_clear()

    def add(self, document: str, text: Text) -> None:
        """Put a document in that is not there."""
        found = fingerprints(text)
        number = self._db.execute(
            "INSERT INTO link_texts (document, prints, words, rest) VALUES (?, ?, ?, ?)",
            (document, found.packed, *text.packed),
        ).lastrowid
        assert number is not None
        self._number[document], self._name[number] = number, document
        self._added.add(number)
        for value in found.values:
            self._waiting[0].append(value)
            self._waiting[1].append(number)
        if len(self._waiting[0]) >= _BATCH:
            self._settle()

    def _settle(self) -> None:
        """Put the fingerprints that wait into the table. Those that thereby come to be of too many documents link no
        longer: who was linked by them is compared anew."""
        hashes, numbers = (np.array(column, dtype=np.int64) for column in self._waiting)
        self._waiting = (array("q"), array("q"))
        order = np.lexsort((numbers, hashes))
        if len(self._added) < len(self._name):  # else all that is linked is new, and compared as such
            for value, count in zip(*(each.tolist() for each in np.unique(hashes, return_counts=True)), strict=True):
                known = self._documents(value)
                if len(known) <= MOST_DOCUMENTS < len(known) + count:
                    self._outdate(known)
        rows = zip(hashes[order].tolist(), numbers[order].tolist(), strict=True)
        self._db.executemany("INSERT INTO link_fingerprints VALUES (?, ?)", rows)

    def _outdate(self, numbers: Iterable[int]) -> None:
        """Have each two of them compared anew; a new one is compared with all it shares something with anyway."""
        self._stale.update(combinations(sorted(set(numbers) - self._added), 2))

    def compare(self, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
        """Find the passages of all that came, and of pairs that gained or lost a link; the number of pairs compared."""
        self._settle()
        for value in self._crossed:
            if linking := self._linked(value):
                self._outdate(linking)
        stale = sorted({self._pair(*both) for both in self._stale if both[0] in self._name and both[1] in self._name})
        new = sorted(self._added, key=lambda number: self._name[number])
        compared = 0
        done: set[int] = set()
        for number in new:
            progress(len(done), len(new) + len(stale))
            for other, common in sorted(self._sharing(number).items(), key=lambda item: self._name[item[0]]):
                if other not in done and len(common) >= LEAST_COMMON:
                    self._compare(self._pair(number, other), common)
                    compared += 1
            done.add(number)
        linked = lru_cache(_BATCH)(lambda value: bool(self._linked(value)))
        for n, pair in enumerate(stale, len(new)):
            progress(n, len(new) + len(stale))
            self._anew(pair, linked)
        self._added, self._stale, self._crossed = set(), set(), set()
        return compared + len(stale)

    def _pair(self, one: int, other: int) -> Pair:
        a, b = sorted((self._name[one], self._name[other]))
        return a, b

    def _sharing(self, number: int) -> dict[int, set[int]]:
        """The documents that share fingerprints which link, and these."""
        found: dict[int, set[int]] = defaultdict(set)
        for value in self._prints(number).values:
            for other in self._linked(value):
                found[other].add(value)
        found.pop(number, None)
        return found

    def _anew(self, pair: Pair, linked: Callable[[int], bool]) -> None:
        """Compare two documents that were compared before."""
        self._db.execute("DELETE FROM passages WHERE a_document = ? AND b_document = ?", pair)
        self._db.executemany("DELETE FROM link_claims WHERE document = ? AND witness = ?", [pair, pair[::-1]])
        left, right = (self._prints(self._number[document]).values for document in pair)
        common = {value for value in left & right if linked(value)}
        if len(common) >= LEAST_COMMON:
            self._compare(pair, common)

    def _compare(self, pair: Pair, common: set[int]) -> None:
        (one, left), (other, right) = (self._read(self._number[document]) for document in pair)
        found = passages(one, other, common_places(left, right, common))
        if not found:
            return
        a, b = (self._text(document) for document in pair)
        self._db.executemany(
            f"INSERT INTO passages VALUES (NULL{', ?' * 16})", [_row(pair, a, b, passage) for passage in found]
        )
        if self._witness:
            self._db.executemany(
                "INSERT INTO link_claims VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (c.document, c.witness, c.doubt.index, c.value, c.words, c.node, c.page)
                    for c in self._witness(pair, a, b, found)
                ],
            )

    def _read_text(self, document: str) -> Text:
        return Text.unpacked(
            *self._db.execute("SELECT words, rest FROM link_texts WHERE document = ?", (document,)).fetchone()
        )

    def _read_words(self, number: int) -> tuple[Words, Prints]:
        query = "SELECT words, prints FROM link_texts WHERE number = ?"
        words, prints = self._db.execute(query, (number,)).fetchone()
        return Words.unpacked(words), Prints.unpacked(prints)

    def _prints(self, number: int) -> Prints:
        query = "SELECT prints FROM link_texts WHERE number = ?"
        return Prints.unpacked(self._db.execute(query, (number,)).fetchone()[0])

    def _linked(self, value: int) -> Sequence[int]:
        """The documents that a fingerprint links: none where there are too many of them, or only one."""
        numbers = self._documents(value)
        return numbers if 2 <= len(numbers) <= MOST_DOCUMENTS else ()

    def _documents(self, value: int) -> list[int]:
        """Documents that have a fingerprint, as many as it may link and one more."""
        query = "SELECT document FROM link_fingerprints WHERE hash = ? LIMIT ?"
        return [number for (number,) in self._db.execute(query, (value, MOST_DOCUMENTS + 1))]


def overlap(connection: sqlite3.Connection, one: str, other: str) -> float:
    """Part of the fingerprints of the shorter text that the other has too, however common they are; 0…1."""
    sets = []
    for document in (one, other):
        row = connection.execute("SELECT prints FROM link_texts WHERE document = ?", (document,)).fetchone()
        sets.append(Prints.unpacked(row[0]).values)
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
