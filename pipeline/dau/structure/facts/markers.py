"""Numbering of Vietnamese administrative documents: what a line begins with, and the values it may stand for.

Levels (Nghị định 30/2020/NĐ-CP and practice): Phần › Chương › Mục › Tiểu mục › Điều › A. › I. › 1. › 1.1. › a) › - › +.
Misread Romans (`Il.`, `I11.`, `IL.`, `L.`) keep their reading; which number they stand for is decided by sequence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dau.document.orthography import skeleton

from .form import point_alphabet

Style = Literal[
    "part",
    "chapter",
    "section",
    "subsection",
    "article",
    "upper",
    "roman",
    "arabic",
    "decimal",
    "letter",
    "paren",
    "dash",
    "plus",
]

RANK: dict[Style, int] = {
    "part": 10,
    "chapter": 20,
    "section": 30,
    "subsection": 40,
    "article": 50,
    "upper": 60,
    "roman": 70,
    "arabic": 80,
    "decimal": 90,
    "letter": 100,
    "paren": 110,
    "dash": 120,
    "plus": 130,
}

POINT_ALPHABET = point_alphabet()
"""The order of điểm: đ is a letter of its own; there is no f, j, w, z."""

_ROMAN = {"I": 1, "V": 5, "X": 10}
_ORDINALS = {
    "nhat": 1,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "tu": 4,
    "bon": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}
_MISTAKEN = {"d": "đ", "đ": "d", "c": "e", "e": "c", "i": "l", "l": "i"}
_NO_LETTER = {"¢": "c", "©": "c", "€": "c", "ø": "g", "ð": "đ", "j": "i"}
"""What readers make of a point letter, and the letter it is."""
_JUNK = r"^[\s'’‘`´.,:*~•|_]{0,3}"
# a full stop or bracket read as another sign: believed before a word with a capital only ("10, 11 giờ", "6, PL 2")
_OTHER_STOP = r"(?=\s+[“\"(]?[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ](?![A-ZÀ-ÝĂĐĨŨƠƯ\d]))"
_PART = re.compile(_JUNK + r"phan\s+(?:thu\s+(?P<word>[a-z]+)|(?P<roman>[ivxl1]{1,6}))\b\s*[.:]?\s*")
_CHAPTER = re.compile(_JUNK + r"ch[uu][o0]ng\s+(?P<roman>[ivxl1|]{1,7}|\d{1,2})\b\s*[.:]?\s*")
_SECTION = re.compile(_JUNK + r"muc\s+(?P<n>\d{1,2}|[ivxl1]{1,6})\b\s*[.:]?\s*")
_SUBSECTION = re.compile(_JUNK + r"tieu\s+muc\s+(?P<n>\d{1,2})\b\s*[.:]?\s*")
_ARTICLE = re.compile(_JUNK + r"[dpb][iíl1!][eéêco][uún]\s{1,2}(?P<n>\d{1,3}[a-z]?)\s*(?P<dot>[.:,]|$)\s*")
_ROMAN_MARK = re.compile(_JUNK + r"(?P<n>[IVXLl1|!]{1,6})\s?(?P<dot>[.,)]|/(?=\s))(?![\d,])\s*(?=\S|$)")
_BARE_ROMAN = re.compile(_JUNK + r"(?P<n>[IVXLHl1|!ÍÌĨỊ]{1,6})\s+(?=[^\W\d_]{2})")
_DAMAGED_ROMAN = re.compile(_JUNK + r"(?P<n>(?=[IVXLl1|!]*H)[IVXLHl1|!]{1,6}|111)\s?(?P<dot>[.,])(?![\d,])\s*(?=\S)")
_UPPER_MARK = re.compile(_JUNK + r"(?P<n>[A-HĐ])\s?[.)]\s+(?=\S)")
_DECIMAL = re.compile(_JUNK + r"(?P<n>\d{1,2}(?:\.\d{1,2}){1,3})(?P<dot>\.|\)|:)?(?=\s|[^\W\d])\s*")
_ARABIC = re.compile(_JUNK + rf"(?P<n>\d{{1,3}})\s?(?P<dot>[.)](?!\d)|[,:;]{_OTHER_STOP})\s*")
_LETTER = re.compile(rf"{_JUNK}(?P<n>[a-zđ¢©€øð])\s?(?:\)|[,;\]}}]{_OTHER_STOP})\s*|" + _JUNK + r"(?P<m>[a-zđ])[.]\s+")
_PAREN = re.compile(_JUNK + r"\((?P<n>\d{1,2}|[ivx]{1,5}|[a-zđ])\)\s*")
_DASH = re.compile(r"^[\s'’`.]{0,2}[-–—•●◦▪*]\s*(?=[^\s\-–—_=~.])")
_PLUS = re.compile(r"^[\s'’`.]{0,2}\+\s*(?=\S)")


def _any_of(*patterns: re.Pattern[str]) -> re.Pattern[str]:
    """Matches where one of the patterns does: most lines begin with none of them, and one look says so."""
    return re.compile("|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for pattern in patterns))


_ANY_WORD = _any_of(_ARTICLE, _PART, _CHAPTER, _SUBSECTION, _SECTION)
_ANY_SIGN = _any_of(_DECIMAL, _ROMAN_MARK, _ARABIC, _LETTER, _UPPER_MARK, _PAREN, _PLUS, _DASH)


@dataclass(frozen=True)
class Marker:
    """The beginning of a line read as numbering: `values` are the numbers it may stand for, likeliest first; `end`
    is where the text after it begins; `printed` is the marker as it stands in the line."""

    style: Style
    values: tuple[int, ...]
    printed: str
    end: int
    path: tuple[int, ...] = ()
    suffix: str = ""
    clean: bool = True
    """Printed as such a marker should be; a misread one needs its neighbours' word."""


