"""Lines of text cut at the borders of cells, and read cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.document.errors import DauError
from dau.document.page import Image, Page
from dau.document.transcript import Cell
from dau.ocr import OcrSettings, Reader
from dau.ocr.cells import cut_at_cells, without_rules
from dau.ocr.lines import Box, TextLine, Token
from dau.ocr.reading_order import in_reading_order
from dau.ocr.rules import Rule
from dau.ocr.ruling import RuledTable, find_tables
from dau.training.simulate import Paragraph, Part, ScanSettings, Sheet, Table
from dau.training.simulate.scans import simulate

from .test_layout import HEADER, HEIGHT, IN_ORDER, WIDTH, line, texts

X, Y = (200.0, 320.0, 900.0, 1450.0), (600.0, 700.0, 900.0, 1000.0)


def straight(at: float, begin: float, end: float) -> Rule:
    return Rule(((begin, at), (end, at)), ((begin, end),))


def table(*merged: Cell, y: Sequence[float] = Y, number: int = 1) -> RuledTable:
    cells = {(i, j): Cell(table=number, row=i, column=j) for i, j in product(range(len(y) - 1), range(len(X) - 1))}
    for cell in merged:
        for i, j in product(range(cell.row_span), range(cell.column_span)):
            cells[cell.row + i, cell.column + j] = cell
    return RuledTable(
        tuple(straight(at, X[0], X[-1]) for at in y), tuple(straight(at, y[0], y[-1]) for at in X), cells
    )


class Reading:
    """An engine that reads in a box the words whose middle is there; `fails` or finds nothing on demand."""

    name, version = "fake", "0"

    def __init__(self, words: Sequence[Token] = (), fails: bool = False) -> None:
        self.words, self.fails, self.asked = words, fails, list[Box]()

    def read(self, page: Page) -> list[TextLine]:
        return []

    def read_lines(self, grey: Image, boxes: Sequence[Box]) -> list[TextLine]:
        self.asked += boxes
        if self.fails:
            raise DauError("broken")
        return [
            TextLine(box, tuple(w for w in self.words if box[0] <= (w.box[0] + w.box[2]) / 2 < box[2])) for box in boxes
        ]


def inked(lines: Sequence[TextLine]) -> Image:
    """A page with ink where the words are."""
    page = np.full((int(HEIGHT), int(WIDTH)), 255, np.uint8)
    for found in lines:
        for x0, y0, x1, y1 in (t.box for t in found.tokens):
            page[int(y0) + 4 : int(y1) - 4, int(x0) : int(x1)] = 0
    return page


ROW = line("01  Bưu chính viễn thông      Sở Thông tin", 230, 630, letter=14)


@pytest.mark.parametrize("engine", [Reading(ROW.tokens), Reading(), Reading(fails=True)])
def test_a_line_over_three_cells_is_cut_at_their_borders(engine: Reading) -> None:
    parts = cut_at_cells(engine, inked([ROW]), [ROW], [table()])
    assert texts(parts) == ["01", "Bưu chính viễn thông", "Sở Thông tin"]
    for part in parts:
        assert part.box[0] == pytest.approx(part.tokens[0].box[0], abs=2)
        assert part.box[2] == pytest.approx(part.tokens[-1].box[2], abs=2)


def test_what_was_read_on_white_paper_is_nothing() -> None:
    one, beside = line("1", 230, 630), line("0000", 245, 630)
    lines = [beside, one, line("Báo cáo", 400, 630), line("77", 950, 760)]
    page = inked([one, lines[2]])
    assert texts(cut_at_cells(Reading(), page, lines, [table()])) == ["1", "Báo cáo"]
    assert cut_at_cells(Reading(), page, [one], [table()]) == [one]


def test_a_line_in_a_merged_cell_stays_whole() -> None:
    whole = Cell(table=1, row=0, column=0, column_span=3)
    engine = Reading(ROW.tokens)
    assert cut_at_cells(engine, inked([ROW]), [ROW], [table(whole)]) == [ROW] and not engine.asked


@pytest.mark.parametrize("y", [400, 1100])
def test_lines_outside_of_the_table_stay_whole(y: int) -> None:
    outside = line("Điều 2. Quyết định này có hiệu lực kể từ ngày ký", 230, y)
    assert cut_at_cells(Reading(), inked([outside]), [outside], [table()]) == [outside]


def test_no_tables_change_nothing() -> None:
    lines = [ROW, *HEADER]
    assert cut_at_cells(Reading(), inked(lines), lines, []) == lines
    assert in_reading_order(lines, WIDTH, HEIGHT, []) == in_reading_order(lines, WIDTH, HEIGHT)


CELLS = [
    line("STT", 220, 630, letter=14), line("Nhiệm vụ", 400, 630), line("Đơn vị", 950, 630),
    line("1", 240, 710), line("Rà soát quy định", 340, 710), line("Sở Tư pháp", 920, 712), line("của tỉnh", 340, 750),
    line("và báo cáo", 340, 790), line("phối hợp", 920, 760),
]  # fmt: skip
BY_CELL = ["STT", "Nhiệm vụ", "Đơn vị", "1", "Rà soát quy định", "của tỉnh", "và báo cáo", "Sở Tư pháp", "phối hợp"]
ABOVE, BELOW = line("Nhiệm vụ như sau:", 250, 540), line("Điều 2. Hiệu lực", 250, 1100)


@pytest.mark.parametrize("around", [[], [*HEADER, line("CHỈ THỊ", 760, 420)]])
def test_a_table_is_read_cell_by_cell_where_it_stands(around: list[TextLine]) -> None:
    lines = [BELOW, *reversed(CELLS), ABOVE, *around]
    ordered = in_reading_order(lines, WIDTH, HEIGHT, [table()])
    assert texts(ordered) == [*([*IN_ORDER, "CHỈ THỊ"] if around else []), ABOVE.text, *BY_CELL, BELOW.text]
    assert [found.cell is not None for found in ordered[-11:]] == [False, *[True] * 9, False]


def test_recipients_below_a_table_are_read_as_ever() -> None:
    left, right = line("Nơi nhận:", 250, 1500), line("GIÁM ĐỐC", 1000, 1480)
    item = line("- Như trên;", 250, 1540)
    ordered = in_reading_order([right, item, *CELLS, left], WIDTH, HEIGHT, [table()])
    assert texts(ordered) == [*BY_CELL, "Nơi nhận:", "- Như trên;", "GIÁM ĐỐC"]


places = st.tuples(st.floats(0, 1500), st.floats(0, 2200), st.floats(5, 900), st.floats(8, 80))


@given(st.lists(places, max_size=20))
def test_no_word_is_lost_or_doubled(boxes: list[Box]) -> None:
    lines = []
    for n, (x, y, width, height) in enumerate(boxes):
        half = x + width / 2
        words = (Token(f"{n}a", (x, y, half, y + height), 0.9), Token(f"{n}b", (half, y, x + width, y + height), 0.9))
        lines.append(TextLine((x, y, x + width, y + height), words))
    tables = [table(), table(y=(1200.0, 1300.0, 1500.0), number=2)]
    parts = cut_at_cells(Reading(fails=True), np.zeros((2400, 1700), np.uint8), lines, tables)
    ordered = in_reading_order(parts, WIDTH, HEIGHT, tables)
    assert sorted(t.text for part in ordered for t in part.tokens) == sorted(t.text for x in lines for t in x.tokens)


TEXT = Table(
    widths=(8, 60, 32),
    rows=(("TT", "Nhiệm vụ", "Đơn vị"), ("1", "Rà soát quy hoạch mạng lưới bưu chính trên địa bàn tỉnh", "Sở Tư pháp"),
          ("2", "Báo cáo", "Sở Nội vụ")),
)  # fmt: skip


@pytest.fixture(scope="module")
def scanned() -> Page:
    sheet = Sheet(parts=(Part(body=(Paragraph(text="Các nhiệm vụ như sau:"), TEXT)),))
    settings = ScanSettings(seed=3, severity="light", dpi=200, colour="bilevel")
    image = next(simulate(sheet, settings)).image
    points = 72 / 200
    return Page(
        number=2, image=image, width=595.3, height=841.9, dpi=200,
        to_points=np.array([[points, 0, 0], [0, points, 0]], dtype=np.float64),
    )  # fmt: skip


def test_rules_are_painted_over_and_letters_stay(scanned: Page) -> None:
    tables = find_tables(scanned.readable, scanned.dpi)
    bare = without_rules(scanned, tables).readable
    assert find_tables(bare, scanned.dpi) == []
    before, after = int((scanned.readable < 128).sum()), int((bare < 128).sum())
    assert 0.4 * before < after < before and (bare >= scanned.readable).all()
    assert without_rules(replace(scanned), []).readable is scanned.readable


def test_the_reader_says_the_cell_of_a_line(scanned: Page) -> None:
    pytest.importorskip("trueocr")
    found: dict[tuple[int, int], list[str]] = {}
    for read in Reader(OcrSettings()).read(scanned).lines:
        if read.cell:
            found.setdefault((read.cell.row, read.cell.column), []).append(read.raw)
    assert {place: " ".join(lines) for place, lines in found.items()} == {
        (i, j): text for i, row in enumerate(TEXT.rows) for j, text in enumerate(row)
    }
