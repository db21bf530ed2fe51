"""Fingerprints of a text by winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003).

Of the hashes of all rows of `GRAM` syllables the smallest in every window of `WINDOW` is kept, of equal ones the
rightmost. Two texts that share `GRAM + WINDOW - 1` syllables in a row without a misread one share a fingerprint,
whatever stands around them; about two in five rows (2 / (WINDOW + 1)) are kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from .text import Text

Column = NDArray[np.int64]
GRAM = 5
WINDOW = 4
SHARED_RUN = GRAM + WINDOW - 1
"""Syllables in a row that are found for certain."""


@dataclass(frozen=True, slots=True)
class Prints:
    """Fingerprints of a text as columns in the order of their places: the hash, and the syllable at which its row
    begins (64-bit integers)."""

    hashes: Column
    at: Column

    @property
    def values(self) -> set[int]:
        return set(self.hashes.tolist())

    def places(self, value: int) -> list[int]:
        """The syllables at which rows of this hash begin."""
        found: list[int] = self.at[self.hashes == value].tolist()
        return found

    @property
    def packed(self) -> bytes:
        """As bytes for the index."""
        return np.stack((self.hashes, self.at)).astype("<i8").tobytes()

    @staticmethod
    def unpacked(data: bytes) -> Prints:
        hashes, at = np.frombuffer(data, dtype="<i8").reshape(2, -1)
        return Prints(hashes, at)


def fingerprints(text: Text) -> Prints:
    """The fingerprints of a text. Runs with digits are skipped over: they are what readers misread, and what a passage
    may be asked about."""
    letters = [at for at, word in enumerate(text.folded) if word.isalpha()]
    hashes = [(_hash(text, letters[k : k + GRAM]), letters[k]) for k in range(len(letters) - GRAM + 1)]
    hashed, at = np.array(list(_winnow(hashes)), dtype=np.int64).reshape(-1, 2).T
    return Prints(hashed, at)


def _hash(text: Text, row: list[int]) -> int:
    """63 bits, so that SQLite keeps them as a plain integer; the same on every machine."""
    words = " ".join([text.folded[at] for at in row])
    return int.from_bytes(blake2b(words.encode("utf-8"), digest_size=8).digest()) >> 1


def _winnow(hashes: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if len(hashes) < WINDOW:
        if hashes:
            yield min(hashes)
        return
    window: deque[int] = deque()
    last = -1
    for n, (value, _) in enumerate(hashes):
        while window and hashes[window[-1]][0] >= value:
            window.pop()
        window.append(n)
        if window[0] <= n - WINDOW:
            window.popleft()
        if n >= WINDOW - 1 and window[0] != last:
            last = window[0]
            yield hashes[last]
