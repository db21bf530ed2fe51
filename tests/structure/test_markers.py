"""Numbering: what a line begins with, and misread Romans."""

from __future__ import annotations

import pytest

from dau.document.transcript import Change, Line, Transcript, TranscriptPage, Word
from dau.structure.facts.markers import POINT_ALPHABET, markers, read_roman, roman, roman_value
from dau.structure.layout.lines import read_lines
from dau.structure.numbering.readings import readings


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("Điều 1. Ban hành kèm theo", "article", 1),
        ("Picu 1. Ban hanh kém theo", "article", 1),
        ("Piéu 2. Quyét dinh nay", "article", 2),
        ("Điều 12: Tổ chức thực hiện", "article", 12),
        ("Phần thứ nhất", "part", 1),
        ("Chương II", "chapter", 2),
        ("Chương III NHỮNG QUY ĐỊNH CHUNG", "chapter", 3),
        ("Mục 2. TRÌNH TỰ", "section", 2),
        ("Tiểu mục 1", "subsection", 1),
        ("I. MỤC ĐÍCH", "roman", 1),
        ("IV. GIẢI PHÁP", "roman", 4),
        ("Il. CHU PE, POI TUQNG", "roman", 2),
        ("I11. NOI DUNG", "roman", 3),
        ("IL. Một số nhiệm vụ", "roman", 2),
        ("L. Hoàn thành", "roman", 1),
        ("V.TO CHUC THUC HIEN", "roman", 5),
        ("1. Sở Y tế", "arabic", 1),
        ("11.Tổ chức", "arabic", 11),
        ("3) Công an tỉnh", "arabic", 3),
        ("2.1. Phát hiện", "decimal", 1),
        ("1.4 Các tổ chức", "decimal", 4),
        ("a) Sở Tài chính", "letter", 1),
        ("đ) Phối hợp", "letter", 5),
        ("¢) Bằng khen", "letter", 3),
        ("’ b) Tiêu chuẩn", "letter", 2),
        ("- Chủ trì", "dash", None),
        ("+ Phối hợp", "plus", None),
    ],
)
def test_reading(text: str, style: str, value: int | None) -> None:
    first = markers(text)[0]
    assert first.style == style
    if value is not None:
        assert first.values[0] == value


@pytest.mark.parametrize(
    "text",
    [
        "19, thông tin", "2021 - 2025, “Cả nước", "5G với các thiết bị", "73/CT-BTTTT ngày 25/10/2021",
        "điều 5. khoản 2",
        "1.846 tổ chức", "“Điều 1. Phạm vi", "Mục tiêu chung", "V/v triển khai", "-------", "", "Phần thứ yếu",
    ],
)  # fmt: skip
def test_no_marker(text: str) -> None:
    assert markers(text) == ()


def test_text_behind_the_marker() -> None:
    text = "2.1. Phát hiện kịp thời"
    assert text[markers(text)[0].end :] == "Phát hiện kịp thời"


def test_d_may_be_d_with_stroke() -> None:
    assert [POINT_ALPHABET[v - 1] for v in markers("d) Phối hợp")[0].values] == ["d", "đ"]


@pytest.mark.parametrize(
    ("raw", "restored", "style", "rest"),
    [
        ("a) Hinh thirc", "là) Hình thức", "letter", "Hình thức"),
        ("V.TO CHUC", "Về.TỔ CHỨC", "roman", "TỔ CHỨC"),
        ("1. Muc dich", "1. Mục đích", "arabic", "Mục đích"),
    ],
)
def test_a_marker_that_restoring_made_a_word(raw: str, restored: str, style: str, rest: str) -> None:
    words = tuple(Word(raw=a, restored=b) for a, b in zip(raw.split(), restored.split(), strict=True))
    change = Change(raw_start=0, raw_end=1, start=0, end=2, raw="a", restored="là", reason="confusion", score=0.9)
    line = Line(id="p0001-l0001", words=words, changes=(change,))
    page = TranscriptPage(number=1, text_source="ocr", lines=(line,))
    (text_line,) = read_lines(Transcript(pages=(page,)))
    found = next(m for m in readings(text_line) if m.style == style)
    assert text_line.text[found.end :] == rest


@pytest.mark.parametrize("value", range(1, 40))
def test_roman_there_and_back(value: int) -> None:
    assert roman_value(roman(value)) == value


@pytest.mark.parametrize(
    ("text", "value", "clean"),
    [
        ("III", 3, True),
        ("Il", 2, False),
        ("I11", 3, False),
        ("IIII", None, False),
        ("VX", None, False),
        ("", None, False),
    ],
)
def test_read_roman(text: str, value: int | None, clean: bool) -> None:
    assert read_roman(text)[0] == value
    assert value is None or read_roman(text)[1] == clean
