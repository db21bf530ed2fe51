"""Units and their ids: sequence logic, preamble, closings, tables, appendices."""

from __future__ import annotations

import pytest

from .reading import ids, parse_body, parse_text

DECISION = """QUYẾT ĐỊNH
Về việc thử nghiệm

BỘ TRƯỞNG BỘ Y TẾ

Căn cứ Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003;
Căn cứ Nghị định số 17/2017/NĐ-CP ngày 17/02/2017 của Chính phủ;
Trên cơ sở ý kiến thống nhất của Ban Cán sự;
Theo đề nghị của Chánh Văn phòng.

QUYẾT ĐỊNH:

Điều 1. Ban hành kèm theo Quyết định này Kế hoạch thử nghiệm.

Điều 2. Tổ chức thực hiện
1. Sở Y tế chịu trách nhiệm về nội dung.
a) Chủ trì;
c) Phối hợp.
Các đơn vị báo cáo kết quả.
2. Sở Tài chính bố trí kinh phí.

Điều 3. Quyết định này có hiệu lực kể từ ngày ký.

Nơi nhận:
- Như Điều 3;
- Lưu: VT.

BỘ TRƯỞNG

Nguyễn Văn An

KẾ HOẠCH
Thử nghiệm
(Kèm theo Quyết định số 45 /QĐ-BYT ngày 31 tháng 2 năm 2021 của Bộ trưởng Bộ Y tế)

Thực hiện chỉ đạo của Chính phủ, Bộ Y tế ban hành Kế hoạch như sau:

I. MỤC ĐÍCH
1. Mục đích
1.1. Tập trung nguồn lực.
i Tổ chức phong trào.
1.3. Đề cao tinh thần.
Il. TỔ CHỨC THỰC HIỆN
1. Giao Vụ Thi đua:
- Chủ trì, hướng dẫn.
+ Tổng hợp.
Trong quá trình thực hiện, nếu có vướng mắc, các đơn vị báo cáo Bộ trưởng./.

PHỤ LỤC
DANH MỤC NHIỆM VỤ

TT
Lĩnh vực
Nhiệm vụ

01
Bưu chính
L. Hoàn thành các nhiệm vụ chính trị.
IL. Một số nhiệm vụ:
1. Bảo đảm cung ứng.
2. Thực hiện tốt.

03
Công nghệ
thông tin
I. Hoàn thành.
"""


def test_a_decision_with_plan_and_appendix() -> None:
    d = parse_text(DECISION)
    assert [(c.id, c.role, c.type) for c in d.components] == [
        ("quyet-dinh", "main", "Quyết định"), ("ke-hoach", "attachment", "Kế hoạch"),
        ("phu-luc", "appendix", "Phụ lục"),
    ]  # fmt: skip
    assert ids(d) == [
        "quyet-dinh/authority", "quyet-dinh/can-cu-1", "quyet-dinh/can-cu-2", "quyet-dinh/preamble/p1",
        "quyet-dinh/de-nghi", "quyet-dinh/enacting", "quyet-dinh/dieu-1", "quyet-dinh/dieu-2", "quyet-dinh/dieu-2/1",
        "quyet-dinh/dieu-2/1/a", "quyet-dinh/dieu-2/1/c", "quyet-dinh/dieu-2/1/c/p2", "quyet-dinh/dieu-2/2",
        "quyet-dinh/dieu-3",
        "ke-hoach/preamble/p1", "ke-hoach/I", "ke-hoach/I/1", "ke-hoach/I/1.1", "ke-hoach/I/1.2", "ke-hoach/I/1.3",
        "ke-hoach/II", "ke-hoach/II/1", "ke-hoach/II/1/-1", "ke-hoach/II/1/-1/-1", "ke-hoach/II/p1",
        "phu-luc/01", "phu-luc/01/I", "phu-luc/01/II", "phu-luc/01/II/1", "phu-luc/01/II/2", "phu-luc/03",
        "phu-luc/03/I",
    ]  # fmt: skip
    by_id = {n.id: n for n in d.nodes}
    assert by_id["quyet-dinh/dieu-2"].heading == "Tổ chức thực hiện"
    assert by_id["quyet-dinh/dieu-2/1"].kind == "clause"
    assert by_id["ke-hoach/I/1.2"].text == "Tổ chức phong trào."
    assert by_id["ke-hoach/II"].number == "II."
    assert by_id["phu-luc/03"].heading == "Công nghệ thông tin"
    assert [t.columns for t in d.tables] == [("TT", "Lĩnh vực", "Nhiệm vụ")]
    codes = {(r.code, r.node) for r in d.review}
    assert {
        ("list_marker_gap", "quyet-dinh/dieu-2/1/c"), ("list_marker_gap", "ke-hoach/I/1.2"),
        ("list_marker_misread", "ke-hoach/II"), ("table_row_gap", "phu-luc/03"), ("date_impossible", None),
    } <= codes  # fmt: skip


