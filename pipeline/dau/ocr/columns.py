"""Columns of a directive: the two-column header, and the recipients beside the signature.

A detector that sees both columns of a row as one line is corrected here; which line belongs to which column is told
by x-position and by landmarks.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from .landmarks import (
    is_addressee,
    is_archive_copy,
    is_motto,
    is_place_and_date,
    is_recipients,
    is_signing_capacity,
    is_subject,
    is_tagline,
    is_type_name,
    motto_start,
)
from .lines import TextLine, rows

_HEADER_ENDS = 0.5  # a header stands in the upper half of a page
_RIGHT_COLUMN = 0.24  # the signature begins this share of the page width right of the recipients


@dataclass(frozen=True)
class Columns:
    """Two blocks side by side, each from top to bottom."""

    left: tuple[TextLine, ...]
    right: tuple[TextLine, ...]


def unmerged(lines: list[TextLine], page_width: float) -> list[TextLine]:
    """Lines with those split that run across both columns of a header or of a signature block."""
    lines = [part for line in lines for part in _before_and_from_motto(line)]
    out: list[TextLine] = []
    recipients = _recipients(lines)
    beside_subject = _beside_subject(lines)
    for line in lines:
        if id(line) in beside_subject:
            out += _cut(line, beside_subject[id(line)])
        elif recipients is not None and line.middle > recipients.box[1] - recipients.height:
            out += _cut_at_gap(line, recipients.box[0] + 0.2 * page_width)
        else:
            out.append(line)
    return out


def _before_and_from_motto(line: TextLine) -> list[TextLine]:
    at = motto_start([t.text for t in line.tokens])
    return _cut(line, at) if at else [line]


def _beside_subject(lines: list[TextLine]) -> dict[int, int]:
    """Where to cut lines that hold the subject of a công văn (trích yếu, `V/v …`, under the number) and, right of it,
    something else: id of the line → index of the first word on the right.

    The lines are those from `V/v` to `Kính gửi` that reach into the right column; they are cut where the right parts
    begin one under the other.
    """
    motto = next((line for line in lines if is_motto(line.text)), None)
    if motto is None:
        return {}
    zone, half = _zone_of_subject(lines, motto)
    merged = [line for line in zone if line.box[0] < half and line.box[2] > motto.box[0] + 2 * motto.height]
    aside = [line.box[0] for line in zone if line.box[0] >= half]
    starts = [t.box[0] for line in merged for t in line.tokens[1:]] + 3 * aside  # a line begins there for certain
    if not merged or len(merged) + len(aside) < 2:
        return {}
    reach = 0.4 * motto.height
    edge = max(starts, key=lambda x: (sum(abs(x - other) <= reach for other in starts), -abs(x - motto.box[0])))
    cuts = {}
    for line in merged:
        at = min(range(1, len(line.tokens)), key=lambda k: abs(line.tokens[k].box[0] - edge), default=None)
        if at is not None and abs(line.tokens[at].box[0] - edge) <= 2 * reach:
            cuts[id(line)] = at
    return cuts


def _zone_of_subject(lines: list[TextLine], motto: TextLine) -> tuple[list[TextLine], float]:
    """The lines from `V/v` under the number to `Kính gửi`, and the x right of which they are not the subject's."""
    subject = next((line for line in lines if is_subject(line.text)), None)
    addressee = next((line for line in lines if is_addressee(line.text)), None)
    if subject is None or addressee is None or subject.box[0] > motto.box[0]:
        return [], 0.0
    zone = [line for line in lines if subject.box[1] - 1 <= line.middle < addressee.box[1]]
    return zone, (subject.box[0] + motto.box[0]) / 2


def _recipients(lines: list[TextLine]) -> TextLine | None:
    """The line with which the recipients begin: `Nơi nhận:`, the last if there are several; on a page on which they
    only end, with `- Lưu: …`, the first of the dashes above that."""
    found = [line for line in lines if is_recipients_line(line)]
    if found:
        return max(found, key=lambda line: line.middle)
    end = next((line for line in lines if is_archive_copy(line.text)), None)
    if end is None:
        return None
    first = end
    for line in sorted(lines, key=lambda line: -line.middle):
        aligned = abs(line.box[0] - first.box[0]) < first.height and 0 < first.middle - line.middle < 2.2 * first.height
        if aligned and line.text.startswith(("-", "–")):
            first = line
    return first


def is_recipients_line(line: TextLine) -> bool:
    """`Nơi nhận:` alone, or with the signature's first line behind it."""
    return bool(line.tokens) and is_recipients(" ".join(t.text for t in line.tokens[:2]))


