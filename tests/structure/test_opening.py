"""Headers as archives and conversions hold them: behind a cover sheet, under the title, broken or run together."""

from __future__ import annotations

import pytest

from dau.document.transcript import Transcript
from dau.structure import parse

from .reading import boxed_page, parse_text

MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
BODY = "Căn cứ Luật Thử ngày 01 tháng 2 năm 2020;\nQUYẾT ĐỊNH:\nĐiều 1. Phê duyệt.\nĐiều 2. Thi hành./.\n"
SHEET = (
    "Nghị định số 96/2026/NĐ-CP\nTHÔNG TIN VĂN BẢN\nSố hiệu 96/2026/NĐ-CP\nNgày ban hành 30/03/2026\n"
    "Căn cứ pháp lý Luật Đầu tư số 143/2025/QH15\nThay thế\n- Nghị định số 31/2021/NĐ-CP ngày 26/3/2021\nVĂN BẢN\n"
)


@pytest.mark.parametrize(
    ("header", "kind", "number", "date", "issuer", "subject"),
    [
        pytest.param(
            f"{SHEET}CHÍNH PHỦ\n{MOTTO}Số: 96/2026/NĐ-CP\nHà Nội, ngày 31 tháng 3 năm 2026\nNGHỊ ĐỊNH\nVề đầu tư\n",
            "Nghị định", "96/2026/NĐ-CP", "2026-03-31", "Chính phủ", "Về đầu tư", id="behind a table of facts",
        ),
        pytest.param(
            f"{SHEET}THỦ TƯỚNG CHÍNH PHỦ\n{MOTTO}Hà Nội, ngày 31 tháng 3 năm 2026\nQUYẾT ĐỊNH\nVề đầu tư\n",
            "Quyết định", None, "2026-03-31", "Thủ tướng Chính phủ", "Về đầu tư", id="whose number is not this one's",
        ),
        pytest.param(
            f"THÔNG TƯ\nHƯỚNG DẪN BẢO HIỂM\nBỘ TÀI CHÍNH\n{MOTTO}Số: 4/2026/TT-BTC\nHà Nội, ngày 31 tháng 3 năm 2026\n",
            "Thông tư", "4/2026/TT-BTC", "2026-03-31", "Bộ Tài chính", "Hướng dẫn bảo hiểm", id="title above",
        ),
        pytest.param(
            f"QUYẾT ĐỊNH\nBỘ TÀI CHÍNH\nSố: 4/QĐ-BTC\n{MOTTO}Hà Nội, ngày 31 tháng 3 năm 2026\nQUYẾT ĐỊNH\nVề giá\n",
            "Quyết định", "4/QĐ-BTC", "2026-03-31", "Bộ Tài chính", "Về giá", id="title above and below",
        ),
        pytest.param(
            f"QUỐC HỘI\n{MOTTO}Luật số: 59/2010/QH12 Hà Nội, ngày 17 tháng 11 năm 2010 LUẬT BẢO VỆ BIỂN\n",
            "Luật", "59/2010/QH12", "2010-11-17", "Quốc hội", "Bảo vệ biển", id="number, date and title on one line",
        ),
        pytest.param(
            f"BỘ TƯ PHÁP\n{MOTTO}Số: 17/QĐ-BTP\nHà Nội, ngày 29 tháng 01 năm 2015 QUYẾT ĐỊNH VỀ GIÁ "
            "BỘ TRƯỞNG BỘ TƯ PHÁP\n",
            "Quyết định", "17/QĐ-BTP", "2015-01-29", "Bộ Tư pháp", "Về giá", id="and the authority",
        ),
        pytest.param(
            "ỦY BAN NHÂN\nDÂN\nTỈNH HÀ TĨNH\nCỘNG HÒA XÃ\nHỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
            "Số: 37/QĐ-\nUBND\nHà Tĩnh, ngày\n01 tháng12 năm 2025\nQUYẾT\nĐỊNH\nCÔNG\nBỐ DANH MỤC\n",
            "Quyết định", "37/QĐ-UBND", "2025-12-01", "Ủy ban nhân dân tỉnh Hà Tĩnh", "Công bố danh mục",
            id="broken words",
        ),
        pytest.param(
            f"ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HÀ NỘI\n{MOTTO}Số: 24\n/2025/QĐ-UBND\nHà Nội, ngày 2 tháng 0 6 năm 2025\n"
            "QUYẾT ĐỊNH1\nVề giá\n",
            "Quyết định", "24/2025/QĐ-UBND", "2025-06-02", "Ủy ban nhân dân thành phố Hà Nội", "Về giá",
            id="number over two lines, spaced digits, a footnote's number",
        ),
        pytest.param(
            f"{MOTTO}NGHỊ ĐỊNH\nQuy định quản lý\nNghị định số 51/2016/NĐ-CP ngày 13 tháng 6 năm 2016 của Chính phủ, "
            "được sửa đổi bởi:\n",
            "Nghị định", None, None, None, None, id="a consolidated text has no number of its own",
        ),
    ],
)  # fmt: skip
def test_headers(
    header: str, kind: str, number: str | None, date: str | None, issuer: str | None, subject: str | None
) -> None:
    metadata = parse_text(header + BODY).metadata
    assert (metadata.type.name, metadata.number.text, metadata.issued.date) == (kind, number, date)
    assert metadata.issuer.name == issuer
    assert subject is None or (metadata.subject or "").casefold() == subject.casefold()


