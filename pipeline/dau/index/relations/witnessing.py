"""Who can say what another document reads in doubt: witnesses, each with its place and its words.

    citation         another document cites this one: "Quyết định số 1423/QĐ-BTTTT … về việc ban hành Kế hoạch …"
    same_work        another copy of it, whose number or day is not in doubt
    cited_document   the document that is cited says its own number or day
    passage          a shared passage reads clearly there what is in doubt here
    own_reading      the document itself: the year, where a witness gives day and month only

A witness changes nothing: what was read stays, and the doubt stays. Made-up documents witness nothing; nor does a
reading that is itself in doubt. That a citation means this document takes more than a likeness of numbers: type and
issuer's symbol are the same, nothing contradicts it, and (with `≈` for a digit misread at most, or a reading offered)

    number = and day =
    number ≈, title =, and the day agrees as far as it was read, or the two share passages of 50 syllables
    no number read, title =, and the day =, or it agrees as far as it was read and they share such passages
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dau.document.orthography import bare, slug
from dau.structure.facts.dates import calendar_date

from . import identity as who
from .alike import title_likeness
from .facts import DOUBTED_CITATION, Cited, Doubt, Facts
from .resolve import SAME_TITLE
from .works import near

SHARED = 50
"""Syllables in shared passages from which on a document is held to speak of the one it shares them with."""
_DIGITS = "0123456789"

WitnessKind = Literal["citation", "same_work", "cited_document", "passage", "own_reading"]
Agreement = Literal["same", "offered", "near", "partial", "blank", "unknown", "other"]
_AGREES = ("same", "offered", "near", "partial")


@dataclass(frozen=True)
class Claim:
    """What a witness says about a doubt: `value` in normal form, `words` as it says so, and where."""

    document: str
    doubt: Doubt
    kind: WitnessKind
    value: str
    words: str
    witness: str
    node: str | None
    page: int | None


def claims_of_copies(facts: Sequence[Facts], work_of: Mapping[str, str]) -> Iterator[Claim]:
    """Number and day from copies of the same work that read them without doubt."""
    members: dict[str, list[Facts]] = defaultdict(list)
    for f in facts:
        members[work_of[f.document]].append(f)
    for group in members.values():
        for f in group:
            for other in group:
                if other is f or other.synthetic or f.synthetic:
                    continue
                number, day = other.who.number, other.who.date
                if number and other.number_sure:
                    for doubt in f.number_doubts:
                        yield Claim(f.document, doubt, "same_work", number, other.number_raw or number, other.document,
                                    None, other.pages[0])  # fmt: skip
                if day and other.date_sure:
                    for doubt in f.date_doubts:
                        yield Claim(f.document, doubt, "same_work", day, other.date_raw or day, other.document,
                                    None, other.pages[1])  # fmt: skip


# ------------------------------------------------------------ cited by another


class Citations:
    """All citations of an archive, to be asked which of them may be of a document."""

    def __init__(self, facts: Sequence[Facts], work_of: Mapping[str, str], shared: Mapping[tuple[str, str], int]):
        """`shared` gives for pairs of documents (in order) the syllables of their common passages."""
        self._work_of = work_of
        self._shared = shared
        self._partners: dict[str, set[str]] = defaultdict(set)
        for one, other in shared:
            self._partners[one].add(other)
            self._partners[other].add(one)
        self._facts = {f.document: f for f in facts}
        self._by_key: dict[str, list[tuple[Facts, Cited]]] = defaultdict(list)
        self._by_day: dict[tuple[str, str], list[tuple[Facts, Cited]]] = defaultdict(list)
        self._held: dict[str, list[Facts]] = defaultdict(list)
        for f in facts:
            if f.synthetic:
                continue
            if f.who.key and f.number_sure:
                self._held[f.who.key].append(f)
            for cited in f.cited:
                if cited.who.key and cited.sure:
                    self._by_key[cited.who.key].append((f, cited))
                    if cited.who.type and cited.who.date:
                        self._by_day[slug(cited.who.type), cited.who.date].append((f, cited))

    def claims(self, f: Facts) -> Iterator[Claim]:
        """What citations of this document say about its doubtful number and day."""
        if f.synthetic or not (f.number_doubts or f.date_doubts):
            return
        own = {cited.who.key for cited in f.cited}
        for other, cited in self._perhaps(f):
            if self._work_of[other.document] == self._work_of[f.document] or cited.who.key in own:
                continue
            day, value = agreement_of_days(f, cited)
            if not self._means(f, other, cited, day) or self._is_another(f, cited):
                continue
            mention = cited.mentions[0]
            for doubt in f.number_doubts:
                yield Claim(f.document, doubt, "citation", cited.who.number or "", mention.words, other.document,
                            mention.node, mention.page)  # fmt: skip
            for doubt in f.date_doubts if value and day != "other" else ():
                yield Claim(f.document, doubt, "citation", value or "", cited.partial_words or mention.words,
                            other.document, mention.node, mention.page)  # fmt: skip
                if cited.partial and f.date_raw:
                    yield Claim(f.document, doubt, "own_reading", value or "", f.date_raw, f.document, None, f.pages[1])

    def _perhaps(self, f: Facts) -> list[tuple[Facts, Cited]]:
        found: dict[tuple[str, str], tuple[Facts, Cited]] = {}
        pools = [self._by_key.get(key, []) for key in sorted(_like_numbers(f))]
        if f.who.type and f.who.date:
            pools.append(self._by_day.get((slug(f.who.type), f.who.date), []))
        for partner in self._partners.get(f.document, ()):
            g = self._facts[partner]
            pools.append([] if g.synthetic else [(g, c) for c in g.cited if c.who.key and c.sure])
        for pool in pools:
            for other, cited in pool:
                found[other.document, cited.id] = (other, cited)
        return [found[key] for key in sorted(found)]

    def _means(self, f: Facts, other: Facts, cited: Cited, day: Agreement) -> bool:
        if f.who.organ is None or cited.who.organ != f.who.organ or _contradicts(f, cited):
            return False
        if not _same_type(f, cited):
            return False
        number = agreement_of_numbers(f, cited)
        if "other" in (number, day):
            return False
        if number == "same" and day == "same":
            return True
        if title_likeness(cited.who.title, f.who.title) < SAME_TITLE:
            return False
        pair = (min(f.document, other.document), max(f.document, other.document))
        related = self._shared.get(pair, 0) >= SHARED
        if number == "blank":
            return day == "same" or (day in _AGREES and related)
        return day in _AGREES or related or number == "same"

    def _is_another(self, f: Facts, cited: Cited) -> bool:
        """Whether the archive holds the document that bears this number, and it is not this one."""
        return any(
            self._work_of[e.document] != self._work_of[f.document] and not who.contradicts(e.who, cited.who)
            for e in self._held.get(cited.who.key or "", ())
        )


def _same_type(f: Facts, cited: Cited) -> bool:
    """Whether neither the type's name nor its symbol says another type."""
    symbols = who.type_symbol_of(cited.who.number), bare(f.symbol or "").upper()
    names = slug(cited.who.type or ""), slug(f.who.type or "")
    return all(not (one and other) or one == other for one, other in (symbols, names))


