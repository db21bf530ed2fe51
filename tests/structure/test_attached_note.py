"""The header's number and date held against "(Kèm theo Quyết định số … ngày …)" of what is attached."""

from __future__ import annotations

import pytest

from dau.document.transcript import Transcript, TranscriptPage, lines_of_text
from dau.structure import parse
from dau.structure.facts.numbers import NumberStatus, read_number

DECISION = """BỘ THÔNG TIN VÀ TRUYỀN THÔNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: {number}/QĐ-BTTTT
Hà Nội, ngày {day} tháng 9 năm 2021

QUYẾT ĐỊNH
Về việc ban hành Kế hoạch truyền thông

BỘ TRƯỞNG BỘ THÔNG TIN VÀ TRUYỀN THÔNG
Căn cứ Nghị định số 17/2017/NĐ-CP ngày 17 tháng 02 năm 2017 của Chính phủ;
QUYẾT ĐỊNH:
Điều 1. Ban hành kèm theo Quyết định này Kế hoạch truyền thông.
Điều 2. Chánh Văn phòng chịu trách nhiệm thi hành Quyết định này./.

BỘ TRƯỞNG
Nguyễn Mạnh Hùng

KẾ HOẠCH
Truyền thông
(Kèm theo Quyết định số 1423/QĐ-BTTTT ngày 16 tháng 9 năm 2021
của Bộ trưởng Bộ Thông tin và Truyền thông)

I. MỤC ĐÍCH
1. Nâng cao nhận thức.
"""


def disagreements(number: str, day: str) -> dict[str | None, tuple[str, ...]]:
    """JSON pointer → alternatives of the flags for an inconsistency."""
    text = DECISION.format(number=number, day=day)
    page = TranscriptPage(number=1, text_source="text", lines=lines_of_text(text))
    review = parse(Transcript(pages=(page,))).review
    return {
        item.field: tuple(alternative.value for alternative in item.alternatives)
        for item in review
        if item.code == "internal_inconsistency" and item.severity == "high" and item.witnesses
    }


def test_agreement_raises_no_flag() -> None:
    assert disagreements("1423", "16") == {}


def test_a_number_that_differs_is_flagged_with_the_witness_and_kept() -> None:
    assert disagreements("1923", "16") == {"/metadata/number": ("1423/QĐ-BTTTT",)}


def test_a_date_that_differs_is_flagged() -> None:
    assert disagreements("1423", "15") == {"/metadata/issued": ("2021-09-16",)}


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("/KH-TBTT", "blank"),
        (" /QĐ-UBND", "blank"),
        ("/2024/NQ-HĐND", "blank"),
        ("…/2024/NQ-HĐND", "blank"),
        ("/535 /SGDĐT-CTrTT", "misread"),
        ("/A2/9/QĐ-UBND", "misread"),
        ("12/QĐ-UBND", "ok"),
    ],
)
def test_a_number_that_lost_its_first_digit_is_not_blank(raw: str, status: NumberStatus) -> None:
    assert read_number(raw).status == status
