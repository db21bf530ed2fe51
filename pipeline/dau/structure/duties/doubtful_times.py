"""Doubts about when a task is due: days that are none, times counted from an unknown day, more times than one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dau.document.directive import ReviewItem, Task

from ..computed import plain
from .deadlines import FoundDeadline

_DATED = frozenset({"before", "by", "until", "between", "relative"})
_MORE = re.compile(
    r"\s*(?:,|;|\bva\b|\bhoac\b)\s*(?:va\s+|hoac\s+)?(?:truoc\s+)?(?:dinh\s+ky\s+)?"
    r"(?:(?:hang|moi)\s+(?:ngay|tuan|thang|quy|nam)\b|(?:0?[1-9]|1[0-2])\s+thang\b|(?:ngay\s+)?\d{1,2}\s*(?:/|thang\s)\s*\d)"
)
"""A further period or day right behind a time: "định kỳ 6 tháng, hàng năm", "trước ngày 15/6 và 15/12"."""


def doubtful_times(task: Task, place: int, found: Sequence[FoundDeadline]) -> Iterator[ReviewItem]:
    """Flags of the time of the task at a place of the list; `found`: all times that its text names."""
    where = f"/tasks/{place}/deadline"
    if task.deadline and task.deadline.kind in {"before", "by"} and task.deadline.date is None:
        yield ReviewItem(
            code="date_impossible",
            severity="high",
            field=where,
            node=task.node,
            raw=task.deadline.raw,
            message=f'Thời hạn không xác định được ngày: "{task.deadline.raw}"',
        )
    if task.deadline and task.deadline.kind == "between" and not (task.deadline.start or task.deadline.end):
        yield ReviewItem(
            code="date_missing",
            severity="medium",
            field=where,
            node=task.node,
            raw=task.deadline.raw,
            message="Thời hạn tính từ ngày ban hành, mà ngày ban hành không xác định được",
        )
    if any(f.damaged and task.deadline == f.deadline for f in found):
        yield ReviewItem(
            code="low_confidence_text",
            severity="medium",
            field=where,
            node=task.node,
            raw=task.deadline.raw if task.deadline else None,
            message='Chữ trước ngày bị hỏng; hiểu là "trước ngày"',
        )
    dated = [f for f in found if f.deadline.kind in _DATED or "BYMONTHDAY" in (f.deadline.recurrence or "")]
    if len(dated) > 1 or _goes_on(task):
        yield ReviewItem(
            code="second_deadline",
            severity="medium",
            field=where,
            node=task.node,
            raw=tuple(f.deadline.raw for f in dated) if len(dated) > 1 else _raw_and_more(task),
            message="Nhiệm vụ có hơn một thời hạn",
        )


def _behind(task: Task) -> re.Match[str] | None:
    deadline = task.deadline
    if deadline is None or deadline.kind not in {"recurring", "before", "by"} or deadline.raw not in task.text:
        return None
    return _MORE.match(plain(task.text), task.text.index(deadline.raw) + len(deadline.raw))


def _goes_on(task: Task) -> bool:
    """Whether a further period or day stands right behind the time that was taken."""
    return _behind(task) is not None


def _raw_and_more(task: Task) -> str | None:
    """The time that was taken, with what stands right behind it."""
    more = _behind(task)
    if more is None or task.deadline is None:
        return None
    return task.text[task.text.index(task.deadline.raw) : more.end()]
