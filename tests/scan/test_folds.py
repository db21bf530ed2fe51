"""A corner folded over is told where it hides text, and nothing else is taken for one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scan.test_clean import DPI, page_of, text_page

import dau.scan as scan
from dau.document.page import Image
from dau.scan import ScanSettings, clean
from dau.scan.folds import has_folded_corner
from dau.training.geometry import Shown, cropped, curved, on_bed, photographed, turned
from dau.training.mishaps import dog_eared, in_shadow, lid_open, with_finger


@pytest.fixture(scope="module")
def printed() -> Shown:
    return Shown(text_page(34, top=120), DPI)


def folded(page: Shown, side: float = 60.0, under: int = 25) -> Image:
    return dog_eared(page, page, side, under).image


@pytest.mark.parametrize("flip", [(1, 1), (1, -1), (-1, 1), (-1, -1)])
@pytest.mark.parametrize(("side", "under"), [(60.0, 25), (60.0, 90), (80.0, 25)])
def test_a_corner_folded_into_the_text_is_found(
    printed: Shown, side: float, under: int, flip: tuple[int, int]
) -> None:
    image = np.ascontiguousarray(folded(printed, side, under)[:: flip[0], :: flip[1]])
    assert has_folded_corner(image, image, DPI)


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("turns", [0, 1])
def test_a_page_with_a_folded_corner_is_flagged(printed: Shown, turns: int, colour: bool) -> None:
    image = np.ascontiguousarray(np.rot90(folded(printed), turns))
    shown = np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8) if colour else image
    assert "unread" in clean(page_of(shown), ScanSettings()).rescan


NOT_FOLDED: dict[str, Callable[[Shown], Image]] = {
    "as it is": lambda page: page.image,
    "in the margin": partial(folded, side=12.0),
    "short of the text": lambda page: folded(Shown(text_page(20, top=700), DPI), side=40.0),
    "an empty page": lambda page: folded(Shown(np.full_like(page.image, 250), DPI)),
    "leaning on a black bed": lambda page: turned_on_black(page.image, 6.0),
    "leaning more": lambda page: turned_on_black(page.image, 18.0),
    "black bed": lambda page: on_bed(page, page, 20).image,
    "photograph": lambda page: photographed(page, page, back=0.12, side=0.06, lean=5.0).image,
    "lid open": lambda page: lid_open(page, page).image,
    "shadow": lambda page: in_shadow(page, page, 0.75, edge=1.0, lean=1.0).image,
    "finger": lambda page: with_finger(page, page, 60.0, at=0.02).image,
    "dark spine": lambda page: curved(page, page, 0.08).image,
    "cut": lambda page: cropped(page, page, right=0.15).image,
    "a dark square": lambda page: squared(page.image),
    "all dark": lambda page: np.zeros_like(page.image),
}


def turned_on_black(image: Image, degrees: float) -> Image:
    """Turned as a negative, so that what comes in beside the page is black."""
    leaning = turned(Shown(np.asarray(255 - image, np.uint8), DPI), Shown(image, DPI), degrees=degrees).image
    return np.asarray(255 - leaning, np.uint8)


def squared(image: Image) -> Image:
    out = image.copy()
    out[:350, -350:] = 20
    return out


@pytest.mark.parametrize("kind", NOT_FOLDED)
def test_what_hides_no_text_or_is_no_corner_is_none(printed: Shown, kind: str) -> None:
    image = NOT_FOLDED[kind](printed)
    grey = image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    assert not has_folded_corner(image, grey, DPI)


def test_transcribed_pages_have_no_folded_corner(shared: Path) -> None:
    folder = shared / "scans" / "gold"
    for path in sorted(folder.glob("*.png")):
        with scan.open(path, ScanSettings()) as source:
            image = source.page(1).image
        grey = image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
        assert not has_folded_corner(image, grey, 200.0), path.name


@settings(max_examples=25, deadline=None)
@given(
    height=st.integers(1, 500), width=st.integers(1, 500), dpi=st.floats(10, 600), seed=st.integers(0, 2**32 - 1)
)
def test_any_image_can_be_looked_at(height: int, width: int, dpi: float, seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    has_folded_corner(image, image, dpi)
    assert not has_folded_corner(np.full((height, width), 255, np.uint8), image, dpi)
