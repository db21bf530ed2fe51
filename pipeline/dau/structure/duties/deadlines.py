"""Deadlines (thời hạn) in running text: found, normalised, and told from dates that are none.

Patterns are matched on bare letters, character for character, so that offsets are those of the text and a lost
diacritic does no harm. `raw` stays as printed. "trước ngày 30/9" is kind `before` with that very date, "chậm nhất"
and "trong ngày" are kind `by`, inclusive; what a text does not say (the year, the period) is not supplied, except a
missing year, where the document's own date leaves only one (see `_year`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dau.document.directive import Deadline

from ..computed import plain
from ..facts.periods import DAY, PERIOD, SPAN, Period, period_of
from ..language.lexicon import data
from ..language.syllables import plausible


@dataclass(frozen=True)
class FoundDeadline:
    """A deadline and where it stands: `text[start:end]` is its printed form; `damaged` where a misread word made it."""

    start: int
    end: int
    deadline: Deadline
    damaged: bool = False


@dataclass(frozen=True)
class _Match:
    """A pattern's match with what is needed to judge it: the text's bare letters and the document's date."""

    key: str
    text: str
    found: re.Match[str]
    issued: date | None

    @property
    def raw(self) -> str:
        return self.text[self.found.start() : self.found.end()].strip(" ,;")

    @property
    def before(self) -> str:
        """The bare letters right before it."""
        return self.key[max(0, self.found.start() - _NEAR) : self.found.start()].rstrip()

    @property
    def after(self) -> str:
        """The bare letters right behind it."""
        return self.key[self.found.end() : self.found.end() + _NEAR].lstrip(" ,")


_NEAR = 80
"""How many letters around an expression may tell what it is."""
_Maker = Callable[[_Match], Deadline | None]
_UNIT = {"ngay": "DAILY", "tuan": "WEEKLY", "thang": "MONTHLY", "quy": "MONTHLY;INTERVAL=3", "nam": "YEARLY"}
_LENGTH = {"ngay": "D", "tuan": "W", "thang": "M", "nam": "Y", "gio": "H", "phut": "M"}
_EVERY = r"(?:hang|hơng|moi)\s+(?P<unit>ngay|tuan|thang|quy|nam)\b"
_CLOCK = r"(?:\d{1,2}\s*(?:h|gio|:)\s*\d{0,2}(?:\s*phut)?,?\s*)?"
_DAYS = r"(?P<count>\d{1,3})\s*(?:\([^)]{1,20}\)\s*)?(?P<unit>ngay|tuan|thang|nam|gio)\b(?:\s+lam viec)?"
_ANCHOR = r"(?:,?\s*(?P<anchor>(?:ke\s+tu|tinh\s+tu|sau)\s+(?:ngay|khi|thoi diem)?[^.;,)]{0,90}))?"


def _dated(kind: str) -> _Maker:
    """A day or the last day of a period, by `kind` (before: the first day)."""

    def make(m: _Match) -> Deadline | None:
        period = period_of(m.found["when"], m.issued)
        if period is None:
            return (
                Deadline(raw=m.raw, kind="before" if kind == "before" else "by") if "ngay" in m.found["when"] else None
            )
        if kind == "before":
            return Deadline(raw=m.raw, kind="before", date=period.start.isoformat())
        if kind == "until":
            return Deadline(raw=m.raw, kind="until", end=period.end.isoformat())
        return Deadline(raw=m.raw, kind="by", date=period.end.isoformat())

    return make


def _damaged_before(m: _Match) -> Deadline | None:
    """ "trieée ngày 30/9/2021": what cannot be a syllable and begins so before a day is "trước", misread."""
    return None if plausible(m.found["word"]) else _dated("before")(m)


def _between(m: _Match) -> Deadline | None:
    start, end = period_of(m.found["a"], m.issued), period_of(m.found["b"], m.issued)
    if not start or not end or start.start > end.end:
        return None
    return Deadline(raw=m.raw, kind="between", start=start.start.isoformat(), end=end.end.isoformat())


def _from_now(m: _Match) -> Deadline | None:
    """ "từ nay đến cuối năm": from the day of issue to the end of the year it names, or its own."""
    period = period_of(m.found["b"], m.issued) if m.found["b"] else None
    if period is None and m.issued:
        period = Period(m.issued, date(m.issued.year, 12, 31))
    start = m.issued.isoformat() if m.issued else None
    return Deadline(raw=m.raw, kind="between", start=start, end=period.end.isoformat() if period else None)


