"""A result with reviews: what people said holds, what they did not speak of stays, nothing they said is dropped."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dau.archive.review_events import FIELDS as FIELDS_THERE
from dau.archive.review_events import TARGETS as TARGETS_OF
from dau.archive.review_events import (
    DocumentTarget,
    EventTarget,
    FieldTarget,
    FlagTarget,
    LineTarget,
    ReviewEvent,
    TaskTarget,
    TaskValue,
    WordTarget,
    new_event,
)
from dau.cli.schema import SchemaName, schema_text
from dau.corrected import Corrected, apply, fingerprint
from dau.corrected.apply import reparsed
from dau.document.directive import Assignee, Deadline, Directive, Evidence, ReviewItem
from dau.document.transcript import Boundary
from dau.structure import reproduce
from tests.structure.reading import line_ids

from .samples import BY, boxed, field, flag, machine, target_of, task, word

NUMBER, RIGHT = "4423/QĐ-BTTTT", "1423/QĐ-BTTTT"


def done(events: Sequence[ReviewEvent], with_boxes: bool = False) -> Corrected:
    directive, transcript = boxed() if with_boxes else machine()
    return apply(directive, transcript, events)


def undo(event: ReviewEvent) -> ReviewEvent:
    return new_event(BY, "undo", EventTarget(event=event.id))


def add(node: str, text: str, **more: Any) -> ReviewEvent:
    return new_event(BY, "correct_task", TaskTarget(node=node), after=TaskValue(text=text, **more))


def of(directive: Directive, code: str) -> ReviewItem:
    return next(item for item in directive.review if item.code == code)


# ----------------------------------------------------------------------- words


@pytest.mark.parametrize("with_boxes", [False, True])
def test_the_structure_follows_a_corrected_word(with_boxes: bool) -> None:
    directive, transcript = boxed() if with_boxes else machine()
    assert directive.metadata.issued.date is None and of(directive, "date_impossible")
    events = [word(transcript, NUMBER, RIGHT), word(transcript, "45", "15"), word(transcript, "ngày 30/9/2021.",
                                                                                 "ngày 20/9/2021.")]  # fmt: skip
    found = done(events, with_boxes)
    metadata = found.directive.metadata
    assert (metadata.number.text, metadata.number.serial) == (RIGHT, "1423")
    assert metadata.issued.date == "2021-09-15"
    assert {i.code for i in found.directive.review} & {"date_impossible", "handwritten_number_low_confidence"} == set()
    assert found.directive.tasks[0].deadline and found.directive.tasks[0].deadline.date == "2021-09-20"
    assert set(found.fates.values()) == {"applied"} and found.unapplied == ()


def test_parsing_again_what_nobody_touched_changes_nothing() -> None:
    for directive, transcript in (machine(), boxed()):
        assert reparsed(directive, transcript, None) == directive


def test_doubts_about_the_file_outlive_the_parser() -> None:
    directive, transcript = machine()
    lost = ReviewItem(code="page_failed", severity="high", page=2, message="Trang 2 không đọc được")
    directive = directive.model_copy(update={"id": "sha256:00", "review": (lost, *directive.review)})
    found = apply(directive, transcript, [word(transcript, "45", "15")]).directive
    assert found.id == "sha256:00" and of(found, "page_failed").message == lost.message


# ---------------------------------------------------------------------- fields


FIELDS: list[tuple[str, str | None, dict[str, object]]] = [
    ("number", RIGHT, {"text": RIGHT, "serial": "1423", "type_symbol": "QĐ", "raw": NUMBER}),
    ("number/text", "12 bis", {"text": "12 bis", "serial": None, "type_symbol": None, "raw": NUMBER}),
    ("number", None, {"text": None, "serial": None, "raw": NUMBER}),
    ("number/serial", "01423", {"text": NUMBER, "serial": "01423"}),
    ("issued", "2021-09-15", {"date": "2021-09-15", "raw": "Hà Nội, ngày 45 tháng 9 năm 2021"}),
    ("effective", "2021-09-15", {"date": "2021-09-15", "raw": "kể từ ngày ký"}),
    ("signer", "Phạm Anh Tuân", {"name": "Phạm Anh Tuân", "position": "THỨ TRƯỞNG"}),
    ("signer/position", "BỘ TRƯỞNG", {"name": "Phạm Anh Tuấn", "position": "BỘ TRƯỞNG"}),
    ("type", "Kế hoạch", {"name": "Kế hoạch", "symbol": "KH"}),
    ("issuer", "Bộ Y tế", {"name": "Bộ Y tế"}),
]


@pytest.mark.parametrize(("name", "value", "expected"), FIELDS, ids=[f"{n}={v}" for n, v, _ in FIELDS])
def test_a_field_says_what_a_person_said(name: str, value: str | None, expected: dict[str, object]) -> None:
    event = field(name, value)
    found = done([event]).directive
    held = getattr(found.metadata, name.split("/")[0])
    assert {key: getattr(held, key) for key in expected} == expected
    key = {"number/text": "number"}.get(name, name)
    assert found.metadata.reviewed[key].event == event.id
    assert Directive.model_validate_json(found.model_dump_json()) == found
    assert found.nodes == machine()[0].nodes and found.tasks == machine()[0].tasks


@pytest.mark.parametrize("name", ["subject", "place", "secrecy", "urgency"])
def test_fields_that_are_plain_text(name: str) -> None:
    found = done([field(name, "Mật")]).directive.metadata
    assert getattr(found, name) == "Mật" and found.reviewed[name].machine == getattr(machine()[0].metadata, name)


def test_confidence_and_doubts_of_a_corrected_field() -> None:
    before, _ = machine()
    event = field("issued", "2021-09-15")
    found = done([event]).directive
    assert found.confidence and before.confidence
    assert found.confidence.metadata["issued"] == 1.0 and before.confidence.metadata["issued"] == 0.0
    assert found.metadata.reviewed["issued"].confidence == 0.0
    assert (found.confidence.document or 0) > (before.confidence.document or 0)
    doubt = of(found, "date_impossible")
    assert doubt.resolved == "2021-09-15"
    assert [(w.kind, w.text, w.where) for w in doubt.witnesses] == [
        ("reviewer", f"{BY}, {event.at}", f"reviews#{event.id}")
    ]
    assert (doubt.expected_loss or 0) < (of(before, "date_impossible").expected_loss or 0)
    assert len(found.review) == len(before.review), "a settled doubt stays in the list"


def test_a_field_outlives_what_a_corrected_word_makes_of_it() -> None:
    _, transcript = machine()
    found = done([field("number", RIGHT), word(transcript, NUMBER, "9999/QĐ-BTTTT")]).directive
    assert found.metadata.number.text == RIGHT


def test_the_later_correction_of_a_field_holds() -> None:
    first, second = field("number", "9999/QĐ-BTTTT"), field("number/text", RIGHT)
    found = done([first, second])
    assert found.directive.metadata.number.text == RIGHT
    assert found.fates == {first.id: "superseded", second.id: "applied"}


def test_a_type_given_anew_brings_its_symbol() -> None:
    """Whichever was said first, nothing counts as applied that does not hold."""
    symbol, name = field("type/symbol", "QD"), field("type/name", "Chỉ thị")
    found = done([symbol, name])
    assert found.fates == {symbol.id: "superseded", name.id: "applied"}
    assert found.directive.metadata.type.symbol == "CT" and "type/symbol" not in found.directive.metadata.reviewed
    again = done([name, symbol])
    assert set(again.fates.values()) == {"applied"} and again.directive.metadata.type.symbol == "QD"


def test_two_copies_of_a_log_put_together_keep_the_order() -> None:
    """Both begin with the same events; what was answered to these later still stands behind them."""
    first, second = field("number", "9999/QĐ-BTTTT"), field("place", "Huế")
    here, there = field("number", RIGHT), undo(second)
    found = done([first, second, here, first, second, there])
    assert found.directive.metadata.number.text == RIGHT
    assert found.fates == {first.id: "superseded", second.id: "undone", here.id: "applied", there.id: "applied"}
    assert found == done([first, second, there, first, second, here])


def test_an_accepted_field_is_of_its_value() -> None:
    right, wrong = field("number", None, NUMBER, "accept"), field("issued", None, "2021-09-15", "accept")
    found = done([right, wrong])
    assert found.fates == {right.id: "applied", wrong.id: "unapplied"}
    assert found.directive.metadata.reviewed["number"].action == "accepted"
    assert found.directive.confidence and found.directive.confidence.metadata["number"] == 1.0
    assert "để trống" in of(found.directive, "review_unapplied").message


def test_that_there_is_none_can_be_accepted() -> None:
    event = field("secrecy", None, None, "accept")
    assert done([event]).fates == {event.id: "applied"}


# ----------------------------------------------------------------------- tasks


def test_a_task_is_corrected_key_by_key() -> None:
    before = machine()[0].tasks[0]
    deadline = Deadline(raw="trước ngày 30/9/2021", kind="by", date="2021-09-29")
    events = [
        task(before, TaskValue(assignees=(Assignee(name="Vụ Bưu chính", role="perform"),))),
        task(before, TaskValue(deadline=deadline, kind="assignment")),
    ]
    found = done(events).directive.tasks[0]
    assert [a.role for a in found.assignees] == ["perform"]
    assert found.deadline and (found.deadline.kind, found.deadline.date) == ("by", "2021-09-29")
    assert found.deadline.evidence == (before.deadline.evidence if before.deadline else ())
    assert (found.text, found.id, found.confidence) == (before.text, before.id, 1.0)
    assert found.reviewed and found.reviewed.confidence == before.confidence
    machine_said = found.reviewed.machine
    assert isinstance(machine_said, dict) and machine_said.keys() == {"assignees", "deadline", "kind"}


def test_a_later_correction_of_the_same_keys_holds() -> None:
    before = machine()[0].tasks[0]
    first, second, third = (task(before, TaskValue(modality=m)) for m in ("requests", "requires", "appeals"))
    found = done([first, second, third])
    assert found.directive.tasks[0].modality == "appeals"
    assert list(found.fates.values()) == ["superseded", "superseded", "applied"]


def test_a_task_with_another_text_is_still_found() -> None:
    """By the text the reviewer gave it, and by the machine's."""
    before = machine()[0].tasks[0]
    short = "xây dựng kế hoạch trước ngày 30/9/2021"
    renamed = task(before, TaskValue(text=short))
    by_new = new_event(BY, "correct_task", TaskTarget(node=before.node, text=short), after=TaskValue(field="Bưu chính"))
    by_old = task(before, TaskValue(kind="collective"))
    found = done([renamed, by_new, by_old])
    assert set(found.fates.values()) == {"applied"}
    now = found.directive.tasks[0]
    assert (now.text, now.field, now.kind) == (short, "Bưu chính", "collective")
    assert now.evidence and now.evidence[0].lines == before.evidence[0].lines


