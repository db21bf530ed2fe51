"""Readings aligned and chosen, and which words are syllables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.ocr.fuse import Language, fused, load_model, pieces
from dau.ocr.glued import dates_parted, parted
from dau.ocr.lines import TextLine, Token
from dau.ocr.syllables import is_syllable

NAMES = ("tesseract", "trueocr")


def read(text: str, sure: float | list[float] = 0.9) -> TextLine:
    words = text.split()
    confidences = sure if isinstance(sure, list) else [sure] * len(words)
    tokens = tuple(
        Token(word, (50.0 * n, 0.0, 50.0 * n + 40, 20.0), c)
        for n, (word, c) in enumerate(zip(words, confidences, strict=True))
    )
    return TextLine((0.0, 0.0, 50.0 * len(words) + 1, 20.0), tokens)


def fuse(first: str, second: str, language: Language | None = None) -> TextLine:
    return fused([read(first)], [read(second)], NAMES, load_model(), language)[0]


class Known:
    """A language in which some words are likely and all others are not."""

    digest = "known"

    def __init__(self, words: str) -> None:
        self._words = words.split()

    def log_probabilities(self, rows: Sequence[Sequence[str]]) -> list[float]:
        return [-8.0 * sum(word not in self._words for word in row) for row in rows]


@pytest.mark.parametrize("known", ["chi", "chỉ"])
def test_the_language_decides_between_two_good_syllables(known: str) -> None:
    language = Known(f"quy định {known} tiết")
    assert fuse("quy định chỉ tiết", "quy định chi tiết", language).text == f"quy định {known} tiết"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Căn cứ Luật", "Căn cứ Luật", "Căn cứ Luật"),
        ("ngày 19 tháng 6 năm 2015", "ngày 19 tháng 6 nãm 2015", "ngày 19 tháng 6 năm 2015"),  # diacritics
        ("hướng dần thi hành", "hướng đẫn thi hành", "hướng dần thi hành"),
        ("QUYÉẾT ĐỊNH", "QUYẾT ĐỊNH", "QUYẾT ĐỊNH"),  # the one that is a syllable
        ("thẩm quyền", "thấmquyền", "thẩm quyền"),  # a lost space
        ("Sở Tưpháp", "Sở Tư pháp", "Sở Tư pháp"),
        ("cụm từ “Nghiên cứu", "cụm từ +Nghiên cứu", "cụm từ “Nghiên cứu"),  # a quotation begins
        ("", "Lê Minh Hưng", "Lê Minh Hưng"),  # only one has read it
        ("- Như trên;", "Như trên;", "- Như trên;"),
    ],
)
def test_fused(first: str, second: str, expected: str) -> None:
    assert fuse(first, second).text == expected


@pytest.mark.parametrize(
    ("tesseract", "sure", "trueocr", "expected"),
    [
        ("VỀ VIỆC: ......... HQ HH TH Hy ky Án Ho", 0.7, "Về việc:..", "Về việc:.."),
        ("«HP 9 RE PP P4 6 0 6", 0.9, "...", "..."),
        ("Căn cứ Luật Tổ chức", 0.9, "...", "Căn cứ Luật Tổ chức"),
        ("thực hiện nghiêm túc.", 0.9, "túc.", "thực hiện nghiêm túc."),
    ],
)
def test_a_row_of_dots_to_fill_in_is_no_words(tesseract: str, sure: float, trueocr: str, expected: str) -> None:
    assert fused([read(tesseract, sure)], [read(trueocr)], NAMES, load_model())[0].text == expected


def test_dirt_that_one_engine_sees_is_left_out() -> None:
    first, second = read("` Điều 1.", [0.2, 0.9, 0.9]), read("Điều 1.")
    assert fused([first], [second], NAMES, load_model())[0].text == "Điều 1."


def test_what_only_one_engine_read_is_text_or_kept_aside() -> None:
    alone = fused([read("xqz", 0.2), read("Điều 1.", 0.9)], [read(""), read("")], NAMES, load_model())
    assert [line.text for line in alone] == ["", "Điều 1."]
    assert [[t.text for t in line.doubtful] for line in alone] == [["xqz"], []]
    beside = fused([read("xqz Điều 1.", [0.2, 0.9, 0.9])], [read("Điều 1.")], NAMES, load_model())[0]
    assert beside.text == "Điều 1."
    assert dict(beside.tokens[0].readings)["tesseract"] == "xqz Điều"


@given(
    st.lists(st.sampled_from(["Điều", "xq", "1.", "|", "zz9", "và"]), max_size=6),
    st.lists(st.sampled_from(["Điều", "xq", "1.", "|", "zz9", "và"]), max_size=6),
    st.floats(0.05, 0.95),
)
def test_no_letter_that_an_engine_read_is_lost(first: list[str], second: list[str], sure: float) -> None:
    """Every word of either reading is in the line, in a word's readings, or kept aside."""
    line = fused([read(" ".join(first), sure)], [read(" ".join(second), sure)], NAMES, load_model())[0]
    kept = [line.text, *(t.text for t in line.doubtful), *(r for t in line.tokens for r in t.readings.values())]
    for word in (*first, *second):
        assert word == "|" or any(word in text for text in kept)


def test_what_the_other_engine_read_stays_with_the_word() -> None:
    line = fuse("năm 2015", "nãm 2015")
    assert dict(line.tokens[0].readings) == {"tesseract": "năm", "trueocr": "nãm"}
    merged = fuse("Tư pháp", "Tưpháp")
    assert [dict(t.readings)["trueocr"] for t in merged.tokens] == ["Tư", "pháp"]


