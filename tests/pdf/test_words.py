"""The restored words in the finished PDF: found, at their boxes, in reading order, in one form of Unicode."""

from __future__ import annotations

import io
import math
import tempfile
import unicodedata
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from dau.document.transcript import BBox, Line, Overlay, TranscriptPage, Word
from tests.scan_files import A4, Sheet, Text, jpeg, pdf

from .conftest import LINES, Make, page, printed, text_of, words_in

NEAR = 3.0  # points


def near(found: BBox, upright: BBox) -> bool:
    """A word's edges at the left and the right are its own; above and below it is as high as its line."""
    sideways = abs(found[0] - upright[0]) <= NEAR and abs(found[2] - upright[2]) <= NEAR
    return sideways and found[1] - NEAR <= upright[1] and found[3] + NEAR >= upright[3]


def expected(skew: float = 0.0) -> list[tuple[str, BBox]]:
    words = []
    for x, y, text in LINES:
        at = 0
        for word in text.split():
            at = text.index(word, at)
            x0, x1 = x + 6 * at, x + 6 * (at + len(word))
            fall = math.tan(math.radians(skew)) * (x0 + x1) / 2
            words.append((word, (x0, y + fall, x1, y + 11 + fall)))
            at += len(word)
    return words


def assert_all_there(path: Path, skew: float = 0.0) -> None:
    found = words_in(path)
    for word, box in expected(skew):
        assert any(text == word and near(there, box) for text, there in found), (word, box)
    assert len(found) == len(expected(skew))


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_every_word_at_its_box_whatever_rotate_the_page_has(make: Make, rotate: int) -> None:
    """The page as displayed is A4 upright; /Rotate says how its content lies."""
    size = (A4[1], A4[0]) if rotate % 180 else A4
    made = make(pdf([Sheet(jpeg=jpeg(400, 566), rotate=rotate, size=size)]), [page()])
    assert_all_there(made.path)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_scanned_sideways_is_shown_upright_with_its_words(make: Make, rotation: int) -> None:
    size = (A4[1], A4[0]) if rotation % 180 else A4
    made = make(pdf([Sheet(jpeg=jpeg(400, 566), size=size)]), [page(size=size, rotation=rotation)])
    assert_all_there(made.path)


@pytest.mark.parametrize("skew", [-2.5, -0.2, 1.8])
def test_rows_that_lean_are_followed_and_no_word_breaks(make: Make, skew: float) -> None:
    made = make(pdf([Sheet(jpeg=jpeg(400, 566))]), [page(skew=skew)])
    assert_all_there(made.path, skew)


def test_boxes_are_of_the_crop_box(make: Make) -> None:
    x0, y0 = 100.0, 50.0
    sheet = Sheet(jpeg=jpeg(400, 566), size=(900, 1000), crop=(x0, y0, x0 + A4[0], y0 + A4[1]))
    assert_all_there(make(pdf([sheet]), [page()]).path)


@pytest.mark.parametrize("options", [["-raw"], []])
def test_copied_text_is_that_of_the_transcript_in_reading_order(make: Make, options: list[str]) -> None:
    lines = [line for line in LINES if line[0] < 300]
    text = text_of(make(pdf([Sheet(jpeg=jpeg(400, 566))]), [page(lines)]).path, *options)
    assert text.split() == " ".join(line[2] for line in lines).split()
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(("size", "rotation", "skew"), [(A4, 0, 0.0), (A4, 0, 1.8), ((A4[1], A4[0]), 90, 0.0)])
def test_chromium_finds_and_marks_the_words(make: Make, size: tuple[float, float], rotation: int, skew: float) -> None:
    """Through PDFium, the engine of Chromium's viewer: what is searched for is found, as often as it is there, and
    what is copied reads as the transcript does."""
    scanned = page(size=size, rotation=rotation, skew=skew)
    made = make(pdf([Sheet(jpeg=jpeg(400, 566), size=size)]), [scanned])
    text = pdfium.PdfDocument(made.path)[0].get_textpage()
    for line in LINES:
        for phrase in (line[2], line[2].split()[-1]):
            finding = text.search(phrase, match_case=True)
            assert finding.get_next() is not None, phrase
    assert text.get_text_range().split() == [word for word, _ in expected()]
    first, length = text.search("07-KL/TW").get_next()
    boxes = [text.get_charbox(at) for at in range(first, first + length)]
    assert max(box[2] for box in boxes) - min(box[0] for box in boxes) == pytest.approx(
        6 * 8 if rotation == 0 else 11, abs=NEAR + 3
    )


