"""Document symbols (số, ký hiệu) in running text, well formed and damaged.

The grammar of a single number is `numbers.read_number`; here it is found in prose, mended where separators were
swapped or spaces crept in, and named: type, year, issuer, normative or individual.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..language.lexicon import data
from .types import repair_issuer_symbol, repair_type_symbol, type_symbols, types_of_symbol

_UP = "A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ"
_ORGAN = rf"[{_UP}][\w&.]*(?:\s?[-–]\s?[{_UP}][\w&]*)*"
_SYMBOL = re.compile(
    rf"(?P<serial>\d(?<![\w/.-]\d)\d{{0,5}}(?:[ ]\d{{1,2}}(?=\s?[/|]))?[a-zđ]?)\s?(?P<sep>[-–/|l])\s?"
    rf"(?:(?P<year>(?:19|20)\d\d)\s?[/|]\s?)?"
    rf"(?P<left>[{_UP}0O][\w&.]*?)\s?(?P<sep2>[-–/|])(?:\s?[-–])?\s?(?P<right>{_ORGAN})"
)
_ASSEMBLY = re.compile(
    r"(?P<serial>\d(?<![\w/.-]\d)\d{0,5})\s?/\s?(?P<year>(?:19|20)\d\d)\s?/\s?(?P<organ>(?:UBTV)?QH\s?\d{1,2})\b"
)
_SHORT = re.compile(
    rf"(?<=[Ss]ố )(?P<serial>\d{{1,5}})\s?/\s?(?P<organ>[{_UP}][A-Za-zĐđ]{{1,7}})(?=\s*,?\s+ngày\s+\d)"
)
"""A letter of an office that has no unit symbols: "Công văn số 158/UB ngày 09/4/2021"; the words on either side vouch
for it."""
_SIGNS = "-–/|"
"""One of these stands in every symbol."""
_PARTY_ORGANS = frozenset(data("agencies")["party_organs"])
_MISREAD_TYPES: dict[str, str] = data("types")["misread_types"]
_SCRAP = 2
"""Letters of an issuer that are a scrap rather than somebody's abbreviation (BGD for BGDĐT)."""

_DATE_LIKE = re.compile(r"^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")


@dataclass(frozen=True)
class Symbol:
    """A symbol at `text[start:end]`. `number` is the normal form; `mended` says that more than diacritics and single
    spaces had to be put right; `digits_joined` that a space inside the serial was closed."""

    start: int
    end: int
    raw: str
    number: str
    serial: str
    year: str | None
    type_symbol: str | None
    organ: str
    mended: bool = False
    digits_joined: bool = False

    @property
    def type_name(self) -> str | None:
        """Loại văn bản, from the symbol alone."""
        if self.organ.startswith(("QH", "UBTVQH")):
            return None
        return names_of_symbols().get(self.type_symbol or "")

    @property
    def normative(self) -> bool | None:
        """Quy phạm pháp luật carries the year in its symbol, an individual act (cá biệt) does not; None for kinds
        that are always the one or the other."""
        return bool(self.year) if self.type_symbol in {"QĐ", "NQ", "CT"} else None


def names_of_symbols() -> dict[str, str]:
    """Type symbol → type name; of two types with one symbol the state's, for TT thông tư and not thông tri."""
    letter = {"CV": types_of_symbol("CV")[0]}  # only the Party numbers its letters with a type
    return letter | {symbol: types_of_symbol(symbol)[0] for symbol in type_symbols()}


def _clean(organ: str) -> str:
    return re.sub(r"\s*[-–]\s*", "-", organ).rstrip(".")


def _type(symbol: str) -> str | None:
    fixed = repair_type_symbol(symbol)
    fixed = _MISREAD_TYPES.get(fixed, fixed)
    return fixed if fixed in type_symbols() or fixed == "CV" else None


