"""Columns, reading order and overlays on synthetic layouts: tables of cases, no image."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.ocr.columns import unmerged
from dau.ocr.lines import Box, TextLine, Token, joined, rows
from dau.ocr.overlay_text import cut_at_stamps, kind_of_stamp, separate, stamped, without_known
from dau.ocr.reading_order import in_reading_order

WIDTH, HEIGHT = 1650.0, 2340.0
LETTER = 19.0  # width of a letter in the layouts below
ROW = 36.0

MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
TAGLINE = "Độc lập - Tự do - Hạnh phúc"


def line(text: str, x: float, y: float, *, letter: float = LETTER, height: float = ROW, sure: float = 0.95) -> TextLine:
    """A line at (x, y) in which every letter is `letter` wide; two blanks in the text are a wide gap."""
    tokens, at = [], x
    for part in text.split(" "):
        if part:
            tokens.append(Token(part, (at, y, at + letter * len(part), y + height), sure))
        at += letter * (len(part) + 0.5 if part else 6)
    return TextLine((x, y, tokens[-1].box[2], y + height), tuple(tokens))


HEADER = [
    line("ỦY BAN NHÂN DÂN", 250, 160), line(MOTTO, 760, 162),
    line("TỈNH QUẢNG NGÃI", 250, 205), line(TAGLINE, 850, 210),
    line("Số: 07 /CT-UBND", 280, 300), line("Quảng Ngãi, ngày 20 tháng 3 năm 2018", 830, 302),
]
IN_ORDER = [
    "ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI", "Số: 07 /CT-UBND",
    MOTTO, TAGLINE, "Quảng Ngãi, ngày 20 tháng 3 năm 2018",
]


def texts(lines: list[TextLine]) -> list[str]:
    return [found.text for found in lines]


def ordered(lines: list[TextLine]) -> list[str]:
    shuffled = lines.copy()
    random.Random(1).shuffle(shuffled)
    return texts(in_reading_order(unmerged(shuffled, WIDTH), WIDTH, HEIGHT))


BODY = [line(f"Dòng thứ {n} của phần nội dung chạy hết chiều rộng trang", 250, 600 + 50 * n) for n in range(5)]
RECIPIENTS = [
    line("Nơi nhận:", 250, 1500), line("- Như trên;", 250, 1540), line("- Các sở, ban, ngành;", 250, 1580),
    line("- Lưu: VT, NC.", 250, 1620),
]
SIGNATURE = [
    line("TM. ỦY BAN NHÂN DÂN", 950, 1450), line("KT. CHỦ TỊCH", 1040, 1495), line("PHÓ CHỦ TỊCH", 1030, 1540),
    line("Trần Ngọc Căng", 1040, 1800),
]

CASES: dict[str, tuple[list[TextLine], list[str]]] = {
    "header of a directive": (
        [*HEADER, line("CHỈ THỊ", 760, 420), line("Về việc tăng cường công tác", 600, 460), *BODY],
        [*IN_ORDER, "CHỈ THỊ", "Về việc tăng cường công tác", *texts(BODY)],
    ),
    "title right of the gutter": (
        [*HEADER, line("QUYẾT ĐỊNH", 800, 420), *BODY], [*IN_ORDER, "QUYẾT ĐỊNH", *texts(BODY)],
    ),
    "subject of a công văn under the number, addressee left of the gutter": (
        [
            *HEADER, line("V/v bảo đảm an toàn", 240, 345), line("giao thông", 300, 385),
            line("Kính gửi:", 420, 520), *BODY,
        ],
        [*IN_ORDER[:3], "V/v bảo đảm an toàn", "giao thông", *IN_ORDER[3:], "Kính gửi:", *texts(BODY)],
    ),
    "both columns read as one line": (
        [line(f"ỦY BAN NHÂN DÂN   {MOTTO}", 250, 160), *HEADER[2:], line("CHỈ THỊ", 760, 420), *BODY],
        [*IN_ORDER, "CHỈ THỊ", *texts(BODY)],
    ),
    "no header": (BODY, texts(BODY)),
    "page number above": ([line("2", 820, 80), *BODY], ["2", *texts(BODY)]),
    "recipients beside a signature that begins higher": (
        [*BODY, *RECIPIENTS, *SIGNATURE], [*texts(BODY), *texts(RECIPIENTS), *texts(SIGNATURE)],
    ),
    "recipient and signer read as one line": (
        [
            *BODY, *RECIPIENTS[:2], line("- Các sở, ban, ngành;     PHÓ CHỦ TỊCH", 250, 1580), RECIPIENTS[3],
            SIGNATURE[3],
        ],
        [*texts(BODY), *texts(RECIPIENTS), "PHÓ CHỦ TỊCH", "Trần Ngọc Căng"],
    ),
    "recipients that began on the page before": (
        [*RECIPIENTS[1:], line("Bùi Thị Quỳnh Vân", 1000, 1585)], [*texts(RECIPIENTS[1:]), "Bùi Thị Quỳnh Vân"],
    ),
    "page number below the signature": (
        [*BODY, *RECIPIENTS, *SIGNATURE, line("20", 1400, 2250)],
        [*texts(BODY), *texts(RECIPIENTS), *texts(SIGNATURE), "20"],
    ),
    "segments of one row": (
        [line("Căn cứ Nghị định số", 300, 700), line("177/2013/NĐ-CP", 900, 702), line("của Chính phủ;", 250, 750)],
        ["Căn cứ Nghị định số 177/2013/NĐ-CP", "của Chính phủ;"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_reading_order(name: str) -> None:
    lines, expected = CASES[name]
    assert ordered(lines) == expected


@pytest.mark.parametrize(
    "misread",
    ["CONG HOA XA HOI CHU NGHIA VIET NAM", "CỌNG HÒA XÃ HỘl CHÚ NGHĨA VIỆT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VYCXM"],
)
def test_a_header_is_known_by_a_misread_motto(misread: str) -> None:
    lines = [HEADER[0], line(misread, 760, 162), *HEADER[2:], line("CHỈ THỊ", 760, 420), *BODY]
    assert ordered(lines)[:4] == [*IN_ORDER[:3], misread]


def test_subject_merged_with_what_stands_beside_it_is_cut_where_that_begins() -> None:
    subject = ["V/v bảo đảm an toàn HS SV", "trong dịp nghỉ hè kỳ thi"]
    note = ["1. Cô Hương gửi văn bản đến các đơn vị", "2. Phòng phối hợp với Đoàn", "3. Công đoàn phối hợp"]
    merged = [
        joined([line(left, 240, y), line(right, 690, y)])
        for left, right, y in zip(subject, note, (345, 385), strict=False)
    ]
    lines = [*HEADER, *merged, line(note[2], 690, 425), line("Kính gửi:", 420, 520), *BODY]
    assert ordered(lines) == [*IN_ORDER[:3], *subject, *IN_ORDER[3:], *note, "Kính gửi:", *texts(BODY)]


box = st.tuples(st.floats(0, 1500), st.floats(0, 2200), st.floats(5, 1500), st.floats(8, 80))


LANDMARKS = [*IN_ORDER, "Nơi nhận:", "- Lưu: VT", "Kính gửi:", "V/v an toàn", "QUYẾT ĐỊNH", "x"]


@given(st.lists(st.tuples(box, st.sampled_from(LANDMARKS)), max_size=25))
def test_whatever_the_layout_no_word_is_lost_or_doubled(found: list[tuple[Box, str]]) -> None:
    lines = [
        TextLine((x, y, x + w, y + h), tuple(Token(f"{word}", (x, y, x + w, y + h), 0.9) for word in text.split()))
        for (x, y, w, h), text in found
    ]
    result = in_reading_order(unmerged(lines, WIDTH), WIDTH, HEIGHT)
    assert sorted(t.text for found_line in result for t in found_line.tokens) == sorted(
        t.text for given_line in lines for t in given_line.tokens
    )
    text, overlays = separate(lines, [(100, 100, 500, 300)], [(800, 900, 1100, 1200)], HEIGHT)
    kept = [t.text for part in (*text, *(x for o in overlays for x in o.lines)) for t in part.tokens]
    assert sorted(kept) == sorted(t.text for given_line in lines for t in given_line.tokens)


def test_rows_put_overlapping_segments_side_by_side_and_others_below() -> None:
    a, b, c = line("một", 100, 100), line("hai", 600, 110), line("ba", 100, 130)
    assert rows([c, b, a]) == [[a, b], [c]]


FRAME: Box = (110, 390, 500, 560)


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        (["CỔNG THÔNG TIN ĐIỆN TỬ CHÍNH PHỦ", "ĐẾN Giờ: C", "Ngày: 23/4/2026"], "received_stamp"),
        (["CV ĐẾN", "Số: 2352"], "received_stamp"),
        (["Ngiy:ahnh"], "received_stamp"),
        (["HỎA TỐC"], "urgency_stamp"),
        (["MẬT"], "secrecy_stamp"),
        (["Tổng cộng", "Kinh phí thực hiện"], None),
        ([], None),
    ],
)
def test_what_is_read_in_a_frame_makes_it_a_stamp_or_not(inside: list[str], kind: str | None) -> None:
    assert kind_of_stamp(inside) == kind
    lines = [line(text, 130, 400 + 45 * n, letter=9) for n, text in enumerate(inside)]
    text, found = separate([*BODY, *lines], stamped([*BODY, *lines], [FRAME]), [], HEIGHT)
    assert [o.kind for o in found] == ([kind] if kind else [])
    assert texts(text) == texts(BODY) + ([] if kind else inside)


def test_a_line_is_cut_where_it_leaves_a_stamp() -> None:
    stamp = [line("CV ĐẾN", 130, 500, letter=9), line("Chuyển:...... Trong thời gian qua", 130, 450)]
    parts = cut_at_stamps(stamp, [FRAME])
    assert texts(parts) == ["CV ĐẾN", "Chuyển:...... Trong", "thời gian qua"]


def test_a_title_that_a_stamp_touches_stays_whole() -> None:
    lines = [line("ĐẾN Giờ: C", 130, 420, letter=9), line("Sửa đổi, bổ sung một số điều của Nghị định", 300, 520)]
    assert texts(cut_at_stamps(lines, [FRAME])) == texts(lines)


def test_a_signature_note_is_taken_with_its_neighbours_and_the_header_stays() -> None:
    note = [
        line("Người ký: CỔNG THÔNG TIN ĐIỆN TỬ", 500, 14, letter=9, height=18),
        line("Cơ quan: VĂN PHÒNG CHÍNH PHỦ", 500, 34, letter=9, height=18),
        line("Thời gian ký: 23.04.2026 15:54:16 +07:00", 500, 54, letter=9, height=18),
    ]
    text, found = separate([*note, *HEADER, *BODY], [], [], HEIGHT)
    assert [o.kind for o in found] == ["signature_note"]
    assert (found[0].text or "").splitlines() == texts(note)
    assert texts(text) == texts([*HEADER, *BODY])


def test_a_time_in_the_body_is_no_signature_note() -> None:
    body = [*BODY, line("Cuộc họp bắt đầu lúc 14:00:00 tại Hà Nội, email: a@b.vn", 250, 1000)]
    assert separate(body, [], [], HEIGHT) == (body, [])


def test_a_scanner_band_at_the_edge_is_noise_and_a_line_read_alike_there_is_text() -> None:
    band = line("00 hà nhauko 4", 100, HEIGHT - 20, sure=0.5)
    band = replace(band, tokens=tuple(replace(t, readings={"a": t.text, "b": "3a0a"}) for t in band.tokens))
    foot = line("Nơi nhận như trên", 100, HEIGHT - 20, sure=0.5)
    foot = replace(foot, tokens=tuple(replace(t, readings={"a": t.text, "b": t.text}) for t in foot.tokens))
    inside = replace(band, box=(100.0, 500.0, 400.0, 520.0))
    assert [o.kind for o in separate([*HEADER, *BODY, band], [], [], HEIGHT)[1]] == ["noise"]
    for kept in (foot, inside):
        assert kept in separate([*HEADER, *BODY, kept], [], [], HEIGHT)[0]


def test_scribbles_above_the_header_are_overlays_and_page_numbers_are_not() -> None:
    scribble, number = line("TTP(2", 1400, 90, sure=0.6), line("12", 820, 90)
    text, found = separate([scribble, number, *HEADER, *BODY], [], [], HEIGHT)
    assert [(o.kind, o.text) for o in found] == [("handwriting", "TTP(2")]
    assert number in text


def test_unreadable_strokes_in_a_black_seal_go_but_a_name_under_it_stays() -> None:
    seal: Box = (900, 1780, 1230, 2100)
    strokes, name = line("ŨƯỚNGW", 950, 1900), line("Lê Minh Hưng", 950, 2050)
    text, found = separate([*BODY, strokes, name], [], [seal], HEIGHT)
    assert [(o.kind, o.text) for o in found] == [("seal", "ŨƯỚNGW")]
    assert texts(text) == [*texts(BODY), "Lê Minh Hưng"]


def test_notes_the_file_itself_tells_are_not_read_twice() -> None:
    note = line("Ký bới: Uy ban nhân dân tỉnh", 500, 14, letter=9, height=18)
    known = [((480.0, 0.0, 1000.0, 60.0), "Ký bởi: Ủy ban nhân dân tỉnh Quảng Ngãi")]
    assert without_known([note, *BODY], known) == BODY
    other = line("TỜ TRÌNH", 500, 14)
    assert without_known([other], known) == [other]
