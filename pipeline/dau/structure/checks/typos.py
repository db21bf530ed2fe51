"""Slips of the author's that print itself shows: a word or the member of a list said twice. They stay as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dau.document.directive import Node, ReviewItem

_JOINING = (
    "được|trong|của|các|những|và|qua|với|cho|để|về|tại|này|đã|do|ở|theo|khi|bằng|vào|đến|sẽ|phải|cũng|hoặc|là|thì|mà"
)
"""Words that are never doubled on purpose; "luôn luôn" and "quản lý lý lịch" are no slips."""
_DOUBLED = re.compile(rf"\b(?P<word>{_JOINING}) (?P=word)\b(?:[ ,]+\w+)?", re.IGNORECASE)
_LISTED_TWICE = re.compile(r"\b(?P<member>[^\W\d_]+ [^\W\d_]+), (?P=member)\b(?= *(?:[,;.)]|và\b))", re.IGNORECASE)


def check_typos(nodes: Sequence[Node]) -> Iterator[ReviewItem]:
    """Flags for what is printed twice: joining words, and members of a list."""
    for node in nodes:
        text = " ".join(filter(None, (node.heading, node.text)))
        if doubled := tuple(dict.fromkeys(m[0] for m in _DOUBLED.finditer(text))):
            yield _flag(node, "source_typo", doubled, "Lặp từ: giữ nguyên như in")
        if listed := tuple(dict.fromkeys(m[0] for m in _LISTED_TWICE.finditer(text))):
            yield _flag(node, "possible_duplication", listed, "Liệt kê lặp: giữ nguyên như in")


def _flag(node: Node, code: str, raw: tuple[str, ...], message: str) -> ReviewItem:
    value = {"code": code, "severity": "low", "node": node.id, "message": message}
    return ReviewItem.model_validate(value | {"raw": raw[0] if len(raw) == 1 else raw})
