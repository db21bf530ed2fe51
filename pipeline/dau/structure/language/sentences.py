"""Where sentences end in administrative prose: a stop, then a capital; not after abbreviations and numbers."""

from __future__ import annotations

import re
from itertools import pairwise

_STOP = re.compile(r"(?<=[.!?…])[”\"')]*\s+(?=[“\"'(]?[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:TP|Tp|tp|TX|Q|P|H|KT|TM|TL|TUQ|ThS|TS|PGS|GS|BS|KS|CN|Ths|Tr|St|Mr|Mrs|Ms|Dr|v\.v|No|stt|tr|Điều|Số|số)\.|(?<!\w)[A-ZĐ]\.)$"
)
_ITEM = re.compile(r"(?<=;)\s+(?=[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ])")
_CLAUSE = re.compile(r"(?<=;)\s+")

_HYPHEN_SECOND = re.compile(r"\s*\w+\s?[-–]")
_STOPS = ".;:()“”\"\n"
"""What stands in no phrase of the lexicon and ends every name: what is behind one changes nothing before it."""

Span = tuple[int, int]
"""Offsets of a stretch of text, the end not included; without white space at its ends."""


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(text: str, places: list[int]) -> list[Span]:
    edges = [0, *places, len(text)]
    spans = [_trim(text, a, b) for a, b in pairwise(edges)]
    return [span for span in spans if span[0] < span[1]]


def sentences(text: str) -> list[Span]:
    """Offsets of the sentences; together they hold everything but the white space between them."""
    places = [
        m.end() for m in _STOP.finditer(text) if not _ABBREVIATION.search(text[max(0, m.start() - 12) : m.start()])
    ]
    return _cut(text, places)


def items(text: str) -> list[Span]:
    """Offsets of the parts of an enumeration in running text, "…; Tham mưu …; Phối hợp …"."""
    return _cut(text, [m.end() for m in _ITEM.finditer(text)])


def clause_around(text: str, place: int) -> Span:
    """Offsets of the stretch between stops, the one before included, that holds a place: it is read by itself as it is
    read within the text. Not so behind "Sở - …", where the grammar of names looks back: there the whole text."""
    begin = max(0, *(text.rfind(stop, 0, place) for stop in _STOPS))
    if not begin and _HYPHEN_SECOND.match(text):
        return 0, len(text)
    ends = [end for stop in _STOPS if (end := text.find(stop, place)) >= 0]
    return begin, min(ends, default=len(text))


def clauses(text: str) -> list[Span]:
    """Offsets of what semicolons part."""
    return _cut(text, [m.end() for m in _CLAUSE.finditer(text)])
