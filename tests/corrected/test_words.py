"""Words found again, whatever read them, and corrected without anything else of their line moving."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.archive.review_events import WordTarget, new_event
from dau.corrected import apply
from dau.corrected.ledger import Ledger
from dau.corrected.reasons import Reason
from dau.corrected.words import as_printed, correct_words, find, word_target
from dau.document.transcript import Change, Line, Transcript, TranscriptPage, Word, WordAlternative, line_id

from .samples import BY, TEXT, boxed, machine, page_of, target_of, word


def page(*lines: Line, rotation: int = 0) -> Transcript:
    return Transcript(pages=(TranscriptPage.model_validate(
        {"number": 1, "text_source": "ocr", "rotation": rotation, "lines": lines}),))  # fmt: skip


def line(*words: Word, changes: tuple[Change, ...] = (), number: int = 1) -> Line:
    return Line(id=line_id(1, number), words=words, changes=changes)


def text_words(text: str, y: float = 100.0, box: bool = True, height: float = 12.0) -> list[Word]:
    at, words = 50.0, []
    for part in text.split():
        end = at + 6 * len(part)
        words.append(Word(raw=part, restored=part, bbox=(at, y, end, y + height) if box else None, confidence=0.5))
        at = end + 3
    return words


def restored(transcript: Transcript) -> list[str]:
    return [row.restored for row in page_of(transcript).lines]


# --------------------------------------------------------------------- finding


def test_a_word_is_found_by_its_box_whatever_was_read_there() -> None:
    seen = page(line(*text_words("Số: 4423/QĐ-BTTTT ngày")))
    later = page(line(*text_words("Sô; f#23/QĐ-BTTTT ngày", y=101.5, height=9.0), number=4))
    target = target_of(seen, "4423/QĐ-BTTTT")
    run = find(later, target)
    assert not isinstance(run, Reason) and (run.line, run.first, run.last) == (0, 1, 1)


def test_one_word_that_is_two_elsewhere_is_the_run_of_both() -> None:
    """A later run parts what was one word, or joins what were two."""
    joined = page(line(*text_words("Hội đồng thiđuakhen thưởng")))
    parted_words = text_words("Hội đồng thiđuakhen thưởng")
    x0, y0, x1, y1 = parted_words[2].bbox or (0, 0, 0, 0)
    middle = (x0 + x1) / 2
    parted_words[2:3] = [
        Word(raw="thiđua", restored="thi đua", bbox=(x0, y0, middle - 1, y1)),
        Word(raw="khen", restored="khen", bbox=(middle + 1, y0, x1, y1)),
    ]
    parted = page(line(*parted_words))
    run = find(parted, target_of(joined, "thiđuakhen"))
    assert not isinstance(run, Reason) and (run.first, run.last) == (2, 3)
    back = find(joined, word_target(page_of(parted), page_of(parted).lines[0], 2, 3))
    assert not isinstance(back, Reason) and (back.first, back.last) == (2, 2)


def test_boxes_that_lie_one_in_another_do_not_swallow_neighbours() -> None:
    """As readers give them where a seal or a ruling cuts through words."""
    boxes = {"BCĐ": (142.5, 358.7, 195.4, 373.5), "Đổi": (163.3, 356.7, 177.4, 374.7),
             "mới": (180.0, 358.0, 194.0, 373.0), "toàn": (198.0, 358.0, 220.0, 373.0)}  # fmt: skip
    words = [Word(raw=text, restored=text, bbox=box) for text, box in boxes.items()]
    transcript = page(line(*words))
    for n, text in enumerate(boxes):
        run = find(transcript, target_of(transcript, text))
        assert not isinstance(run, Reason) and (run.first, run.last) == (n, n)


def test_every_word_of_a_page_is_found_by_its_own_target() -> None:
    for _, transcript in (machine(), boxed()):
        for n, row in enumerate(page_of(transcript).lines):
            for first in range(len(row.words)):
                for last in range(first, min(first + 3, len(row.words))):
                    run = find(transcript, word_target(page_of(transcript), row, first, last))
                    assert not isinstance(run, Reason) and (run.line, run.first, run.last) == (n, first, last)


@pytest.mark.parametrize(("dx", "dy"), [(40.0, 0.0), (0.0, 30.0), (-300.0, 0.0)])
def test_a_word_is_not_found_beside_its_place(dx: float, dy: float) -> None:
    seen = page(line(*text_words("một hai ba")))
    target = target_of(seen, "ba")
    x0, y0, x1, y1 = target.bbox or (0, 0, 0, 0)
    moved = target.model_copy(update={"bbox": (x0 + dx, y0 + dy, x1 + dx, y1 + dy)})
    assert isinstance(find(seen, moved), Reason)


def test_a_line_that_runs_upward_is_searched_along_its_axis() -> None:
    words = [Word(raw=t, restored=t, bbox=(100.0, 400.0 - 60 * n - 50, 112.0, 400.0 - 60 * n)) for n, t in
             enumerate(("Số:", "12/BC", "ngày"))]  # fmt: skip
    transcript = page(line(*words), rotation=90)
    run = find(transcript, target_of(transcript, "12/BC"))
    assert not isinstance(run, Reason) and (run.first, run.last) == (1, 1)


def test_in_text_a_word_is_its_occurrence_of_its_line() -> None:
    _, transcript = machine()
    lines = page_of(transcript).lines
    row = next(n for n, each in enumerate(lines) if each.raw.startswith("1. Vụ"))
    words = [w.raw for w in lines[row].words]
    for n in range(len(words)):
        run = find(transcript, word_target(page_of(transcript), lines[row], n))
        assert not isinstance(run, Reason) and (run.line, run.first, run.last) == (row, n, n)


REFUSED = [
    ("another page", {"page": 7}),
    ("not there any more", {"raw": "4424/QĐ-BTTTT"}),
    ("part of a word", {"raw": "4423"}),
    ("another line", {"line": "p0001-l0001"}),
]


@pytest.mark.parametrize("change", [r[1] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_in_text_nothing_looser_is_taken(change: dict[str, object]) -> None:
    """A correction must not end on another word that happens to read the same."""
    _, transcript = machine()
    assert isinstance(find(transcript, target_of(transcript, "4423/QĐ-BTTTT").model_copy(update=change)), Reason)


def test_without_any_hint_the_word_must_be_the_only_one() -> None:
    _, transcript = machine()
    assert not isinstance(find(transcript, WordTarget(page=1, raw="4423/QĐ-BTTTT")), Reason)
    assert find(transcript, WordTarget(page=1, raw="Vụ")) == Reason("word_ambiguous")


# ------------------------------------------------------------------ correcting


def test_what_the_machine_made_stays_beside_what_the_person_said() -> None:
    old = Word(raw="Thyc", restored="Thục", confidence=0.4, readings={"one": "Thyc", "two": "Thực"},
               alternatives=(WordAlternative(value="Thức", confidence=0.1),))  # fmt: skip
    transcript = page(line(old, Word(raw="hién", restored="hiện")))
    event = word(transcript, "Thục", "Thực")
    (now,) = correct_words(transcript, [event], Ledger()).pages[0].lines[0].words[:1]
    assert (now.raw, now.restored, now.confidence) == ("Thyc", "Thực", 1.0)
    assert (now.readings, now.alternatives) == (old.readings, old.alternatives)
    assert now.reviewed is not None
    assert (now.reviewed.machine, now.reviewed.confidence, now.reviewed.action) == ("Thục", 0.4, "corrected")
    assert (now.reviewed.by, now.reviewed.event, now.reviewed.at) == (BY, event.id, event.at)


def test_the_changes_of_the_line_move_along() -> None:
    words = (Word(raw="Thyc", restored="Thục"), Word(raw="hién", restored="hiện"), Word(raw="ké", restored="kê"),
             Word(raw="hoach", restored="hoạch"))  # fmt: skip
    changes = (
        Change(raw_start=0, raw_end=4, start=0, end=4, raw="Thyc", restored="Thục", reason="confusion", score=0.5),
        Change(raw_start=6, raw_end=7, start=6, end=7, raw="i", restored="i", reason="diacritics", score=0.9),
        Change(raw_start=15, raw_end=16, start=15, end=16, raw="a", restored="ạ", reason="diacritics", score=0.9),
    )
    transcript = page(line(*words, changes=changes))
    events = [word(transcript, "Thục", "Thực sự"), word(transcript, "kê", "kế")]
    row = correct_words(transcript, events, Ledger()).pages[0].lines[0]
    assert (row.raw, row.restored) == ("Thyc hién ké hoach", "Thực sự hiện kế hoạch")
    assert [(c.reason, c.raw, c.restored) for c in row.changes] == [
        ("reviewer", "Thyc", "Thực sự"), ("diacritics", "i", "i"), ("reviewer", "ké", "kế"), ("diacritics", "a", "ạ"),
    ]  # fmt: skip
    for change in row.changes:
        assert row.raw[change.raw_start : change.raw_end] == change.raw
        assert row.restored[change.start : change.end] == change.restored


def test_several_words_become_one_and_back() -> None:
    transcript = page(line(*text_words("T hong tin")))
    event = new_event(BY, "correct_word", word_target(page_of(transcript), page_of(transcript).lines[0], 0, 1),
                      before="T hong", after="Thông")  # fmt: skip
    joined = correct_words(transcript, [event], Ledger())
    assert restored(joined) == ["Thông tin"] and joined.pages[0].lines[0].raw == "T hong tin"
    whole = word_target(page_of(joined), page_of(joined).lines[0], 0)
    again = new_event(BY, "correct_word", whole, after="Truyền thông")
    ledger = Ledger()
    both = correct_words(transcript, [event, again], ledger)
    assert restored(both) == ["Truyền thông tin"]
    assert ledger.fates == {event.id: "superseded", again.id: "applied"}


def test_an_overlapping_later_correction_takes_the_place_of_the_earlier() -> None:
    transcript = page(line(*text_words("một hai ba bốn")))
    first, second = word(transcript, "hai ba", "2 3"), word(transcript, "ba bốn", "3 4")
    ledger = Ledger()
    assert restored(correct_words(transcript, [first, second], ledger)) == ["một hai 3 4"]
    assert ledger.fates == {first.id: "superseded", second.id: "applied"}


def test_an_acceptance_is_of_what_was_seen() -> None:
    _, transcript = boxed()
    target = target_of(transcript, "4423/QĐ-BTTTT")
    seen = new_event(BY, "accept", target, before="4423/QĐ-BTTTT")
    ledger = Ledger()
    now = correct_words(transcript, [seen], ledger)
    marked = [w for row in page_of(now).lines for w in row.words if w.reviewed]
    assert [(w.restored, w.confidence) for w in marked] == [("4423/QĐ-BTTTT", 1.0)]
    other = new_event(BY, "accept", target, before="1423/QĐ-BTTTT")
    ledger = Ledger()
    assert correct_words(transcript, [other], ledger) is transcript
    assert ledger.fates == {other.id: "unapplied"}


def test_an_acceptance_of_a_correction_leaves_it() -> None:
    _, transcript = boxed()
    corrected = word(transcript, "4423/QĐ-BTTTT", "1423/QĐ-BTTTT")
    accepted = new_event("Người khác", "accept", target_of(transcript, "4423/QĐ-BTTTT"), before="1423/QĐ-BTTTT")
    ledger = Ledger()
    now = correct_words(transcript, [corrected, accepted], ledger)
    (marked,) = [w for row in page_of(now).lines for w in row.words if w.reviewed]
    assert marked.restored == "1423/QĐ-BTTTT" and marked.reviewed and marked.reviewed.by == BY
    assert set(ledger.fates.values()) == {"applied"}


def test_the_parser_sees_only_what_people_said_of_a_word() -> None:
    old = Word(raw="44Z3", restored="4423", confidence=0.2, readings={"one": "44Z3", "two": "1423"},
               alternatives=(WordAlternative(value="1423", confidence=0.3),))  # fmt: skip
    transcript = page(line(old, *text_words("và")))
    shown = as_printed(correct_words(transcript, [word(transcript, "4423", "1423")], Ledger())).pages[0].lines[0].words
    assert (shown[0].raw, shown[0].restored, shown[0].readings, shown[0].alternatives) == ("1423", "1423", {}, ())
    assert shown[1] == transcript.pages[0].lines[0].words[1]


# -------------------------------------------------------------------- property


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_only_what_was_corrected_differs(data: st.DataObject) -> None:
    """The raw text of every line stays; words nobody spoke of stay as they are, in their order."""
    _, transcript = boxed()
    rng = random.Random(data.draw(st.integers(0, 10**6)))
    events = []
    for row in rng.sample(range(len(page_of(transcript).lines)), 5):
        chosen = page_of(transcript).lines[row]
        first = rng.randrange(len(chosen.words))
        last = min(len(chosen.words) - 1, first + rng.randrange(3))
        after = data.draw(st.text("abcđêử 1/", min_size=1, max_size=12).filter(str.strip))
        events.append(new_event(BY, "correct_word", word_target(page_of(transcript), chosen, first, last), after=after))
    ledger = Ledger()
    now = correct_words(transcript, events, ledger)
    assert set(ledger.fates.values()) == {"applied"}
    for before, after_line in zip(page_of(transcript).lines, page_of(now).lines, strict=True):
        assert after_line.raw == before.raw
        untouched = [w for w in after_line.words if w.reviewed is None]
        assert untouched == [w for w in before.words if w in untouched]
        for change in after_line.changes:
            assert after_line.raw[change.raw_start : change.raw_end] == change.raw
            assert after_line.restored[change.start : change.end] == change.restored


def test_boxes_that_are_no_boxes_find_nothing() -> None:
    directive, transcript = boxed()
    target = target_of(transcript, "4423/QĐ-BTTTT")
    for box in ((float("nan"),) * 4, (float("inf"),) * 4, (1e308, 1e308, -1e308, -1e308), (0.0, 0.0, 1e308, 1e308)):
        event = new_event(BY, "correct_word", target.model_copy(update={"bbox": box}), after="x")
        assert apply(directive, transcript, [event]).fates == {event.id: "unapplied"}


@pytest.mark.parametrize(
    ("word", "now"), [("phong", "phongtrào"), ("trào", "phongtrào"), ("ngày", "ngày45"), ("45", "ngày45")]
)
def test_a_word_that_is_read_together_with_its_neighbour_takes_nothing_along(word: str, now: str) -> None:
    """In a later run two words are one, or a part of one word is all that was read: it is told, nothing disappears."""
    rows = tuple(TEXT.splitlines())
    joined = {"phongtrào": "phong trào", "ngày45": "ngày 45"}[now]
    _, later = boxed(tuple(row.replace(joined, now) for row in rows))
    event = new_event(BY, "correct_word", target_of(boxed()[1], word), before=word, after="SỬA")
    ledger = Ledger()
    assert correct_words(later, [event], ledger) is later
    assert ledger.fates == {event.id: "unapplied"} and ledger.found_no_place[0].reason


@pytest.mark.parametrize(("word", "now"), [("phong", "phonq"), ("45", "4S"), ("ngày", "ngàyy"), ("ký.", "ký..")])
def test_a_word_that_is_read_a_little_longer_is_the_same(word: str, now: str) -> None:
    _, later = boxed(tuple(row.replace(word, now) for row in TEXT.splitlines()))
    ledger = Ledger()
    event = new_event(BY, "correct_word", target_of(boxed()[1], word), before=word, after="SỬA")
    correct_words(later, [event], ledger)
    assert ledger.fates == {event.id: "applied"}
