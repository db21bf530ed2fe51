"""Who signed, under a seal: two signers side by side, damaged titles and names, and what is flagged of them."""

from __future__ import annotations

import pytest

from dau.document.directive import Directive, Signer
from dau.document.transcript import Overlay, Transcript, TranscriptPage, Word
from dau.structure import parse
from dau.structure.facts.names import joint_case, put_right
from dau.structure.facts.titles import damaged_collective, deputies, misread_prefix, nearest
from dau.structure.header.persons import is_surname, name_doubts, signer_witnesses, told_by
from dau.structure.header.signature import read_signature

from .reading import boxed_page, parse_text

Row = tuple[float, float, str]
TOP: list[Row] = [
    (250, 60, "BIÊN BẢN"), (200, 80, "Về việc họp xét thi đua"), (80, 110, "Cuộc họp kết thúc lúc 16 giờ."),
]  # fmt: skip
LISTED: list[Row] = [*TOP, (80, 290, "Nơi nhận:"), (80, 304, "- Như trên;"), (80, 318, "- Lưu: VT.")]


def page_of(rows: list[Row], *wide: tuple[float, float, str, float, str]) -> TranscriptPage:
    """A page of rows; `wide` are rows of two columns (x, y, left text, x, right text)."""
    two = [(x, y, left, x2, right) for x, y, left, x2, right in wide]
    page = boxed_page(1, [*rows, *((x, y, f"{left} {right}") for x, y, left, _, right in two)])
    lines = list(page.lines)
    for n, (_, _, left, x2, _) in enumerate(two, len(rows)):
        words = list(lines[n].words)
        first = len(left.split())
        shift = x2 - words[first].bbox[0] if words[first].bbox else 0  # type: ignore[index]
        for k in range(first, len(words)):
            x0, y0, x1, y1 = words[k].bbox  # type: ignore[misc]
            words[k] = words[k].model_copy(update={"bbox": (x0 + shift, y0, x1 + shift, y1)})
        box = (lines[n].bbox[0], lines[n].bbox[1], words[-1].bbox[2], lines[n].bbox[3])  # type: ignore[index]
        lines[n] = lines[n].model_copy(update={"words": tuple(words), "bbox": box})
    return page.model_copy(update={"lines": tuple(lines)})


def parse_page(page: TranscriptPage) -> Directive:
    return parse(Transcript(pages=(page,)))


def flags(directive: Directive, code: str = "signer_low_confidence") -> list[tuple[str, object, str | None]]:
    return [(r.severity, r.raw, r.resolved) for r in directive.review if r.code == code]


# ------------------------------------------------------------------ side by side


def test_of_two_signers_side_by_side_the_right_one_signs_and_the_left_one_signs_too() -> None:
    d = parse_page(
        page_of(
            TOP,
            (120, 300, "THƯ KÝ", 380, "CHỦ TỌA"),
            (110, 380, "Nguyễn Văn Nghĩa", 370, "Trần Chí Tiến"),
        )
    )
    assert d.metadata.signer == Signer(position="CHỦ TỌA", name="Trần Chí Tiến")
    assert d.metadata.co_signers == (Signer(position="THƯ KÝ", name="Nguyễn Văn Nghĩa"),)


def test_titles_of_two_columns_wrap_each_in_its_own() -> None:
    d = parse_page(
        page_of(
            TOP,
            (60, 300, "KT. BỘ TRƯỞNG BỘ TÀI CHÍNH", 320, "KT. BỘ TRƯỞNG BỘ LAO ĐỘNG -"),
            (90, 314, "THỨ TRƯỞNG", 330, "THƯƠNG BINH VÀ XÃ HỘI"),
            (90, 328, "", 360, "THỨ TRƯỞNG"),
            (80, 420, "Trương Chí Trung", 360, "Bùi Hồng Lĩnh"),
        )
    )
    signer, (other,) = d.metadata.signer, d.metadata.co_signers
    assert (signer.on_behalf_of, signer.position, signer.name) == (
        "BỘ TRƯỞNG BỘ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "THỨ TRƯỞNG", "Bùi Hồng Lĩnh",
    )  # fmt: skip
    assert (other.on_behalf_of, other.position, other.name) == (
        "BỘ TRƯỞNG BỘ TÀI CHÍNH", "THỨ TRƯỞNG", "Trương Chí Trung",
    )  # fmt: skip


def test_a_wide_space_in_one_line_is_no_second_column() -> None:
    rows: list[Row] = [*TOP, (360, 314, "PHÓ CHỦ TỊCH"), (350, 380, "Trần Hoàng Tuấn")]
    d = parse_page(page_of(rows, (300, 300, "KT.", 370, "CHỦ TỊCH")))
    assert d.metadata.co_signers == ()


