"""Works of one emulation movement (phong trào thi đua), told by its name alone: an inference, and marked as one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from rapidfuzz.distance import Indel

from dau.document.orthography import skeleton

from .components import Components
from .text import syllables

SAME_NAME = 0.9
"""Part of the syllables of two names that agree. “Cả nước đoàn kết …” and “Ngành Thông tin và Truyền thông đoàn kết …”,
which go on in the same words, agree in 0.83."""
_MOST_LONGER = 4
"""Syllables that one writing of a name may have more than another."""
MOST_PAIRS = 30
"""Works of a movement that are all joined with each other; of more each is joined with the earliest only."""
Name = tuple[str, ...]
"""The syllables of a movement's name that are letters, without diacritics."""
_NAMED = re.compile(r"phong trao thi dua[^“\"”]{0,24}[“\"]([^“\"”]{8,240})[”\"]")


@dataclass(frozen=True)
class Belongs:
    """A work that names a movement as its own, as the one above its own (`parent`), or in its title (`named`), with the
    words and the place where they stand."""

    work: str
    part: str
    words: str
    document: str
    node: str | None
    page: int | None


@dataclass(frozen=True)
class SameMovement:
    """Two works of one movement; `one` says its name there, `other` there."""

    one: Belongs
    other: Belongs
    likeness: float


def named_in(title: str | None) -> str | None:
    """The movement that a title names in quotation marks.

    >>> named_in("ban hành Kế hoạch triển khai Phong trào thi đua đặc biệt “Cả nước chung sức”")
    'Cả nước chung sức'
    """
    m = _NAMED.search(skeleton(title or ""))
    return (title or "")[m.start(1) : m.end(1)].strip() if m else None


def movements(found: Iterable[Belongs]) -> list[tuple[str, list[Belongs]]]:
    """Movements with the works that name them, each work once. A movement is called as most of them write it."""
    rows = sorted(set(found), key=lambda b: (b.work, b.part, b.words, b.document, b.node or ""))
    letters = {b.words: tuple(w for w in syllables(b.words) if w.isalpha()) for b in rows}
    by_key: dict[Name, list[Belongs]] = defaultdict(list)
    for b in rows:
        if len(letters[b.words]) >= 3:
            by_key[letters[b.words]].append(b)
    out = []
    for keys in _alike(sorted(by_key)):
        members = [b for key in keys for b in by_key[key]]
        counts = Counter(b.words for b in members)
        name = min(counts, key=lambda words: (-counts[words], words))
        first: dict[str, Belongs] = {}
        for b in sorted(members, key=lambda b: (b.work, b.part == "parent", b.words, b.document)):
            first.setdefault(b.work, b)
        out.append((name, list(first.values())))
    return sorted(out, key=lambda movement: movement[0])


def _alike(keys: Sequence[Name]) -> Iterator[list[Name]]:
    """Names, sorted, in groups of those that are one name, misread syllables allowed: a name belongs to each group of
    which it is like one."""
    found = Components(range(len(keys)))
    for one, other in _perhaps_alike(keys):
        if found.of(one) == found.of(other):
            continue
        if Indel.normalized_similarity(keys[one], keys[other], score_cutoff=SAME_NAME) >= SAME_NAME:
            found.join(one, other)
    groups: dict[int, list[Name]] = defaultdict(list)
    for n, name in found.names().items():
        groups[name].append(keys[n])
    yield from groups.values()


def _perhaps_alike(keys: Sequence[Name]) -> Iterator[tuple[int, int]]:
    """Pairs of places in `keys`, among which are all pairs of names that are alike, found without looking at each pair.

    Prefix filtering (Chaudhuri, Ganti, Kaushik: A Primitive Operator for Similarity Joins in Data Cleaning, ICDE 2006):
    with the syllables of all names in one order, the rarest first, the first one that two names share has before it in
    either only syllables that the other lacks. A name of which no more than k may be lacking is therefore found by its
    first k + 1.
    """
    # a syllable that comes twice in a name is two: what is lacking is then counted as often as it is
    told = [[(word, key[:at].count(word)) for at, word in enumerate(key)] for key in keys]
    rarity = Counter(word for words in told for word in words)
    found_by: dict[tuple[str, int], list[int]] = defaultdict(list)
    for n, words in enumerate(told):
        first = sorted(words, key=lambda word: (rarity[word], word))[: _most_lacking(len(words)) + 1]
        for other in {other for word in first for other in found_by[word]}:
            if abs(len(words) - len(told[other])) <= _MOST_LONGER:
                yield other, n
        for word in first:
            found_by[word].append(n)


@cache
def _most_lacking(length: int) -> int:
    """Of a name of `length` syllables, how many at most are lacking in another that is the same name.

    `SAME_NAME` allows a tenth of the syllables of both together to stand in one of them only; where the other is
    shorter, more of those stand in this one.
    """
    others = range(max(1, length - _MOST_LONGER), length + _MOST_LONGER + 1)
    apart = [(int((1 - SAME_NAME) * (length + other) + 1e-6), length - other) for other in others]
    return max((differ + longer) // 2 for differ, longer in apart if abs(longer) <= differ)


def pairs(members: Sequence[Belongs], days: dict[str, str | None]) -> Iterator[SameMovement]:
    """Each two works of a movement, the earlier first; `days` are the days of issue by work."""
    ordered = sorted(members, key=lambda b: (days.get(b.work) or "9999", b.work))
    chosen = combinations(ordered, 2) if len(ordered) <= MOST_PAIRS else ((ordered[0], b) for b in ordered[1:])
    for one, other in chosen:
        likeness = Indel.normalized_similarity(syllables(one.words), syllables(other.words))
        yield SameMovement(one, other, round(likeness, 4))
