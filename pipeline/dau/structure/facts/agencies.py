"""Agencies (cơ quan, tổ chức): abbreviations resolved at a document's own date, and lists of them taken apart.

Names are those of the time: BTTTT is Bộ Thông tin và Truyền thông until 2025-03-01 and nobody's name after it
(Nghị quyết 176/2025/QH15). Nothing is modernised. An abbreviation that may stand for several things is written out
only where its place decides (`abbreviations`); elsewhere it stays as printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from dau.document.orthography import letters

from ..language import Reading, read
from ..language.lexicon import comma_names, data
from . import abbreviations
from .dates import day_of, within

_WORD = re.compile(r"[A-ZĐ][\wĐđ]*(?:[&,][A-ZĐ][\w&]*)*|\w+")
_PURPOSE = re.compile(
    r"\s*\((?:đ[eêẻểềếệễ]\s|b/c|b/cáo|p/h|th/h|báo cáo|phối hợp|thực hiện|qua\s|[0-9]+\)|bản)[^)]*\)?", re.IGNORECASE
)
_COPIES = re.compile(r"\s*[(.]?\s*\d+\s*b?\)?\s*\.?\s*$")
_INITIALS = re.compile(r"(?<=[A-ZĐ]{2})[a-zà-ỹđ]*\d*$|[a-zà-ỹđ]+\d*$")


@dataclass(frozen=True)
class Agency:
    """One name of an agency with the days it was valid: from `since` up to, not including, `until`."""

    name: str
    since: date | None
    until: date | None
    group: str
    inside: tuple[str, ...] = ()
    """Beginnings of the names of those agencies whose unit it is; `*` for any. Empty for an agency of its own."""

    def of(self, agency: str) -> bool:
        """Whether it is known under its abbreviation inside that agency."""
        return not self.inside or any(head == "*" or agency.startswith(head) for head in self.inside)

    def valid(self, on: date | None) -> bool:
        return within(on, self.since, self.until)


@cache
def _by_symbol() -> dict[str, tuple[Agency, ...]]:
    found: dict[str, tuple[Agency, ...]] = {}
    for group in ("bodies", "ministries", "departments", "units"):
        for entry in data("agencies")[group]:
            span = day_of(entry.get("from")), day_of(entry.get("to"))
            agency = Agency(entry["name"], *span, group, tuple(entry.get("of", ())))
            for symbol in entry["symbols"]:
                found[symbol] = (*found.get(symbol, ()), agency)
    return found


def expand(symbol: str, on: date | None = None, inside: str | None = None) -> str | None:
    """The agency an abbreviation stood for on a day (None: on any), or None where that is no one agency.

    `inside` is the agency in whose document it stands: the units of others are not meant. Without it all count.

    >>> expand("BTTTT", date(2021, 9, 16))
    'Bộ Thông tin và Truyền thông'
    """
    known = _by_symbol().get(symbol.strip(), ())
    names = {agency.name for agency in known if agency.valid(on) and (inside is None or agency.of(inside))}
    return names.pop() if len(names) == 1 else None


def names_of(symbol: str) -> tuple[str, ...]:
    """The agencies an issuer's symbol has ever stood for; not the units of agencies.

    >>> names_of("QH15"), names_of("XYZ")
    (('Quốc hội',), ())
    """
    known = _by_symbol().get(symbol) or _by_symbol().get(symbol.rstrip("0123456789"), ())
    return tuple(dict.fromkeys(agency.name for agency in known if agency.group != "units"))


def symbols_of(name: str, on: date | None = None) -> tuple[str, ...]:
    """The symbols an agency of that name had on a day."""
    wanted = letters(name)
    return tuple(
        symbol
        for symbol, known in _by_symbol().items()
        if any(letters(agency.name) == wanted and agency.valid(on) and agency.group != "units" for agency in known)
    )


def lifetimes(name: str) -> tuple[Agency, ...]:
    """The ministries of that name, with the days they were valid; of other agencies the days are not known well."""
    wanted = letters(name)
    found = {a: None for known in _by_symbol().values() for a in known if a.group == "ministries"}
    return tuple(a for a in found if letters(a.name) == wanted)


def _spell_out(text: str, on: date | None, inside: str | None = None) -> str:
    """Abbreviations in a phrase written out: "Sở TTTT các tỉnh" → "Sở Thông tin và Truyền thông các tỉnh"."""
    words: dict[str, str] = data("agencies")["words"]
    text = re.sub(r"\bTP\.\s*", "TP ", text.replace("tỉnh/TP", "tỉnh, TP"))

    def one(match: re.Match[str]) -> str:
        word = match.group()
        if abbreviations.ambiguous(word):
            return abbreviations.meaning(word, text, match.start(), inside) or word
        if word in words:
            return words[word]
        return (expand(word, on, inside or "") or word) if len(word) > 2 and word.isupper() else word

    spelt = _WORD.sub(one, text)
    return re.sub(r"(?<=phố )(phố )|\bcác các\b", "", spelt).replace("Uỷ ban", "Ủy ban")


def _bare_head(name: str, issuer: str | None) -> str:
    """ "thuộc Bộ", "các Thứ trưởng": the ministry is the issuer's own."""
    if issuer and issuer.startswith("Bộ "):
        name = re.sub(r"(?<!ngang )\bBộ$", issuer, name)
        if re.search(r"\b(?:Bộ trưởng|Thứ trưởng)$", name):
            name = f"{name} {issuer}"
    return name


