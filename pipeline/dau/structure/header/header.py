"""The header block: issuer with its parent, number, place and date, V/v, secrecy and urgency marks.

The reader gives the left column, then the right; where it merged the two, a line is cut at quốc hiệu, at the place
name or at the date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dau.document.orthography import letters

from ..facts.dates import WrittenDate, find_dates
from ..facts.form import stamps
from ..facts.markers import markers
from ..facts.numbers import ReadNumber, read_number
from ..layout import anchors
from ..layout.lines import TextLine, join_lines
from ..layout.opening import is_number_line, letterhead

SECRECY = {letters(mark): mark for mark in stamps("secrecy")}
URGENCY = {letters(mark): mark for mark in stamps("urgency")}

_UP = "A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ"
_LOW = "a-zà-ỹăđĩũơưạ-ỹ"
_PLACE = re.compile(
    rf"(?<![\w/-])(?:[Tt][Pp]\s?\.?\s*)?[{_UP}][{_LOW}]+(?:(?:\s*[-–]\s*|\s+)[{_UP}][{_LOW}]+){{0,4}},?\s*$"
)
_NUMBER_LIKE = re.compile(r"^\s*\d{1,6}\s*/\s*(?:\d{4}\s*/\s*)?[^\W\d_]{1,6}\s*-")
_DIRT = re.compile(r"(?:\s+[^\w\s&]+|\s+_+)+$|^(?:[^\w\s“\"(]+\s+)+")
_TORN = re.compile(r",\s*(?P<day>ng[a@]?[yv](?![a-z]).*)")
_SYMBOL_END = re.compile(r"^(?P<number>.*?[/|-]\s*[^\s/|]+?(?:\s*-\s*[^\s|]+)?)(?=\s|\||$)")


@dataclass(frozen=True)
class HeaderFacts:
    """What a header says; `lines` are where each was found."""

    number: ReadNumber | None = None
    date: WrittenDate | None = None
    date_raw: str | None = None
    place: str | None = None
    issuer: str | None = None
    parent: str | None = None
    abstract: str | None = None
    secrecy: str | None = None
    urgency: str | None = None
    motto: bool = False
    merged: bool = False
    lines: dict[str, tuple[TextLine, ...]] = field(default_factory=dict)


def read_header(lines: Sequence[TextLine], letter: bool, type_symbol: str | None) -> HeaderFacts:
    """Facts from the header's lines; `letter` says that no type is printed (công văn).

    What stands before the header with quốc hiệu (a caption, a portal's table of facts) tells nothing, unless it is
    the left column of the header itself.
    """
    head = letterhead(lines)
    found = _read(lines[head:], letter, type_symbol)
    left_column = (found.number is None and any(is_number_line(line) for line in lines[:head])) or (
        found.issuer is None and bool(head) and bool(anchors.AGENCY_HEADS.match(lines[0].key))
    )
    return _read(lines, letter, type_symbol) if left_column else found


def _read(lines: Sequence[TextLine], letter: bool, type_symbol: str | None) -> HeaderFacts:
    where: dict[str, tuple[TextLine, ...]] = {}
    date_at, date, raw, place = _date(lines, where)
    number_at, number = _number(lines, letter, type_symbol, where)
    issuer, parent = _issuer(lines, number_at, where)
    abstract = _abstract(lines, where)
    marks = {letters(line.text): line for line in lines if line.caps and len(line.text) < 24}
    return HeaderFacts(
        number=number,
        date=date,
        date_raw=raw,
        place=place,
        issuer=issuer,
        parent=parent,
        abstract=abstract,
        secrecy=next((SECRECY[k] for k in marks if k in SECRECY), None),
        urgency=next((URGENCY[k] for k in marks if k in URGENCY), None),
        motto=any(anchors.motto_lines(lines, n) for n in range(len(lines))),
        merged=_merged(lines, date_at, number_at),
        lines=where,
    )


def _merged(lines: Sequence[TextLine], date_at: int | None, number_at: int | None) -> bool:
    """Two columns on one line, or one column broken over several with `|` between cells."""
    both = date_at is not None and date_at == number_at
    cut = any(
        (at := anchors.motto_start(line.key)) and at > 4
        for line in lines
        if anchors.is_motto(line) or anchors.is_motto_2(line)
    )
    return both or bool(cut) or sum(line.text.strip() == "|" for line in lines) >= 2


# ------------------------------------------------------------------------ date


def _date(
    lines: Sequence[TextLine], where: dict[str, tuple[TextLine, ...]]
) -> tuple[int | None, WrittenDate | None, str | None, str | None]:
    """(line, date, raw with place, place): the date behind a place name, else the last date written out."""
    best: tuple[int, int, WrittenDate, str] | None = None
    for n, line in enumerate(lines):
        for found in _dates_from(lines, n):
            place = _place(lines, n, line.text[: found.start])
            rank = 2 if place else 1
            if best is None or rank > best[0]:
                best = (rank, n, found, place)
    if best is None:
        return _torn_date(lines, where)
    _, n, found, place = best
    where["issued"] = (lines[n],)
    if place:
        where["place"] = (lines[n],)
    raw = f"{place}, {found.raw}" if place else found.raw
    return n, found, raw, place or None


def _torn_date(
    lines: Sequence[TextLine], where: dict[str, tuple[TextLine, ...]]
) -> tuple[int | None, WrittenDate | None, str | None, str | None]:
    """The line of place and date whose date a stamp or a pen has made unreadable: its place is still printed."""
    for n, line in enumerate(lines):
        m = _TORN.search(line.key)
        place = _place(lines, n, line.text[: m.start()]) if m else ""
        if m and place:
            where["issued"] = where["place"] = (line,)
            raw = line.text[m.start("day") :].strip(" ,")
            return n, WrittenDate(raw, m.start("day"), len(line.text), None, "unreadable"), f"{place}, {raw}", place
    return None, None, None, None


def _dates_from(lines: Sequence[TextLine], n: int) -> list[WrittenDate]:
    """Dates that begin on a line; one that was wrapped ("Hà Nội, ngày" / "01 tháng 12 năm 2025") is read on."""
    text = lines[n].text
    whole = [d for d in find_dates(text) if d.raw[:2].lower().startswith("ng")]
    complete = any(d.status != "unreadable" for d in whole)
    if complete or n + 1 >= len(lines) or len(text) > 60 or not re.match(r"\W*\d", lines[n + 1].text):
        return whole
    joined = join_lines([text, lines[n + 1].text])
    return [d for d in find_dates(joined) if d.raw[:2].lower().startswith("ng") and d.start < len(text)] or whole


def _place(lines: Sequence[TextLine], n: int, before: str) -> str:
    """The place name right before a date; the beginning of it may have been wrapped onto the line above."""
    text = before.strip(" _*").rstrip(",. ")
    if not text:
        return ""
    m = _PLACE.search(text)
    if not m or (m.start() > 0 and m.end() - m.start() > 40):
        return ""
    place = " ".join(m[0].split()).strip(" ,.-–")
    above = lines[n - 1] if n else None
    wrapped = above is not None and m.start() == 0 and len(place.split()) == 1 and not above.rule and not above.caps
    if wrapped and above is not None and len(above.text.split()) <= 2 and above.starts_upper and not above.terminal:
        place = f"{above.text} {place}"
    return place


# ---------------------------------------------------------------------- number


def number_in(lines: Sequence[TextLine], letter: bool, type_symbol: str | None) -> ReadNumber | None:
    """The number of a few lines of a header, as `read_header` finds it in all of them."""
    return _number(lines, letter, type_symbol, {})[1]


def date_in(lines: Sequence[TextLine]) -> WrittenDate | None:
    """The day of issue in a few lines of a header, as `read_header` finds it in all of them."""
    return _date(lines, {})[1]


def _number(
    lines: Sequence[TextLine], letter: bool, type_symbol: str | None, where: dict[str, tuple[TextLine, ...]]
) -> tuple[int | None, ReadNumber | None]:
    for n, line in enumerate(lines):
        if anchors.is_motto(line) and not anchors.number_label(line.key):
            continue
        label = anchors.number_label(line.key)
        if label and label.start() < 40 and not anchors.is_abstract(line):
            rest = line.text[label.end() :]
            used: tuple[TextLine, ...] = (line,)
            if n + 1 < len(lines) and _goes_on(rest.strip(" |"), lines[n + 1].text):
                rest, used = rest.strip(" |") + lines[n + 1].text, (line, lines[n + 1])
        elif _NUMBER_LIKE.match(line.text):
            rest, used = line.text, (line,)
        else:
            continue
        where["number"] = used
        return n, read_number(_cut_number(rest), letter, type_symbol)
    return None, None


def _goes_on(rest: str, below: str) -> bool:
    """The number goes on on the next line: nothing of it is printed yet, or it was cut at a separator."""
    if not rest:
        return bool(re.search(r"[/|-]", below))
    if rest.isdecimal():
        return below.startswith("/")
    return rest[-1] in "-–/" and bool(re.match(rf"[{_UP}\d][\w&.–-]*$", below))


def _cut_number(rest: str) -> str:
    """Only the number, of a line that goes on with the place and date or with V/v."""
    for found in find_dates(rest):
        if found.raw[:2].lower().startswith("ng"):
            head = rest[: found.start].rstrip(" ,")
            m = _PLACE.search(head)
            rest = head[: m.start()] if m and m.start() > 0 else head
            break
    at = anchors.motto_start("".join(c.lower() for c in rest))
    rest = rest[:at] if at else rest
    rest = re.split(r"\s+[Vv]\s?/\s?[Vv]\b|\s\|\s*$|\s{2,}|\(", rest.strip(" |*_"))[0]
    m = _SYMBOL_END.match(rest)
    if m and "/" in m["number"] and "-" in m["number"]:
        return m["number"].strip(" |,;")
    return rest.strip(" |,;")


# ---------------------------------------------------------------------- issuer


def _broken_motto(lines: Sequence[TextLine]) -> set[int]:
    """Lines that quốc hiệu is broken over."""
    return {at for n in range(len(lines)) if (count := anchors.motto_lines(lines, n)) > 1 for at in range(n, n + count)}


def _issuer(
    lines: Sequence[TextLine], number_at: int | None, where: dict[str, tuple[TextLine, ...]]
) -> tuple[str | None, str | None]:
    """(issuer, parent) from the capitals above the number: the last agency is the issuer, the one above its parent."""
    units: list[list[str]] = []
    used: list[TextLine] = []
    right = max((line.bbox[2] for line in lines if line.bbox), default=0.0)
    motto = _broken_motto(lines)
    for n, line in enumerate(lines[: number_at if number_at is not None else len(lines)]):
        text = line.text
        if n in motto or (line.bbox and line.bbox[0] > 0.5 * right):
            continue  # a stamp in the right half
        if anchors.is_motto(line) or anchors.is_motto_2(line):
            at = anchors.motto_start(line.key)
            text = text[:at] if at else ""
        text = _DIRT.sub("", text.strip(" |*_-–—.'’\""))
        if letters(text) in ("cong", "hoa", *SECRECY, *URGENCY) or len(letters(text)) < 2:
            continue
        upper = [c for c in text if c.isalpha()]
        if (
            not upper
            or sum(c.isupper() for c in upper) < 0.7 * len(upper)
            or any(d.start == 0 for d in find_dates(text))
        ):
            continue
        head = anchors.AGENCY_HEADS.match(" ".join(letters(w) for w in text.split()))
        if not units and not head:
            continue
        complete = units and not re.search(r"(?:\bVÀ|,|-|–|\bBỘ|\bSỞ|\bVA|\bCỦA)$", units[-1][-1])
        if head and complete and len(" ".join(units[-1]).split()) > 1:
            units.append([text])
        elif units:
            units[-1].append(text)
        else:
            units.append([text])
        used.append(line)
    if not units:
        return None, None
    where["issuer"] = tuple(used)
    names = [re.sub(r"\s*[-–]\s+", " - ", " ".join(join_lines(unit).split())) for unit in units]
    names = [name for name, after in zip(names, [*names[1:], ""], strict=True) if name != after]
    return names[-1], " ".join(names[:-1]) or None


# -------------------------------------------------------------------- abstract


def _abstract(lines: Sequence[TextLine], where: dict[str, tuple[TextLine, ...]]) -> str | None:
    """ "V/v …" and the lines it goes on over."""
    start = next((n for n, line in enumerate(lines) if anchors.is_abstract(line)), None)
    if start is None:
        return None
    taken: list[tuple[str, TextLine]] = []
    for n, line in enumerate(lines[start:]):
        anchor = anchors.is_motto(line) or anchors.is_motto_2(line) or (n > 0 and bool(anchors.number_label(line.key)))
        text = line.text
        dated = next(
            (d for d in find_dates(text) if d.raw[:2].lower().startswith("ng") and d.end >= len(text) - 2), None
        )
        place = _PLACE.search(text[: dated.start].rstrip(" ,")) if dated else None
        if dated and place:
            text = text[: place.start()].strip()
        if (
            line.rule
            or anchor
            or (n > 0 and markers(text))
            or (n > 0 and line.caps and len(letters(text)) > 6)
            or not text
        ):
            if taken:
                break
            continue
        taken.append((text, line))
    where["subject"] = tuple(line for _, line in taken)
    text = join_lines([text for text, _ in taken]).strip(" |*_")
    rest = anchors.letter_abstract(text)
    return (f"V/v {rest}" if rest else text) or None
