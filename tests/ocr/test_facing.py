"""Pages on which hardly anything is to be seen: print is read, the other side is none, and no row goes untold."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from dau.document.page import Page
from dau.ocr import OcrSettings, Reader, Reading
from dau.ocr.facing import Facing, facing, held
from dau.ocr.trueocr import TrueOcr
from dau.reading import transcript_page
from dau.scan import ScanSettings, clean
from dau.training.geometry import Shown, ghost, turned
from dau.training.mishaps import faded
from dau.training.scores import syllable_accuracy

from .conftest import LINES, printed

TEXT = LINES * 5


@pytest.fixture(scope="module")
def reader() -> Reader:
    pytest.importorskip("trueocr")
    return Reader(OcrSettings())


@pytest.fixture(scope="module")
def finder() -> TrueOcr:
    pytest.importorskip("trueocr")
    return TrueOcr()


def read(reader: Reader, page: Page, shown: Shown) -> tuple[Page, Reading]:
    seen = clean(replace(page, image=shown.image), ScanSettings())
    return seen, reader.read(seen)


def shown_of(page: Page) -> Shown:
    return Shown(page.image, page.dpi)


def text_of(reading: Reading) -> str:
    return "\n".join(line.raw for line in reading.lines)


@pytest.mark.parametrize("way", [Facing(False, 0), Facing(False, 1), Facing(True, 0), Facing(True, 2)])
def test_a_page_is_held_so_that_it_can_be_read(finder: TrueOcr, way: Facing) -> None:
    page = printed(TEXT)
    other = page.turned(-way.turns % 4)
    other = other.in_mirror() if way.mirrored else other
    assert np.array_equal(held(other, way).readable, page.readable)
    assert facing(other, finder) == way


@pytest.mark.parametrize("image", ["blank", "strokes", "a word"])
def test_what_is_no_text_faces_no_way(finder: TrueOcr, image: str) -> None:
    page = {"blank": printed(()), "strokes": strokes(0), "a word": printed(("Quyết định",))}[image]
    assert facing(page, finder) is None


def strokes(paper: int) -> Page:
    """Rows of marks as large as letters, which are none; `paper` is by how much they are lighter than black."""
    page = printed(())
    rng = np.random.default_rng(8)
    image = page.image.copy()
    for y in range(300, 1500, 70):
        for x in range(200, 1400, 24):
            ends = rng.integers(0, 20, (4, 2)) + np.array([x, y])
            cv2.polylines(image, [ends.astype(np.int32)], False, paper, 2)
    return replace(page, image=image)


@pytest.mark.parametrize("turns", [0, 2])
@pytest.mark.parametrize("contrast", [0.15, 0.06])
def test_print_hardly_to_be_seen_is_read(reader: Reader, contrast: float, turns: int) -> None:
    page = printed(TEXT)
    shown = turned(faded(shown_of(page), shown_of(page), contrast), shown_of(page), turns=turns)
    seen, reading = read(reader, page, shown)
    assert seen.faint
    assert syllable_accuracy(text_of(reading), "\n".join(TEXT)) > 0.95
    assert transcript_page(seen, reading).text_source == "ocr" and reading.rescan == ("doubtful",)
    x0, y0, x1, y1 = reading.lines[0].bbox or (0.0, 0.0, 0.0, 0.0)
    place = (72, 110, 488, 124) if turns == 0 else (595 - 488, 842 - 124, 595 - 72, 842 - 110)
    assert (x0, y0, x1, y1) == pytest.approx(place, abs=9)


@pytest.mark.parametrize("strength", [0.05, 0.15])
def test_a_faint_other_side_leaves_a_page_blank_without_a_word(reader: Reader, strength: float) -> None:
    page = printed(TEXT)
    seen, reading = read(reader, page, ghost(shown_of(page), shown_of(page), strength, blank=True))
    told = transcript_page(seen, reading)
    assert seen.faint and told.text_source == "blank" and told.lines == () and told.rescan == ()


@pytest.mark.parametrize("strength", [0.3, 0.5])
def test_a_page_with_nothing_but_the_other_side_is_blank_and_flagged(reader: Reader, strength: float) -> None:
    page = printed(TEXT)
    seen, reading = read(reader, page, ghost(shown_of(page), shown_of(page), strength, blank=True))
    told = transcript_page(seen, reading)
    assert told.text_source == "blank" and told.lines == () and told.rescan == ("show_through",)
    assert {overlay.kind for overlay in told.overlays} == {"ghost"}


def test_faint_rows_that_cannot_be_read_are_told(reader: Reader) -> None:
    page = strokes(225)
    seen, reading = read(reader, page, shown_of(page))
    told = transcript_page(seen, reading)
    assert seen.faint and told.text_source == "ocr" and told.lines == () and told.rescan == ("illegible",)


@pytest.mark.parametrize("mirrored", [False, True])
def test_beside_a_few_dark_words_faint_print_is_read_and_the_other_side_is_not(reader: Reader, mirrored: bool) -> None:
    page, dark = printed(("", "", *TEXT)), printed(LINES[:1])
    other = shown_of(page)
    light = ghost(other, other, 0.1, blank=True) if mirrored else faded(other, other, 0.1)
    both = Shown(np.minimum(light.image, dark.image), page.dpi)
    seen, reading = read(reader, page, both)
    assert not seen.blank and seen.darkened is not None
    expected = "\n".join(LINES[:1] if mirrored else (LINES[0], *TEXT))
    assert syllable_accuracy(text_of(reading), expected) > 0.95
    assert syllable_accuracy(expected, text_of(reading)) > 0.95
    assert reading.rescan == (("show_through",) if mirrored else ("doubtful",))
