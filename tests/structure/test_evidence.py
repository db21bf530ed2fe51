"""Every extracted item leads to page, box and lines, and the words there are the item's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from dau.document.directive import Directive, Evidence
from dau.document.transcript import BBox, Transcript, Word
from dau.structure import parse

from .reading import boxed_page, parse_text, sample

_LETTER = Transcript(
    pages=(
        boxed_page(
            1,
            [
                (90, 50, "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"),
                (330, 50, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
                (340, 66, "Độc lập - Tự do - Hạnh phúc"),
                (100, 90, "Số: 12/CT-UBND"),
                (320, 90, "Quảng Ngãi, ngày 05 tháng 3 năm 2024"),
                (270, 120, "CHỈ THỊ"),
                (170, 136, "Về việc tăng cường phòng cháy"),
                (105, 170, "Thực hiện Chỉ thị số 01/CT-TTg ngày 02/01/2024 của Thủ tướng Chính phủ, Chủ"),
                (85, 186, "tịch Ủy ban nhân dân tỉnh yêu cầu:"),
                (105, 210, "1. Sở Xây dựng chủ trì rà soát quy chuẩn, báo cáo trước ngày 30/4/2024. Sở Y tế"),
                (85, 226, "kiểm tra các bệnh viện trước ngày 15/5/2024."),
            ],
        ),
        boxed_page(
            2,
            [
                (105, 60, "2. Công an tỉnh hướng dẫn các cơ quan, đơn vị lập phương án chữa cháy."),
                (90, 100, "Nơi nhận:"),
                (350, 100, "CHỦ TỊCH"),
                (90, 116, "- Như trên;"),
                (90, 132, "- Lưu: VT."),
                (350, 160, "Nguyễn Văn An"),
            ],
        ),
    )
)


def _words(transcript: Transcript, evidence: Sequence[Evidence]) -> str:
    """The words whose middle lies in the boxes."""

    def within(word: Word, box: BBox) -> bool:
        b = word.bbox
        assert b is not None
        x, y = (b[0] + b[2]) / 2, (b[1] + b[3]) / 2
        return box[0] <= x <= box[2] and box[1] <= y <= box[3]

    return " ".join(
        word.restored
        for e in evidence
        for page in transcript.pages
        if page.number == e.page
        for line in page.lines
        if line.id in (e.lines or ())
        for word in line.words
        if e.bbox is not None and within(word, e.bbox)
    )


def _items(directive: Directive) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    yield from directive.metadata.evidence.items()
    for citation in directive.citations:
        yield citation.id, citation.evidence
    for task in directive.tasks:
        yield task.id, task.evidence
        if task.deadline:
            yield f"{task.id} deadline", task.deadline.evidence
    for kind, group in (("award", directive.awards), ("table", directive.tables), ("to", directive.recipients)):
        for n, item in enumerate(group):
            yield f"{kind} {n}", item.evidence


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("number", "12/CT-UBND"),
        ("issued", "Quảng Ngãi, ngày 05 tháng 3 năm 2024"),
        ("place", "Quảng Ngãi,"),
        ("issuer", "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"),
        ("type", "CHỈ THỊ"),
        ("subject", "Về việc tăng cường phòng cháy"),
    ],
)
def test_fields_of_the_metadata_lead_to_their_own_words(field: str, words: str) -> None:
    assert _words(_LETTER, parse(_LETTER).metadata.evidence[field]) == words


def test_the_signer_leads_to_the_signature() -> None:
    where = parse(_LETTER).metadata.evidence["signer"]
    assert {e.page for e in where} == {2}
    assert {"CHỦ", "TỊCH", "Nguyễn", "An"} <= set(_words(_LETTER, where).split())


def test_a_task_that_is_part_of_a_paragraph_has_a_box_of_its_own() -> None:
    first, second, third = parse(_LETTER).tasks
    assert first.node == second.node
    assert _words(_LETTER, first.evidence) == first.text
    assert [e.lines for e in second.evidence] == [("p0001-l0010", "p0001-l0011")]
    assert first.deadline is not None and second.deadline is not None
    assert _words(_LETTER, first.deadline.evidence) == "trước ngày 30/4/2024."
    assert _words(_LETTER, second.deadline.evidence) == "trước ngày 15/5/2024."
    assert [e.page for e in third.evidence] == [2]


def test_a_citation_leads_to_its_number_and_the_document_itself_to_its_header() -> None:
    itself, cited = parse(_LETTER).citations
    assert _words(_LETTER, itself.evidence) == "12/CT-UBND"
    assert "01/CT-TTg" in _words(_LETTER, cited.evidence)
    assert len(cited.evidence) == len(cited.mentions)


def test_recipients_lead_to_their_lines() -> None:
    assert [_words(_LETTER, r.evidence) for r in parse(_LETTER).recipients] == ["Như trên;", "Lưu: VT."]


@pytest.mark.parametrize("name", ["000", "002", "003", "004"])
def test_every_item_of_the_samples_leads_to_lines(name: str) -> None:
    """Of plain text: to page and lines, without a box."""
    directive = parse_text(sample(name))
    nowhere = [what for what, where in _items(directive) if not where or not all(e.page and e.lines for e in where)]
    itself = {"C00"} if "number" not in directive.metadata.evidence else set()
    assert set(nowhere) <= itself


def test_every_item_with_boxes_has_a_box() -> None:
    assert [what for what, where in _items(parse(_LETTER)) if not where or not all(e.bbox for e in where)] == []
