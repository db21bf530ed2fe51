"""Tables whose lines say in which cell they stand."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dau.document.directive import Directive, Table
from dau.document.transcript import Cell, Line, Transcript, TranscriptPage, Word, line_id
from dau.structure import parse, reproduce

from .reading import line_ids

Content = str | tuple[str, int, int]
"""The text of a cell, with the rows and columns it spans where that is not one; lines parted by `/`."""
Grid = list[list[Content | None]]
"""None where a cell of another row or column reaches to."""

HEAD: Grid = [["STT", "Nhiệm vụ", "Đơn vị"]]
TWO_HEADS: Grid = [[("STT", 2, 1), ("Nhiệm vụ", 2, 1), ("Cơ quan/thực hiện", 1, 2), None],
                   [None, None, "Chủ trì", "Phối hợp"]]  # fmt: skip


Placed = list[tuple[str, float, float, Cell]]


def celled(grid: Grid, table: int = 1, top: float = 200.0, width: float = 120.0) -> Placed:
    """The lines of a table, cell by cell, with x and y."""
    out = []
    for i, row in enumerate(grid):
        for j, content in enumerate(row):
            if content is None or content == "":
                continue
            text, rows, columns = (content, 1, 1) if isinstance(content, str) else content
            cell = Cell(table=table, row=i, column=j, row_span=rows, column_span=columns)
            for n, part in enumerate(text.split("/")):
                out.append((part, 70 + width * j, top + 40 * i + 12 * n, cell))
    return out


def page(number: int, before: list[str], cells: Placed, after: list[str]) -> TranscriptPage:
    rows: list[tuple[str, float, float, Cell | None]] = []
    rows += [(text, 85, 60 + 16 * n, None) for n, text in enumerate(before)]
    rows += cells
    rows += [(text, 85, 700 + 16 * n, None) for n, text in enumerate(after)]
    lines = []
    for n, (text, x, y, cell) in enumerate(rows, 1):
        words, at = [], x
        for word in text.split():
            words.append(Word(bbox=(at, y, at + 5 * len(word), y + 11), raw=word, restored=word))
            at += 5 * (len(word) + 1)
        lines.append(Line(id=line_id(number, n), bbox=(x, y, at - 5, y + 11), words=tuple(words), cell=cell))
    return TranscriptPage(number=number, width=595, height=842, text_source="ocr", lines=tuple(lines))


OPENING = ["CHỈ THỊ", "Về việc thử", "Yêu cầu các đơn vị thực hiện các nhiệm vụ sau:"]


def read(*pages: TranscriptPage) -> Directive:
    transcript = Transcript(pages=pages)
    directive = parse(transcript)
    assert reproduce(directive) == line_ids(transcript)
    return directive


def only(directive: Directive) -> Table:
    (table,) = directive.tables
    return table


ROWS: Grid = [["1", "Rà soát quy định/của tỉnh", "Sở Tư pháp"], ["2", "Báo cáo kết quả", "Sở Nội vụ"]]

TABLES: dict[str, tuple[Grid, tuple[str, ...], list[tuple[str, ...]]]] = {
    "wrapped lines of a cell are one string": (
        HEAD + ROWS, ("STT", "Nhiệm vụ", "Đơn vị"),
        [("1", "Rà soát quy định của tỉnh", "Sở Tư pháp"), ("2", "Báo cáo kết quả", "Sở Nội vụ")],
    ),
    "an empty cell is an empty string, at its place": (
        [*HEAD, ["1", "", "Sở Tư pháp"]], ("STT", "Nhiệm vụ", "Đơn vị"), [("1", "", "Sở Tư pháp")],
    ),
    "a head of two rows": (
        [*TWO_HEADS, ["1", "Rà soát", "Sở Tư pháp", "Sở Nội vụ"]],
        ("STT", "Nhiệm vụ", "Cơ quan thực hiện: Chủ trì", "Cơ quan thực hiện: Phối hợp"),
        [("1", "Rà soát", "Sở Tư pháp", "Sở Nội vụ")],
    ),
    "a row of column numbers is no row": (
        [*HEAD, ["(1)", "(2)", "(3)"], *ROWS[1:]], ("STT", "Nhiệm vụ", "Đơn vị"),
        [("2", "Báo cáo kết quả", "Sở Nội vụ")],
    ),
    "rows without numbers": (
        [["Cấp học", "Mức thu", "Ghi chú"], ["Mầm non", "90.000", ""], ["Tiểu học", "60.000", ""]],
        ("Cấp học", "Mức thu", "Ghi chú"), [("Mầm non", "90.000", ""), ("Tiểu học", "60.000", "")],
    ),
    "a merged row, as of a group, stands where it begins": (
        [*HEAD, ["I", ("Khối sở, ngành", 1, 2), None], *ROWS], ("STT", "Nhiệm vụ", "Đơn vị"),
        [("I", "Khối sở, ngành", ""), ("1", "Rà soát quy định của tỉnh", "Sở Tư pháp"),
         ("2", "Báo cáo kết quả", "Sở Nội vụ")],
    ),
    "no head": (ROWS, (), [("1", "Rà soát quy định của tỉnh", "Sở Tư pháp"), ("2", "Báo cáo kết quả", "Sở Nội vụ")]),
    "items in a cell keep lines of their own": (
        [*HEAD, ["1", "I. Hoàn thành nhiệm vụ/được giao/II. Báo cáo Bộ", "Sở Tư pháp"]], ("STT", "Nhiệm vụ", "Đơn vị"),
        [("1", "I. Hoàn thành nhiệm vụ được giao\nII. Báo cáo Bộ", "Sở Tư pháp")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_columns_and_rows(name: str) -> None:
    grid, columns, rows = TABLES[name]
    table = only(read(page(1, OPENING, celled(grid), ["Các đơn vị nghiêm túc thực hiện."])))
    assert (table.columns, list(table.rows)) == (columns, rows)


def test_rows_are_nodes_named_by_their_number_or_place() -> None:
    grid: Grid = [*HEAD, *ROWS, ["", "Tổng cộng", "2"]]
    found = [n for n in read(page(1, OPENING, celled(grid), [])).nodes if n.kind == "table_row"]
    assert [(n.id.rsplit("/", 1)[1], n.number, n.heading) for n in found] == [
        ("1", "1", "Rà soát quy định của tỉnh"), ("2", "2", "Báo cáo kết quả"), ("r3", None, "Tổng cộng"),
    ]


def test_the_first_section_of_a_cell_may_be_read_as_a_one() -> None:
    cell = "1. Hoàn thành các nhiệm vụ/được giao./II. Một số giải pháp/1. Tuyên truyền;/2. Kiểm tra."
    found = read(page(1, OPENING, celled([*HEAD, ["1", cell, "Sở Nội vụ"]]), [])).nodes
    inner = [n.id.split("/", 1)[1] for n in found if n.id.startswith("chi-thi/1/")]
    assert inner == ["1/I", "1/II", "1/II/1", "1/II/2", "1/p1"]


def test_a_row_cut_by_the_page_goes_on_with_its_list() -> None:
    first = celled([*HEAD, ["1", "I. Hoàn thành nhiệm vụ/II. Một số giải pháp/1. Tuyên truyền;", ""]])
    second = celled([*HEAD, ["", "2. Kiểm tra;", ""], ["2", "Báo cáo", ""]], top=60)
    found = read(page(1, OPENING, first, []), page(2, [], second, [])).nodes
    inner = [n.id.split("/", 1)[1] for n in found if n.id.startswith("chi-thi/1/")]
    assert inner == ["1/I", "1/II", "1/II/1", "1/II/2"]


NEXT: Grid = [["3", "Sơ kết", "Sở Nội vụ"]]
DONE = [("1", "Rà soát quy định của tỉnh", "Sở Tư pháp"), ("2", "Báo cáo kết quả", "Sở Nội vụ")]

BREAKS: dict[str, tuple[Grid, list[tuple[str, ...]]]] = {
    "rows go on": (NEXT, [*DONE, ("3", "Sơ kết", "Sở Nội vụ")]),
    "the head is said again": ([*HEAD, *NEXT], [*DONE, ("3", "Sơ kết", "Sở Nội vụ")]),
    "a misread head is said again": (
        [["STT", "Nhiệm vu", "Đon vị"], *NEXT], [*DONE, ("3", "Sơ kết", "Sở Nội vụ")],
    ),
    "a row was cut": (
        [*HEAD, ["", "của năm 2022", ""], *NEXT],
        [DONE[0], ("2", "Báo cáo kết quả của năm 2022", "Sở Nội vụ"), ("3", "Sơ kết", "Sở Nội vụ")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_table_over_a_page_break_is_one(name: str) -> None:
    grid, rows = BREAKS[name]
    directive = read(page(1, OPENING, celled([*HEAD, *ROWS]), []), page(2, [], celled(grid, top=60), ["Hết."]))
    assert list(only(directive).rows) == rows


@pytest.mark.parametrize(("x", "tables"), [(560.0, 1), (300.0, 2)])
def test_scraps_in_the_margin_do_not_end_a_table(x: float, tables: int) -> None:
    first = page(1, OPENING, celled([*HEAD, *ROWS]), ["SÂM"])
    scrap = first.lines[-1]
    beside = scrap.model_copy(update={"bbox": (x, 210.0, x + 20, 221.0)})
    first = first.model_copy(update={"lines": (*first.lines[:-1], beside)})
    assert len(read(first, page(2, [], celled([*HEAD, *NEXT], top=60), [])).tables) == tables


def test_a_table_with_other_columns_on_the_next_page_is_another() -> None:
    other = celled([["STT", "Tên"], ["1", "Một"]], top=60, width=300)
    directive = read(page(1, OPENING, celled([*HEAD, *ROWS]), []), page(2, [], other, []))
    assert [len(t.rows) for t in directive.tables] == [2, 1]


def test_two_tables_of_a_page_are_two() -> None:
    cells = celled([*HEAD, *ROWS]) + celled([*HEAD, *NEXT], table=2, top=450)
    assert [len(t.rows) for t in read(page(1, OPENING, cells, [])).tables] == [2, 1]


TEXTS = st.sampled_from(
    ["STT", "1", "01", "I", "a)", "Điều 2.", "1. Rà soát", "- Sở Nội vụ", "|", "Nơi nhận:", "(1)", "(2)", "(3)",
     "QUYẾT ĐỊNH:", "Chủ trì, phối hợp với Sở Tài chính xây dựng kế hoạch kiểm tra trước ngày 30/9/2021", "x"]
)  # fmt: skip
CELLS = st.builds(
    Cell, table=st.integers(1, 2), row=st.integers(0, 4), column=st.integers(0, 3), row_span=st.integers(1, 3),
    column_span=st.integers(1, 3),
)  # fmt: skip
LINES = st.lists(st.tuples(TEXTS, st.integers(60, 500), st.integers(50, 800), st.none() | CELLS), max_size=14)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, min_size=1, max_size=3))
def test_whatever_the_cells_no_line_is_lost_or_doubled(pages: list[list[tuple[str, int, int, Cell | None]]]) -> None:
    read(*(page(n, [], cells, []) for n, cells in enumerate(pages, 1)))  # type: ignore[arg-type]