def test_number_and_date_of_a_decision_whose_header_is_lost() -> None:
    m = parse_text(DECISION).metadata
    assert (m.number.raw, m.number.text) == ("45 /QĐ-BYT", "45/QĐ-BYT")
    assert (m.issued.raw, m.issued.date) == ("ngày 31 tháng 2 năm 2021", None)
    assert m.issuer.name == "Bộ Y tế"
    assert m.effective is not None and m.effective.date is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # a wrapped tail is no item, whatever it looks like
        ("Nhiệm vụ phòng, chống đại dịch Covid-\n19. Đồng thời báo cáo.", ["chi-thi/p1"]),
        # a gap of one is a list with a gap; a leap is no list
        ("1. Một.\n2. Hai.\n4. Bốn.", ["chi-thi/1", "chi-thi/2", "chi-thi/4"]),
        ("1. Một.\n2. Hai.\n30. Ba mươi.", ["chi-thi/1", "chi-thi/2", "chi-thi/2/p2"]),
        # numbering that begins anew gets an id of its own
        ("I. MỘT\n1. Một.\nII. HAI\n1. Một.", ["chi-thi/I", "chi-thi/I/1", "chi-thi/II", "chi-thi/II/1"]),
        ("1. Một.\n2. Hai.\n\nHai là:\n\n1. Lại một.", ["chi-thi/1", "chi-thi/2", "chi-thi/2/p2", "chi-thi/1~2"]),
        # đ stands between d and e
        ("a) Một;\nb) Hai;\nc) Ba;\nd) Bốn;\nđ) Năm;\ne) Sáu.", [f"chi-thi/{x}" for x in "abcdđe"]),
        ("a) Một;\nb) Hai;\nc) Ba;\nd) Bốn;\nd) Năm;\ne) Sáu.", [f"chi-thi/{x}" for x in "abcdđe"]),
        # c is read as e, d as đ; the sequence knows
        ("a) Một;\nb) Hai;\ne) Ba;\nđ) Bốn.", [f"chi-thi/{x}" for x in "abcd"]),
        ("a) Một;\nb) Hai;\nc) Ba;\nd) Bốn;\ne) Sáu.", [f"chi-thi/{x}" for x in "abcde"]),
        # chapters hold articles, whose ids do not name them
        ("Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Một.\nChương II\nHAI\nĐiều 2. Hai.",
         ["chi-thi/chuong-I", "chi-thi/dieu-1", "chi-thi/chuong-II", "chi-thi/dieu-2"]),
        # a marker alone on its line takes the next one
        ("1.\nSở Y tế chủ trì.\n2.\nSở Tài chính phối hợp.", ["chi-thi/1", "chi-thi/2"]),
    ],
)  # fmt: skip
def test_sequences(body: str, expected: list[str]) -> None:
    assert ids(parse_body(body)) == expected


def test_a_quoted_provision_keeps_its_markers() -> None:
    d = parse_body(
        "Điều 1. Sửa đổi Nghị định.\n1. Điều 1 được sửa đổi như sau:\n“Điều 1. Phạm vi\n1. Nghị định này quy định.”\n"
        "2. Khoản 2 được bãi bỏ."
    )
    assert [n for n in ids(d) if "/p" not in n] == ["chi-thi/dieu-1", "chi-thi/dieu-1/1", "chi-thi/dieu-1/2"]


@pytest.mark.parametrize(
    ("text", "heading", "rest"),
    [
        ("1. Công an tỉnh: Chỉ đạo các đơn vị.", "Công an tỉnh", "Chỉ đạo các đơn vị."),
        ("1. Các Sở: Tài chính, Y tế báo cáo.", None, "Các Sở: Tài chính, Y tế báo cáo."),
        ("1. Thủ trưởng các sở có trách nhiệm: Chỉ đạo.", None, "Thủ trưởng các sở có trách nhiệm: Chỉ đạo."),
        ("1. Phong trào “Chủ đề: Đoàn kết” triển khai.", None, "Phong trào “Chủ đề: Đoàn kết” triển khai."),
    ],
)
def test_headings_within_a_line(text: str, heading: str | None, rest: str) -> None:
    node = parse_body(text).nodes[0]
    assert (node.heading, node.text) == (heading, rest)


SECTIONS = "I. MỤC ĐÍCH\n1. Một.\nII. NỘI DUNG\n1. Một.\n2. Hai.\n{}\n1. Một.\n2. Hai.\nIV. TỔ CHỨC\n1. Một."


