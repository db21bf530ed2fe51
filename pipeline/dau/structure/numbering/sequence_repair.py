"""Roman numerals that lost or gained a stroke or their full stop: "II." where III. must stand, "1H." for II., "1." or
"L" for I.

Readers drop, add or run together the strokes of I, II, III. The number printed is then no witness; what is left is the
place (a paragraph begins, set like the heading of the section before), the sequence on both sides (the section before
it, and the numeral or the list that follows) and what each engine on its own had seen. Only where these agree is the
expected numeral read. A list that begins anew, or two sections to which the author gave one number, are followed by
other numerals and stay as they are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..facts.markers import RANK, Marker, bare_romans, damaged_romans, roman
from ..layout.lines import TextLine
from ..layout.paragraphs import Break
from .readings import heard, readings
from .sequence import last_of
from .units import Unit

How = Literal["printed", "damaged", "bare", "heard"]
"""How a Roman numeral was read: as it stands, with strokes run together, without its full stop, by one engine only."""
_FARTHEST = 500
"""Lines searched for the section that follows: about a dozen pages, and a bound on the work for any input."""
_NEAR = 60
"""Lines searched for the next item of a list."""
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
    for marker, how in _romans(line, before, strength):
        last = last_of(stack, marker)
        row = _row_with_first(stack) if last is None else None
        if last is None and (row is None or marker.clean):
            continue
        expected = last.value + 1 if last is not None else 2
        alike = last is None or last.lines[0].caps == line.caps
        if not alike or not line.text[marker.end :].lstrip(_OPENING)[:1].isupper():
            continue
        told = how == "heard" or (how == "bare" and marker.values[0] == expected)
        damaged = how == "damaged"
        if expected not in marker.values and (told or damaged or not _one_stroke(marker.values[0], expected)):
            continue
        after = _after(line, lines, expected + 1)
        if told:
            if last is not None and not _contradicts(line, after, expected):
                return marker, expected
            continue
        may_be_last = (
            (line.caps or not marker.clean)
            and (marker.values[0] < expected or expected in marker.values)
            and (any(u.marker and u.marker.style == "arabic" for u in stack) or (damaged and not line.terminal))
        )
        if _agrees(after, expected, row is not None or (may_be_last and _single_list(units))):
            return marker, expected
    return None


def first_roman(
    stack: Sequence[Unit], before: TextLine | None, line: TextLine, lines: Sequence[TextLine], strength: Break
) -> Marker | None:
    """The marker of a first section whose I. was read as something else ("1.", "L", "I" without its full stop).

    The section that follows is the witness: the next Roman heading is II., set like this one, and no second item of a
    list comes before it. A "1." must besides be I. to one of the engines, stand before a heading in capitals, or be the
    first word in the cell of a table.
    """
    if strength < Break.LIKELY or line.terminal or (before is not None and before.caps and not before.terminal):
        return None
    opens_cell = line.line.cell is not None and (before is None or before.line.cell != line.line.cell)
    for marker in _first_romans(line, opens_cell):
        if last_of(stack, marker) is not None or not line.text[marker.end :].lstrip(_OPENING)[:1].isupper():
            continue
        after = _after(line, lines, 2)
        if 2 in after.romans and after.arabic in (None, 1):
            return marker
    return None


def followed(line: TextLine, marker: Marker, value: int, lines: Sequence[TextLine]) -> bool:
    """Text stands behind `marker`, and the next marker of its style is the item `value`."""
    if not line.text[marker.end :].lstrip(_OPENING)[:1].isupper():
        return False
    at = bisect_right(lines, line.index, key=lambda x: x.index)
    for other in lines[at : at + _NEAR]:
        if found := next((m for m in other.markers if m.style == marker.style), None):
            return value in found.values
    return False


def _first_romans(line: TextLine, opens_cell: bool) -> Iterator[Marker]:
    yield from (m for m in heard(line) if m.style == "roman" and 1 in m.values)
    if line.caps:
        yield from (m for m in (*bare_romans(line.text), *heard(line, bare_romans)) if 1 in m.values)
    if line.caps or opens_cell:
        for m in line.markers:
            if m.style == "arabic" and m.values == (1,):
                yield replace(m, style="roman", clean=False)


def _romans(line: TextLine, before: TextLine | None, strength: Break) -> Iterator[tuple[Marker, How]]:
    """The Roman readings of a line's beginning, from the best witness to the least."""
    yield from ((m, "printed") for m in readings(line) if m.style == "roman")
    yield from ((m, "heard") for m in (*heard(line), *heard(line, damaged_romans)) if m.style == "roman")
    yield from ((m, "damaged") for m in readings(line, damaged_romans))
    goes_on = before is not None and before.caps and not before.terminal
    if line.caps and not goes_on and strength >= Break.LIKELY:
        yield from ((m, "bare") for m in readings(line, bare_romans))
        yield from ((m, "heard") for m in heard(line, bare_romans))


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


def _contradicts(line: TextLine, after: _After, expected: int) -> bool:
    """The numeral that follows continues the one that stands in the line, not the expected one."""
    printed = {v + 1 for m in line.markers if m.style == "roman" for v in m.values}
    return expected + 1 not in after.romans and bool(printed & set(after.romans))


def _agrees(after: _After, expected: int, may_be_last: bool) -> bool:
    """What follows asks for the expected number: the one behind it comes next, or, where this may be the last
    section, a list begins anew under it."""
    if after.arabic not in (None, 1):
        return False
    if after.romans:
        return expected + 1 in after.romans
    return may_be_last and after.arabic == 1


def _after(line: TextLine, lines: Sequence[TextLine], wanted: int) -> _After:
    """What follows `line`; a damaged reading, or a single engine's, is seen only where it is the numeral `wanted`."""
    at = bisect_right(lines, line.index, key=lambda x: x.index)
    above, arabic = line, None
    for other in lines[at : at + _FARTHEST]:
        opens = other.caps or other.blanks > 0 or above.terminal or above.caps
        above = other
        if not opens:
            continue
        found = other.markers
        if any(m.clean and m.style != "upper" and RANK[m.style] < RANK["roman"] for m in found):
            break
        romans = [m for m in (*found, *damaged_romans(other.text)) if m.style == "roman" and _heads(other, m, line)]
        doubtful = [m for m in _doubtful(other) if wanted in m.values and _heads(other, m, line)]
        if romans or doubtful:
            return _After(tuple(value for m in (*romans, *doubtful) for value in m.values), arabic)
        if any(m.clean and m.style == "upper" and other.caps for m in found):
            break
        if arabic is None:
            arabic = next((m.values[0] for m in found if m.style == "arabic" and m.clean), None)
    return _After((), arabic)


def _doubtful(line: TextLine) -> list[Marker]:
    found = [*heard(line), *heard(line, damaged_romans)]
    if line.caps:
        found += [*bare_romans(line.text), *heard(line, bare_romans)]
    return [m for m in found if m.style == "roman"]


def _heads(other: TextLine, marker: Marker, line: TextLine) -> bool:
    eleventh = marker.printed.rstrip(" .,)").isdecimal() and not other.caps
    return not eleventh and other.caps == line.caps and other.text[marker.end :].lstrip(_OPENING)[:1].isupper()
