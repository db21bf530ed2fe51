"""Citations and legal bases: found, resolved, merged, flagged."""

# ruff: noqa: E501 - sentences of the documents are kept whole

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.document.directive import DatedText, DocumentType, Issuer, Metadata, Node, Number
from dau.structure.citing.citations import find_citations
from dau.structure.citing.mentions import find_mentions
from dau.structure.facts.symbols import find_symbols, issuer_of

from .outline import outline

OWN = Metadata(
    type=DocumentType(name="Quyết định", symbol="QĐ"),
    number=Number(raw="1423/QĐ-BTTTT", text="1423/QĐ-BTTTT", serial="1423", type_symbol="QĐ", issuer_symbol="BTTTT"),
    issuer=Issuer(name="Bộ Thông tin và Truyền thông", symbol="BTTTT"),
    issued=DatedText(raw="ngày 16 tháng 9 năm 2021", date="2021-09-16"),
)


@pytest.mark.parametrize(
    ("text", "number", "mended", "issuer"),
    [
        ("34-CT/TW", "34-CT/TW", False, None),
        ("05 /CT-TW", "05-CT/TW", True, None),
        ("23/2021/QĐ-TTg", "23/2021/QĐ-TTg", False, "Thủ tướng Chính phủ"),
        ("1497/0D- -TTg", "1497/QĐ-TTg", True, "Thủ tướng Chính phủ"),
        ("1497/QD-TTg", "1497/QĐ-TTg", False, "Thủ tướng Chính phủ"),
        ("23 6/QĐ-BTTTT", "236/QĐ-BTTTT", True, "Bộ Thông tin và Truyền thông"),
        ("30/2021/QH15", "30/2021/QH15", False, "Quốc hội"),
        ("143/STC-HCSN", "143/STC-HCSN", False, "Sở Tài chính"),
        ("15/2020/TT-BGDĐT", "15/2020/TT-BGDĐT", False, "Bộ trưởng Bộ Giáo dục và Đào tạo"),
        ("143/STC-\nHCSN", "143/STC-HCSN", False, "Sở Tài chính"),
    ],
)
def test_symbols(text: str, number: str, mended: bool, issuer: str | None) -> None:
    (symbol,) = find_symbols(f"văn bản số {text} ngày 01/01/2021")
    assert (symbol.number, symbol.mended, issuer_of(symbol)) == (number, mended, issuer)


@pytest.mark.parametrize(
    "text", ["ngày 16/9/2021", "giai đoạn 2021-2025", "và/hoặc", "3G/4G", "COVID-19", "5/1992 - 5/2022"]
)
def test_what_is_no_symbol(text: str) -> None:
    assert list(find_symbols(text)) == []


def test_normative_or_individual() -> None:
    normative, individual, decree = find_symbols("23/2021/QĐ-TTg, 1497/QĐ-TTg, 17/2017/NĐ-CP")
    assert (normative.normative, individual.normative, decree.normative) == (True, False, None)


MENTIONED = [
    (
        "Chỉ thị số 34-CT/TW ngày 07/4/2014 của Bộ Chính trị về “Tiếp tục đổi mới”.",
        [("Chỉ thị", "34-CT/TW", "2014-04-07", "Bộ Chính trị")],
    ),
    (
        "Chỉ thị số 05 /CT-TW ngày 15/5/2016 của Bộ Chính trị khóa XII về đẩy mạnh",
        [("Chỉ thị", "05-CT/TW", "2016-05-15", "Bộ Chính trị khóa XII")],
    ),
    (
        "Căn cứ Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003, Luật sửa đổi, bổ sung một số điều của Luật Thi đua, khen thưởng "
        "ngày 14 tháng 6 năm 2005 và Luật sửa đổi, bổ sung một số điều của Luật Thi đua, khen thưởng ngày 16 tháng 11 năm 2013;",
        [
            ("Luật", None, "2003-11-26", "Quốc hội"),
            ("Luật", None, "2005-06-14", "Quốc hội"),
            ("Luật", None, "2013-11-16", "Quốc hội"),
        ],
    ),
    (
        "Căn cứ Luật Sửa đổi, bổ sung một số điều của Luật Tổ chức chính quyền địa phương ngày 22 tháng 11 năm 2019;",
        [("Luật", None, "2019-11-22", "Quốc hội")],
    ),
    # the issuer's letters broke off, and the text names it; an abbreviation of one's own, or another body, is left
    (
        "Chỉ thị số 73/CT-B ngày 25/10/2021 của Bộ Thông tin và Truyền thông",
        [("Chỉ thị", "73/CT-BTTTT", "2021-10-25", "Bộ Thông tin và Truyền thông")],
    ),
    (
        "Chỉ thị số 73/CT-BGD ngày 25/10/2021 của Bộ Giáo dục và Đào tạo",
        [("Chỉ thị", "73/CT-BGD", "2021-10-25", "Bộ Giáo dục và Đào tạo")],
    ),
    (
        "Chỉ thị số 73/CT-U ngày 25/10/2021 của Bộ Thông tin và Truyền thông",
        [("Chỉ thị", "73/CT-U", "2021-10-25", "Bộ Thông tin và Truyền thông")],
    ),
    (
        "Lời kêu gọi toàn dân đoàn kết phòng, chống đại dịch Covid-19 ngày 29/7/2021 của Tổng Bí thư Nguyễn Phú Trọng và Phong trào",
        [("Lời kêu gọi", None, "2021-07-29", "Tổng Bí thư Nguyễn Phú Trọng")],
    ),
    (
        "theo Nghị quyết Đại hội đại biểu toàn quốc lần thứ XIII của Đảng.",
        [("Nghị quyết", None, None, "Đại hội đại biểu toàn quốc lần thứ XIII của Đảng")],
    ),
    ("các Kế hoạch của Tiểu ban Truyền thông (đặc biệt là)", [("Kế hoạch", None, None, "Tiểu ban Truyền thông")]),
    ("(thay thế Luật Giao dịch điện tử 2005)", [("Luật", None, None, "Quốc hội")]),
    ("Xây dựng Chỉ thị của Thủ tướng Chính phủ về ứng cứu", []),
    ("trình Quốc hội Đề án Luật giao dịch điện tử sửa đổi", []),
    ("các chủ trương, Nghị quyết, Chỉ thị, Kết luận của Ban Chấp hành Trung ương", []),
    ("đúng pháp luật, Quyết định này, Kế hoạch này", []),
]