def _read(m: re.Match[str]) -> Symbol | None:
    serial, year = m["serial"].replace(" ", ""), m["year"]
    left, right = m["left"].rstrip("."), _clean(m["right"])
    joined = " " in m["serial"]
    party_form = m["sep"] in "-–" and m["sep2"] in "/|"
    kind = _type(left)
    if party_form:
        return Symbol(
            m.start(), m.end(), m.group(), f"{serial}-{kind or left}/{right}", serial, None, kind or left, right
        )
    if m["sep"] in "-–":
        return None
    if m["sep2"] in "/|" and kind is None:
        return None
    if kind and right in _PARTY_ORGANS and not year:
        return Symbol(
            m.start(), m.end(), m.group(), f"{serial}-{kind}/{right}", serial, None, kind, right, True, joined
        )
    organ = repair_issuer_symbol(right)
    if kind is None and not year:
        known = left if left.isupper() or len(left) > 3 else None
        if known is None:
            return None
        return Symbol(
            m.start(), m.end(), m.group(), f"{serial}/{left}-{right}", serial, None, None, left, False, joined
        )
    middle = f"{year}/" if year else ""
    mended = m["sep"] not in "/" or m["sep2"] in "/|" or joined or "--" in m.group().replace(" ", "")
    mended = mended or (kind is not None and repair_type_symbol(left) in _MISREAD_TYPES)
    return Symbol(
        m.start(),
        m.end(),
        m.group(),
        f"{serial}/{middle}{kind or left}-{organ}",
        serial,
        year,
        kind,
        organ,
        mended,
        joined,
    )


def find_symbols(text: str) -> Iterator[Symbol]:
    """All document symbols of a text in order of their place."""
    if not any(sign in text for sign in _SIGNS):
        return
    found = []
    for m in _ASSEMBLY.finditer(text):
        organ = m["organ"].replace(" ", "")
        found.append(
            Symbol(
                m.start(), m.end(), m.group(), f"{m['serial']}/{m['year']}/{organ}", m["serial"], m["year"], None, organ
            )
        )
    for m in _SYMBOL.finditer(text):
        if _DATE_LIKE.match(m.group()):
            continue
        symbol = _read(m)
        if symbol and all(symbol.end <= s.start or symbol.start >= s.end for s in found):
            found.append(symbol)
    for m in _SHORT.finditer(text):
        if all(m.end() <= s.start or m.start() >= s.end for s in found):
            number = f"{m['serial']}/{m['organ']}"
            found.append(Symbol(m.start(), m.end(), m.group(), number, m["serial"], None, None, m["organ"]))
    yield from sorted(found, key=lambda s: s.start)


def completed(symbol: Symbol, issuer: str | None) -> Symbol:
    """A symbol whose issuer's letters broke off ("73/CT-B … của Bộ Thông tin và Truyền thông"), with those of the
    issuer that the text names; any other symbol as it is."""
    if issuer is None or len(symbol.organ) > _SCRAP or not symbol.number.endswith(f"-{symbol.organ}"):
        return symbol
    entries = [e for group in ("ministries", "departments") for e in data("agencies")[group]]
    if any(symbol.organ in e["symbols"] for e in entries):
        return symbol
    own: list[str] = next((e["symbols"] for e in entries if e["name"].lower() == issuer.lower()), [])
    if not own or not own[0].startswith(symbol.organ):
        return symbol
    whole = symbol.number[: -len(symbol.organ)] + own[0]
    return replace(symbol, number=whole, organ=own[0], mended=True)


def issuer_of(symbol: Symbol) -> str | None:
    """The issuer that the symbol alone names: NĐ-CP → Chính phủ, QĐ-TTg → Thủ tướng Chính phủ, TT-BYT → its minister;
    None for organs that are many (UBND, TW)."""
    organ = symbol.organ.split("-")[0]
    if organ.startswith("UBTVQH"):
        return "Ủy ban Thường vụ Quốc hội"
    if organ.startswith("QH"):
        return "Quốc hội"
    fixed = {"CP": "Chính phủ", "TTg": "Thủ tướng Chính phủ", "CTN": "Chủ tịch nước"}.get(organ)
    if fixed:
        return fixed
    for entry in data("agencies")["ministries"]:
        if organ in entry["symbols"] and organ.startswith(("B", "U", "T")):
            name: str = entry["name"]
            return f"Bộ trưởng {name}" if symbol.type_symbol == "TT" and name.startswith("Bộ") else name
    for entry in data("agencies")["departments"]:
        if organ in entry["symbols"]:
            return str(entry["name"])
    return None
