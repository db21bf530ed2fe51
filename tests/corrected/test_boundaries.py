"""Lines that people put elsewhere: the tree is one that the parser would have made, or the event is told."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.archive.review_events import EventTarget, LineTarget, ReviewEvent, new_event
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


@pytest.mark.parametrize("begin", ["BỘ THÔNG", "Về việc"])
def test_what_the_parser_cannot_do_is_told_and_leaves_no_trace(begin: str) -> None:
    """Nothing of the body stands before the header that it could continue; other corrections hold."""
    directive, transcript = machine()
    impossible, possible = say(transcript, begin, "continues"), say(transcript, "4. Nội dung", "continues")
    words = word(transcript, "45", "15")
    found = apply(directive, transcript, [impossible, possible, words])
    assert found.fates == {impossible.id: "unapplied", possible.id: "applied", words.id: "applied"}
    other = apply(directive, transcript, [possible, words])
    assert (found.directive.nodes, found.directive.blocks) == (other.directive.nodes, other.directive.blocks)
    assert found.transcript == other.transcript
    assert any(item.code == "review_unapplied" and item.needs_review for item in found.directive.review)


# -------------------------------------------------------- where the body begins and ends

SWALLOWED = """BỘ THÔNG TIN VÀ TRUYỀN THÔNG        CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 23/BC-BTTTT        Độc lập - Tự do - Hạnh phúc
Hà Nội, ngày 15 tháng 9 năm 2021
BÁO CÁO
Về việc phát động phong trào thi đua
trong toàn ngành năm 2021
1. Vụ Bưu chính chủ trì, phối hợp với Văn phòng Bộ xây dựng kế hoạch trước ngày 30/9/2021.
2. Cục Tin học hoá báo cáo kết quả thực hiện trước ngày 15/12/2021.
GIÁM ĐỐC CÁC ĐƠN VỊ
TRIỂN KHAI NGAY
KT. BỘ TRƯỞNG
THỨ TRƯỞNG
Phạm Anh Tuấn
"""


def zones_of(found: Corrected) -> dict[str, str]:
    """Of each printed line, by its text: "body", or the kind of its block."""
    where = {line: block.kind for block in found.directive.blocks for line in block.lines}
    return {line.raw: where.get(line.id, "body") for line in page_of(found.transcript).lines if line.words}


ENDS = {
    "the body begins earlier": (
        "trong toàn", "body_begins", {"trong toàn ngành năm 2021": "body"}, "subject", "phát động phong trào thi đua",
    ),
    "the body begins later": (
        "2. Cục", "body_begins",
        {"1. Vụ Bưu chính chủ trì, phối hợp với Văn phòng Bộ xây dựng kế hoạch trước ngày 30/9/2021.": "title"},
        "subject", "phát động phong trào thi đua trong toàn ngành năm 2021 1. Vụ Bưu chính",
    ),
    "the header is longer": (
        "1. Vụ", "body_begins", {"trong toàn ngành năm 2021": "title"}, "subject", "phát động phong trào thi đua",
    ),
    "the body ends later": (
        "TRIỂN KHAI", "body_ends", {"GIÁM ĐỐC CÁC ĐƠN VỊ": "body", "TRIỂN KHAI NGAY": "body"}, "signer", "THỨ TRƯỞNG",
    ),
    "the body ends earlier": (
        "1. Vụ", "body_ends",
        {"2. Cục Tin học hoá báo cáo kết quả thực hiện trước ngày 15/12/2021.": "signature"}, "signer", "THỨ TRƯỞNG",
    ),
    "a title that begins no signature": (
        "GIÁM ĐỐC CÁC", "body", {"GIÁM ĐỐC CÁC ĐƠN VỊ": "body", "TRIỂN KHAI NGAY": "body"}, "signer", "THỨ TRƯỞNG",
    ),
    "the subject's second line is text": (
        "trong toàn", "starts", {"trong toàn ngành năm 2021": "body"}, "subject", "phát động phong trào thi đua",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("begin", "what", "moved", "name", "value"), ENDS.values(), ids=ENDS)
def test_header_body_and_signature_are_parted_where_people_say(
    begin: str, what: str, moved: dict[str, str], name: str, value: str
) -> None:
    """What is between goes with the line, the rest stays; the fields of the metadata are those of the lines."""
    directive, transcript = result(SWALLOWED)
    before = zones_of(apply(directive, transcript, []))
    event = say(transcript, begin, what)
    found = apply(directive, transcript, [event])
    assert found.fates == {event.id: "applied"}
    assert zones_of(found) == before | moved
    metadata = found.directive.metadata
    said = metadata.subject if name == "subject" else metadata.signer.position
    assert said is not None and value in said
    assert name != "subject" or ("toàn ngành" in said) is (zones_of(found)["trong toàn ngành năm 2021"] == "title")
    assert metadata.number.text == "23/BC-BTTTT" and metadata.type.name == "Báo cáo"
    assert reproduce(found.directive) == line_ids(transcript)


def test_a_header_that_was_not_found_is_one_where_people_say_so() -> None:
    """A body that begins with the first line, for nothing in it looks like a header: it gets one."""
    text = "Vụ Bưu chính\nNgười lập: Lan\nNội dung thứ nhất của báo cáo là như sau.\nNội dung thứ hai.\n"
    directive, transcript = result(text)
    event = say(transcript, "Nội dung thứ nhất", "body_begins")
    assert set(zones_of(apply(directive, transcript, [])).values()) == {"body"}
    found = apply(directive, transcript, [event])
    assert found.fates == {event.id: "applied"}
    assert list(zones_of(found).values()) == ["header", "header", "body", "body"]


def test_the_last_word_on_the_boundary_of_a_body_holds() -> None:
    """A body begins with one line: who says another takes back what was said before. Undone, it holds again."""
    directive, transcript = result(SWALLOWED)
    first, second = say(transcript, "2. Cục", "body_begins"), say(transcript, "trong toàn", "body_begins")
    end = say(transcript, "2. Cục", "body_ends")
    for events, last in (([first, second], second), ([second, first], first)):
        found = apply(directive, transcript, events)
        assert found.fates == {each.id: "applied" if each is last else "superseded" for each in events}
        assert zones_of(found) == zones_of(apply(directive, transcript, [last]))
    undo = new_event(BY, "undo", EventTarget(event=second.id))
    found = apply(directive, transcript, [first, second, undo])
    assert found.fates == {first.id: "applied", second.id: "undone", undo.id: "applied"}
    assert set(apply(directive, transcript, [second, end]).fates.values()) == {"applied"}


def test_each_component_has_a_body_of_its_own() -> None:
    """What is said of the decision's body says nothing of the plan's that is attached."""
    directive, transcript = result(SWALLOWED + "KẾ HOẠCH\n(Kèm theo Báo cáo số 23/BC-BTTTT)\nMục tiêu\nMột.\nHai.\n")
    assert len(directive.components) == 2
    events = [say(transcript, "2. Cục", "body_begins"), say(transcript, "Hai.", "body_begins")]
    assert set(apply(directive, transcript, events).fates.values()) == {"applied"}


def test_what_is_text_begins_no_appendix() -> None:
    directive, transcript = result(BODY + "PHỤ LỤC\nDANH SÁCH\n1. Một\n")
    assert len(directive.components) == 2
    found = apply(directive, transcript, [say(transcript, "PHỤ LỤC", "body")])
    assert len(found.directive.components) == 1 and zones_of(found)["PHỤ LỤC"] == "body"


def test_where_a_body_begins_holds_in_a_later_run() -> None:
    directive, transcript = boxed(tuple(SWALLOWED.splitlines()))
    events = [say(transcript, "trong toàn", "body_begins"), say(transcript, "TRIỂN KHAI", "body_ends")]
    later, read = boxed(tuple(SWALLOWED.replace("toàn ngành", "toànngành").splitlines()), 2.0)
    found = apply(later, read, events)
    assert set(found.fates.values()) == {"applied"}
    assert list(zones_of(found).values()) == list(zones_of(apply(directive, transcript, events)).values())
    lost = boxed_page(1, [(70.0, 60.0, "Khác")])
    told = apply(Directive(), Transcript(pages=(lost,)), events)
    assert set(told.fates.values()) == {"unapplied"}
    assert [item.code for item in told.directive.review] == ["review_unapplied"] * 2


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
