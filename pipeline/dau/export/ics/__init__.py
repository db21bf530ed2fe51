"""iCalendar (RFC 5545): the deadlines of tasks as to-dos, one file.

`deadlines` which dates a deadline has, and what of a recurrence may be said
`entry`     a task as VTODO, and as VEVENT where asked
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ..choices import choice
from ..fit import Replacing
from ..formats import Options, Report
from ..held import Held
from ..needed import package

SETTINGS = {
    "undated": "write deadlines without a date as to-dos without DUE (as if not said), or leave_out",
    "events": "yes to add an all-day event for each dated deadline, or no (as if not said)",
    "base": "address of `dau serve`, for links to the documents",
}
_LISTED = 50
"""Notes on single tasks that are not written; the rest is counted."""


def export(documents: Iterable[Held], out: Path, options: Options) -> Report:
    """One calendar. Tasks without a deadline are not in it. Raises DependencyError without icalendar, SettingRefused
    for a setting without that value."""
    icalendar = package("icalendar")
    from .entry import Entries, base_of

    leave_out = choice(options.settings, "undated", ("write", "leave_out")) == "leave_out"
    events = choice(options.settings, "events", ("no", "yes")) == "yes"
    fit = Replacing()
    entries = Entries(icalendar, fit, base_of(options.settings), events=events, leave_out=leave_out)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Dau//deadlines//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    report = Report()
    for held in documents:
        report.documents += 1
        for component in entries.of(held):
            calendar.add_component(component)
    out.write_bytes(calendar.to_ical())
    report.rows |= {"deadlines": entries.written, "with a date": entries.dated}
    report.notes += _notes(entries.undated, leave_out=leave_out)
    if fit.replaced:
        report.notes.append(f"{fit.replaced} characters that no calendar can carry were replaced by a visible sign.")
    return report


def _notes(undated: list[tuple[str, str, str]], *, leave_out: bool) -> list[str]:
    """What was said of no day: counted by reason; task by task where it is not in the file."""
    if not undated:
        return []
    reasons = ", ".join(f"{count} × {why}" for why, count in Counter(why for _, _, why in undated).most_common())
    done = "are not in the calendar" if leave_out else "are to-dos without DUE"
    notes = [f"{len(undated)} deadlines name no day and {done}: {reasons}."]
    if leave_out:
        notes += [f"Not in the calendar: {task} of {document} ({why})." for document, task, why in undated[:_LISTED]]
        if len(undated) > _LISTED:
            notes.append(f"… and {len(undated) - _LISTED} more.")
    return notes