@pytest.mark.parametrize("printed", ["II.", "HI.", "1H.", "IH.", "111.", "Il.", "ll.", "lII.", "IIl.", "I1I,", "IV."])
def test_a_section_whose_numeral_lost_its_strokes(printed: str) -> None:
    """II. GIẢI PHÁP between II. and IV. is III., and the flag keeps what was read."""
    d = parse_body(SECTIONS.format(f"{printed} GIẢI PHÁP"))
    sections = [n.number for n in d.nodes if n.kind == "section"]
    flags = [(r.raw, r.resolved) for r in d.review if r.code == "list_marker_misread"]
    if printed == "IV.":
        # two strokes are too much: nothing is guessed
        assert "III." not in sections
        return
    assert sections == ["I.", "II.", "III.", "IV."]
    assert {"chi-thi/III/1", "chi-thi/III/2"} <= set(ids(d))
    third = next(n for n in d.nodes if n.number == "III.")
    assert third.heading == "GIẢI PHÁP"
    clean = printed.rstrip(".,").replace("l", "I") == "III" and "l" not in printed
    assert flags == ([] if clean else [(printed, "III.")])
    assert not [r for r in d.review if r.code == "list_marker_gap"]


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        # a stroke too many, and a stroke lost before a V
        ("I. MỘT\nIII. HAI\nIII. BA", ["I.", "II.", "III."]),
        ("I. MỘT\nII. HAI\nIII. BA\nV. BỐN\nV. NĂM", ["I.", "II.", "III.", "IV.", "V."]),
        # the last section repeats the one before it, and its list begins anew
        ("I. MỘT\n1. Một.\n2. Hai.\nII. HAI\n1. Một.\n2. Hai.\nII. BA\n1. Một.\n2. Hai.", ["I.", "II.", "III."]),
        # sections in small letters need the numeral behind them
        ("I. Một số việc\n1. Một.\nII. Việc khác\n1. Một.\nII. Việc sau\n1. Một.\nIV. Việc cuối\n1. Một.",
         ["I.", "II.", "III.", "IV."]),
        ("I. Một số việc\n1. Một.\nII. Việc khác\n1. Một.\nII. Việc sau\n1. Một.", ["I.", "II."]),
        # the author counted II twice and went on with III: nothing to repair
        ("I. MỘT\n1. Một.\nII. HAI\n1. Một.\nII. BA\n1. Một.\nIII. BỐN\n1. Một.", ["I.", "II.", "III."]),
        # numbering that begins anew
        ("I. MỘT\n1. Một.\nII. HAI\n1. Một.\nI. MỘT\n1. Một.\nII. HAI\n1. Một.", ["I.", "II.", "I.", "II."]),
        # among several lists a repeated last numeral may belong to another one; V. between IV. and VI. may be lost
        ("I. MỘT\n1. Một.\nI. MỘT\n1. Một.\nII. HAI\n1. Một.\nII. BA\n1. Một.", ["I.", "I.", "II."]),
        ("I. MỘT\n1. Một.\nIII. BA\n1. Một.", ["I.", "III."]),
        ("I. MỘT\n1. Một.\nI. MỘT\n1. Một.\nII. HAI", ["I.", "I.", "II."]),
        # a true gap stays one
        ("I. MỘT\n1. Một.\nIII. BA\n1. Một.\nIV. BỐN", ["I.", "III.", "IV."]),
        # a district and a person are no sections
        ("I. MỘT\n1. Một.\nH. Xuân Lộc báo cáo.\nII. HAI\n1. Một.", ["I.", "II."]),
        ("I. MỘT\n1. Một.\nH. Xuân Lộc báo cáo.\n2. Hai.\nIII. BA", ["I.", "III."]),
    ],
)  # fmt: skip
def test_what_a_numeral_must_be(body: str, numbers: list[str]) -> None:
    assert [n.number for n in parse_body(body).nodes if n.kind == "section"] == numbers


def test_a_repeated_numeral_within_a_sentence_is_text() -> None:
    d = parse_body("I. MỘT\n1. Một.\nII. HAI\n1. Thực hiện quy định tại Chương\nII. Luật Thi đua.\nIV. BỐN\n1. Một.")
    assert [n.number for n in d.nodes if n.kind == "section"] == ["I.", "II.", "IV."]


@pytest.mark.parametrize(("first", "second"), [("1.", "1I."), ("|1.", "1H."), ("I.", "IL."), ("l.", "Il.")])
def test_sections_of_a_row_whose_cells_ran_together(first: str, second: str) -> None:
    d = parse_text(
        f"{DECISION.split('PHỤ LỤC')[0]}PHỤ LỤC\nDANH MỤC NHIỆM VỤ\n\nTT Lĩnh vực Nhiệm vụ\n"
        f"01 Bưu chính {first} Hoàn thành các nhiệm vụ chính trị được Bộ trưởng giao\n"
        "ngày 11/01/2021 và Chỉ thị ngày 02/02/2021 trong năm, đúng thời hạn và chất lượng.\n"
        f"{second} Một số nhiệm vụ và giải pháp:\n1. Bảo đảm cung ứng.\n2. Thực hiện tốt.\n11. Tổ chức nhắn tin.\n"
        "02 Viễn thông I. Hoàn thành các nhiệm vụ chính trị được Bộ trưởng giao trong năm theo kế hoạch."
    )
    assert {"phu-luc/01/II", "phu-luc/01/II/1", "phu-luc/01/II/2"} <= set(ids(d))
    flags = [(r.node, r.raw, r.resolved) for r in d.review if r.code == "list_marker_misread"]
    assert ("phu-luc/01/II", second, "II.") in flags
