"""Markers that the reader lost: where a list jumps over one number and the paragraph in the gap begins with a scrap,
or is a heading in capitals set like the section behind it.

"1.1. …" / "i Tổ chức …" / "1.3. …": the scrap stands where "1.2." was. "MỤC TIÊU …" / "II. TỔ CHỨC …": the first
section is I. The sequence and the place are the two witnesses; the flag names what was put there, and what was read
stays in the transcript.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..facts.markers import Marker, markers
from .sequence import label
from .units import Notice, Outline, Unit

# one thin letter or a few signs; never a word: "Bộ", "Ở", "Y tế" begin paragraphs
_SCRAP = re.compile(
    r"^(?P<scrap>[iíìịĩljtfr1][.,:;)]{0,2}|[^\w\s“\"(\[]{1,2}|\d{1,2}[.,:;)]{0,2})\s+(?=[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ])"
)
_ONE = re.compile(r"^(?P<scrap>[1iíìl|!][.,:;)]{0,2})\s+(?=[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ])")
"""What may be left of a first marker, before which no sibling stands."""
_SPECK = re.compile(r"^[^\s“\"(]{1,2}\s+(?=\S)")
_INDENT = 20.0
"""Points by which headings of one level may differ in indent."""


def find_lost_markers(outline: Outline) -> None:
    """Give the paragraph in a gap of one its number back; the notice of the gap then names it."""
    for n, notice in enumerate(list(outline.notices)):
        unit = notice.unit
        if notice.code != "list_marker_gap" or unit is None or unit.marker is None or unit.marker.style == "article":
            continue
        at = outline.units.index(unit)
        lost = _in_gap(outline, at, unit) if unit.value > 1 else None
        if lost is not None:
            _promote(outline, lost, unit)
            raw = lost.marker.printed if lost.marker else ""
            outline.notices[n] = Notice("list_marker_gap", lost, raw or lost.lines[0].text[:40], lost.number or "")


def _in_gap(outline: Outline, at: int, unit: Unit) -> Unit | None:
    """The paragraph in the gap of one in front of `unit`: behind its sibling, or, if the first one was lost, behind
    what stands above."""
    before = _sibling_before(outline, at, unit)
    if (before.value if before else 0) != unit.value - 2:
        return None
    above = before or unit.parent
    begin = outline.units.index(above) + 1 if above else 0
    between = [u for u in outline.units[begin:at] if u.kind == "paragraph" and not u.special]
    for paragraph in between if before else reversed(between):
        if paragraph.parent is above and _remains(paragraph, unit, first=before is None):
            return paragraph
    titles = [u for u in between if _is_title(u, unit)] if before or above is None else []
    return titles[0] if len(titles) == 1 else None


def _sibling_before(outline: Outline, at: int, unit: Unit) -> Unit | None:
    for other in reversed(outline.units[:at]):
        if other.marker and unit.marker and other.marker.style == unit.marker.style and other.parent is unit.parent:
            return other
    return None


def _remains(paragraph: Unit, after: Unit, first: bool) -> tuple[str, int] | None:
    """What is left of the marker before `after` at the beginning of a paragraph, and where the text behind it begins:
    a speck before the whole marker, or a scrap; of a first marker, which has no neighbour before it, only a stroke."""
    text, lost = paragraph.lines[0].text, after.value - 1
    if speck := _SPECK.match(text):
        for m in markers(text[speck.end() :]):
            if after.marker and m.style == after.marker.style and lost in m.values and m.clean:
                return text[: speck.end() + m.end].strip(), speck.end() + m.end
    if first and after.marker and after.marker.style not in ("roman", "arabic", "decimal"):
        return None
    scrap = (_ONE if first else _SCRAP).match(text)
    return (scrap["scrap"], scrap.end()) if scrap else None


def _is_title(paragraph: Unit, after: Unit) -> bool:
    """A heading in capitals, set like that of the section behind it; its Roman numeral is gone altogether."""
    if after.marker is None or after.marker.style != "roman" or not after.lines[0].caps:
        return False
    first, last = paragraph.lines[0], paragraph.lines[-1]
    if last.terminal or not all(line.caps for line in paragraph.lines) or len(first.text) < 8 or not first.starts_upper:
        return False
    if markers(first.text):
        return False
    box, other = first.bbox, after.lines[0].bbox
    return box is None or other is None or abs(box[0] - other[0]) < _INDENT


def _shown(lost: Marker, after: Marker, value: int) -> str | None:
    """The number as it should stand in print, set like the one behind it; a figure that is printed stays."""
    if lost.style == "arabic" and not re.fullmatch(r"\d+[.)]", lost.printed):
        return re.sub(r"\d+", str(value), after.printed)
    printed = lost.printed if lost.style == "arabic" else after.printed
    return label(replace(lost, printed=printed, clean=after.clean), value)[0]


def _promote(outline: Outline, lost: Unit, after: Unit) -> None:
    assert after.marker is not None
    printed, end = _remains(lost, after, first=False) or ("", 0)
    value = after.value - 1
    path = (*after.marker.path[:-1], value) if after.marker.path else ()
    lost.marker = replace(
        after.marker,
        values=(value,),
        path=path,
        printed=printed,
        end=end,
        suffix="",
        clean=False,
    )
    lost.kind, lost.value, lost.rank, lost.parent = after.kind, value, after.rank, after.parent
    _, lost.label = label(lost.marker, value)
    lost.number = _shown(lost.marker, after.marker, value)
    begin, stop = outline.units.index(lost) + 1, outline.units.index(after)
    above = {id(unit) for unit in outline.units[:begin]} - {id(lost)} | {id(None)}
    for unit in outline.units[begin:stop]:
        if id(unit.parent) in above:
            unit.parent = lost
