"""Types of document (loại văn bản) and their symbols: Nghị định 30/2020/NĐ-CP, Điều 7 and Phụ lục III."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from dau.document.orthography import letters, skeleton

OFFICIAL_LETTER = "Công văn"


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