def test_what_is_no_task_is_no_task() -> None:
    before = machine()[0]
    event = task(before.tasks[1], None)
    found = done([event]).directive
    assert [t.id for t in found.tasks] == ["T001", "T003"]
    assert found.nodes == before.nodes, "its text stays where it stands"


def test_pointers_to_tasks_follow_them() -> None:
    directive, transcript = machine()
    doubts = tuple(
        ReviewItem(code="task_doubtful", severity="medium", field=f"/tasks/{n}{part}", message="?", raw=str(n))
        for n in range(3) for part in ("", "/deadline")
    )  # fmt: skip
    directive = directive.model_copy(update={"review": doubts})
    rejected, corrected = task(directive.tasks[0], None), task(directive.tasks[1], TaskValue(deadline=None))
    found = apply(directive, transcript, [rejected, corrected]).directive
    assert {(i.raw, i.field, i.resolved is not None) for i in found.review} == {
        ("0", None, True), ("1", "/tasks/0", True), ("1", "/tasks/0/deadline", True), ("2", "/tasks/1", False),
        ("2", "/tasks/1/deadline", False),
    }  # fmt: skip


def test_a_task_is_added_where_it_stands() -> None:
    directive, _ = machine()
    text = "Nội dung này chỉ để tham khảo."
    event = add("quyet-dinh/dieu-1/4", text, assignees=(Assignee(name="Văn phòng Bộ", role="perform"),))
    lost, moved = add("phu-luc/9", "không có ở đâu cả"), add("phu-luc/9", "Vụ Tài chính bố trí kinh phí")
    found = done([event, lost, moved])
    assert found.fates == {event.id: "applied", lost.id: "unapplied", moved.id: "applied"}
    tasks = found.directive.tasks
    assert [t.id for t in tasks] == ["T001", "T002", "T003", f"R-{moved.id}", f"R-{event.id}"]
    added = tasks[-1]
    assert (added.text, added.confidence, added.node) == (text, 1.0, "quyet-dinh/dieu-1/4")
    assert added.reviewed and added.reviewed.action == "added"
    node = next(n for n in directive.nodes if n.id == added.node)
    assert added.evidence[0].lines == node.evidence[0].lines
    assert Directive.model_validate_json(found.directive.model_dump_json()) == found.directive


