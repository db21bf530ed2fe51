"""What was understood of a unit: labels and offsets, and that every span leads back to its lines and its box."""



from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.document.directive import Assignee
from dau.document.transcript import Transcript
from dau.structure import parse
from dau.structure.annotations import COLOURS, SPANS, annotate, annotated

from .reading import boxed_page

_LETTER = Transcript(
    pages=(
        boxed_page(
            1,
            [
                (90, 50, "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"),
                (330, 50, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
                (340, 66, "Độc lập - Tự do - Hạnh phúc"),
                (100, 90, "Số: 12/CT-UBND"),
                (320, 90, "Quảng Ngãi, ngày 05 tháng 3 năm 2024"),
                (270, 120, "CHỈ THỊ"),
                (170, 136, "Về việc tăng cường phòng cháy"),
                (105, 170, "Chủ tịch Ủy ban nhân dân tỉnh yêu cầu:"),
                (105, 210, "1. Sở Xây dựng chủ trì, phối hợp với Sở Y tế rà soát quy chuẩn, báo cáo Sở Y"),
                (85, 226, "tế trước ngày 30/4/2024."),
            ],
        ),
    )
)


def _labels(text: str, *assignees: tuple[str, str]) -> set[tuple[str, str]]:
    given = [Assignee(name=name, role=role) for name, role in assignees]  # type: ignore[arg-type]
    doc = annotate(text, given)
    return {(span.label_, span.text) for span in doc.spans[SPANS]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Thực hiện Chỉ thị số 34-CT/TW ngày 07/4/2014 của Bộ Chính trị",
            ("viện dẫn", "Chỉ thị số 34-CT/TW ngày 07/4/2014 của Bộ Chính trị"),
        ),
        ("Hoàn thành trước ngày 30/9/2021.", ("thời hạn", "trước ngày 30/9/2021")),
        ("Ngày họp: ngày 16 tháng 9 năm 2021.", ("ngày", "ngày 16 tháng 9 năm 2021")),
        ("Giao Chủ tịch Ủy ban nhân dân tỉnh thực hiện.", ("chức danh", "Chủ tịch Ủy ban nhân dân tỉnh")),
        ("Giao Sở Tài chính thực hiện.", ("giao việc", "Giao")),
        ("Giao Sở Tài chính thực hiện.", ("cơ quan", "Sở Tài chính")),
        ("Phân công ông Nguyễn Văn An làm đầu mối.", ("người", "Nguyễn Văn An")),
        ("Tặng Bằng khen cho tập thể.", ("khen thưởng", "Bằng khen")),
        ("Chủ trì, phối hợp với Sở Nội vụ thực hiện.", ("quan hệ", "phối hợp với")),
    ],
)
def test_what_is_marked(text: str, expected: tuple[str, str]) -> None:
    assert expected in _labels(text)


def test_an_agency_bears_its_role_in_the_task() -> None:
    text = "Sở Tài chính chủ trì, phối hợp với Sở Nội vụ báo cáo Bộ Y tế và gửi Sở Công Thương."
    found = _labels(text, ("Sở Tài chính", "lead"), ("Sở Nội vụ", "coordinate"), ("Bộ Y tế", "report_to"))
    assert {
        ("chủ trì", "Sở Tài chính"),
        ("phối hợp", "Sở Nội vụ"),
        ("nhận báo cáo", "Bộ Y tế"),
        ("cơ quan", "Sở Công Thương"),
    } <= found


def test_a_verb_that_names_nobody_lays_no_duty() -> None:
    assert not {label for label, _ in _labels("Nâng cao chất lượng báo cáo, thông tin.")} & {"giao việc", "quan hệ"}


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120))
def test_offsets_lie_in_any_text(text: str) -> None:
    doc = annotate(text)
    assert doc.text == text
    assert all(text[span.start_char : span.end_char] == span.text for span in doc.spans[SPANS])
    assert {span.label_ for span in doc.spans[SPANS]} <= set(COLOURS)


def test_a_span_leads_to_its_lines_and_its_box() -> None:
    unit = next(u for u in annotated(parse(_LETTER), _LETTER) if u.node.id == "chi-thi/1")
    assert all(unit.text[f.start : f.end] == f.text for f in unit.findings)
    found = {(f.label, f.text): f.evidence for f in unit.findings}
    lines = {key: [line for e in where for line in e.lines or ()] for key, where in found.items()}
    assert lines["chủ trì", "Sở Xây dựng"] == ["p0001-l0009"]
    assert lines["thời hạn", "trước ngày 30/4/2024"] == ["p0001-l0010"]
    (where,) = found["thời hạn", "trước ngày 30/4/2024"]
    assert where.page == 1 and where.bbox is not None
    assert where.bbox[0] > 85 and where.bbox[1] >= 226  # behind "tế", on the second line


def test_what_is_named_twice_is_found_in_both_places() -> None:
    unit = next(u for u in annotated(parse(_LETTER), _LETTER) if u.node.id == "chi-thi/1")
    twice = sorted({f.start: f for f in unit.findings if f.text == "Sở Y tế"}.items())
    assert [[e.lines for e in f.evidence] for _, f in twice] == [[("p0001-l0009",)], [("p0001-l0009", "p0001-l0010")]]
