"""What else tells number and date of the document: notes of electronic signatures, received stamps, attached parts.

A witness either *states* the value ("(Kèm theo Quyết định số … ngày …)") or *bounds* it: nobody signs or receives a
document before it is issued, and no resolution is issued before it is adopted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dau.document.directive import Node, Witness
from dau.document.orthography import skeleton
from dau.document.transcript import Overlay, Transcript

from ..computed import plain
from ..facts.dates import calendar_date, find_dates
from ..facts.types import type_of_name
from ..header.metadata import AttachedNote, Facts, attached_notes
from ..layout.blocks import Part
from ..layout.lines import join_lines

Relation = Literal["states", "issued_by_then", "issued_since_then"]

_SIGNED = re.compile(r"k[yi] b[o0]i|ngu[o0]i k[yi]|th[o0]i gian k[yi]|\d{1,2}:\d{2}(?::\d{2})?")
# a narrow note breaks the year over two lines; a hand writes two digits of it on a stamp, a signature never does
_DAY = re.compile(r"(?<![\d/.-])(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d\d\n\d\d(?!:)|\d\d)(?![\d/-])")
_ADOPTED = re.compile(r"\b(?:nghi quyet|luat|phap lenh) nay\b[^.;]{0,200}?\bthong qua (?:vao )?(?=ngay\b)")


@dataclass(frozen=True)
class DateWitness:
    """A day that says something of the day of issue, and how: it is that day, or the latest, or the earliest."""

    day: date
    relation: Relation
    witness: Witness


@dataclass(frozen=True)
class NumberWitness:
    """A second place that states the number."""

    number: str
    witness: Witness


@dataclass(frozen=True)
class Witnesses:
    dates: tuple[DateWitness, ...] = ()
    numbers: tuple[NumberWitness, ...] = ()


def find_witnesses(facts: Facts, parts: Sequence[Part], nodes: Sequence[Node], transcript: Transcript) -> Witnesses:
    """All witnesses of number and date in the document, in reading order; its file name is none of them."""
    kind = type_of_name(facts.metadata.type.name) if facts.metadata.type.name else None
    notes = () if facts.borrowed else tuple(attached_notes(parts, kind))
    dates = [*_stamped(transcript), *_noted_dates(notes), *_adopted(nodes)]
    return Witnesses(_once(dates), tuple(_noted_numbers(notes)))


def _once(found: Iterable[DateWitness]) -> tuple[DateWitness, ...]:
    """One witness of a kind and day: a note that was cut out twice is still one note."""
    return tuple({(w.witness.kind, w.day): w for w in reversed(list(found))}.values())[::-1]


def _stamped(transcript: Transcript) -> Iterator[DateWitness]:
    """Signing times and received stamps. What an overlay is, its text tells better than its place and colour."""
    for p, page in enumerate(transcript.pages):
        for n, overlay in enumerate(page.overlays):
            kind = _kind_of(overlay)
            day = _day_in(overlay.text or "", short=kind == "received_stamp") if kind else None
            if kind and day:
                text = " ".join((overlay.text or "").split())
                where = f"transcript#/pages/{p}/overlays/{n}"
                yield DateWitness(day, "issued_by_then", Witness(kind=kind, text=text, where=where))


def _kind_of(overlay: Overlay) -> str | None:
    if overlay.kind not in ("signature_note", "received_stamp") or not overlay.text:
        return None
    if _SIGNED.search(skeleton(overlay.text)):
        return "signing_time"
    return "received_stamp" if overlay.kind == "received_stamp" else None


def _day_in(text: str, short: bool) -> date | None:
    """The one day a stamp names; two different ones are no witness. `short` allows a year of two digits."""
    days = set()
    for m in _DAY.finditer(text):
        year = m[4].replace("\n", "")
        if len(year) == 2 and not short:
            return None
        if day := calendar_date(int(m[1]), int(m[3]), int(year) if len(year) == 4 else 2000 + int(year)):
            days.add(day)
    return days.pop() if len(days) == 1 else None


def _source(note: AttachedNote) -> Witness:
    where = note.lines[0].line.id if note.lines else None
    return Witness(kind="attached_note", text=join_lines([line.text for line in note.lines]), where=where)


def _noted_dates(notes: Iterable[AttachedNote]) -> Iterator[DateWitness]:
    for note in notes:
        if note.date and note.date.value:
            yield DateWitness(note.date.value, "states", _source(note))


def _noted_numbers(notes: Iterable[AttachedNote]) -> Iterator[NumberWitness]:
    for note in notes:
        if note.number.number.text:
            yield NumberWitness(note.number.number.text, _source(note))


def _adopted(nodes: Sequence[Node]) -> Iterator[DateWitness]:
    """ "Nghị quyết này đã được … thông qua ngày …": it was not issued before that day."""
    for node in nodes:
        text = " ".join(filter(None, (node.heading, node.text)))
        m = _ADOPTED.search(plain(text)) if "thong qua" in plain(text) else None
        found = next((d for d in find_dates(text[m.end() :]) if d.start == 0), None) if m else None
        if m and found and found.value:
            said = text[m.start() : m.end() + found.end].strip()
            yield DateWitness(
                found.value, "issued_since_then", Witness(kind="adoption_clause", text=said, where=node.id)
            )