def _contradicts(f: Facts, cited: Cited) -> bool:
    years = f.date_sure and cited.who.year and f.who.year and cited.who.year != f.who.year
    return bool(years) or who.same_authority(cited.who.authority, f.who.authority) is False


def _like_numbers(f: Facts) -> set[str]:
    """Keys of the numbers that a document may bear: the one read, those offered, each with one digit changed."""
    offered = [value for doubt in f.number_doubts for value in doubt.offered]
    keys = {key for value in (f.who.number, *offered) if (key := who.number_key(value))}
    for key in list(keys) if not f.number_sure else ():
        digits = re.match(r"\d+", key)
        for at in range(digits.end() if digits else 0):
            keys |= {key[:at] + digit + key[at + 1 :] for digit in _DIGITS}
    return keys


def agreement_of_numbers(f: Facts, cited: Cited) -> Agreement:
    """How the number of a citation agrees with what was read of a document's own."""
    key = cited.who.key
    if f.who.key is not None and f.who.key == key:
        return "same"
    if f.number_sure:
        return "other"
    if key in {who.number_key(value) for doubt in f.number_doubts for value in doubt.offered}:
        return "offered"
    serial = who.serial_of(cited.who.number)
    if f.serial is None:
        return "blank"
    return "near" if serial and near(serial, f.serial) else "other"


