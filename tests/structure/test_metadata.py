"""Metadata: headers in every shape they arrive in, signatures, recipients."""

from __future__ import annotations

import pytest

from dau.structure.facts.names import by_initials, sentence_case, usual_case
from dau.structure.header.recipients import purpose_of
from dau.structure.header.signature import read_signature

from .reading import parse_text

BODY = "\nThực hiện chỉ đạo của Chính phủ, yêu cầu các đơn vị thực hiện các nội dung sau:\n1. Một.\n2. Hai.\n"


@pytest.mark.parametrize(
    ("header", "issuer", "parent", "number", "place", "date"),
    [
        (
            "ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI\nSố: 01 /CT-UBND\nCỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
            "Độc lập - Tự do - Hạnh phúc\nQuảng Ngãi, ngày 04 tháng 01 năm 2021\nCHỈ THỊ\nVề việc thử",
            "Ủy ban nhân dân tỉnh Quảng Ngãi", None, "01/CT-UBND", "Quảng Ngãi", "2021-01-04",
        ),
        (  # a table of two columns that came as lines and bars
            "BỘ\nTHÔNG TIN VÀ\nTRUYỀN THÔNG\n-------\n|\n"
            "CỘNG\nHÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
            "Độc lập - Tự do - Hạnh phúc\n----\n|\nSố: 103/CT-BTTTT\n|\n"
            "Hà\nNội, ngày 13 tháng 12 năm 2021\n|\nCHỈ THỊ\n"
            "VỀ CÔNG TÁC THI ĐUA",
            "Bộ Thông tin và Truyền thông", None, "103/CT-BTTTT", "Hà Nội", "2021-12-13",
        ),
        (  # both columns merged, without diacritics
            "UBND TiNH TRA VINH CONGHOA XA HQI CHU NGHIA VIET NAM\n"
            "SO THONG TIN VA TRUYEN THONG Poc lap - Tur do - Hanh phtc\n"
            "Sb: 44 |KH-STTTT Tra Vinh, ngay 15 thang 10 nam 2021\nKE HOACH\nTrien khai",
            "Sở Thông tin và Truyền thông", "UBND tinh tra vinh", "44/KH-STTTT", "Tra Vinh", "2021-10-15",
        ),
        (
            "BỘ TÀI CHÍNH\nCỤC THUẾ\nSố:\n3509/QĐ-CT\nHà Nội, ngày\n17 tháng 11 năm 2025\nQUYẾT ĐỊNH\n"
            "BAN\nHÀNH QUY TẮC ỨNG XỬ",
            "Cục Thuế", "Bộ Tài chính", "3509/QĐ-CT", "Hà Nội", "2025-11-17",
        ),
        (  # blank to be filled in by hand
            "Số: /KH-TBTT\n\nHà Nội, ngày tháng năm 2021\n\nKẾ HOẠCH\n\nTruyền thông\n\n"
            "Tiểu ban Truyền thông ban hành Kế hoạch như sau:",
            "Tiểu ban Truyền thông", None, None, "Hà Nội", None,
        ),
    ],
)  # fmt: skip
def test_headers(
    header: str, issuer: str, parent: str | None, number: str | None, place: str, date: str | None
) -> None:
    m = parse_text(header + "\n" + BODY).metadata
    assert (m.issuer.name, m.issuer.parent) == (issuer, parent)
    assert (m.number.text, m.place, m.issued.date) == (number, place, date)


def test_blank_number_and_date_stay_blank_and_are_flagged() -> None:
    d = parse_text("Số: /KH-TBTT\n\nHà Nội, ngày tháng năm 2021\n\nKẾ HOẠCH\n\nTruyền thông\n" + BODY)
    assert (d.metadata.number.raw, d.metadata.number.serial) == ("/KH-TBTT", None)
    assert d.metadata.issued.raw == "Hà Nội, ngày tháng năm 2021"
    high = [(r.code, r.field) for r in d.review if r.severity == "high"]
    assert high == [("date_blank", "/metadata/issued"), ("number_blank", "/metadata/number")]


def test_no_header_gives_flags_and_no_guesses() -> None:
    d = parse_text("Một bài báo không phải văn bản hành chính.\n\nĐoạn thứ hai.")
    m = d.metadata
    assert (m.type.name, m.number.raw, m.issuer.name, m.issued.raw, m.signer.name) == (None, None, None, None, None)
    assert {"header_missing", "number_missing", "date_missing", "type_missing", "signer_missing"} <= {
        r.code for r in d.review
    }