def _within(m: _Match) -> Deadline | None:
    period = period_of(m.found["when"], m.issued)
    if period is None:
        return None
    if period.start == period.end:
        return Deadline(raw=m.raw, kind="by", date=period.end.isoformat())
    return Deadline(raw=m.raw, kind="between", start=period.start.isoformat(), end=period.end.isoformat())


def _from(m: _Match) -> Deadline | None:
    period = period_of(m.found["when"], m.issued)
    return Deadline(raw=m.raw, kind="from", start=period.start.isoformat()) if period else None


def _relative(m: _Match) -> Deadline | None:
    unit, count = m.found["unit"], int(m.found["count"])
    length = f"PT{count}H" if unit == "gio" else f"P{count}{_LENGTH[unit]}"
    anchor = m.found["anchor"]
    shown = m.text[m.found.start("anchor") : m.found.end("anchor")].strip(" ,;") if anchor else None
    return Deadline(raw=m.raw, kind="relative", duration=length, anchor=shown)


def _recurring(m: _Match) -> Deadline | None:
    groups = m.found.groupdict()
    if groups.get("months"):
        return Deadline(raw=m.raw, kind="recurring", recurrence=f"FREQ=MONTHLY;INTERVAL={int(groups['months'])}")
    return Deadline(raw=m.raw, kind="recurring", recurrence=f"FREQ={_UNIT[groups['unit']]}")


def _day_of_every(m: _Match) -> Deadline | None:
    """ "trước ngày 20 hàng tháng", "trước ngày 15 của tháng cuối quý", "chậm nhất ngày 31 tháng 12 hàng năm"."""
    day = int(m.found["day"])
    if not 1 <= day <= 31:
        return None
    tail, month = m.found["tail"], m.found["month"]
    if month:
        rule = f"FREQ=YEARLY;BYMONTH={int(month)};BYMONTHDAY={day}" if 1 <= int(month) <= 12 else None
    elif "cuoi quy" in tail:
        rule = f"FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY={day}"
    elif "dau quy" in tail:
        rule = f"FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY={day}"
    else:
        rule = f"FREQ=MONTHLY;BYMONTHDAY={day}"
    return Deadline(raw=m.raw, kind="recurring", recurrence=rule) if rule else None


def _every(m: _Match) -> Deadline | None:
    """ "hàng ngày" says when to act after a verb of reporting or at the head of a clause, not after a noun."""
    before, after = m.before, m.after
    verbs = tuple(data("deadlines")["reporting"])
    if not before.endswith(verbs) and not ((not before or before[-1] in ".;:,-") and after.startswith(verbs)):
        return None
    return _recurring(m)


def _plain(kind: str) -> _Maker:
    return lambda m: Deadline.model_validate({"raw": m.raw, "kind": kind})


def _continuous(m: _Match) -> Deadline | None:
    """ "thường xuyên" before a verb, or "thường xuyên, liên tục" right behind one; never behind a noun."""
    before, after = m.before, m.after
    verbs = tuple(data("deadlines")["reporting"])
    if m.found["both"] and before.endswith(verbs):
        return Deadline(raw=m.raw, kind="continuous")
    opens = not before or before[-1] in ".;:)" or re.search(r"\b(?:phai|can|trach nhiem|chu dong|va|tiep tuc)$", before)
    return Deadline(raw=m.raw, kind="continuous") if opens and after.startswith(verbs) else None


def _aimed(kind: str) -> _Maker:
    """ "đến năm 2025" is a deadline behind a verb of aiming, a plan's name behind "tầm nhìn", "giai đoạn"."""
    dated = _dated(kind)

    def make(m: _Match) -> Deadline | None:
        before = m.before.rstrip(" ,")
        if before.endswith(tuple(data("deadlines")["descriptive"])):
            return None
        aims = before.endswith(tuple(data("deadlines")["aims"])) or not before or before[-1] in ".;:"
        return dated(m) if aims else None

    return make


