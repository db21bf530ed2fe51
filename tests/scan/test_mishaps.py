"""What feeders, hands and telephones do to pages: leaning books, dirty glass, shadows, bad light, toner nearly gone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scan.test_clean import DPI, HEIGHT, WIDTH, _square, page_of, text_page
from tests.scan.test_geometry import centre, marked

from dau.document.page import Image
from dau.scan import ScanSettings, clean
from dau.scan.clean_image import stretched, white_paper, without_streaks
from dau.scan.converging import is_bent, row_slopes
from dau.scan.perspective import sheets
from dau.scan.spread import gutter
from dau.training.geometry import Shown, curved, ghost, spread, turned
from dau.training.mishaps import beside_blank, faded, in_shadow, leaning_spread, streaked, underexposed


@pytest.fixture(scope="module")
def printed() -> Shown:
    return Shown(text_page(), DPI)


# ----------------------------------------------------------------------- spreads


@pytest.mark.parametrize("degrees", [-3.0, -1.2, 1.2, 3.0])
def test_a_book_that_leans_is_cut_in_two(printed: Shown, degrees: float) -> None:
    left, right = Shown(marked(printed.image, 300, 700), DPI), Shown(marked(text_page(22), 800, 400), DPI)
    flat = spread(left, right)
    cleaned = clean(page_of(turned(flat, flat, degrees=degrees).image), ScanSettings())
    assert len(cleaned.parts) == 2
    lying = turned(flat, flat, degrees=degrees).image.shape
    matrix = cv2.getRotationMatrix2D((WIDTH, HEIGHT / 2), degrees, 1.0)
    matrix[:, 2] += (lying[1] - 2 * WIDTH) / 2, (lying[0] - HEIGHT) / 2
    for part, (x, y) in zip(cleaned.parts, ((320, 720), (820 + WIDTH, 420)), strict=True):
        assert part.skew == pytest.approx(-degrees, abs=0.2)
        there = matrix @ (x, y, 1) * 72 / DPI
        assert centre(part.box_in_points(*_square(part.readable))) == pytest.approx(tuple(there), abs=3)


def with_marks(both: Image, *boxes: tuple[int, int, int, int]) -> Image:
    out = both.copy()
    for x0, y0, x1, y1 in boxes:
        out[y0:y1, x0:x1] = 0
    return out


def test_a_signature_that_reaches_into_the_margin_does_not_join_two_pages(printed: Shown) -> None:
    both = spread(printed, printed).image
    signed = with_marks(both, (WIDTH - 200, 1400, WIDTH - 10, 1412), (WIDTH + 25, 300, WIDTH + 120, 360))
    middle = gutter(signed)
    assert middle is not None and WIDTH - 12 <= middle <= WIDTH + 27


def narrow(page: Image) -> Image:
    """A landscape sheet with two columns that are 8 mm apart."""
    sheet = np.full((WIDTH, HEIGHT), 255, np.uint8)
    half = HEIGHT // 2 - 24
    sheet[:, 60:half] = page[:WIDTH, 160 : 160 + half - 60]
    sheet[:, HEIGHT // 2 + 24 : -60] = page[:WIDTH, 160 : 160 + HEIGHT - HEIGHT // 2 - 84]
    return sheet


@pytest.mark.parametrize(
    "marks",
    [(), ((HEIGHT // 2 - 300, 60, HEIGHT // 2 - 8, 100), (HEIGHT // 2 + 8, 60, HEIGHT // 2 + 300, 100))],
    ids=["columns", "a heading above them"],
)
def test_columns_close_to_each_other_are_one_page(printed: Shown, marks: tuple[tuple[int, int, int, int], ...]) -> None:
    assert gutter(with_marks(narrow(printed.image), *marks)) is None


@pytest.mark.parametrize("first", [True, False])
def test_a_page_beside_an_empty_one_stays_whole(printed: Shown, first: bool) -> None:
    cleaned = clean(page_of(beside_blank(printed, printed, first=first).image), ScanSettings())
    assert not cleaned.parts and not cleaned.blank


# ----------------------------------------------------------------------- streaks


@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize("width", [0.15, 0.3])
def test_streaks_go_and_letters_stay(printed: Shown, turns: int, width: float) -> None:
    page = turned(printed, printed, turns=turns)
    dirty = streaked(page, page, width=width).image
    cleaned = without_streaks(dirty, DPI)
    off = np.abs(cleaned.astype(int) - page.image) > 100
    assert off.mean() < 0.2 * (np.abs(dirty.astype(int) - page.image) > 100).mean()
    columns = (cleaned < 200).mean(axis=0)
    assert columns.max() < 0.9


def _ruled(image: Image) -> Image:
    out = image.copy()
    out[60:-60, 300:303] = 0
    out[900:903, 40:-40] = 0
    return out


@pytest.mark.parametrize(
    "make",
    [lambda p: p, _ruled, lambda p: np.where(np.arange(WIDTH)[None, :] // 12 == 50, 0, p).astype(np.uint8),
     lambda p: np.where(np.arange(WIDTH)[None, :] < 2, 0, p).astype(np.uint8), np.zeros_like,
     lambda p: p[:3, :3].copy()],
    ids=["a page", "rules that end before the edges", "a broad bar", "a dark edge", "all dark", "tiny"],
)  # fmt: skip
def test_what_is_no_streak_stays(printed: Shown, make: object) -> None:
    image = make(printed.image)  # type: ignore[operator]
    assert without_streaks(image, DPI) is image


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_any_image_keeps_its_shape(height: int, width: int, seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    kept = image.copy()
    assert without_streaks(image, DPI).shape == image.shape
    assert (image == kept).all()


# ------------------------------------------------------------------------- light


@pytest.mark.parametrize("contrast", [0.2, 0.35])
def test_toner_nearly_gone_is_no_blank_page(printed: Shown, contrast: float) -> None:
    cleaned = clean(page_of(faded(printed, printed, contrast).image), ScanSettings())
    assert not cleaned.blank
    assert float((cleaned.readable < 100).mean()) > 0.5 * float((printed.image < 100).mean())


def test_a_page_with_dark_ink_is_not_spread_for_what_is_faint_on_it(printed: Shown) -> None:
    behind = stretched(white_paper(ghost(printed, Shown(text_page(22), DPI), strength=0.25).image, DPI))
    assert float((behind < 150).mean()) == pytest.approx(float((printed.image < 150).mean()), rel=0.25)


@pytest.mark.parametrize("light", [0.3, 0.15, 0.08])
def test_a_photograph_in_bad_light_is_made_bright(printed: Shown, light: float) -> None:
    photo = underexposed(Shown(printed.image, DPI), printed, light=light)
    cleaned = clean(page_of(photo.image), ScanSettings())
    assert not cleaned.blank and not cleaned.as_displayed
    assert float(np.median(cleaned.readable)) > 240
    assert 0.4 < float((cleaned.readable < 128).mean()) / float((printed.image < 128).mean()) < 2.5


def test_nothing_but_dark_is_blank() -> None:
    noise = np.random.default_rng(3).normal(5, 4, (HEIGHT, WIDTH))
    assert clean(page_of(np.clip(noise, 0, 255).astype(np.uint8)), ScanSettings()).blank


@pytest.mark.parametrize("lean", [0.0, 0.1, 0.25])
@pytest.mark.parametrize("depth", [0.45, 0.75])
def test_the_edge_of_a_shadow_is_no_edge_of_paper(printed: Shown, depth: float, lean: float) -> None:
    dark = in_shadow(printed, printed, depth, edge=1.0, lean=lean).image
    dark[: HEIGHT // 20] = dark[: HEIGHT // 20] // 4  # so that two sides of the image are dark
    dark[-HEIGHT // 20 :] = dark[-HEIGHT // 20 :] // 4
    for sheet in sheets(dark):
        assert sheet.image.shape[1] > 0.9 * WIDTH
    assert clean(page_of(dark), ScanSettings()).readable.shape[1] > 0.9 * WIDTH


# -------------------------------------------------------------------------- bends


@pytest.mark.parametrize(("lift", "bent"), [(0.0, False), (0.015, False), (0.08, True), (0.1, True)])
def test_rows_that_bend_are_told(printed: Shown, lift: float, bent: bool) -> None:
    page = curved(printed, printed, lift) if lift else printed
    cleaned = clean(page_of(page.image), ScanSettings())
    assert ("doubtful" in cleaned.rescan) is bent


@pytest.mark.parametrize(
    "image",
    [text_page(3), np.full((HEIGHT, WIDTH), 255, np.uint8), np.full((60, 40), 30, np.uint8),
     np.random.default_rng(1).integers(0, 256, (900, 700)).astype(np.uint8),
     leaning_spread(Shown(text_page(), DPI), Shown(text_page(), DPI)).image],
    ids=["three lines", "bare", "tiny", "noise", "leaning"],
)  # fmt: skip
def test_what_has_no_bent_rows_is_not_called_bent(image: Image) -> None:
    assert not is_bent(row_slopes(image))