def test_an_added_task_can_be_corrected_and_rejected() -> None:
    added = add("quyet-dinh/dieu-1/4", "chỉ để tham khảo")
    now = done([added]).directive.tasks[-1]
    assert done([added, task(now, TaskValue(kind="appeal"))]).directive.tasks[-1].kind == "appeal"
    assert [t.id for t in done([added, task(now, None)]).directive.tasks] == ["T001", "T002", "T003"]


def test_a_task_that_differs_by_a_letter_in_a_later_run() -> None:
    before = machine()[0].tasks[1]
    event = task(before, TaskValue(kind="collective"))
    assert isinstance(event.target, TaskTarget)
    misread = event.target.model_copy(update={"text": before.text.replace("hoá", "h0á"), "node": "dieu-1/x"})
    elsewhere = event.model_copy(update={"target": misread})
    assert done([elsewhere]).directive.tasks[1].kind == "collective"
    another = misread.model_copy(update={"text": "Vụ Pháp chế thẩm định văn bản này."})
    other = event.model_copy(update={"target": another})
    assert set(done([other]).fates.values()) == {"unapplied"}


def test_the_same_words_in_another_place_are_another_duty() -> None:
    """The text stands where it stood, but a later run takes it for no duty; elsewhere the same words are one."""
    directive, transcript = machine()
    first, second, third = directive.tasks[:3]
    twin = third.model_copy(update={"text": second.text})
    later = directive.model_copy(update={"tasks": (first, twin)})
    event = task(second, None)
    found = apply(later, transcript, [event])
    assert found.fates == {event.id: "unapplied"} and found.directive.tasks == (first, twin)
    renumbered = [n.model_copy(update={"text": "khác"}) if n.id == second.node else n for n in later.nodes]
    moved = apply(later.model_copy(update={"nodes": tuple(renumbered)}), transcript, [event])
    assert moved.fates == {event.id: "applied"} and moved.directive.tasks == (first,)


