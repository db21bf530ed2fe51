"""Numbers of cited documents: whose they are where a law amends several, short ones, and those that were not legible."""

# ruff: noqa: E501 - sentences of the documents are kept whole

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.document.directive import Metadata, Node
from dau.structure.citing.citations import find_citations
from dau.structure.citing.mentions import find_mentions
from dau.structure.citing.unread import unread_numbers

AMENDED = "Luật sửa đổi, bổ sung một số điều của Luật Đất đai số 31/2024/QH15, Luật Nhà ở số 27/2023/QH15 và Luật Các tổ chức tín dụng số 32/2024/QH15;"
NUMBERS = [
    (
        f"Căn cứ Luật Đất đai ngày 18/01/2024; {AMENDED}",
        {
            ("sửa đổi, bổ sung một số điều của Luật Đất đai", None),
            ("Đất đai", "31/2024/QH15"),
            ("Nhà ở", "27/2023/QH15"),
            ("Các tổ chức tín dụng", "32/2024/QH15"),
        },
    ),
    (
        "Căn cứ Luật sửa đổi, bổ sung một số điều của Luật Đất đai số 43/2024/QH15 ngày 29/6/2024;",
        {("sửa đổi, bổ sung một số điều của Luật Đất đai", "43/2024/QH15"), ("Đất đai", None)},
    ),
    (
        "Căn cứ Luật Nhà ở số 27/2023/QH15, Luật Đất đai số 31/2024/QH15;",
        {("Nhà ở", "27/2023/QH15"), ("Đất đai", "31/2024/QH15")},
    ),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_whose_number_it_is(text: str, expected: set[tuple[str, str | None]]) -> None:
    citations, bases, _ = find_citations(
        [Node(id="luat/can-cu-1", parent="luat", kind="legal_basis", text=text)], Metadata()
    )
    assert {(c.title, c.number) for c in citations[1:]} == expected
    amending = next((c.id for c in citations if (c.title or "").startswith("sửa đổi")), None)
    assert amending is None or amending in bases[0].citations


def test_a_letter_without_unit_symbol() -> None:
    (found,) = find_mentions("nội dung Công văn số 158/UB ngày 09/4/2021 của Ủy ban Quốc gia về việc tràn dầu")
    assert found.symbol and (found.type, found.symbol.number, found.date and found.date.iso) == (
        "Công văn",
        "158/UB",
        "2021-04-09",
    )


@pytest.mark.parametrize("text", ["làm việc 24/7", "đạt số 3/TB trong kỳ", "tỷ lệ số 12/Km"])
def test_what_is_no_letter(text: str) -> None:
    assert find_mentions(text) == []


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("tại Quyết định số .đŸ#../QĐ-UBND ngày Q5./02/2025 cho Ban", "Quyết định số .đŸ#../QĐ-UBND"),
        ("tại Tờ trình số      /TTr-STC", "Tờ trình số      /TTr-STC"),
        ("tại Quyết định số 12/QĐ-UBND", None),
        ("tại Quyết định số 12 /2024/QĐ-UBND", None),
        ("dự thảo Quyết định số /QĐ-UBND", None),
    ],
)
def test_numbers_that_were_not_read_are_told(text: str, raw: str | None) -> None:
    flags = list(unread_numbers(text, find_mentions(text), "quyet-dinh/dieu-1"))
    assert [flag.raw for flag in flags] == ([raw] if raw else [])
    assert all(flag.code == "citation_number_misread" and flag.needs_review for flag in flags)


def test_one_number_with_two_dates_is_told() -> None:
    text = "Chỉ thị số 11/CT-UBND ngày 11/5/2021; Chỉ thị số 11/CT-UBND ngày 11/9/2024"
    citations, _, review = find_citations([Node(id="a/p1", parent="a", kind="paragraph", text=text)], Metadata())
    assert [c.number for c in citations[1:]] == ["11/CT-UBND"]
    assert [(flag.code, flag.raw) for flag in review] == [("citation_variant", ("2021-05-11", "2024-09-11"))]


@given(st.text(alphabet="Luật số/ĐQĐ-1234 ,ngàyCông văn.", max_size=200))
def test_any_text_is_read_to_its_end(text: str) -> None:
    for mention in find_mentions(text):
        assert 0 <= mention.start <= mention.end <= len(text)
    for flag in unread_numbers(text, [], "a"):
        assert isinstance(flag.raw, str) and flag.raw in text
