"""Lines to paragraphs and blocks, from text and from boxes."""

from __future__ import annotations

import pytest

from dau.document.orthography import skeleton
from dau.document.transcript import Transcript, TranscriptPage, line_id
from dau.structure import parse, reproduce
from dau.structure.facts.names import alike
from dau.structure.layout.lines import join_lines, measure, read_lines

from .reading import boxed_page, ids, line_ids, parse_body, parse_text, text_transcript


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["Nghị định số 71/2016/NĐ-", "CP ngày 01/7/2016"], "Nghị định số 71/2016/NĐ-CP ngày 01/7/2016"),
        (["dịch Covid-", "19. Đồng thời"], "dịch Covid-19. Đồng thời"),
        (["Vụ Thi đua -", "Khen thưởng"], "Vụ Thi đua - Khen thưởng"),
        (["một", "", "hai"], "một hai"),
    ],
)
def test_join(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("**Điều 1.** Ban hành", "Điều 1. Ban hành"),
        ("__Điều 1.__ Ban hành", "Điều 1. Ban hành"),
        ("> trích dẫn", "trích dẫn"),
        ("tối thiểu__năm hoặc", "tối thiểu__năm hoặc"),
        ("ngày __ tháng __ năm 2020", "ngày __ tháng __ năm 2020"),
        ("Số:__ /QĐ-UBND", "Số:__ /QĐ-UBND"),
    ],
)
def test_markup_is_taken_off_and_blanks_to_fill_in_are_kept(printed: str, said: str) -> None:
    (line,) = read_lines(text_transcript(printed))
    assert line.text == said


def test_skeleton_keeps_offsets() -> None:
    text = "Điều 1. ỦY BAN – ﬁ ǆ İ"
    assert len(skeleton(text)) == len(text)
    assert skeleton("Quyết định") == "quyet dinh"


def test_alike_over_ocr_damage() -> None:
    assert alike("QUYET PINH:", "Quyết định") > 0.85
    assert alike("CHỈ THỊ", "KẾ HOẠCH") < 0.5


def test_paragraph_a_line_is_not_wrapped() -> None:
    long = "Thủ tướng Chính phủ yêu cầu các bộ, ngành, địa phương triển khai thực hiện nghiêm túc. " * 4
    assert not measure(read_lines(text_transcript(f"{long}\n\n{long}\n\n{long}"))).wrapped


def test_page_break_within_a_sentence_is_joined() -> None:
    long = (
        "Tăng cường công tác tuyên truyền để người dân hiểu, tin tưởng, thực hiện các biện pháp phòng chống dịch, " * 3
    )
    d = parse_body(f"{long}y tế cơ sở\n\nvà cần đầu tư nhiều hơn.\n\n{long.strip()[:-1]}.")
    assert len(d.nodes) == 2
    assert "y tế cơ sở và cần" in (d.nodes[0].text or "")
    assert "page_break_split" in {r.code for r in d.review}


WRAPPED = """CHỈ THỊ
Về việc triển khai sử dụng hóa đơn điện tử
Thực hiện Nghị định số 123/2020/NĐ-CP ngày 19/10/2020 của Chính phủ
quy định về hóa đơn, chứng từ, Chủ tịch Ủy ban nhân dân tỉnh yêu cầu:
1. Cục Thuế tỉnh:
- Chủ trì, phối hợp với các cơ quan, đơn vị có liên quan triển khai áp
dụng hóa đơn điện tử tới các tổ chức, cá nhân kinh doanh trên địa bàn.
- Tổ chức tập huấn, hướng dẫn các tổ chức, cá nhân kinh doanh theo số
71/2016/NĐ-CP và đại dịch Covid-
19. Đồng thời báo cáo kết quả thực hiện theo Kế hoạch.
2. Sở Thông tin và Truyền thông: Theo chức năng, nhiệm vụ của mình
có trách nhiệm phối hợp với Cơ quan Thuế.
2
Yêu cầu Thủ trưởng các sở, ngành khẩn trương triển khai Chỉ thị này./.
Nơi nhận:
- Thường trực Tỉnh ủy (b/cáo);
- Các Phó Thủ tướng TT
(để biết);
- Lưu: VT, KT.
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Đặng Văn Minh
"""


def test_wrapped_text() -> None:
    d = parse_text(WRAPPED)
    assert ids(d) == [
        "chi-thi/preamble/p1", "chi-thi/1", "chi-thi/1/-1", "chi-thi/1/-2", "chi-thi/2", "chi-thi/closing",
    ]  # fmt: skip
    second = d.nodes[4]
    assert (second.number, second.heading) == ("2.", "Sở Thông tin và Truyền thông")
    assert [b.kind for b in d.blocks] == ["title", "page_number", "recipients", "signature"]
    assert d.metadata.subject == "Về việc triển khai sử dụng hóa đơn điện tử"
    assert [(r.raw, r.purpose) for r in d.recipients] == [
        ("Thường trực Tỉnh ủy (b/cáo)", "để báo cáo"), ("Các Phó Thủ tướng TT (để biết)", "để biết"),
        ("Lưu: VT, KT", None),
    ]  # fmt: skip
    flagged = next(r for r in d.review if r.code == "false_list_marker" and r.node == "chi-thi/1/-2")
    assert any(
        "19. Đồng thời" in raw for raw in ((flagged.raw,) if isinstance(flagged.raw, str) else flagged.raw or ())
    )