@pytest.mark.parametrize(("text", "expected"), MENTIONED)
def test_mentions(text: str, expected: list[tuple[str | None, ...]]) -> None:
    found = [m for m in find_mentions(text) if not m.nested]
    assert [
        (m.type, m.symbol.number if m.symbol else None, m.date.iso if m.date else None, m.issuer) for m in found
    ] == expected
    assert all(text[m.start : m.end].strip() == m.raw for m in found)


TITLED = [
    ("Kế hoạch số 85/KH-UBND ngày 21/9/2021 về việc triển khai phong trào “Cả nước chung sức; đồng lòng”; Chỉ thị", "triển khai phong trào “Cả nước chung sức; đồng lòng”"),
    ("Chỉ thị số 34-CT/TW ngày 07/4/2014 của Bộ Chính trị về “Tiếp tục đổi mới”. Triển khai", "Tiếp tục đổi mới"),
    ("Nghị quyết số 86/NQ-CP ngày 06/8/2021 của Chính phủ về các giải pháp cấp bách và hưởng ứng Lời kêu gọi toàn dân đoàn kết", "các giải pháp cấp bách"),
    ("Quyết định số 236/QĐ-BTTTT của Bộ trưởng Bộ Thông tin và Truyền thông về ban hành Chương trình tiết kiệm của Bộ Thông tin và Truyền thông, quán triệt đến từng cơ quan", "ban hành Chương trình tiết kiệm của Bộ Thông tin và Truyền thông"),
    ("Công văn số 87/HĐND-KTNS ngày 15/5/2024 về điều chỉnh dự toán, số 208/HĐND-KTNS ngày 30/10/2024 về kinh phí", "điều chỉnh dự toán"),
    ("Quyết định số 12/QĐ-UBND về tăng cường quản lý, sử dụng tài sản và đẩy mạnh cải cách.", "tăng cường quản lý, sử dụng tài sản và đẩy mạnh cải cách"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "title"), TITLED)
def test_where_a_title_ends(text: str, title: str) -> None:
    assert find_mentions(text)[0].title == title


def test_a_title_without_end_is_cut_between_words() -> None:
    title = find_mentions("Quyết định số 12/QĐ-UBND về " + "quản lý tài sản công " * 40)[0].title or ""
    assert 300 < len(title) <= 400 and title.split()[-1] in {"quản", "lý", "tài", "sản", "công"}


@pytest.mark.parametrize("read", ["By", "B9", "BQ", "B"])
def test_a_ministry_of_which_a_scrap_was_read(read: str) -> None:
    text = (
        f"Quyết định số 23/QĐ-BTTTT ngày 26/5/2021 của Bộ trưởng {read} Thông tin và Truyền thông về ban hành Quy chế."
    )
    citations, _, _ = find_citations([Node(id="x/1", parent="x", kind="item", text=text)], OWN)
    assert citations[1].issuer == "Bộ trưởng Bộ Thông tin và Truyền thông"
    assert f"Bộ trưởng {read} Thông tin" in (citations[1].raw or "")  # as read
    assert citations[1].title == "ban hành Quy chế"


