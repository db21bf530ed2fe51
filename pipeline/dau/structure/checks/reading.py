"""How surely it was read: handwritten digits, badly read pages and units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dau.document.directive import Node, ReviewCode, ReviewItem
from dau.document.transcript import Word

from ..header.metadata import Facts
from ..settings import StructureSettings
from .flags import flag


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
