"""Days, months, quarters and years as they are written, and the calendar span each stands for.

Everything here works on bare letters in lower case (`orthography.skeleton`).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_SEPARATOR = r"\s*[/.\-–]\s*"
_DAY_NUMERIC = rf"(?:ngay\s+)?\d{{1,2}}{_SEPARATOR}\d{{1,2}}{_SEPARATOR}\d{{4}}"
_DAY_WORDS = r"ngay\s+\d{1,2}\s+thang\s+\d{1,2}(?:\s*(?:nam|/)\s*\d{4})?"
_DAY_SHORT = rf"ngay\s+\d{{1,2}}{_SEPARATOR}\d{{1,2}}(?![\d/]|\s*-\s*\d)(?:\s+nam\s+\d{{4}})?"
DAY = rf"(?:{_DAY_NUMERIC}|{_DAY_WORDS}|{_DAY_SHORT})\b"
_MONTH = rf"thang\s+\d{{1,2}}(?:{_SEPARATOR}|\s+nam\s+)\d{{4}}"
_QUARTER = rf"quy\s+(?:iv|i{{1,3}}|[1-4])(?:{_SEPARATOR}|\s+nam\s+|\s+)\d{{4}}"
_HALF = r"6\s+thang\s+(?:dau|cuoi)\s+nam\s+\d{4}"
_YEAR = r"nam\s+\d{4}"
SPAN = rf"(?:{_HALF}|{_QUARTER}|{_MONTH}|{_YEAR})\b"
PERIOD = rf"(?:{DAY}|{SPAN})"

_NUMBERS = re.compile(r"\d+")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


@dataclass(frozen=True)
class Period:
    """Both days belong to it."""

    start: date
    end: date


def calendar(day: int, month: int, year: int) -> date | None:
    """The day, or None where the calendar has none such."""
    try:
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


def _months(first: int, last: int, year: int) -> Period | None:
    start = calendar(1, first, year)
    return Period(start, date(year, last, monthrange(year, last)[1])) if start else None


def _this_year(day: int, month: int, issued: date | None) -> date | None:
    """A date without a year: the year of issue, if the day is not past by then; otherwise it is not for us to say."""
    if issued is None:
        return None
    this = calendar(day, month, issued.year)
    return this if this and this >= issued else None


def day_of(text: str, issued: date | None = None) -> date | None:
    """The day that bare letters such as "ngay 30/9/2021" name."""
    numbers = [int(n) for n in _NUMBERS.findall(text)[:3]]
    if len(numbers) == 3:
        return calendar(numbers[0], numbers[1], numbers[2])
    return _this_year(numbers[0], numbers[1], issued) if len(numbers) == 2 else None


def period_of(text: str, issued: date | None = None) -> Period | None:
    """The span of days that a match of `PERIOD` stands for; None where the calendar has no such day."""
    if re.fullmatch(DAY, text):
        day = day_of(text, issued)
        return Period(day, day) if day else None
    numbers = [int(n) for n in _NUMBERS.findall(text)]
    if not numbers:
        return None
    year = numbers[-1]
    if text.startswith("quy"):
        quarter = _QUARTERS.get(text.split()[1].strip("/.-–").split("/")[0].split("-")[0].split(".")[0], 0)
        return _months(3 * quarter - 2, 3 * quarter, year) if quarter else None
    if text.startswith("6"):
        return _months(1, 6, year) if "dau" in text else _months(7, 12, year)
    if text.startswith("thang"):
        return _months(numbers[0], numbers[0], year) if 1 <= numbers[0] <= 12 else None
    return _months(1, 12, year)
