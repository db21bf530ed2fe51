"""Number and date held against their witnesses: what speaks for a reading, what against it, what else it may be.

A witness never changes what was read. It lowers a doubt it confirms, raises one it contradicts, and names another
value. `resolved` is filled only where two witnesses of different kinds name the same value and one of them states it:
two signing times may agree with each other, and the document was still issued two days before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from dau.document.directive import Alternative, ReviewCode, ReviewItem, Witness
from dau.document.orthography import skeleton

from ..facts.dates import day_of
from ..header.metadata import Facts
from .filename import name_witness
from .flags import flag
from .witnesses import DateWitness, NumberWitness, Relation, Witnesses

NUMBER, DATE = "/metadata/number", "/metadata/issued"

_USUAL: dict[str, int] = {"signing_time": 3, "received_stamp": 7, "adoption_clause": 0}
"""Days within which a bound is usually reached; a witness farther off neither confirms nor contradicts."""

_LIKELY, _UNLIKELY = 3.0, 0.02
"""Odds of a day that a witness confirms or contradicts."""

DOUBTS: frozenset[ReviewCode] = frozenset(
    ["handwritten_number_low_confidence", "handwritten_date_low_confidence", "number_misread", "number_malformed",
     "number_blank", "date_blank", "date_impossible"]
)  # fmt: skip
_UNSURE: frozenset[ReviewCode] = frozenset(["handwritten_number_low_confidence", "handwritten_date_low_confidence"])
_MONTH = re.compile(r"th[a-z]{1,3}g\W*(\d{1,2})\W*n[a-z]{1,2}m\W*((?:19|20)\d\d)(?!\d)")


def weigh(
    items: Iterable[ReviewItem], facts: Facts, witnesses: Witnesses, filename: str | None = None
) -> list[ReviewItem]:
    """The flags, those on number and date with their witnesses; and a flag for every reading that one contradicts."""
    number, day = facts.metadata.number.text, facts.metadata.issued.date
    read = day_of(day)
    named = name_witness(filename, facts.metadata.number.serial)
    out = []
    for item in items:
        if item.code in DOUBTS and item.field == NUMBER:
            item = _on_number(item, number, witnesses.numbers, named)
        elif item.code in DOUBTS and item.field == DATE:
            item = _on_date(item, read, facts.metadata.issued.raw, witnesses.dates)
        out.append(item)
    return [*out, *_against_number(facts, number, witnesses.numbers), *_against_date(facts, read, witnesses.dates)]


# ---------------------------------------------------------------------- number


def _on_number(
    item: ReviewItem, read: str | None, witnesses: Sequence[NumberWitness], named: Witness | None
) -> ReviewItem:
    agreeing = [w for w in witnesses if w.number == read] if read else list(witnesses)
    item = _with(item, [w.witness for w in agreeing], bool(read and agreeing))
    item = _offering(item, [] if read or item.code in _UNSURE else [w.number for w in agreeing])
    # the name of a file is shown, and counts for nothing
    return item.model_copy(update={"witnesses": (*item.witnesses, named)}) if named else item


def _against_number(facts: Facts, read: str | None, witnesses: Sequence[NumberWitness]) -> Iterable[ReviewItem]:
    if read is None or any(w.number == read for w in witnesses):
        return
    for w in witnesses[:1]:
        yield _inconsistent("Số", NUMBER, facts, facts.metadata.number.raw, w.number, w.witness)


# ------------------------------------------------------------------------ date


def _confirms(w: DateWitness, day: date) -> bool:
    """The witness names that day, or a bound that documents usually reach within days."""
    apart = (w.day - day).days if w.relation != "issued_since_then" else (day - w.day).days
    return apart == 0 if w.relation == "states" else 0 <= apart <= _USUAL.get(w.witness.kind, 0)


def likelihood(day: date, witnesses: Iterable[DateWitness]) -> float:
    """How much more, or less, the witnesses make a day than it was."""
    out = 1.0
    for w in witnesses:
        out *= _UNLIKELY if _contradicts(w, day) else _LIKELY if _confirms(w, day) else 1.0
    return out


def _contradicts(w: DateWitness, day: date) -> bool:
    against: dict[Relation, bool] = {
        "states": w.day != day,
        "issued_by_then": w.day < day,
        "issued_since_then": w.day > day,
    }
    return against[w.relation]


def settled(witnesses: Sequence[DateWitness]) -> tuple[date, tuple[Witness, ...]] | None:
    """A day that two witnesses of different kinds name, one of which states the day of issue; and those two."""
    for stated in (w for w in witnesses if w.relation == "states"):
        other = next((w for w in witnesses if w.day == stated.day and w.witness.kind != stated.witness.kind), None)
        if other and not any(_contradicts(w, stated.day) for w in witnesses):
            return stated.day, (stated.witness, other.witness)
    return None


def _on_date(item: ReviewItem, read: date | None, raw: str | None, witnesses: Sequence[DateWitness]) -> ReviewItem:
    if read is not None:
        agreeing = [w for w in witnesses if _confirms(w, read)]
        item = _with(item, [w.witness for w in agreeing], bool(agreeing))
    else:
        possible = _possible(raw, witnesses)
        item = _with(item, [w.witness for w in possible], False)
        if item.code not in _UNSURE:  # the flag that the day was not read offers it; once is enough
            item = _offering(item, [w.day.isoformat() for w in possible])
            latest = min((w.day for w in possible if w.relation == "issued_by_then"), default=None)
            if latest:
                said = f"{item.message}; theo thời gian ký, không muộn hơn {latest:%d/%m/%Y}"
                item = item.model_copy(update={"message": said})
    agreed = settled(witnesses)
    if agreed and read in (None, agreed[0]):
        item = item.model_copy(update={"resolved": agreed[0].isoformat(), "witnesses": agreed[1]})
    return item


def _possible(raw: str | None, witnesses: Sequence[DateWitness]) -> list[DateWitness]:
    """Days for one that was not read: as stated elsewhere, else the earliest signing in the month that was read."""
    stated = [w for w in witnesses if w.relation == "states"]
    m = _MONTH.search(skeleton(raw or ""))
    month = (int(m[2]), int(m[1])) if m else None
    signed = [w for w in witnesses if w.relation == "issued_by_then" and (w.day.year, w.day.month) == month]
    return [*stated, *sorted(signed, key=lambda w: w.day)[:1]]


def _against_date(facts: Facts, read: date | None, witnesses: Sequence[DateWitness]) -> Iterable[ReviewItem]:
    if read is None:
        return
    raw = facts.metadata.issued.raw
    stated = [w for w in witnesses if w.relation == "states"]
    if stated and not any(w.day == read for w in stated):
        yield _inconsistent("Ngày", DATE, facts, raw, stated[0].day.isoformat(), stated[0].witness)
    against = [w for w in witnesses if w.relation != "states" and _contradicts(w, read)]
    if against:
        near = [w.day for w in against if (w.day.year, w.day.month) == (read.year, read.month)]
        yield flag(
            "witness_disagrees", "high", _AGAINST[against[0].relation], DATE, facts.lines.get("issued", ()), raw,
            alternatives=[day.isoformat() for day in sorted(near)[:1]], witnesses=[w.witness for w in against],
        )  # fmt: skip


_AGAINST: dict[Relation, str] = {
    "states": "Ngày ban hành khác với ngày ghi ở nơi khác trong văn bản",
    "issued_by_then": "Ngày ban hành đọc được sau thời gian ký số hoặc ngày đến: một trong hai đọc sai",
    "issued_since_then": "Ngày ban hành đọc được trước ngày thông qua: một trong hai đọc sai",
}


# --------------------------------------------------------------------- helpers


def _with(item: ReviewItem, witnesses: Sequence[Witness], confirmed: bool) -> ReviewItem:
    """The flag with its witnesses; a doubt of handwriting that is confirmed need not be settled by hand."""
    known = tuple(dict.fromkeys([*item.witnesses, *witnesses]))
    lower = confirmed and item.code in _UNSURE and item.severity == "medium"
    return item.model_copy(update={"witnesses": known, "severity": "low" if lower else item.severity})


def _offering(item: ReviewItem, values: Iterable[str]) -> ReviewItem:
    known = {a.value for a in item.alternatives}
    new = [Alternative(value=v) for v in dict.fromkeys(values) if v not in known]
    return item.model_copy(update={"alternatives": (*item.alternatives, *new)})


def _inconsistent(name: str, field: str, facts: Facts, raw: str | None, other: str, witness: Witness) -> ReviewItem:
    return flag(
        "internal_inconsistency",
        "high",
        f"{name} ở phần đầu khác với dòng “(Kèm theo …)” của phần đính kèm: một trong hai đọc sai",
        field,
        facts.lines.get(field.rsplit("/", 1)[-1], ()),
        raw,
        alternatives=[other],
        witnesses=[witness],
    )
