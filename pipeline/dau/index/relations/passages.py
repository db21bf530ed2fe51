"""Passages that two texts share: from common fingerprints to aligned spans.

    seeds    pairs of places with the same fingerprint, rare in the archive
    chains   seeds that go on in both texts at about the same pace
    spans    a chain, grown at both ends, aligned syllable by syllable

Pure functions of two texts and their common fingerprints, so that the order in which documents came cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from .fingerprints import Prints
from .text import Text, Words

LEAST = 24
"""Syllables that count as copied in a passage, at least: a sentence of some length, no phrase of the trade."""
_LIKENESS = 0.7
"""Part of a span's syllables that must agree."""
_GAP = 40
_DRIFT = 12
"""Seeds of a chain are at most so many syllables apart, and so much farther apart in one text than in the other."""
_REPEATED = 4
"""Pairs of places of one fingerprint, at most: a row that both texts repeat is a refrain and starts no passage."""
_MISSES = 3
_CLOSE = 0.5
"""Two syllables are one misread from the other if so much of their letters agrees (Levenshtein)."""

Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """Syllables `a_first:a_end` of one text, `b_first:b_end` of the other. `same` of them agree letter by letter,
    `plain` of those count as copied; `likeness` is the part that agrees or nearly so, 0…1."""

    a_first: int
    a_end: int
    b_first: int
    b_end: int
    same: int
    plain: int
    likeness: float


def passages(
    a: Text | Words, b: Text | Words, common: Mapping[int, tuple[Sequence[int], Sequence[int]]]
) -> list[Passage]:
    """Shared passages in order of their place in `a`. `common` gives for each fingerprint its places in both."""
    seeds = sorted(
        (i, j)
        for left, right in common.values()
        if len(left) * len(right) <= _REPEATED
        for i in left
        for j in right
    )
    found = [span for chain in _chains(seeds) if (span := _span(a, b, chain)) is not None]
    found.sort(key=lambda p: (-p.plain, p.a_first, p.b_first))
    kept: list[Passage] = []
    for passage in found:
        if not any(_overlap(passage, other) for other in kept):
            kept.append(passage)
    return sorted(kept, key=lambda p: (p.a_first, p.b_first))


def _chains(seeds: Iterable[Spot]) -> list[list[Spot]]:
    done: list[list[Spot]] = []
    live: list[list[Spot]] = []
    for i, j in seeds:
        still: list[list[Spot]] = []
        for chain in live:
            (still if i - chain[-1][0] <= _GAP else done).append(chain)
        live = still
        best, drift = None, _DRIFT + 1
        for chain in live:
            step, other = i - chain[-1][0], j - chain[-1][1]
            if step > 0 and 0 < other <= _GAP and abs(step - other) < drift:
                best, drift = chain, abs(step - other)
        if best is None:
            live.append([(i, j)])
        else:
            best.append((i, j))
    return done + live


def _span(a: Text | Words, b: Text | Words, chain: Sequence[Spot]) -> Passage | None:
    (i, j), (k, m) = chain[0], chain[-1]
    a_first, b_first = _grown(a.folded, b.folded, i, j, -1)
    a_last, b_last = _grown(a.folded, b.folded, k, m, 1)
    return measured(a, b, a_first, a_last + 1, b_first, b_last + 1)


def measured(
    a: Text | Words, b: Text | Words, a_first: int, a_end: int, b_first: int, b_end: int
) -> Passage | None:
    """The span as a passage; None where too little of it agrees."""
    left, right = a.folded[a_first:a_end], b.folded[b_first:b_end]
    a_plain, b_plain = a.plain[a_first:a_end], b.plain[b_first:b_end]
    same = plain = near = 0
    for op in Levenshtein.opcodes(left, right):
        here, there = slice(op.src_start, op.src_end), slice(op.dest_start, op.dest_end)
        if op.tag == "equal":
            same += op.src_end - op.src_start
            plain += sum(map(min, a_plain[here], b_plain[there]))
        elif op.tag == "replace":
            near += sum(map(_near, left[here], right[there]))
    likeness = (same + 0.5 * near) / max(len(left), len(right))
    if plain < LEAST or likeness < _LIKENESS:
        return None
    return Passage(a_first, a_end, b_first, b_end, same, plain, round(likeness, 4))


def _near(one: str, other: str) -> bool:
    return Levenshtein.normalized_similarity(one, other) >= _CLOSE


def _grown(a: Sequence[str], b: Sequence[str], i: int, j: int, step: int) -> Spot:
    """The last pair of like syllables that is reached from a seed with at most `_MISSES` unlike ones in a row."""
    best = (i, j)
    misses = 0
    while misses < _MISSES:
        i, j = i + step, j + step
        if not (0 <= i < len(a) and 0 <= j < len(b)):
            break
        if a[i] == b[j]:
            best, misses = (i, j), 0
            continue
        if 0 <= i + step < len(a) and a[i + step] == b[j]:
            i += step
            best, misses = (i, j), misses + 1
        elif 0 <= j + step < len(b) and b[j + step] == a[i]:
            j += step
            best, misses = (i, j), misses + 1
        else:
            misses += 1
    return best


def _overlap(one: Passage, other: Passage) -> bool:
    """Whether the smaller lies for more than half in the larger, in either text."""
    a = min(one.a_end, other.a_end) - max(one.a_first, other.a_first)
    b = min(one.b_end, other.b_end) - max(one.b_first, other.b_first)
    return 2 * a > one.a_end - one.a_first or 2 * b > one.b_end - one.b_first


def opposite(a: Text, b: Text, passage: Passage, first: int, end: int, anchors: int = 3) -> tuple[int, int] | None:
    """Where in `b` stands what `a` has at the syllables `first:end`, which must lie in the passage.

    None unless `anchors` syllables right before and right behind it agree in both texts (fewer at the end of the
    passage are too few): what stands between can then only be another reading of the same, or other words.
    """
    if first - anchors < passage.a_first or end + anchors > passage.a_end:
        return None
    match: dict[int, int] = {}
    left = a.folded[passage.a_first : passage.a_end]
    right = b.folded[passage.b_first : passage.b_end]
    for block in Levenshtein.opcodes(left, right):
        if block.tag == "equal":
            for n in range(block.src_end - block.src_start):
                match[passage.a_first + block.src_start + n] = passage.b_first + block.dest_start + n
    before = [match.get(first - n) for n in range(anchors, 0, -1)]
    behind = [match.get(end + n) for n in range(anchors)]
    if not (_in_a_row(before) and _in_a_row(behind)) or before[-1] is None or behind[0] is None:
        return None
    return (before[-1] + 1, behind[0]) if before[-1] + 1 < behind[0] else None


def _in_a_row(places: Sequence[int | None]) -> bool:
    known = [place for place in places if place is not None]
    return len(known) == len(places) and known == list(range(known[0], known[0] + len(known)))


def common_places(left: Prints, right: Prints, linking: Iterable[int]) -> dict[int, tuple[list[int], list[int]]]:
    """Places of the fingerprints that two texts have in common and that are rare enough to link."""
    places = {value: (left.places(value), right.places(value)) for value in linking}
    return {value: both for value, both in places.items() if all(both)}
