"""Lines that are the name of a document's type, set as its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rapidfuzz import fuzz

from dau.document.orthography import letters

from ..facts.types import TypeName, all_types, type_of_name
from .lines import TextLine

_FOOTNOTE = re.compile(r"(?<=[^\W\d_])\d{1,2}$")
"""The number of a footnote, set right behind a title: "THÔNG TƯ1"."""


@cache
def _by_length() -> tuple[tuple[str, TypeName], ...]:
    return tuple((letters(t.name), t) for t in all_types())


def titled(line: TextLine, similarity: float) -> TypeName | None:
    """The type a line names, if the line is a title: in capitals (or marked bold), nothing but the type's name.

    Misread letters are allowed up to `similarity`; a colon at the end means the enacting formula, not the title.
    """
    if not (line.caps or line.markup):
        return None
    printed = line.text.strip(" .*_|-–—~'’`\"")
    text = _FOOTNOTE.sub("", printed)
    if not text or len(text) > 40 or not (line.caps or text[:1].isupper()):
        return None
    seen = line.letters if text == printed else letters(text)
    best = max(
        ((fuzz.ratio(seen, key) / 100, t) for key, t in _by_length() if abs(len(key) - len(seen)) <= 2),
        key=lambda pair: pair[0],
        default=(0.0, None),
    )
    # one letter more or less makes a short word another word: THỦ TƯỚNG is no THƯ CÔNG
    floor = (
        max(similarity, 0.8)
        if len(seen) >= 9
        else 0.85
        if len(seen) >= 7 and seen[-4:] == _best_key(best)[-4:]
        else 0.99
    )
    return best[1] if best[0] >= floor else None


def titled_with_subject(line: TextLine) -> TypeName | None:
    """The type a line in capitals begins with, where the subject follows on the same line."""
    words = line.text.split()
    if not (line.caps and len(line.text) >= 24) and len(line.text) > 45:
        return None
    for count in (3, 2):
        if len(words) <= count or not all(word.isupper() for word in words[:count]):
            continue
        found = type_of_name(" ".join(words[:count]))
        if found and found.group in ("administrative", "normative"):
            return found
    return None


def name_in_two(lines: Sequence[TextLine], n: int) -> TypeName | None:
    """The type whose name is broken over this line and the next ("QUYẾT" / "ĐỊNH"): in capitals, nothing else on
    either, and spelt as it should be."""
    if n + 1 >= len(lines) or not lines[n].text.isupper() or not lines[n + 1].text.isupper():
        return None
    if len(lines[n].text) > 20 or len(lines[n + 1].text) > 20:
        return None
    return type_of_name(f"{lines[n].text} {lines[n + 1].text}")


def name_lines(lines: Sequence[TextLine], kind: TypeName | None) -> int:
    """How many of the first lines of a title the name of its type takes."""
    return 2 if kind is not None and name_in_two(lines, 0) == kind else 1


def _best_key(found: tuple[float, TypeName | None]) -> str:
    return letters(found[1].name) if found[1] else ""
