"""Agencies that a class lists behind a colon: "các Bộ: Công an, Tài chính", "Giám đốc các Sở: Xây dựng, Y tế".

The list has commas and *và* between its members, and members have both in their names (*Văn hóa, Thể thao và Du lịch*,
*Kế hoạch và Đầu tư*). Names of ministries and departments are therefore known (`data/agencies.json`), longest first; a
name that is not is taken where a comma, *và* before a known name, or the end of the clause closes it.
"""

from __future__ import annotations

import re
from functools import cache

from ..computed import plain
from ..language import Reading
from ..language.lexicon import comma_names, data

_EACH = re.compile(r"(?P<title>(?:.+ )?)(?:[Cc]ác|[Nn]hững) (?P<kind>[Bb]ộ|[Ss]ở)$")
_NEXT = re.compile(r"\s*,\s*(?:và\s+)?|\s+và\s+")
_OTHER = re.compile(r"[A-ZĐÀ-Ỹ][\w&]*(?: [\w&]+| [-–] [\w&]+){0,5}?(?=\s*[,;.(]|\s+và\s+[A-ZĐÀ-Ỹ]|\s*$)")
_MOST = 30
"""Members of one list; there are fewer ministries and departments."""


@cache
def _known() -> re.Pattern[str]:
    """What stands behind "Bộ" or "Sở" in the names of all times, over bare letters."""
    listed = [entry["name"] for group in ("ministries", "departments") for entry in data("agencies")[group]]
    names = {plain(name[3:]) for name in (*listed, *comma_names()) if name.startswith(("Bộ ", "Sở "))}
    ordered = sorted(names, key=lambda name: (-len(name), name))
    spelt = (re.escape(name).replace(r"\ \-\ ", r"\s*[-–]\s*").replace(r"\ ", r"\s+") for name in ordered)
    return re.compile(rf"(?:{'|'.join(spelt)})(?!\w)")


def _member(reading: Reading, key: str, at: int) -> int | None:
    """Where the name that begins at an offset ends; None where none does, or another agency begins."""
    if not reading.text[at : at + 1].isupper():
        return None
    found = _known().match(key, at)
    if found is None and reading.at("agency", reading.token(at)) is None:
        found = _OTHER.match(reading.text, at)
    return found.end() if found else None


def enumerated(reading: Reading, name: str, at: int) -> tuple[list[str], int] | None:
    """The agencies one by one that the class `name` lists behind the colon at token `at`, and the token behind the
    last; None where it is no such list of two or more."""
    if at >= len(reading.words) or reading.words[at] != ":" or not (each := _EACH.match(name)):
        return None
    text, key = reading.text, plain(reading.text)
    head = each["title"] + each["kind"].capitalize()
    names: list[str] = []
    start = last = reading.starts[at + 1] if at + 1 < len(reading.words) else len(text)
    while len(names) < _MOST and (end := _member(reading, key, start)) is not None:
        names.append(f"{head} {' '.join(text[start:end].split())}")
        last = end
        if (further := _NEXT.match(text, end)) is None:
            break
        start = further.end()
    return (names, reading.token(last)) if len(names) > 1 else None
