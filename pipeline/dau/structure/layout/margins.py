"""What a page carries beside its text: page numbers, running heads and feet, footnotes, notes of signing.

Without pages (plain text) only a lone number that continues the count is a page number.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from dau.document.transcript import BBox

from . import anchors
from .lines import TextLine
from .opening import Zone

_PAGE_NUMBER = re.compile(r"^[\s\-–—|.~]*(?:trang\s*)?(\d{1,3})(?:\s*/\s*\d{1,3})?[\s\-–—|~]*$", re.I)
_FOOTNOTE = re.compile(r"^(?:\[(\d{1,3})\]|(\d{1,3}))\s+(?=[“\"]?[A-ZÀ-ỸĐ])")
_NO_MARK = re.compile(r"^\d{1,2}\s+(?:tháng|năm|ngày|giờ|đồng|người|điểm|huyện|xã)\b", re.I)
_GAZETTE = re.compile(r"^\W*(?:\d+\s+)?cong bao\s*/\s*so\b")

_REPEATED = 3
"""So many pages must carry the same head before it is one: a title may stand twice."""
_ALIKE = 96
_SMALL, _CLOSE = 0.92, 0.92
"""Height and pitch of a footnote's lines in those of the page's: 11 points under a body of 13 or 14, and less."""
_ROOM = 0.6
"""Room above the first footnote, and below a running head, in heights of a line."""
_LOWEST = 0.3
"""Footnotes stand below this share of the page's printed height."""
_FULL = 0.75
"""Width of a line that the next one goes on from, in that of the footnotes."""
_MISSED = 9
"""So many footnotes may have been missed before one is found."""
_MOST = 12
"""Lines of a footnote that goes on from the page before."""


def asides(printed: Sequence[TextLine]) -> dict[int, Zone]:
    """Zones of the printed lines that belong to no component's text, by their index. What stands in the cell of a
    table is text."""
    numbers = page_numbers(printed)
    found: dict[int, Zone] = {printed[n].index: "page_number" for n in numbers}
    free = [line for line in printed if line.index not in found and line.line.cell is None]
    found |= {line.index: "noise" for line in free if anchors.is_signature_note(line)}
    pages = _by_page([line for line in printed if line.index not in found])
    for line in running_heads(pages):
        if line.line.cell is None:
            found[line.index] = "page_number"
    for line in footnotes(_by_page([line for line in free if line.index not in found])):
        found[line.index] = "footnote"
    return found


