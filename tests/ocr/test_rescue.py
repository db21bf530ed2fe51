"""Pages that were read but not made out: read another way round, or kept out of the text and flagged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from dau.document.page import Page
from dau.document.transcript import Cell, Line, Overlay, Rescan, Transcript, TranscriptPage, Word, line_id
from dau.ocr import OcrSettings, Reader, Reading
from dau.ocr.legible import ghost_lines, is_doubtful, is_faint, legibility, share_right
from dau.ocr.light import light_ink, without_light
from dau.ocr.rescue import rescued, together
from dau.reading import DocumentReading, transcript_page
from dau.scan import ScanSettings, clean
from dau.training.geometry import Shown, ghost, mirrored
from dau.training.scores import syllable_accuracy

from .conftest import LINES, printed

TEXT = LINES * 5


def words(text: str, other: str | None = None, confidence: float = 0.97) -> tuple[Word, ...]:
    """Words that both engines read alike, or one of them otherwise."""
    second = (other if other is not None else text).split()
    return tuple(
        Word(raw=w, restored=w, confidence=confidence, readings={"tesseract": second[n % len(second)], "trueocr": w})
        for n, w in enumerate(text.split())
    )


def lines(*rows: tuple[Word, ...], page: int = 3) -> list[Line]:
    return [
        Line(id=line_id(page, n), bbox=(72.0, 100.0 + 25 * n, 480.0, 118.0 + 25 * n), words=row)
        for n, row in enumerate(rows, 1)
    ]


GARBAGE = words("gnôh ihgn taul uc nac mbó tkhđ wẽ8 ưyn zohp lắno jvt", "qn Íơ xw đ", 0.55)


@pytest.mark.parametrize(
    ("rows", "illegible"),
    [
        ([words(row) for row in LINES] * 2, False),
        ([GARBAGE] * 4, True),
        ([GARBAGE], False),  # too few words to tell
        ([words("Nguyễn Văn Minh"), words("PHÓ CHỦ TICN", "PHO CHU", 0.6)], False),
        ([words("1.234.567 2.345.678 12,5 2024 56", "1.234.567 7 12,5 2024 5b", 0.6)] * 8, False),
        ([words("the quick brown fox jumps over fences while everybody watches")] * 3, False),
        ([words("uỷ ban nhân dân tỉnh Quảng Ngãi", "uy bân nhàn dan tính Quang Ngai", 0.9)] * 4, False),
        ([words("uỷ ban nhân dân tỉnh Quảng Ngãi")] * 2 + [GARBAGE], False),
    ],
    ids=["text", "garbage", "one line", "signature", "figures", "English", "engines differ but are sure", "half"],
)
def test_garbage_is_told_from_what_is_merely_short_foreign_or_all_figures(
    page: Page, rows: Sequence[tuple[Word, ...]], illegible: bool
) -> None:
    assert legibility(page, lines(*rows), ()).illegible is illegible


def test_one_engine_alone_is_judged_by_how_sure_it_is(page: Page) -> None:
    def alone(row: tuple[Word, ...]) -> tuple[Word, ...]:
        return tuple(w.model_copy(update={"readings": {"tesseract": w.raw}}) for w in row)

    assert not legibility(page, lines(*[alone(words(row)) for row in LINES] * 2), ()).illegible
    assert legibility(page, lines(*[alone(GARBAGE)] * 4), ()).illegible


def test_a_page_is_unread_where_most_of_its_letters_lie_outside_of_the_lines() -> None:
    page = printed(TEXT)
    found = [
        Line(id=line_id(3, n + 1), bbox=page.box_in_points(200, 296 + 70 * n, 1400, 346 + 70 * n), words=words(text))
        for n, text in enumerate(TEXT)
    ]
    assert not legibility(page, found, ()).unread
    assert legibility(page, found[:5], ()).unread
    kept = [Overlay(kind="noise", bbox=line.bbox) for line in found[5:]]
    assert not legibility(page, found[:5], kept).unread


def test_lines_of_the_other_side_are_those_that_are_faint_and_make_no_sense(page: Page) -> None:
    rows = [words(row) for row in LINES] + [GARBAGE, GARBAGE, words(LINES[0])]
    found = lines(*rows)
    image = np.full_like(page.image, 255)
    inks = (20, 30, 25, 150, 30, 150)  # the fourth is faint garbage, the fifth dark garbage, the last faint text
    for line, ink in zip(found, inks, strict=True):
        assert line.bbox is not None
        x0, y0, x1, y1 = (round(v) for v in page.box_in_pixels(line.bbox))
        image[y0 + 8 : y1 - 8, x0:x1:9] = ink
    assert ghost_lines(replace(page, clean=image), found) == {found[3].id}


BROKEN = words("Công tác thi đlia khen thiing năm vli chl đíi mli", "Công tác thi đua khen thng năm với ch đ mọi", 0.6)


@pytest.mark.parametrize(
    ("rows", "doubtful"),
    [
        ([words(row) for row in LINES] * 2, False),
        ([words(row, confidence=0.995) for row in LINES] * 2 + [BROKEN], False),
        ([BROKEN] * 4, True),
        ([words(LINES[0]), BROKEN] * 4, True),
        ([BROKEN], False),  # too few words to tell
        ([words(LINES[0], confidence=0.995)] * 3 + [BROKEN], False),  # not enough of them to be sure
        ([words(LINES[0], confidence=0.995)] * 30 + [BROKEN] * 10, True),
        ([words("uỷ ban nhân dân tỉnh Quảng Ngãi", "uy bân nhàn dan tính Quang Ngai", 0.97)] * 4, False),
        ([words("Ông bà ........... HQ HH TH ky Ho BƠ", "Ông bà .... n nh km v ng xk", 0.5)] * 5, False),
        ([tuple(w.model_copy(update={"readings": {"trueocr": w.raw}}) for w in BROKEN)] * 4, False),
    ],
    ids=["text", "one line broken", "broken", "half", "one line", "some", "as many of more",
         "engines differ but are sure", "dots", "one engine"],
)
def test_a_page_is_doubtful_where_many_words_are_probably_wrong(
    rows: Sequence[tuple[Word, ...]], doubtful: bool
) -> None:
    assert is_doubtful(lines(*rows)) is doubtful


def placed(page: Page, *rows: tuple[Word, ...]) -> tuple[Line, ...]:
    """Lines where the page has its rows."""
    return tuple(
        line.model_copy(update={"bbox": page.box_in_points(200, 296 + 70 * n, 1450, 346 + 70 * n)})
        for n, line in enumerate(lines(*rows))
    )


def test_what_is_expected_of_a_page_grows_with_how_sure_its_words_are() -> None:
    sure = [0.5, 0.7, 0.85, 0.93, 0.96, 0.99, 1.0]
    for other in (None, LINES[1]):
        shares = [share_right(lines(*[words(LINES[0], other, c)] * 3)) for c in sure]
        assert shares == sorted(shares) and shares[-1] > 0.95


def test_a_doubtful_page_keeps_its_words_and_is_flagged() -> None:
    page = printed(TEXT)
    reading = Reading(placed(page, *([words(LINES[0]), BROKEN, BROKEN] * 5)), ())
    left = rescued(page, reading, lambda _: pytest.fail("there is but one kind of ink"), None)
    assert left.lines == reading.lines and left.rescan == ("doubtful",)


def two_inks(page: Page, light: int) -> Page:
    """The page, and a line of its own that is printed lighter."""
    image = page.readable.copy()
    at = image[296:346]
    image[1500:1550] = 255 - ((255 - at.astype(np.float64)) * (255 - light) / 255).astype(np.uint8)
    return replace(page, clean=image)


@pytest.mark.parametrize("light", [150, 180, 210])
def test_light_ink_is_told_from_print_and_taken_off(light: int) -> None:
    page = printed(TEXT)
    both = two_inks(page, light).readable
    level = light_ink(both)
    assert level is not None and 90 <= level <= light
    left = without_light(both, level)
    assert (left[1490:1560] == 255).all()
    dark = page.readable < level
    dark[1490:1560] = False
    assert (left[dark] == page.readable[dark]).all()


@pytest.mark.parametrize("scale", [1.0, 0.7])
def test_a_page_of_one_ink_has_no_light_one(scale: float) -> None:
    image = 255 - (scale * (255 - printed(TEXT).readable.astype(np.float64))).astype(np.uint8)
    assert light_ink(image) is None
    assert light_ink(np.full((400, 300), 255, np.uint8)) is None


def test_without_the_other_side_a_page_is_read_again_and_what_is_gone_is_a_ghost() -> None:
    page = two_inks(printed(TEXT), 170)
    text = placed(page, *[words(row, confidence=0.995) for row in TEXT])
    below = page.box_in_points(200, 1496, 1400, 1546)
    ghosts = tuple(line.model_copy(update={"bbox": below}) for line in lines(GARBAGE, GARBAGE))
    seen: list[Page] = []

    def read(other: Page) -> Reading:
        seen.append(other)
        return Reading(text, ())

    left = rescued(page, Reading((*text, *ghosts), ()), read, None)
    assert len(seen) == 1 and (seen[0].readable[1490:1560] == 255).all()
    assert left.lines == text and left.rescan == ("show_through",)
    assert [(o.kind, o.bbox, o.text) for o in left.overlays] == [("ghost", below, line.raw) for line in ghosts]


def test_without_the_other_side_nothing_that_was_made_out_may_be_lost() -> None:
    page = two_inks(printed(TEXT), 170)
    text = placed(page, *[words(row, confidence=0.995) for row in TEXT])
    reading = Reading((*text, *lines(GARBAGE, GARBAGE)), ())
    left = rescued(page, reading, lambda _: Reading(text[:-1], ()), None)
    assert left.lines[: len(text)] == text and "show_through" not in left.rescan


def test_a_few_words_left_of_garbage_are_no_better_reading() -> None:
    page = two_inks(printed(TEXT), 170)
    reading = Reading(placed(page, *[GARBAGE] * 4), ())
    left = rescued(page, reading, lambda _: Reading(placed(page, words("IZ/ 1ỊịỊ BI", "XQ 0 Sz", 0.4)), ()), None)
    assert left.lines == () and left.rescan == ("illegible",)


def test_what_cannot_be_read_is_kept_as_noise_and_flagged(page: Page) -> None:
    reading = Reading(tuple(lines(*[GARBAGE] * 4)), ())
    left = rescued(replace(page, rescan=("cut_top",)), reading, lambda _: reading, None)
    assert left.lines == () and left.rescan == ("cut_top", "illegible")
    assert [o.text for o in left.overlays] == [line.raw for line in reading.lines]
    assert {o.kind for o in left.overlays} == {"noise"}


def test_parts_are_numbered_on_and_so_are_their_tables(page: Page) -> None:
    row = lines(words("Điều 1"), words("Điều 2"))
    cells = tuple(line.model_copy(update={"cell": Cell(table=1, row=n, column=0)}) for n, line in enumerate(row))
    whole = together(page, [Reading(cells, (), rescan=("cut_left",)), Reading(cells, (), rescan=("cut_left",))])
    assert [line.id for line in whole.lines] == [line_id(3, n) for n in (1, 2, 3, 4)]
    assert [line.cell.table for line in whole.lines if line.cell] == [1, 1, 2, 2]
    assert whole.rescan == ("cut_left",)


# ------------------------------------------------------------------ with engines


@pytest.fixture(scope="module")
def reader() -> Reader:
    pytest.importorskip("trueocr")
    return Reader(OcrSettings())


def text_of(reading: Reading) -> str:
    return "\n".join(line.raw for line in reading.lines)


@pytest.mark.parametrize("turns", [0, 2])
def test_a_mirrored_page_is_read_in_a_mirror_and_flagged(reader: Reader, turns: int) -> None:
    page = printed(TEXT)
    shown = mirrored(Shown(page.image, page.dpi), Shown(page.image, page.dpi), turns)
    seen = clean(replace(page, image=shown.image), ScanSettings())
    reading = reader.read(seen)
    assert syllable_accuracy(text_of(reading), "\n".join(TEXT)) > 0.95
    assert reading.rescan == ("mirrored",)
    x0, y0, x1, y1 = reading.lines[0].bbox or (0.0, 0.0, 0.0, 0.0)
    place = (595 - 488, 110, 595 - 72, 124) if turns == 0 else (72, 842 - 124, 488, 842 - 110)
    assert (x0, y0, x1, y1) == pytest.approx(place, abs=9)


def test_a_page_on_its_side_that_was_not_turned_is_read(reader: Reader) -> None:
    page = printed(TEXT)
    side = replace(page, image=np.ascontiguousarray(np.rot90(page.image)), width=page.height, height=page.width)
    reading = reader.read(side)
    assert syllable_accuracy(text_of(reading), "\n".join(TEXT)) > 0.95
    assert transcript_page(side, reading).rotation == 90 and reading.rescan == ()


@pytest.mark.parametrize("strength", [0.2, 0.5])
def test_the_other_side_on_a_blank_page_gives_no_text(reader: Reader, strength: float) -> None:
    page = printed(TEXT)
    shown = ghost(Shown(page.image, page.dpi), Shown(page.image, page.dpi), strength, blank=True)
    seen = clean(replace(page, image=shown.image), ScanSettings())
    reading = reader.read(seen)
    assert reading.lines == ()
    assert reading.blank and reading.rescan == (("show_through",) if strength > 0.3 else ())


@pytest.mark.parametrize("strength", [0.3, 0.45])
def test_the_other_side_between_the_lines_is_no_text(reader: Reader, strength: float) -> None:
    page = printed(TEXT)
    other = printed(tuple(reversed(TEXT)), left=150)
    verso = np.roll(other.image, 25, axis=0)
    shown = ghost(Shown(page.image, page.dpi), Shown(verso, page.dpi), strength)
    seen = clean(replace(page, image=shown.image), ScanSettings())
    reading = reader.read(seen)
    text = text_of(reading)
    assert syllable_accuracy(text, "\n".join(TEXT)) > 0.95 and syllable_accuracy("\n".join(TEXT), text) > 0.95


def test_faint_is_what_is_lighter_than_print() -> None:
    page = printed(TEXT)
    shown = ghost(Shown(page.image, page.dpi), Shown(page.image, page.dpi), 0.5, blank=True)
    assert is_faint(replace(page, image=shown.image))
    assert not is_faint(page)
    assert not is_faint(replace(page, image=(0.6 * page.image + 60).astype(np.uint8)))


# ------------------------------------------------------------------------- flags


def test_every_reason_is_a_doubt_that_says_what_to_do() -> None:
    reasons = get_args(Rescan)
    page = TranscriptPage(number=7, text_source="ocr", rescan=reasons)
    reading = DocumentReading(Transcript(pages=(page,)), "application/pdf", 1)
    items = reading.doubts()
    assert [item.raw for item in items] == list(reasons)
    assert all(item.code == "needs_rescan" and item.page == 7 and "quét lại" in item.message for item in items)
    again = Transcript.model_validate_json(reading.transcript.model_dump_json())
    assert replace(reading, transcript=again).doubts() == items
