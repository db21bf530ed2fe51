"""Readings beside each engine alone: where which is the better, and what makes a page an exception."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dau.document.transcript import Line, Overlay, TranscriptPage, Word
from dau.ocr.lines import Token
from dau.training.bare_engines import Row, rows_of, tesseract_rows, upright_box
from dau.training.benchmark_scans import Sample
from dau.training.engines_alone import PageRow, beside, proof, report
from dau.training.places import compare

TEXT = """Về việc tăng cường công tác thi hành án
Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015
Xét đề nghị của Giám đốc Sở Tư pháp tại Tờ trình số 245/TTr-STP
Chủ tịch Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành"""


class Known:
    """A language in which the words of the text are likely and all others are not."""

    digest = "known"

    def log_probabilities(self, rows: Sequence[Sequence[str]]) -> list[float]:
        words = set(TEXT.split())
        return [sum(-1.0 if word in words else -9.0 for word in row) for row in rows]


def rows(text: str, sure: float = 0.9) -> list[Row]:
    """Each letter 6 points wide, lines 20 points apart."""
    out = []
    for n, line in enumerate(text.splitlines()):
        words, x = [], 60.0
        for word in line.split():
            words.append(Token(word, (x, 100.0 + 20 * n, x + 6 * len(word), 112.0 + 20 * n), sure))
            x += 6 * (len(word) + 1)
        out.append(tuple(words))
    return [row for row in out if row]


def page(text: str, *overlays: Overlay) -> TranscriptPage:
    words = [tuple(Word(bbox=t.box, raw=t.text, restored=t.text, confidence=0.9) for t in row) for row in rows(text)]
    lines = tuple(Line(id=f"p0001-l{n:04d}", words=row) for n, row in enumerate(words, 1))
    return TranscriptPage(number=1, width=595, height=842, text_source="ocr", lines=lines, overlays=overlays)


def judged(ours: str, theirs: str, *overlays: Overlay) -> PageRow:
    return beside("x", page(ours, *overlays), {"tesseract": rows(theirs), "trueocr": rows(theirs)}, Known())


@pytest.mark.parametrize(("mine", "theirs", "verdict"), [
    ("tăng cường", "tăng cườhg", "ours"),  # no syllable
    ("tăng cườhg", "tăng cường", "theirs"),
    ("tắng cường", "tăng cường", "theirs"),  # both are, and the language knows one
    ("tăng cường", "tắng cường", "ours"),
    ("côngtác thi", "công tác thi", "theirs"),  # run together
    ("tăng", "tăng cường", "theirs"),  # a word more, well read
    ("tăng xq cường", "tăng cường", "theirs"),  # and dirt
    ("245/TTr-STP", "243/TTr-STP", "open"),  # nobody knows a number
    ("tăng cường", "tăng cường", None),
    ("tăng cường", "tăng, Cường.", None),  # marks and case are no matter here
    ("thi hành hoà", "thi hành hòa", None),  # nor is the place of a tone mark
])  # fmt: skip
def test_the_better_reading_of_a_place(mine: str, theirs: str, verdict: str | None) -> None:
    found = compare(rows(mine), (), rows(theirs), Known())
    assert {place.verdict for place in found.places} == ({verdict} if verdict else set())


def test_an_engine_that_is_not_sure_has_not_read_well() -> None:
    (place,) = compare(rows("tắng cường"), (), rows("tăng cường", 0.3), Known()).places
    assert place.verdict == "open"


@pytest.mark.parametrize(("lost", "exception"), [(1, True), (3, True), (None, False)])
def test_a_line_that_engines_read_and_we_lack_makes_an_exception(lost: int | None, exception: bool) -> None:
    ours = "\n".join("" if n == lost else line for n, line in enumerate(TEXT.splitlines()))
    row = judged(ours, TEXT)
    assert row.exception == exception
    assert [" ".join(t.text for t in p.theirs) for p in row.lost] == ([TEXT.splitlines()[lost]] if lost else [])


def test_what_stands_in_an_overlay_is_counted_but_not_lost() -> None:
    first, *rest = TEXT.splitlines()
    stamp = Overlay(kind="received_stamp", bbox=(50, 95, 400, 115), text=first)
    row = judged("\n".join(["", *rest]), TEXT, stamp)
    assert not row.exception
    assert row.aside["received_stamp"] == len(first.split())
    assert row.compared["tesseract"].aside
    note = judged("\n".join(["", *rest]), TEXT, stamp.model_copy(update={"kind": "noise"}))
    assert note.doubtful_aside  # a reader should look at it


def test_other_digits_than_both_engines_have_are_told() -> None:
    row = judged(TEXT.replace("245/", "243/"), TEXT)
    assert not row.exception
    assert [[t.text for t in place.ours] for place in row.overruled] == [["243/TTr-STP"]]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_boxes_of_a_turned_page_are_compared_upright(rotation: int) -> None:
    """A word that stands at the top left of the page once turned."""
    lying = {90: (12, 747, 24, 782), 180: (475, 818, 535, 830), 270: (571, 60, 583, 120)}[rotation]
    turned = TranscriptPage(number=1, width=595, height=842, rotation=rotation, text_source="ocr")
    x0, y0, x1, y1 = upright_box(turned, lying)
    assert x1 - x0 > y1 - y0
    assert (x0, y0) == (60, 12)


def test_tables_of_tesseract_give_words_line_by_line() -> None:
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
    entries = ("4 1 1 1 1 0 0 0 90 10 -1 ", "5 1 1 1 1 1 10 20 30 10 96.5 Điều", '5 1 1 1 1 2 50 20 10 10 90 "1.',
               "5 1 1 1 2 1 50 40 10 10 90 |")  # fmt: skip
    table = "\n".join([head, *(entry.replace(" ", "\t") for entry in entries)])
    ((first, second),) = tesseract_rows(table, 0.5, 0.5)
    assert (first.text, first.box, first.confidence) == ("Điều", (5, 10, 20, 15), 0.965)
    assert second.text == '"1.'


def test_a_word_the_restorer_parted_is_two_words_side_by_side() -> None:
    line = Line(id="p0001-l0001", words=(Word(bbox=(0, 0, 60, 10), raw="doankét", restored="đoàn kết"),))
    ((one, two),) = rows_of(TranscriptPage(number=1, text_source="ocr", lines=(line,)))
    assert (one.text, two.text) == ("đoàn", "kết")
    assert one.box[2] <= two.box[0]


def test_the_report_names_what_is_worse_and_proves_its_measure() -> None:
    shown = proof(Sample("gold", Path("x"), 1, TEXT), page(TEXT), {"tesseract": rows(TEXT)}, Known())
    text = report([shown], [judged("\n".join(TEXT.splitlines()[:2]), TEXT), judged(TEXT, TEXT)])
    assert "0 of 1 as we read them, 1 with the line in their middle taken out" in text
    assert "worse than an engine alone: 1 of 2" in text
    assert "Xét đề nghị của Giám đốc" in text
