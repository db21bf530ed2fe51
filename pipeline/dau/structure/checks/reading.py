"""How surely it was read: handwritten digits, badly read pages and units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dau.document.directive import Citation, Node, ReviewCode, ReviewItem
from dau.document.transcript import Word

from ..citing.citations import ITSELF
from ..header.metadata import Facts
from ..places import Places
from ..settings import StructureSettings
from .flags import flag

_CERTAIN = 0.95
"""A word the engines read differently is rarely surer where it is wrong: of 451 numbers on scans, 49 were read
differently, the wrong ones with a confidence of 0.87 at most."""


def _doubtful_digits(word: Word, settings: StructureSettings) -> bool:
    """Digits that an engine was not sure of, or that the engines read differently."""
    if not any(c.isdigit() for c in "".join([word.raw, *word.readings.values()])):
        return False
    digits = {re.sub(r"\D", "", reading) for reading in word.readings.values()}
    unsure = word.confidence is not None and word.confidence < settings.sure_digit_confidence
    return unsure or len(digits) > 1


def check_handwriting(facts: Facts, settings: StructureSettings) -> Iterable[ReviewItem]:
    """Number and date words the engine itself was not sure of: on most first pages they are written by hand."""
    named: tuple[tuple[ReviewCode, str, str], ...] = (
        ("handwritten_number_low_confidence", "number", "Số đọc với độ tin cậy thấp (viết tay?)"),
        ("handwritten_date_low_confidence", "issued", "Ngày tháng đọc với độ tin cậy thấp (viết tay?)"),
    )
    for code, key, message in named:
        lines = facts.lines.get(key, ())
        weak = [w for line in lines for w in line.line.words if _doubtful_digits(w, settings)]
        if weak:
            raw = " ".join(w.raw for w in weak)
            yield flag(code, "medium", message, f"/metadata/{key}", lines, raw)  # what else it may be: candidates.py


def check_cited_numbers(citations: Sequence[Citation], places: Places) -> Iterator[ReviewItem]:
    """Numbers of cited documents that the engines read differently, in letters or digits, and neither with certainty;
    what the other one read is on offer. Of a document cited often, the mention by which it is known."""
    for n, citation in enumerate(citations):
        node = next(iter(citation.mentions), None)
        if citation.number is None or node is None or citation.id == ITSELF:
            continue
        place = places.first(node, (citation.number, citation.raw))
        apart = [word for _, word in place.words if _number_read_apart(word)]
        if apart:
            yield flag(
                "citation_number_misread",
                "medium",
                f'Số hiệu văn bản viện dẫn, các máy đọc không giống nhau: "{" ".join(w.raw for w in apart)}"',
                f"/citations/{n}/number",
                place.lines,
                " ".join(w.raw for w in apart),
                node,
                [r for w in apart for r in dict.fromkeys(w.readings.values()) if r != w.raw],
            )


def _number_read_apart(word: Word) -> bool:
    if word.confidence is None or word.confidence >= _CERTAIN or not re.search(r"\d.*/", word.raw):
        return False
    return word.read_apart


def check_confidence(
    nodes: Sequence[tuple[Node, float | None]], pages: dict[int, float | None], settings: StructureSettings
) -> list[ReviewItem]:
    """Flags on badly read pages and units."""
    out = []
    for number, value in pages.items():
        if value is not None and value < settings.low_page_confidence:
            out.append(
                ReviewItem(
                    code="low_confidence_page",
                    severity="medium",
                    page=number,
                    message=f"Trang đọc kém: độ tin cậy trung bình {value:.2f}",
                )
            )
    for node, value in nodes:
        if value is not None and value < settings.low_node_confidence:
            page = node.evidence[0].page if node.evidence else None
            out.append(
                ReviewItem(
                    code="low_confidence_text",
                    severity="low",
                    node=node.id,
                    page=page,
                    message=f"Đoạn đọc kém: độ tin cậy trung bình {value:.2f}",
                )
            )
    return out
