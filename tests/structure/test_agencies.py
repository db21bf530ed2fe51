"""Agencies: abbreviations at a date, lists taken apart."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.structure.facts.agencies import addressees, expand, full_name, lifetimes, names_of, organisations, symbols_of

from .reading import parse_text

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


def test_who_stands_before_a_list_of_sở_is_named_once() -> None:
    """And a colon before the next title is a semicolon, misread."""
    article = (
        "Chánh Văn phòng UBND tỉnh, Giám đốc các Sở: Văn hóa, Thể thao và Du lịch, Y tế; Chánh Văn phòng Ban Chỉ huy "
        "tỉnh: Chủ tịch UBND huyện Minh Long và Thủ trưởng các đơn vị có liên quan chịu trách nhiệm thi hành."
    )
    assert addressees(article) == (
        "Chánh Văn phòng UBND tỉnh",
        "Giám đốc Sở Văn hóa, Thể thao và Du lịch",
        "Giám đốc Sở Y tế",
        "Chánh Văn phòng Ban Chỉ huy tỉnh",
        "Chủ tịch UBND huyện Minh Long",
        "Thủ trưởng các đơn vị có liên quan",
    )


@pytest.mark.parametrize("item", ["Bộ Tài chính;", "Bộ Tài chính:", "- Bộ Tài chính."])
def test_what_ends_an_item_is_not_its_name(item: str) -> None:
    assert organisations(item) == ("Bộ Tài chính",)


def test_province_of_the_issuer() -> None:
    assert full_name("UBND tỉnh", "Ủy ban nhân dân tỉnh Quảng Ngãi") == "Ủy ban nhân dân tỉnh Quảng Ngãi"
    assert full_name("UBND tỉnh", MIC) == "Ủy ban nhân dân tỉnh"


@pytest.mark.parametrize(
    ("item", "issuer", "on", "expected"),
    [
        # VT: văn thư behind "Lưu:", Cục Viễn thông in a list of cục, else as printed
        ("Lưu: VT", MIC, None, ("Văn thư",)),
        ("Bộ TTTT: các Cục: VT, BC", MIC, None, ("Cục Viễn thông", "Cục Báo chí")),
        ("Bộ TTTT: các Vụ: BC, PC", MIC, None, ("Vụ Bưu chính", "Vụ Pháp chế")),
        ("VT", MIC, None, ("VT",)),
        # units are known only inside their ministry
        ("Lưu: VT, PC", "Ủy ban nhân dân tỉnh Quảng Ngãi", None, ("Văn thư", "PC")),
        ("Lưu: VT, PC", "Bộ Nội vụ", None, ("Văn thư", "Vụ Pháp chế")),
        ("Lưu: VT, BC, CN", MIC, None, ("Văn thư", "BC")),  # Cục Báo chí or Vụ Bưu chính
        ("Lưu: VT, THH", "Bộ Y tế", None, ("Văn thư", "THH")),
        # CT, TT, TP, CP, TTCP: only where their place decides
        ("CT, PCT UBND tỉnh", MIC, None, ("Chủ tịch Ủy ban nhân dân tỉnh", "Phó Chủ tịch Ủy ban nhân dân tỉnh")),
        ("Website CT", "Cục Thuế", None, ("Website CT",)),
        ("TT HĐND tỉnh", None, None, ("Thường trực Hội đồng nhân dân tỉnh",)),
        ("Các TT thuộc Sở", None, None, ("Các TT thuộc Sở",)),
        ("Phó Thủ tướng TT", None, None, ("Phó Thủ tướng Thường trực",)),
        ("Sở TP các tỉnh", None, None, ("Sở Tư pháp các tỉnh",)),
        ("UBND TP. Đà Nẵng", None, None, ("Ủy ban nhân dân thành phố Đà Nẵng",)),
        ("Công ty CP Dược", None, None, ("Công ty cổ phần Dược",)),
        ("Các Phó Thủ tướng CP", None, None, ("Các Phó Thủ tướng Chính phủ",)),
        ("Trợ lý TTCP", None, None, ("Trợ lý Thủ tướng Chính phủ",)),
        ("TTCP", None, None, ("Thanh tra Chính phủ",)),
        ("BTC Tỉnh ủy", None, None, ("Ban Tổ chức Tỉnh ủy",)),
        ("TT TU", "Ủy ban nhân dân tỉnh Quảng Ngãi", None, ("Thường trực Tỉnh ủy",)),
        ("TT TU", "Ủy ban nhân dân thành phố Đà Nẵng", None, ("Thường trực Thành ủy",)),
        ("Văn phòng TU", MIC, None, ("Văn phòng TU",)),
        ("Đài Phát thanh - Truyền hình KH", None, None, ("Đài Phát thanh - Truyền hình KH",)),
        # at the document's date, and never modernised
        ("BTTTT", None, date(2021, 9, 16), (MIC,)),
        ("BTTTT", None, date(2026, 1, 1), ("BTTTT",)),
        ("BNNMT", None, date(2021, 9, 16), ("BNNMT",)),
        ("Bộ Thông tin và Truyền thông", None, date(2026, 1, 1), (MIC,)),
        ("Các Bộ, cơ quan ngang Bộ", "Bộ Tài chính", None, ("Các Bộ, cơ quan ngang Bộ",)),
    ],
)
def test_what_is_ambiguous_stays_as_printed(
    item: str, issuer: str | None, on: date | None, expected: tuple[str, ...]
) -> None:
    assert organisations(item, issuer, on) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("Các Sở: Tài chính, Nội vụ", ("Sở Tài chính", "Sở Nội vụ")),
        (
            "Các Sở: Văn hóa, Thể thao và Du lịch, Tư pháp",
            ("Sở Văn hóa, Thể thao và Du lịch", "Sở Tư pháp"),
        ),
        ("Văn phòng: Tỉnh ủy, UBND tỉnh", ("Văn phòng Tỉnh ủy", "Văn phòng Ủy ban nhân dân tỉnh")),
        ("TAND, VKSND tỉnh", ("Tòa án nhân dân tỉnh", "Viện kiểm sát nhân dân tỉnh")),
        (
            "HĐND, UBND các huyện, thị xã",
            ("Hội đồng nhân dân các huyện, thị xã", "Ủy ban nhân dân các huyện, thị xã"),
        ),
        ("Lưu: VT, KTN.Bảo", ("Văn thư", "KTN")),
        ("Lưu: VT, NC(Vi16)", ("Văn thư", "NC")),
        ("Lưu: VT, P.KTTH", ("Văn thư", "P.KTTH")),
    ],
)
def test_what_a_list_says_once_for_all(item: str, expected: tuple[str, ...]) -> None:
    assert organisations(item) == expected


def test_symbols_and_their_agencies() -> None:
    assert names_of("QH15") == ("Quốc hội",)
    assert names_of("PC") == (), "the unit of a ministry issues nothing of its own under that symbol"
    assert symbols_of("SỞ TÀI CHÍNH") == ("STC",)
    assert "BTTTT" in symbols_of(MIC, date(2021, 1, 1)) and symbols_of(MIC, date(2026, 1, 1)) == ()
    assert [(a.since, a.until) for a in lifetimes(MIC)] == [(date(2007, 7, 31), date(2025, 3, 1))]
    assert lifetimes("Sở Tài chính") == ()


LETTER = """{issuer}
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 12/CT-{symbol}
Hà Nội, ngày {day}