def header(lines: list[TextLine], page_width: float, page_height: float) -> tuple[Columns, list[TextLine]]:
    """The header's two columns, and the lines that are not in it; without a national motto there is no header."""
    upper = [line for line in lines if line.middle < _HEADER_ENDS * page_height]
    marks = [line for line in upper if is_motto(line.text)] or [line for line in upper if is_tagline(line.text)]
    if not marks:
        return Columns((), ()), lines
    motto = min(marks, key=lambda line: line.middle)
    gutter = _gutter(motto, upper)
    slack = 0.02 * page_width
    bottom = _header_bottom(motto, upper, gutter, slack, page_height)
    left, right, rest = [], [], []
    for line in lines:
        if line.middle >= bottom or line.middle < motto.box[1] - 2.5 * motto.height:
            rest.append(line)
        elif (line.box[0] + line.box[2]) / 2 < gutter:
            left.append(line)
        else:
            right.append(line)
    return Columns(tuple(_downward(left)), tuple(_downward(right))), rest


def _gutter(motto: TextLine, upper: list[TextLine]) -> float:
    """Left edge of the right column: that of the motto, or of what stands under it where that begins earlier."""
    edges = [motto.box[0]]
    for line in upper:
        below = 0 < line.middle - motto.middle < 8 * motto.height
        centred = motto.box[0] < (line.box[0] + line.box[2]) / 2 < motto.box[2]
        if below and centred and (is_place_and_date(line.text) or is_tagline(line.text)):
            edges.append(line.box[0])
    zone, half = _zone_of_subject(upper, motto)
    return min(edges + [line.box[0] for line in zone if line.box[0] >= half])


def _header_bottom(
    motto: TextLine, upper: list[TextLine], gutter: float, slack: float, page_height: float
) -> float:
    """Top of the first line under the motto that belongs to neither column."""
    ends = [
        line.box[1]
        for line in upper
        if line.middle > motto.box[3]
        and (
            is_addressee(line.text)
            or is_type_name(line.text)
            or (line.box[0] < gutter - 2 * slack and line.box[2] > gutter + 2 * slack)
        )
    ]
    return min(ends, default=_HEADER_ENDS * page_height)


def closing(lines: list[TextLine], page_width: float) -> tuple[list[TextLine], Columns, list[TextLine]]:
    """Lines before, the recipients beside the signature, and lines after; without `Nơi nhận` all are before."""
    mark = _recipients(lines)
    if mark is None:
        return lines, Columns((), ()), []
    right_from = mark.box[0] + _RIGHT_COLUMN * page_width
    top = _signature_top(mark, lines, right_from)
    zone = [line for line in lines if line.middle >= top and (line.box[0] >= right_from or line.middle >= mark.box[1])]
    end = _closing_end(zone, mark, right_from, page_width)
    inside = [line for line in zone if line.middle < end]
    left = [line for line in inside if line.box[0] < right_from]
    right = [line for line in inside if line.box[0] >= right_from]
    after = [line for line in zone if line.middle >= end]
    chosen = {id(line) for line in zone}
    before = [line for line in lines if id(line) not in chosen]
    return before, Columns(tuple(_downward(left)), tuple(_downward(right))), after


def _signature_top(mark: TextLine, lines: list[TextLine], right_from: float) -> float:
    """The signature may begin a little above the recipients: capitals in the right column, row upon row."""
    top = mark.box[1]
    above = [
        line for line in lines
        if line.middle < mark.box[1] and line.box[0] >= right_from and is_signing_capacity(line.text)
    ]
    for line in sorted(above, key=lambda line: -line.middle):
        if top - line.box[3] > 1.5 * line.height:
            break
        top = line.box[1]
    return top


def _closing_end(zone: list[TextLine], mark: TextLine, right_from: float, page_width: float) -> float:
    """Top of the first line that runs across both columns, well below the recipients."""
    across = [
        line.box[1] for line in zone
        if line.middle > mark.box[3] and line.box[0] < right_from - 0.05 * page_width
        and line.box[2] > right_from + 0.4 * page_width
    ]
    return min(across, default=float("inf"))


def _cut(line: TextLine, at: int) -> list[TextLine]:
    """The line as two, before and from token `at`, each as wide as its tokens."""
    parts = [line.tokens[:at], line.tokens[at:]]
    edge = (parts[0][-1].box[2] + parts[1][0].box[0]) / 2
    x0, y0, x1, y1 = line.box
    return [TextLine((x0, y0, edge, y1), parts[0]), TextLine((edge, y0, x1, y1), parts[1])]


def _cut_at_gap(line: TextLine, least_x: float) -> list[TextLine]:
    """The line cut at its widest gap, if that gap is wide for a space and right of `least_x`."""
    gaps = [
        (after.box[0] - before.box[2], k)
        for k, (before, after) in enumerate(zip(line.tokens, line.tokens[1:], strict=False), 1)
        if after.box[0] >= least_x
    ]
    if not gaps:
        return [line]
    widest, at = max(gaps)
    others = [gap for gap, k in gaps if k != at and gap > 0]
    ordinary = median(others) if others else 0.3 * line.height
    return _cut(line, at) if widest > max(1.5 * line.height, 3 * ordinary) else [line]


def _downward(lines: list[TextLine]) -> list[TextLine]:
    """From top to bottom, segments of a row from left to right."""
    return [line for row in rows(lines) for line in row]
