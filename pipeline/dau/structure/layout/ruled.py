"""Tables whose lines say in which cell they stand: head rows, rows, and rows that go on over a page break."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dau.document.orthography import letters

from ..facts.names import alike
from .lines import TextLine, join_lines

_NUMBER = re.compile(r"\(?(\d{1,3})\)?[.)]?")
_LABEL = re.compile(r"[\dA-Za-zĐđ]{1,4}(?:\.\d{1,3}){0,3}")
_SAME_HEAD = 0.8


@dataclass
class RuledTable:
    """Positions in a list of body lines. `heads` are the lines of head rows, those repeated on later pages with them,
    and scraps that stand beside the table; `rows` the lines of each row; `columns` how many columns there are."""

    begin: int
    end: int
    heads: list[int] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    titles: tuple[str, ...] = ()
    columns: int = 0


@dataclass
class _Part:
    """What stands of a table on one page: its rows of the grid, each with the positions of its lines."""

    begin: int
    end: int
    rows: list[list[int]]


def column_texts(lines: Iterable[TextLine], columns: int) -> tuple[str, ...]:
    """The lines of a row as one string a column; an empty cell is an empty string, a merged one stands where it
    begins. Paragraphs of a cell that begin with a marker keep a line of their own."""
    texts: list[list[str]] = [[] for _ in range(columns)]
    for line in lines:
        if line.line.cell is None or line.line.cell.column >= columns:
            continue
        held = texts[line.line.cell.column]
        if not held or (line.markers and line.markers[0].clean):
            held.append(line.text.strip())
        else:
            held[-1] = join_lines([held[-1], line.text.strip()])
    return tuple("\n".join(held) for held in texts)


def cell_texts(lines: Iterable[TextLine]) -> list[str]:
    """The text of each cell, in the order of the lines."""
    return [join_lines([line.text.strip() for line in held]) for _, held in itertools.groupby(lines, key=_place)]


def row_label(lines: Sequence[TextLine]) -> str | None:
    """What numbers a row: the text of its first cell, where that is a number, a letter or a Roman ("1", "I", "a)")."""
    cell = lines[0].line.cell
    if cell is None or cell.column:
        return None
    text = join_lines([line.text for line in lines if line.line.cell == cell]).strip(" .)(|")
    return text if _LABEL.fullmatch(text) and len(text) <= 8 else None


def cell_lengths(lines: Sequence[TextLine]) -> list[int]:
    """For each line of a row how many letters its cell holds, without cells the line itself."""
    totals: dict[object, int] = {}
    for line in lines:
        totals[_place(line)] = totals.get(_place(line), 0) + len(line.text)
    return [totals[_place(line)] for line in lines]


def _place(line: TextLine) -> object:
    return (line.page, line.line.cell) if line.line.cell else line.index


def find_ruled(lines: Sequence[TextLine]) -> list[RuledTable]:
    """The tables of a body whose lines have cells."""
    tables: list[RuledTable] = []
    for part in _parts(lines):
        if tables and _goes_on(tables[-1], part, lines):
            _append(tables[-1], part, lines)
        else:
            tables.append(_opened(part, lines))
    return tables


def _parts(lines: Sequence[TextLine]) -> list[_Part]:
    out = []
    place = 0
    for key, group in itertools.groupby(lines, key=_table_of):
        held = list(group)
        positions = range(place, place + len(held))
        place += len(held)
        if key is None:
            continue
        rows: dict[int, list[int]] = {}
        for n in positions:
            cell = lines[n].line.cell
            rows.setdefault(cell.row if cell else 0, []).append(n)
        out.append(_Part(positions.start, positions.stop, [rows[row] for row in sorted(rows)]))
    return out


def _table_of(line: TextLine) -> tuple[int, int] | None:
    return (line.page, line.line.cell.table) if line.line.cell else None


def _opened(part: _Part, lines: Sequence[TextLine]) -> RuledTable:
    """A table with its head: the first row and the rows its cells run into, unless that is numbered like a row."""
    last = 0 if _numbered(part.rows[0], lines) or len(part.rows) == 1 else 1
    while 0 < last < len(part.rows) and _runs_below(part.rows[:last], part.rows[last], lines):
        last += 1
    columns = _columns(part, lines)
    titles = _titles([lines[n] for row in part.rows[:last] for n in row], columns) if last else ()
    if 0 < last < len(part.rows) and _counts_columns(part.rows[last], lines):
        last += 1
    table = RuledTable(part.begin, part.end, titles=titles, columns=columns)
    table.heads = [n for row in part.rows[:last] for n in row]
    table.rows = part.rows[last:]
    return table


def _numbered(row: Sequence[int], lines: Sequence[TextLine]) -> bool:
    label = row_label([lines[n] for n in row])
    return label is not None and any(char.isdigit() for char in label)


def _runs_below(above: Sequence[Sequence[int]], row: Sequence[int], lines: Sequence[TextLine]) -> bool:
    """A cell of the rows above spans the row, too."""
    cells = [lines[n].line.cell for held in above for n in held]
    start = lines[row[0]].line.cell
    return start is not None and any(cell and cell.row + cell.row_span > start.row for cell in cells)


def _counts_columns(row: Sequence[int], lines: Sequence[TextLine]) -> bool:
    """(1) (2) (3) …: a row that numbers the columns."""
    numbers = [_NUMBER.fullmatch(lines[n].text.strip()) for n in row]
    counted = [int(m[1]) for m in numbers if m]
    return len(counted) == len(row) >= 3 and all(b == a + 1 for a, b in itertools.pairwise(counted))


def _columns(part: _Part, lines: Sequence[TextLine]) -> int:
    cells = [lines[n].line.cell for row in part.rows for n in row]
    return max(cell.column + cell.column_span for cell in cells if cell)


def _titles(heads: Sequence[TextLine], columns: int) -> tuple[str, ...]:
    """What stands over each column, from top to bottom: "Cơ quan thực hiện: Chủ trì"."""
    texts: dict[int, dict[tuple[int, int], list[str]]] = {n: {} for n in range(columns)}
    for line in heads:
        cell = line.line.cell
        if cell is None:
            continue
        for n in range(cell.column, min(columns, cell.column + cell.column_span)):
            texts[n].setdefault((cell.row, cell.column), []).append(line.text.strip())
    return tuple(": ".join(join_lines(said) for said in texts[n].values()) for n in range(columns))


# ----------------------------------------------------------------- over a page break


def _goes_on(table: RuledTable, part: _Part, lines: Sequence[TextLine]) -> bool:
    """The part opens the page after the table's, with columns in the same places."""
    page = lines[table.end - 1].page
    last = [lines[n] for n in range(table.begin, table.end) if lines[n].page == page]
    if lines[part.begin].page != page + 1 or not _beside(lines[table.end : part.begin], last):
        return False
    new = [lines[n] for n in range(part.begin, part.end)]
    a, b = _extents(last), _extents(new)
    shared = a.keys() & b.keys()
    return bool(shared) and all(min(a[n][1], b[n][1]) > max(a[n][0], b[n][0]) for n in shared)