def _recipient(name: str, issuer: str | None, on: date | None) -> str:
    """A name of Nơi nhận written out; the province is left unsaid, as it is there."""
    spelt = re.sub(
        r"(?<=\w)-(?=[A-ZĐ]\w* hình\b)", " - ", re.sub(r"(?<=\w)\(", " (", _spell_out(name.strip(), on, issuer))
    )
    spelt = re.sub(r"\bPhó Thủ tướng$", "Phó Thủ tướng Chính phủ", spelt)
    person = re.match(r"((?:Bộ|Thứ) trưởng)((?: [A-ZĐÀ-Ỹ][a-zà-ỹ]*){2,4})$", spelt)
    if person and issuer and issuer.startswith("Bộ ") and not spelt.startswith(f"{person[1]} Bộ"):
        return f"{person[1]} {issuer}{person[2]}"
    return _bare_head(spelt, issuer)


def full_name(name: str, issuer: str | None = None, on: date | None = None) -> str:
    """An agency's name written out, "UBND tỉnh" with the province of the document's issuer."""
    spelt = _bare_head(_spell_out(name.strip(), on, issuer), issuer)
    place = re.search(r"\b(tỉnh|thành phố)\s+([A-ZĐÀ-Ỹ].*)$", issuer or "")
    if place and re.search(rf"\b(?:Ủy ban nhân dân|Hội đồng nhân dân) {place[1]}$", spelt):
        return f"{spelt} {place[2]}"
    return spelt


_SEPARATORS = frozenset({",", "và", ";", "/"})


def listing(reading: Reading, first: int, separators: frozenset[str] = _SEPARATORS) -> tuple[list[int], int]:
    """Agencies one after another from a token on: where each begins, and the token behind the last."""
    starts: list[int] = []
    at = first
    while (mark := reading.at("agency", at)) is not None:
        starts.append(at)
        end = mark.last
        step = end
        while step < len(reading.words) and reading.words[step].lower() in separators and step - end < 2:
            step += 1
        if step == end or step >= len(reading.words):
            return starts, end
        at = step
        if reading.at("agency", at) is None:
            return starts, end
    return starts, (reading.at("agency", starts[-1]).last if starts else first)  # type: ignore[union-attr]


_ROLES = r"Chủ tịch|Giám đốc|Bộ trưởng|Thứ trưởng|Trưởng ban|Chánh Văn phòng"
_BODIES = r"Ủy ban nhân dân|Hội đồng nhân dân|Tòa án nhân dân|Viện kiểm sát nhân dân"


def _shared(names: list[str]) -> list[str]:
    """What the last of a list says for all: "Chủ tịch, các Phó Chủ tịch Ủy ban nhân dân tỉnh", "TAND, VKSND tỉnh"."""
    role = re.search(rf"\b(?:{_ROLES})\s+(.+)$", names[-1])
    body = re.match(rf"(?:{_BODIES})\s+(tỉnh|thành phố|huyện|các .+)$", names[-1])
    bare_role = re.compile(rf"^(?:các\s+|Các\s+)?(?:Phó )?(?:{_ROLES})$")
    bare_body = re.compile(rf"^(?:{_BODIES})$")
    out = [f"{n} {role[1]}" if role and bare_role.match(n) else n for n in names]
    return [f"{n} {body[1]}" if body and bare_body.match(n) else n for n in out]


def _filing(text: str, on: date | None, issuer: str | None) -> tuple[str, ...]:
    """ "Lưu: VT, TĐKT, NAH (17)": the registry and the units that keep a copy; not the drafter's initials."""
    items = [i.strip() for i in re.split(r"[,;]", _COPIES.sub("", text)) if i.strip()]
    found = []
    for place, item in enumerate(items):
        name = abbreviations.filed(item) or expand(item, on, issuer or "")
        if name is None:
            unit = _INITIALS.sub("", re.split(r"\(|(?<=\w\w)\.", item)[0]).strip() or item
            alone = unit == item and place == len(items) - 1 and len(items) > 2 and re.fullmatch(r"[A-ZĐ]{2,4}", item)
            name = None if alone or not unit else (abbreviations.filed(unit) or expand(unit, on, issuer or "") or unit)
        if name:
            found.append(name)
    return tuple(found)


_KINDS = r"Sở|Bộ|Cục|Vụ|Ban|Phòng|Viện"


