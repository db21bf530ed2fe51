"""Works of one emulation movement (phong trào thi đua), told by its name alone: an inference, and marked as one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import Indel

from dau.document.orthography import skeleton

from .text import syllables

SAME_NAME = 0.9
"""Part of the syllables of two names that agree. “Cả nước đoàn kết …” and “Ngành Thông tin và Truyền thông đoàn kết …”,
which go on in the same words, agree in 0.83."""
MOST_PAIRS = 30
"""Works of a movement that are all joined with each other; of more each is joined with the earliest only."""
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
    by_key: dict[tuple[str, ...], list[Belongs]] = defaultdict(list)
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


def _alike(keys: Sequence[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    """Names in groups of those that are one name, misread syllables allowed."""
    root = {key: key for key in keys}

    def find(key: tuple[str, ...]) -> tuple[str, ...]:
        while root[key] != key:
            key = root[key]
        return key

    for one, other in combinations(keys, 2):
        near = abs(len(one) - len(other)) <= 4
        if near and Indel.normalized_similarity(one, other, score_cutoff=SAME_NAME) >= SAME_NAME:
            a, b = sorted((find(one), find(other)))
            root[b] = a
    groups: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for key in keys:
        groups[find(key)].append(key)
    yield from groups.values()


def pairs(members: Sequence[Belongs], days: dict[str, str | None]) -> Iterator[SameMovement]:
    """Each two works of a movement, the earlier first; `days` are the days of issue by work."""
    ordered = sorted(members, key=lambda b: (days.get(b.work) or "9999", b.work))
    chosen = combinations(ordered, 2) if len(ordered) <= MOST_PAIRS else ((ordered[0], b) for b in ordered[1:])
    for one, other in chosen:
        likeness = Indel.normalized_similarity(syllables(one.words), syllables(other.words))
        yield SameMovement(one, other, round(likeness, 4))