def test_an_accepted_task_is_as_it_was_seen() -> None:
    before = machine()[0].tasks[0]
    seen = new_event(BY, "accept", TaskTarget(node=before.node, text=before.text),
                     before=TaskValue(assignees=before.assignees))  # fmt: skip
    other = new_event(BY, "accept", TaskTarget(node=before.node, text=before.text), before=TaskValue(assignees=()))
    assert done([seen]).directive.tasks[0].confidence == 1.0
    assert done([seen]).fates == {seen.id: "applied"}
    assert done([other]).fates == {other.id: "unapplied"}
    assert done([other]).directive.tasks[0] == before


def test_whoever_agreed_is_overtaken_with_it() -> None:
    """Of a word, a field, a duty: what was accepted several times and is then corrected was all overtaken."""
    duty, target = machine()[0].tasks[0], target_of(machine()[1], "45")

    def accepted() -> list[ReviewEvent]:
        return [
            new_event(BY, "accept", target, before="45"), field("place", None, "Hà Nội", "accept"),
            task(duty, None, "accept"),
        ]  # fmt: skip

    agreed = accepted() + accepted()
    later = [word(machine()[1], "45", "15"), field("place", "Huế"), task(duty, TaskValue(kind="appeal"))]
    assert set(done(agreed).fates.values()) == {"applied"}
    fates = done([*agreed, *later]).fates
    assert {fates[each.id] for each in agreed} == {"superseded"} and {fates[each.id] for each in later} == {"applied"}
    again = done([*agreed, *later, *map(undo, later)])
    assert {again.fates[each.id] for each in agreed} == {"applied"}


