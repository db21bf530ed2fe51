"""Written dates: `ngày 16 tháng 9 năm 2021`, `16/9/2021`; damaged, blank and impossible ones told apart.

Digits are never touched: what is not a calendar date stays as read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dau.document.orthography import skeleton

DateStatus = Literal["ok", "blank", "impossible", "unreadable"]

# what may not stand before is asked for behind the first letters: the search for those is quick
# readers glue words ("Ngãi,ngày20tháng12") and drop what is handwritten between them
_LONG = re.compile(
    r"ng(?<![a-z0-9]ng)[a-z]{1,2}[yv][\s.:,_…]*(?P<day>\d \d|[^\s,]{0,4}?)[\s.:,_…]*th[a-z]{1,3}g"
    r"[\s.:,_…]*(?P<month>\d \d|[^\s,]{0,4}?)[\s.:,_…]*(?<![a-z])n[a-z]{1,2}m(?![a-z])[\s.:,_…]*"
    r"(?P<year>[^\s,;.)]{2,5})?"
)
_SHORT = re.compile(
    r"(?P<day>\d(?<![\d/.-]\d)\d?)\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<year>(?:19|20)\d\d)(?![\d/])"
)


@dataclass(frozen=True)
class WrittenDate:
    """A date in a text; `start` and `end` are offsets of `raw` in it."""

    raw: str
    start: int
    end: int
    value: date | None
    status: DateStatus

    @property
    def iso(self) -> str | None:
        return self.value.isoformat() if self.value else None


def calendar_date(day: int, month: int, year: int) -> date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _judge(day: str, month: str, year: str) -> tuple[date | None, DateStatus]:
    year = year.strip("_*")
    day, month = (part.strip("-.,_'’`").replace(" ", "") for part in (day, month))
    if not day or not month:
        return None, "blank"
    if not (day.isdecimal() and month.isdecimal() and year.isdecimal() and len(year) == 4):
        return None, "unreadable"
    value = calendar_date(int(day), int(month), int(year))
    return value, "ok" if value else "impossible"


def day_of(iso: str | None) -> date | None:
    """The day of a date as documents and data have it: "2021-09-16"."""
    return date.fromisoformat(iso) if iso else None


def within(on: date | None, since: date | None, until: date | None) -> bool:
    """Whether a day lies in a span, `until` not included; a bound that is not there bounds nothing, and a day that is
    not known lies in every span."""
    return on is None or ((since is None or on >= since) and (until is None or on < until))


def find_dates(text: str) -> Iterator[WrittenDate]:
    """All dates written in full, in order of their place."""
    key = skeleton(text)
    found = []
    for pattern in (_LONG, _SHORT):
        for m in pattern.finditer(key):
            value, status = _judge(m["day"] or "", m["month"] or "", m["year"] or "")
            found.append(WrittenDate(text[m.start() : m.end()].rstrip(" ,;:"), m.start(), m.end(), value, status))
    yield from sorted(found, key=lambda d: (d.start, -d.end))
