"""Where number and date of a first page stand, found from the words that were read around them.

Between "Số:" and the "/" of the symbol, between "ngày" and "tháng", "tháng" and "năm", behind "năm"; also where a
reader glued words and digits ("Số:514/UBND-KTTH", "ngày20tháng") or lost what is written between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dau.document.orthography import skeleton

from .lines import Box, TextLine

Kind = Literal["number", "day", "month", "year"]

_LABEL = r"^\W{0,3}s[o0d6](?![a-z])\s?[:.;,]{0,2}(?P<number>.{0,14}?)(?=\s*"
_YEAR = r"[/|]\s*(?:(?:19|20)\S{2,3}[/|]?\s*)?"
_NUMBERS = (
    re.compile(_LABEL + rf"(?:{_YEAR}[a-z]{{1,8}}\s*[-–]|-\s*[a-z]{{2,4}}/))"),  # 12/QĐ-UBND, 12/2020/NĐ-CP, 07-KL/TW
    re.compile(_LABEL + rf"{_YEAR}[a-z]{{2}})"),  # 30/2021/QH15
)
"""The more certain form first: what is written by hand may read like a slash and letters."""
_WORD = re.compile(r"[a-z]{3}")
_DATE = re.compile(
    r"ng[a-z]{1,2}[yvj](?P<day>.{0,9}?)t[hn][a-z]{1,3}g(?P<month>.{0,9}?)n[a-z]{1,2}m(?![a-z])(?P<year>.{0,7})"
)
_TOP = 0.45
"""Number and date of a first page stand above this share of its height."""


@dataclass(frozen=True)
class Slot:
    """A place for digits: `start` and `end` are offsets in the text of `line`, `box` is in pixels, words of its
    neighbours not included; `read` is what stands there as chosen, `readings` what each engine read there."""

    kind: Kind
    line: int
    start: int
    end: int
    box: Box
    read: str
    readings: dict[str, str]


def find_slots(lines: Sequence[TextLine], height: float) -> list[Slot]:
    """The places of number and date on a page of `height` pixels; the first of each from the top."""
    found: dict[Kind, Slot] = {}
    for n in sorted(range(len(lines)), key=lambda n: lines[n].middle):
        if lines[n].middle > _TOP * height:
            break
        for slot in _slots(n, lines[n]):
            found.setdefault(slot.kind, slot)
    return list(found.values())


def _slots(n: int, line: TextLine) -> Iterator[Slot]:
    text = line.text
    spans = _spans(text)
    said = engine_texts(line) if spans else {}
    heard = {engine: _spans(reading) for engine, reading in said.items()}
    for kind, (start, end) in spans.items():
        inside = text[start:end]
        if inside.strip():
            start, end = end - len(inside.lstrip()), start + len(inside.rstrip())
        readings = {e: said[e][slice(*found[kind])].strip() for e, found in heard.items() if kind in found}
        yield Slot(kind, n, start, end, _box(line, start, end), inside.strip(), readings)


def _spans(text: str) -> dict[Kind, tuple[int, int]]:
    """Where in a line number, day, month and year have their place."""
    key = skeleton(text)
    number = next((m for pattern in _NUMBERS if (m := pattern.match(key)) and not _WORD.search(m["number"])), None)
    dated = next((m for m in _DATE.finditer(key) if _begins_date(text, m.start())), None)
    found: dict[Kind, tuple[int, int]] = {"number": number.span("number")} if number else {}
    if dated:
        found |= {"day": dated.span("day"), "month": dated.span("month"), "year": dated.span("year")}
    return found


def _begins_date(text: str, start: int) -> bool:
    """The date of issue stands behind a place name, or begins its line; one that is cited stands in a sentence."""
    before = text[:start].rstrip()
    return not before or before[-1] in ",." or (len(before.split()) <= 3 and before[:1].isupper())


def engine_texts(line: TextLine) -> dict[str, str]:
    """The line as each engine read it. A reading that spans several words stands with each of them; it counts once."""
    texts: dict[str, list[str]] = {}
    last: dict[str, str] = {}
    for token in line.tokens:
        for engine, reading in token.readings.items():
            if last.get(engine) != reading or reading == token.text:
                texts.setdefault(engine, []).append(reading)
            last[engine] = reading
    return {engine: " ".join(parts) for engine, parts in texts.items()}


def _box(line: TextLine, start: int, end: int) -> Box:
    return (_x_at(line, start, opening=True), line.box[1], _x_at(line, end, opening=False), line.box[3])


def _x_at(line: TextLine, offset: int, *, opening: bool) -> float:
    """Where a character stands; between two words, the edge of the one outside the slot."""
    at, edge = 0, line.box[0]
    for token in line.tokens:
        size = len(token.text)
        x0, x1 = token.box[0], token.box[2]
        if at < offset < at + size:
            return x0 + (x1 - x0) * (offset - at) / size
        if opening and offset >= at + size:
            edge = x1
        if not opening and offset <= at:
            return x0
        at += size + 1
    return edge if opening else line.box[2]
