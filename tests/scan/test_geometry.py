"""Pages that lie otherwise than they should: photographs, open books, sheets thrown on the glass, cut edges."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scan.test_clean import DPI, HEIGHT, WIDTH, _square, page_of, text_page

from dau.document.page import Image, Page
from dau.scan import ScanSettings, clean
from dau.scan.converging import convergence, made_parallel
from dau.scan.edges import cut_edges
from dau.scan.perspective import sheets
from dau.scan.spread import gutter
from dau.training.geometry import Shown, cropped, on_bed, photographed, spread, turned


@pytest.fixture(scope="module")
def printed() -> Shown:
    return Shown(text_page(), DPI)


def marked(image: Image, x: int, y: int) -> Image:
    """The page with a square to find again, with white around it."""
    out = image.copy()
    out[y - 14 : y + 54, x - 14 : x + 54] = 255
    out[y : y + 40, x : x + 40] = 0
    return out


def centre(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


# ------------------------------------------------------------------------ sheets


@pytest.mark.parametrize(
    "how",
    [
        {"back": 0.0}, {"back": 0.12}, {"back": 0.04, "side": 0.1, "lean": 5.0},
        {"back": 0.25, "side": 0.08, "lean": 8.0, "dim": 0.4}, {"back": 0.1, "side": 0.05, "desk": 165},
    ],
    ids=["from above", "far edge", "side", "strong", "light desk"],
)  # fmt: skip
@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
def test_a_photographed_page_is_made_a_rectangle(printed: Shown, how: dict[str, float], colour: bool) -> None:
    image = np.dstack([printed.image] * 3) if colour else printed.image
    photo = photographed(Shown(image, DPI), printed, **how)  # type: ignore[arg-type]
    found = sheets(photo.image)
    assert len(found) == 1
    height, width = found[0].image.shape[:2]
    assert height / width == pytest.approx(HEIGHT / WIDTH, rel=0.02)


TILTED = {"back": 0.15, "side": 0.08, "lean": 4.0, "dim": 0.0, "desk": 150}


@pytest.mark.parametrize(("x", "y"), [(300, 420), (900, 420), (620, 900), (300, 1300), (900, 1300)])
def test_boxes_on_a_rectified_page_point_at_their_place_on_the_photograph(printed: Shown, x: int, y: int) -> None:
    photo = photographed(Shown(marked(printed.image, x, y), DPI), printed, **TILTED)  # type: ignore[arg-type]
    cleaned = clean(page_of(photo.image), ScanSettings())
    points = cleaned.box_in_points(*_square(cleaned.readable))
    assert not cleaned.as_displayed
    there = centre(tuple(v * 72 / DPI for v in _square(photo.image)))  # type: ignore[arg-type]
    assert centre(points) == pytest.approx(there, abs=3)
    assert cleaned.box_in_points(*cleaned.box_in_pixels(points)) == pytest.approx(points, abs=4)


@pytest.mark.parametrize(
    "make",
    [lambda p, o: p, lambda p, o: on_bed(p, o, level=250), lambda p, o: Shown(np.full_like(p.image, 90), DPI)],
    ids=["a scan", "a white bed", "all dark"],
)
def test_what_is_no_sheet_on_a_desk_is_left_alone(printed: Shown, make: Callable[[Shown, Shown], Shown]) -> None:
    assert sheets(make(printed, printed).image) == []


def test_a_page_between_dark_bands_is_cut_out_at_most(printed: Shown) -> None:
    image = printed.image.copy()
    image[:, :40] = image[:30] = 20
    assert all(sheet.onto.shape == (2, 3) for sheet in sheets(image))


def test_a_page_on_a_black_bed_is_cut_out_and_not_drawn_anew(printed: Shown) -> None:
    found = sheets(on_bed(printed, printed, level=20).image)
    assert len(found) == 1 and found[0].onto.shape == (2, 3)
    assert found[0].image.shape == pytest.approx(printed.image.shape, abs=6)


def test_two_sheets_on_a_dark_bed_are_two_parts(printed: Shown) -> None:
    both = spread(printed, printed, gap=60)
    bed = np.full((both.image.shape[0] + 200, both.image.shape[1] + 200), 25, np.uint8)
    bed[100:-100, 100:-100] = both.image
    assert len(clean(page_of(bed), ScanSettings()).parts) == 2


# --------------------------------------------------------------------------- rows

GREY_PAPER = 180
"""The desk is as light as the paper: no edge of the sheet can be seen."""


def on_a_desk_of_its_grey(image: Image, **how: float) -> Image:
    grey = np.asarray(image * (GREY_PAPER / 255), dtype=np.uint8)
    return photographed(Shown(grey, DPI), Shown(grey, DPI), desk=round(0.92 * GREY_PAPER), **how).image


@pytest.mark.parametrize(
    "how",
    [{"back": 0.1, "side": 0.06}, {"back": 0.1, "side": -0.06}, {"side": 0.1, "lean": 4.0, "dim": 0.1},
     {"back": 0.2, "side": 0.12, "lean": -3.0}],
    ids=str,
)  # fmt: skip
def test_a_photograph_without_an_edge_of_paper_is_made_straight_by_its_rows(
    printed: Shown, how: dict[str, float]
) -> None:
    photo = on_a_desk_of_its_grey(printed.image, **how)
    assert sheets(photo) == []
    cleaned = clean(page_of(photo), ScanSettings())
    assert not cleaned.as_displayed and convergence(cleaned.readable) is None
    rows = np.flatnonzero((cleaned.readable[:, 200:-200] < 120).sum(axis=1) == 0)
    assert (np.diff(rows) > 10).sum() >= 28  # between thirty lines there are bare rows, from side to side


@pytest.mark.parametrize(("x", "y"), [(300, 420), (900, 420), (620, 900), (300, 1300), (900, 1300)])
def test_boxes_on_a_page_made_straight_by_its_rows_point_at_their_place(printed: Shown, x: int, y: int) -> None:
    photo = on_a_desk_of_its_grey(marked(printed.image, x, y), back=0.1, side=0.08, dim=0.0)
    cleaned = clean(page_of(photo), ScanSettings())
    points = cleaned.box_in_points(*_square(cleaned.readable))
    there = centre(tuple(v * 72 / DPI for v in _square(photo)))  # type: ignore[arg-type]
    assert centre(points) == pytest.approx(there, abs=3)


@pytest.mark.parametrize(
    "image",
    [text_page(), text_page(3), turned(Shown(text_page(), DPI), Shown(text_page(), DPI), degrees=3.0).image,
     np.full((HEIGHT, WIDTH), 255, np.uint8), np.full((60, 40), 30, np.uint8),
     np.random.default_rng(1).integers(0, 256, (900, 700)).astype(np.uint8)],
    ids=["a page", "three lines", "leaning", "bare", "tiny", "noise"],
)  # fmt: skip
def test_rows_that_are_parallel_do_not_converge(image: Image) -> None:
    assert convergence(image) is None


@settings(max_examples=8, deadline=None)
@given(change=st.floats(min_value=0.05, max_value=0.14), sign=st.sampled_from([-1, 1]))
def test_how_much_rows_converge_is_measured(change: float, sign: int) -> None:
    page = text_page()
    matrix, size = made_parallel(HEIGHT, WIDTH, 0.0, sign * change)
    seen = cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_CUBIC, borderValue=255)
    found = convergence(np.asarray(seen, dtype=np.uint8))
    assert found is not None and found[1] == pytest.approx(-sign * change, abs=0.015)


def test_a_shadow_that_makes_parallel_rows_converge_is_no_desk(printed: Shown) -> None:
    shadow = np.ones((HEIGHT, WIDTH))
    for y in range(HEIGHT):  # along the spine and at the foot, as where a bound page lifts off the glass
        shadow[y, : 20 + y * 90 // HEIGHT] = 0.55
    for x in range(WIDTH):
        shadow[HEIGHT - 110 + x * 90 // WIDTH :, x] = 0.55
    image = np.asarray(printed.image * shadow, dtype=np.uint8)
    assert len(sheets(image)) == 1
    cleaned = clean(page_of(image), ScanSettings())
    assert cleaned.as_displayed and cleaned.readable.shape == image.shape


# ----------------------------------------------------------------------- spreads


@pytest.mark.parametrize("how", [{}, {"shadow": 0.7}, {"gap": 40}, {"gap": 12}], ids=str)
def test_two_pages_on_one_image_are_parts_left_before_right(printed: Shown, how: dict[str, float]) -> None:
    left, right = Shown(marked(printed.image, 300, 700), DPI), Shown(marked(text_page(22), 800, 400), DPI)
    both = spread(left, right, **how)  # type: ignore[arg-type]
    cleaned = clean(page_of(both.image), ScanSettings())
    assert len(cleaned.parts) == 2
    offset = WIDTH + how.get("gap", 0)
    for part, (x, y) in zip(cleaned.parts, ((320, 720), (820 + offset, 420)), strict=True):
        assert part.number == cleaned.number and not part.parts
        assert centre(part.box_in_points(*_square(part.readable))) == pytest.approx(
            (x * 72 / DPI, y * 72 / DPI), abs=2.5
        )


def test_a_spread_on_its_side_is_turned_first(printed: Shown) -> None:
    pytest.importorskip("trueocr")
    cleaned = clean(page_of(spread(printed, printed, shadow=0.4, turns=1).image), ScanSettings())
    assert cleaned.rotation == 90 and len(cleaned.parts) == 2


def _landscape(gap: int) -> Image:
    """A landscape table: columns with a gap between, rules across."""
    page = text_page()[:, :WIDTH]
    sheet = np.full((WIDTH, HEIGHT), 255, np.uint8)
    sheet[:, : HEIGHT // 2 - gap] = page[:WIDTH, 150 : 150 + HEIGHT // 2 - gap]
    sheet[:, HEIGHT // 2 + gap :] = page[:WIDTH, 150 : 150 + HEIGHT // 2 - gap]
    for y in range(190, 1200, 90):
        sheet[y : y + 3, 60:-60] = 0
    return sheet


@pytest.mark.parametrize(
    "image",
    [text_page(), _landscape(60), np.full((WIDTH, HEIGHT), 255, np.uint8),
     np.hstack([text_page(), np.full((HEIGHT, WIDTH), 255, np.uint8)])],
    ids=["portrait", "table across", "bare", "one half empty"],
)  # fmt: skip
def test_one_page_is_not_cut_in_two(image: Image) -> None:
    assert gutter(image) is None


# ------------------------------------------------------------------- far from level


@pytest.mark.parametrize("degrees", [-35, -22, -14, 12, 18, 30])
def test_a_page_thrown_on_the_glass_is_made_level_and_keeps_its_corners(printed: Shown, degrees: float) -> None:
    image = marked(printed.image, 120, 90)
    lying = turned(Shown(image, DPI), printed, degrees=degrees)
    cleaned = clean(page_of(lying.image), ScanSettings())
    assert cleaned.skew == pytest.approx(-degrees, abs=0.2)
    x0, y0, x1, y1 = _square(cleaned.readable)
    assert (x1 - x0, y1 - y0) == pytest.approx((40, 40), abs=4)


# ------------------------------------------------------------------------- edges


def _dirt(page: Page | Image) -> Image:
    image = np.asarray(page).copy()
    rng = np.random.default_rng(4)
    for y in rng.integers(0, HEIGHT - 12, 300):
        image[y : y + rng.integers(2, 10), : rng.integers(1, 14)] = 0
    return image


def _rules(image: Image) -> Image:
    """A table that leans and runs out of the image."""
    out = image.copy()
    for y in range(100, HEIGHT - 200, 50):
        for x in range(WIDTH):
            out[y + x // 20 : y + x // 20 + 2, x] = 0
    return out


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda p: p.image, ()),
        (lambda p: cropped(p, p, left=0.18).image, ("cut_left",)),
        (lambda p: cropped(p, p, right=0.25).image, ("cut_right",)),
        (lambda p: p.image[212:], ("cut_top",)),
        (lambda p: p.image[: 200 + 45 * 20 + 16], ("cut_bottom",)),
        (lambda p: p.image[: 200 + 45 * 20 - 4], ("cut_bottom",)),
        (lambda p: text_page(13)[: HEIGHT // 2], ()),
        (lambda p: cropped(p, p, left=0.18, right=0.25).image, ("cut_left", "cut_right")),
        (lambda p: cropped(p, p, left=0.1, right=0.02, top=0.08).image, ()),  # only margins are missing
        (lambda p: _dirt(p.image), ()),
        (lambda p: _rules(p.image), ()),
        (lambda p: np.where(np.arange(WIDTH)[None, :] < 12, 0, p.image).astype(np.uint8), ()),
    ],
    ids=["whole", "left", "right", "top", "bottom", "bottom, between rows", "a half sheet", "both sides", "tight",
         "dirt along the edge", "rules", "band"],
)
def test_text_that_runs_into_an_edge_is_told(
    printed: Shown, make: Callable[[Shown], Image], found: tuple[str, ...]
) -> None:
    assert cut_edges(np.ascontiguousarray(make(printed)), DPI) == found


def test_a_cut_page_carries_its_flag(printed: Shown) -> None:
    assert clean(page_of(cropped(printed, printed, left=0.18).image), ScanSettings()).rescan == ("cut_left",)
    assert clean(page_of(printed.image), ScanSettings()).rescan == ()
