"""Looks that spare a text its reading overlook nothing: held against the readings themselves."""

from collections.abc import Iterator
from functools import cache

import pytest

from dau.document.directive import Node
from dau.document.orthography import bare
from dau.structure import parse
from dau.structure.checks import typos
from dau.structure.duties.assignees import coordinating, directed, heading_actors, receiving, subject
from dau.structure.duties.hints import may_head_duties, may_name_actor, may_name_others
from dau.structure.duties.task_parts import nobody_acts
from dau.structure.language import read
from dau.structure.language.sentences import clause_around, clauses, items, sentences

from .reading import ROOT, text_transcript

SAMPLES = sorted([*ROOT.glob("corpus/clean/*.txt"), *ROOT.glob("corpus/raw/*.txt")])


@cache
def _units() -> tuple[str, ...]:
    """Headings, texts and blocks of the samples, as printed and without diacritics."""
    found: dict[str, None] = {}
    for path in SAMPLES:
        text = path.read_text("utf-8")
        for form in (text, bare(text)):
            directive = parse(text_transcript(form))
            said = [part for node in directive.nodes for part in (node.heading, node.text) if part]
            found |= dict.fromkeys([*said, *(block.text for block in directive.blocks)])
    return tuple(found)


def _parts(text: str) -> Iterator[str]:
    for cut in (sentences, clauses, items):
        yield from (text[a:b] for a, b in cut(text))


def _acts(text: str) -> bool:
    reading = read(text)
    return subject(reading, 0, len(reading.words)) is not None


def test_nobody_who_acts_is_overlooked() -> None:
    texts = [*_units(), *(part for text in _units() for part in _parts(text))]
    acting = [text for text in texts if _acts(text)]
    assert len(acting) > 100
    assert [text for text in acting if not may_name_actor(text)] == []


def test_no_unit_with_an_actor_in_any_part_is_overlooked() -> None:
    assert [text for text in _units() if nobody_acts(text) and any(map(_acts, _parts(text)))] == []


def test_no_heading_over_duties_is_overlooked() -> None:
    found = [text for text in _units() if heading_actors(read(text))]
    assert found
    assert [text for text in found if not may_head_duties(text)] == []


def test_nobody_who_helps_or_receives_is_overlooked() -> None:
    for text in _units():
        reading, last = read(text), len(read(text).words)
        others = (coordinating(reading, 0, last, 0), directed(reading, 0, last), receiving(reading, 0, last))
        assert may_name_others(text) or not any(others), text


@pytest.mark.parametrize(
    "text",
    [
        "Sở Tài chính chủ trì thực hiện.",
        "Đồng thời, Sở Tài chính chủ trì thực hiện.",
        "- Sở Tài chính chủ trì thực hiện.",
        "“Ủy ban nhân dân tỉnh chủ trì thực hiện.",
        "-Sở Tài chính chủ trì thực hiện.",
        "By Thông tin và Truyền thông chủ trì thực hiện.",
        "Các đơn vị có trách nhiệm thực hiện.",
        "UY BAN NHAN DAN tinh chủ trì thực hiện.",
        "Theo chức năng được giao, Sở Tài chính chủ trì thực hiện.",
        "Theo chức năng (nếu có) Sở Tài chính chủ trì thực hiện.",
        "Giao Sở Tài chính chủ trì thực hiện.",
        "Bộ Tài chính yêu cầu các cơ quan thực hiện.",
        "Để kịp thời, yêu cầu các cơ quan thực hiện.",
        "Giao cho Sở Tài chính chủ trì thực hiện.",
    ],
)
def test_where_an_actor_may_stand(text: str) -> None:
    assert _acts(text)
    assert may_name_actor(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bảo đảm an toàn, tiết kiệm.",
        "Thời hạn nộp hồ sơ là 15 ngày.",
        "Theo quy định của pháp luật.",
        "Đối tượng nộp tiền được miễn.",
    ],
)
def test_what_is_not_worth_a_reading(text: str) -> None:
    assert not may_name_actor(text)


def _agency(text: str, place: int) -> tuple[int, int] | None:
    """Where the agency stands that begins at a place of a text, by the reading of all of it."""
    reading = read(text)
    mark = reading.at("agency", reading.token(place))
    return (reading.starts[mark.first], reading.end(mark.last - 1)) if mark else None


def test_a_clause_is_read_as_within_its_text() -> None:
    """Every place behind a space: also in the middle of names, and behind every stop."""
    made = ("Sở - Kiểm tra của Bộ Tư pháp; Của Bộ A", "a (của Bộ B) của Chính phủ. Của Sở - kiểm tra C")
    for text in [*_units(), *made]:
        for place in [0, *(n + 1 for n, sign in enumerate(text[:400]) if sign == " ")]:
            begin, end = clause_around(text, place)
            found = _agency(text[begin:end], place - begin)
            whole = _agency(text, place)
            assert whole == (found and (begin + found[0], begin + found[1])), (text, place)


@pytest.mark.parametrize(
    ("text", "doubled", "listed"),
    [
        ("quy định của của Bộ", True, False),
        ("quy định Của CỦA Bộ", True, False),
        ("kh\u0131 kh\u0131 đó", True, False),
        ("luôn luôn và vàng", False, False),
        ("cơ quan, đơn vị, đơn vị, địa phương", False, True),
        ("Đơn Vị, đơn vị và địa phương", False, True),
        ("đơn vị, đơn vị khác", False, False),
        ("ba đơn vị, bốn đơn vị.", False, False),
    ],
)
def test_what_is_printed_twice(text: str, doubled: bool, listed: bool) -> None:
    (first, second) = (bool(pattern.search(text)) for pattern in (typos._DOUBLED, typos._LISTED_TWICE))
    assert (first, second) == (doubled, listed)
    codes = {flag.code for flag in typos.check_typos([Node(id="x", parent="y", kind="paragraph", text=text)])}
    assert ("source_typo" in codes, "possible_duplication" in codes) == (doubled, listed)
