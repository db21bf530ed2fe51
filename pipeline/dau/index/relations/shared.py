"""Shared passages as the index keeps them: what works, witnesses and edges are derived from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .facts import Facts

Pair = tuple[str, str]
"""Two documents in the order of their names."""


@dataclass(frozen=True)
class Shared:
    """A passage of two documents, `a` before `b`: syllables that agree, where it begins in each, and its words."""

    a: str
    b: str
    a_node: str
    a_page: int
    a_words: str
    a_length: int
    b_node: str
    b_page: int
    b_words: str
    b_length: int
    same: int
    likeness: float


def together(shared: Iterable[Shared]) -> dict[Pair, int]:
    """How many syllables agree in the passages of each pair."""
    total: Counter[Pair] = Counter()
    for passage in shared:
        total[passage.a, passage.b] += passage.same
    return dict(total)


def covered(shared: Iterable[Shared], held: Mapping[str, Facts]) -> dict[Pair, float]:
    """How much of either text the passages of a pair cover: the smaller of the two parts."""
    sums: dict[Pair, list[int]] = {}
    for p in shared:
        both = sums.setdefault((p.a, p.b), [0, 0])
        both[0] += p.a_length
        both[1] += p.b_length
    return {
        (a, b): min(x / held[a].length, y / held[b].length)
        for (a, b), (x, y) in sums.items()
        if a in held and b in held
    }