def test_misread_letters_of_a_symbol_are_flagged() -> None:
    text = "Quyết định số 1035/Qb-BTTTT và Quyết định số 12/QD-UBND"
    _, _, review = find_citations([Node(id="x/1", parent="x", kind="item", text=text)], OWN)
    assert [(r.code, r.raw, r.resolved) for r in review] == [("citation_malformed", "1035/Qb-BTTTT", "1035/QĐ-BTTTT")]


def test_documents_are_resolved() -> None:
    nodes = outline("""
quyet-dinh/can-cu-1 | legal_basis | | Căn cứ Quyết định số 1497/QĐ-TTg ngày 10 tháng 9 năm 2021 của Thủ tướng Chính phủ;
quyet-dinh/can-cu-2 | legal_basis | | Căn cứ chức năng, nhiệm vụ được giao;
quyet-dinh/dieu-1 | article | | Theo Chỉ thị 01/CT-BTTTT ngày 11/01/2021 và Quyết định số 1497/QD-TTg; Quyết định số 1423/QĐ-BTTTT này.
quyet-dinh/dieu-2 | article | | Theo Chỉ thị 01/CT-TTTT ngày 11/01/2021 và Quyết định số 05/QĐ-BTTTT ngày 20/12/2021.
""")
    citations, bases, review = find_citations(nodes, OWN)
    assert [c.number for c in citations] == ["1423/QĐ-BTTTT", "1497/QĐ-TTg", "01/CT-BTTTT", "05/QĐ-BTTTT"]
    assert citations[0].id == "C00" and citations[0].mentions == ("quyet-dinh",)
    assert citations[1].mentions == ("quyet-dinh/can-cu-1", "quyet-dinh/dieu-1")
    assert citations[2].mentions == ("quyet-dinh/dieu-1", "quyet-dinh/dieu-2")
    assert [(b.node, b.citations) for b in bases] == [("quyet-dinh/can-cu-1", ("C01",))]
    assert {r.code: r.raw for r in review} == {
        "citation_variant": ("01/CT-BTTTT", "01/CT-TTTT"),
        "citation_after_document": "Quyết định số 05/QĐ-BTTTT ngày 20/12/2021",
    }


def test_same_serial_of_two_issuers_is_two_documents() -> None:
    text = "Kế hoạch số 68/KH-UBND ngày 06/8/2021 và Kế hoạch số 68/KH-STTTT ngày 06/8/2021"
    citations, _, review = find_citations([Node(id="x/1", parent="x", kind="item", text=text)], OWN)
    assert len(citations) == 3 and not review


def test_a_law_with_and_without_its_number() -> None:
    text = "quy định chi tiết một số điều của Luật Nhà ở; Căn cứ Luật Nhà ở số 27/2023/QH15 ngày 27 tháng 11 năm 2023"
    citations, _, _ = find_citations([Node(id="x/1", parent="x", kind="item", text=text)], Metadata())
    assert [c.number for c in citations[1:]] == ["27/2023/QH15"]


def test_malformed_and_impossible_are_flagged_and_kept() -> None:
    text = (
        "Chỉ thị số 05 /CT-TW ngày 45/5/2016 của Bộ Chính trị; Quyết định số 23 6/QĐ-BTTTT; "
        "Chỉ thị số 7/CT-B ngày 25/8/2021 của Bộ Thông tin và Truyền thông"
    )
    citations, _, review = find_citations([Node(id="x/1", parent="x", kind="item", text=text)], OWN)
    assert citations[1].date is None
    assert [(r.code, r.raw, r.resolved) for r in review] == [
        ("citation_malformed", "05 /CT-TW", "05-CT/TW"),
        ("citation_date_impossible", "45/5/2016", None),
        ("citation_number_misread", "23 6/QĐ-BTTTT", None),
        ("citation_malformed", "7/CT-B", "7/CT-BTTTT"),
    ]


PIECES = st.lists(
    st.sampled_from(
        [
            "Luật",
            "Quyết định",
            "số",
            "12/QĐ-UBND",
            "ngày",
            "1/1/2020",
            "của",
            "Sở Tài chính",
            "về",
            "“",
            "”",
            ";",
            "(",
            "sửa đổi",
            "30/2021/QH15",
            "Đại hội",
        ]
    ),
    max_size=25,
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | PIECES)
def test_total(text: str) -> None:
    citations, _, _ = find_citations([Node(id="x/1", parent="x", kind="legal_basis", text=text)], Metadata())
    assert [c.id for c in citations] == [f"C{n:02d}" for n in range(len(citations))]
    assert all(0 <= m.start < m.end <= len(text) for m in find_mentions(text))
