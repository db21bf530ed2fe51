"""The edges of the graph, each with its evidence on both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .facts import Cited, Facts, Mention
from .kinds import Kind
from .movements import SameMovement
from .resolve import Link
from .shared import Pair, Shared, together
from .works import Grouping

_ORDER: tuple[Kind, ...] = ("attached", "repeals", "replaces", "amends", "based_on", "implements", "cites")
"""What says more comes first."""
_MOST = 20
"""Pieces of evidence that are kept for an edge."""
QUOTED = 40
"""Syllables that the passages of two documents must have in common to join their works; one sentence may be chance."""
_NAME_ONLY = 0.8
_PARENT = 0.6
Row = tuple[object, ...]
Key = tuple[str, str, str]


@dataclass
class _Edge:
    confidence: float = 0.0
    inferred: bool = False
    ambiguous: bool = True
    directed: bool = True
    evidence: list[Row] = field(default_factory=list)
    """Rank (0 says what the edge says, 1 only names the document too), then the columns of `edge_evidence`."""


class Edges:
    """Collects edges between works; `rows` gives them in an order that does not depend on that of collecting."""

    def __init__(self, held: Mapping[str, Facts], work_of: Mapping[str, str]) -> None:
        self._held = held
        self._work_of = work_of
        self._edges: dict[Key, _Edge] = {}
        self._days: dict[str, str] = {}
        for f in held.values():
            work = work_of[f.document]
            self._days[work] = max(self._days.get(work, ""), f.who.date or "")

    def _edge(self, source: str, target: str, kind: str, confidence: float, *, ambiguous: bool = False) -> _Edge:
        edge = self._edges.setdefault((source, target, kind), _Edge())
        edge.confidence = max(edge.confidence, confidence)
        edge.ambiguous = edge.ambiguous and ambiguous
        return edge

    def citations(self, links: Iterable[Link]) -> None:
        """An edge for each relation that a citation states."""
        cited = {(f.document, c.id): c for f in self._held.values() for c in f.cited}
        for link in links:
            if link.work is None or link.confidence is None:
                continue
            there = self._held.get(link.target) if link.target else None
            for kind, mentions in _by_kind(cited[link.document, link.citation]).items():
                edge = self._edge(
                    self._work_of[link.document], link.work, kind, link.confidence, ambiguous=link.status == "ambiguous"
                )
                side = _header(there) if there else (None, None, None, None)
                edge.evidence += [
                    (int(m.kind != kind), link.document, m.node, m.page, m.words, *side) for m in mentions
                ]

    def quotations(self, shared: Iterable[Shared], links: Iterable[Link]) -> None:
        """`quotes` for works with common passages. One that cites the other quotes it; between others it is not known
        who took from whom, or both from a third: they are not directed, and the later stands first."""
        citing = {(self._work_of[x.document], x.work) for x in links if x.work is not None}
        pairs: dict[tuple[str, str], list[Shared]] = defaultdict(list)
        for p in shared:
            one, other = self._work_of[p.a], self._work_of[p.b]
            if one != other:
                pairs[p.a, p.b].append(p)
        total: dict[Key, int] = defaultdict(int)
        for (a, b), found in pairs.items():
            if sum(p.same for p in found) < QUOTED:
                continue
            turned, directed = self._direction(self._work_of[a], self._work_of[b], citing)
            source, target = (b, a) if turned else (a, b)
            edge = self._edge(self._work_of[source], self._work_of[target], "quotes", 0.0)
            edge.directed, edge.inferred = directed, not directed
            edge.evidence += [(0, *_passage(p, turned)) for p in found]
            key = (self._work_of[source], self._work_of[target], "quotes")
            total[key] = max(total[key], sum(p.same for p in found))
            edge.confidence = round(total[key] / (total[key] + 50), 4)

    def _direction(self, one: str, other: str, citing: set[tuple[str, str]]) -> tuple[bool, bool]:
        """Whether `other` stands first, and whether that is known."""
        forth, back = (one, other) in citing, (other, one) in citing
        if forth != back:
            return back, True
        return (self._days[one], one) < (self._days[other], other), False

    def copies(self, grouping: Grouping, shared: Sequence[Shared]) -> None:
        """`same_work` from a work to itself with the pairs of documents that it is, and between works that may be one
        but were not joined."""
        alike = together(shared)
        members: dict[str, list[str]] = defaultdict(list)
        for document, work in sorted(grouping.work_of.items()):
            members[work].append(document)
        for work, group in members.items():
            for other in group[1:]:
                edge = self._edge(work, work, "same_work", 0.98)
                edge.directed = False
                edge.evidence.append(self._both(group[0], other, alike))
        for one, other in grouping.likely:
            source, target = sorted((self._work_of[one], self._work_of[other]))
            edge = self._edge(source, target, "same_work", 0.5, ambiguous=True)
            edge.directed, edge.inferred = False, True
            edge.evidence.append(self._both(one, other, alike))

    def _both(self, one: str, other: str, alike: Mapping[Pair, int]) -> Row:
        words = f"{alike.get((min(one, other), max(one, other)), 0)} âm tiết giống nhau"
        a, b = _header(self._held[one]), _header(self._held[other])
        return (0, a[0], a[1], a[2], f"{a[3]} ({words})", *b)

    def movement(self, pairs: Iterable[SameMovement]) -> None:
        """`same_movement`, always inferred."""
        for pair in pairs:
            confidence = _PARENT if "parent" in (pair.one.part, pair.other.part) else _NAME_ONLY
            edge = self._edge(pair.other.work, pair.one.work, "same_movement", round(confidence * pair.likeness, 4))
            edge.directed, edge.inferred = False, True
            one, other = pair.other, pair.one
            edge.evidence.append((
                0, one.document, one.node, one.page, one.words, other.document, other.node, other.page, other.words
            ))  # fmt: skip

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Rows of `edges` and `edge_evidence`."""
        rows: list[Row] = []
        evidence: list[Row] = []
        for n, (key, edge) in enumerate(sorted(self._edges.items()), 1):
            rows.append((n, *key, edge.confidence, int(edge.inferred), int(edge.ambiguous), int(edge.directed)))
            said = sorted(set(edge.evidence), key=lambda row: tuple(map(_sortable, row)))
            evidence += [(n, *row[1:]) for row in said[:_MOST]]
        return rows, evidence


def _sortable(value: object) -> str:
    return f"{value:09d}" if isinstance(value, int) else "" if value is None else str(value)


def _by_kind(cited: Cited) -> dict[Kind, list[Mention]]:
    """The mentions by the relation they state; those that only cite go with what says more."""
    found: dict[Kind, list[Mention]] = defaultdict(list)
    for mention in cited.mentions:
        found[mention.kind].append(mention)
    ordered = {kind: found[kind] for kind in _ORDER if kind in found}
    if len(ordered) > 1 and "cites" in ordered:
        plain = ordered.pop("cites")
        ordered[next(iter(ordered))] += plain
    return ordered


def _header(f: Facts) -> Row:
    """Where a document says who it is: document, unit, page, words."""
    number, day = f.who.number or f.number_raw, f.date_raw or f.who.date
    words = ", ".join(part for part in (f.who.type, number, day) if part) or f.filename or ""
    return f.document, None, f.pages[0] or f.pages[1], words


def _passage(p: Shared, turned: bool) -> Row:
    a = (p.a, p.a_node, p.a_page, p.a_words)
    b = (p.b, p.b_node, p.b_page, p.b_words)
    return (*b, *a) if turned else (*a, *b)