_QUARTERLY = r"(?:cac\s+)?thang\s+(?:cuoi|dau)\s+(?:cua\s+)?(?:moi\s+)?quy"
_TAIL = rf"(?P<tail>{_QUARTERLY}|(?:hang|moi)\s+(?:thang|nam|quy)|thang\s+(?:sau|tiep\s+theo))"
_NUMBERED = r"(?P<day>\d{1,2})(?:\s*(?:[/.-]|thang\s)\s*(?P<month>\d{1,2}))?\s*(?:,?\s*cua\s+|,?\s+)?"
_DAY_OF = rf"\btruoc\s+(?:ngay\s+)?{_NUMBERED}"
_ON_DAY_OF = (
    r"\b(?:(?:cham\s+nhat|muon\s+nhat)\s*:?\s*(?:la\s+)?(?:(?:vao|den|trong)\s+)?|khong\s+qua\s+|khong\s+cham\s+hon\s+"
    rf"|vao\s+|trong\s+|den\s+)(?:het\s+)?ngay\s+{_NUMBERED}"
)
_LATEST = r"\b(?:cham\s+nhat|muon\s+nhat|(?:thoi\s+)?han\s+cuoi(?:\s+cung)?)\s*:?\s*(?:la\s+)?"
_DUE = r"thoi\s+(?:gian|han)\s+(?:hoan\s+thanh|thuc\s+hien|gui|bao\s+cao|nop)"
_AT_MOST = r"trong\s+(?:thoi\s+han|vong|thoi\s+gian)|cham\s+nhat|khong\s+qua|toi\s+da"
_WITHIN = rf"\b(?:{_AT_MOST})\s*(?:la\s+|sau\s+)?(?:khong\s+qua\s+)?"
_DONE = (
    r"duoc\s+(?:ban\s+hanh|phe\s+duyet|thong\s+qua|cong\s+bo|ky)|co\s+(?:hieu\s+luc|ket\s+qua|huong\s+dan)|ket\s+thuc"
)
_REPORTS = r"bao|tong|so|ra|kiem|danh|to|tien|gui|giao|thong"

_PERIODIC = r"\bdinh\s+ky\s*,?\s*"

_TABLE: tuple[tuple[str, str, _Maker], ...] = (
    ("truoc", _DAY_OF + _TAIL, _day_of_every),
    ("ngay", _ON_DAY_OF + _TAIL, _day_of_every),
    ("nay", rf"\btu\s+nay\s+(?:cho\s+)?den\s+(?:het\s+|cuoi\s+)?(?P<b>{SPAN})?(?:nam(?:\s+nay)?\b)?", _from_now),
    ("tu ", rf"\btu\s+(?P<a>{PERIOD})\s*(?:den|-|–)\s*(?:het\s+|cuoi\s+)?(?P<b>{PERIOD})", _between),
    ("truoc", rf"\btruoc\s+{_CLOCK}(?P<when>{DAY})", _dated("before")),
    ("truoc", rf"\b(?:xong|hoan\s+thanh)\s+truoc\s+(?P<when>{SPAN})", _dated("before")),
    (" tr", rf"\b(?P<word>tr\w{{3,7}})\s+(?P<when>{DAY})", _damaged_before),
    ("", rf"{_LATEST}(?:vao\s+|den\s+|trong\s+|truoc\s+)*(?:het\s+|cuoi\s+)?{_CLOCK}(?P<when>{PERIOD})", _dated("by")),
    ("khong", rf"\b(?:khong\s+qua|khong\s+cham\s+hon)\s+(?P<when>{DAY})", _dated("by")),
    ("trong", rf"\btrong\s+(?P<when>{DAY})", _dated("by")),
    ("cuoi", rf"\b(?:vao|trong)\s+cuoi\s+(?P<when>{SPAN})", _dated("by")),
    ("het", rf"\bden\s+het\s+{_CLOCK}(?P<when>{PERIOD})", _dated("until")),
    ("den", rf"\bden\s+{_CLOCK}(?P<when>{DAY})", _aimed("until")),
    ("cuoi", rf"\bden\s+cuoi\s+(?P<when>{SPAN})", _dated("until")),
    ("den", rf"\bden\s+(?P<when>{SPAN})", _aimed("until")),
    ("", rf"\b(?:{_DUE}|hoan\s+thanh|xong|ket\s+thuc)\s*:?\s*(?:vao\s+|trong\s+)?(?P<when>{PERIOD})", _within),
    ("trong", rf"\btrong\s+(?P<when>{SPAN})", _within),
    ("tu ", rf"\b(?:ke\s+)?tu\s+(?P<when>{PERIOD})", _from),
    ("", _WITHIN + _DAYS + _ANCHOR, _relative),
    (
        "ky",
        rf"{_PERIODIC}(?:(?:hang|moi|mot)\s+)?(?P<months>0?[1-9]|1[0-2])\s+thang\b(?:\s+(?:mot|0?1)\s+lan)?",
        _recurring,
    ),
    ("ky", rf"{_PERIODIC}(?:theo\s+)?(?:hang\s+|moi\s+)?(?P<unit>ngay|tuan|thang|quy|nam)\b", _recurring),
    ("", _EVERY, _every),
    ("ky", r"\bbao\s+cao\s+dinh\s+ky\b", _plain("periodic")),
    ("xuat", r"\bdinh\s+ky\s+(?:,\s*)?\S+\s+dot\s+xuat\b", _plain("periodic")),
    ("ky", rf"\bdinh\s+ky\b(?=\s*,?\s*(?:{_REPORTS}))", _plain("periodic")),
    ("xuyen", r"\bthuong\s+xuyen\b(?P<both>\s*,?\s*lien\s+tuc\b)?", _continuous),
    ("khi", rf"\b(?:ngay\s+)?sau\s+khi\s+[^.;:,]{{3,80}}?(?:{_DONE})\b", _plain("conditional")),
    ("khi", r"\bkhi\s+(?:co|duoc)\s+yeu\s+cau\b", _plain("conditional")),
)
"""What must stand in the text at all, the pattern, what it makes; an earlier pattern goes before a later one."""
_PATTERNS = tuple((needed, re.compile(pattern), make) for needed, pattern, make in _TABLE)


