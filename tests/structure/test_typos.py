"""Slips of the author's that print itself shows."""

from __future__ import annotations

import pytest

from dau.document.directive import Node
from dau.structure.checks.typos import check_typos

CASES = [
    ("Phong trào phải được được triển khai", [("source_typo", "được được triển")]),
    ("làm hay trong trong việc; của các các nhà mạng", [("source_typo", ("trong trong việc", "các các nhà"))]),
    ("các cơ quan, đơn vị, đơn vị, doanh nghiệp", [("possible_duplication", "đơn vị, đơn vị")]),
    ("Công tác tác chiến, quản lý lý lịch, luôn luôn, từ từ", []),
    ("của cải của Nhà nước, trong đó trong năm", []),
    ("Sở Y tế Quảng Ngãi, Quảng Ngãi tổ chức", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_what_is_printed_twice(text: str, expected: list[tuple[str, object]]) -> None:
    found = list(check_typos([Node(id="x/1", parent="x", kind="item", text=text)]))
    assert [(item.code, item.raw) for item in found] == expected
    assert all(item.node == "x/1" and item.severity == "low" for item in found)
