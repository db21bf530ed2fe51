"""Notes of electronic signatures are found, and only they."""

from __future__ import annotations

import pytest

from dau.scan.layout import PlacedWord
from dau.scan.notes import signature_notes


def block(x: float, y: float, lines: list[str], size: float) -> list[PlacedWord]:
    words = []
    for row, line in enumerate(lines):
        at = x
        for word in line.split():
            words.append(PlacedWord(word, (at, y + row * size, at + 0.5 * size * len(word), y + row * size + size)))
            at += 0.5 * size * len(word) + size / 3
    return words


BODY = block(85, 150, ["Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015"] * 10, 13)
NOTES = [
    ["Ký bởi: Ủy ban nhân dân tỉnh Quảng Ngãi", "Cơ quan: Tỉnh Quảng Ngãi", "Thời gian ký: 07/01/2025 10:09:57"],
    ["Người ký: Ủy ban", "nhân dân tỉnh Quảng", "Ngãi", "Thời gian ký:", "16.04.2020 07:37:07", "+07:00"],
    ["TRUNG TÂM CÔNG", "BÁO VÀ TIN HỌC", "ttcbth@quangngai.gov.vn", "24.01.2025 20:01:14", "+07:00"],
    ["Digitally signed by: Cục Thuế", "Date: 2026.04.08 17:35:00 +07:00"],
]


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("body", [[], BODY], ids=["alone", "above a body"])
def test_a_note_is_an_overlay_with_its_text(note: list[str], body: list[PlacedWord]) -> None:
    overlays, rest = signature_notes(block(440, 20, note, 6) + body)
    assert [(o.kind, o.text) for o in overlays] == [("signature_note", "\n".join(note))]
    assert overlays[0].bbox is not None and overlays[0].bbox[:2] == (440, 20)
    assert rest == body


def test_two_notes_side_by_side_are_two() -> None:
    overlays, rest = signature_notes(block(100, 20, NOTES[0], 6) + block(440, 20, NOTES[2], 6) + BODY)
    assert [o.text for o in overlays] == ["\n".join(NOTES[0]), "\n".join(NOTES[2])]
    assert rest == BODY


@pytest.mark.parametrize(
    "line",
    [
        "Quyết định này có hiệu lực kể từ ngày ký.",
        "Người ký: Giám đốc Sở Tài chính chịu trách nhiệm",
        "họp lúc 14:30:00 ngày 05/6/2025 tại Hà Nội",
    ],
)
def test_the_body_may_speak_of_signing(line: str) -> None:
    words = BODY + block(85, 400, [line], 13)
    assert signature_notes(words) == ((), words)


def test_no_words_no_notes() -> None:
    assert signature_notes([]) == ((), [])