_RECENT = 64
"""Texts whose deadlines are kept: a unit of one sentence is asked as a sentence and as a unit."""
_QUOTED = re.compile(r"[“\"][^”\"]{0,300}[”\"]")
_FORECAST = re.compile(r"^\s*,[^.;,]{0,60}\bse\b")
_DESCRIBES = re.compile(
    r"(?:duoc\s+ban\s+hanh|da\s+ban\s+hanh|co\s+hieu\s+luc|hieu\s+luc\s+thi\s+hanh|so\s+\S+|chi\s+thi\s+\S+)\s*,?\s*$"
)


def _describes(text: str, key: str, start: int, end: int) -> bool:
    """Tells of something (a forecast, when a document takes effect) rather than laying down when to act."""
    if text[max(0, start - 5) : start].lower() == "tính ":
        return True  # "tính đến hết ngày …": how things stood
    return bool(_FORECAST.match(key[end : end + 80]) or _DESCRIBES.search(key[max(0, start - 60) : start]))


def _candidates(text: str, issued: date | None) -> Iterator[tuple[int, FoundDeadline]]:
    key = plain(text)
    quoted = [m.span() for m in _QUOTED.finditer(key)]
    for order, (needed, pattern, make) in enumerate(_PATTERNS):
        if needed not in key:
            continue
        for found in pattern.finditer(key):
            start, end = found.span()
            if any(a < start and end < b for a, b in quoted) or _describes(text, key, start, end):
                continue
            deadline = make(_Match(key, text, found, issued))
            if deadline is not None and deadline.raw:
                place = text.index(deadline.raw, start)
                yield order, FoundDeadline(place, place + len(deadline.raw), deadline, make is _damaged_before)


@lru_cache(maxsize=_RECENT)
def find_deadlines(text: str, issued: date | None = None) -> tuple[FoundDeadline, ...]:
    """All deadlines of a text in order of their place, none overlapping another.

    `issued` is the document's own date: it closes "từ nay đến cuối năm" and dates without a year.
    """
    chosen: list[FoundDeadline] = []
    for _, found in sorted(_candidates(text, issued), key=lambda pair: (pair[0], pair[1].start)):
        if all(found.end <= other.start or found.start >= other.end for other in chosen):
            chosen.append(found)
    return tuple(sorted(chosen, key=lambda f: f.start))


_WORTH = {
    kind: rank
    for rank, kind in enumerate(
        (
            "before",
            "by",
            "until",
            "between",
            "relative",
            "recurring",
            "from",
            "periodic",
            "conditional",
            "continuous",
        )
    )
}


def governing(found: list[FoundDeadline]) -> Deadline | None:
    """The one deadline of a duty: the most definite; a period and its day ("định kỳ hàng quý … trước ngày 15 của
    tháng cuối quý") are one."""
    if not found:
        return None
    best = min(found, key=lambda f: (_WORTH[f.deadline.kind], -len(f.deadline.recurrence or ""), f.start))
    day = best.deadline
    if day.kind == "recurring" and "BYMONTHDAY" in (day.recurrence or ""):
        period = next((f for f in found if f.deadline.kind == "recurring" and f.end < best.start), None)
        if period is not None:
            return day.model_copy(update={"raw": f"{period.deadline.raw}, ... {day.raw}"})
    return day


__all__ = ["FoundDeadline", "find_deadlines", "governing"]
