"""Markers that the reader lost: where a list jumps over one number and the paragraph in the gap begins with a scrap.

"1.1. …" / "i Tổ chức …" / "1.3. …": the scrap stands where "1.2." was. The sequence and the place are the two
witnesses; the flag names what was put there, and what was read stays in the transcript.
"""

from __future__ import annotations

import re
from dataclasses import replace

from .sequence import label
from .units import Notice, Outline, Unit

# one thin letter or a few signs; never a word: "Bộ", "Ở", "Y tế" begin paragraphs
_SCRAP = re.compile(
    r"^(?P<scrap>[iíìịĩljtfr1][.,:;)]{0,2}|[^\w\s“\"(\[]{1,2}|\d{1,2}[.,:;)]{0,2})\s+(?=[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ])"
)


def find_lost_markers(outline: Outline) -> None:
    """Give the paragraph in a gap of one its number back; the notice of the gap then names it."""
    for n, notice in enumerate(list(outline.notices)):
        unit = notice.unit
        if notice.code != "list_marker_gap" or unit is None or unit.marker is None or unit.marker.style == "article":
            continue
        at = outline.units.index(unit)
        before = _sibling_before(outline, at, unit)
        if before is None:
            continue
        lost = _paragraph_in_gap(outline, before, at)
        if lost is not None:
            _promote(outline, lost, before, unit)
            outline.notices[n] = Notice("list_marker_gap", lost, _scrap(lost), lost.number or "")


def _sibling_before(outline: Outline, at: int, unit: Unit) -> Unit | None:
    for other in reversed(outline.units[:at]):
        if other.marker and unit.marker and other.marker.style == unit.marker.style and other.parent is unit.parent:
            return other if other.value == unit.value - 2 else None
    return None


def _paragraph_in_gap(outline: Outline, before: Unit, at: int) -> Unit | None:
    begin = outline.units.index(before) + 1
    for unit in outline.units[begin:at]:
        if unit.kind == "paragraph" and unit.parent is before and _SCRAP.match(unit.lines[0].text):
            return unit
    return None


def _scrap(unit: Unit) -> str:
    return unit.marker.printed if unit.marker else ""


def _promote(outline: Outline, lost: Unit, before: Unit, after: Unit) -> None:
    assert after.marker is not None
    m = _SCRAP.match(lost.lines[0].text)
    assert m is not None
    value = after.value - 1
    path = (*after.marker.path[:-1], value) if after.marker.path else ()
    lost.marker = replace(
        after.marker, values=(value,), path=path, printed=m["scrap"], end=m.end(), suffix="", clean=False
    )
    lost.kind, lost.value, lost.rank, lost.parent = after.kind, value, after.rank, before.parent
    _, lost.label = label(lost.marker, value)
    shown, _ = label(replace(lost.marker, printed=after.marker.printed, clean=after.marker.clean), value)
    lost.number = shown
    begin, end = outline.units.index(lost) + 1, outline.units.index(after)
    for unit in outline.units[begin:end]:
        if unit.parent is before:
            unit.parent = lost
