"""The number of a cited document that the engines read differently is shown as a doubt, never settled silently."""

from __future__ import annotations

import pytest

from dau.document.directive import ReviewItem
from dau.document.transcript import Transcript
from dau.structure import parse

from .reading import boxed_page

_HEADER = [
    (90, 50, "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"),
    (330, 50, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (340, 66, "Độc lập - Tự do - Hạnh phúc"),
    (100, 90, "Số: 12¦72/CT-UBND"),
    (320, 90, "Quảng Ngãi, ngày 05 tháng 3 năm 2024"),
    (270, 120, "CHỈ THỊ"),
    (170, 136, "Về việc tăng cường phòng cháy"),
]


def _doubts(printed: str, confidence: float) -> list[ReviewItem]:
    rows = [
        *_HEADER,
        (105, 170, f"Thực hiện Tờ trình số {printed} ngày 02/01/2024 của Sở Xây dựng, Chủ tịch"),
        (85, 186, "Ủy ban nhân dân tỉnh yêu cầu:"),
        (105, 210, "1. Sở Y tế kiểm tra các bệnh viện trước ngày 15/5/2024."),
    ]
    directive = parse(Transcript(pages=(boxed_page(1, rows, confidence),)))
    assert printed.partition("¦")[0] in [c.number for c in directive.citations]
    return [item for item in directive.review if item.code == "citation_number_misread"]


@pytest.mark.parametrize(
    ("printed", "offered"),
    [
        ("1424/TTr-SXD¦1424/TTr-SXO", ["1424/TTr-SXO"]),  # letters
        ("1424/TTr-SXD¦1429/TTr-SXD", ["1429/TTr-SXD"]),  # digits
    ],
)
def test_readings_that_differ_are_a_doubt_with_both_on_show(printed: str, offered: list[str]) -> None:
    (doubt,) = _doubts(printed, 0.8)
    assert doubt.raw == printed.partition("¦")[0]
    assert [a.value for a in doubt.alternatives] == offered
    assert (doubt.page, doubt.severity) == (1, "medium")
    assert doubt.field is not None and doubt.field.startswith("/citations/")
    assert doubt.node is not None


@pytest.mark.parametrize(
    ("printed", "confidence"),
    [
        ("1424/TTr-SXD", 0.8),  # one reading
        ("1424/TTr-SXD¦1424/TTr-SXD,", 0.8),  # marks only
        ("1424/TTr-SXD¦1429/TTr-SXD", 0.96),  # settled beyond doubt
    ],
)
def test_no_doubt_where_readings_agree_or_one_is_certain(printed: str, confidence: float) -> None:
    assert _doubts(printed, confidence) == []
