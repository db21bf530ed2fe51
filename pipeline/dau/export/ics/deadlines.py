"""The days of a deadline. Nothing is made up: a rule that names no day ("hàng tháng") gives none, because a calendar
would take the day it begins on for the day that was meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from types import ModuleType

from dau.document.directive import Deadline

from ..moments import day

_RULE = re.compile(r"[A-Z]+=[A-Z0-9,+-]+(?:;[A-Z]+=[A-Z0-9,+-]+)*", re.ASCII)
_LONGEST = 200
_AHEAD = 9
"""Years in which a rule must come true once: 29 February does within eight."""
_PARTS = frozenset({"FREQ", "BYMONTH", "BYMONTHDAY", "BYDAY"})
"""What a rule may consist of; INTERVAL other than 1 counts from a day that no document names."""
_NEEDED: dict[str, tuple[frozenset[str], ...]] = {
    "DAILY": (frozenset(),),
    "WEEKLY": (frozenset({"BYDAY"}),),
    "MONTHLY": (frozenset({"BYMONTHDAY"}), frozenset({"BYDAY"})),
    "YEARLY": (frozenset({"BYMONTH", "BYMONTHDAY"}), frozenset({"BYMONTH", "BYDAY"})),
}


@dataclass(frozen=True)
class Days:
    """`start` and `due` as an iCalendar to-do has them; `rule` with `start` as its first day. `why` says in a few words
    why there is no day at all."""

    start: date | None = None
    due: date | None = None
    rule: str | None = None
    why: str = ""


def days_of(deadline: Deadline, issued: str | None, rrule: ModuleType) -> Days:
    """`issued` is the document's day of issue, from which a recurrence runs; `rrule` is dateutil's module."""
    if deadline.recurrence:
        return _recurring(deadline.recurrence, issued, rrule)
    start = day(deadline.start)
    due = day(deadline.date) or day(deadline.end)
    if start and due and start >= due:
        start = None  # RFC 5545, 3.8.2.3: DUE is later than DTSTART
    if start or due:
        return Days(start, due)
    return Days(why=_WHY.get(deadline.kind, "no date was made out"))


_WHY = {
    "relative": "counted from an event",
    "conditional": "on a condition",
    "continuous": "without end (thường xuyên)",
    "periodic": "periodic without a period",
}


def _recurring(rule: str, issued: str | None, rrule: ModuleType) -> Days:
    if not names_a_day(rule):
        return Days(why="recurring without naming the day")
    begin = day(issued)
    if begin is None:
        return Days(why="recurring, but the day of issue is unknown")
    bounded = f"{rule};UNTIL={min(begin.year + _AHEAD, 9999)}1231T000000"
    try:
        first = next(iter(rrule.rrulestr(bounded, dtstart=datetime.combine(begin, time()))), None)
    except (ValueError, TypeError, OverflowError):
        return Days(why="recurring by a rule that is none")
    return Days(first.date(), None, rule) if first else Days(why="recurring on a day that never comes")


def names_a_day(rule: str) -> bool:
    """Whether an RRULE says by itself on which days it falls."""
    if len(rule) > _LONGEST or not _RULE.fullmatch(rule):
        return False
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    if parts.get("INTERVAL") == "1":
        del parts["INTERVAL"]
    given = frozenset(parts) - {"FREQ"}
    return parts.keys() <= _PARTS and any(
        needed <= given and (needed or not given) for needed in _NEEDED.get(parts.get("FREQ", ""), ())
    )
