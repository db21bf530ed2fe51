"""The language model at run time: packed tables of n-grams, looked up for whole arrays at once.

A table holds no keys: n-grams are sorted by a 64-bit hash; its high bits name a bucket, its low 16 bits are kept as
a fingerprint beside the log probability in steps of 1/15 nat (8 bit). About 3.2 bytes an n-gram; a sequence never
seen is taken for another one in about one of 10 000 look-ups.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dau.document.errors import DependencyError

UInt64s = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float32]

STEP = 1 / 15
"""Nats a step of a quantised log probability."""

BOUNDARY_ID, UNKNOWN_ID, NUMBER_ID, SYMBOL_ID = range(4)


@dataclass(frozen=True)
class Packed:
    """N-grams in order of their hash: `sizes` of the buckets, fingerprints, quantised −ln p, back-off in steps
    (signed), the latter absent at the highest order."""

    sizes: npt.NDArray[np.uint8]
    prints: npt.NDArray[np.uint16]
    values: npt.NDArray[np.uint8]
    backoffs: npt.NDArray[np.int8] | None


def mixed(keys: UInt64s) -> UInt64s:
    """A 64-bit hash (splitmix64's finaliser), the same on every machine."""
    with np.errstate(over="ignore"):
        x = keys + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(x ^ (x >> np.uint64(31)), dtype=np.uint64)


def pack(keys: UInt64s, logs: npt.NDArray[np.float64], backoffs: npt.NDArray[np.float64] | None) -> Packed:
    """Sorted into buckets of four to eight n-grams on average."""
    bits = max(1, int(np.log2(max(8, len(keys)) / 4)))
    hashes = mixed(keys)
    order = np.argsort(hashes, kind="stable")
    sizes = np.bincount((hashes >> np.uint64(64 - bits)).astype(np.int64), minlength=1 << bits)
    if sizes.max(initial=0) > 255:
        raise ValueError("a bucket of the n-gram table overflows")
    return Packed(
        sizes.astype(np.uint8),
        (hashes[order] & np.uint64(0xFFFF)).astype(np.uint16),
        np.clip(np.rint(-logs[order] / STEP), 0, 255).astype(np.uint8),
        None if backoffs is None else np.clip(np.rint(backoffs[order] / STEP), -127, 127).astype(np.int8),
    )


class Table:
    """Look-up in a packed table."""

    def __init__(self, packed: Packed) -> None:
        self._shift = np.uint64(64 - int(np.log2(len(packed.sizes))))
        self._starts = np.zeros(len(packed.sizes) + 1, dtype=np.uint32)
        np.cumsum(packed.sizes, out=self._starts[1:])
        self._longest = int(packed.sizes.max(initial=0))
        self._prints = packed.prints
        self.values, self.backoffs = packed.values, packed.backoffs

    def find(self, keys: UInt64s) -> npt.NDArray[np.int64]:
        """The index of each key (1-D), −1 where it is not in the table."""
        hashes = mixed(keys)
        bucket = (hashes >> self._shift).astype(np.int64)
        marks = (hashes & np.uint64(0xFFFF)).astype(np.uint16)
        at = self._starts[bucket].astype(np.int64)
        end = self._starts[bucket + 1].astype(np.int64)
        found = np.full(len(keys), -1, dtype=np.int64)
        open_ = np.flatnonzero(at < end)
        while len(open_):
            here = at[open_]
            hit = self._prints[here] == marks[open_]
            found[open_[hit]] = here[hit]
            at[open_] += 1
            open_ = open_[~hit & (here + 1 < end[open_])]
        return found


class LanguageModel:
    """P(word | two words before), natural logarithms, for arrays of ids of any equal shape."""

    def __init__(self, words: tuple[str, ...], unigram: Floats, unigram_backoff: Floats, bigrams: Packed,
                 trigrams: Packed) -> None:
        self.words = words
        self.ids = {w: n for n, w in enumerate(words)}
        self.unigram, self.unigram_backoff = unigram, unigram_backoff
        self._bigrams, self._trigrams = Table(bigrams), Table(trigrams)

    def bigram(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Floats:
        """ln P(second | first)."""
        pair = ((first << 16) | second).ravel().astype(np.uint64)
        at = self._bigrams.find(pair)
        known = np.take(self._bigrams.values, np.maximum(at, 0)) * np.float32(-STEP)
        backed = (self.unigram_backoff[first] + self.unigram[second]).ravel()
        return np.where(at >= 0, known, backed).astype(np.float32).reshape(first.shape)

    def pair_backoff(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Floats:
        """The back-off weight of the pair as a history; NaN where no trigram begins with the pair."""
        at = self._bigrams.find(((first << 16) | second).ravel().astype(np.uint64))
        assert self._bigrams.backoffs is not None
        weight = np.take(self._bigrams.backoffs, np.maximum(at, 0)) * np.float32(STEP)
        return np.where(at >= 0, weight, np.float32(np.nan)).astype(np.float32).reshape(first.shape)

    def trigram_or_nan(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64],
                       third: npt.NDArray[np.int64]) -> Floats:
        """ln P(third | first, second) where that triple is in the table, else NaN."""
        at = self._trigrams.find(((first << 32) | (second << 16) | third).ravel().astype(np.uint64))
        value = np.take(self._trigrams.values, np.maximum(at, 0)) * np.float32(-STEP)
        return np.where(at >= 0, value, np.float32(np.nan)).astype(np.float32).reshape(first.shape)


_TABLES = ("unigram", "unigram_backoff", "bigram_sizes", "bigram_prints", "bigram_values", "bigram_backoffs",
           "trigram_sizes", "trigram_prints", "trigram_values")


def save(folder: Path, words: tuple[str, ...], unigram: Floats, unigram_backoff: Floats, bigrams: Packed,
         trigrams: Packed) -> None:
    """One .npy file a table and `vocabulary.txt`, a word a line."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocabulary.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    arrays = (unigram.astype(np.float32), unigram_backoff.astype(np.float32), bigrams.sizes, bigrams.prints,
              bigrams.values, bigrams.backoffs, trigrams.sizes, trigrams.prints, trigrams.values)
    for name, table in zip(_TABLES, arrays, strict=True):
        assert table is not None
        np.save(folder / f"{name}.npy", table)


def load(folder: Path) -> LanguageModel:
    """The model in `folder`, its tables mapped into memory; DependencyError where it is not whole."""
    try:
        words = tuple((folder / "vocabulary.txt").read_text(encoding="utf-8").splitlines())
        # as plain arrays: indexing a memmap costs ten times as much, and the pages stay mapped all the same
        tables = {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in _TABLES}
    except (OSError, ValueError, EOFError) as error:
        raise DependencyError(
            f"The language model in {folder} cannot be loaded: {error}.", "Install dau again, or train the model anew."
        ) from error
    return LanguageModel(
        words, np.asarray(tables["unigram"]), np.asarray(tables["unigram_backoff"]),
        Packed(tables["bigram_sizes"], tables["bigram_prints"], tables["bigram_values"], tables["bigram_backoffs"]),
        Packed(tables["trigram_sizes"], tables["trigram_prints"], tables["trigram_values"], None),
    )
