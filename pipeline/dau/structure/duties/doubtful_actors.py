"""Doubts about who must act: a name that opens a sentence or a heading and could not be read as an agency.

The actor is then taken from the heading, the unit above or the lead-in, or nobody is named; both may be wrong, so that
somebody has to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dau.document.directive import Node, ReviewItem, Task

from ..language import read
from .assignees import heading_actors, opening

_OBLIGED = ("có trách nhiệm", "chịu trách nhiệm", "chủ trì", "chủ động", "phải")
"""What is said of somebody whose name stands right before it."""
_LONGEST = 14
"""Tokens of a name that was not read."""


def unread_actor(task: Task, place: int, named: bool) -> ReviewItem | None:
    """The flag of the task at a place of the list whose sentence opens with a name that is no agency to the grammar;
    `named`: whether the sentence itself names who acts."""
    if named or not _opens_with_a_name(task.text):
        return None
    return ReviewItem(
        code="task_doubtful",
        severity="medium",
        field=f"/tasks/{place}/assignees",
        node=task.node,
        raw=task.text[:160],
        message="Câu mở đầu bằng một tên không đọc được là cơ quan: người thực hiện ghi ở đây lấy theo đề mục hoặc "
        "câu dẫn, có thể sai",
    )


def _opens_with_a_name(text: str) -> bool:
    if not any(phrase in text.lower() for phrase in _OBLIGED):
        return False
    reading = read(text)
    first = opening(reading, 0, len(reading.words))
    if first >= len(reading.words) or not reading.words[first][0].isupper():
        return False
    if any(reading.at(label, first) for label in ("verb", "predicate", "adjunct", "opener")):
        return False
    for i in range(first + 1, min(first + _LONGEST, len(reading.words))):
        if (found := reading.at("predicate", i)) is not None:
            return reading.span(found).lower().startswith(_OBLIGED)
        if not reading.words[i][0].isalnum() and reading.words[i] not in {",", "-", "–", "&"}:
            return False
    return False


def unread_headings(tasks: Sequence[Task], nodes: Sequence[Node]) -> Iterator[ReviewItem]:
    """Flags of headings over units that begin with the name of an agency and were not read to their end, where those
    units have no other actor."""
    helpless = [task.node for task in tasks if not any(a.role in {"lead", "perform"} for a in task.assignees)]
    silent = {task.node for task in tasks}
    heads = {node.parent for node in nodes if node.text}
    for node in nodes:
        if node.kind not in {"item", "point", "clause"} or not node.heading or node.id not in heads:
            continue
        under = node.id + "/"
        bare = any(ident.startswith(under) for ident in helpless)
        if (bare or not any(ident.startswith(under) or ident == node.id for ident in silent)) and _begins(node.heading):
            yield ReviewItem(
                code="task_doubtful",
                severity="medium",
                node=node.id,
                raw=node.heading[:160],
                message="Đề mục mở đầu bằng tên cơ quan nhưng không đọc được trọn: nhiệm vụ bên dưới có thể thiếu "
                "người thực hiện hoặc bị bỏ sót",
            )


def _begins(heading: str) -> bool:
    reading = read(heading)
    mark = reading.at("agency", 0)
    if mark is None or mark.kind == "class" or heading_actors(reading) is not None:
        return False
    return not any(reading.at("predicate", i) for i in range(mark.last, len(reading.words)))
