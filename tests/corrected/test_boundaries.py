"""Lines that people put elsewhere: the tree is one that the parser would have made, or the event is told."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.archive.reviews import LineTarget, ReviewEvent, new_event
from dau.corrected import Corrected, apply, line_target
from dau.corrected.apply import reparsed
from dau.document.directive import Directive, Node
from dau.document.transcript import Boundary, Line, Transcript
from dau.structure import parse, reproduce
from tests.structure.reading import boxed_page, line_ids, sample, text_transcript

from .samples import BY, boxed, machine, page_of, word

BODY = """KẾ HOẠCH
Về việc thử

1. Vụ Bưu chính chủ trì, phối hợp với các đơn vị có liên quan tổ chức thực hiện phong trào thi đua
trong toàn ngành.
2. Cục Tin học hoá báo cáo kết quả thực hiện.
19. Đồng thời tổng hợp, gửi Văn phòng Bộ.
3. Vụ Tài chính bố trí kinh phí.
Các đơn vị triển khai ngay.
- 2 -
Cuối cùng là lời kết của kế hoạch này.
"""


def result(text: str = BODY) -> tuple[Directive, Transcript]:
    transcript = text_transcript(text)
    return parse(transcript), transcript


def line_of(transcript: Transcript, begin: str) -> Line:
    return next(line for line in page_of(transcript).lines if line.raw.startswith(begin))


def say(transcript: Transcript, begin: str, what: str) -> ReviewEvent:
    line = line_of(transcript, begin)
    return new_event(BY, "set_boundary", line_target(page_of(transcript), line), after=what)


def node_of(found: Corrected, begin: str) -> Node | None:
    ident = line_of(found.transcript, begin).id
    return next((n for n in found.directive.nodes for e in n.evidence if ident in (e.lines or ())), None)


def first_of(node: Node) -> str:
    lines = node.evidence[0].lines
    assert lines
    return str(lines[0])


CASES: list[tuple[str, str, str]] = [
    ("a sentence that was made part of the item before", "Các đơn vị", "starts"),
    ("a line that was broken off", "trong toàn", "starts"),
    ("an item that is none", "2. Cục", "continues"),
    ("a paragraph that goes on", "Cuối cùng", "continues"),
    ("a page number that is text", "- 2 -", "body"),
    ("text that is a stamp", "Các đơn vị", "noise"),
    ("an item that is a stamp", "3. Vụ", "noise"),
]


@pytest.mark.parametrize(("begin", "what"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_line_is_where_people_put_it(begin: str, what: str) -> None:
    directive, transcript = result()
    event = say(transcript, begin, what)
    found = apply(directive, transcript, [event])
    assert found.fates == {event.id: "applied"}
    node, line = node_of(found, begin), line_of(found.transcript, begin)
    if what == "noise":
        assert node is None and any(line.id in b.lines for b in found.directive.blocks if b.kind == "noise")
    else:
        assert node is not None
        assert what == "body" or (first_of(node) == line.id) is (what == "starts")
    assert line.boundary == what and line.reviewed and line.reviewed.event == event.id
    assert reproduce(found.directive) == line_ids(transcript), "every line is in exactly one node or block"
    assert Directive.model_validate_json(found.directive.model_dump_json()) == found.directive


def test_what_hangs_on_the_tree_follows() -> None:
    """An item joined to the one before lays no duty of its own; the numbering goes on behind it."""
    directive, transcript = result(BODY.replace("19. Đồng thời tổng hợp, gửi Văn phòng Bộ.\n", ""))
    assert [t.node for t in directive.tasks][:2] == ["ke-hoach/1", "ke-hoach/2"]
    found = apply(directive, transcript, [say(transcript, "2. Cục", "continues")]).directive
    assert "ke-hoach/2" not in [n.id for n in found.nodes] + [t.node for t in found.tasks]
    assert "2. Cục Tin học hoá" in (next(n for n in found.nodes if n.id == "ke-hoach/1").text or "")


def test_the_tree_without_hints_is_as_it_was() -> None:
    directive, transcript = result()
    assert reparsed(directive, transcript, None) == directive


@pytest.mark.parametrize("what", ["starts", "continues", "body"])
def test_what_the_parser_cannot_do_is_told_and_leaves_no_trace(what: str) -> None:
    """The title stays the title; other corrections hold."""
    directive, transcript = machine()
    impossible, possible = say(transcript, "Về việc", what), say(transcript, "4. Nội dung", "continues")
    words = word(transcript, "45", "15")
    found = apply(directive, transcript, [impossible, possible, words])
    assert found.fates == {impossible.id: "unapplied", possible.id: "applied", words.id: "applied"}
    other = apply(directive, transcript, [possible, words])
    assert (found.directive.nodes, found.directive.blocks) == (other.directive.nodes, other.directive.blocks)
    assert found.transcript == other.transcript
    assert any(item.code == "review_unapplied" and item.needs_review for item in found.directive.review)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 341), st.sampled_from(get_args(Boundary))), max_size=6))
def test_whatever_people_say_of_lines_none_is_lost(said: list[tuple[int, str]]) -> None:
    """Of a directive with all that one has: applied hints have their effect, the others leave no trace."""
    directive, transcript = result(sample("002"))
    page = page_of(transcript)
    lines = [(page.lines[n], what) for n, what in said if page.lines[n].words]
    events = [new_event(BY, "set_boundary", line_target(page, line), after=what) for line, what in lines]
    found = apply(directive, transcript, events)
    assert found.fates.keys() == {event.id for event in events}
    assert reproduce(found.directive) == line_ids(transcript)
    for event in events:
        assert isinstance(event.target, LineTarget)
        line = next(line for line in page_of(found.transcript).lines if line.id == event.target.line)
        if found.fates[event.id] == "applied":
            assert line.boundary == event.after
        elif found.fates[event.id] == "unapplied":
            assert line.reviewed is None or line.reviewed.event != event.id


def test_the_last_word_on_a_line_holds() -> None:
    directive, transcript = result()
    first, second = say(transcript, "Các đơn vị", "noise"), say(transcript, "Các đơn vị", "starts")
    found = apply(directive, transcript, [first, second])
    assert found.fates == {first.id: "superseded", second.id: "applied"}
    node = node_of(found, "Các đơn vị")
    assert node and first_of(node) == line_of(transcript, "Các đơn vị").id


def test_a_line_is_found_in_a_later_run_by_its_box() -> None:
    _, transcript = boxed()
    event = say(transcript, "4. Nội dung", "continues")
    rows = tuple(line.raw.replace("tham khảo", "thamkhao") for line in page_of(transcript).lines)
    later, read = boxed(rows, 2.0)
    assert apply(later, read, [event]).fates == {event.id: "applied"}
    lost = boxed_page(1, [(70.0, 60.0, "Khác"), (70.0, 700.0, "4. Nội dung này chỉ để tham khảo.")])
    assert apply(Directive(), Transcript(pages=(lost,)), [event]).fates == {event.id: "unapplied"}


def test_in_text_a_line_is_found_by_what_it_says() -> None:
    _, transcript = result("KẾ HOẠCH\n\n1. Một\n2. Hai\n2. Hai\n")
    directive = parse(transcript)
    lines = page_of(transcript).lines
    exact = new_event(BY, "set_boundary", line_target(page_of(transcript), lines[4]), after="continues")
    assert apply(directive, transcript, [exact]).fates == {exact.id: "applied"}
    for target in (LineTarget(page=1, raw="2. Hai"), LineTarget(page=1, raw="2. Hai", line="p0001-l0001"),
                   LineTarget(page=2, raw="2. Hai")):  # fmt: skip
        event = new_event(BY, "set_boundary", target, after="continues")
        assert apply(directive, transcript, [event]).fates == {event.id: "unapplied"}