def _by_page(lines: Sequence[TextLine]) -> dict[int, list[TextLine]]:
    pages: dict[int, list[TextLine]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    return pages


# ----------------------------------------------------------------- page numbers


def _page_number(line: TextLine, before: TextLine | None, after: TextLine | None, expected: int, paged: bool) -> bool:
    m = _PAGE_NUMBER.match(line.text)
    if not m or m[1].startswith("0"):
        return False
    if paged and (line.first_on_page or line.last_on_page) and line.page > 1:
        return True
    cell = after is not None and len(after.text) < 25 and not after.terminal and not after.markers
    in_table = bool(before and re.fullmatch(r"[\d.,%\s]+", before.text)) or cell
    return int(m[1]) == expected and not in_table


def page_numbers(printed: Sequence[TextLine]) -> set[int]:
    """Positions of lines that are nothing but a page number: at a page's edge, or, in text that came without pages,
    the lone number that continues the count and stands in no table."""
    paged = len({line.page for line in printed}) > 1
    found: set[int] = set()
    expected = 2
    for n, line in enumerate(printed):
        before = printed[n - 1] if n else None
        after = printed[n + 1] if n + 1 < len(printed) else None
        if n and line.line.cell is None and _page_number(line, before, after, expected, paged):
            found.add(n)
            expected += 1
    return found


# ---------------------------------------------------------------- running heads


def running_heads(pages: Mapping[int, Sequence[TextLine]]) -> Iterator[TextLine]:
    """Short lines set off atop three pages or more with the same words; in the gazette ("CÔNG BÁO/Số 31 + 32/Ngày
    06-01-2014") with a page number before or behind. The first page has its header there, and is left alone; so are
    capitals, with which other documents begin, and heads of tables, which are not set off from their rows."""
    tops = [lines[:3] for page, lines in pages.items() if page > min(pages) and len(lines) > 2]
    yield from (line for top in tops for line in top[:2] if _GAZETTE.search(line.key))
    heads = [top[0] for top in tops if _is_head(top)]
    for line in heads:
        if sum(fuzz.ratio(line.key, other.key) >= _ALIKE for other in heads) >= _REPEATED:
            yield line


def _is_head(top: Sequence[TextLine]) -> bool:
    line, box, below = top[0], top[0].bbox, top[1].bbox
    if box is None or below is None or line.caps or _GAZETTE.search(line.key) or len(line.key) < 4:
        return False
    apart = below[1] - box[3] > _ROOM * (box[3] - box[1])
    return apart and not line.markers and anchors.appendix(line) is None


# -------------------------------------------------------------------- footnotes


def footnotes(pages: Mapping[int, Sequence[TextLine]]) -> Iterator[TextLine]:
    """Footnotes of a document, page by page: at the foot, set off from the text and smaller or closer set, the first
    one with a bare mark that begins or continues the count. Without boxes there are none."""
    expected = 1
    for lines in pages.values():
        block, last = _footnotes_of(lines, expected)
        if block:
            expected = last + 1
        yield from block


def _footnotes_of(lines: Sequence[TextLine], expected: int) -> tuple[Sequence[TextLine], int]:
    """(the lines of one page's footnotes, the last number among them)."""
    boxes = [line.bbox for line in lines if line.bbox is not None]
    if len(boxes) < len(lines) or len(lines) < 4:
        return (), expected - 1
    usual = sorted(b[3] - b[1] for b in boxes)[len(boxes) // 2]
    for n in range(1, len(lines)):
        number = _mark(lines[n])
        if number is None or not (number == 1 or expected <= number <= expected + _MISSED):
            continue
        start = _set_off(boxes, n, usual)
        if start is None or (start < n and number == 1) or not _at_the_foot(boxes, start):
            continue
        if _small(boxes, start, usual) and _reads_on(lines[start:]) and not _listed(lines[:start], number):
            return lines[start:], max(number for line in lines[n:] if (number := _mark(line)))
    return (), expected - 1


def _mark(line: TextLine) -> int | None:
    m = _FOOTNOTE.match(line.text)
    return int(m[1] or m[2]) if m and not _NO_MARK.match(line.text) else None


def _reads_on(block: Sequence[TextLine]) -> bool:
    """Running text, not the cells of a table and no list: every line is full but the last of a footnote, no line
    begins with another marker, and the marks count on."""
    if any(_mark(line) is None and line.markers for line in block):
        return False
    width = max(b[2] for line in block if (b := line.bbox)) - min(b[0] for line in block if (b := line.bbox))
    for line, after in itertools.pairwise(block):
        if line.bbox and _mark(after) is None and line.bbox[2] - line.bbox[0] < _FULL * width:
            return False
    numbers = [number for line in block if (number := _mark(line)) is not None]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _set_off(boxes: Sequence[BBox], n: int, height: float) -> int | None:
    """Where the block around line `n` begins: below the last room wider than between two lines. What stands between
    that and the first mark goes on from the page before."""
    for start in range(n, max(0, n - _MOST), -1):
        if boxes[start][1] - boxes[start - 1][3] > _ROOM * height:
            return start
    return None


def _at_the_foot(boxes: Sequence[BBox], start: int) -> bool:
    """Nothing above the block ends below its beginning, and it stands in the lower part of the page."""
    top, bottom = min(b[1] for b in boxes), max(b[3] for b in boxes)
    first = min(b[1] for b in boxes[start:])
    return first > top + _LOWEST * (bottom - top) and max(b[3] for b in boxes[:start]) <= first + 1


def _small(boxes: Sequence[BBox], start: int, usual: float) -> bool:
    """In smaller type than the page, or with less room from line to line."""

    def pitch(part: Sequence[BBox]) -> float:
        steps = sorted(b[1] - a[1] for a, b in itertools.pairwise(part) if b[1] > a[1])
        return steps[len(steps) // 2] if steps else 0.0

    block, body = boxes[start:], boxes[:start]
    height = sorted(b[3] - b[1] for b in block)[len(block) // 2]
    closer = len(block) > 2 and pitch(block) <= _CLOSE * pitch(body)
    return height <= _SMALL * usual or closer


def _listed(above: Sequence[TextLine], number: int) -> bool:
    """A list or table goes on: the number before this one begins a line above."""
    return number > 1 and any(re.match(rf"\W*{number - 1}\b", line.text) for line in above)