def _letter_page() -> Transcript:
    return Transcript(
        pages=(
            boxed_page(
                1,
                [
                    (90, 50, "ỦY BAN NHÂN DÂN"),
                    (90, 64, "TỈNH QUẢNG NGÃI"),
                    (95, 90, "Số: 575 /UBND-KTTH"),
                    (95, 106, "V/v tham gia ý kiến"),
                    (95, 120, "các dự thảo Nghị định"),
                    (270, 50, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
                    (320, 64, "Độc lập - Tự do - Hạnh phúc"),
                    (300, 90, "Quảng Ngãi, ngày 04 tháng 02 năm 2025"),
                    (270, 160, "Kính gửi: Sở Tài chính."),
                    (115, 200, "Theo đề nghị của Bộ Tài chính tại Công văn số 1060/BTC-QLG ngày 23/01/2025"),
                    (85, 216, "về việc xin ý kiến dự thảo Nghị định, Chủ tịch UBND tỉnh có ý kiến như sau:"),
                    (115, 240, "Sở Tài chính chủ trì, phối hợp với các cơ quan, đơn vị và địa phương tham"),
                    (85, 256, "gia góp ý dự thảo, báo cáo UBND tỉnh đúng thời gian yêu cầu./."),
                    (85, 300, "Nơi nhận:"),
                    (85, 314, "- Như trên;"),
                    (85, 328, "- CT, PCT UBND tỉnh;"),
                    (85, 342, "Lưu: VT, KTTH."),
                    (350, 300, "TL. CHỦ TỊCH"),
                    (330, 314, "KT. CHÁNH VĂN PHÒNG"),
                    (325, 328, "PHÓ CHÁNH VĂN PHÒNG"),
                    (350, 400, "Hà Thị Lê Vân"),
                    (290, 800, "1"),
                ],
            ),
        )
    )


def test_an_official_letter_from_boxes() -> None:
    d = parse(_letter_page())
    m = d.metadata
    assert (m.type.name, m.type.symbol) == ("Công văn", None)
    assert (m.number.text, m.number.unit_symbol) == ("575/UBND-KTTH", "KTTH")
    assert m.subject == "V/v tham gia ý kiến các dự thảo Nghị định"
    assert (m.issuer.name, m.place, m.issued.date) == ("Ủy ban nhân dân tỉnh Quảng Ngãi", "Quảng Ngãi", "2025-02-04")
    assert (m.signer.authority, m.signer.on_behalf_of) == ("KT.", "CHÁNH VĂN PHÒNG")
    assert (m.signer.position, m.signer.name) == ("PHÓ CHÁNH VĂN PHÒNG", "Hà Thị Lê Vân")
    assert ids(d) == ["cong-van/preamble/p1", "cong-van/p1"]
    assert [r.raw for r in d.recipients] == ["Như trên", "CT, PCT UBND tỉnh", "Lưu: VT, KTTH"]
    assert reproduce(d) == line_ids(_letter_page())


def test_evidence_leads_to_page_and_box() -> None:
    node = parse(_letter_page()).nodes[1]
    (place,) = node.evidence
    assert (place.page, place.lines) == (1, ("p0001-l0012", "p0001-l0013"))
    assert place.bbox is not None and (place.bbox[0], place.bbox[1], place.bbox[3]) == (85, 240, 267)


def test_handwritten_digits_read_with_doubt_are_flagged() -> None:
    doubtful = Transcript(
        pages=(boxed_page(1, [(90, 50, "ỦY BAN NHÂN DÂN"), (95, 90, "Số: 44 /CT-UBND"), (280, 120, "CHỈ THỊ")], 0.8),)
    )
    flags = {r.code for r in parse(doubtful).review}
    assert {"handwritten_number_low_confidence", "date_missing"} <= flags


@pytest.mark.parametrize(
    ("readings", "flagged"),
    [
        ({"tesseract": "44", "trueocr": "44"}, False),
        ({"tesseract": "44", "trueocr": "AA"}, True),
        ({"tesseract": "41", "trueocr": "44"}, True),
        ({"tesseract": "", "trueocr": "44"}, True),
    ],
)
def test_digits_that_the_engines_read_differently_are_flagged(readings: dict[str, str], flagged: bool) -> None:
    """However sure the reading is said to be."""
    page = boxed_page(1, [(90, 50, "ỦY BAN NHÂN DÂN"), (95, 90, "Số: 44 /CT-UBND"), (280, 120, "CHỈ THỊ")], 0.999)
    number = page.lines[1]
    words = tuple(w.model_copy(update={"readings": readings}) if w.raw == "44" else w for w in number.words)
    lines = (page.lines[0], number.model_copy(update={"words": words}), *page.lines[2:])
    found = parse(Transcript(pages=(page.model_copy(update={"lines": lines}),)))
    assert ("handwritten_number_low_confidence" in {r.code for r in found.review}) == flagged


def test_two_documents_in_one_file() -> None:
    first = _letter_page().pages[0]
    second = boxed_page(
        2,
        [
            (90, 50, "HỘI ĐỒNG NHÂN DÂN"),
            (270, 50, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            (95, 90, "Số: /NQ-HĐND"),
            (280, 120, "NGHỊ QUYẾT"),
            (200, 136, "Về giao dự toán năm 2025"),
            (115, 180, "Điều 1. Giao dự toán năm 2025 cho Sở Dân tộc và Tôn giáo."),
        ],
    )
    d = parse(Transcript(pages=(first, second)))
    assert [(c.id, c.role) for c in d.components] == [("cong-van", "main"), ("nghi-quyet", "main")]
    assert "several_documents" in {r.code for r in d.review}
    assert "nghi-quyet/dieu-1" in ids(d)


# --------------------------------------------------------------------- margins


def _body_page(number: int, head: str | None, lines: list[str], foot: list[tuple[str, float]] = []) -> TranscriptPage:  # noqa: B006
    """A page of body lines under a head; `foot`: lines of their own height, set off below."""
    rows = [(250.0, 40.0, head)] if head else []
    rows += [(85.0, 80.0 + 18 * n, text) for n, text in enumerate(lines)]
    page = boxed_page(number, rows)
    at, out = 80.0 + 18 * len(lines) + 14, list(page.lines)
    for text, height in foot:
        line = boxed_page(number, [(85.0, at, text)]).lines[0]
        words = tuple(
            w.model_copy(update={"bbox": (w.bbox[0], at, w.bbox[2], at + height)}) for w in line.words if w.bbox
        )
        box = (85.0, at, words[-1].bbox[2], at + height)  # type: ignore[index]
        out.append(line.model_copy(update={"id": line_id(number, len(out) + 1), "words": words, "bbox": box}))
        at += height + 3
    return page.model_copy(update={"lines": tuple(out)})


_BODY = [f"Các cơ quan, đơn vị thực hiện nội dung thứ {n} của chương trình hành động này, và" for n in range(20)]


def _blocks(pages: list[TranscriptPage]) -> list[tuple[str, str]]:
    transcript = Transcript(pages=tuple(pages))
    found = parse(transcript)
    assert reproduce(found) == line_ids(transcript)
    return [(b.kind, b.text) for b in found.blocks]


def test_running_heads_are_no_text() -> None:
    heads = [f"CÔNG BÁO/Số {400 + n}/Ngày 05-6-2014" for n in range(5)]
    found = _blocks([_body_page(n, heads[n], _BODY) for n in range(1, 5)])
    assert [text for kind, text in found if kind == "page_number"] == heads[2:5]


@pytest.mark.parametrize(
    ("head", "times", "kept"),
    [
        ("Quy chế tổ chức, hoạt động", 3, 3),
        ("Quy chế tổ chức, hoạt động", 2, 0),  # a title may stand twice
        ("BỘ GIÁO DỤC VÀ ĐÀO TẠO", 3, 0),  # other documents begin there
        ("Phụ lục số 2:", 3, 0),
    ],
)
def test_what_is_a_running_head(head: str, times: int, kept: int) -> None:
    found = _blocks([_body_page(n, head if n > 5 - times else None, _BODY) for n in range(1, 6)])
    assert sum(text == head for kind, text in found if kind == "page_number") == kept


@pytest.mark.parametrize(
    ("foot", "kept"),
    [
        ([("1 Theo Luật số 08/2012/QH13.", 8.0)], ["1 Theo Luật số 08/2012/QH13."]),
        ([("[2] Đính chính tại", 8.0), ("Công văn số 5/BTC.", 8.0)], ["[2] Đính chính tại", "Công văn số 5/BTC."]),
        ([("1 Theo Luật số 08/2012/QH13.", 11.0)], []),  # as large as the text: an item
        ([("Theo Luật số 08/2012/QH13.", 8.0)], []),  # no mark
        ([("1. Theo Luật số 08/2012/QH13.", 8.0)], []),  # an item's mark
        ([("30 tháng 4 năm 2012.", 8.0)], []),  # a date that was wrapped
    ],
)
def test_footnotes_are_set_apart(foot: list[tuple[str, float]], kept: list[str]) -> None:
    found = _blocks([_body_page(1, None, _BODY), _body_page(2, None, _BODY, foot)])
    assert [line for kind, text in found if kind == "footnote" for line in text.split("\n")] == kept
