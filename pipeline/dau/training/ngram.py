"""Counts → a trigram language model with modified Kneser–Ney smoothing, pruned and packed.

Chen & Goodman (1998), interpolated, three discounts an order; bigram and unigram counts are continuation counts,
except after the sentence boundary. Pruning keeps the trigrams whose loss would cost most likelihood, count times the
difference in log probability (Seymore & Rosenfeld 1996), and renormalises the back-off weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dau.restore.ngram import Packed, pack

from .ngram_counts import Counts, Ids, Keys, Vocabulary, bigrams, trigrams

Floats = npt.NDArray[np.float64]
_LOW = np.uint64(0xFFFF)
_PAIR = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Model:
    """Natural logarithms: `unigram[id]`, `unigram_backoff[id]`, and the kept n-grams with theirs."""

    unigram: Floats
    unigram_backoff: Floats
    bigrams: Keys
    bigram: Floats
    bigram_backoff: Floats
    trigrams: Keys
    trigram: Floats

    def packed(self) -> tuple[Packed, Packed]:
        return pack(self.bigrams, self.bigram, self.bigram_backoff), pack(self.trigrams, self.trigram, None)


def _discounts(counts: Counts) -> Floats:
    """Discount for counts 0, 1, 2, 3 and more."""
    n = [int((counts == k).sum()) for k in range(1, 5)]
    y = n[0] / max(1, n[0] + 2 * n[1])
    return np.array([0.0] + [max(0.0, k - (k + 1) * y * n[k] / max(1, n[k - 1])) for k in (1, 2, 3)])


def _interpolated(counts: Counts, context: Keys, lower: Floats) -> tuple[Floats, npt.NDArray[np.int64], Floats]:
    """Probability of each n-gram, the index of its context, and each context's weight of the lower order.

    `context` is sorted; `lower` the lower-order probability of each n-gram's last word.
    """
    discount = _discounts(counts)[np.minimum(counts, 3)]
    starts = np.concatenate(([True], context[1:] != context[:-1]))
    group = np.cumsum(starts) - 1
    total = np.bincount(group, weights=counts)
    gamma = np.bincount(group, weights=discount) / total
    return (counts - discount) / total[group] + gamma[group] * lower, group, gamma


def estimate(sequence: Ids, known: Vocabulary, most_trigrams: int, most_bigrams: int) -> Model:
    """The smoothed and pruned model of an encoded text (see `ngram_counts.encode`)."""
    size = len(known.words)
    keys2, raw2 = bigrams(sequence)
    keys3, count3 = trigrams(sequence)
    # continuation counts: how many words stand before a pair; actual counts after the boundary
    pairs, before = np.unique(keys3 & _PAIR, return_counts=True)
    count2 = np.where(keys2 >> np.uint64(16) == 0, raw2, 0)
    at = np.searchsorted(keys2, pairs)
    count2[at] += np.where(keys2[at] >> np.uint64(16) == 0, 0, before)
    seen = count2 > 0
    keys2, count2 = keys2[seen], count2[seen]
    count1 = np.bincount((keys2 & _LOW).astype(np.int64), minlength=size)
    uniform = 0.02 / size
    p1 = 0.98 * count1 / count1.sum() + uniform
    p2, group2, gamma2 = _interpolated(count2, keys2 >> np.uint64(16), p1[(keys2 & _LOW).astype(np.int64)])
    lower3 = p2[np.searchsorted(keys2, keys3 & _PAIR)]
    p3, group3, gamma3 = _interpolated(count3, keys3 >> np.uint64(16), lower3)
    # prune trigrams, then bigrams that are no context of one
    with np.errstate(divide="ignore"):  # a context whose discounts are all 0 leaves nothing to back off to
        lost3 = np.log(p3) - np.log(gamma3[group3] * lower3)
        lost2 = np.log(p2) - np.log(gamma2[group2] * p1[(keys2 & _LOW).astype(np.int64)])
    known3 = (keys3 & _LOW != 1) & (keys3 >> np.uint64(16) & _LOW != 1) & (keys3 >> np.uint64(32) != 1)
    worth3 = np.where(known3, count3 * lost3, -1.0)
    keep3 = _best(worth3, most_trigrams)
    contexts = np.unique(keys3[keep3] >> np.uint64(16))
    worth2 = count2 * lost2
    worth2[np.searchsorted(keys2, contexts)] = np.inf
    keep2 = _best(worth2, max(most_bigrams, len(contexts)))
    back1 = _backoff(group2, len(gamma2), p2, p1[(keys2 & _LOW).astype(np.int64)], keep2)
    back3 = _backoff(group3, len(gamma3), p3, lower3, keep3)
    backoff2 = np.ones(len(keys2))
    firsts = keys3[np.flatnonzero(np.concatenate(([True], np.diff(group3) > 0)))] >> np.uint64(16)
    backoff2[np.searchsorted(keys2, firsts)] = back3
    unigram_backoff = np.ones(size)
    unigram_backoff[(np.unique(keys2 >> np.uint64(16))).astype(np.int64)] = back1
    return Model(
        np.log(p1), np.log(unigram_backoff), keys2[keep2], np.log(p2[keep2]), np.log(backoff2[keep2]),
        keys3[keep3], np.log(p3[keep3]),
    )


def _best(worth: Floats, most: int) -> npt.NDArray[np.bool_]:
    if len(worth) <= most:
        return worth > 0
    return worth > max(0.0, float(np.partition(worth, len(worth) - most)[len(worth) - most - 1]))


def _backoff(
    group: npt.NDArray[np.int64], groups: int, higher: Floats, lower: Floats, keep: npt.NDArray[np.bool_]
) -> Floats:
    """What of a context's mass is left for words without an n-gram of their own, over what the lower order gives
    them."""
    left = 1 - np.bincount(group, weights=np.where(keep, higher, 0.0), minlength=groups)
    rest = 1 - np.bincount(group, weights=np.where(keep, lower, 0.0), minlength=groups)
    return np.clip(left, 1e-6, 1.0) / np.clip(rest, 1e-6, None)
