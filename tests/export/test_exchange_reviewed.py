"""What a person settles is in the message and in the description afterwards, without a setting."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from icalendar import Calendar

from dau.archive.review_events import Action, FieldTarget, TaskTarget, TaskValue, new_event
from dau.archive.reviews import append_review
from dau.corrected import documents
from dau.document.directive import Deadline, Directive, ReviewItem, Task
from dau.export import Options, export
from dau.export.markup import read

from .making import archive_of
from .samples import small

SHA256 = hashlib.sha256(b"/in/0.pdf").hexdigest()
"""That `archive_of` gives its first document."""


def doubtful() -> Directive:
    item = ReviewItem(
        code="handwritten_number_low_confidence", severity="medium", field="/metadata/number", page=1, message="?"
    )
    return small().model_copy(update={"review": (item,)})


def number(archive: Path, to: str, out: Path) -> str | None:
    export(documents(archive), to, out, Options(archive))
    path = next(path for path in out.rglob("*") if path.suffix in (".edxml", ".xml"))
    names = {"edxml": ".//{*}CodeNumber", "ead": ".//codeNumber", "akn": ".//{*}docNumber"}
    found = read(path).findtext(names[to])
    return None if found is None else str(found)


@pytest.mark.parametrize("to", ["edxml", "ead"])
@pytest.mark.parametrize(
    ("action", "after", "expected"),
    [("correct_field", "1201/QĐ-UBND", "1201"), ("accept", None, "1207")],
)
def test_a_settled_number_is_written(to: str, action: Action, after: str | None, expected: str, tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "A", [doubtful()])
    assert number(archive, to, tmp_path / "before") is None
    target = FieldTarget(field="/metadata/number", raw="1207/QĐ-UBND")
    append_review(archive, SHA256, new_event("An", action, target, before="1207/QĐ-UBND", after=after))
    assert number(archive, to, tmp_path / "after") == expected
    said = (tmp_path / "after" / "report.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert not [line for line in map(json.loads, said) if line["why"] == "in doubt"]


def test_akoma_ntoso_has_the_corrected_number_and_who_said_it(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "A", [doubtful()])
    target = FieldTarget(field="/metadata/number", raw="1207/QĐ-UBND")
    append_review(archive, SHA256, new_event("An", "correct_field", target, after="1201/QĐ-UBND"))
    assert number(archive, "akn", tmp_path / "after") == "1201/QĐ-UBND"
    text = next((tmp_path / "after").glob("*.xml")).read_text(encoding="utf-8")
    assert "/2021-06-16/1201-qd-ubnd" in text and "<dau:reviewed>" in text


def uids(archive: Path, out: Path) -> dict[str, str]:
    """UID by id of the task."""
    export(documents(archive), "ics", out, Options(archive), overwrite=True)
    found = Calendar.from_ical(out.read_bytes()).walk("VTODO")
    return {str(todo["X-DAU-TASK"]): str(todo["UID"]) for todo in found}


def test_a_duty_that_people_take_out_or_add_leaves_the_others_their_uid(tmp_path: Path) -> None:
    """Else a calendar would take one duty for another that it knows already."""
    day = Deadline(raw="trước ngày 30/9/2021", kind="before", date="2021-09-30")
    node = small().nodes[0].id
    duties = tuple(Task(id=f"T{n:03}", node=node, text=f"việc thứ {n}", deadline=day) for n in (998, 999, 1000, 1001))
    archive = archive_of(tmp_path / "A", [small().model_copy(update={"tasks": duties})])
    before = uids(archive, tmp_path / "a.ics")
    assert len(set(before.values())) == 4
    for n in (0, 2):
        target = TaskTarget(node=node, text=duties[n].text, id=duties[n].id)
        append_review(archive, SHA256, new_event(by="An", action="correct_task", target=target, after=None))
    for text in ("b", "a"):
        after = TaskValue(text=text, deadline=day)
        event = new_event(by="An", action="correct_task", target=TaskTarget(node=node), after=after)
        append_review(archive, SHA256, event)
        found = uids(archive, tmp_path / "a.ics")
        assert {name: found[name] for name in ("T999", "T1001")} == {name: before[name] for name in ("T999", "T1001")}
        assert before.keys() & found.keys() == {"T999", "T1001"} and len(set(found.values())) == len(found)
    added = {name: uid for name, uid in uids(archive, tmp_path / "a.ics").items() if name.startswith("R-")}
    assert len(added) == 2 and not set(added.values()) & set(before.values())
