"""Frames of stamps, and what is none."""

from __future__ import annotations

import cv2
import pytest

from dau.document.page import Image
from dau.ocr.frames import stamp_frames

from .conftest import DPI, LINES, printed


@pytest.fixture
def sheet() -> Image:
    return printed(LINES * 8).image.copy()


@pytest.mark.parametrize("gap", [0, 60])
def test_a_boxed_stamp_is_found_even_with_a_broken_side(sheet: Image, gap: int) -> None:
    cv2.rectangle(sheet, (900, 60), (1330, 220), 0, 4)  # 55 × 20 mm
    sheet[50:75, 1000 : 1000 + gap] = 255
    assert stamp_frames(sheet, DPI) == [pytest.approx((898, 58, 1334, 224), abs=8)]


def test_a_stamp_set_down_aslant_is_found_though_its_sides_are_half_there(sheet: Image) -> None:
    cv2.rectangle(sheet, (900, 60), (1330, 220), 0, 4)
    sheet[50:115, 890:1040] = 255
    assert stamp_frames(sheet, DPI) == [pytest.approx((898, 58, 1334, 224), abs=8)]


def test_a_table_is_no_stamp(sheet: Image) -> None:
    for y in range(400, 1801, 250):
        cv2.line(sheet, (200, y), (1500, y), 0, 4)
    for x in (200, 550, 1500):
        cv2.line(sheet, (x, 400), (x, 1650), 0, 4)
    assert stamp_frames(sheet, DPI) == []


def test_lines_of_text_and_rules_are_no_stamp(sheet: Image) -> None:
    cv2.line(sheet, (300, 250), (600, 250), 0, 3)
    assert stamp_frames(sheet, DPI) == []
