"""Types of document (loại văn bản) and their symbols: Nghị định 30/2020/NĐ-CP, Điều 7 and Phụ lục III."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz import fuzz

from dau.document.orthography import skeleton

from ..layout.lines import TextLine, letters

OFFICIAL_LETTER = "Công văn"
_FOOTNOTE = re.compile(r"(?<=[^\W\d_])\d{1,2}$")
"""The number of a footnote, set right behind a title: "THÔNG TƯ1"."""


@dataclass(frozen=True)
class TypeName:
    name: str
    symbol: str | None
    group: str


@cache
def _data() -> dict[str, Any]:
    text = files("dau.structure").joinpath("data/types.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


@cache
def all_types() -> tuple[TypeName, ...]:
    return tuple(TypeName(t["name"], t["symbol"], t["group"]) for t in _data()["types"])


@cache
def type_symbols() -> frozenset[str]:
    """Symbols that stand before the issuer in a number: QĐ, CT, KH …"""
    return frozenset(t.symbol for t in all_types() if t.symbol)


@cache
def types_of_symbol(symbol: str) -> tuple[str, ...]:
    """The names of the types a symbol stands for: TT → Thông tư, Thông tri."""
    party: dict[str, str] = _data()["party_symbols"]
    named = [t.name for t in all_types() if t.symbol == symbol]
    return tuple(dict.fromkeys([*named, *([party[symbol]] if symbol in party else [])]))


def only_issuers(symbol: str | None) -> tuple[str, ...]:
    """The symbols of those who alone issue a normative type: NĐ → CP; empty where many do."""
    return tuple(_data()["only_issuers"].get(symbol or "", ()))


def repair_type_symbol(symbol: str) -> str:
    """A type symbol with the diacritics OCR took from it, where that can be only one: QD → QĐ; else as it is."""
    if symbol in type_symbols():
        return symbol
    repairs: dict[str, str] = _data()["symbol_repairs"]
    return repairs.get(symbol.upper(), symbol)


def repair_issuer_symbol(symbol: str) -> str:
    """An issuer's symbol likewise: HDND → HĐND, TTG → TTg; else as it is."""
    repairs: dict[str, str] = _data()["issuer_repairs"]
    return repairs.get(symbol.upper(), symbol) if symbol == skeleton_upper(symbol) else symbol


def skeleton_upper(symbol: str) -> str:
    return skeleton(symbol).upper()


def type_of_name(name: str) -> TypeName | None:
    """The type of exactly this name, whatever its case."""
    return _by_letters().get(letters(name))


@cache
def _by_letters() -> dict[str, TypeName]:
    """The first type of each name, should two be spelt with the same letters."""
    return {letters(t.name): t for t in reversed(all_types())}


@cache
def _by_length() -> tuple[tuple[str, TypeName], ...]:
    return tuple((letters(t.name), t) for t in all_types())


def titled(line: TextLine, similarity: float) -> TypeName | None:
    """The type a line names, if the line is a title: in capitals (or marked bold), nothing but the type's name.

    Misread letters are allowed up to `similarity`; a colon at the end means the enacting formula, not the title.
    """
    if not (line.caps or line.markup):
        return None
    printed = line.text.strip(" .*_|-–—~'’`\"")
    text = _FOOTNOTE.sub("", printed)
    if not text or len(text) > 40 or not (line.caps or text[:1].isupper()):
        return None
    seen = line.letters if text == printed else letters(text)
    best = max(
        ((fuzz.ratio(seen, key) / 100, t) for key, t in _by_length() if abs(len(key) - len(seen)) <= 2),
        key=lambda pair: pair[0],
        default=(0.0, None),
    )
    # one letter more or less makes a short word another word: THỦ TƯỚNG is no THƯ CÔNG
    floor = (
        max(similarity, 0.8)
        if len(seen) >= 9
        else 0.85
        if len(seen) >= 7 and seen[-4:] == _best_key(best)[-4:]
        else 0.99
    )
    return best[1] if best[0] >= floor else None


def titled_with_subject(line: TextLine) -> TypeName | None:
    """The type a line in capitals begins with, where the subject follows on the same line."""
    words = line.text.split()
    if not (line.caps and len(line.text) >= 24) and len(line.text) > 45:
        return None
    for count in (3, 2):
        if len(words) <= count or not all(word.isupper() for word in words[:count]):
            continue
        found = type_of_name(" ".join(words[:count]))
        if found and found.group in ("administrative", "normative"):
            return found
    return None


def name_in_two(lines: Sequence[TextLine], n: int) -> TypeName | None:
    """The type whose name is broken over this line and the next ("QUYẾT" / "ĐỊNH"): in capitals, nothing else on
    either, and spelt as it should be."""
    if n + 1 >= len(lines) or not lines[n].text.isupper() or not lines[n + 1].text.isupper():
        return None
    if len(lines[n].text) > 20 or len(lines[n + 1].text) > 20:
        return None
    return type_of_name(f"{lines[n].text} {lines[n + 1].text}")


def name_lines(lines: Sequence[TextLine], kind: TypeName | None) -> int:
    """How many of the first lines of a title the name of its type takes."""
    return 2 if kind is not None and name_in_two(lines, 0) == kind else 1


def _best_key(found: tuple[float, TypeName | None]) -> str:
    return letters(found[1].name) if found[1] else ""