def _parts(text: str, kind: str) -> list[str]:
    """A list taken apart at commas and semicolons, but not inside a name: "Văn hóa, Thể thao và Du lịch"."""
    for name in comma_names():
        bare = name.removeprefix(f"{kind} ")
        if kind and bare != name and bare in text:
            text = text.replace(bare, bare.replace(",", "\0"))
    return [part.replace("\0", ",") for part in re.split(r"[,;]", text)]


def _members(head: str, rest: str, on: date | None, issuer: str | None) -> tuple[str, ...]:
    """ "Bộ TTTT: Văn phòng, Vụ Pháp chế, các Cục: BC, THH": what stands behind the colon belongs to the head; under
    "Các Sở:" each is a Sở."""
    names: list[str] = []
    whose = _recipient(head, issuer, on)
    every = re.fullmatch(rf"(?:[Cc]ác\s+)?({_KINDS}|Văn phòng)", head)
    kind = every[1] if every else ""
    prefix = ""
    for part in _parts(rest, kind):
        under = re.match(rf"\s*(?:[Cc]ác\s+)?({_KINDS})\s*:\s*(.*)$", part)
        if under:
            prefix, part = under[1], under[2]
        item = part.strip(" .")
        if not item:
            continue
        inside = (whose, issuer or "")
        units = [
            a.name
            for a in _by_symbol().get(item, ())
            if a.name.startswith(prefix) and a.valid(on) and any(a.of(agency) for agency in inside)
        ]
        name = units[0] if prefix and len(units) == 1 else _recipient(item, issuer, on)
        names.append(f"{kind} {name}" if kind and not name.startswith(kind) else name)
    if names and re.match(r"VP|Văn phòng .", head):
        names[0] = f"{whose}: {names[0]}"
    return tuple(names)


def organisations(text: str, issuer: str | None = None, on: date | None = None) -> tuple[str, ...]:
    """The organisations that one item of Nơi nhận names, written out; `issuer` resolves "Bộ", "các Thứ trưởng".

    >>> organisations("CT, PCT UBND tỉnh")
    ('Chủ tịch Ủy ban nhân dân tỉnh', 'Phó Chủ tịch Ủy ban nhân dân tỉnh')
    """
    item = _PURPOSE.sub("", text.strip().lstrip("-–+• ")).strip(" ;.,:")
    filed = re.match(r"L[ưu]+\s*:?\s*(?=VT)", item)
    if filed:
        return _filing(item[filed.end() :], on, issuer)
    headed = re.match(r"([^:]{2,60}):\s*(.+)$", item)
    if headed:
        return _members(headed[1].strip(), headed[2], on, issuer)
    spelt = _spell_out(item, on, issuer)
    if not any(sign in spelt for sign in _SEPARATORS) and "và" not in spelt.lower():
        return (_recipient(item, issuer, on),) if item else ()
    reading = read(spelt)
    starts, end = listing(reading, 0)
    if len(starts) < 2 or end < len(reading.words):
        return (_recipient(item, issuer, on),) if item else ()
    names = [reading.span(mark) for s in starts if (mark := reading.at("agency", s)) is not None]
    return tuple(_bare_head(name[:1].upper() + name[1:], issuer) for name in _shared(names))


_EXECUTES = re.compile(r"\s*(?:có |chịu )?trách nhiệm\b|\s*căn cứ Quyết định|\s*thi hành\b")
_APART = re.compile(
    r";|(?<=\w) và (?=Thủ trưởng|các cơ quan)|:(?=\s+(?:Chủ tịch|Giám đốc|Thủ trưởng|Chánh|Cục trưởng|Trưởng)\b)"
)
"""Between addressees; a colon before the next title is a semicolon, misread."""
_EACH_OF = re.compile(r"(?P<role>.+?) các (?P<kind>Sở|Cục|Vụ|Ban|Phòng)\s*:\s*(?P<names>.+)$")


def addressees(article: str) -> tuple[str, ...]:
    """Who an article such as "Điều 4" puts in charge, one by one: what "Như Điều 4" in Nơi nhận stands for.

    >>> addressees("Giám đốc các Sở: Tài chính, Nội vụ; Thủ trưởng các đơn vị liên quan chịu trách nhiệm thi hành.")
    ('Giám đốc Sở Tài chính', 'Giám đốc Sở Nội vụ', 'Thủ trưởng các đơn vị liên quan')
    """
    named = _EXECUTES.split(article, maxsplit=1)[0]
    found: list[str] = []
    for part in filter(None, (piece.strip(" .,") for piece in _APART.split(named))):
        each = _EACH_OF.match(part)
        if each:
            before, _, role = each["role"].rpartition(", ")
            found += addressees(before) if before else ()
            names = (name.strip() for name in _parts(each["names"], each["kind"]))
            found += [f"{role} {each['kind']} {name}" for name in names if name]
            continue
        reading = read(part)
        starts, end = listing(reading, 0, frozenset({",", "và"}))
        marks = [mark for at in starts if (mark := reading.at("agency", at)) is not None]
        found += [reading.span(mark) for mark in marks] if marks and end == len(reading.words) else [part]
    return tuple(found)
