"""Which documents of the archive are one work: several scans of it, a scan and a clean copy.

Documents are joined where they say they are the same (number, year and authority, and a text that is at least partly
the same), or where their texts are nearly the same and nothing they say is against it. What is made up (flag
`synthetic`) is joined with nothing. The result is a function of the set of documents, not of their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import Levenshtein

from . import identity as who
from .components import Components
from .facts import Facts

SAME_TEXT = 0.8
"""Part of either text that the other has, from which on they are copies of one."""
_PARTLY = 0.2
_SHORT = 25
"""Syllables: a text that is too short to be held against another of the same number."""
_SHORT_COPY = 60
"""Syllables: a text that is too short to be another's copy by its words alone."""

Pair = tuple[str, str]
Overlap = Callable[[str, str], float]


@dataclass(frozen=True)
class Grouping:
    """`work_of`: the work of each document. `likely`: pairs of documents that may be one work but were not joined,
    because what joins them would join others that are not the same."""

    work_of: Mapping[str, str]
    likely: tuple[Pair, ...]


def work_id(sha256: str) -> str:
    return f"d:{sha256[:16]}"


def grouped(facts: Sequence[Facts], covered: Mapping[Pair, float], overlap: Overlap) -> Grouping:
    """The works. `covered` gives for pairs of documents how much of either text their passages cover (the smaller
    part of the two), `overlap` how many fingerprints of the shorter text the other has."""
    held = {f.document: f for f in facts}
    real = [f for f in facts if not f.synthetic]
    certain = list(_same_content(facts))
    stated = list(_same_number(real, covered, overlap))
    textual = [
        pair
        for pair, part in sorted(covered.items())
        if part >= SAME_TEXT and pair[0] in held and pair[1] in held and _copies(held[pair[0]], held[pair[1]])
    ]
    parts = _components(held, [*certain, *stated])
    joined, likely = _joined(held, parts, textual)
    roots = _components(held, [*certain, *stated, *joined])
    members: dict[str, list[str]] = defaultdict(list)
    for document, root in roots.items():
        members[root].append(document)
    names = {root: work_id(min(held[document].sha256 for document in group)) for root, group in members.items()}
    return Grouping({document: names[root] for document, root in roots.items()}, tuple(likely))


def _same_content(facts: Iterable[Facts]) -> Iterable[Pair]:
    first: dict[str, str] = {}
    for f in sorted(facts, key=lambda f: f.document):
        if f.sha256 in first:
            yield first[f.sha256], f.document
        first.setdefault(f.sha256, f.document)


def _same_number(facts: Iterable[Facts], covered: Mapping[Pair, float], overlap: Overlap) -> Iterable[Pair]:
    by_key: dict[str, list[Facts]] = defaultdict(list)
    for f in sorted(facts, key=lambda f: f.document):
        if f.who.key:
            by_key[f.who.key].append(f)
    for group in by_key.values():
        for one, other in combinations(group, 2):
            if who.contradicts(one.who, other.who) or against(one, other):
                continue
            same_day = one.who.date is not None and one.who.date == other.who.date
            if min(one.length, other.length) < _SHORT:
                alike = same_day
            else:  # the overlap reads both texts: it is asked where passages do not say so already
                pair = (one.document, other.document)
                alike = covered.get(pair, 0.0) >= _PARTLY or overlap(*pair) >= _PARTLY
            if alike:
                yield one.document, other.document


def against(one: Facts, other: Facts) -> bool:
    """Whether what two documents say of themselves, and nobody doubts, cannot be of one document."""
    numbers = one.number_sure and other.number_sure and one.who.key != other.who.key
    days = one.date_sure and other.date_sure and one.who.date != other.who.date
    types = bool(one.who.type and other.who.type) and one.who.type != other.who.type
    return numbers or days or types or who.contradicts(one.who, other.who)


def _copies(one: Facts, other: Facts) -> bool:
    if one.synthetic or other.synthetic or against(one, other):
        return False
    if min(one.length, other.length) < _SHORT_COPY or one.who.type is None or other.who.type is None:
        return False
    return not (one.serial and other.serial) or near(one.serial, other.serial)


def near(one: str, other: str) -> bool:
    """Whether a serial may be another with one digit misread."""
    return len(one) == len(other) and Levenshtein.distance(one, other) <= 1


def _joined(
    held: Mapping[str, Facts], parts: Mapping[str, str], textual: Sequence[Pair]
) -> tuple[list[Pair], list[Pair]]:
    """Of the pairs with the same text those that join works without contradiction, and those that do not."""
    whole = _components(held, [*((document, root) for document, root in parts.items()), *textual])
    groups: dict[str, list[Facts]] = defaultdict(list)
    for document, root in whole.items():
        groups[root].append(held[document])
    torn = {
        root
        for root, group in groups.items()
        if len(group) > 2 and any(against(one, other) for one, other in combinations(group, 2))
    }
    joined = [pair for pair in textual if whole[pair[0]] not in torn]
    likely = [pair for pair in textual if whole[pair[0]] in torn and parts[pair[0]] != parts[pair[1]]]
    return joined, likely


def _components(nodes: Iterable[str], edges: Iterable[Pair]) -> dict[str, str]:
    """Connected components, each named by its least member."""
    found = Components(nodes)
    for one, other in edges:
        found.join(one, other)
    return found.names()


def best(facts: Sequence[Facts]) -> Facts:
    """The document of a work that says best who it is."""
    return min(facts, key=lambda f: (f.synthetic, not f.number_sure, f.who.key is None, not f.date_sure, f.document))