def test_names_of_two_without_boxes_are_doubted() -> None:
    d = parse_text("BIÊN BẢN\nVề việc họp\n\nHọp xong.\n\nCHỦ TỌA\n\nNguyễn Văn Nghĩa Trần Chí Tiến\n")
    assert flags(d) == [("medium", "Nguyễn Văn Nghĩa Trần Chí Tiến", None)]


# ------------------------------------------------------------------------ titles


@pytest.mark.parametrize(
    ("lines", "authority", "behalf", "position"),
    [
        # a deputy of the office named behind KT., and no other
        (["KT. BỘ TRƯỞNG", "1HƯTRƯỞNG"], "KT.", "BỘ TRƯỞNG", "THỨ TRƯỞNG"),
        (["KT. BỘ TRƯỞNG", "THỨ 7 KƯỞNG THƯỜNG TRỰC"], "KT.", "BỘ TRƯỞNG", "THỨ TRƯỞNG THƯỜNG TRỰC"),
        (["KT. GIÁM ĐỐC", "Ó GIÁM ĐỐC"], "KT.", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        (["KT. BỘ TRƯỞNG, CHỦ NHIỆM", "PHĐ&HỦ NHIỆM"], "KT.", "BỘ TRƯỞNG, CHỦ NHIỆM", "PHÓ CHỦ NHIỆM"),
        (["KT. BỘ TRƯỞNG", "XHVQ MNG"], "KT.", "BỘ TRƯỞNG", None),
        # a prefix with a letter misread, or known from the deputy below
        (["ET. BỘ TRƯỞNG", "1LỦ TRƯỞNG"], "KT.", "BỘ TRƯỞNG", "THỨ TRƯỞNG"),
        (["X1. BỘ TRƯỞNG", "THƯ TRƯỞNG"], "KT.", "BỘ TRƯỞNG", "THỨ TRƯỞNG"),
        (["BỘ TRƯỞNG", "THỨ TRƯỞNG"], "KT.", "BỘ TRƯỞNG", "THỨ TRƯỞNG"),
        (["V-CHÍNH PHÙ", "TUTUỚNG"], "TM.", "CHÍNH PHỦ", "THỦ TƯỚNG"),
        # what cannot be told stays open
        (["HPHỦ"], None, None, None),
        (["X1. BỘ TRƯỞNG"], None, None, None),
        # what is printed clearly stays as printed
        (["TRƯỞNG BAN", "CHỦ TỊCH UBND TỈNH"], None, None, "TRƯỞNG BAN"),
        (["CHỈ HUY TRƯỞNG"], None, None, "CHỈ HUY TRƯỞNG"),
        (["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "GIÁO DỤC", "VÀ ĐÀO T"], "KT.", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    ],
)
def test_titles_under_a_seal(lines: list[str], authority: str | None, behalf: str | None, position: str | None) -> None:
    signer = read_signature([*lines, "Nguyễn Văn An"]).signer
    assert (signer.authority, signer.on_behalf_of, signer.position) == (authority, behalf, position)
    assert signer.name == "Nguyễn Văn An"


def test_the_closed_lists() -> None:
    assert deputies("BỘ TRƯỞNG BỘ TÀI CHÍNH") == ("THỨ TRƯỞNG", "THỨ TRƯỞNG THƯỜNG TRỰC")
    assert deputies("CHÁNH VĂN PHÒNG")[0] == "PHÓ CHÁNH VĂN PHÒNG"
    assert deputies("THỦ TRƯỞNG ĐƠN VỊ") == ()
    assert nearest("PHO CHU", ("PHÓ CHỦ TỊCH", "PHÓ CHỦ NHIỆM"), 0.6) is None, "two are about as near"
    assert [misread_prefix(word) for word in ("ET.", "TH.", "ET", "SỞ.")] == ["KT.", None, None, None]
    assert damaged_collective("CHÍNH PHỦ") is None, "no scrap of a prefix"


@pytest.mark.parametrize(
    ("lines", "severity", "raw"),
    [
        (["KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"], None, None),
        (["CHỦ TỊCH"], None, None),
        (["KT. BỘ TRƯỞNG", "1HƯTRƯỞNG"], "low", "1HƯTRƯỞNG"),
        (["C CHỊ HX", "CHỦ TỊCH"], "medium", "C CHỊ HX"),  # perhaps KT., and a deputy's title lost
        (["PHÓ CHỦ TỊCH"], "medium", "PHÓ CHỦ TỊCH"),  # a deputy signs for somebody: KT. is lost
        (["BỘ TRƯỞNG", "ỬQ RỌNGK"], "medium", "ỬQ RỌNGK"),
        (["KT. BỘ TRƯỞNG", "XHVQ MNG"], "medium", "XHVQ MNG"),
    ],
)
def test_titles_put_right_or_lost_are_flagged(lines: list[str], severity: str | None, raw: str | None) -> None:
    rows = [(360.0, 300.0 + 14 * n, line) for n, line in enumerate(lines)]
    d = parse_page(page_of([*LISTED, *rows, (355, 420, "Nguyễn Văn An")]))
    assert d.metadata.signer.name == "Nguyễn Văn An"
    assert [(s, r) for s, r, _ in flags(d)] == ([] if severity is None else [(severity, raw)])


@pytest.mark.parametrize(("x", "flagged"), [(377.0, False), (395.0, True), (340.0, False)])
def test_a_title_that_stands_too_far_right_of_the_name_may_have_lost_its_beginning(x: float, flagged: bool) -> None:
    d = parse_page(page_of([*TOP, (x, 300, "CHỦ TỊCH"), (360, 420, "Nguyễn Văn An")]))
    assert bool(flags(d)) == flagged
    assert d.metadata.signer.position == "CHỦ TỊCH"


# ------------------------------------------------------------------------- names


def word(raw: str, confidence: float | None = 0.99, other: str | None = None, restored: str | None = None) -> Word:
    readings = {"tesseract": raw, "trueocr": other} if other else {}
    return Word(raw=raw, restored=restored or raw, confidence=confidence, readings=readings)


@pytest.mark.parametrize(
    ("words", "doubts"),
    [
        ([word("Nguyễn"), word("Văn"), word("Phúc")], ()),
        ([word("Nguyễn", other="Nguyển"), word("Thị", other="ThịLê"), word("Lê", other="ThịLê")], ()),
        ([word("Lê", other="zê"), word("Tấn", other="ấn"), word("Dũng", other='"Dũng')], ()),
        ([word("Trần"), word("Văn", 0.4), word("An")], ("unsure",)),
        ([word("“Trần", 0.6, other="Trần"), word("Thị", 0.78, other="ThịLê"), word("Lê", 0.78, other="ThịLê")], ()),
        ([word("“Trần", 0.3, other="Trần"), word("An")], ("unsure",)),
        ([word("Trần"), word("Thương", 0.8, other="Thưởng")], ("unsure",)),
        ([word("Trần"), word("Tuyến", other="Quân"), word("An")], ("engines",)),
        ([word("Tran", restored="Trần"), word("An")], ("restored",)),
        ([word("Nguyễn"), word("Sihn"), word("Tân")], ("syllable",)),
        ([word("Piam"), word("Thưởng")], ("syllable", "surname")),
        ([word("Hã"), word("Thị"), word("Vân")], ("surname",)),
        ([word("Y"), word("Thông")], ()),
        ([word("H'Yim"), word("Kđoh")], ("syllable",)),
    ],
)
def test_doubts_about_a_name(words: list[Word], doubts: tuple[str, ...]) -> None:
    assert name_doubts(" ".join(w.restored.strip("“") for w in words), words, 0.9) == doubts


def test_surnames_are_told_by_their_diacritics_and_both_tone_placements() -> None:
    assert [is_surname(name) for name in ("Hà", "Hã", "Hoà", "Hòa", "NGUYỄN", "Nguyển", "Lò", "Ksor")] == [
        True, False, True, True, True, False, True, True,
    ]  # fmt: skip


def note(text: str) -> Transcript:
    overlay = Overlay(kind="signature_note", text=text)
    return Transcript(pages=(TranscriptPage(number=1, text_source="ocr", overlays=(overlay,)),))


def test_the_note_of_an_electronic_signature_names_a_person_or_an_agency() -> None:
    assert [w.name for w in signer_witnesses(note("Người ký: NGUYỄN VĂN PHÚC\nThời gian ký: 1.1.2025"))] == [
        "Nguyễn Văn Phúc"
    ]
    for text in ("Ký bởi: Ủy ban nhân dân tỉnh Quảng Ngãi", "Người ký: CỔNG THÔNG TIN ĐIỆN TỬ", "Ký bởi: Cục Thuế"):
        assert signer_witnesses(note(text)) == ()


def test_a_witness_puts_a_name_right_only_where_the_reading_is_near() -> None:
    told = signer_witnesses(note("Người ký: Nguyễn Văn Phúc"))
    assert [(found := told_by(name, told)) and found.name for name in ("Ngr,ến Văn Phúc", "Lê Tấn Dũng")] == [
        "Nguyễn Văn Phúc", None,
    ]  # fmt: skip
    both = (*told, *signer_witnesses(note("Người ký: Nguyễn Văn Phú")))
    assert told_by("Ngr,ến Văn Phúc", both) is None, "two witnesses that differ"


@pytest.mark.parametrize(
    ("signer_line", "overlay", "name", "expected"),
    [
        ("Nguyễn Văn Phúc", None, "Nguyễn Văn Phúc", []),
        ("Ngr,ến Văn Phúc", None, "Ngr,ến Văn Phúc", [("medium", "Ngr,ến Văn Phúc", None)]),
        ("Ngr,ến Văn Phúc", "Nguyễn Văn Phúc", "Nguyễn Văn Phúc", [("low", "Ngr,ến Văn Phúc", "Nguyễn Văn Phúc")]),
        ("Ngr,ến Văn Phúc", "Lê Tấn Dũng", "Ngr,ến Văn Phúc", [("medium", "Ngr,ến Văn Phúc", None)]),
        ("Nguyễn Văn Phúc", "Nguyễn Văn Phú", "Nguyễn Văn Phúc", []),  # a clear reading is not overruled
        ("Ngu,2n Văn Phúc", None, None, [("medium", "Ngu,2n Văn Phúc", None)]),
    ],
)
def test_a_damaged_name_is_kept_and_flagged(
    signer_line: str, overlay: str | None, name: str | None, expected: list[tuple[str, object, str | None]]
) -> None:
    page = page_of([*LISTED, (360, 300, "CHỦ TỊCH"), (345, 420, signer_line), (500, 450, "4.;")])
    if overlay:
        page = page.model_copy(update={"overlays": (Overlay(kind="signature_note", text=f"Người ký: {overlay}"),)})
    d = parse_page(page)
    assert d.metadata.signer.name == name
    assert flags(d) == expected
    assert all(r.page == 1 for r in d.review if r.code == "signer_low_confidence")


# ------------------------------------------------------- issuer, place and subject


@pytest.mark.parametrize(
    ("printed", "right"),
    [
        ("ÚY BAN NHÂN DÂN TỈNH QUẢNG NGÃI", "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"),
        ("UỶ BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN"),  # the old tone placement is no error
        ("BỘ GIẢO DỤC VÀ ĐÀO TẠO", "BỘ GIÁO DỤC VÀ ĐÀO TẠO"),
        ("UY BAN NHAN DAN", "UY BAN NHAN DAN"),  # no diacritics came at all
        ("CÔNG TY CỔ PHẦN ÚY LẠO", "CÔNG TY CỔ PHẦN ÚY LẠO"),
    ],
)
def test_diacritics_of_known_agencies(printed: str, right: str) -> None:
    assert put_right(printed) == right


def test_a_joint_issuer() -> None:
    name = joint_case("BỘ LAO ĐỘNG-THƯƠNG BINH VÀ XÃ HỘI - BỘ TÀI CHÍNH")
    assert name == "Bộ Lao động-Thương binh và Xã hội - Bộ Tài chính"


def head(
    issuer: str = "ỦY BAN NHÂN DÂN", place: str = "Hà Nội, ngày 1 tháng 2 năm 2021", subject: str = "Về việc thử"
) -> Directive:
    motto = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    return parse_text(f"{issuer}\nSố: 12/CT-UBND\n{motto}\n{place}\nCHỈ THỊ\n{subject}\n\nMột.\n")


def test_an_issuer_put_right_is_flagged_and_dirt_behind_it_is_not_its_name() -> None:
    d = head("ÚY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI _ (")
    assert d.metadata.issuer.name == "Ủy ban nhân dân tỉnh Quảng Ngãi"
    assert flags(d, "issuer_misread") == [("low", "ÚY BAN NHÂN DÂN TỈNH QUẢNG NGÃI", "Ủy ban nhân dân tỉnh Quảng Ngãi")]
    assert flags(head(), "issuer_misread") == []


@pytest.mark.parametrize("line", ["Hà Nội, ngày.2 4 tháng q năm 2026", "Hà Nội, ngav2g |h4»Ôh\\tl0ÄĐẾN -"])
def test_a_place_survives_its_date(line: str) -> None:
    d = head(place=line)
    assert (d.metadata.place, d.metadata.issued.date) == ("Hà Nội", None)
    assert d.metadata.issued.raw == line
    assert "date_impossible" in {r.code for r in d.review if r.severity == "high"}


def test_a_lost_place_is_flagged() -> None:
    assert [r.severity for r in head(place="ĐẾN").review if r.code == "place_missing"] == ["low"]


@pytest.mark.parametrize(
    ("line", "subject", "stamped"),
    [
        ("TRUNG TMCONG BẢO ti Học 0.NGÃI| Về việc thi hành án", "Về việc thi hành án", True),
        ("Về việc thi hành án", "Về việc thi hành án", False),
        ("Ban hành Quy định về việc thi hành án", "Ban hành Quy định về việc thi hành án", False),
        ("Triển khai Chỉ thị Về việc thi hành án", "Triển khai Chỉ thị Về việc thi hành án", False),
    ],
)
def test_a_stamp_is_no_beginning_of_a_subject(line: str, subject: str, stamped: bool) -> None:
    d = head(subject=line)
    assert d.metadata.subject == subject
    assert bool(flags(d, "stamp_over_text")) == stamped