def roman(value: int) -> str:
    """1 → I … 39 → XXXIX."""
    out = ""
    for number, sign in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while value >= number:
            out, value = out + sign, value - number
    return out


def roman_value(text: str) -> int | None:
    """The number a Roman numeral of I, V, X stands for; None where it is none."""
    total = 0
    for sign, after in zip(text, f"{text[1:]} ", strict=False):
        value = _ROMAN.get(sign)
        if value is None:
            return None
        total += -value if _ROMAN.get(after, 0) > value else value
    return total if total > 0 and roman(total) == text else None


def read_roman(text: str) -> tuple[int | None, bool]:
    """(value, printed cleanly) of a Roman numeral whose I may have been read as l, L, 1, | or !."""
    if (value := roman_value(text)) is not None:
        return value, True
    return roman_value(re.sub(r"[lL1|!]", "I", text.upper() if text.islower() else text)), False


def _roman_marker(text: str) -> Marker | None:
    m = _ROMAN_MARK.match(text)
    if not m or (m["n"].isdecimal() and len(m["n"]) != 2):
        return None
    value, clean = read_roman(m["n"])
    if value is None or value > 39:
        return None
    return Marker("roman", (value,), text[: m.end()].strip(), m.end(), clean=clean and m["dot"] == ".")


def damaged_romans(text: str) -> tuple[Marker, ...]:
    """Readings of a beginning that is a Roman numeral only if some I were run together to an H, or all were read as
    ones ("HI." and "111." for III., "1H." for II.). "H. Xuân Lộc" looks the same: to be believed only where the
    sequence asks for the number (see `sequence_repair`)."""
    m = _DAMAGED_ROMAN.match(text)
    if not m:
        return ()
    read = (read_roman(m["n"].replace("H", strokes))[0] for strokes in ("II", "I"))
    values = tuple(dict.fromkeys(value for value in read if value is not None and value <= 39))
    return (Marker("roman", values, text[: m.end()].strip(), m.end(), clean=False),) if values else ()


def bare_romans(text: str) -> tuple[Marker, ...]:
    """Readings of a beginning that is a Roman numeral only if its full stop was lost ("III TỔ CHỨC", "L TỔ CHỨC"):
    to be believed only before a heading in capitals, where the sequence asks for the number."""
    m = _BARE_ROMAN.match(text)
    if not m or m["n"].isdecimal():
        return ()
    plain = re.sub("[ÍÌĨỊ]", "I", m["n"])
    read = (read_roman(plain.replace("H", strokes))[0] for strokes in ("II", "I"))
    values = tuple(dict.fromkeys(value for value in read if value is not None and value <= 39))
    return (Marker("roman", values, text[: m.end()].strip(), m.end(), clean=False),) if values else ()


def _letter_marker(text: str) -> Marker | None:
    m = _LETTER.match(text)
    if not m:
        return None
    printed = m["n"] or m["m"]
    sign = _NO_LETTER.get(printed, printed)
    if sign not in POINT_ALPHABET:
        return None
    # readers drop or add the bar of đ, take c for e and l for i; the sequence decides
    other = _MISTAKEN.get(sign)
    values = [POINT_ALPHABET.index(x) + 1 for x in (sign, other) if x]
    bracket = ")" in m[0] and sign == printed
    return Marker("letter", tuple(values), text[: m.end()].strip(), m.end(), clean=bracket)