def test_a_body_whose_first_words_are_lost_is_no_subject() -> None:
    """The received stamp lies over "Trong": the line begins with a small letter, but is set as the body is."""
    rows = [
        (250.0, 100.0, "CHỈ THỊ"),
        (170.0, 120.0, "Về việc tăng cường công tác thi hành án"),
        (230.0, 134.0, "trên địa bàn tỉnh Quảng Ngãi"),
        (170.0, 166.0, "thời gian qua, công tác triển khai thi hành Luật tố tụng"),
        (85.0, 182.0, "hành chính; việc tổ chức thi hành những bản án, quyết định của Tòa án"),
        (85.0, 198.0, "đạt những kết quả tích cực. Tuy nhiên, vẫn còn một số trường hợp khác"),
    ]
    found = parse(Transcript(pages=(boxed_page(1, rows),)))
    assert found.metadata.subject == "Về việc tăng cường công tác thi hành án trên địa bàn tỉnh Quảng Ngãi"
    assert (found.nodes[0].text or "").startswith("thời gian qua")


@pytest.mark.parametrize(
    ("closing", "header_date", "date"),
    [
        ("Luật này được Quốc hội khóa XV, kỳ họp thứ 8 thông qua\nngày 30 tháng 11 năm 2024.", "", "2024-11-30"),
        ("Luật này được Quốc hội khóa XV thông qua ngày   tháng   năm 2024.", "", None),
        ("Căn cứ nghị quyết được thông qua ngày 30 tháng 11 năm 2024.", "", None),
        (
            "Luật này được Quốc hội khóa XV thông qua ngày 30 tháng 11 năm 2024.",
            "Hà Nội, ngày 02 tháng 12 năm 2024\n", "2024-12-02",
        ),
        (
            "Luật này được Quốc hội khóa XV thông qua ngày 30 tháng 11 năm 2024.",
            "Hà Nội, ngày   tháng 12 năm 2024\n", None,
        ),
    ],
)  # fmt: skip
def test_a_law_is_dated_by_its_passing_if_nothing_else_is_printed(
    closing: str, header_date: str, date: str | None
) -> None:
    law = f"QUỐC HỘI\n{MOTTO}Luật số: 60/2024/QH15\n{header_date}LUẬT\nDỮ LIỆU\nĐiều 1. Phạm vi\n{closing}\n"
    assert parse_text(law).metadata.issued.date == date


def articles(body: str) -> list[str | None]:
    return [n.number for n in parse_text(f"CHÍNH PHỦ\nNGHỊ ĐỊNH\nVề việc thử\n{body}").nodes if n.kind == "article"]


LONG = "Nghị định này quy định chi tiết một số điều và biện pháp thi hành luật về phạm vi điều chỉnh và"


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        pytest.param(
            f"Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi\n{LONG}\nđối tượng.\nChương II\n"
            "QUYỀN VÀ NGHĨA VỤ CỦA TỔ CHỨC, CÁ NHÂN\nPHÁT HÀNH, PHỔ BIẾN PHIM PHỤC VỤ NHIỆM VỤ CHÍNH TRỊ\n"
            f"Điều 2. Quyền\n{LONG}\nnghĩa vụ.\n",
            ["Điều 1.", "Điều 2."], id="behind the title of a chapter, however wide",
        ),
        pytest.param(
            "Điều 1. Bổ sung Mục 2a\n“Mục 2a\nTẠM ĐÌNH CHỈ\nĐiều 28a. Sự kiện\nNội dung.\nĐiều 28b. Gửi\nNội dung.”.\n"
            "Điều 2. Thi hành\nNội dung.\n",
            ["Điều 1.", "Điều 2."], id="quoted articles jump while the next one follows",
        ),
        pytest.param(
            "Điều 1. Sửa đổi như sau:\n“1. Nội dung mới.\n2. Nội dung khác.\nĐiều 2. Thi hành\nNội dung.\n",
            ["Điều 1.", "Điều 2."], id="a quotation that is never closed",
        ),
        pytest.param(
            "Điều 1. Sửa đổi như sau:\n“Điều 1. A\nNội dung.\nĐiều 2. B\nNội dung.”.\nĐiều 2. Thi hành\nNội dung.\n",
            ["Điều 1.", "Điều 2."], id="a quotation of several articles",
        ),
        pytest.param(
            "Điều 1. Thay thế\n1. Thay cụm từ tại khoản 3\nĐiều 1.\n2. Bãi bỏ.\nĐiều 2. Thi hành\nNội dung.\n",
            ["Điều 1.", "Điều 2."], id="a reference that was wrapped",
        ),
        pytest.param("Điều 1. A\nB.\nĐiều 7. C\nD.\n", ["Điều 1.", "Điều 7."], id="a jump with nothing between"),
    ],
)  # fmt: skip
def test_articles(body: str, numbers: list[str]) -> None:
    assert articles(body) == numbers