def test_agreement_raises_confidence() -> None:
    line = fused([read("Căn cứ", 0.8)], [read("Căn cứ", 0.7)], NAMES, load_model())[0]
    assert all(t.confidence == pytest.approx(0.94) for t in line.tokens)


words = st.lists(st.text(alphabet="abcđâễ12-/. ", min_size=1, max_size=6).filter(str.strip), max_size=8).map(" ".join)


@given(words, words)
def test_pieces_hold_every_token_of_both_once_and_in_order(first: str, second: str) -> None:
    a, b = read(first), read(second)
    found = list(pieces(a.tokens, b.tokens))
    assert [t for p in found for t in p.first] == list(a.tokens)
    assert [t for p in found for t in p.second] == list(b.tokens)


@given(words, words)
def test_every_fused_word_was_read_by_an_engine(first: str, second: str) -> None:
    """As a word, or as a part of words that it ran together."""
    read_so = [*first.split(), *second.split()]
    assert all(any(t.text in word for word in read_so) for t in fuse(first, second).tokens)


@pytest.mark.parametrize(("glued", "beside", "words"), [
    ("-Lưu:VT,VP(KSTTHC).", "- Lưu: VI, VP(KSTTHC).", "- Lưu: VT, VP(KSTTHC)."),
    ("BộGDĐT;", "Bộ GDPT;", "Bộ GDĐT;"),
    ("UBMTTQVNtỉnh;", "UBMTTQVN tỉnh;", "UBMTTQVN tỉnh;"),
    ("côngdân", "công đân", "công dân"),
    ("nhà,đất)", "nhà, đấy)", "nhà, đất)"),
    ("Thông báo", "T hông báo", "Thông báo"),  # a space within a word parts nothing
    ("QĐ-TTg", "QĐ-T Tg", "QĐ-TTg"),
    ("19,5", "19, 5", "19,5"),
    ("Điều1.", "Điều 1.", "Điều1."),  # nor does one before digits: they stay as they were read
    ("côngdân", "côngdân", "côngdân"),
    ("", "công dân", ""),
])  # fmt: skip
def test_words_run_together_are_parted_where_the_other_engine_has_a_space(glued: str, beside: str, words: str) -> None:
    tokens = parted(read(glued).tokens, read(beside).tokens)
    assert " ".join(t.text for t in tokens) == words
    assert all(a.box[2] <= b.box[0] + 1e-6 for a, b in pairwise(tokens))


@pytest.mark.parametrize(("first", "second", "taken"), [
    ("243/TTr-STNMT", "245/TTr-STNMT", "245/TTr-STNMT"),
    ("30%", "50%", "50%"),
    ("16/01/2023", "16/01/2025", "16/01/2025"),
])  # fmt: skip
def test_where_engines_differ_on_a_number_the_better_reader_of_digits_stands_in_doubt(
    first: str, second: str, taken: str
) -> None:
    line = fused([read(first, 0.99)], [read(second, 0.9)], NAMES, load_model())[0]
    assert line.text == taken
    assert set(line.tokens[0].readings.values()) == {first, second}
    assert line.tokens[0].confidence < 0.9


def test_a_single_digit_is_weighed_like_any_word() -> None:
    assert fused([read("(6)", 0.99)], [read("(8)", 0.5)], NAMES, load_model())[0].text == "(6)"


SYLLABLES = (
    "việc Việc VIỆC quyết QUYẾT giếng gìn nghiêm kể quốc quỹ hủy huỷ khuya giữa uỷ Ủy tuần xoong loạt ngoằn nghị ý yêu"
    " (để biết; nước, xã. hoạt thuở khuỷu"
)
OTHERS = "cể kà viêt lệphí vIệc ngi gề abc UBND QĐ-TTg 2015 nghà bôc hôat thẩmm ệ1 zui wa"


@pytest.mark.parametrize("word", SYLLABLES.split())
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", OTHERS.split())
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(("glued", "apart"), [
    ("ngày23 tháng01 năm 2021", "ngày 23 tháng 01 năm 2021"),
    ("NGÀY31, năm2020;", "NGÀY 31, năm 2020;"),
    ("ngày tháng năm", "ngày tháng năm"),
    ("ngàyl3 tháng1a F0 A4 số5 năm20211", "ngàyl3 tháng1a F0 A4 số5 năm20211"),
])
def test_words_of_a_date_are_parted_from_their_digits(glued: str, apart: str) -> None:
    line = dates_parted(read(glued))
    assert line.text == apart
    assert all(a.box[2] <= b.box[0] for a, b in pairwise(line.tokens))


def test_what_was_read_of_a_parted_date_goes_with_its_part() -> None:
    readings = {"digits": "ngày31", "tesseract": "ngày ô4", "trueocr": "ngàyậ1", "other": "n31"}
    whole = Token("ngày31", (0.0, 0.0, 60.0, 20.0), 0.5, readings, (("ngày21", 0.3),))
    word, day = dates_parted(TextLine(whole.box, (whole,))).tokens
    assert word.readings == {"digits": "ngày", "tesseract": "ngày", "trueocr": "ngày", "other": "n31"}
    assert day.readings == {"digits": "31", "tesseract": "ô4", "trueocr": "ậ1", "other": "n31"}
    assert (word.alternatives, day.alternatives) == ((), (("21", 0.3),))
    assert word.confidence == day.confidence == 0.5
