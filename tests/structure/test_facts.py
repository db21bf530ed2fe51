"""Facts as data: every file of `structure/data` keeps its rules, and covers the shared lexicon."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dau.structure.facts.abbreviations import senses
from dau.structure.facts.agencies import expand, names_of
from dau.structure.facts.provinces import all_provinces, province_in, province_name, provinces, related
from dau.structure.facts.symbols import names_of_symbols
from dau.structure.facts.types import all_types, type_symbols, types_of_symbol

FILES = ("abbreviations", "agencies", "awards", "form", "provinces", "types")
SYMBOL = re.compile(r"[A-ZĐ][A-Za-zĐđ]*(?:[&-][A-ZĐ]+)*\d*")


def load(name: str) -> Any:
    return json.loads(files("dau.structure").joinpath(f"data/{name}.json").read_text(encoding="utf-8"))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from (key, *strings(held))
    elif isinstance(value, list):
        for held in value:
            yield from strings(held)


def dated(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "name" in value:
            yield value
        for held in value.values():
            yield from dated(held)
    elif isinstance(value, list):
        for held in value:
            yield from dated(held)


def doubled(values: Any) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]


@pytest.fixture(scope="module")
def lexicon(shared: Path) -> Any:
    return json.loads((shared / "domain" / "lexicon.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_text_is_nfc_and_trimmed(name: str) -> None:
    assert [s for s in strings(load(name)) if unicodedata.normalize("NFC", s) != s or s.strip() != s or not s] == []


@pytest.mark.parametrize("name", FILES)
def test_a_name_is_valid_from_before_to(name: str) -> None:
    for entry in dated(load(name)):
        days = [date.fromisoformat(entry[key]) for key in ("from", "to") if entry.get(key)]
        assert days == sorted(days), entry


# ----------------------------------------------------------------------- types


def test_types_and_symbols() -> None:
    known = load("types")
    assert doubled(t["name"] for t in known["types"]) == []
    assert doubled(t["tt05"] for t in known["types"] if t["tt05"]) == []
    # TT is thông tư and, with the Party, thông tri
    assert doubled(t["symbol"] for t in known["types"] if t["symbol"]) == ["TT"]
    assert [s for s in type_symbols() if not SYMBOL.fullmatch(s)] == []
    assert set(known["symbol_repairs"].values()) | set(known["misread_types"].values()) <= type_symbols()
    assert not set(known["misread_types"]) & type_symbols()
    assert names_of_symbols()["TT"] == "Thông tư", "thông tri is the Party's"
    assert set(known["only_issuers"]) <= type_symbols()
    assert all(names_of(symbol) for issuers in known["only_issuers"].values() for symbol in issuers)


def test_types_cover_the_lexicon(lexicon: Any) -> None:
    ours = {t.name: t for t in all_types()}
    codes = {t["name"]: t["tt05"] for t in load("types")["types"]}
    for entry in lexicon["administrative_types"]:
        name = entry["name"].removesuffix(" (cá biệt)")
        assert (ours[name].symbol, codes[name]) == (entry["abbr"], entry["tt05_typeName"])
    assert load("types")["copies"] == lexicon["copy_types"]
    for symbol, names in lexicon["party_symbols"].items():
        if symbol != "grammar":
            assert set(names.split("/")) <= set(types_of_symbol(symbol)), symbol
    for symbol in lexicon["vbqppl_symbols"]:
        kind, _, issuer = symbol.partition("-")
        if issuer and "<" not in issuer:
            assert kind in type_symbols() and names_of(issuer), symbol
        elif issuer:
            assert kind in type_symbols(), symbol
        else:
            assert names_of(kind.removesuffix("nn")) or kind in type_symbols(), symbol


# ------------------------------------------------------------------------ form


def test_marks_of_form_cover_the_lexicon(lexicon: Any) -> None:
    form = load("form")
    for key in ("authority_prefixes", "secrecy", "circulation", "point_alphabet"):
        assert form[key] == lexicon[key], key
    assert set(form["urgency"]) >= set(lexicon["urgency"])


def test_points_are_numbered_as_the_alphabet_goes() -> None:
    points = load("form")["point_alphabet"]
    assert doubled(points) == []
    assert "".join(points) == "abcdđeghiklmnopqrstuvxy"


# -------------------------------------------------------------------- agencies


def test_agencies() -> None:
    known = load("agencies")
    groups = ("bodies", "ministries", "departments", "units")
    entries = [entry for group in groups for entry in known[group]]
    assert doubled(entry["name"] for entry in entries) == []
    assert [s for entry in entries for s in entry["symbols"] if not SYMBOL.fullmatch(s)] == []
    symbols = {s for entry in entries for s in entry["symbols"]}
    assert [e["successor"] for e in entries if "successor" in e and e["successor"] not in symbols] == []
    assert [e["name"] for e in entries if "successor" in e and "to" not in e] == [], "merged, but never ended"
    assert all(entry["of"] for entry in known["units"])
    assert doubled(known["comma_names"]) == doubled(known["party_organs"]) == []


def test_no_symbol_is_two_agencies_on_one_day() -> None:
    """But for units, which lists of `các Cục:`, `các Vụ:` tell apart."""
    known = load("agencies")
    held: dict[str, list[dict[str, Any]]] = {}
    for group in ("bodies", "ministries", "departments"):
        for entry in known[group]:
            for symbol in entry["symbols"]:
                held.setdefault(symbol, []).append(entry)
    for symbol, entries in held.items():
        spans = sorted((e.get("from", "0001-01-01"), e.get("to", "9999-12-31")) for e in entries)
        assert all(one[1] <= other[0] for one, other in pairwise(spans)), symbol


def test_ministries_cover_the_lexicon(lexicon: Any) -> None:
    for symbols, name in lexicon["ministries_2021"].items():
        for symbol in symbols.split("/"):
            assert expand(symbol, date(2021, 9, 16)) == name
    for old, new in lexicon["ministry_mergers_2025"].items():
        successor = re.search(r"→ ([A-ZĐ]+)", new)
        assert successor
        for symbol in old.split("+"):
            assert expand(symbol, date(2025, 3, 1)) is None, f"{symbol} was merged"
            ends = [e for e in load("agencies")["ministries"] if symbol in e["symbols"]]
            assert [e["successor"] for e in ends] == [successor[1]]
        assert expand(successor[1], date(2025, 3, 1)) is not None


def test_units_of_one_ministry_cover_the_lexicon(lexicon: Any) -> None:
    inside = "Bộ Thông tin và Truyền thông"
    listed = {(s.words[0], abbr): s.name for abbr, s in senses("listed")}
    for symbols, name in lexicon["mic_units_2021"].items():
        for symbol in re.split(r"\s*/\s*", symbols):
            bare, _, kind = symbol.partition(" (")
            kind = kind.rstrip(")") or name.split()[0]
            found = listed.get((kind, bare)) or expand(bare, date(2021, 9, 16), inside)
            assert found == name, symbol


# ------------------------------------------------------------------- provinces


@pytest.mark.parametrize(
    ("on", "count"), [(date(2009, 1, 1), 63), (date(2021, 9, 16), 63), (date(2025, 6, 30), 63), (date(2025, 7, 1), 34)]
)
def test_so_many_provinces_on_a_day(on: date, count: int) -> None:
    names = [p.name for p in provinces(on)]
    assert (len(names), doubled(names)) == (count, [])


def test_every_province_became_one_and_was_made_of_some() -> None:
    merged = date(2025, 7, 1)
    now = {p.name: p for p in provinces(merged)}
    ended = [p for p in all_provinces() if p.until == merged]
    assert all(p.into in now and p.name in now[p.into].predecessors for p in ended if p.into)
    assert sorted(old for p in now.values() for old in p.predecessors) == sorted(p.name for p in ended)
    assert {p.kind for p in all_provinces()} == {"tỉnh", "thành phố"}
    assert sum(p.kind == "thành phố" for p in now.values()) == 6
    spellings = [(alias, p.name) for p in all_provinces() for alias in p.aliases]
    assert doubled(alias for alias, _ in set(spellings)) == []


def test_provinces_cover_the_lexicon(lexicon: Any) -> None:
    known = lexicon["provinces_2025"]
    effective = date.fromisoformat(known["effective"])
    old = {name for group in known["merged"].values() for name in group} | set(known["unchanged"])
    assert {p.name for p in provinces(date(2025, 6, 30))} == old
    assert {p.name for p in provinces(effective)} == set(known["merged"]) | set(known["unchanged"])
    made = {p.name: set(p.predecessors) for p in provinces(effective) if p.predecessors}
    assert made == {name: set(group) for name, group in known["merged"].items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TP. Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("Bà Rịa-Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("Quang Ngai", "Quảng Ngãi"),
        ("Tam Kỳ", None),
        ("", None),
    ],
)
def test_a_name_is_that_of_a_province(text: str, expected: str | None) -> None:
    assert province_name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("UBND THÀNH PHỐ HỒ CHÍ MINH", "Thành phố Hồ Chí Minh"),
        ("UBND thành phố Nha Trang, tỉnh Khánh Hòa", "Khánh Hòa"),
        ("Bộ Tài chính", None),
    ],
)
def test_the_province_of_an_agency(text: str, expected: str | None) -> None:
    assert province_in(text) == expected


def test_offices_keep_the_names_of_their_old_seats() -> None:
    assert related("Trà Vinh", "Vĩnh Long") and related("Hà Tây", "Hà Nội")
    assert not related("Trà Vinh", "Quảng Ngãi")


# ------------------------------------------------------- awards, abbreviations


def test_awards() -> None:
    forms = load("awards")["forms"]
    assert doubled(form["name"] for form in forms) == []
    assert all(form["group"] for form in forms)


def test_awards_cover_the_lexicon(lexicon: Any) -> None:
    ours = [form["name"] for form in load("awards")["forms"]]
    law = lexicon["awards_2022_law"]
    named = [*law["huan_chuong"], *law["huy_chuong"], *law["bang_khen"], *law["giay_khen"], *law["khac"]]
    named += [title for group in lexicon["emulation_titles"].values() for title in group]
    general = {"danh hiệu vinh dự nhà nước"}
    assert [n for n in named if n not in general and not any(n.startswith(name) for name in ours)] == []
    orders = [form for form in load("awards")["forms"] if form["group"] == "huân chương"]
    classes = [form["classes"] for form in orders if "classes" in form]
    assert classes and all(held == law["hang"] for held in classes)


def test_abbreviations_with_several_meanings() -> None:
    known = load("abbreviations")["ambiguous"]
    assert doubled(entry["abbr"] for entry in known) == []
    places = {"filing", "listed", "before", "behind", "whole", "issuer", "symbol", "symbol_party", "symbol_copy",
              "column"}  # fmt: skip
    for entry in known:
        assert {s["when"] for s in entry["senses"]} <= places
        for sense in entry["senses"]:
            assert bool(sense.get("words")) == (sense["when"] in {"listed", "before", "behind", "issuer"})
        assert doubled((s["when"], tuple(s.get("words", ()))) for s in entry["senses"]) == []
    clash = {entry["abbr"] for entry in known} & set(load("agencies")["words"])
    assert clash == set(), "a word with one meaning is not ambiguous"


def test_abbreviations_agree_with_the_other_files() -> None:
    assert [abbr for abbr, s in senses("symbol") if s.name not in types_of_symbol(abbr)] == []
    assert [abbr for abbr, s in senses("symbol_party") if s.name not in types_of_symbol(abbr)] == []
    assert [abbr for abbr, s in senses("symbol_copy") if s.name != load("types")["copies"][abbr]] == []
    units = {(symbol, entry["name"]) for entry in load("agencies")["units"] for symbol in entry["symbols"]}
    assert [abbr for abbr, s in senses("listed") if (abbr, s.name) not in units] == []


def test_abbreviations_cover_the_lexicon(lexicon: Any) -> None:
    ours = {entry["abbr"] for entry in load("abbreviations")["ambiguous"]}
    assert set(lexicon["ambiguous_abbr"]) <= ours
