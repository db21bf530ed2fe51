"""A text layer is taken where it is the text of the page, and nowhere else."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from tests.scan_files import Sheet, Text, jpeg, pdf

from dau import scan
from dau.document.page import Page
from dau.scan import ScanSettings, TextLayerSettings
from dau.scan.text_layer import Measures, judge, words_of

SETTINGS = ScanSettings(dpi=100, min_dpi=72)
SENTENCE = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015"
BODY = [Text(90, 160 + 20 * i, SENTENCE) for i in range(15)]
HEADER = [
    Text(60, 80, "ỦY BAN NHÂN DÂN"),
    Text(60, 110, "Số: 05/CT-UBND"),
    Text(250, 80, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    Text(280, 96, "Độc lập - Tự do - Hạnh phúc"),
]
NOTE = [Text(400, 20, "Ký bởi: Ủy ban nhân dân", 6), Text(400, 26, "Thời gian ký: 07/01/2025 10:09:57", 6)]
FULL = (0.0, 0.0, 595.0, 842.0)


def opened(tmp_path: Path, sheet: Sheet, settings: ScanSettings = SETTINGS) -> tuple[Page, str]:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([sheet]))
    with scan.open(path, settings) as source:
        page = source.page(1)
        verdicts = [note.removeprefix("page 1: text layer: ") for note in source.notes if "text layer" in note]
    return page, verdicts[0] if verdicts else "no_text"


def as_text(lines: list[Text], change: str) -> list[Text]:
    """The lines as another encoding or engine would have them."""
    bare = unicodedata.normalize("NFD", SENTENCE).translate(dict.fromkeys(range(0x300, 0x370))).replace("đ", "d")
    changed = {
        "no_diacritics": bare,
        "legacy_encoding": "C¨n cø LuËt Tæ chøc chÝnh quyÒn ®Þa ph­¬ng ngµy 19 th¸ng 6 n¨m 2015",
        "vni": "Caên cöù Luaät Toå chöùc chính quyeàn ñòa phöông ngaøy 19 thaùng 6 naêm 2015",
        "broken_encoding": "\ue123\ue124\ue125 \ue126\ue127 \ue128\ue129 Luật",
        "not_vietnamese": "Hcok xẠ HQỊ CHiỊ NGHiẠ VIVT Ạrtbkld Ọkstrf phphtịc Tctrtừ",
    }[change]
    return [replace(line, text=changed) for line in lines]


CASES = [
    ("born digital", Sheet([*HEADER, *BODY]), "usable"),
    ("a short last page", Sheet(BODY[:1]), "usable"),
    ("a small seal in it", Sheet(BODY, jpeg=jpeg(200, 200), image_box=(300, 80, 400, 180)), "usable"),
    ("a scan", Sheet(jpeg=jpeg()), "no_text"),
    ("a scan with a signature note", Sheet(NOTE, jpeg=jpeg()), "signature_note"),
    ("a scan with a portal's header", Sheet([Text(90, 20, "www.LuatVietnam.vn")], jpeg=jpeg()), "little_text"),
    ("a scan with good OCR under it", Sheet(BODY, jpeg=jpeg()), "ocr_layer"),
    ("white text on white", Sheet([replace(t, white=True) for t in BODY]), "hidden_text"),
    ("half a page of scan", Sheet(BODY, jpeg=jpeg(), image_box=(0, 0, 595, 400)), "ocr_layer"),
    ("text drawn as curves", Sheet(BODY[:1], extra=b"0 g\n" + b"\n".join(
        b"%d %d 4 8 re f" % (90 + 6 * x, 100 + 14 * y) for y in range(30) for x in range(60))), "ink_unexplained"),
    ("turned on its side", Sheet(BODY, rotate=90), "sideways"),
    ("OCR without diacritics", Sheet(as_text(BODY, "no_diacritics")), "no_diacritics"),
    ("TCVN3", Sheet(as_text(BODY, "legacy_encoding")), "legacy_encoding"),
    ("VNI", Sheet(as_text(BODY, "vni")), "legacy_encoding"),
    ("no Unicode", Sheet(as_text(BODY, "broken_encoding")), "broken_encoding"),
    ("nonsense", Sheet(as_text(BODY, "not_vietnamese")), "not_vietnamese"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "sheet", "verdict"), CASES, ids=[c[0] for c in CASES])
def test_verdict(tmp_path: Path, case: str, sheet: Sheet, verdict: str) -> None:
    page, found = opened(tmp_path, sheet)
    assert found == verdict
    assert (page.text_layer is not None) == (verdict == "usable")


def test_lines_are_the_text_in_reading_order_in_their_boxes(tmp_path: Path) -> None:
    page, _ = opened(tmp_path, Sheet([*BODY, *HEADER]))
    assert page.text_layer is not None
    assert [line.raw for line in page.text_layer] == [
        "ỦY BAN NHÂN DÂN",
        "Số: 05/CT-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        *[SENTENCE] * 15,
    ]
    for line in page.text_layer:
        assert line.bbox is not None and line.bbox[0] >= 59 and line.bbox[3] <= page.height
        assert all(word.confidence is None and word.bbox is not None for word in line.words)


def test_the_table_around_it_does_not_make_text_unusable(tmp_path: Path) -> None:
    rules = b"2 w\n" + b"\n".join(b"60 %d m 540 %d l S" % (y, y) for y in range(380, 690, 20))
    rules += b"\n" + b"\n".join(b"%d 380 m %d 690 l S" % (x, x) for x in (60, 85, 300, 540))
    assert opened(tmp_path, Sheet(BODY, extra=rules))[1] == "usable"


def test_a_signature_note_is_an_overlay_beside_the_text(tmp_path: Path) -> None:
    page, verdict = opened(tmp_path, Sheet([*NOTE, *HEADER, *BODY]))
    assert verdict == "usable" and page.text_layer is not None
    assert not any("Ký bởi" in line.raw for line in page.text_layer)
    assert [(o.kind, o.text) for o in page.overlays] == [
        ("signature_note", "Ký bởi: Ủy ban nhân dân\nThời gian ký: 07/01/2025 10:09:57")
    ]


def test_a_signature_note_is_kept_from_a_scan_too(tmp_path: Path) -> None:
    page, _ = opened(tmp_path, Sheet(NOTE, jpeg=jpeg()))
    assert [o.text for o in page.overlays] == ["Ký bởi: Ủy ban nhân dân\nThời gian ký: 07/01/2025 10:09:57"]


def test_ink_that_the_layer_does_not_explain_is_marked(tmp_path: Path) -> None:
    """A signer's name that is a picture, red ink that is none of our business, and a table's rules."""
    name = b"0 g " + b" ".join(b"%d 120 5 8 re f" % x for x in range(350, 450, 7))
    seal = b" 1 0 0 rg 300 200 60 60 re f"
    page, verdict = opened(tmp_path, Sheet(BODY, extra=name + seal + b" 0 g 60 380 480 2 re f 60 380 2 300 re f"))
    assert verdict == "usable"
    (mark,) = page.overlays
    assert mark.kind == "handwriting" and mark.text is None
    assert mark.bbox == pytest.approx((350, 842 - 128, 453, 842 - 120), abs=2)


def test_settings_decide_about_layers(tmp_path: Path) -> None:
    trusting = SETTINGS.model_copy(update={"text_layer": TextLayerSettings(trust_ocr=True)})
    page, verdict = opened(tmp_path, Sheet(BODY, jpeg=jpeg()), trusting)
    assert verdict == "usable" and page.text_layer and page.text_layer[0].raw == SENTENCE
    deaf = SETTINGS.model_copy(update={"text_layer": TextLayerSettings(read=False)})
    assert opened(tmp_path, Sheet(BODY), deaf)[1] == "switched_off"


def test_words_are_nfc_and_mapped_where_fonts_misname_letters(tmp_path: Path) -> None:
    texts = [Text(90, 160, unicodedata.normalize("NFD", "Quyết định")), Text(90, 190, "TRƢỜNG ngƣời \uf0b7 a\u200bb")]
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([Sheet(texts)]))
    words = [w.text for w in words_of(path, 1, SETTINGS)]
    assert words == ["Quyết", "định", "TRƯỜNG", "người", "•", "ab"]


def test_nothing_to_measure_is_no_text() -> None:
    assert judge([], Measures(0, 0, 1, 0, 0, 0), TextLayerSettings()) == "no_text"


SCANS = ["real/001_qngai_ttr01_2025.pdf", "real/044_sgddt_danang_cv1535_2019.pdf", "real/055_cp_nd149_2016.pdf",
         "real/066_cp_nd177_2013.pdf", "real/068_ttlt13_2014.pdf", "real/075_ttg_qd729_2026.pdf"]  # fmt: skip
DIGITAL = ["001_qngai_vb05_2025.pdf", "005_dhvinh_tb_trungtuyen_2024.pdf", "015_congbao_2014.pdf",
           "020_vlong_phuluc_qd16.pdf", "023_vlong_phuluc_nq213.pdf", "048_hanoi_tb453_2026.pdf"]  # fmt: skip


@pytest.mark.parametrize("name", SCANS)
def test_real_scans_are_read_by_the_engines(shared: Path, name: str) -> None:
    with scan.open(shared / "scans" / name, ScanSettings(max_dpi=150)) as source:
        assert source.page(1).text_layer is None


@pytest.mark.parametrize("name", DIGITAL)
def test_real_born_digital_documents_are_taken_from_their_layer(shared: Path, name: str) -> None:
    with scan.open(shared / "scans" / "born_digital" / name, ScanSettings(dpi=150)) as source:
        for number in range(1, min(3, source.page_count) + 1):
            assert source.page(number).text_layer