def agreement_of_days(f: Facts, cited: Cited) -> tuple[Agreement, str | None]:
    """How the day of a citation agrees with what was read of a document's own, and which day that makes.

    A day without a year ("Ngày 16/9 vừa qua") takes the year that the document itself was read to be of.
    """
    day = cited.who.date
    if day is None and cited.partial:
        year = f.month[0] if f.month else f.who.year
        value = calendar_date(cited.partial[0], cited.partial[1], year) if year else None
        if value is None:
            return ("unknown", None) if year is None else ("other", None)
        day = value.isoformat()
    if day is None:
        return "unknown", None
    if f.who.date == day:
        return "same", day
    if f.date_sure:
        return "other", None
    if day in {value for doubt in f.date_doubts for value in doubt.offered}:
        return "offered", day
    if f.who.date is not None:
        return ("near", day) if _one_digit(f.who.date, day) else ("other", None)
    if f.month is not None:
        return ("partial", day) if (int(day[:4]), int(day[5:7])) == f.month else ("other", None)
    return "unknown", day


def _one_digit(one: str, other: str) -> bool:
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


# ------------------------------------------------------------- the cited one


def claims_of_cited(facts: Sequence[Facts]) -> Iterator[Claim]:
    """Numbers of citations that were read in doubt, from the documents of the archive that they can only mean: type,
    issuer's symbol, authority and day are the same, and the title is, or the number but for a digit."""
    by_day: dict[tuple[str, str, str], list[Facts]] = defaultdict(list)
    for f in facts:
        if not f.synthetic and f.number_sure and f.date_sure and f.who.organ and f.who.type and f.who.date:
            by_day[slug(f.who.type), f.who.organ, f.who.date].append(f)
    for g in facts:
        places = {cited.place: cited for cited in g.cited}
        for doubt in g.doubts:
            place = re.fullmatch(r"/citations/(\d+)/number", doubt.field or "")
            found = places.get(int(place[1])) if place and doubt.code in DOUBTED_CITATION else None
            if found is None or not (found.who.type and found.who.organ and found.who.date):
                continue
            for f in by_day.get((slug(found.who.type), found.who.organ, found.who.date), ()):
                if _only(f, found) and f.who.number:
                    yield Claim(g.document, doubt, "cited_document", f.who.number, f.number_raw or f.who.number,
                                f.document, None, f.pages[0])  # fmt: skip


def _only(f: Facts, cited: Cited) -> bool:
    if who.same_authority(cited.who.authority, f.who.authority) is False:
        return False
    one, other = who.serial_of(cited.who.number), f.serial
    alike = bool(one and other and near(one, other))
    return alike or title_likeness(cited.who.title, f.who.title) >= SAME_TITLE


# -------------------------------------------------------------------- verdicts


@dataclass(frozen=True)
class Verdict:
    """All claims about one doubt; `value` where they agree with each other and with what settled it before."""

    document: str
    doubt: Doubt
    claims: tuple[Claim, ...]
    value: str | None


def verdicts(claims: Iterable[Claim]) -> list[Verdict]:
    """Claims by doubt. Where two of them differ, or one differs from what resolved the doubt in the document itself,
    nothing is resolved."""
    grouped: dict[tuple[str, int], list[Claim]] = defaultdict(list)
    for claim in claims:
        grouped[claim.document, claim.doubt.index].append(claim)
    out = []
    for (document, _), group in sorted(grouped.items()):
        group = sorted(set(group), key=lambda c: (c.kind, c.witness, c.value, c.node or "", c.words))
        doubt = group[0].doubt
        said = {canonical(doubt, claim.value) for claim in group}
        if doubt.resolved:
            said.add(canonical(doubt, doubt.resolved))
        out.append(Verdict(document, doubt, tuple(group), group[0].value if len(said) == 1 else None))
    return out


def canonical(doubt: Doubt, value: str) -> str:
    """A value as it is compared with others about the same doubt."""
    if (doubt.field or "").endswith("number"):
        return who.number_key(value) or value
    return re.sub(r"[\W_]+", "", value.casefold())
