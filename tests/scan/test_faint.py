"""Print that is hardly to be seen is no blank page, and a blank page is one whatever dirt is on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scan.test_clean import DPI, HEIGHT, WIDTH, page_of, seal, text_page

import dau.scan as scan
from dau.document.page import Image
from dau.scan import ScanSettings, clean
from dau.scan.faint import made_dark
from dau.training.geometry import Shown, curved, photographed, turned
from dau.training.mishaps import compressed, crumpled, faded, in_shadow, lid_open, on_yellow, streaked, underexposed

PX = DPI / 25.4


@pytest.fixture(scope="module")
def printed() -> Shown:
    return Shown(text_page(), DPI)


def scanned(page: Shown, noise: float, quality: int) -> Shown:
    """Paper that is not quite white, with noise, as JPEG."""
    rng = np.random.default_rng(4)
    image = np.clip(page.image - 10.0 + rng.normal(0, noise, page.image.shape), 0, 255).astype(np.uint8)
    return compressed(Shown(image, page.dpi), page, quality)


@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize(("contrast", "noise"), [(0.15, 0.0), (0.1, 4.0), (0.05, 0.0), (0.05, 2.0)])
def test_print_hardly_to_be_seen_is_made_dark(printed: Shown, contrast: float, noise: float, turns: int) -> None:
    light = faded(printed, printed, contrast)
    shown = turned(scanned(light, noise, 70) if noise else light, printed, turns=turns)
    cleaned = clean(page_of(shown.image), ScanSettings())
    assert cleaned.faint and not cleaned.blank and cleaned.rotation == 90 * turns
    ink = printed.image < 128
    assert float((cleaned.readable[ink] < 128).mean()) > 0.6
    assert float((cleaned.readable[cv2.erode(printed.image, np.ones((5, 5))) > 250] < 200).mean()) < 0.01


def test_a_few_faint_rows_are_enough_and_what_is_dark_beside_them_does_not_hide_them() -> None:
    page = faded(Shown(text_page(2), DPI), Shown(text_page(2), DPI), 0.1).image
    cv2.circle(page, (80, 800), 22, 30, -1)  # punch holes
    cv2.circle(page, (80, 1270), 22, 30, -1)
    assert clean(page_of(page), ScanSettings()).faint
    page[1700:1716, 612:628] = 20  # a page number: three marks are no blank page
    cleaned = clean(page_of(page), ScanSettings())
    assert not cleaned.blank and not cleaned.faint
    assert cleaned.darkened is not None and float((cleaned.darkened.readable[200:280] < 128).mean()) > 0.05


@pytest.mark.parametrize("contrast", [1.0, 0.5, 0.2])
def test_print_that_can_be_seen_is_not_called_faint(printed: Shown, contrast: float) -> None:
    cleaned = clean(page_of(faded(printed, printed, contrast).image), ScanSettings())
    assert not cleaned.faint and not cleaned.blank and cleaned.darkened is None


# ------------------------------------------------------------------- blank pages


def paper(level: int = 248, noise: float = 3.0) -> Image:
    rng = np.random.default_rng(2)
    return np.clip(level + rng.normal(0, noise, (HEIGHT, WIDTH)), 0, 255).astype(np.uint8)


def punched(image: Image) -> Image:
    for y in (640, 1110):
        cv2.circle(image, (70, y), 18, 40, -1, cv2.LINE_AA)
    return image


def stapled(image: Image) -> Image:
    cv2.line(image, (48, 48), (108, 78), 70, 4)
    for x, y in ((48, 48), (108, 78)):
        cv2.circle(image, (x, y), 4, 30, -1)
    return image


def dusty(image: Image, count: int = 600, darkest: int = 140, largest: float = 0.5) -> Image:
    rng = np.random.default_rng(6)
    for _ in range(count):
        at = int(rng.integers(0, WIDTH)), int(rng.integers(0, HEIGHT))
        size = max(1, int(rng.uniform(0.05, largest) * PX)), max(1, int(rng.uniform(0.05, largest) * PX))
        cv2.ellipse(image, at, size, float(rng.uniform(0, 180)), 0, 360, int(rng.uniform(darkest, 245)), -1)
    return image


def ruled(image: Image, both: bool = False) -> Image:
    image[120::47] = 215
    if both:
        image[:, 30::47] = 215
    return image


def fibrous(image: Image) -> Image:
    grain = cv2.GaussianBlur(np.random.default_rng(3).normal(0, 1, image.shape), (0, 0), 0.3 * PX)
    return np.asarray(np.clip(image + 6 * grain / grain.std(), 0, 255), np.uint8)


def shaded(image: Image) -> Image:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    light = 1 - 0.25 * np.exp(-20 * x / WIDTH) - 0.15 * np.exp(-33 * y / HEIGHT) - 0.1 * np.sin(9 * x / WIDTH) ** 8
    return np.asarray(image * light, np.uint8)


def sealed(image: Image) -> Image:
    """The seal of the other side, which shows through alone."""
    return seal(np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8), (500, 900), (205, 205, 235))


def seen(make: Callable[..., Shown], **how: float) -> Callable[[Image], Image]:
    return lambda image: make(Shown(image, DPI), Shown(image, DPI), **how).image


BLANK: dict[str, Callable[[Image], Image]] = {
    "bare": lambda image: image, "white": lambda image: np.full_like(image, 255), "punched": punched,
    "stapled": stapled, "dusty": dusty, "dirty": partial(dusty, count=3000, darkest=225, largest=0.8), "ruled": ruled,
    "squared": partial(ruled, both=True), "fibrous": fibrous, "shaded": shaded, "yellow": seen(on_yellow),
    "sealed": sealed, "JPEG": seen(compressed, quality=15), "creased": seen(crumpled), "streaks": seen(streaked),
    "shadow": seen(in_shadow, depth=0.5), "photograph": seen(photographed, back=0.1),
    "photograph in the dark": seen(underexposed), "lid open": seen(lid_open), "curved": seen(curved, lift=0.04),
}  # fmt: skip


@pytest.mark.parametrize("kind", BLANK)
def test_a_blank_page_stays_blank(kind: str) -> None:
    cleaned = clean(page_of(BLANK[kind](paper())), ScanSettings())
    assert cleaned.blank and not cleaned.faint and cleaned.rescan == ()


@pytest.mark.parametrize(
    ("name", "number"),
    [("007_qngai_ct11_2024.pdf", 4), ("011_qngai_ttr22_2025.pdf", 2), ("015_qngai_ttr24_2025.pdf", 2),
     ("023_qngai_cv574_2025.pdf", 2), ("026_qngai_qd84_2025.pdf", 4), ("068_ttlt13_2014.pdf", 41)],
)  # fmt: skip
def test_backs_of_scanned_pages_are_blank(shared: Path, name: str, number: int) -> None:
    """Seals of the other side shine through, and on the last one a table does, by 3 %."""
    with scan.open(shared / "scans" / "real" / name, ScanSettings()) as source:
        cleaned = clean(source.page(number), ScanSettings())
    assert cleaned.blank and not cleaned.faint and cleaned.rescan == ()


@settings(max_examples=25, deadline=None)
@given(
    height=st.integers(1, 400), width=st.integers(1, 400), dpi=st.floats(40, 600), low=st.integers(0, 255),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_image_keeps_its_shape_or_has_nothing_faint(
    height: int, width: int, dpi: float, low: int, seed: int
) -> None:
    image = np.random.default_rng(seed).integers(low, 256, (height, width)).astype(np.uint8)
    kept = image.copy()
    dark = made_dark(image, dpi)
    assert dark is None or (dark.shape == image.shape and dark.dtype == np.uint8)
    assert (image == kept).all()
