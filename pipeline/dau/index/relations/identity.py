"""Who a document is: number, authority and year, from its own header or from the words of one that cites it.

A number without a year (1497/QĐ-TTg) is given once a year by each authority; `UBND` or `STP` in it are as many
authorities as there are provinces. Two documents are therefore the same one if number, year and authority agree, and
are not if one of them is known on both sides and differs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from dau.document.orthography import bare, slug
from dau.structure.facts.provinces import all_provinces, province_in, province_name, related
from dau.structure.facts.types import type_symbols
from dau.structure.language.lexicon import data

_SERIAL = re.compile(r"^0+(?=\d)")
_YEAR = re.compile(r"/((?:19|20)\d\d)/")
_SMALLER = re.compile(
    r"\b(huyện|quận|thị xã|xã|phường|thị trấn)((?:\s+[A-ZÀ-ỸĐ][\wà-ỹđ]*)*)", re.IGNORECASE | re.UNICODE
)
_LOCAL = re.compile(
    r"\b(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|Sở|[ỦU][ỷỶyYýỷ] ban nhân dân|Uỷ ban nhân dân|UBND|HĐND"
    r"|Hội đồng nhân dân|Tỉnh ủy|Thành ủy)\b",
    re.IGNORECASE,
)
_OWN = "?"
"""Authority that is somebody's own ("UBND huyện") and cannot be told: equal to none."""


@dataclass(frozen=True)
class Identity:
    """What tells a document from all others, as far as it is said; None and "" where it is not.

    `key` is the number in capitals without diacritics, spaces and leading zeros; `organ` the issuer's symbol in it;
    `authority` the province (or district) of a local issuer, "" for a central or unknown one.
    """

    type: str | None = None
    number: str | None = None
    key: str | None = None
    organ: str | None = None
    authority: str = ""
    year: int | None = None
    date: str | None = None
    title: str | None = None
    issuer: str | None = None


def number_key(number: str | None) -> str | None:
    """A number as it is compared; None for one without a serial.

    >>> number_key("01/TTr-UBND"), number_key("05 /CT-TW"), number_key("/KH-TBTT")
    ('1/TTR-UBND', '5/CT-TW', None)
    """
    key = _SERIAL.sub("", re.sub(r"\s+", "", bare(number or "")).upper())
    return key if re.match(r"\d", key) else None


def serial_of(number: str | None) -> str | None:
    """The digits a number begins with, leading zeros apart."""
    m = re.match(r"\D{0,6}?(\d+)", number or "")
    return m[1].lstrip("0") or "0" if m else None


def organ_of(number: str | None) -> str | None:
    """The issuer's symbol in a number: what stands behind its last stroke or the dash of its type.

    >>> organ_of("17/2017/NĐ-CP"), organ_of("34-CT/TW"), organ_of("30/2021/QH15"), organ_of("574/UBND-KTTH")
    ('CP', 'TW', 'QH15', 'UBND')
    """
    key = number_key(number)
    if not key or "/" not in key:
        return None
    left, last = key.rsplit("/", 1)
    if "-" in left or "-" not in last:
        return last
    first, rest = last.split("-", 1)
    return rest if first in _types() else first


def type_symbol_of(number: str | None) -> str | None:
    """The type's symbol in a number, without diacritics; None where it has none (official letters, Quốc hội).

    >>> type_symbol_of("17/2017/NĐ-CP"), type_symbol_of("34-CT/TW"), type_symbol_of("574/UBND-KTTH")
    ('ND', 'CT', None)
    """
    parts = re.split(r"[/-]", number_key(number) or "")
    return next((part for part in parts[1:3] if part in _types()), None)


@cache
def _types() -> frozenset[str]:
    return frozenset(bare(symbol).upper() for symbol in type_symbols()) | {"CV"}


@cache
def _central() -> frozenset[str]:
    fixed = {"CP", "TTG", "CTN", "TW", "VPCP", "VPTW"}
    ministries = {bare(s).upper() for entry in data("agencies")["ministries"] for s in entry["symbols"]}
    return frozenset(fixed | ministries)


def central(organ: str | None) -> bool:
    """Whether an issuer's symbol is that of one authority for the whole country."""
    first = (organ or "").split("-")[0]
    return first in _central() or bool(re.match(r"(?:UBTV)?QH\d", first))


def year_of(number: str | None, date: str | None) -> int | None:
    m = _YEAR.search(number or "")
    return int(m[1]) if m else int(date[:4]) if date else None


def authority_of(organ: str | None, issuer: str | None, home: str | None) -> str:
    """The province or district that a local issuer is of; `home` is the province of the document that names it.

    >>> authority_of("UBND", "Ủy ban nhân dân tỉnh", "Trà Vinh"), authority_of("TTG", "Thủ tướng Chính phủ", "Trà Vinh")
    ('tra-vinh', '')
    """
    if central(organ) or not local(organ, issuer):
        return ""
    smaller = _SMALLER.search(issuer or "")
    if smaller:
        return slug(f"{smaller[1]} {smaller[2]}") if smaller[2].strip() else _OWN
    return slug(province_in(issuer or "") or home or "")


def local(organ: str | None, issuer: str | None) -> bool:
    """Whether an issuer is of a province or district rather than of the country."""
    return bool(_LOCAL.search(issuer or "") or re.match(r"(?:UBND|HDND|CTUBND|S[A-Z]{2,})(?:-|$)", organ or ""))


def home_of(*names: str | None) -> str | None:
    """The province of a document: the first that its issuer, the agency above it or its place of issue names.

    The place of issue says where the issuer sits: of a ministry that is no province (see `local`)."""
    return next((p for name in names if name and (p := province_in(name) or province_name(name))), None)


def same_authority(one: str, other: str) -> bool | None:
    """Whether two authorities are the same; None where one is not said."""
    if _OWN in (one, other):
        return False
    if not one or not other:
        return None
    if one == other:
        return True
    return _related(one, other)


@cache
def _related(one: str, other: str) -> bool:
    names = [_by_slug().get(one), _by_slug().get(other)]
    return names[0] is not None and names[1] is not None and related(names[0], names[1])


@cache
def _by_slug() -> dict[str, str]:
    return {slug(p.name): p.name for p in all_provinces()}


def contradicts(one: Identity, other: Identity) -> bool:
    """Whether year or authority, both known, differ: not the same document."""
    years = one.year is not None and other.year is not None and one.year != other.year
    return years or same_authority(one.authority, other.authority) is False
