"""The syllable pipeline: lossless tokens, names that end where they end, sentences."""

# ruff: noqa: E501 - sentences of the documents are kept whole

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.structure.language import read
from dau.structure.language.damage import misread_leads, with_ministry
from dau.structure.language.pipeline import annotate, pipeline
from dau.structure.language.sentences import clauses, items, sentences
from dau.structure.language.syllables import plausible
from dau.structure.language.tokenizer import split

WORDS = st.lists(
    st.sampled_from(
        [
            "các",
            "cơ quan",
            ",",
            "đơn vị",
            "Sở",
            "Tài chính",
            "và",
            "phối hợp với",
            "báo cáo",
            "trước ngày 30/9/2021",
            "(",
            ")",
            ";",
            "Giao",
            "\n",
            "  ",
        ]
    ),
    max_size=40,
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | WORDS)
def test_tokens_reproduce_the_text(text: str) -> None:
    words, spaces, starts = split(text)
    assert "".join(w + " " * s for w, s in zip(words, spaces, strict=True)) == text
    assert all(text.startswith(w, at) for w, at in zip(words, starts, strict=True))
    assert pipeline().make_doc(text).text == text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200) | WORDS)
def test_marks_lie_inside_the_text(text: str) -> None:
    reading = read(text)
    for marks in reading.marks.values():
        assert all(0 <= m.first < m.last <= len(reading.words) for m in marks)
        assert [m.first for m in marks] == sorted(m.first for m in marks)
    agencies = reading.of("agency")
    assert all(a.last <= b.first for a, b in pairwise(agencies))


NAMES = [
    ("Giao Vụ Thi đua - Khen thưởng theo dõi, kiểm tra", ["Vụ Thi đua - Khen thưởng"]),
    (
        "phối hợp với UBND các huyện, thị xã, thành phố, các sở, ngành có liên quan bảo đảm điều kiện",
        ["UBND các huyện, thị xã, thành phố", "các sở, ngành có liên quan"],
    ),
    (
        "Chỉ đạo UBND các xã, phường, thị trấn, phòng Giáo dục và Đào tạo và các ngành chức năng thực hiện",
        ["UBND các xã, phường, thị trấn", "phòng Giáo dục và Đào tạo", "các ngành chức năng"],
    ),
    (
        "Yêu cầu Thủ trưởng các Sở, ban, ngành tỉnh; Chủ tịch UBND các huyện, thị xã Đức Phổ và thành phố Quảng Ngãi khẩn trương",
        ["Thủ trưởng các Sở, ban, ngành tỉnh", "Chủ tịch UBND các huyện, thị xã Đức Phổ và thành phố Quảng Ngãi"],
    ),
    (
        "Ngân hàng Nhà nước Việt Nam - Chi nhánh tỉnh Quảng Ngãi",
        ["Ngân hàng Nhà nước Việt Nam - Chi nhánh tỉnh Quảng Ngãi"],
    ),
    (
        "Ban Quản lý Khu Kinh tế Dung Quất và các Khu công nghiệp tỉnh",
        ["Ban Quản lý Khu Kinh tế Dung Quất và các Khu công nghiệp tỉnh"],
    ),
    ("Sở Tài chính và Kho bạc Nhà nước Quảng Ngãi", ["Sở Tài chính", "Kho bạc Nhà nước Quảng Ngãi"]),
    (
        "Cục Phát thanh, truyền hình và thông tin điện tử, Cục Báo chí căn cứ",
        ["Cục Phát thanh, truyền hình và thông tin điện tử", "Cục Báo chí"],
    ),
    (
        "các Thành viên Tiểu ban, cơ quan, đơn vị có liên quan tổ chức triển khai",
        ["các Thành viên Tiểu ban, cơ quan, đơn vị có liên quan"],
    ),
    ("Kho bạc Nhà nước tỉnh thực hiện theo thẩm quyền", ["Kho bạc Nhà nước tỉnh"]),
    ("Bộ Tài chính và các Bộ, cơ quan liên quan nghiên cứu", ["Bộ Tài chính", "các Bộ, cơ quan liên quan"]),
    ("Cơ quan đăng ký đầu tư có trách nhiệm lấy ý kiến", ["Cơ quan đăng ký đầu tư"]),
    ("Thường trực Hội đồng Thi đua - khen thưởng Bộ đề xuất", ["Thường trực Hội đồng Thi đua - khen thưởng Bộ"]),
    ("phối hợp với Sở, ban ngành liên quan triển khai", ["Sở, ban ngành liên quan"]),
    ("Ủy ban nhân dân xã, phường xây dựng kế hoạch", ["Ủy ban nhân dân xã, phường"]),
    ("Ngân hàng Nhà nước chi nhánh khu vực 14 cử chuyên viên", ["Ngân hàng Nhà nước chi nhánh khu vực 14"]),
    ("Bưu chính tiếp tục hướng đến phát triển toàn diện", []),
    # a scrap of "chủ trì", of "Bộ"
    ("Vụ Kế hoạch - Tài chính chủ tờ rà soát", ["Vụ Kế hoạch - Tài chính"]),
    ("Bộ trưởng B9 Thông tin và Truyền thông giao", ["Bộ trưởng B9 Thông tin và Truyền thông"]),
    (
        "Trung tâm công nghệ phòng, chống Covid-19 Quốc gia tập trung",
        ["Trung tâm công nghệ phòng, chống Covid-19 Quốc gia"],
    ),
    ("chỉ đạo công đoàn, đoàn cơ sở các cấp phối hợp", ["công đoàn, đoàn cơ sở các cấp"]),
    ("chỉ đạo tổ chức, thực hiện tốt", []),
]


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_names_of_agencies(text: str, expected: list[str]) -> None:
    reading = read(text)
    assert [reading.span(mark) for mark in reading.of("agency")] == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Thực hiện tốt. Báo cáo kết quả.", 2),
        ("Đạt 1.000 dân, tăng 5,3%. Năm 2022 đạt 0,7.", 2),
        ("UBND TP. Hồ Chí Minh triển khai./.", 1),
        ("phù hợp với thực tiễn... để có điều chỉnh. Truyền thông thống nhất.", 2),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_items_of_an_enumeration() -> None:
    text = "Tiếp tục thực hiện; Tham mưu phương án; Phối hợp với các đơn vị; đồng thời báo cáo."
    assert [text[a:b] for a, b in items(text)] == [
        "Tiếp tục thực hiện;",
        "Tham mưu phương án;",
        "Phối hợp với các đơn vị; đồng thời báo cáo.",
    ]


