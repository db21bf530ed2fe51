"""Why a review was not applied: each reason is one that events meet, and has its sentence in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from dau.archive.review_events import (
    DocumentTarget,
    EventTarget,
    FlagTarget,
    LineTarget,
    ReviewEvent,
    TaskTarget,
    TaskValue,
    WordTarget,
    new_event,
)
from dau.archive.reviews import append_review, review_path
from dau.corrected import Reason, apply, line_target
from dau.corrected.reasons import SENTENCES
from dau.document.directive import Directive, NotApplied, NotAppliedReason, ReviewItem
from dau.document.transcript import Transcript

from .samples import BY, TEXT, boxed, field, flag, machine, page_of, target_of, task, word
from .test_held import SHA256, only, put

Result = tuple[Directive, Transcript]
NUMBER, RIGHT = "4423/QĐ-BTTTT", "1423/QĐ-BTTTT"
VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụ]", re.IGNORECASE)


def said(target: WordTarget | LineTarget | TaskTarget | FlagTarget | DocumentTarget | EventTarget,
         before: str | TaskValue | None = None) -> ReviewEvent:  # fmt: skip
    return new_event(BY, "accept", target, before=before)


def correct(target: WordTarget) -> ReviewEvent:
    return new_event(BY, "correct_word", target, after="Thực")


def bound(target: LineTarget, after: str = "starts") -> ReviewEvent:
    return new_event(BY, "set_boundary", target, after=after)


def lines_of(result: Result) -> Sequence[LineTarget]:
    page = page_of(result[1])
    return [line_target(page, line) for line in page.lines]


def joined() -> Result:
    """The same page, on which a word is read together with its neighbour."""
    return boxed(tuple(row.replace("ngày 45", "ngày45") for row in TEXT.splitlines()))


def duties(result: Result, number: int = 0) -> TaskTarget:
    each = result[0].tasks[number]
    return TaskTarget(node=each.node, text=each.text)


def without_duties(result: Result) -> Result:
    return result[0].model_copy(update={"tasks": ()}), result[1]


def twice(result: Result) -> Result:
    """Two duties of the same words in one node."""
    first = result[0].tasks[0]
    return result[0].model_copy(update={"tasks": (first, first.model_copy(update={"id": "T9"}))}), result[1]


CASES: list[tuple[NotAppliedReason, Callable[[], Result], Callable[[], list[ReviewEvent]]]] = [
    ("no_page", machine, lambda: [correct(WordTarget(page=3, raw="Thyc"))]),
    ("word_gone", boxed, lambda: [correct(WordTarget(page=1, raw="x", bbox=(900.0, 900.0, 950.0, 912.0)))]),
    ("word_joined", joined, lambda: [correct(target_of(boxed()[1], "ngày"))]),
    ("word_not_in_line", machine, lambda: [correct(WordTarget(page=1, raw="Thyc", line="p0001-l0001", start=0))]),
    ("word_not_on_page", machine, lambda: [correct(WordTarget(page=1, raw="Thyc"))]),
    ("word_ambiguous", machine, lambda: [correct(WordTarget(page=1, raw="Vụ"))]),
    ("word_differs", machine, lambda: [said(target_of(machine()[1], NUMBER), before=RIGHT)]),
    ("word_part_corrected", machine, lambda: [
        word(machine()[1], "thi đua", "thi-đua"), said(target_of(machine()[1], "đua"), before="đua")]),
    ("line_gone", boxed, lambda: [bound(LineTarget(page=1, raw="x", bbox=(900.0, 900.0, 950.0, 912.0)))]),
    ("line_ambiguous", machine, lambda: [bound(LineTarget(page=1, raw="Thyc"))]),
    ("line_not_divisible", machine, lambda: [bound(lines_of(machine())[0], "continues")]),
    ("field_differs", machine, lambda: [field("number", None, RIGHT, "accept")]),
    ("field_empty", machine, lambda: [field("issued", None, "2021-09-15", "accept")]),
    ("flag_gone", machine, lambda: [said(FlagTarget(code="number_blank", raw="x"))]),
    ("task_ambiguous", lambda: twice(machine()), lambda: [said(duties(machine()))]),
    ("task_no_duty", lambda: without_duties(machine()), lambda: [said(duties(machine()))]),
    ("task_gone", machine, lambda: [said(TaskTarget(node="quyet-dinh/dieu-9", text="không có"))]),
    ("task_differs", machine, lambda: [said(duties(machine()), before=TaskValue(kind="appeal"))]),
    ("task_rejected", machine, lambda: [task(machine()[0].tasks[0], None), said(duties(machine()))]),
    ("node_gone", machine, lambda: [
        new_event(BY, "correct_task", TaskTarget(node="x"), after=TaskValue(text="không có"))]),
    ("document_differs", machine, lambda: [said(DocumentTarget(content="0" * 64))]),
    ("event_unknown", machine, lambda: [new_event(BY, "undo", EventTarget(event="0" * 32))]),
]  # fmt: skip


def test_every_reason_has_both_sentences_with_the_same_blanks() -> None:
    assert set(SENTENCES) == set(get_args(NotAppliedReason)) == {code for code, *_ in CASES} | {"log_line_damaged"}
    for code, sentences in SENTENCES.items():
        blanks = {language: {name for _, name, *_ in Formatter().parse(text) if name}
                  for language, text in sentences.items()}  # fmt: skip
        assert blanks["vi"] == blanks["en"], code
        assert VIETNAMESE.search(sentences["vi"]) and not VIETNAMESE.search(sentences["en"]), code


@pytest.mark.parametrize(("reason", "result", "events"), CASES, ids=[code for code, *_ in CASES])
def test_why_an_event_is_not_applied(
    reason: NotAppliedReason, result: Callable[[], Result], events: Callable[[], list[ReviewEvent]]
) -> None:
    """The review list holds event and reason as data, and the message says the same in Vietnamese."""
    given = events()
    found = apply(*result(), given)
    (left,) = found.unapplied
    assert (left.event, left.reason.code) == (given[-1], reason)
    (item,) = [item for item in found.directive.review if item.code == "review_unapplied"]
    told = item.unapplied
    assert told is not None and (told.event, told.by, told.at, told.action, told.reason) == (
        given[-1].id, BY, given[-1].at, given[-1].action, reason,
    )  # fmt: skip
    assert item.message.endswith(f": {left.reason.said('vi')}") and "{" not in left.reason.said("en")
    assert Directive.model_validate_json(found.directive.model_dump_json()) == found.directive


def test_what_a_reason_names_is_data() -> None:
    def values(events: list[ReviewEvent]) -> dict[str, str]:
        (left,) = apply(*machine(), events).unapplied
        return dict(left.reason.values)

    assert values([correct(WordTarget(page=3, raw="x"))]) == {"page": "3"}
    assert values([field("number", None, RIGHT, "accept")]) == {"now": NUMBER}
    assert values([said(duties(machine()), before=TaskValue(kind="appeal"))]) == {"keys": "kind"}


def test_said_twice_on_one_day_is_one_flag() -> None:
    again = [correct(WordTarget(page=3, raw="x")) for _ in range(2)]
    found = apply(*machine(), again)
    assert len(found.unapplied) == 2
    (told,) = [item.unapplied for item in found.directive.review if item.unapplied]
    assert told.event in {event.id for event in again}


def test_a_damaged_line_of_the_log_is_a_reason_without_an_event(tmp_path: Path) -> None:
    root = tmp_path / "A"
    put(root, machine())
    append_review(root, SHA256, flag(machine()[0], "date_impossible"))
    with review_path(root, SHA256).open("ab") as log:
        log.write(b"{}\n")
    (item,) = [item for item in only(root).directive.review if item.code == "review_unapplied"]
    assert item.unapplied == NotApplied(
        reason="log_line_damaged", values={"line": "2", "log": f"{SHA256[:16]}.jsonl"}
    )


def test_what_nobody_said_has_no_such_key() -> None:
    """The files of a run stay what they were, byte for byte."""
    assert "unapplied" not in ReviewItem(code="number_blank", severity="low", message="x").model_dump()
    assert "unapplied" not in machine()[0].model_dump_json()


@pytest.mark.parametrize("hostile", ["{now}", "{0}", "{", "%s", "<b>", "{now.__class__}"])
def test_what_a_document_says_is_filled_in_and_not_filled(hostile: str) -> None:
    assert hostile in Reason("field_differs", {"now": hostile}).said("en")
    assert Reason("field_differs", {hostile: "x"}).said("en") == "this field now says “”"
