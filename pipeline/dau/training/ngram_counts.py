"""Clean text → vocabulary and counts of word sequences.

Numbers and symbols are classes, words are lower case with one tone placement, rare words are one class. Sentences
begin and end with `<s>`; no context reaches across it.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dau.restore.tokens import NUMBER, SYMBOL, ends_sentence, pieces

Ids = npt.NDArray[np.uint16]
Keys = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]

BOUNDARY, UNKNOWN = "<s>", "<unk>"
CLASSES = (BOUNDARY, UNKNOWN, NUMBER, SYMBOL)


@dataclass(frozen=True)
class Vocabulary:
    """Words by id, most frequent first after the four classes; at most 65 536."""

    words: tuple[str, ...]
    counts: tuple[int, ...]


def word_counts(texts: Iterable[str]) -> Counter[str]:
    """How often each string between white space occurs."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update(text.split())
    return found


def vocabulary(found: Counter[str], least: int, size: int) -> Vocabulary:
    """The `size` most frequent keys that occur at least `least` times."""
    keys: Counter[str] = Counter()
    for word, count in found.items():
        for piece in pieces(word):
            keys[piece.key] += count
    chosen = [
        (w, c) for w, c in sorted(keys.items(), key=lambda x: (-x[1], x[0]))
        if c >= least and w not in CLASSES and len(w) <= 24
    ][: size - len(CLASSES)]
    return Vocabulary(
        CLASSES + tuple(w for w, _ in chosen), (0, 0, keys[NUMBER], keys[SYMBOL], *(c for _, c in chosen))
    )


def encode(texts: Iterable[str], known: Vocabulary) -> Ids:
    """All texts as one sequence of ids, a boundary at each end of sentence, blank line and end of text."""
    ids = {w: n for n, w in enumerate(known.words)}
    memo: dict[str, tuple[int, ...]] = {}
    out = array("H", [0])
    for text in texts:
        for paragraph in text.split("\n\n"):
            for word in paragraph.split():
                found = memo.get(word)
                if found is None:
                    found = tuple(ids.get(p.key, 1) for p in pieces(word)) + ((0,) if ends_sentence(word) else ())
                    memo[word] = found
                out.extend(found)
            out.append(0)
    sequence = np.frombuffer(out, dtype=np.uint16)
    again = np.zeros(len(sequence), dtype=bool)
    again[1:] = (sequence[1:] == 0) & (sequence[:-1] == 0)
    return sequence[~again]


def bigrams(sequence: Ids) -> tuple[Keys, Counts]:
    """Distinct pairs as `first << 16 | second`, ascending, with their counts."""
    wide = sequence.astype(np.uint64)
    return _counted((wide[:-1] << np.uint64(16)) | wide[1:])


def trigrams(sequence: Ids) -> tuple[Keys, Counts]:
    """Distinct triples as `first << 32 | second << 16 | third`, with no boundary in the middle."""
    wide = sequence.astype(np.uint64)
    keys = (wide[:-2] << np.uint64(32)) | (wide[1:-1] << np.uint64(16)) | wide[2:]
    return _counted(keys[sequence[1:-1] != 0])


def _counted(keys: Keys) -> tuple[Keys, Counts]:
    keys.sort()
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[starts], np.diff(np.append(starts, len(keys)))


