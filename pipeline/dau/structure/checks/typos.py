"""Slips of the author's that print itself shows: a word or the member of a list said twice. They stay as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dau.document.directive import Node, ReviewItem
from dau.document.orthography import skeleton

from ..computed import plain

_JOINING = (
    "được|trong|của|các|những|và|qua|với|cho|để|về|tại|này|đã|do|ở|theo|khi|bằng|vào|đến|sẽ|phải|cũng|hoặc|là|thì|mà"
)
"""Words that are never doubled on purpose; "luôn luôn" and "quản lý lý lịch" are no slips."""
_DOUBLED = re.compile(rf"\b(?P<word>{_JOINING}) (?P=word)\b(?:[ ,]+\w+)?", re.IGNORECASE)
_LISTED_TWICE = re.compile(r"\b(?P<member>[^\W\d_]+ [^\W\d_]+), (?P=member)\b(?= *(?:[,;.)]|và\b))", re.IGNORECASE)
_JOINED = re.compile(rf" ({skeleton(_JOINING)})\b")
_MEMBER = re.compile(r", ([^\W\d_]+ [^\W\d_]+)(?= *(?:[,;.)]|va\b))")
"""What must be found in a text's bare letters: looking for it takes a fraction of the time."""


def _may_repeat(pattern: re.Pattern[str], key: str) -> bool:
    """Whether what is found stands right before it, too."""
    return any(key.endswith(m[1], 0, m.start()) for m in pattern.finditer(key))


def check_typos(nodes: Sequence[Node]) -> Iterator[ReviewItem]:
    """Flags for what is printed twice: joining words, and members of a list."""
    for node in nodes:
        text = " ".join(filter(None, (node.heading, node.text)))
        key = plain(text).replace("ı", "i").replace("ſ", "s")  # one letter to a pattern that ignores case
        found = _DOUBLED.finditer(text) if _may_repeat(_JOINED, key) else ()
        if doubled := tuple(dict.fromkeys(m[0] for m in found)):
            yield _flag(node, "source_typo", doubled, "Lặp từ: giữ nguyên như in")
        found = _LISTED_TWICE.finditer(text) if _may_repeat(_MEMBER, key) else ()
        if listed := tuple(dict.fromkeys(m[0] for m in found)):
            yield _flag(node, "possible_duplication", listed, "Liệt kê lặp: giữ nguyên như in")


def _flag(node: Node, code: str, raw: tuple[str, ...], message: str) -> ReviewItem:
    value = {"code": code, "severity": "low", "node": node.id, "message": message}
    return ReviewItem.model_validate(value | {"raw": raw[0] if len(raw) == 1 else raw})
