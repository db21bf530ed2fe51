"""Which agency a name means: what is one is brought together, what may be two is told apart."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.index.naming import Context, agency_of, province_of

PROVINCE = Context(
    "d1", date(2021, 9, 1), "Quảng Ngãi", "Ủy ban nhân dân tỉnh Quảng Ngãi", "Ủy ban nhân dân tỉnh Quảng Ngãi"
)
OTHER = Context("d2", date(2021, 9, 1), "Khánh Hòa", "UBND tỉnh Khánh Hòa", "Ủy ban nhân dân tỉnh Khánh Hòa")
MINISTRY = Context("d3", date(2021, 9, 16), None, "Bộ Thông tin và Truyền thông", "Bộ Thông tin và Truyền thông")
LATER = Context("d4", date(2025, 9, 16), None, "Bộ Tài chính", "Bộ Tài chính")
NOBODY = Context("d5")

NAMES = [
    ("UBND tỉnh", PROVINCE, "Ủy ban nhân dân tỉnh Quảng Ngãi", "local"),
    ("Uỷ ban nhân dân tỉnh Quảng Ngãi", MINISTRY, "Ủy ban nhân dân tỉnh Quảng Ngãi", "local"),
    ("ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI", NOBODY, "Ủy ban nhân dân tỉnh Quảng Ngãi", "local"),
    ("UBND TP Đà Nẵng", PROVINCE, "Ủy ban nhân dân thành phố Đà Nẵng", "local"),
    ("Sở Y tế", PROVINCE, "Sở Y tế tỉnh Quảng Ngãi", "local"),
    ("sở y tế", PROVINCE, "Sở Y tế tỉnh Quảng Ngãi", "local"),
    ("Sở Y tế tỉnh Quảng Ngãi", OTHER, "Sở Y tế tỉnh Quảng Ngãi", "local"),
    ("Sở Y tế", OTHER, "Sở Y tế tỉnh Khánh Hòa", "local"),
    ("Sở Y tế", MINISTRY, "Sở Y tế", "local"),
    ("Sở TTTT", PROVINCE, "Sở Thông tin và Truyền thông tỉnh Quảng Ngãi", "local"),
    ("Công an tỉnh", PROVINCE, "Công an tỉnh Quảng Ngãi", "local"),
    ("Tỉnh uỷ", PROVINCE, "Tỉnh ủy Quảng Ngãi", "local"),
    ("UBND huyện Nghĩa Hành", PROVINCE, "Ủy ban nhân dân huyện Nghĩa Hành, tỉnh Quảng Ngãi", "local"),
    ("UBND thành phố Quảng Ngãi", PROVINCE, "Ủy ban nhân dân thành phố Quảng Ngãi", "local"),
    ("Sở Lao động-Thương binh và Xã hội", PROVINCE, "Sở Lao động - Thương binh và Xã hội tỉnh Quảng Ngãi", "local"),
    ("BTTTT", MINISTRY, "Bộ Thông tin và Truyền thông", "national"),
    ("Bộ", MINISTRY, "Bộ Thông tin và Truyền thông", "national"),
    ("BTTTT", LATER, "BTTTT", "named"),
    ("Bộ trưởng Bộ Tài chính", PROVINCE, "Bộ trưởng Bộ Tài chính", "national"),
    ("Thủ tướng", PROVINCE, "Thủ tướng Chính phủ", "national"),
    ("các đơn vị liên quan", PROVINCE, "Các đơn vị liên quan", "class"),
    ("Ủy ban nhân dân các huyện, thị xã, thành phố", PROVINCE, "Ủy ban nhân dân các huyện, thị xã, thành phố", "class"),
    ("Vụ Pháp chế", MINISTRY, "Vụ Pháp chế", "named"),
    ("Đoàn đại biểu Quốc hội", PROVINCE, "Đoàn đại biểu Quốc hội", "named"),
]


@pytest.mark.parametrize(("written", "context", "name", "kind"), NAMES)
def test_a_name_is_written_out(written: str, context: Context, name: str, kind: str) -> None:
    agency = agency_of(written, context)
    assert agency is not None
    assert (agency.name, agency.kind) == (name, kind)


SAME = [
    ("UBND tỉnh", PROVINCE, "Ủy ban nhân dân tỉnh Quảng Ngãi", LATER),
    ("Sở Y tế", PROVINCE, "Sở Y tế tỉnh Quảng Ngãi", MINISTRY),
    ("Bộ Y tế", PROVINCE, "BỘ Y TẾ", MINISTRY),
    ("Vụ Pháp chế", MINISTRY, "vụ Pháp chế", MINISTRY),
    ("Uỷ ban Dân tộc", PROVINCE, "Ủy ban Dân tộc", OTHER),
]
APART = [
    ("Sở Y tế", PROVINCE, "Sở Y tế", OTHER),
    ("Sở Y tế", PROVINCE, "Sở Y tế", NOBODY),
    ("Vụ Pháp chế", MINISTRY, "Vụ Pháp chế", LATER),
    ("Các đơn vị liên quan", PROVINCE, "Các đơn vị liên quan", OTHER),
    ("UBND xã Tân An", PROVINCE, "UBND xã Tân An", OTHER),
    ("UBND thành phố Quảng Ngãi", PROVINCE, "UBND tỉnh Quảng Ngãi", PROVINCE),
    ("Bộ Thông tin và Truyền thông", MINISTRY, "Bộ Khoa học và Công nghệ", LATER),
    ("Phòng Nội vụ", NOBODY, "Phòng Nội vụ", Context("d6")),
]


@pytest.mark.parametrize(("one", "there", "other", "here"), SAME)
def test_what_is_one_has_one_id(one: str, there: Context, other: str, here: Context) -> None:
    assert agency_of(one, there) == agency_of(other, here)


@pytest.mark.parametrize(("one", "there", "other", "here"), APART)
def test_what_may_be_two_has_two(one: str, there: Context, other: str, here: Context) -> None:
    first, second = agency_of(one, there), agency_of(other, here)
    assert first is not None and second is not None and first.id != second.id


@given(st.text(max_size=80), st.sampled_from([PROVINCE, OTHER, MINISTRY, LATER, NOBODY]))
def test_any_text_is_a_name_or_none(text: str, context: Context) -> None:
    agency = agency_of(text, context)
    assert (agency is None) or (agency.id and agency.name and agency.base)


@pytest.mark.parametrize(
    ("names", "province"),
    [
        (("Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu",), "Bà Rịa - Vũng Tàu"),
        (("Sở Tư pháp", "UBND tỉnh Quảng Bình"), "Quảng Bình"),
        (("Bộ Tài chính", None), None),
    ],
)
def test_the_province_of_an_issuer(names: tuple[str | None, ...], province: str | None) -> None:
    assert province_of(*names) == province