@pytest.mark.parametrize(
    ("words", "leads"),
    [
        ("Sở chủ tờ rà soát", True),
        ("Sở chu tr1 rà soát", True),
        ("quyền làm chủ thể hiện", False),
        ("các chủ tàu cá", False),
        ("Chủ tịch tỉnh", False),
    ],
)
def test_a_scrap_of_who_leads(words: str, leads: bool) -> None:
    assert bool(misread_leads(words.split())) is leads


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("Bộ trưởng By Tài chính", "Bộ trưởng Bộ Tài chính"),
        ("Báo Công Thương", "Báo Công Thương"),
        ("Ban Nội vụ", "Ban Nội vụ"),
        ("By An", "By An"),
    ],
)
def test_a_scrap_of_a_ministry(name: str, spelt: str) -> None:
    assert with_ministry(name) == spelt


def test_clauses() -> None:
    text = "rà soát; phấn đấu từ nay đến cuối năm; báo cáo."
    assert [text[a:b] for a, b in clauses(text)] == ["rà soát;", "phấn đấu từ nay đến cuối năm;", "báo cáo."]


@pytest.mark.parametrize(
    ("word", "whole"), [("trước", True), ("Nghiêng", True), ("trieée", False), ("vig¢c", False), ("srflp", False)]
)
def test_syllables(word: str, whole: bool) -> None:
    assert plausible(word) is whole


def test_annotated_document_carries_spans() -> None:
    doc = annotate("Giao Sở Tài chính chủ trì, phối hợp với Sở Nội vụ thực hiện.")
    assert [span.text for span in doc.spans["agency"]] == ["Sở Tài chính", "Sở Nội vụ"]
    assert doc.spans["coordinate"][0].text == "phối hợp với"
