"""Grids of ruled tables on drawn pages, and what is no table."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from dau.document.page import Image
from dau.ocr.ruling import RuledTable, find_tables

from .conftest import DPI, LINES, printed

X, Y = (200, 320, 800, 1150, 1450), (600, 700, 850, 950, 1050)
Draw = Callable[[Image], None]


@pytest.fixture(scope="module")
def text() -> Image:
    """A page with text above and below where the tables are drawn."""
    above, below = printed(LINES).image, printed(LINES).image
    page = np.full(above.shape, 255, np.uint8)
    page[:560] = above[:560]
    page[1200:] = below[280 : 280 + page.shape[0] - 1200]
    return page


def rule(page: Image, a: tuple[int, int], b: tuple[int, int], grey: int = 0, width: int = 2) -> None:
    cv2.line(page, a, b, (grey,), width)


def grid(page: Image, xs: tuple[int, ...] = X, ys: tuple[int, ...] = Y, grey: int = 0, width: int = 2) -> None:
    for y in ys:
        rule(page, (xs[0], y), (xs[-1], y), grey, width)
    for x in xs:
        rule(page, (x, ys[0]), (x, ys[-1]), grey, width)


def rubbed(page: Image, x0: int, y0: int, x1: int, y1: int) -> None:
    page[y0:y1, x0:x1] = 255


def doubled(page: Image) -> None:
    grid(page)
    grid(page, (X[0] - 6, X[-1] + 6), (Y[0] - 6, Y[-1] + 6))


def broken(page: Image) -> None:
    grid(page)
    for x in range(275, 1400, 150):
        rubbed(page, x, 500, x + 14, 1100)
    for y in range(640, 1050, 90):
        rubbed(page, 150, y, 1500, y + 10)


def dotted(page: Image) -> None:
    grid(page)
    for x in range(203, 1447, 8):
        rubbed(page, x, 840, x + 4, 860)


def askew(page: Image) -> None:
    drawn = np.full(page.shape, 255, np.uint8)
    grid(drawn)
    turn = cv2.getRotationMatrix2D((800, 800), 0.4, 1)
    page[:] = np.minimum(page, cv2.warpAffine(drawn, turn, drawn.shape[::-1], borderValue=(255,)))


def open_sides(page: Image) -> None:
    for y in Y:
        rule(page, (X[0], y), (X[-1], y))
    for x in X[1:-1]:
        rule(page, (x, Y[0]), (x, Y[-1]))


def no_bottom(page: Image) -> None:
    grid(page)
    rubbed(page, 150, Y[-1] - 3, 1500, Y[-1] + 4)


GRIDS: dict[str, Draw] = {
    "plain": grid, "thick": lambda page: grid(page, width=5), "faint": lambda page: grid(page, grey=190, width=3),
    "doubled": doubled, "broken": broken, "dotted": dotted, "askew": askew, "open at the sides": open_sides,
    "cut at the page's end": no_bottom,
}  # fmt: skip


@pytest.mark.parametrize("name", GRIDS)
def test_a_grid_is_found_however_it_is_drawn(name: str, text: Image) -> None:
    page = text.copy()
    GRIDS[name](page)
    (table,) = find_tables(page, DPI)
    assert shape(table) == (4, 4, 16)
    assert table.box == pytest.approx((X[0], Y[0], X[-1], Y[-1]), abs=12)
    for row in range(4):
        for column in range(4):
            cell = table.cell_at((X[column] + X[column + 1]) / 2, (Y[row] + Y[row + 1]) / 2)
            assert cell is not None and (cell.row, cell.column) == (row, column)
    assert table.cell_at(X[0] - 30, 800) is None and table.cell_at(700, Y[-1] + 30) is None


@pytest.mark.parametrize(("dpi", "levels"), [(100, 256), (100, 2), (150, 2), (300, 256), (300, 2)])
def test_at_any_resolution(dpi: float, levels: int, text: Image) -> None:
    page = text.copy()
    grid(page)
    scaled = cv2.resize(page, None, fx=dpi / DPI, fy=dpi / DPI, interpolation=cv2.INTER_AREA)
    if levels == 2:
        scaled = (scaled > 160).astype(np.uint8) * 255
    (table,) = find_tables(np.asarray(scaled, np.uint8), dpi)
    assert shape(table) == (4, 4, 16)


def shape(table: RuledTable) -> tuple[int, int, int]:
    return len(table.rows) - 1, len(table.columns) - 1, len(set(table.cells.values()))


def test_merged_cells_span_what_they_cover(text: Image) -> None:
    page = text.copy()
    grid(page)
    rubbed(page, 803, Y[0] + 4, 1447, Y[1] - 4)  # the head of two columns
    rubbed(page, X[0] + 4, Y[1] - 4, X[1] - 4, Y[1] + 5)  # a cell of two rows
    (table,) = find_tables(page, DPI)
    found = {(c.row, c.column): (c.row_span, c.column_span) for c in set(table.cells.values())}
    assert found.pop((0, 2)) == (1, 2) and found.pop((0, 0)) == (2, 1)
    assert len(found) == 12 and set(found.values()) == {(1, 1)}


def test_two_tables_are_numbered_from_the_top(text: Image) -> None:
    page = np.full_like(text, 255)
    grid(page)
    grid(page, X, tuple(y + 800 for y in Y))
    first, second = find_tables(page, DPI)
    assert {c.table for c in first.cells.values()} == {1} and {c.table for c in second.cells.values()} == {2}
    assert first.box[3] < second.box[1]


def underlines(page: Image) -> None:
    for y in (240, 330, 480, 1300, 1390):
        rule(page, (300, y), (900, y))


def letterhead(page: Image) -> None:
    rule(page, (150, 580), (1500, 580), width=4)
    rule(page, (150, 590), (1500, 590))
    rule(page, (820, 100), (820, 540))


def page_border(page: Image) -> None:
    for inset in (60, 75, 120):
        cv2.rectangle(page, (inset, inset), (page.shape[1] - inset, page.shape[0] - inset), (0,), 3)


def booklet(page: Image) -> None:
    """Two frames side by side, with a gap between them."""
    grid(page, (100, 780, 820, 1560), (580, 1900))


def stamp(page: Image) -> None:
    grid(page, (900, 1060, 1500), (60, 120, 180, 240))


def streaks(page: Image) -> None:
    """Lines of a dirty sensor down the page, through underlined text."""
    for x in (420, 900):
        rule(page, (x, 0), (x, page.shape[0]))
    rule(page, (300, 480), (700, 480))
    rule(page, (300, 1300), (700, 1300))


NONE: dict[str, Draw] = {
    "text alone": lambda page: None, "underlines": underlines, "letterhead": letterhead, "page border": page_border,
    "booklet": booklet, "a stamp with fields": stamp, "streaks": streaks,
    "a frame around text": lambda page: grid(page, (150, 1500), (180, 560)),
    "a list in a frame": lambda page: grid(page, (150, 1500), (600, 700, 800, 900)),
    "a note in two frames": lambda page: grid(page, (200, 800, 1400), (600, 1000)),
}  # fmt: skip


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_table(name: str, text: Image) -> None:
    page = text.copy()
    NONE[name](page)
    assert find_tables(page, DPI) == []


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (40, 40)])
def test_any_image_is_looked_at(size: tuple[int, int]) -> None:
    for level in (0, 255):
        assert find_tables(np.full(size, level, np.uint8), DPI) == []


def test_a_table_that_runs_out_of_the_page_ends_at_its_edge(text: Image) -> None:
    """Cleaning erases dark ink along an edge 12 mm deep, and with it the ends of rules, not the text between them."""
    page = text.copy()
    for y in Y:
        rule(page, (96, y), (X[-1], y))
    for x in X[2:]:
        rule(page, (x, Y[0]), (x, Y[-1]))
    (table,) = find_tables(page, DPI)
    assert table.box[0] == pytest.approx(0, abs=1)
    assert table.cell_at(40, 650) == table.cell_at(400, 650)
