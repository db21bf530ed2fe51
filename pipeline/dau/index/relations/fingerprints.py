"""Fingerprints of a text by winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003).

Of the hashes of all rows of `GRAM` syllables the smallest in every window of `WINDOW` is kept, of equal ones the
rightmost. Two texts that share `GRAM + WINDOW - 1` syllables in a row without a misread one share a fingerprint,
whatever stands around them; about two in five rows (2 / (WINDOW + 1)) are kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from hashlib import blake2b

from .text import Text

GRAM = 5
WINDOW = 4
SHARED_RUN = GRAM + WINDOW - 1
"""Syllables in a row that are found for certain."""


def fingerprints(text: Text) -> list[tuple[int, int]]:
    """(hash, place) of each fingerprint, place the syllable at which its row begins. Runs with digits are skipped over:
    they are what readers misread, and what a passage may be asked about."""
    letters = [at for at, word in enumerate(text.folded) if word.isalpha()]
    hashes = [(_hash(text, letters[k : k + GRAM]), letters[k]) for k in range(len(letters) - GRAM + 1)]
    return list(_winnow(hashes))


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
