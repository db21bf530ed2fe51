"""Roman numerals that lost or gained a stroke: "II." where III. must stand, "1H." for II.

Readers drop, add or run together the strokes of I, II, III. The number printed is then no witness; what is left is the
place (a paragraph begins, set like the heading of the section before) and the sequence on both sides: the section
before it, and the numeral or the list that follows. Only where these agree is the expected numeral read. A list that
begins anew, or two sections to which the author gave one number, are followed by other numerals and stay as they are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .lines import TextLine
from .markers import RANK, Marker, damaged_romans, markers, roman
from .paragraphs import Break
from .readings import readings
from .sequence import last_of
from .units import Unit

_FARTHEST = 500
"""Lines searched for the section that follows: about a dozen pages, and a bound on the work for any input."""
_OPENING = " “\"'("
# "04 An toàn, an ninh I. Hoàn thành …": the reader ran the cells of a row together, and I. stands within its first line
_FIRST_IN_ROW = re.compile(r"\s\|?[I1lL|!]\s?[.,]\s?(?=[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ])")


@dataclass(frozen=True)
class _After:
    """What follows a line: the values the next Roman heading set like it may stand for, and the first Arabic marker
    before that heading."""

    romans: tuple[int, ...] = ()
    arabic: int | None = None


def expected_roman(
    stack: Sequence[Unit],
    units: Sequence[Unit],
    before: TextLine | None,
    line: TextLine,
    lines: Sequence[TextLine],
    strength: Break,
) -> tuple[Marker, int] | None:
    """The marker of `line` with the number the sequence asks for, where what was read is that number with a stroke
    too few or too many; None where that is not certain.

    `stack` holds the open units, `units` all before this one; `lines` are those among which the siblings stand, in
    reading order, `line` one of them; `before` is the printed line above.
    """
    if strength < Break.LIKELY and (not line.caps or (before is not None and before.open_end)):
        return None
    for marker, damaged in _romans(line):
        last = last_of(stack, marker)
        row = _row_with_first(stack) if last is None else None
        if last is not None:
            expected, alike = last.value + 1, last.lines[0].caps == line.caps
        elif row is not None and not marker.clean:
            expected, alike = 2, True
        else:
            continue
        if not alike or not line.text[marker.end :].lstrip(_OPENING)[:1].isupper():
            continue
        if expected not in marker.values and (damaged or not _one_stroke(marker.values[0], expected)):
            continue
        may_be_last = row is not None or (
            (line.caps or not marker.clean)
            and (marker.values[0] < expected or expected in marker.values)
            and any(u.marker and u.marker.style == "arabic" for u in stack)
            and _single_list(units)
        )
        if _agrees(_after(line, lines), expected, may_be_last):
            return marker, expected
    return None


def _romans(line: TextLine) -> Iterator[tuple[Marker, bool]]:
    yield from ((m, False) for m in readings(line) if m.style == "roman")
    yield from ((m, True) for m in readings(line, damaged_romans))


def _one_stroke(read: int, expected: int) -> bool:
    """The two numerals differ by one I: II and III, V and IV, VIII and VII."""
    short, long = sorted((roman(read), roman(expected)), key=len)
    return len(long) - len(short) == 1 and any(
        long[:n] + long[n + 1 :] == short for n, sign in enumerate(long) if sign == "I"
    )


def _row_with_first(stack: Sequence[Unit]) -> Unit | None:
    """The open table row, if the first section of its list stands within the row's own lines."""
    row = next((unit for unit in reversed(stack) if unit.kind == "table_row"), None)
    return row if row is not None and any(_FIRST_IN_ROW.search(line.text) for line in row.lines) else None


def _single_list(units: Sequence[Unit]) -> bool:
    """Roman numerals began once: in a collection of forms and annexes a repeated one belongs to some other list."""
    return sum(bool(u.marker and u.marker.style == "roman" and u.value == 1) for u in units) <= 1


def _agrees(after: _After, expected: int, may_be_last: bool) -> bool:
    """What follows asks for the expected number: the one behind it comes next, or, where this may be the last
    section, a list begins anew under it."""
    if after.arabic not in (None, 1):
        return False
    if after.romans:
        return expected + 1 in after.romans
    return may_be_last and after.arabic == 1


def _after(line: TextLine, lines: Sequence[TextLine]) -> _After:
    at = bisect_right(lines, line.index, key=lambda x: x.index)
    above, arabic = line, None
    for other in lines[at : at + _FARTHEST]:
        opens = other.caps or other.blanks > 0 or above.terminal or above.caps
        above = other
        if not opens:
            continue
        found = markers(other.text)
        if any(m.clean and m.style != "upper" and RANK[m.style] < RANK["roman"] for m in found):
            break
        romans = [m for m in (*found, *damaged_romans(other.text)) if m.style == "roman" and _heads(other, m, line)]
        if romans:
            return _After(tuple(value for m in romans for value in m.values), arabic)
        if any(m.clean and m.style == "upper" and other.caps for m in found):
            break
        if arabic is None:
            arabic = next((m.values[0] for m in found if m.style == "arabic" and m.clean), None)
    return _After((), arabic)


def _heads(other: TextLine, marker: Marker, line: TextLine) -> bool:
    eleventh = marker.printed.rstrip(" .,)").isdecimal() and not other.caps
    return not eleventh and other.caps == line.caps and other.text[marker.end :].lstrip(_OPENING)[:1].isupper()