def _one_for_letter(text: str) -> Marker | None:
    """ "1)" may be i) or l): to be believed where the letters have come so far."""
    m = _ARABIC.match(text)
    if not m or m["n"] != "1" or m["dot"] != ")":
        return None
    values = tuple(POINT_ALPHABET.index(x) + 1 for x in "il")
    return Marker("letter", values, text[: m.end()].strip(), m.end(), clean=False)


def _count(text: str) -> int | None:
    """An Arabic or Roman number of a Chương or Mục; "11" may be II read as digits, which the Roman reading decides."""
    if text.isdecimal() and set(text) != {"1"}:
        return int(text)
    return read_roman(text.upper())[0]


def _worded(text: str, key: str) -> Marker | None:
    """Phần, Chương, Mục, Tiểu mục, Điều."""
    if not _ANY_WORD.match(key):
        return None
    if (m := _ARTICLE.match(key)) and next((c for c in text if c.isalpha()), "x").isupper():
        clean = key.lstrip(" '’‘`.,*~•|_").startswith("dieu") and m["dot"] in (".", ":")
        digits = m["n"].rstrip("abcdefghijklmnopqrstuvwxyz")
        value, suffix = int(digits or 0), m["n"][len(digits) :]
        return Marker("article", (value,), text[: m.end()].strip(), m.end(), suffix=suffix, clean=clean)
    found: tuple[Style, re.Match[str], int | None] | None = None
    if m := _PART.match(key):
        found = "part", m, _ORDINALS.get(m["word"] or "") or read_roman((m["roman"] or "").upper())[0]
    elif m := _CHAPTER.match(key):
        found = "chapter", m, _count(m["roman"])
    elif m := _SUBSECTION.match(key):
        found = "subsection", m, int(m["n"])
    elif m := _SECTION.match(key):
        found = "section", m, int(m["n"]) if m["n"].isdecimal() else _count(m["n"])
    if found is None or not found[2]:
        return None
    style, m, number = found
    return Marker(style, (number or 0,), text[: m.end()].strip(), m.end())


def _arabic_marker(text: str) -> Marker | None:
    m = _ARABIC.match(text)
    if not m or int(m["n"]) == 0:
        return None
    return Marker("arabic", (int(m["n"]),), text[: m.end()].strip(), m.end(), clean=m["dot"] == ".")


def _decimal_marker(text: str) -> Marker | None:
    m = _DECIMAL.match(text)
    if not m:
        return None
    path = tuple(int(part) for part in m["n"].split("."))
    if 0 in path or max(path) > 60:
        return None
    return Marker("decimal", (path[-1],), text[: m.end()].strip(), m.end(), path=path, clean=bool(m["dot"]))


def markers(text: str) -> tuple[Marker, ...]:
    """All readings of a line's beginning as numbering, likeliest first; empty where it begins with none."""
    if not text:
        return ()
    if worded := _worded(text, skeleton(text)):
        return (worded,)
    if not _ANY_SIGN.match(text):
        return ()
    out: list[Marker] = []
    for reading in (_decimal_marker(text), _roman_marker(text), _arabic_marker(text), _letter_marker(text)):
        if reading:
            out.append(reading)
    if len(out) == 2 and out[0].style == "roman" and out[0].printed[:1].isdecimal():
        out.reverse()
    lone = _ROMAN_MARK.match(text)
    if lone and lone["n"] in ("l", "I", "|", "!") and not any(m.style == "arabic" for m in out):
        out.append(Marker("arabic", (1,), text[: lone.end()].strip(), lone.end(), clean=False))
    if one := _one_for_letter(text):
        out.append(one)
    if m := _UPPER_MARK.match(text):
        value = "ABCDEFGH".find(m["n"]) + 1
        if value:
            out.append(Marker("upper", (value,), text[: m.end()].strip(), m.end()))
    if m := _PAREN.match(text):
        sign = m["n"]
        value = int(sign) if sign.isdecimal() else (roman_value(sign.upper()) or POINT_ALPHABET.find(sign) + 1)
        if value:
            out.append(Marker("paren", (value,), text[: m.end()].strip(), m.end()))
    if m := _PLUS.match(text):
        out.append(Marker("plus", (), "+", m.end()))
    if m := _DASH.match(text):
        out.append(Marker("dash", (), text[: m.end()].strip() or "-", m.end()))
    return tuple(out)
