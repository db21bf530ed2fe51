"""Number and date read once more: where they stand, how a network's steps become strings, how readings are weighed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from dau.document.page import Page
from dau.ocr.digit_choice import MOST_SURE_ALONE, SURE, cleared, doubtful, settled, weighed
from dau.ocr.digit_slots import find_slots
from dau.ocr.digits import HEIGHT, WIDEST, DigitReader, best_strings, reread, stretched, strip_of
from dau.ocr.lines import TextLine, Token

_EM = 20.0


def line(*words: str, sure: float = 0.99, other: Sequence[str] | None = None, y: float = 100.0) -> TextLine:
    """A line of words, each ten pixels a letter, as two engines read it."""
    tokens, x = [], 50.0
    for word, second in zip(words, other or words, strict=True):
        readings = {"tesseract": second, "trueocr": word}
        tokens.append(Token(word, (x, y, x + 10 * len(word), y + 20), sure, readings))
        x += 10 * len(word) + 8
    return TextLine((50.0, y, x, y + 20), tuple(tokens))


@pytest.fixture(scope="module")
def digit_reader() -> DigitReader:
    return DigitReader()


class Fixed(DigitReader):
    """A reader that says the same whatever it sees, and counts how often it is asked."""

    def __init__(self, *strings: tuple[str, float]) -> None:
        self.strings, self.asked = list(strings), 0

    def read(self, strips: Sequence[np.ndarray]) -> list[list[tuple[str, float]]]:
        self.asked += len(strips)
        return [self.strings for _ in strips]


def page(number: int = 1) -> Page:
    image = np.full((1200, 900), 255, np.uint8)
    return Page(number=number, image=image, width=432, height=576, dpi=150)


# ------------------------------------------------------------------------ places


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["Số:", "04", "/QĐ-UBND"], {"number": "04"}),
        (["Số:514/UBND-KTTH"], {"number": "514"}),
        (["Số:", "/UBND-KTTH"], {"number": ""}),
        (["Số:", "0", "5", "/CT-UBND"], {"number": "0 5"}),
        (["Số:", "A2/9/QĐ-UBND"], {"number": "A2/9"}),
        (["Số:", "-/JF", "/2013/NĐ-CP"], {"number": "-/JF"}),
        (["Số:", "30/2021/QH15"], {"number": "30"}),
        (["Số:", "07-KL/TW"], {"number": "07"}),
        (["Số", "liệu", "của", "12/QĐ-UBND"], {}),
        (["Theo", "Công", "văn", "số", "12/QĐ-UBND"], {}),
        (["Hà", "Nội,", "ngày", "05", "tháng", "02", "năm", "2025"], {"day": "05", "month": "02", "year": "2025"}),
        (["Ngãi,ngày20tháng12", "năm", "2024"], {"day": "20", "month": "12", "year": "2024"}),
        (["Huế,", "ngày", "tháng", "01", "năm", "2025"], {"day": "", "month": "01", "year": "2025"}),
        (["Hà", "Nội,", "ngày.2", "4", "tháng", "q", "năm", "2026"], {"day": ".2 4", "month": "q", "year": "2026"}),
        (["của", "Thủ", "tướng", "Chính", "phủ", "ban", "hành", "ngày", "16", "tháng", "4", "năm", "2021"], {}),
        (["Số:", "9", "/TB-SNV", "Huế,", "ngày", "1", "tháng", "2", "năm", "2020"],
         {"number": "9", "day": "1", "month": "2", "year": "2020"}),
    ],
)  # fmt: skip
def test_number_and_date_are_found_between_the_words_around_them(words: list[str], found: dict[str, str]) -> None:
    text = line(*words)
    slots = find_slots([text], 1200)
    assert {slot.kind: slot.read for slot in slots} == found
    for slot in slots:
        assert text.text[slot.start : slot.end].strip() == slot.read
        assert 0 <= slot.box[0] <= text.box[2] and slot.box[2] <= text.box[2] + 1


def test_each_engine_is_heard_for_its_own_part_of_a_glued_word() -> None:
    glued = TextLine(
        (0, 0, 300, 20),
        (
            Token("ngày", (0, 0, 40, 20), 0.99, {"tesseract": "ngày", "trueocr": "ngày06tháng"}),
            Token("tháng", (70, 0, 120, 20), 0.99, {"tesseract": "tháng", "trueocr": "ngày06tháng"}),
            Token("01", (130, 0, 150, 20), 0.99, {"tesseract": "01", "trueocr": "01"}),
            Token("năm", (160, 0, 200, 20), 0.99, {"tesseract": "năm", "trueocr": "năm"}),
            Token("2025", (210, 0, 250, 20), 0.99, {"tesseract": "2025", "trueocr": "2025"}),
        ),
    )
    day = next(slot for slot in find_slots([glued], 1200) if slot.kind == "day")
    assert day.readings == {"tesseract": "", "trueocr": "06"}
    assert (day.box[0], day.box[2]) == (40, 70)


def test_what_stands_low_on_the_page_is_no_header() -> None:
    assert find_slots([line("Số:", "04", "/QĐ-UBND", y=900)], 1200) == []


# ----------------------------------------------------------------------- decoding


def steps(*rows: dict[int | None, float]) -> np.ndarray:
    """Rows of probabilities by digit, None for nothing; what is left goes to nothing."""
    out = np.zeros((len(rows), 11))
    for n, row in enumerate(rows):
        for digit, share in row.items():
            out[n, 0 if digit is None else digit + 1] = share
        out[n, 0] += 1 - out[n].sum()
    return out


@pytest.mark.parametrize(
    ("rows", "best"),
    [
        ([], ""),
        ([{None: 1}, {4: 1}, {4: 1}, {None: 1}], "4"),
        ([{1: 1}, {None: 1}, {1: 1}], "11"),
        ([{0: 0.9}, {5: 0.8}, {None: 1}, {7: 0.9}], "057"),
        ([{3: 0.4}, {3: 0.4}, {3: 0.4}], "3"),  # no single step is sure of it, all paths together are
    ],
)
def test_steps_become_the_likeliest_string(rows: list[dict[int | None, float]], best: str) -> None:
    found = best_strings(steps(*rows))
    assert found[0][0] == best
    assert sum(p for _, p in found) <= 1.001
    assert [p for _, p in found] == sorted((p for _, p in found), reverse=True)


# ----------------------------------------------------------------------- weighing


@pytest.mark.parametrize(
    ("kind", "offered", "heard", "best"),
    [
        ("number", [("574", 0.98), ("514", 0.01)], ["514", "$14"], "574"),
        ("number", [("01", 0.9), ("07", 0.02)], ["04_", "O4"], "01"),
        ("number", [("789", 0.69), ("729", 0.15)], ["729", "f2?"], "729"),
        ("day", [("11", 0.95)], [")", "A"], "11"),
        ("day", [("20", 0.9)], ["2O", "&0"], "20"),
        ("day", [], ["l6", "4€"], "16"),  # letters taken for digits, where the digit reader is at a loss
        ("day", [("81", 0.5), ("31", 0.4)], [], "31"),  # no month has 81 days
        ("month", [("1", 0.9), ("10", 0.06)], ["I0", "10"], "10"),
    ],
)
def test_all_readers_together_choose(
    kind: str, offered: list[tuple[str, float]], heard: list[str], best: str
) -> None:
    ranked = weighed(kind, offered, heard)  # type: ignore[arg-type]
    assert ranked[0][0] == best
    assert 0 <= sum(p for _, p in ranked) <= 1.01


def test_leaders_are_no_part_of_a_reading() -> None:
    assert cleared(" .0 4_-") == "04"


# ------------------------------------------------------------------- what is written


def only(text: TextLine, *strings: tuple[str, float]) -> TextLine:
    return reread(page(), [text], Fixed(*strings))[0]


def test_print_that_engines_agree_on_is_not_even_looked_at() -> None:
    text = line("Số:", "1423/QĐ-BTTTT", sure=SURE)
    reader = Fixed(("9999", 1.0))
    assert reread(page(), [text], reader) == [text] and reader.asked == 0


@pytest.mark.parametrize("sure", [0.97, 0.99])
def test_what_engines_agree_on_stands_and_is_at_most_doubted(sure: float) -> None:
    text = line("Số:", "455", "/NĐ-CP", sure=sure)
    assert only(text, ("455", 0.7), ("155", 0.3)) == text
    doubted = only(text, ("155", 0.9), ("455", 0.05))
    assert doubted.text == text.text
    assert doubted.tokens[1].confidence <= 0.9
    assert doubted.tokens[1].readings["digits"] == "155"
    assert "155" in dict(doubted.tokens[1].alternatives)


def test_a_choice_keeps_all_readings_and_never_the_confidence_of_print() -> None:
    text = line("Số:", "514/UBND-KTTH", other=["Số:", "$14/UBND-KTTH"])
    token = only(text, ("574", 0.98), ("514", 0.01)).tokens[1]
    assert token.text == "574/UBND-KTTH"
    assert token.readings == {"tesseract": "$14/UBND-KTTH", "trueocr": "514/UBND-KTTH", "digits": "574/UBND-KTTH"}
    assert token.confidence <= 0.9
    assert [text for text, _ in token.alternatives][:1] == ["514/UBND-KTTH"]


def test_digits_no_engine_read_are_put_in_with_little_confidence() -> None:
    text = line("Huế,", "ngày", "tháng", "01", "năm", "2025", sure=1.0)
    filled = only(text, ("06", 0.99))
    assert filled.text == "Huế, ngày 06 tháng 01 năm 2025"
    token = filled.tokens[2]
    assert token.readings == {"digits": "06"} and token.confidence <= MOST_SURE_ALONE
    assert text.tokens[1].box[2] <= token.box[0] < token.box[2] <= text.tokens[2].box[0]


@pytest.mark.parametrize("strings", [[("", 0.9), ("1", 0.1)], [("06", 0.6), ("", 0.3)], [("06", 0.2), ("05", 0.2)], []])
def test_a_blank_stays_blank_where_the_digits_are_doubtful(strings: list[tuple[str, float]]) -> None:
    text = line("Số:", "/UBND-KTTH", sure=1.0)
    assert only(text, *strings).text == text.text


def test_digits_set_apart_become_one_word() -> None:
    read = only(line("Số:", "0", "5", "/CT-UBND", other=["Số:", "2#", "ˆ", "/CT-UBND"]), ("05", 0.99))
    assert read.text == "Số: 05 /CT-UBND"
    assert read.tokens[1].readings == {"tesseract": "2# ˆ", "trueocr": "0 5", "digits": "05"}


def test_only_first_pages_and_headers_are_read_again() -> None:
    text, reader = line("Số:", "5T", "/CT-UBND"), Fixed(("57", 0.9))
    assert reread(page(2), [text], reader) == [text] and reader.asked == 0
    header = [text, line("Huế,", "ngày", "06", "tháng", "01", "năm", "2025", sure=1.0, y=140)]
    assert reread(page(2), header, reader)[0].text == "Số: 57 /CT-UBND"


def test_doubt_asks_for_a_second_look() -> None:
    for text, expected in (
        (line("Số:", "12", "/QĐ-BTC", sure=SURE), False),
        (line("Số:", "12", "/QĐ-BTC", sure=0.99), True),
        (line("Số:", "12", "/QĐ-BTC", sure=1.0, other=["Số:", "17", "/QĐ-BTC"]), True),
        (line("Số:", "l2", "/QĐ-BTC", sure=1.0), True),
    ):
        assert doubtful(find_slots([text], 1200)[0], text) is expected


# ----------------------------------------------------------------------- the network


@pytest.mark.parametrize("value", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1200, 900), (20, 20), (1200, 900, 3)])
def test_any_crop_is_read(digit_reader: DigitReader, shape: tuple[int, ...], value: int) -> None:
    seen = Page(number=1, image=np.full(shape, value, np.uint8), width=432, height=576, dpi=150)
    if len(shape) == 3:
        seen = Page(number=1, image=seen.image, width=432, height=576, dpi=150, clean=seen.image[:, :, 0],
                    to_points=np.array([[0.48, 0, 0], [0, 0.48, 0]]))  # fmt: skip
    for words in (["Số:", "/QĐ-UBND"], ["Số:514444444444/UBND-KTTH"], ["Huế,", "ngày4tháng", "5", "năm", "2025"]):
        for slot in find_slots([line(*words)], 1200):
            strip = strip_of(seen, slot, _EM)
            assert strip.shape[0] == HEIGHT and 1 <= strip.shape[1] <= WIDEST and strip.dtype == np.uint8
            offered = digit_reader.read([strip])[0]
            assert all(0 < p <= 1 and (not s or s.isdecimal()) for s, p in offered)
            assert settled(line(*words), slot, offered).tokens
            assert offered == [("", 1.0)] or strip.min() != 255


def test_the_light_of_the_scan_does_not_matter() -> None:
    strip = np.full((HEIGHT, 60), 240, np.uint8)
    strip[10:30, 20:24] = 40
    darker = (strip * 0.7).astype(np.uint8)
    assert np.abs(stretched(strip).astype(int) - stretched(darker)).max() <= 2
    assert (stretched(np.full((HEIGHT, 60), 200, np.uint8)) == 255).all()


def test_print_is_read(digit_reader: DigitReader) -> None:
    """A number set in type between what stands beside numbers."""
    from dau.training.digit_strings import printed_field

    for text in ("1423", "05", "876"):
        assert digit_reader.read([printed_field("Số:", text, "/QĐ-UBND")])[0][0][0] == text


@pytest.mark.parametrize("words", [("Số:", "/QĐ-UBND"), ("ngày", "tháng"), ("tháng", "năm")])
def test_a_blank_is_no_digit(digit_reader: DigitReader, words: tuple[str, str]) -> None:
    from dau.training.digit_strings import printed_field

    assert digit_reader.read([printed_field(words[0], "", words[1])])[0][0][0] == ""