@pytest.mark.parametrize(
    ("lines", "authority", "behalf", "position", "name"),
    [
        (["CHỦ TỊCH", "Đặng Văn Minh"], None, None, "CHỦ TỊCH", "Đặng Văn Minh"),
        (["BỘ", "TRƯỞNG", "Nguyễn Mạnh Hùng"], None, None, "BỘ TRƯỞNG", "Nguyễn Mạnh Hùng"),
        (["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Trần Hoàng Tuấn"],
         "KT.", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Trần Hoàng Tuấn"),
        (["TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "Hà Thị Lê Vân"],
         "KT.", "CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "Hà Thị Lê Vân"),
        (["TM. CHÍNH PHỦ", "THỦ TƯỚNG", "Nguyễn Xuân Phúc"], "TM.", "CHÍNH PHỦ", "THỦ TƯỚNG", "Nguyễn Xuân Phúc"),
        (["**KT. BỘ TRƯỞNG-TRƯỞNG TIỂU BAN", "THỨ TRƯỞNG**", "", "Phạm Anh Tuấn"],
         "KT.", "BỘ TRƯỞNG-TRƯỞNG TIỂU BAN", "THỨ TRƯỞNG", "Phạm Anh Tuấn"),
        (["TL. CỤC TRƯỞNG", "KT. TRƯỞNG BAN BAN CHÍNH SÁCH,", "THUẾ QUỐC TẾ", "PHÓ TRƯỞNG BAN", "Mạnh Thị Mai"],
         "KT.", "TRƯỞNG BAN BAN CHÍNH SÁCH, THUẾ QUỐC TẾ", "PHÓ TRƯỞNG BAN", "Mạnh Thị Mai"),
        (["TRƯỞNG BAN", "CHỦ TỊCH UBND TỈNH", "Nguyễn Hoàng Giang"],
         None, None, "TRƯỞNG BAN", "Nguyễn Hoàng Giang"),
        (["KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC", "(Đã ký)", "Trần Văn An"], "KT.", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Trần Văn An"),
        (["KT. CHỦ TỊCH", "PHO CHỦ TICN", "Lê Hữu Hoàng"], "KT.", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Lê Hữu Hoàng"),
        (["BO TRUONG", "N", "WO\\ 3 /9", "~~=Nguyén Manh Hing"], None, None, "BỘ TRƯỞNG", "Nguyén Manh Hing"),
        ([], None, None, None, None),
    ],
)  # fmt: skip
def test_signatures(
    lines: list[str], authority: str | None, behalf: str | None, position: str | None, name: str | None
) -> None:
    signer = read_signature(lines).signer
    assert (signer.authority, signer.on_behalf_of, signer.position, signer.name) == (authority, behalf, position, name)


def test_a_composite_office_is_seen() -> None:
    assert read_signature(["KT. BỘ TRƯỞNG, CHỦ NHIỆM", "PHÓ CHỦ NHIỆM"]).composite == "KT. BỘ TRƯỞNG, CHỦ NHIỆM"
    assert read_signature(["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]).composite is None


@pytest.mark.parametrize(
    ("raw", "purpose"),
    [
        ("Thủ tướng Chính phủ (để b/c)", "để báo cáo"), ("Thường trực Tỉnh ủy (b/cáo)", "để báo cáo"),
        ("Bộ trưởng (để biết)", "để biết"), ("Các đơn vị (để th/h)", "để thực hiện"),
        ("Website (để đăng tải)", "để đăng tải"), ("VPUB: CVP, PCVP (NC), CBTH", None),
        ("Lưu: VT, TĐKT, NAH (17)", None),
    ],
)  # fmt: skip
def test_purposes(raw: str, purpose: str | None) -> None:
    assert purpose_of(raw) == purpose


def test_merged_columns_of_recipients_and_signature() -> None:
    d = parse_text(
        "QUYẾT ĐỊNH\nVề việc thử\n" + BODY + "Nơi nhận: BỘ TRƯỞNG\n- Như Điều 3;\n\n- Văn phòng Chính phủ (để b/c); N\n"
        "- Công đoàn TTTT Việt Nam; ~~=Nguyễn Mạnh Hùng\n- Các hội, hiệp hội;\n"
    )
    assert [r.raw for r in d.recipients] == [
        "Như Điều 3", "Văn phòng Chính phủ (để b/c)", "Công đoàn TTTT Việt Nam", "Các hội, hiệp hội",
    ]  # fmt: skip
    assert (d.metadata.signer.position, d.metadata.signer.name) == ("BỘ TRƯỞNG", "Nguyễn Mạnh Hùng")
    assert "recipients_unclosed" in {r.code for r in d.review}


def test_names() -> None:
    assert usual_case("ỦY BAN NHÂN DÂN TỈNH BÀ RỊA - VŨNG TÀU") == "Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu"
    assert usual_case("SỞ TƯ PHÁP", text="do Sở Tư pháp trình") == "Sở Tư pháp"
    assert by_initials("TBTT", "các Tiểu ban, Tiểu ban Truyền thông ban hành") == "Tiểu ban Truyền thông"
    assert by_initials("XYZ", "Tiểu ban Truyền thông") is None
    assert sentence_case("VỀ PHÒNG, CHỐNG COVID-19", "dịch COVID-19 trên cả nước") == "Về phòng, chống COVID-19"


def test_a_file_name_fills_nothing_and_is_at_most_flagged() -> None:
    from dau.structure import parse

    from .reading import text_transcript

    text = "UBND TỈNH A\nSố: 44/CT-UBND\nCHỈ THỊ\nVề việc thử\n" + BODY
    plain = parse(text_transcript(text))
    named = parse(text_transcript(text), filename="CT 11 signed.pdf")
    assert named.metadata == plain.metadata
    assert {r.code for r in named.review} - {r.code for r in plain.review} == {"file_name_disagrees"}
    assert parse(text_transcript("Không số."), filename="CT 11.pdf").metadata.number.raw is None
