"""Cleaning: pages come out upright, straight, white, and boxes still point at the page as displayed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from dau.document.errors import DependencyError
from dau.document.page import Image, Page
from dau.scan import ScanSettings, clean
from dau.scan.blank import is_blank
from dau.scan.clean_image import is_bilevel, white_paper, without_bands, without_specks
from dau.scan.deskew import estimate_skew, straighten
from dau.scan.orientation import quarter_turns
from dau.scan.overlays import coloured_marks, ring_seals
from dau.training.simulate.fonts import font_path

DPI = 150.0
WIDTH, HEIGHT = 1240, 1754  # A4
SENTENCE = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;"


def text_page(lines: int = 30, top: int = 200) -> Image:
    """A page of printed lines with a few short ones, as text has them."""
    try:
        path = font_path("regular")
    except DependencyError as error:
        pytest.skip(str(error))
    sheet = PillowImage.new("L", (WIDTH, HEIGHT), 255)
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(path), 28)
    for n in range(lines):
        draw.text((150, top + 45 * n), SENTENCE[: 40 if n % 5 == 4 else None], font=font, fill=0)
    return np.array(sheet, dtype=np.uint8)


def page_of(image: Image) -> Page:
    height, width = image.shape[:2]
    points = 72 / DPI
    return Page(
        number=1, image=image, width=width * points, height=height * points, dpi=DPI,
        to_points=np.array([[points, 0, 0], [0, points, 0]], dtype=np.float64),
    )


@pytest.fixture(scope="module")
def printed() -> Image:
    return text_page()


@settings(max_examples=12, deadline=None)
@given(degrees=st.floats(min_value=-8, max_value=8))
def test_skew_is_found_whatever_it_is(degrees: float) -> None:
    leaning = straighten(text_page(), -degrees)
    assert estimate_skew(leaning) == pytest.approx(degrees, abs=0.2)


def test_a_straight_page_and_a_bare_one_have_no_skew(printed: Image) -> None:
    assert estimate_skew(printed) == 0.0
    assert estimate_skew(np.full((1000, 700), 255, np.uint8)) == 0.0


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_quarter_turns_are_found_and_undone(printed: Image, turns: int) -> None:
    pytest.importorskip("trueocr")
    turned = np.ascontiguousarray(np.rot90(printed, turns))
    assert quarter_turns(turned) == turns
    cleaned = clean(page_of(turned), ScanSettings())
    assert cleaned.rotation == 90 * turns
    assert cleaned.readable.shape == printed.shape
    assert np.mean(np.abs(cleaned.readable.astype(int) - printed) > 100) < 0.01


@settings(max_examples=8, deadline=None)
@given(
    turns=st.integers(0, 3), degrees=st.floats(-2, 2), x=st.integers(300, 900), y=st.integers(300, 1300)
)
def test_a_box_on_the_cleaned_page_points_at_its_place_on_the_page(turns: int, degrees: float, x: int, y: int) -> None:
    pytest.importorskip("trueocr")
    image = text_page()
    image[y : y + 40, x : x + 40] = 0  # a mark to find again
    image[y - 12 : y, x - 12 : x + 52] = image[y + 40 : y + 52, x - 12 : x + 52] = 255
    image[y - 12 : y + 52, x - 12 : x] = image[y - 12 : y + 52, x + 40 : x + 52] = 255
    shown = np.ascontiguousarray(np.rot90(straighten(image, degrees), turns))
    cleaned = clean(page_of(shown), ScanSettings())
    found = _square(cleaned.readable)
    there = _square(shown)
    points = 72 / DPI
    assert cleaned.box_in_points(*found) == pytest.approx([v * points for v in there], abs=2.5)


def _square(image: Image) -> tuple[int, int, int, int]:
    """The box of the one solid square of about 40 pixels."""
    solid = cv2.morphologyEx((image < 128).astype(np.uint8), cv2.MORPH_OPEN, np.ones((30, 30), np.uint8))
    x, y, width, height = cv2.boundingRect(solid)
    return x, y, x + width, y + height


def test_uneven_light_becomes_white_paper_and_ink_stays(printed: Image) -> None:
    light = np.linspace(0.55, 1.0, WIDTH)[None, :]
    dim = (np.maximum(printed, 40) * light).astype(np.uint8)
    even = white_paper(dim, DPI)
    assert np.percentile(even[printed > 250], 5) > 235
    assert np.percentile(even[printed < 30], 95) < 110


def test_a_black_and_white_page_is_left_as_it_is(printed: Image) -> None:
    bilevel = np.where(printed < 128, 0, 255).astype(np.uint8)
    assert is_bilevel(bilevel) and not is_bilevel(cv2.GaussianBlur(printed, (9, 9), 0) // 2 + 60)
    assert white_paper(bilevel, DPI) is bilevel


@pytest.mark.parametrize(
    "band", [np.s_[:, :25], np.s_[:, -25:], np.s_[:25, :], np.s_[-25:, :]], ids=["left", "right", "top", "bottom"]
)
def test_dark_bands_at_an_edge_go_and_the_text_stays(printed: Image, band: tuple[slice, slice]) -> None:
    dark = printed.copy()
    dark[band] = 0
    cleaned = without_bands(dark, DPI)
    assert (cleaned[band] == 255).mean() > 0.98
    assert np.array_equal(cleaned[150:-150, 140:-140], printed[150:-150, 140:-140])


def test_dust_goes_but_no_dot_of_the_text(printed: Image) -> None:
    dusty = printed.copy()
    spots = [(60, 60), (100, 1100), (1700, 620), (1720, 90)]
    for y, x in spots:
        dusty[y : y + 2, x : x + 2] = 0
    cleaned = without_specks(dusty, DPI)
    assert all(cleaned[y, x] == 255 for y, x in spots)
    assert np.array_equal(cleaned[180:1600], printed[180:1600])


def seal(image: Image, centre: tuple[int, int], ink: tuple[int, int, int], radius: int = 105) -> Image:
    """A seal of 36 mm at 150 dpi: two rings, letters between them, a star."""
    out = image.copy()
    cv2.circle(out, centre, radius, ink, 5)
    cv2.circle(out, centre, radius - 32, ink, 2)
    for angle in np.arange(0, 2 * np.pi, 0.35):
        x, y = (round(c + (radius - 16) * f(angle)) for c, f in zip(centre, (np.cos, np.sin), strict=True))
        cv2.putText(out, "A", (x - 6, y + 6), cv2.FONT_HERSHEY_SIMPLEX, 0.5, ink, 2)
    cv2.drawMarker(out, centre, ink, cv2.MARKER_STAR, 50, 5)
    return out


def test_a_red_seal_is_lifted_off_the_text_under_it(printed: Image) -> None:
    colour = cv2.cvtColor(printed, cv2.COLOR_GRAY2BGR)
    stamped = seal(colour, (700, 700), (60, 50, 215))
    cleaned = clean(page_of(stamped), ScanSettings())
    assert [o.kind for o in cleaned.overlays] == ["seal"]
    box = cleaned.overlays[0].bbox
    assert box is not None
    assert box == pytest.approx([(700 - 107) * 0.48, (700 - 107) * 0.48, (700 + 107) * 0.48, (700 + 107) * 0.48], abs=4)
    part = np.s_[600:800, 600:800]
    assert np.mean(np.abs(cleaned.readable[part].astype(int) - printed[part]) > 90) < 0.02


def test_a_red_boxed_stamp_is_lifted_and_located(printed: Image) -> None:
    colour = cv2.cvtColor(printed, cv2.COLOR_GRAY2BGR)
    cv2.rectangle(colour, (300, 420), (620, 560), (60, 50, 215), 4)
    cv2.putText(colour, "DEN", (330, 510), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (60, 50, 215), 4)
    cleaned = clean(page_of(colour), ScanSettings())
    assert [o.kind for o in cleaned.overlays] == ["received_stamp"]
    assert np.mean(np.abs(cleaned.readable.astype(int) - printed)[400:580, 280:640] > 90) < 0.02


def test_red_letters_are_no_seal(printed: Image) -> None:
    colour = cv2.cvtColor(printed, cv2.COLOR_GRAY2BGR)
    colour[200:240][printed[200:240] < 128] = (40, 40, 200)  # the first line in red
    assert coloured_marks(colour, DPI) == []
    cleaned = clean(page_of(colour), ScanSettings())
    assert (cleaned.readable[200:240] < 150).mean() > 0.5 * (printed[200:240] < 150).mean()


def test_a_black_seal_is_found_by_its_ring_and_letters_are_none(printed: Image) -> None:
    assert ring_seals(printed, DPI) == []
    stamped = seal(printed, (640, 900), (0, 0, 0))
    marks = ring_seals(stamped, DPI)
    assert len(marks) == 1
    assert marks[0].box == pytest.approx((535, 795, 745, 1005), abs=8)


@pytest.mark.parametrize(
    ("name", "blank"),
    [("bare", True), ("dust", True), ("ghost", True), ("band", True), ("line", False), ("page", False)],
)
def test_blank_pages(printed: Image, name: str, blank: bool) -> None:
    bare = np.full((HEIGHT, WIDTH), 250, np.uint8)
    image = {
        "bare": bare,
        "dust": _with_dust(bare),
        "ghost": np.maximum(seal(bare, (500, 700), (215, 215, 215)), 215),
        "band": np.where(np.arange(WIDTH)[None, :] < 30, 20, bare).astype(np.uint8),
        "line": text_page(lines=1, top=800),
        "page": printed,
    }[name]
    assert clean(page_of(image), ScanSettings()).blank is blank


def _with_dust(image: Image) -> Image:
    out = image.copy()
    rng = np.random.default_rng(3)
    for y, x in rng.integers(50, 1150, (40, 2)):
        out[y : y + 2, x : x + 2] = 0
    return out


def test_the_verso_with_the_ghost_of_a_seal_is_blank(shared: Path) -> None:
    image = cv2.imread(str(shared / "scans" / "gold" / "extra" / "blank_verso_ghost_seal.png"))
    cleaned = clean(replace(page_of(image), dpi=300.0), ScanSettings())
    assert cleaned.blank


def test_cleaning_twice_gives_the_same_bytes(printed: Image) -> None:
    page = page_of(straighten(printed, 0.7))
    assert np.array_equal(clean(page, ScanSettings()).readable, clean(page, ScanSettings()).readable)


def test_a_page_with_a_text_layer_comes_back_as_it_is(printed: Image) -> None:
    page = replace(page_of(printed), text_layer=())
    assert clean(page, ScanSettings()) is page


def test_a_tiny_image_is_blank_and_does_not_fail() -> None:
    tiny = np.full((8, 6), 255, np.uint8)
    assert clean(page_of(tiny), ScanSettings()).blank
    assert is_blank(tiny, DPI)
