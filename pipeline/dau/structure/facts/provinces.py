"""Provinces (tỉnh, thành phố trực thuộc trung ương) on a given day: 63 until 30/6/2025, 34 from 01/7/2025."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from dau.document.orthography import letters

from ..language.lexicon import data
from .dates import day_of, within


@dataclass(frozen=True)
class Province:
    """One province with the days its name was valid: from `since` up to, not including, `until`."""

    name: str
    kind: str
    since: date | None
    until: date | None
    into: str | None
    predecessors: tuple[str, ...]
    aliases: tuple[str, ...]

    def valid(self, on: date | None) -> bool:
        return within(on, self.since, self.until)


@cache
def all_provinces() -> tuple[Province, ...]:
    """Every province there has been, old and new ones of the same name apart."""
    return tuple(
        Province(
            entry["name"],
            entry["kind"],
            day_of(entry.get("from")),
            day_of(entry.get("to")),
            entry.get("into"),
            tuple(entry.get("predecessors", ())),
            tuple(entry.get("aliases", ())),
        )
        for entry in data("provinces")["provinces"]
    )


def provinces(on: date | None = None) -> tuple[Province, ...]:
    """Those of one day; without a day, all."""
    return tuple(p for p in all_provinces() if p.valid(on))


@cache
def _by_letters() -> dict[str, str]:
    return {letters(spelling): p.name for p in all_provinces() for spelling in (p.name, *p.aliases)}


def province_name(text: str) -> str | None:
    """The province a text is the name of, whatever its case and marks, with or without "tỉnh", "TP."; else None.

    >>> province_name("TỈNH QUẢNG NGÃI"), province_name("Tp. Hồ Chí Minh"), province_name("Tam Kỳ")
    ('Quảng Ngãi', 'Thành phố Hồ Chí Minh', None)
    """
    bare = re.sub(r"^\s*(?:tỉnh|thành phố|tp\.?)\s+", "", text.strip(" ,.;:"), flags=re.IGNORECASE)
    return _by_letters().get(letters(text)) or _by_letters().get(letters(bare))


def province_in(text: str) -> str | None:
    """The province named behind "tỉnh" or "thành phố" in an agency's name; None where there is none.

    >>> province_in("Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu")
    'Bà Rịa - Vũng Tàu'
    """
    for m in re.finditer(r"\b(?:tỉnh|thành phố|tp\.?)\s+", text, re.IGNORECASE):
        words = text[m.end() :].split()
        for count in range(min(len(words), 5), 0, -1):
            if found := province_name(" ".join(words[:count])):
                return found
    return None


def _lineage(name: str) -> frozenset[str]:
    """The province and those it was merged with, before and after."""
    group = {p.into or p.name for p in all_provinces() if p.name == name} | {name}
    return frozenset(group | {old for p in all_provinces() if p.name in group for old in p.predecessors})


def related(one: str, other: str) -> bool:
    """Whether two provinces are the same, or became one: an office may keep the name of its old seat."""
    return bool(_lineage(one) & _lineage(other))


def valid_on(name: str, on: date | None) -> bool:
    """Whether there was a province of that name on a day."""
    return any(p.name == name and p.valid(on) for p in all_provinces())
