"""A task with a deadline as a to-do. Nobody is made its organizer or attendee: a calendar would write to them; agencies
are categories. What is in doubt is said in words."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from dau.document.directive import Assignee, Directive, Task

from ..choices import SettingRefused
from ..fit import Replacing
from ..held import Held
from ..moments import read_at
from ..needed import package
from .deadlines import Days, days_of

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_ROLES = {"lead": "Chủ trì", "coordinate": "Phối hợp", "perform": "Thực hiện", "report_to": "Báo cáo"}
_KINDS = {
    "before": "trước ngày này, không kể chính ngày đó",
    "by": "chậm nhất ngày này, kể cả chính ngày đó",
    "until": "đến hết ngày này",
}
_ADDED = re.compile(r"R-[0-9A-Za-z_-]{8,64}")
_SUMMARY = 160
"""Characters of a summary; the whole text is in the description."""


def base_of(settings: Mapping[str, str]) -> str | None:
    """The address before links. Raises SettingRefused where it is none."""
    base = settings.get("base")
    if base is None:
        return None
    if urlsplit(base).scheme not in ("http", "https") or not urlsplit(base).netloc:
        raise SettingRefused(f"--set base={base} is no address.", "Give one such as http://localhost:8000.")
    return base.rstrip("/")


class Entries:
    """Makes entries and counts them."""

    def __init__(
        self, icalendar: ModuleType, fit: Replacing, base: str | None, *, events: bool, leave_out: bool
    ) -> None:  # fmt: skip
        self._icalendar = icalendar
        self._rrule = package("dateutil.rrule")
        self._fit = fit
        self._base = base
        self._events = events
        self._leave_out = leave_out
        self.written = 0
        self.dated = 0
        self.undated: list[tuple[str, str, str]] = []
        """Document, task, reason."""

    def of(self, held: Held) -> Iterator[Any]:
        """To-dos of a document, in its order."""
        directive = held.directive
        stamp = read_at(held) or _NEVER
        uids = _uids(held)
        for position, task in enumerate(directive.tasks):
            if task.deadline is None:
                continue
            days = days_of(task.deadline, directive.metadata.issued.date, self._rrule)
            if days.why:
                self.undated.append((held.id, task.id, days.why))
                if self._leave_out:
                    continue
            else:
                self.dated += 1
            self.written += 1
            uid = uids[position]
            todo = self._todo(held, task, position, days)
            yield self._finished(todo, uid, stamp)
            if self._events and not days.why:
                event = self._event(held, task, position, days)
                yield self._finished(event, f"event-{uid}", stamp)

    # ------------------------------------------------------------------ one entry

    def _todo(self, held: Held, task: Task, position: int, days: Days) -> Any:
        """A recurring one has DTSTART, the day of each deadline, and no DUE, which would have to be later."""
        todo = self._icalendar.Todo()
        if days.start:
            todo.add("dtstart", days.start)
        if days.due:
            todo.add("due", days.due)
        if days.rule:
            todo.add("rrule", self._icalendar.vRecur.from_ical(days.rule))
        self._describe(todo, held, task, position, days)
        return todo

    def _event(self, held: Held, task: Task, position: int, days: Days) -> Any:
        event = self._icalendar.Event()
        on = days.due or days.start
        assert on is not None  # dated
        event.add("dtstart", on)
        event.add("dtend", on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        if days.rule:
            event.add("rrule", self._icalendar.vRecur.from_ical(days.rule))
        self._describe(event, held, task, position, days)
        return event

    def _finished(self, component: Any, uid: str, stamp: datetime) -> Any:
        component.add("uid", uid)
        component.add("dtstamp", stamp)
        return component

    def _describe(self, component: Any, held: Held, task: Task, position: int, days: Days) -> None:
        directive, deadline = held.directive, task.deadline
        assert deadline is not None
        doers = [each.name for each in task.assignees if each.role in ("lead", "perform")]
        component.add("summary", self._text(_short(f"{'; '.join(doers)}: {task.text}" if doers else task.text)))
        component.add("description", self._text("\n".join(self._lines(held, task, position, days))))
        if doers:
            component.add("categories", [self._text(name) for name in dict.fromkeys(doers)])
        own = {
            "document": held.id,
            "task": task.id,
            "node": task.node,
            "number": directive.metadata.number.text,
            "deadline": deadline.raw,
            "deadline-kind": deadline.kind,
            "recurrence": deadline.recurrence if not days.rule else None,
        }
        for name, value in own.items():
            if value:
                component.add(f"x-dau-{name}", self._icalendar.vText(self._text(value)))
        if self._base:
            component.add("url", self._link(self._base, held, task))

    def _link(self, base: str, held: Held, task: Task) -> str:
        """The review desk's page of the document, at the task."""
        page = _page(task)
        query = ({"page": str(page)} if page else {}) | {"task": self._fit(task.id)}
        return f"{base}/documents/{quote(held.id, safe='')}?{urlencode(query)}"

    def _lines(self, held: Held, task: Task, position: int, days: Days) -> Iterator[str]:
        directive, deadline = held.directive, task.deadline
        assert deadline is not None
        yield task.text
        meaning = _KINDS.get(deadline.kind, "") if days.due else ""
        yield f"Thời hạn: {deadline.raw}" + (f" ({meaning})" if meaning else "")
        for role, names in _by_role(task.assignees):
            yield f"{_ROLES.get(role, role)}: {names}"
        meta = directive.metadata
        about = (meta.type.name, meta.number.text or meta.number.raw, meta.issued.raw or meta.issued.date)
        yield "Văn bản: " + ", ".join(part for part in (*about, meta.subject) if part)
        page = _page(task)
        yield f"Nguồn: {held.id}" + (f", trang {page}" if page else "") + f", {task.node}"
        for doubt in _doubts(directive, task, position):
            yield f"Cần xem lại: {doubt}"

    def _text(self, text: str) -> str:
        """Made fit; RFC 5545 has no place for a carriage return of its own or DEL either."""
        return self._fit(text.replace("\r\n", "\n").replace("\r", "\n").replace("\x7f", "\x1a"))


