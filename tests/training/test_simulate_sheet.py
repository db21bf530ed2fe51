"""Sheets: their markup, their text, their layout, and what is known of their structure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.document.errors import InputError
from dau.document.orthography import VIETNAMESE_LETTERS, nfc
from dau.training.simulate import LayoutSettings, Paragraph, Table, plain_text, read_sheet
from dau.training.simulate.compose import A4, compose
from dau.training.simulate.sheet import plain, words
from dau.training.simulate.structure import components, metadata, nodes, recipients

ROOT = Path(__file__).resolve().parents[2]
SHEETS = ROOT / "corpus" / "clean" / "sheets"
CLEAN = ROOT / "corpus" / "clean"

DECISION = """
@part main Quyết định
@parent ỦY BAN NHÂN DÂN TỈNH
@issuer SỞ NỘI VỤ
@number Số: {07}/QĐ-SNV
@date Huế, ngày {} tháng 3 năm 2024
@note Người ký: SỞ NỘI VỤ
@type QUYẾT ĐỊNH
@subject Về việc thử
# GIÁM ĐỐC SỞ NỘI VỤ
~ Căn cứ Luật Lưu trữ ngày 21/6/2024;
# QUYẾT ĐỊNH:
**Điều 1.** Ban hành //Quy chế// này.
**Điều 2.** Có hai khoản:
1. Khoản một.
a) Điểm a.
Đoạn không có số.
2. Khoản hai./.
@recipient - Như Điều 2;
@recipient - Sở Tài chính (để p/h);
@signer KT. GIÁM ĐỐC
@signer PHÓ GIÁM ĐỐC
@signed Nguyễn Thị Ân
@part appendix Phụ lục
@landscape
@type PHỤ LỤC
@table 10 30 60
| TT | Tên | Việc
| 01 | A | x ¶ y
@end
"""


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("một hai", [[("một", "regular")], [("hai", "regular")]]),
        ("**Điều 1.** Ban", [[("Điều", "bold")], [("1.", "bold")], [("Ban", "regular")]]),
        ("**thông”**, với", [[("thông”", "bold"), (",", "regular")], [("với", "regular")]]),
        ("//a **b// c**", [[("a", "italic")], [("b", "bold_italic")], [("c", "bold")]]),
        ("", []),
    ],
)
def test_words_of_markup(markup: str, expected: list[list[tuple[str, str]]]) -> None:
    assert [[(run.text, run.style) for run in word] for word in words(markup)] == expected


def test_a_hand_writes_digits_and_leaves_blanks() -> None:
    number, blank = words("{1423}/QĐ {}")
    assert [(run.text, run.hand) for run in number] == [("1423", True), ("/QĐ", False)]
    assert [(run.text, run.hand) for run in blank] == [("", True)]
    assert plain("Số: {}/KH-TBTT, ngày {} tháng {} năm 2021") == "Số: /KH-TBTT, ngày tháng năm 2021"


@given(st.lists(st.text(sorted(VIETNAMESE_LETTERS) + list("0123456789.,;:()-“”/%"), min_size=1), max_size=20))
def test_text_without_markup_is_kept(tokens: list[str]) -> None:
    text = nfc(" ".join(re.sub("/{2,}", "/", t) for t in tokens))
    assert plain(text) == text


@pytest.mark.parametrize(
    "source",
    [
        "stray text",
        "@part main X\n@unknown y",
        "@part main X\n@table 50 50\n| one cell\n@end",
        "@part main X\n@table 100",
    ],
)
def test_a_broken_sheet_is_refused_with_advice(source: str) -> None:
    with pytest.raises(InputError) as caught:
        read_sheet(source)
    assert caught.value.advice


def test_metadata_of_a_sheet() -> None:
    m = metadata(read_sheet(DECISION))
    assert (m.type.name, m.number.raw, m.number.serial) == ("Quyết định", "07/QĐ-SNV", "07")
    assert (m.number.type_symbol, m.number.issuer_symbol) == ("QĐ", "SNV")
    assert (m.issuer.name, m.issuer.parent, m.place) == ("SỞ NỘI VỤ", "ỦY BAN NHÂN DÂN TỈNH", "Huế")
    assert m.issued.raw == "Huế, ngày tháng 3 năm 2024" and m.issued.date is None  # the day is blank
    assert (m.signer.authority, m.signer.on_behalf_of, m.signer.position) == ("KT.", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")


def test_nodes_of_a_sheet() -> None:
    sheet = read_sheet(DECISION)
    assert [c.id for c in components(sheet)] == ["quyet-dinh", "phu-luc"]
    assert [(n.id, n.kind) for n in nodes(sheet)] == [
        ("quyet-dinh/authority", "authority"),
        ("quyet-dinh/can-cu-1", "legal_basis"),
        ("quyet-dinh/enacting", "enacting_formula"),
        ("quyet-dinh/dieu-1", "article"),
        ("quyet-dinh/dieu-2", "article"),
        ("quyet-dinh/dieu-2/1", "item"),
        ("quyet-dinh/dieu-2/1/a", "point"),
        ("quyet-dinh/dieu-2/1/a/p2", "paragraph"),
        ("quyet-dinh/dieu-2/2", "item"),
        ("phu-luc/table", "table"),
        ("phu-luc/01", "table_row"),
    ]
    assert [(r.raw, r.purpose) for r in recipients(sheet)] == [
        ("- Như Điều 2;", None), ("- Sở Tài chính (để p/h);", "để p/h"),
    ]  # fmt: skip


def test_reading_order_of_a_page() -> None:
    pages = compose(read_sheet(DECISION))
    roles = [line.role for line in pages[0].lines]
    assert list(dict.fromkeys(roles)) == ["header_left", "header_right", "title", "body", "recipients", "signature"]
    assert [round(pages[1].width), round(pages[1].height)] == [842, 595]  # the appendix lies on its side


@pytest.mark.parametrize("path", sorted(SHEETS.glob("*.sheet")), ids=lambda p: p.stem)
def test_lines_stay_within_the_margins(path: Path) -> None:
    layout = LayoutSettings()
    for page in compose(read_sheet(path.read_text(encoding="utf-8")), layout):
        for line in page.lines:
            for a, b in zip(line.words, line.words[1:], strict=False):
                assert a.x + a.width < b.x
            if line.role in ("body", "table"):
                assert line.words[0].x >= layout.left - 0.1
                assert line.words[-1].x + line.words[-1].width <= page.width - layout.right + 0.1
            assert 0 < line.words[0].baseline <= page.height - layout.bottom + 1


def test_number_and_date_stand_on_one_line() -> None:
    lines = {line.role: line for line in compose(read_sheet(DECISION))[0].lines if line.role.startswith("header")}
    assert lines["header_left"].words[0].baseline == lines["header_right"].words[0].baseline


def test_a_table_over_several_pages_repeats_its_header() -> None:
    rows = tuple((str(n), "tên", " ".join(["việc"] * 60)) for n in range(40))
    sheet = read_sheet(DECISION)
    part = sheet.parts[1].model_copy(update={"body": (Table(widths=(8, 12, 80), rows=(("TT", "Tên", "Việc"), *rows)),)})
    pages = compose(sheet.model_copy(update={"parts": (part,)}))
    assert len(pages) >= 3
    for page in pages[1:]:
        table = [line for line in page.lines if line.role.startswith("table")]
        assert table[0].role == "table_header_repeat"
    cells = {line.cell for page in pages for line in page.lines if line.role == "table"}
    assert {c[0] for c in cells if c} == set(range(41))


@pytest.mark.parametrize(("name", "title"), [("002-chi-thi", "CHỈ THỊ"), ("003-ke-hoach", "KẾ HOẠCH")])
def test_sheets_have_the_words_of_the_clean_texts(name: str, title: str) -> None:
    """From the title on every word is there, in order; the header the texts have in another order or not at all."""
    clean = nfc((CLEAN / f"{name}.txt").read_text(encoding="utf-8"))
    text = plain_text(read_sheet((SHEETS / f"{name}.sheet").read_text(encoding="utf-8")))
    expected = clean[clean.index(title) :].replace("|", " ").replace("**", "")
    assert text[text.index(title) :].split() == expected.split()


def test_only_the_reconstruction_is_synthetic() -> None:
    marks = {p.stem: read_sheet(p.read_text(encoding="utf-8")).synthetic for p in SHEETS.glob("*.sheet")}
    assert [name for name, mark in marks.items() if mark] == ["000-quyet-dinh-reconstruction"]


def test_an_appendix_may_skip_a_row() -> None:
    sheet = read_sheet((SHEETS / "000-quyet-dinh-reconstruction.sheet").read_text(encoding="utf-8"))
    table = next(item for item in sheet.parts[2].body if isinstance(item, Table))
    assert [row[0] for row in table.rows[1:]] == ["01", "02", "03", "04", "05", "07", "08"]


def test_plain_text_of_literal_paragraphs() -> None:
    sheet = read_sheet("@part main X\nmột")
    part = sheet.parts[0].model_copy(update={"body": (Paragraph(text="https://a {b} **c**", literal=True),)})
    assert plain_text(sheet.model_copy(update={"parts": (part,)})) == "https://a {b} **c**\n"


def test_page_limit() -> None:
    assert len(compose(read_sheet("@part main X\n" + "dài\n" * 500), LayoutSettings(max_pages=2))) == 2
    assert A4[0] < A4[1]
