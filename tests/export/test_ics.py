"""iCalendar: dates as the documents name them, read back by two libraries, and none made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dateutil import rrule
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from dau.document.directive import Assignee, Deadline, Directive, Metadata, Task
from dau.export import Options, Report, ics
from dau.export.choices import SettingRefused
from dau.export.ics.deadlines import days_of, names_a_day

from .samples import GOLDEN, SAMPLES, held, parsed, small


def exported(directive: Directive, tmp_path: Path, **wishes: str) -> tuple[Any, Report]:
    out = tmp_path / "out.ics"
    report = ics.export([held(directive, tmp_path / "5e5e-1")], out, Options(tmp_path, settings=wishes))
    return Calendar.from_ical(out.read_bytes()), report


def todos(calendar: Any) -> dict[str, Any]:
    return {str(todo["X-DAU-TASK"]): todo for todo in calendar.walk("VTODO")}


def with_deadline(deadline: Deadline, issued: str | None = "2021-06-16") -> Directive:
    task = Task(id="T001", node="x/1", text="Báo cáo", deadline=deadline)
    meta = small().metadata.model_copy(update={"issued": {"raw": None, "date": issued}})
    return Directive(
        tasks=(task,), metadata=Metadata.model_validate(meta.model_dump() | {"issued": {"date": issued}})
    )  # fmt: skip


def test_golden(tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    exported(small(), tmp_path, events="yes", base="http://localhost:8000/")
    golden(GOLDEN / "small.ics", (tmp_path / "out.ics").read_bytes().decode("utf-8"))


def test_deadlines_of_a_decision(tmp_path: Path) -> None:
    calendar, report = exported(small(), tmp_path)
    found = todos(calendar)
    assert set(found) == {"T001", "T002", "T004", "T005"}  # T003 has no deadline
    assert found["T001"]["DUE"].dt == date(2021, 9, 30)  # trước ngày 30/9: the day as printed
    assert str(found["T001"]["X-DAU-DEADLINE-KIND"]) == "before"
    assert "không kể chính ngày đó" in found["T001"]["DESCRIPTION"]
    assert found["T004"]["DUE"].dt == date(2021, 7, 20)
    assert "kể cả chính ngày đó" in found["T004"]["DESCRIPTION"]
    assert "DUE" not in found["T005"] and "DTSTART" not in found["T005"]
    assert report.rows == {"deadlines": 4, "with a date": 3}
    assert report.notes == ["1 deadlines name no day and are to-dos without DUE: 1 × counted from an event."]
    assert "Cần xem lại: Nhiệm vụ cần xem lại (task_doubtful)" in found["T002"]["DESCRIPTION"]
    assert "Cần xem lại" not in found["T004"]["DESCRIPTION"]


def test_nobody_is_made_an_attendee(tmp_path: Path) -> None:
    calendar, _ = exported(small(), tmp_path, events="yes")
    for component in calendar.walk():
        assert not {"ORGANIZER", "ATTENDEE"} & set(component)
    assert todos(calendar)["T001"]["CATEGORIES"].cats == ["Sở Y tế"]


def test_a_consumer_expands_the_recurrence(tmp_path: Path) -> None:
    """As a calendar does: each occurrence from DTSTART and RRULE, by dateutil."""
    calendar, _ = exported(small(), tmp_path)
    todo = todos(calendar)["T002"]
    start = datetime.combine(todo["DTSTART"].dt, datetime.min.time())
    rule = rrule.rrulestr(todo["RRULE"].to_ical().decode(), dtstart=start)
    assert [day.date().isoformat() for day in rule[:4]] == ["2021-07-15", "2021-08-15", "2021-09-15", "2021-10-15"]
    assert rule[0] == start, "DTSTART is the first occurrence, or calendars show one day too many"


def test_a_consumer_makes_a_list_of_what_is_due(tmp_path: Path) -> None:
    """Days and agencies, as an agenda shows them, from the file alone."""
    calendar, _ = exported(small(), tmp_path)
    agenda = sorted(
        (todo["DUE"].dt.isoformat(), "; ".join(todo["CATEGORIES"].cats))
        for todo in calendar.walk("VTODO")
        if "DUE" in todo
    )
    assert agenda == [("2021-07-20", "Sở Thông tin và Truyền thông"), ("2021-09-30", "Sở Y tế")]


@pytest.mark.parametrize(
    ("deadline", "issued", "start", "due", "rule", "why"),
    [
        ({"kind": "by", "date": "2021-07-20"}, None, None, "2021-07-20", None, ""),
        ({"kind": "before", "date": "2021-07-20"}, None, None, "2021-07-20", None, ""),
        ({"kind": "until", "end": "2022-12-31"}, None, None, "2022-12-31", None, ""),
        ({"kind": "from", "start": "2021-09-01"}, None, "2021-09-01", None, None, ""),
        ({"kind": "between", "start": "2021-09-16", "end": "2021-12-31"}, None, "2021-09-16", "2021-12-31", None, ""),
        ({"kind": "between", "start": "2021-12-31", "end": "2021-12-31"}, None, None, "2021-12-31", None, ""),
        ({"kind": "between"}, None, None, None, None, "no date was made out"),
        ({"kind": "before", "date": "2021-02-30"}, None, None, None, None, "no date was made out"),
        ({"kind": "relative", "duration": "P5D", "anchor": "x"}, None, None, None, None, "counted from an event"),
        ({"kind": "conditional"}, None, None, None, None, "on a condition"),
        ({"kind": "continuous"}, None, None, None, None, "without end (thường xuyên)"),
        ({"kind": "periodic"}, None, None, None, None, "periodic without a period"),
        ({"kind": "recurring", "recurrence": "FREQ=DAILY"}, "2021-06-16", "2021-06-16", None, "FREQ=DAILY", ""),
        (
            {"kind": "recurring", "recurrence": "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=15"},
            "2021-12-16", "2022-03-15", None, "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=15", "",
        ),
        ({"kind": "recurring", "recurrence": "FREQ=MONTHLY"}, "2021-06-16", None, None, None,
         "recurring without naming the day"),
        ({"kind": "recurring", "recurrence": "FREQ=MONTHLY;INTERVAL=6"}, "2021-06-16", None, None, None,
         "recurring without naming the day"),
        ({"kind": "recurring", "recurrence": "FREQ=MONTHLY;BYMONTHDAY=15"}, None, None, None, None,
         "recurring, but the day of issue is unknown"),
        ({"kind": "recurring", "recurrence": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "2021-06-16", None, None, None,
         "recurring on a day that never comes"),
        ({"kind": "recurring", "recurrence": "FREQ=MONTHLY;BYMONTHDAY=X"}, "2021-06-16", None, None, None,
         "recurring by a rule that is none"),
    ],
)  # fmt: skip
def test_days(
    deadline: dict[str, str], issued: str | None, start: str | None, due: str | None, rule: str | None, why: str
) -> None:
    days = days_of(Deadline.model_validate({"raw": "x"} | deadline), issued, rrule)
    found = (days.start.isoformat() if days.start else None, days.due.isoformat() if days.due else None, days.rule)
    assert (*found, days.why) == (start, due, rule, why)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("FREQ=DAILY", True), ("FREQ=DAILY;INTERVAL=1", True), ("FREQ=DAILY;INTERVAL=2", False),
        ("FREQ=WEEKLY", False), ("FREQ=WEEKLY;BYDAY=FR", True), ("FREQ=MONTHLY;BYDAY=-1FR", True),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", True), ("FREQ=YEARLY", False), ("FREQ=YEARLY;BYMONTHDAY=15", False),
        ("FREQ=SECONDLY", False), ("FREQ=DAILY;BYHOUR=1", False), ("FREQ=DAILY;UNTIL=20300101", False),
        ("FREQ=DAILY\nX:Y", False), ("", False), ("FREQ", False), ("FREQ=DAILY;BYMONTHDAY=31;BYMONTH=2", False),
        ("FREQ=MONTHLY;BYMONTHDAY=" + "1," * 200 + "1", False),
    ],
)  # fmt: skip
def test_rules_that_name_a_day(rule: str, says: bool) -> None:
    assert names_a_day(rule) is says


def test_uids_are_stable_and_single(tmp_path: Path) -> None:
    first = [str(c["UID"]) for c in exported(small(), tmp_path, events="yes")[0].walk() if "UID" in c]
    assert len(set(first)) == len(first)
    corrected = small()
    tasks = tuple(
        task.model_copy(update={"id": f"X{n}", "text": "đã sửa", "assignees": ()})
        for n, task in enumerate(corrected.tasks)
    )
    second, _ = exported(corrected.model_copy(update={"tasks": tasks}), tmp_path, events="yes")
    assert [str(c["UID"]) for c in second.walk() if "UID" in c] == first
    again = (tmp_path / "out.ics").read_bytes()
    exported(corrected.model_copy(update={"tasks": tasks}), tmp_path, events="yes")
    assert (tmp_path / "out.ics").read_bytes() == again


def test_events_cover_the_day(tmp_path: Path) -> None:
    calendar, _ = exported(small(), tmp_path, events="yes")
    events = {str(e["X-DAU-TASK"]): e for e in calendar.walk("VEVENT")}
    assert set(events) == {"T001", "T002", "T004"}
    assert all(e["DTEND"].dt - e["DTSTART"].dt == timedelta(days=1) for e in events.values())
    assert events["T001"]["DTSTART"].dt == date(2021, 9, 30)
    assert events["T001"]["DTSTAMP"].dt == datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def test_undated_may_be_left_out_and_are_named(tmp_path: Path) -> None:
    calendar, report = exported(small(), tmp_path, undated="leave_out")
    assert set(todos(calendar)) == {"T001", "T002", "T004"}
    assert "Not in the calendar: T005 of 5e5e-1 (counted from an event)." in report.notes


def test_links(tmp_path: Path) -> None:
    calendar, _ = exported(small(), tmp_path, base="https://dau.example/app/")
    assert str(todos(calendar)["T001"]["URL"]) == "https://dau.example/app/documents/5e5e-1?page=1&task=T001"
    assert "URL" not in todos(exported(small(), tmp_path)[0])["T001"]
    for bad in ("javascript:alert(1)", "localhost", "file:///etc"):
        with pytest.raises(SettingRefused):
            exported(small(), tmp_path, base=bad)


@pytest.mark.parametrize("name", ["000", *SAMPLES])
def test_every_deadline_of_the_samples_is_there(name: str, tmp_path: Path) -> None:
    directive = parsed(name)
    calendar, report = exported(directive, tmp_path)
    wanted = {task.id for task in directive.tasks if task.deadline}
    assert set(todos(calendar)) == wanted and report.rows["deadlines"] == len(wanted)
    named = {
        day
        for task in directive.tasks
        if task.deadline
        for day in (task.deadline.date, task.deadline.end)
        if day and not task.deadline.recurrence
    }
    assert {todo["DUE"].dt.isoformat() for todo in calendar.walk("VTODO") if "DUE" in todo} == named


NASTY = ["\r\nEND:VTODO\r\n", "]]>", "&", "\x00", "\x7f", "\u202e\u200f", "\ud800", ";,:\\n", "\r", "\n ", '"']
hostile = st.lists(st.sampled_from(NASTY) | st.text(max_size=8), max_size=4).map("".join)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=hostile, name=hostile, rule=hostile)
def test_hostile_text_stays_text(text: str, name: str, rule: str, tmp_path: Path) -> None:
    deadline = Deadline(raw=text, kind="by", date="2021-07-20", recurrence=rule or None)
    task = Task(id=f"T{name}", node=name, text=text, assignees=(Assignee(name=name, role="lead"),), deadline=deadline)
    calendar, _ = exported(Directive(tasks=(task, task.model_copy(update={"id": "second"}))), tmp_path)
    found = calendar.walk("VTODO")
    assert len(found) == 2 and len(calendar.walk()) == 3
    assert len({str(todo["UID"]) for todo in found}) == 2
    assert not {"ATTENDEE", "ORGANIZER", "ATTACH"} & set(found[0])


def test_a_megabyte_of_text(tmp_path: Path) -> None:
    long = "báo cáo & thống kê; " * 50_000
    task = Task(id="T1", node="x", text=long, deadline=Deadline(raw="x", kind="by", date="2021-07-20"))
    calendar, _ = exported(Directive(tasks=(task,)), tmp_path)
    todo = todos(calendar)["T1"]
    assert str(todo["DESCRIPTION"]).startswith(long) and len(str(todo["SUMMARY"])) <= 162
    assert max(len(line) for line in (tmp_path / "out.ics").read_bytes().split(b"\r\n")) <= 75