def test_words_of_several_syllables_and_words_that_are_not_in_a_row(make: Make) -> None:
    """One box may hold two words; a line may go back to the left, or hold a word far above the rest."""
    boxes: list[tuple[BBox, str]] = [
        ((70, 100, 130, 112), "đoàn kết"), ((140, 100, 170, 112), "xây"), ((90, 115, 120, 127), "dựng"),
        ((130, 60, 160, 72), "trên"), ((170, 60, 170, 60), "điểm"), ((180, 60, 190, 160), "I"),
    ]  # fmt: skip
    line = Line(id="p0001-l0001", words=tuple(Word(raw="x", restored=text, bbox=box) for box, text in boxes))
    only = TranscriptPage(number=1, width=A4[0], height=A4[1], text_source="ocr", lines=(line,))
    made = make(pdf([Sheet(jpeg=jpeg(400, 566))]), [only])
    assert text_of(made.path, "-raw").split() == ["đoàn", "kết", "xây", "dựng", "trên", "điểm", "I"]


def test_pages_that_are_blank_failed_or_were_not_asked_for_are_there_too(make: Make) -> None:
    sheets = [Sheet(jpeg=jpeg(400, 566, seed=seed)) for seed in range(4)]
    pages = [page(number=1), page((), number=2, source="blank"), TranscriptPage(number=3, text_source="failed")]
    made = make(pdf(sheets), pages, count=4)
    assert [bool(words_in(made.path, number)) for number in (1, 2, 3, 4)] == [True, False, False, False]
    assert made.drawn == ()


def test_the_reading_of_another_program_is_gone(make: Make) -> None:
    """Invisible text (render mode 3) under the page image, as scanners put it there: words without diacritics."""
    garbled = pdf([Sheet(texts=[Text(70, 100, "CONG HOA XA HOI CHU NGHIA")], jpeg=jpeg(400, 566))])
    data = hidden(garbled)
    assert "HOA" in text_of_bytes(data)
    made = make(data, [page()])
    assert made.drawn == ()
    assert_all_there(made.path)


def test_text_that_is_painted_over_means_drawing_the_page(make: Make) -> None:
    """It cannot be taken out without a change of how the page looks, and must not be found beside ours."""
    garbled = [(70.0, 100.0 + 20 * n, "CONG HOA XA HOI CHU NGHIA VIET NAM Doc lap Tu do") for n in range(8)]
    made = make(printed(garbled, picture=jpeg(400, 566)), [page()])
    assert made.drawn == made.strayed == (1,)
    assert_all_there(made.path)


def test_a_page_keeps_its_own_text_where_that_is_the_transcript(make: Make) -> None:
    data = printed(LINES)
    made = make(data, [page(source="text_layer")], draw=never)
    assert text_of(made.path, "-raw").split() == text_of_bytes(data).split() == [word for word, _ in expected()]


def test_own_text_that_says_something_else_is_replaced(make: Make) -> None:
    """Letters and marks apart (NFD), as some programs write them: nobody who types the word would find it."""
    apart = [(x, y, unicodedata.normalize("NFD", text)) for x, y, text in LINES]
    made = make(printed(apart), [page(source="text_layer")])
    assert made.drawn == (1,)
    assert_all_there(made.path)


def test_the_note_of_a_signature_stays(make: Make) -> None:
    note = "Người ký: Sở Thông tin và Truyền thông. Thời gian ký: 04/01/2021 10:30:46 +07:00"
    told = (Overlay(kind="signature_note", text=note),)
    made = make(printed([(60, 20, note)], size=8, picture=jpeg(400, 566)), [page(overlays=told)], draw=never)
    assert "10:30:46" in text_of(made.path)
    assert "Chính trị" in text_of(made.path)


def hidden(data: bytes) -> bytes:
    """The same PDF with its text in render mode 3."""
    with pikepdf.open(io.BytesIO(data)) as file:
        content = file.pages[0].Contents.read_bytes().replace(b"BT ", b"BT 3 Tr ")
        file.pages[0].Contents = file.make_stream(content)
        out = io.BytesIO()
        file.save(out)
    return out.getvalue()


def text_of_bytes(data: bytes) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        return text_of(Path(file.name), "-raw")


def never(number: int) -> object:
    raise AssertionError(f"page {number} need not be drawn")