def _page(task: Task) -> int | None:
    places = (*task.evidence, *(task.deadline.evidence if task.deadline else ()))
    return next((place.page for place in places if place.page), None)


def _uids(held: Held) -> list[str]:
    """A UID for each task. The same task of the same scan keeps its own, whatever is corrected in its words: the place
    makes it, its node and the how-manieth it is there, counted with the tasks that people said are none. A task that
    people added is called by its id."""
    uids: list[str] = []
    seen: Counter[str] = Counter()
    for task in held.directive.tasks:
        if _ADDED.match(task.id):
            uids.append(_uid(held.sha256, f"{task.node}#{task.id}"))
            continue
        seen[task.node] += 1
        gone = sum(each.node == task.node and _number(each) < _number(task) for each in held.rejected)
        uids.append(_uid(held.sha256, f"{task.node}#{seen[task.node] + gone}"))
    return uids


def _number(task: Task) -> int:
    """Which task of the document it is, by the id that the parser gave it."""
    return int(found[0]) if (found := re.search(r"\d+", task.id)) else 0


def _uid(sha256: str, place: str) -> str:
    told = hashlib.sha256(place.encode("utf-8", "backslashreplace")).hexdigest()
    return f"{sha256[:16]}-{told[:16]}@dau.invalid"


def _by_role(assignees: tuple[Assignee, ...]) -> Iterator[tuple[str, str]]:
    for role in dict.fromkeys(each.role for each in assignees):
        yield role, "; ".join(each.name for each in assignees if each.role == role)


def _doubts(directive: Directive, task: Task, position: int) -> Iterator[str]:
    """Doubts about the task, its node, and what identifies the document."""
    mine = f"/tasks/{position}"
    for item in directive.review:
        if item.resolved is not None or item.severity == "info":
            continue
        field = item.field or ""
        about_task = field == mine or field.startswith(f"{mine}/") or item.node == task.node
        if about_task or (item.needs_review and field.startswith(("/metadata/number", "/metadata/issued"))):
            yield f"{item.message} ({item.code})"


def _short(text: str) -> str:
    """One line; what is cut is shown by an ellipsis, and stands whole in the description."""
    line = " ".join(text.split())
    if len(line) <= _SUMMARY:
        return line
    return line[:_SUMMARY].rsplit(" ", 1)[0] + " …"
