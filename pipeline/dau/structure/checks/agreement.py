"""Whether the parts of the header agree with each other: number, type, issuer, place and dates.

Each check asks for two readings that are certain in themselves; a damaged one has its own flag already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from rapidfuzz import fuzz

from dau.document.directive import Metadata, ReviewItem, Witness
from dau.document.orthography import letters, skeleton

from ..facts import agencies
from ..facts.dates import day_of
from ..facts.provinces import province_in, province_name, related, valid_on
from ..facts.types import only_issuers, types_of_symbol
from ..header.metadata import Facts
from ..layout.anchors import AGENCY_HEADS
from ..layout.blocks import Part
from .flags import flag

_CHANGEOVER = timedelta(days=60)
"""Old letterheads and seals stay in use for some weeks after agencies are merged."""


def check_agreement(facts: Facts, metadata: Metadata, parts: Sequence[Part]) -> list[ReviewItem]:
    """Flags for parts of the header that contradict each other. `metadata` has the day the document takes effect."""
    out = [*_type_and_symbol(facts, parts), *_issuer_and_symbol(facts), *_year_and_date(facts)]
    return [*out, *_place_and_issuer(facts), *_issuer_at_date(facts), *_effect_and_issue(metadata)]


def _certain_number(facts: Facts) -> bool:
    return facts.number_status in ("ok", "repaired") and facts.metadata.number.text is not None


def _printed(facts: Facts, field: str, text: str) -> Witness:
    lines = facts.lines.get(field, ())
    return Witness(kind=f"printed_{field}", text=text, where=lines[0].line.id if lines else None)


# --------------------------------------------------------------- type and issuer


def _type_and_symbol(facts: Facts, parts: Sequence[Part]) -> Iterable[ReviewItem]:
    """ "Số: 12/KH-UBND" under the title QUYẾT ĐỊNH."""
    number, title = facts.metadata.number, parts[0].type
    if title is None or not number.type_symbol or not _certain_number(facts):
        return
    known = types_of_symbol(number.type_symbol)
    if not known or title.name in known or number.type_symbol == "VBHN":
        return  # a consolidated text keeps the title of what it consolidates
    other = (number.text or "").replace(number.type_symbol, title.symbol or "", 1) if title.symbol else None
    line = next((x for x in parts[0].zone("title") if not x.rule), None)
    yield flag(
        "symbol_type_mismatch",
        "medium",
        f"Ký hiệu “{number.type_symbol}” là của {' hoặc '.join(known)}, nhưng tên loại in là {title.name}",
        "/metadata/number",
        facts.lines.get("number", ()),
        number.raw,
        alternatives=[other] if other else [],
        witnesses=[Witness(kind="printed_type", text=title.name, where=line.line.id if line else None)],
    )


def _issuer_and_symbol(facts: Facts) -> Iterable[ReviewItem]:
    """ "Số: 12/QĐ-UBND" under the name of a department, "Số: 12/NĐ-BTC"."""
    number, name = facts.metadata.number, facts.metadata.issuer.name
    if not number.issuer_symbol or not name or not _certain_number(facts):
        return
    only = only_issuers(number.type_symbol) if number.year else ()
    if only and number.issuer_symbol not in only:
        message = f"{number.type_symbol} chỉ do {', '.join(only)} ban hành, ký hiệu ghi “{number.issuer_symbol}”"
        yield _mismatch(facts, message, [], name)
    elif facts.issuer_from in ("header", "authority") and not _stands_for(number.issuer_symbol, name):
        on = day_of(facts.metadata.issued.date)
        others = [
            (number.text or "").replace(f"-{number.issuer_symbol}", f"-{symbol}")
            for symbol in agencies.symbols_of(name, on)
            if f"-{number.issuer_symbol}" in (number.text or "")
        ]
        meant = " hoặc ".join(agencies.names_of(number.issuer_symbol))
        yield _mismatch(
            facts, f"Ký hiệu “{number.issuer_symbol}” là của {meant}, nhưng nơi ban hành là {name}", others, name
        )


def _mismatch(facts: Facts, message: str, others: Sequence[str], name: str) -> ReviewItem:
    return flag(
        "symbol_issuer_mismatch",
        "medium",
        message,
        "/metadata/number",
        facts.lines.get("number", ()),
        facts.metadata.number.raw,
        alternatives=others[:1],
        witnesses=[_printed(facts, "issuer", name)],
    )


def _stands_for(symbol: str, name: str) -> bool:
    """Whether an issuer's symbol may stand for a name. True where nothing is known of the symbol, where the name is
    no agency's that was read whole, or where its initials spell the symbol."""
    if not AGENCY_HEADS.match(" ".join(letters(word) for word in name.split())):
        return True
    parts = [symbol, *symbol.split("-")]
    names = [known for part in parts for known in agencies.names_of(part)]
    if not names:
        return True
    seen = skeleton(agencies.full_name(name))
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", seen))
    if any(skeleton(re.sub(r"\W|\d", "", part)) in (initials, initials[: len(part)]) for part in parts):
        return True
    return any(fuzz.ratio(skeleton(known), seen[: len(known)]) >= 80 for known in names)