def test_an_accepted_task_may_stand_elsewhere() -> None:
    """Where it was printed is not what was accepted; what is said of it is, by its text alone too."""
    before = machine()[0].tasks[0]
    assert before.deadline is not None
    moved = before.deadline.model_copy(update={"evidence": (Evidence(page=7),)})
    target = TaskTarget(node=before.node, text=before.text)
    same = new_event(BY, "accept", target, before=TaskValue(deadline=moved))
    later = new_event(BY, "accept", target, before=TaskValue(deadline=moved.model_copy(update={"date": "2021-10-30"})))
    text, another = (new_event(BY, "accept", target, before=said) for said in (before.text, before.text + " khác"))
    assert [next(iter(done([each]).fates.values())) for each in (same, later, text, another)] == [
        "applied", "unapplied", "applied", "unapplied",
    ]  # fmt: skip


# ------------------------------------------------------------- flags, document


def test_an_accepted_doubt_is_settled_and_stays() -> None:
    event = flag(machine()[0], "date_impossible")
    found = done([event]).directive
    assert of(found, "date_impossible").resolved == "đúng như đã đọc"
    assert of(found, "date_impossible").witnesses[-1].kind == "reviewer"
    assert found.metadata == machine()[0].metadata


def test_a_doubt_about_another_reading_is_another_doubt() -> None:
    event = flag(machine()[0], "date_impossible")
    other = event.model_copy(update={"target": event.target.model_copy(update={"raw": "ngày 46 tháng 9"})})
    found = done([other])
    assert found.fates == {other.id: "unapplied"} and of(found.directive, "date_impossible").resolved is None


def test_a_doubt_that_a_correction_did_away_with_needs_no_settling() -> None:
    event = flag(machine()[0], "date_impossible")
    _, transcript = machine()
    assert done([event, word(transcript, "45", "15")]).fates[event.id] == "superseded"


def test_a_doubt_that_was_accepted_and_then_corrected() -> None:
    """The later word holds: the doubt does not say "right as read" of what was corrected; undone, it does again."""
    accepted, corrected = flag(machine()[0], "date_impossible"), field("issued", "2021-09-15")
    found = done([accepted, corrected])
    assert of(found.directive, "date_impossible").resolved == "2021-09-15"
    assert found.fates == {accepted.id: "superseded", corrected.id: "applied"}
    again = done([accepted, corrected, undo(corrected)])
    assert of(again.directive, "date_impossible").resolved == "đúng như đã đọc"
    assert again.fates[accepted.id] == "applied"


def test_a_doubt_that_was_corrected_and_then_accepted() -> None:
    corrected, accepted = field("issued", "2021-09-15"), flag(machine()[0], "date_impossible")
    found = done([corrected, accepted])
    doubt = of(found.directive, "date_impossible")
    assert set(found.fates.values()) == {"applied"} and doubt.resolved == "2021-09-15" and len(doubt.witnesses) == 2


@pytest.mark.parametrize(("seen", "fate"), [(NUMBER, "applied"), ("1423/QĐ-BTTTT", "unapplied"), (None, "applied")])
def test_a_doubt_about_a_field_is_accepted_with_its_value(seen: str | None, fate: str) -> None:
    """The same was read, but another value was made of it: that value nobody has seen."""
    directive, transcript = machine()
    doubt = ReviewItem(code="number_misread", severity="medium", field="/metadata/number", message="?", raw=NUMBER)
    doubted = directive.model_copy(update={"review": (doubt, *directive.review)})
    event = flag(doubted, "number_misread").model_copy(update={"before": seen})
    found = apply(doubted, transcript, [event])
    assert found.fates == {event.id: fate}
    assert (of(found.directive, "number_misread").resolved is None) == (fate == "unapplied")


def test_a_document_is_accepted_as_it_reads() -> None:
    directive, transcript = machine()
    event = new_event(BY, "accept", DocumentTarget(content=fingerprint(directive)))
    found = apply(directive, transcript, [event]).directive
    assert found.reviewed and found.reviewed.event == event.id and found.confidence
    assert found.confidence.document == 1.0 and all(item.resolved for item in found.review)
    other, read = boxed(("QUYẾT ĐỊNH", "Điều 1. Khác."))
    again = apply(other, read, [event])
    assert again.fates == {event.id: "unapplied"} and again.directive.reviewed is None


def test_what_a_document_says_is_not_where_it_stands() -> None:
    """The same text elsewhere on the page, read with another confidence, was accepted too."""
    assert fingerprint(boxed()[0]) == fingerprint(boxed(shift=3.0)[0])
    directive, _ = boxed()
    number = directive.metadata.number.model_copy(update={"text": RIGHT})
    other = directive.model_copy(update={"metadata": directive.metadata.model_copy(update={"number": number})})
    assert fingerprint(other) != fingerprint(directive)


