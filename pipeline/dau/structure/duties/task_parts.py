"""Parts of a unit that are tasks of their own: where the actor or the deadline changes, or duties are enumerated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from dau.document.directive import Node
from dau.document.orthography import fold

from ..language import read
from ..language.sentences import clauses, items, sentences
from .assignees import Actor, Subject, key, opening, subject
from .deadlines import FoundDeadline, find_deadlines, governing
from .hints import may_name_actor

_TERM = re.compile(r"(?:Thời (?:hạn|gian)(?: \w+){0,6}|Hoàn thành)\s*:?\s*(?:trước|trong|chậm|ngày|[Qq]uý|[Tt]háng) ")
_LISTED = 3
"""So many parts, each beginning with a capital behind a semicolon, make an enumeration of duties."""
_AIMING = frozenset({"phấn", "đấu"})
_DATED = frozenset({"before", "by", "until", "between", "relative"})
_QUANTIFIER = re.compile(r"^(?:tất cả |toàn bộ )?(?:các|những|mọi) ")
_QUALIFIED = re.compile(r" (?:thuộc|của|trong|có liên quan|liên quan|trên|tại|ở)\b.*$")
_BETWEEN = re.compile(r"\s*(?:,|;|\bvà\b|\bhoặc\b)\s*")


@dataclass(frozen=True)
class Part:
    """A stretch of a unit's text that may be a task of its own."""

    text: str
    subject: Subject | None
    deadlines: tuple[FoundDeadline, ...]


def who_acts(text: str) -> Subject | None:
    """Who acts in one sentence."""
    if not may_name_actor(text):
        return None
    reading = read(text)
    return subject(reading, 0, len(reading.words)) if reading.words else None


def nobody_acts(text: str) -> bool:
    """Whether no part of a text, however it is taken apart, names who acts; seen at a glance, so not always."""
    starts = {start for cut in (sentences, clauses, items) for start, _ in cut(text)}
    return not any(may_name_actor(text[start:]) for start in starts)


# ---------------------------------------------------------------- the same actors?


def _members(actors: Sequence[Actor]) -> frozenset[str]:
    """The sorts of actors that a class names: "các cơ quan, đơn vị thuộc Bộ" → cơ quan, đơn vị."""
    plain = [_QUALIFIED.sub("", _QUANTIFIER.sub("", fold(actor.name))) for actor in actors]
    return frozenset(filter(None, (part.strip() for name in plain for part in _BETWEEN.split(name))))


def narrower(a: Sequence[Actor], b: Sequence[Actor]) -> bool:
    """Whether class `a` names fewer sorts of actors than class `b`, and no other: "Các cơ quan, đơn vị" behind "Các cơ
    quan, đơn vị, doanh nghiệp". What qualifies them may be left unsaid the second time."""
    if not a or not b or not all(actor.collective for actor in (*a, *b)):
        return False
    return _members(a) < _members(b)


def similar(a: Sequence[Actor], b: Sequence[Actor]) -> bool:
    """The same actors named twice: each name of the one holds the words of a name of the other."""

    def within(x: Actor, y: Actor) -> bool:
        left, right = set(key(x.name).split()), set(key(y.name).split())
        return left <= right or right <= left

    return bool(a) and bool(b) and all(any(within(x, y) for y in b) for x in a)


# ---------------------------------------------------------------- parts


def _part(text: str, issued: date | None) -> Part:
    return Part(text, who_acts(text), tuple(find_deadlines(text, issued)))


def _changes(pieces: Sequence[Part], inherited: Sequence[Actor]) -> bool:
    """Whether actor or deadline changes from sentence to sentence; `inherited` acts where the first names nobody."""
    named = [piece.subject.actors for piece in pieces if piece.subject]
    if any(not similar(named[0], other) for other in named[1:]):
        return True
    if not pieces[0].subject and any(narrower(other, inherited) for other in named):
        return True
    told = [governing(list(piece.deadlines)) for piece in pieces]
    return any(told) and len({(d.kind, d.date, d.end, d.recurrence) if d else None for d in told}) > 1


def _with_terms(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sentences; one that only states the term ("Thời hạn hoàn thành: trước ngày …") goes with the one before it."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and _TERM.match(text[start:end]):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _timed(clause: str, issued: date | None) -> bool:
    """Whether a clause opens with its time: "phấn đấu từ nay đến cuối năm …", "trước ngày 30/9, …". A time at its end
    may be meant for what stands before the semicolon too."""
    starts = [d.start for d in find_deadlines(clause, issued) if d.deadline.kind in _DATED]
    if not starts:
        return False
    reading = read(clause)
    first = opening(reading, 0, len(reading.words))
    while first < len(reading.words) and reading.words[first].lower() in _AIMING:
        first += 1
    return first < len(reading.words) and min(starts) <= reading.starts[first]


def _sentences(text: str, issued: date | None) -> list[tuple[int, int]]:
    """The sentences of a unit; a clause behind a semicolon that opens with a time of its own is cut off."""
    found: list[tuple[int, int]] = []
    for start, end in _with_terms(text, sentences(text)):
        cuts = [start + a for a, b in clauses(text[start:end])[1:] if _timed(text[start + a : start + b], issued)]
        edges = [start, *cuts, end]
        found += [(a, a + len(text[a:b].rstrip())) for a, b in pairwise(edges)]
    return found


def parts_of(node: Node, issued: date | None, inherited: Sequence[Actor]) -> list[Part]:
    """The unit's text as one part, or as several where actor or deadline changes or duties are enumerated.

    `inherited` are the actors of the unit above, where no heading owns it: what a heading's owner is called in the
    text below makes no difference.
    """
    text = node.text or ""
    listed = items(text)
    if len(listed) >= _LISTED and node.kind == "paragraph" and ":" not in text[: listed[1][0]]:
        return [_part(text[a:b], issued) for a, b in listed]
    pieces = [_part(text[a:b], issued) for a, b in _sentences(text, issued)]
    if _changes(pieces, inherited):
        return pieces
    first = next((piece.subject for piece in pieces if piece.subject), None)
    return [Part(text.strip(), first, tuple(find_deadlines(text, issued)))]