def _beside(lines: Sequence[TextLine], table: Sequence[TextLine]) -> bool:
    """Whether all lines stand in the margin beside the lines of a table, as what is read in half a seal does."""
    boxes = [line.bbox for line in table if line.bbox]
    if not lines or not boxes:
        return not lines
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
    return all(
        line.bbox and line.page == table[0].page and top < line.bbox[3] and line.bbox[1] < bottom
        and (line.bbox[0] > right or line.bbox[2] < left)
        for line in lines
    )  # fmt: skip


def _extents(lines: Sequence[TextLine]) -> dict[int, tuple[float, float]]:
    """Column → from where to where its text reaches; cells of one column only."""
    out: dict[int, tuple[float, float]] = {}
    for line in lines:
        cell, box = line.line.cell, line.bbox
        if cell is None or box is None or cell.column_span > 1:
            continue
        low, high = out.get(cell.column, (box[0], box[2]))
        out[cell.column] = (min(low, box[0]), max(high, box[2]))
    return out


def _append(table: RuledTable, part: _Part, lines: Sequence[TextLine]) -> None:
    """Add a page's rows: a repeated head is kept among the heads, a row that was cut goes on."""
    rows = part.rows
    table.heads += range(table.end, part.begin)
    again = _repeated(table, rows, lines)
    table.heads += [n for row in rows[:again] for n in row]
    rows = rows[again:]
    if rows and table.rows and _continues(table, rows[0], lines):
        table.rows[-1] = [*table.rows[-1], *rows[0]]
        rows = rows[1:]
    table.rows += rows
    table.end = part.end
    table.columns = max(table.columns, _columns(part, lines))


def _repeated(table: RuledTable, rows: Sequence[Sequence[int]], lines: Sequence[TextLine]) -> int:
    """How many rows at the top of a page say the table's head again."""
    head = join_lines([lines[n].text for n in table.heads if lines[n].page == lines[table.begin].page])
    best = 0
    for count in range(1, min(4, len(rows)) + 1):
        said = join_lines([lines[n].text for row in rows[:count] for n in row])
        if len(letters(said)) > 1.3 * len(letters(head)):
            break
        if head and alike(said, head) >= _SAME_HEAD:
            best = count
    return best


def _continues(table: RuledTable, row: Sequence[int], lines: Sequence[TextLine]) -> bool:
    """The first row of a page has no number while those before have one, or goes on in the middle of a sentence."""
    first = lines[row[0]].line.cell
    if first is None or first.column == 0:
        return False
    if all(lines[held[0]].line.cell and row_label([lines[n] for n in held]) for held in table.rows):
        return True
    before = [lines[n] for n in table.rows[-1] if column_of(lines[n]) == first.column]
    return bool(before) and lines[row[0]].text[:1].islower() and not before[-1].full_stop


def column_of(line: TextLine) -> int | None:
    """The column a line begins in; None outside of ruled tables."""
    return line.line.cell.column if line.line.cell else None