# ------------------------------------------------------------------- unapplied


def test_what_finds_no_place_is_shown() -> None:
    event = new_event(BY, "correct_word", WordTarget(page=3, raw="Thyc"), after="Thực")
    found = done([event])
    assert [each.event for each in found.unapplied] == [event]
    item = of(found.directive, "review_unapplied")
    assert item.needs_review and item.page == 3 and item.raw == "Thyc"
    assert BY in item.message and "Thực" in item.message and "trang 3" in item.message
    assert found.transcript is machine()[1]
    assert found.directive.model_copy(update={"review": ()}) == machine()[0].model_copy(update={"review": ()})


# ------------------------------------------------------------------ properties


def pool() -> list[ReviewEvent]:
    """Events about different things; some find no place."""
    directive, transcript = machine()
    tasks = directive.tasks
    added = [add("quyet-dinh/dieu-2", "Quyết định này"), add("quyet-dinh/dieu-1/4", "tham khảo"), add("x", "y z")]
    return [
        word(transcript, "45", "15"), word(transcript, "Độc lập", "ĐỘC LẬP"), word(transcript, "kinh phí", "kinh phi"),
        word(transcript, "4.", "4)"), new_event(BY, "correct_word", WordTarget(page=9, raw="q"), after="w"),
        new_event(BY, "accept", target_of(transcript, NUMBER), before=NUMBER),
        field("number", RIGHT), field("signer/position", "BỘ TRƯỞNG"), field("place", None),
        field("subject", None, "khác", "accept"),
        task(tasks[0], TaskValue(deadline=None)), task(tasks[1], None),
        task(tasks[2], TaskValue(text="bố trí kinh phí")),
        *added, flag(directive, "date_impossible"), flag(directive, "wrapped_header"),
        new_event(BY, "accept", DocumentTarget(content=fingerprint(directive))),
        new_event(BY, "accept", TaskTarget(node="quyet-dinh/dieu-9", text="không có")),
    ]  # fmt: skip


POOL = pool()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(POOL), unique_by=lambda e: e.id), st.randoms(use_true_random=False))
def test_undoing_everything_gives_back_what_the_machine_made(events: list[ReviewEvent], rng: random.Random) -> None:
    undos = [undo(event) for event in events]
    rng.shuffle(undos)
    directive, transcript = machine()
    found = apply(directive, transcript, [*events, *undos])
    assert found.directive is directive and found.transcript is transcript and found.unapplied == ()
    assert set(found.fates.values()) <= {"undone", "applied"}
    restored = apply(directive, transcript, [*events, *undos, *(undo(each) for each in undos)])
    once = apply(directive, transcript, events)
    assert (restored.directive, restored.transcript) == (once.directive, once.transcript)


@settings(max_examples=60, deadline=None)
@given(st.permutations(POOL), st.integers(0, len(POOL)))
def test_events_about_different_things_come_in_any_order(events: list[ReviewEvent], count: int) -> None:
    chosen = events[:count]
    in_order = [event for event in POOL if event in chosen]
    one, other = done(chosen), done(in_order)
    assert one.directive == other.directive and one.transcript == other.transcript
    assert one.fates == other.fates and one.unapplied == other.unapplied


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(POOL), max_size=30))
def test_every_event_is_applied_or_told_and_twice_is_once(events: list[ReviewEvent]) -> None:
    found = done(events)
    assert found.fates.keys() == {event.id for event in events}
    assert {u.event.id for u in found.unapplied} == {i for i, fate in found.fates.items() if fate == "unapplied"}
    told = [item for item in found.directive.review if item.code == "review_unapplied"]
    assert len(told) == len(found.unapplied)
    assert done([*events, *events]) == found and done(list(dict.fromkeys(events))) == found
    assert Directive.model_validate_json(found.directive.model_dump_json()) == found.directive


def test_every_event_fits_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema_text(SchemaName.review)))
    for event in POOL:
        validator.validate(json.loads(event.encoded()))


def test_a_result_with_reviews_is_not_given_more() -> None:
    found = done([field("number", RIGHT)])
    with pytest.raises(ValueError, match="machine"):
        apply(found.directive, found.transcript, [field("place", "Hà Nội")])