# ------------------------------------------------------------------------ place


def _place_and_issuer(facts: Facts) -> Iterable[ReviewItem]:
    """A province's body writes the name of its province before the date."""
    meta = facts.metadata
    named = " ".join(filter(None, (meta.issuer.name, meta.issuer.parent)))
    place, home = province_name(meta.place or ""), province_in(named)
    if not place or not home or related(place, home) or letters(meta.place or "") in letters(named):
        return
    yield flag(
        "place_issuer_mismatch",
        "medium",
        f"Địa danh là {place}, nhưng cơ quan ban hành thuộc {home}",
        "/metadata/place",
        facts.lines.get("place", ()),
        meta.place,
        alternatives=[home],
        witnesses=[_printed(facts, "issuer", named)],
    )


# ------------------------------------------------------------------------ dates


def _year_and_date(facts: Facts) -> Iterable[ReviewItem]:
    """The year in 12/2021/TT-BTTTT is that of the day of issue."""
    number, issued = facts.metadata.number, facts.metadata.issued
    if not number.year or not issued.date or not _certain_number(facts) or issued.date.startswith(number.year):
        return
    yield flag(
        "number_year_mismatch",
        "high",
        f"Năm trong ký hiệu ({number.year}) khác năm ban hành ({issued.date[:4]}): một trong hai đọc sai",
        "/metadata/issued",
        facts.lines.get("issued", ()),
        issued.raw,
        alternatives=[number.year + issued.date[4:]] if _is_day(number.year + issued.date[4:]) else [],
        witnesses=[_printed(facts, "number", number.raw or number.text or "")],
    )


def _is_day(iso: str) -> bool:
    try:
        date.fromisoformat(iso)
    except ValueError:
        return False
    return True


def _issuer_at_date(facts: Facts) -> Iterable[ReviewItem]:
    """An agency issues nothing before it is founded, and nothing long after it was merged into another."""
    meta = facts.metadata
    if not meta.issued.date or not meta.issuer.name or facts.issuer_from not in ("header", "authority"):
        return
    on = date.fromisoformat(meta.issued.date)
    days = (on, on - _CHANGEOVER)
    spans = agencies.lifetimes(meta.issuer.name)
    gone = bool(spans) and not any(agency.valid(day) for agency in spans for day in days)
    province = province_in(meta.issuer.name)
    if not gone and (province is None or any(valid_on(province, day) for day in days)):
        return
    known = spans[0].name if gone else province
    yield flag(
        "agency_not_valid_at_date",
        "medium",
        f"“{known}” không phải tên cơ quan, địa phương vào ngày {meta.issued.date}: xem lại ngày hoặc tên",
        "/metadata/issued",
        facts.lines.get("issued", ()),
        meta.issued.raw,
        witnesses=[_printed(facts, "issuer", meta.issuer.name)],
    )


def _effect_and_issue(metadata: Metadata) -> Iterable[ReviewItem]:
    """A normative act never takes effect before it is issued; another may look back, and is worth a glance."""
    effective, issued = metadata.effective, metadata.issued.date
    if effective is None or not effective.date or not issued or effective.date >= issued:
        return
    yield flag(
        "effective_before_issue",
        "medium" if metadata.number.year else "low",
        f"Ngày có hiệu lực {effective.date} trước ngày ban hành {issued}",
        "/metadata/effective",
        (),
        effective.raw,
        witnesses=[Witness(kind="printed_issued", text=metadata.issued.raw or issued)],
    )
