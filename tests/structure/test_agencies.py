"""Agencies: abbreviations at a date, lists taken apart."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.structure.agencies import addressees, expand, full_name, organisations

MIC = "Bộ Thông tin và Truyền thông"


@pytest.mark.parametrize(
    ("symbol", "on", "expected"),
    [
        ("BTTTT", date(2021, 9, 16), MIC),
        ("BTTTT", date(2025, 3, 1), None),
        ("BTTTT", date(2006, 1, 1), None),
        ("BBCVT", date(2006, 1, 1), "Bộ Bưu chính, Viễn thông"),
        ("BNNMT", date(2025, 3, 1), "Bộ Nông nghiệp và Môi trường"),
        ("BNNMT", date(2021, 1, 1), None),
        ("STC", None, "Sở Tài chính"),
        ("PTH&TTĐT", None, "Cục Phát thanh, truyền hình và thông tin điện tử"),
        ("BC", None, None),  # Vụ Bưu chính or Cục Báo chí
        ("XYZ", None, None),
    ],
)
def test_expand(symbol: str, on: date | None, expected: str | None) -> None:
    assert expand(symbol, on) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("Hội đồng TĐKTTW", ("Hội đồng Thi đua - Khen thưởng Trung ương",)),
        ("Bộ trưởng và các Thứ trưởng", (f"Bộ trưởng {MIC}", f"Các Thứ trưởng {MIC}")),
        ("- Thường trực Tỉnh ủy (b/cáo);", ("Thường trực Tỉnh ủy",)),
        ("Chủ tịch, các PCT UBND tỉnh", ("Chủ tịch Ủy ban nhân dân tỉnh", "Các Phó Chủ tịch Ủy ban nhân dân tỉnh")),
        ("CT, PCT UBND tỉnh", ("Chủ tịch Ủy ban nhân dân tỉnh", "Phó Chủ tịch Ủy ban nhân dân tỉnh")),
        (
            "Sở TTTT các tỉnh/TP trực thuộc Trung ương",
            ("Sở Thông tin và Truyền thông các tỉnh, thành phố trực thuộc Trung ương",),
        ),
        ("Các cơ quan, đơn vị, doanh nghiệp thuộc Bộ", (f"Các cơ quan, đơn vị, doanh nghiệp thuộc {MIC}",)),
        ("Bộ trưởng Nguyễn Mạnh Hùng", (f"Bộ trưởng {MIC} Nguyễn Mạnh Hùng",)),
        ("Thường trực HĐND tỉnh", ("Thường trực Hội đồng nhân dân tỉnh",)),
        ("VPUB: PCVP, TH, CBTH", ("Văn phòng Ủy ban nhân dân tỉnh: Phó Chánh Văn phòng", "TH", "CBTH")),
        ("Lưu: VT, TĐKT, NAH (17)", ("Văn thư", "Vụ Thi đua - Khen thưởng")),
        ("Lưu: VT, KTTHh20", ("Văn thư", "KTTH")),
        ("Công đoàn CQ Bộ, Đoàn TN Bộ TTTT", (f"Công đoàn cơ quan {MIC}", f"Đoàn Thanh niên {MIC}")),
        ("UBND các huyện, thị xã, thành phố", ("Ủy ban nhân dân các huyện, thị xã, thành phố",)),
    ],
)
def test_organisations(item: str, expected: tuple[str, ...]) -> None:
    assert organisations(item, MIC, date(2021, 12, 13)) == expected


def test_units_behind_a_colon() -> None:
    found = organisations("Bộ TTTT: Văn phòng, Vụ Pháp chế, các Cục: BC, PTH&TTĐT, THH, TTĐN, VT, TTCS, ATTT", MIC)
    assert found[1:4] == ("Vụ Pháp chế", "Cục Báo chí", "Cục Phát thanh, truyền hình và thông tin điện tử")
    assert found[6] == "Cục Viễn thông"  # VT is văn thư only behind "Lưu:"
    assert len(found) == 9


def test_addressees_of_an_article() -> None:
    article = (
        "Chánh Văn phòng UBND tỉnh; Giám đốc các Sở: Tài chính, Lao động - Thương binh và Xã hội; Giám đốc Kho bạc "
        "Nhà nước Quảng Ngãi; Thủ trưởng các đơn vị liên quan chịu trách nhiệm thi hành Quyết định này./."
    )
    assert addressees(article) == (
        "Chánh Văn phòng UBND tỉnh",
        "Giám đốc Sở Tài chính",
        "Giám đốc Sở Lao động - Thương binh và Xã hội",
        "Giám đốc Kho bạc Nhà nước Quảng Ngãi",
        "Thủ trưởng các đơn vị liên quan",
    )
    assert addressees("") == ()


def test_province_of_the_issuer() -> None:
    assert full_name("UBND tỉnh", "Ủy ban nhân dân tỉnh Quảng Ngãi") == "Ủy ban nhân dân tỉnh Quảng Ngãi"
    assert full_name("UBND tỉnh", MIC) == "Ủy ban nhân dân tỉnh"


def test_the_facts() -> None:
    data = json.loads(files("dau.structure").joinpath("data/agencies.json").read_text(encoding="utf-8"))
    for group in ("bodies", "ministries", "departments", "units"):
        for entry in data[group]:
            assert entry["symbols"] and entry["name"]
            since, until = (date.fromisoformat(entry[k]) if entry.get(k) else None for k in ("from", "to"))
            assert not (since and until) or since < until
    provinces = data["provinces"]
    old = {name for group in provinces["merged"].values() for name in group}
    assert len(provinces["unchanged"]) + len(provinces["merged"]) == 34
    assert len(provinces["unchanged"]) + len(old) == 63


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_total(text: str) -> None:
    assert all(isinstance(name, str) and name for name in organisations(text))
