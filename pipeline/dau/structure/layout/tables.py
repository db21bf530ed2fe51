"""Tables: where one begins, its rows, and rows that are missing.

Readers give a table cell by cell (one cell a line), row by row, or with `|` between cells. Where the lines say in which
cell they stand, `ruled` decides.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dau.document.orthography import letters

from .lines import TextLine
from .ruled import RuledTable, find_ruled, row_label

_HEAD_WORDS = {"stt", "tt", "sott", "sothutu", "sott1"}
_ROW = re.compile(r"^[\s|.'’]{0,3}(\d{1,3})\s*[.)|]?\s*$")
_ROW_MERGED = re.compile(r"^[\s|]{0,3}(\d{1,3})[\s|]+(?=\S)")


def is_table_head(lines: Sequence[TextLine], n: int) -> bool:
    """The line is a cell "STT" / "TT" (or begins a row of heads with it), and a first row number follows."""
    line = lines[n]
    alone = line.letters in _HEAD_WORDS
    first = line.text.strip(" |").split(" ", 1)[0]
    if not alone and not (
        len(line.text) < 160 and (first.isupper() or "|" in line.text) and letters(first) in _HEAD_WORDS
    ):
        return False
    return any(row_number(x) == 1 for x in lines[n + 1 : n + 16])


def row_number(line: TextLine) -> int | None:
    """The number of a table row that begins with this line, alone on it or with the next cell behind it."""
    m = _ROW.match(line.text)
    if m and not re.search(r"[.)]", line.text):
        return int(m[1])
    if (
        not m
        and not any(x.style in ("decimal", "arabic") for x in line.markers)
        and (m := _ROW_MERGED.match(line.text))
    ):
        return int(m[1])
    return None


@dataclass
class TableRegion:
    """Positions in a list of body lines: heads `[begin, rows[0])`, rows `[rows[i], rows[i+1])`, end of the region. A
    ruled table has its own lists of them; there `numbers` are 0 where a row has none."""

    begin: int
    rows: list[int]
    numbers: list[int]
    end: int
    ruled: RuledTable | None = None

    @property
    def heads(self) -> list[int]:
        """The lines of the head rows."""
        return self.ruled.heads if self.ruled else list(range(self.begin, self.rows[0]))

    @property
    def row_lines(self) -> list[list[int]]:
        """The lines of each row."""
        if self.ruled:
            return self.ruled.rows
        return [list(range(a, b)) for a, b in itertools.pairwise([*self.rows, self.end])]


def find_tables(lines: Sequence[TextLine], full: float, to_the_end: bool) -> list[TableRegion]:
    """Tables among the lines of a body; `full` is the width of a full line, `to_the_end` says that the body is an
    appendix, whose table runs to its end and whose rows may hold whole lists."""
    found: list[TableRegion] = []
    ruled = {table.begin: table for table in find_ruled(lines)}
    n = 0
    while n < len(lines):
        if n in ruled:
            found.append(_of_ruled(ruled[n], lines))
            n = ruled[n].end
            continue
        if is_table_head(lines, n):
            region = _region(lines, n, full, to_the_end)
            if region:
                found.append(region)
                n = region.end
                continue
        n += 1
    return found


def _of_ruled(table: RuledTable, lines: Sequence[TextLine]) -> TableRegion:
    labels = [row_label([lines[n] for n in row]) or "" for row in table.rows]
    numbers = [int(label) if label.isdigit() else 0 for label in labels]
    return TableRegion(table.begin, [row[0] for row in table.rows], numbers, table.end, table)


def _region(lines: Sequence[TextLine], begin: int, full: float, to_the_end: bool) -> TableRegion | None:
    rows: list[int] = []
    numbers: list[int] = []
    n = begin + 1
    while n < len(lines):
        line = lines[n]
        if line.line.cell is not None:
            break
        number = row_number(line)
        if number is not None and (1 <= number - (numbers[-1] if numbers else 0) <= 3):
            rows.append(n)
            numbers.append(number)
        elif (rows and not to_the_end and _leaves(line, full)) or (not rows and n - begin > 16):
            break
        n += 1
    return TableRegion(begin, rows, numbers, n) if rows else None


def _leaves(line: TextLine, full: float) -> bool:
    """A full line of prose, or a list marker: the table is over."""
    styles = ("article", "arabic", "roman", "letter", "chapter", "decimal")
    numbered = any(m.style in styles and m.clean for m in line.markers)
    return (numbered and not re.fullmatch(r"[\d.,%\s]+", line.text)) or line.width > 0.75 * full


def cells(line: TextLine) -> list[str]:
    """The cells of a row given on one line: split at `|`, or at wide gaps between word boxes."""
    if "|" in line.text:
        return [c.strip() for c in line.text.strip().strip("|").split("|")]
    words = line.line.words
    if not line.bbox or any(w.bbox is None for w in words) or not words:
        return [line.text]
    height = max(1.0, line.bbox[3] - line.bbox[1])
    out: list[list[str]] = [[words[0].restored]]
    for left, right in itertools.pairwise(words):
        wide = left.bbox and right.bbox and right.bbox[0] - left.bbox[2] > 1.5 * height
        if wide:
            out.append([right.restored])
        else:
            out[-1].append(right.restored)
    return [" ".join(cell) for cell in out]
