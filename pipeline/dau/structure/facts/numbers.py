"""Số, ký hiệu: the grammar of document numbers, and how far a damaged one may be mended.

    state    1423/QĐ-BTTTT        SERIAL "/" TYPE "-" AGENCY          Nghị định 30/2020/NĐ-CP, Phụ lục I
    vbqppl   17/2017/NĐ-CP        SERIAL "/" YEAR "/" TYPE "-" AGENCY, since 2025 also 66.17/2026/NQ-CP
    na       30/2021/QH15         SERIAL "/" YEAR "/" ORGAN TERM
    party    07-KL/TW             SERIAL "-" TYPE "/" ORGAN
    congvan  238/UBND-KGVX        SERIAL "/" AGENCY "-" UNIT
    old      61-CP                SERIAL "-" ORGAN, of the Government up to 1996

Letters of the type and issuer may regain their diacritics and `|` is read as `/`; digits are never touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dau.document.directive import Number

from .types import repair_issuer_symbol, repair_type_symbol, type_symbols

NumberStatus = Literal["ok", "repaired", "blank", "misread", "malformed"]

_UPPER = "A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ"
_AGENCY = rf"[{_UPPER}][\wĐđ&.]*(?:[-–][{_UPPER}0-9][\w&.]*)*"
_VBQPPL = re.compile(
    rf"^(?P<serial>\d{{1,6}}[a-zđ]?|\d{{1,3}}\.\d{{1,3}})/(?P<year>(?:19|20)\d\d)/(?P<type>[{_UPPER}]\w*)-(?P<issuer>{_AGENCY})$"
)
_NA = re.compile(r"^(?P<serial>\d{1,6})/(?P<year>(?:19|20)\d\d)/(?P<issuer>(?:UBTV)?QH\d{0,2})$")
_STATE = re.compile(rf"^(?P<serial>\d{{1,6}}[a-zđ]?)/(?P<type>[{_UPPER}]\w*)-(?P<issuer>{_AGENCY})$")
_PARTY = re.compile(rf"^(?P<serial>\d{{1,6}})-(?P<type>[{_UPPER}]\w*)/(?P<issuer>{_AGENCY})$")
_OLD = re.compile(r"^(?P<serial>\d{1,4}[a-z]?)-(?P<issuer>CP|TTg|HĐBT)$")
_PLAIN = re.compile(rf"^(?P<serial>\d{{1,6}}[a-zđ]?)/(?P<issuer>[{_UPPER}][\w&. ]*)$")
_TAIL = re.compile(rf"(?:/|^)\s*(?P<type>[{_UPPER}]\w*)\s*-\s*(?P<issuer>{_AGENCY})$")
_LAST = re.compile(rf"-(?P<issuer>{_AGENCY})$")


@dataclass(frozen=True)
class ReadNumber:
    """A number as read, its parts as far as they are certain, and what is wrong with it."""

    number: Number
    status: NumberStatus
    suggestion: str | None = None


def tidy(raw: str) -> str:
    """Without the spaces that printing leaves around separators: "47 /QĐ-UBND" → "47/QĐ-UBND"."""
    text = re.sub(r"[\s_]*([/|])[\s_]*", r"\1", raw.strip().strip("*_.,;:").replace("–", "-"))
    text = re.sub(r"(?<=QH)\s+(?=\d{1,2}$)", "", text)
    return re.sub(r"(?<=\w)\s*-\s*(?=\w)", "-", text)


def _fits(text: str, letter: bool) -> Number | None:
    """The number taken apart by the grammar; `letter` says that it is a công văn, so that CT in `2191/CT-CS` is
    an agency and not a type."""
    for pattern in (_VBQPPL, _NA, _PARTY, _OLD):
        if m := pattern.match(text):
            return Number(
                text=text,
                serial=m["serial"],
                year=m.groupdict().get("year"),
                type_symbol=m.groupdict().get("type"),
                issuer_symbol=m["issuer"],
            )
    if m := _STATE.match(text):
        if m["type"] in type_symbols() and not letter:
            return Number(text=text, serial=m["serial"], type_symbol=m["type"], issuer_symbol=m["issuer"])
        return Number(text=text, serial=m["serial"], issuer_symbol=m["type"], unit_symbol=m["issuer"])
    if m := _PLAIN.match(text):
        return Number(text=text, serial=m["serial"], issuer_symbol=m["issuer"])
    return None


def _mend(text: str, letter: bool) -> str:
    """Separators and the diacritics of the type and issuer symbols restored; nothing else."""
    text = re.sub(r"\s*[,;.]\s*(?=[A-ZĐ]{1,8}-[A-ZĐ])", "/", text.replace("|", "/"))
    m = _TAIL.search(text)
    if not m or letter:
        return text
    kind, issuer = repair_type_symbol(m["type"]), repair_issuer_symbol(m["issuer"])
    return f"{text[: m.start('type')]}{kind}-{issuer}"


def read_number(raw: str, letter: bool = False, type_symbol: str | None = None) -> ReadNumber:
    """Take a number apart. `raw` is what stands after "Số:"; `letter` says it is a công văn; `type_symbol` is that of
    the printed type, for a suggestion only."""
    tidied = tidy(raw)
    mended = _mend(tidied, letter)
    if re.match(r"^[/\s.…_]*$", tidied):
        return ReadNumber(Number(raw=raw or None), "blank")
    if mended.startswith(("/", "…", "...", "_")):
        tail = _parts(mended, letter).model_copy(update={"raw": raw})
        # "/535 /SGDĐT-CTrTT" has lost its first digit, not all of them; in "/2024/NQ-HĐND" the year is no serial
        read = re.match(r"^[/\s.…_]*(?!(?:19|20)\d\d\s*/)\w*\d", tidied)
        return ReadNumber(tail, "misread" if read else "blank")
    if fitting := _fits(mended, letter):
        status: NumberStatus = "ok" if mended == tidied and "_" not in raw else "repaired"
        return ReadNumber(fitting.model_copy(update={"raw": raw}), status)
    parts = _parts(mended, letter).model_copy(update={"raw": raw})
    serial = re.match(r"^(\d{1,6})\b", tidied)
    if serial and parts.issuer_symbol and type_symbol:
        return ReadNumber(parts, "misread", f"{serial[1]}/{type_symbol}-{parts.issuer_symbol}")
    return ReadNumber(parts, "misread" if parts.issuer_symbol else "malformed")


def _parts(text: str, letter: bool) -> Number:
    """What a number that does not fit still says for certain: its symbols."""
    if m := _TAIL.search(text):
        if m["type"] in type_symbols() and not letter:
            return Number(type_symbol=m["type"], issuer_symbol=m["issuer"])
        if "/" in text:
            return Number(issuer_symbol=m["type"], unit_symbol=m["issuer"])
    if m := _LAST.search(text):
        return Number(issuer_symbol=m["issuer"])
    return Number()