CHỈ THỊ
Về việc thử

Thực hiện Chỉ thị số 34/CT-TTg ngày 07/4/2014 của Thủ tướng CP; Thông tư số 02/2021/TT-BTNMT ngày 04/5/2021.
1. Các đơn vị thực hiện.

Nơi nhận:
- Bộ trưởng;
- {recipient};
- Lưu: VT, PC.
BỘ TRƯỞNG
Nguyễn Văn An
"""


def test_where_an_analyst_sees_it() -> None:
    """Issuer, recipients and the issuers of citations, each at its own date."""
    text = LETTER.format(issuer="BO THONG TIN VA TRUYEN THONG", symbol="BTTTT", day="16 tháng 9 năm 2021",
                         recipient="BTNMT")  # fmt: skip
    before = parse_text(text)
    assert before.metadata.issuer.name == MIC, "without diacritics, and its symbol is the second witness"
    named = [recipient.organisations for recipient in before.recipients]
    assert named == [(f"Bộ trưởng {MIC}",), ("Bộ Tài nguyên và Môi trường",), ("Văn thư", "Vụ Pháp chế")]
    issuers = {c.number: c.issuer for c in before.citations}
    assert issuers["02/2021/TT-BTNMT"] == "Bộ trưởng Bộ Tài nguyên và Môi trường"
    assert issuers["34/CT-TTg"] == "Thủ tướng Chính phủ"
    after = parse_text(LETTER.format(issuer="BỘ NỘI VỤ", symbol="BNV", day="16 tháng 9 năm 2026", recipient="BTNMT"))
    assert after.recipients[1].organisations == ("BTNMT",), "there is no such ministry any more: as printed"
    assert {c.number: c.issuer for c in after.citations}["02/2021/TT-BTNMT"] == "Bộ trưởng Bộ Tài nguyên và Môi trường"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_total(text: str) -> None:
    assert all(isinstance(name, str) and name for name in organisations(text))
