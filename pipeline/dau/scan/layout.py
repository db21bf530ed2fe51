"""Words with boxes → lines in reading order.

An administrative document has two places with columns side by side (Nghị định 30/2020, Phụ lục I): the header (issuing
body left, national motto right) and the end (recipients left, signature right). There the left column is read before
the right one; everywhere else a line is what stands side by side.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dau.document.orthography import bare
from dau.document.transcript import BBox, Line, Word, line_id

Row = list["PlacedWord"]
Interval = tuple[float, float]

_MOTTO = re.compile(r"(CONG HOA XA HOI|DANG CONG SAN VIET NAM|DOC LAP\s*-\s*TU DO)")
_RECIPIENTS = re.compile(r"\W*NOI NHAN\b")
_PAGE_NUMBER = re.compile(r"\W*\d{1,4}(/\d{1,4})?\W*")
_GUTTER = 0.35
"""Least width of a gutter in heights of the words: less than a space and a half."""
_WIDER = 1.5
"""A gutter is so many times as wide as the spaces beside it."""
_GAP = 1.5
"""A gap of more heights than this is no space between words, even in justified text."""
_FAR = 1e9


@dataclass(frozen=True)
class PlacedWord:
    """`bbox` in points of the page as displayed."""

    text: str
    bbox: BBox

    @property
    def height(self) -> float:
        return self.bbox[3] - self.bbox[1]

    @property
    def middle(self) -> float:
        return (self.bbox[1] + self.bbox[3]) / 2


def lines_of(words: Sequence[PlacedWord], page: int) -> tuple[Line, ...]:
    """Lines in reading order, with ids, boxes and words; confidence is None, for nothing was recognised."""
    ordered = _in_order(rows_of(words))
    return tuple(
        Line(
            id=line_id(page, number),
            bbox=rounded(hull(row)),
            words=tuple(Word(bbox=rounded(w.bbox), raw=w.text, restored=w.text) for w in row),
        )
        for number, row in enumerate(ordered, 1)
    )


def rows_of(words: Sequence[PlacedWord]) -> list[Row]:
    """Words that stand side by side, from top to bottom, each row from left to right.

    A word joins the row whose band it shares by half of its height or more; the band is that of the first words, so
    that a row does not creep down a slanted page of superscripts.
    """
    rows: list[Row] = []
    bands: list[Interval] = []
    for word in sorted(words, key=lambda w: (w.middle, w.bbox[0])):
        best, shared = -1, 0.5
        for index in range(max(0, len(rows) - 4), len(rows)):
            top, bottom = bands[index]
            overlap = min(bottom, word.bbox[3]) - max(top, word.bbox[1])
            share = overlap / max(1e-6, min(bottom - top, word.height))
            if share > shared:
                best, shared = index, share
        if best < 0:
            rows.append([word])
            bands.append((word.bbox[1], word.bbox[3]))
        else:
            rows[best].append(word)
    for row in rows:
        row.sort(key=lambda w: (w.bbox[0], w.bbox[2]))
    return sorted(rows, key=lambda row: statistics.median(w.middle for w in row))


def segments(row: Row, gap: float = _GAP) -> list[Row]:
    """A row cut where the gap is wider than `gap` heights."""
    parts: list[Row] = []
    for word in row:
        if parts and word.bbox[0] - max(w.bbox[2] for w in parts[-1]) <= gap * word.height:
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def hull(words: Sequence[PlacedWord]) -> BBox:
    return (
        min(w.bbox[0] for w in words),
        min(w.bbox[1] for w in words),
        max(w.bbox[2] for w in words),
        max(w.bbox[3] for w in words),
    )


def _in_order(rows: list[Row]) -> Iterator[Row]:
    """The rows, those of the two-column blocks split at the gutter: all of the left column, then the right."""
    start = 0
    for first, last, gutter in _blocks(rows):
        yield from rows[start:first]
        middle = (gutter[0] + gutter[1]) / 2
        left = [[w for w in row if w.bbox[2] <= middle] for row in rows[first:last]]
        right = [[w for w in row if w.bbox[2] > middle] for row in rows[first:last]]
        yield from (row for column in (left, right) for row in column if row)
        start = last
    yield from rows[start:]


def _blocks(rows: list[Row]) -> Iterator[tuple[int, int, Interval]]:
    """Rows `[first, last)` that stand in two columns, with the gutter between them."""
    at = 0
    while at < len(rows):
        gutter = _seed(rows, at)
        if gutter is None:
            at += 1
            continue
        last, gutter = _grow(rows, range(at, len(rows)), gutter, one_sided=True)
        above = range(at - 1, -1, -1)
        first, gutter = _grow(rows, above, gutter, one_sided=_is_motto(rows[at]))
        both = any(w.bbox[2] <= gutter[0] + 1e-6 for row in rows[first + 1 : last] for w in row)
        if both and last - first - 1 >= 1:
            yield first + 1, last, gutter
            at = last
        else:
            at += 1


def _seed(rows: list[Row], at: int) -> Interval | None:
    """The gutter that a row with the motto or the head of the recipients shows by itself."""
    row = rows[at]
    if _is_motto(row):
        column = next(part for part in _starts(row) if _MOTTO.match(_bare(row[part:])))
        before = [w.bbox[2] for w in row[:column]]
        return (max(before, default=-_FAR), row[column].bbox[0])
    if _RECIPIENTS.match(_bare(row)):
        parts = segments(row)
        return (hull(parts[0])[2], parts[1][0].bbox[0] if len(parts) > 1 else _FAR)
    return None


def _is_motto(row: Row) -> bool:
    return any(_MOTTO.match(_bare(row[part:])) for part in _starts(row))


def _starts(row: Row) -> range:
    return range(len(row))


def _grow(rows: list[Row], along: range, gutter: Interval, *, one_sided: bool) -> tuple[int, Interval]:
    """Follow rows that leave the gutter free, narrowing it; the first row that does not, and the gutter.

    `one_sided`: take also rows that stand only left of the gutter. Above the recipients they are the end of the body.
    """
    for index in along:
        row = rows[index]
        narrowed = _free(row, gutter)
        if narrowed is None or _PAGE_NUMBER.fullmatch(" ".join(w.text for w in row)):
            return index, gutter
        if not one_sided and any(w.bbox[2] <= narrowed[0] + 1e-6 for w in row):
            return index, gutter
        gutter = narrowed
    return (along.stop, gutter)


def _free(row: Row, gutter: Interval) -> Interval | None:
    """The widest part of the gutter that no word of the row stands in, None where there is none to speak of.

    Between words of one row it must be wider than the spaces of that row: in justified text some space is always
    near.
    """
    edges = sorted([*gutter, *(min(max(v, gutter[0]), gutter[1]) for w in row for v in w.bbox[::2])])
    spans = [
        (low, high)
        for low, high in itertools.pairwise(edges)
        if not any(w.bbox[0] < high - 1e-6 and w.bbox[2] > low + 1e-6 for w in row)
    ]
    low, high = max(spans, key=lambda span: span[1] - span[0], default=(0.0, 0.0))
    if high - low < _GUTTER * statistics.median(w.height for w in row):
        return None
    left = max((w.bbox[2] for w in row if w.bbox[2] <= low + 1e-6), default=-_FAR)
    right = min((w.bbox[0] for w in row if w.bbox[0] >= high - 1e-6), default=_FAR)
    others = [b.bbox[0] - a.bbox[2] for a, b in itertools.pairwise(row) if a.bbox[2] < b.bbox[0] != right]
    if right - left < _FAR and others and right - left < _WIDER * statistics.median(others):
        return None
    return low, high


def _bare(row: Row) -> str:
    return bare(" ".join(w.text for w in row)).upper()


def rounded(box: BBox) -> BBox:
    """To hundredths of a point, as boxes are recorded."""
    return (round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2))
