"""A deadline as the form of a duty gives it: its words, and a day."""

from __future__ import annotations

from datetime import date

from dau.document.directive import Deadline
from dau.structure.duties.deadlines import find_deadlines


def deadline_of(now: Deadline | None, raw: str, due: str, issued: str | None) -> Deadline | None:
    """What the form means: `raw` and `due` as they were sent, `now` as the duty has it, `issued` the document's day.

    What is unchanged stays the very same. New words are read as the parser reads them, where that is one deadline on
    the day that was given (or none was), so that a period or recurrence follows its words; where they cannot be read so
    and the day is the same, only the words are new. A day alone means by that day.
    """
    was = (now.raw, now.date or "") if now else ("", "")
    if was == (raw, due):
        return now
    if not raw and not due:
        return None
    if raw != was[0]:
        read = _read(raw, issued)
        if read is not None and due in ("", read.date):
            return read
        if now is not None and due == was[1]:
            return now.model_copy(update={"raw": raw, "evidence": ()})
    kind = now.kind if now is not None and (now.date or not due) else "by" if due else "conditional"
    return Deadline.model_validate({"raw": raw or due, "kind": kind, "date": due or None})


def _read(raw: str, issued: str | None) -> Deadline | None:
    """The one deadline that the words name; None where they name none or several."""
    try:
        day = date.fromisoformat(issued) if issued else None
    except ValueError:
        day = None
    found = find_deadlines(raw, day)
    return found[0].deadline.model_copy(update={"raw": raw}) if len(found) == 1 else None
