"""Words → lines in reading order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dau.scan.layout import PlacedWord, lines_of, rows_of, segments


def placed(x: float, y: float, text: str, size: float = 12.0) -> list[PlacedWord]:
    """A line of text as words, half a size wide a letter, a third of a size between them."""
    words = []
    for word in text.split():
        width = 0.5 * size * len(word)
        words.append(PlacedWord(word, (x, y, x + width, y + size)))
        x += width + size / 3
    return words


def read(*parts: list[PlacedWord]) -> list[str]:
    return [line.raw for line in lines_of([word for part in parts for word in part], 1)]


HEADER = [
    placed(90, 70, "BỘ THÔNG TIN"),
    placed(100, 84, "VÀ TRUYỀN THÔNG"),
    placed(110, 110, "Số: 103/CT-BTTTT"),
    placed(290, 70, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    placed(330, 85, "Độc lập - Tự do - Hạnh phúc"),
    placed(300, 111, "Hà Nội, ngày 10 tháng 12 năm 2021"),
]
HEADER_READ = [
    "BỘ THÔNG TIN",
    "VÀ TRUYỀN THÔNG",
    "Số: 103/CT-BTTTT",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Hà Nội, ngày 10 tháng 12 năm 2021",
]
BODY = [
    placed(250, 150, "CHỈ THỊ"),
    placed(85, 180, "Thực hiện Nghị quyết số 21/NQ-CP ngày 26 tháng 02 năm 2021 của Chính phủ về việc"),
    placed(85, 196, "mua và sử dụng vắc xin phòng COVID-19, Bộ trưởng yêu cầu."),
]
BODY_READ = [" ".join(w.text for w in line) for line in BODY]


def test_header_columns_are_read_one_after_the_other() -> None:
    assert read(*HEADER, *BODY) == HEADER_READ + BODY_READ


def test_the_order_of_words_in_the_file_does_not_matter() -> None:
    assert read(*reversed(HEADER), *reversed(BODY)) == HEADER_READ + BODY_READ


def test_a_narrow_gutter_is_still_a_gutter() -> None:
    left = placed(60, 70, "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI")
    gap = 7.0  # points; the spaces between the words are 4
    right = placed(left[-1].bbox[2] + gap, 70, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    below = placed(330, 85, "Độc lập - Tự do - Hạnh phúc")
    number = placed(100, 100, "Số: 05/CT-UBND")
    assert read(left, right, below, number, *BODY)[:4] == [
        "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI",
        "Số: 05/CT-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]


def test_recipients_before_signature() -> None:
    last = placed(85, 500, "thực hiện./.")
    left = [
        placed(85, 530 + 13 * i, t, 11) for i, t in enumerate(["Nơi nhận:", "- Như trên;", "- Lưu: VT, KTTH (17)."])
    ]
    right = [
        placed(360, 529, "KT. BỘ TRƯỞNG"),
        placed(355, 544, "THỨ TRƯỞNG"),
        placed(350, 640, "Phạm Anh Tuấn"),
    ]
    assert read(*BODY, last, *left, *right) == [
        *BODY_READ,
        "thực hiện./.",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT, KTTH (17).",
        "KT. BỘ TRƯỞNG",
        "THỨ TRƯỞNG",
        "Phạm Anh Tuấn",
    ]


def test_a_signature_that_begins_above_the_recipients_comes_after_them() -> None:
    prefix = placed(360, 514, "TM. ỦY BAN NHÂN DÂN")
    columns = [placed(85, 530, "Nơi nhận:"), placed(360, 530, "CHỦ TỊCH"), placed(85, 544, "- Như trên;")]
    assert read(*BODY, prefix, *columns)[3:] == ["Nơi nhận:", "- Như trên;", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]


def test_the_page_number_below_two_columns_is_in_neither() -> None:
    columns = [placed(85, 530, "Nơi nhận:"), placed(360, 530, "CHỦ TỊCH"), placed(85, 545, "- Lưu: VT.")]
    assert read(*columns, placed(295, 800, "2")) == ["Nơi nhận:", "- Lưu: VT.", "CHỦ TỊCH", "2"]


def test_a_table_row_stays_a_row() -> None:
    cells = ((85, "{}"), (120, "Xây dựng kế hoạch"), (400, "Sở Tài chính"))
    rows = [placed(x, y, text.format(n)) for n, y in ((1, 300), (2, 315)) for x, text in cells]
    assert read(*rows) == ["1 Xây dựng kế hoạch Sở Tài chính", "2 Xây dựng kế hoạch Sở Tài chính"]


def test_justified_lines_below_the_header_are_not_cut_at_a_space_under_the_gutter() -> None:
    first = placed(85, 140, "Căn cứ Luật Tổ chức")
    first += placed(first[-1].bbox[2] + 7, 140, "chính quyền địa phương", 12)
    spread = [
        PlacedWord(w.text, (w.bbox[0] + 3.0 * i, w.bbox[1], w.bbox[2] + 3.0 * i, w.bbox[3]))
        for i, w in enumerate(first)
    ]
    assert read(*HEADER, spread) == [*HEADER_READ, "Căn cứ Luật Tổ chức chính quyền địa phương"]


def test_stamped_numbers_of_another_size_stay_in_their_row() -> None:
    number = placed(100, 100, "Số:") + placed(125, 102.5, "173", 13) + placed(160, 100, "/KH-UBND")
    assert read(number) == ["Số: 173 /KH-UBND"]


def test_ids_boxes_and_words() -> None:
    (line,) = lines_of(placed(10, 20, "Điều 1."), 12)
    assert line.id == "p0012-l0001"
    assert line.bbox == (10, 20, 50, 32)
    assert [w.raw for w in line.words] == ["Điều", "1."]
    assert all(w.confidence is None and w.restored == w.raw and w.bbox for w in line.words)


def test_segments_part_at_wide_gaps() -> None:
    row = placed(10, 20, "một hai") + placed(300, 20, "ba bốn")
    assert [[w.text for w in part] for part in segments(row)] == [["một", "hai"], ["ba", "bốn"]]


WORDS = st.lists(
    st.builds(
        lambda text, x, y, w, h: PlacedWord(text, (x, y, x + w, y + h)),
        st.sampled_from(["Nơi", "nhận:", "CỘNG", "HÒA", "XÃ", "HỘI", "ngày", "12", "-", "Độc", "lập", "TM."]),
        st.floats(-20, 600),
        st.floats(-20, 850),
        st.floats(0.1, 200),
        st.floats(0.1, 60),
    ),
    max_size=40,
)


@given(WORDS)
def test_no_word_is_lost_or_doubled(words: list[PlacedWord]) -> None:
    lines = lines_of(words, 1)
    assert sorted(w.raw for line in lines for w in line.words) == sorted(w.text for w in words)
    assert [line.id for line in lines] == [f"p0001-l{n:04d}" for n in range(1, len(lines) + 1)]
    assert sum(len(row) for row in rows_of(words)) == len(words)


@given(WORDS, st.randoms(use_true_random=False))
def test_lines_do_not_depend_on_the_order_given(words: list[PlacedWord], random: object) -> None:
    distinct = list({(w.middle, w.bbox[0], w.bbox[2]): w for w in words}.values())
    shuffled = sorted(distinct, key=lambda w: hash((w.bbox, random)))
    assert lines_of(distinct, 1) == lines_of(shuffled, 1)