def test_an_undo_of_nothing_is_told() -> None:
    lost = new_event(BY, "undo", EventTarget(event="0" * 32))
    later = field("number", RIGHT)
    backwards = [undo(later), later]
    assert done([lost]).fates == {lost.id: "unapplied"}
    assert done(backwards).fates == {backwards[0].id: "unapplied", later.id: "applied"}


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "=1+1", "'; DROP TABLE x; --", "../../etc", "{{7*7}}", "%s"]
)
def test_what_people_write_is_text(hostile: str) -> None:
    _, transcript = machine()
    events = [word(transcript, "45", hostile), field("subject", hostile), field("number", hostile),
              new_event(hostile, "correct_word", WordTarget(page=1, raw=hostile), after=hostile)]  # fmt: skip
    found = done(events)
    assert found.directive.metadata.subject == hostile and found.directive.metadata.number.text == hostile
    assert hostile in found.transcript.text()
    assert Directive.model_validate_json(found.directive.model_dump_json()) == found.directive


# ------------------------------------------------------------------------ fuzz

SOME = st.sampled_from(
    ["", "Vụ", "4423/QĐ-BTTTT", "quyet-dinh/dieu-1/1", "/tasks/0", "/tasks/x", "p0001-l0002", "\x00", "Đ"]
)
ANY = SOME | st.text(max_size=30)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.floats(0, 600)
BOXES = st.none() | st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
PAGES = st.integers(1, 2)
RAWS = ANY.filter(bool)
HINTS = st.none() | ANY.map(lambda text: text[:40])
TARGETS = st.one_of(
    st.builds(WordTarget, page=PAGES, raw=RAWS, bbox=BOXES, line=HINTS, start=st.none() | st.integers(0, 10**12)),
    st.builds(LineTarget, page=PAGES, raw=RAWS, bbox=BOXES, line=HINTS),
    st.builds(FieldTarget, field=st.sampled_from(sorted(FIELDS_THERE)), raw=st.none() | ANY),
    st.builds(TaskTarget, node=ANY, text=st.none() | ANY, id=HINTS),
    st.builds(FlagTarget, code=st.sampled_from(["date_impossible", "wrapped_header"]), field=st.none() | ANY,
              node=st.none() | ANY, page=st.none() | st.integers(), raw=st.none() | ANY),
    st.builds(EventTarget, event=st.sampled_from(["00000001", "00000002", "x"])),
)  # fmt: skip
TASK_VALUES = st.builds(
    lambda keys: TaskValue(**keys),
    st.fixed_dictionaries({}, optional={
        "text": ANY.filter(str.strip), "kind": st.none(), "field": st.none() | ANY, "deadline": st.none(),
        "assignees": st.just((Assignee(name="x", role="lead"),)), "modality": st.just("requires"),
    }),
)  # fmt: skip
AFTERS = st.one_of(st.none(), ANY, TASK_VALUES, st.sampled_from(["2021-09-15", *get_args(Boundary)]))


@st.composite
def logs(draw: st.DrawFn) -> list[ReviewEvent]:
    """Logs of whatever events can be written."""
    found = []
    for n in range(draw(st.integers(1, 8))):
        target = draw(TARGETS)
        actions = [action for action, kinds in TARGETS_OF.items() if target.kind in kinds]
        try:
            event = new_event(BY, draw(st.sampled_from(actions)), target, before=draw(AFTERS), after=draw(AFTERS))
        except ValidationError:
            continue
        found.append(event.model_copy(update={"id": f"{n:08d}"}))
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(logs(), st.booleans())
def test_whatever_is_said_every_line_stays_and_every_event_is_told(events: list[ReviewEvent], with_boxes: bool) -> None:
    found = done(events, with_boxes)
    assert found.fates.keys() == {event.id for event in events}
    assert reproduce(found.directive) == line_ids(found.transcript)
    assert found.transcript.text(raw=True) == machine()[1].text(raw=True) or with_boxes
    assert Directive.model_validate_json(found.directive.model_dump_json()) == found.directive
    for item in found.directive.review:
        _, *parts = (item.field or "").split("/")
        if item.code != "review_unapplied" and parts[:1] == ["tasks"]:
            assert int(parts[1]) < len(found.directive.tasks)
