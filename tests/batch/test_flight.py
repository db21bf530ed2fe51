"""Inputs with one content share what comes of it, each under its own name."""

from __future__ import annotations

import pytest
from conversions import plain
from desk import Desk

from dau.archive.manifest import Entry, SourceFile, read
from dau.archive.outcome import Outcome, Task
from dau.batch.flight import told_of
from dau.document.errors import InputError


def by_its_name(task: Task) -> Outcome:
    """A text under a name for scans is refused, and the message names the file."""
    if task.filename.endswith(".txt"):
        return plain(task)
    return Outcome.failed(InputError(f"The file {task.filename} is no PDF ({task.filename}).", "Save it as one."))


@pytest.mark.parametrize("jobs", ["together", "one after the other"])
def test_what_fails_under_one_extension_is_tried_under_another(desk: Desk, jobs: str) -> None:
    for name in ("a.pdf", "b.pdf", "c.txt", "d.txt"):
        desk.put(name, "the same text")
        if jobs != "together":
            desk.run(convert=by_its_name)
    desk.run(convert=by_its_name)
    lines = [entry.line for entry in read(desk.archive / "manifest.jsonl") if isinstance(entry, Entry)]
    outcomes = {line.source.path.rsplit("/", 1)[-1]: line for line in lines if line.event == "outcome"}
    assert {name: line.status for name, line in outcomes.items()} == {
        "a.pdf": "failed", "b.pdf": "failed", "c.txt": "success", "d.txt": "success",
    }  # fmt: skip
    assert outcomes["b.pdf"].message == "The file b.pdf is no PDF (b.pdf). Save it as one."
    assert len(lines) == 8 and desk.problems() == []


@pytest.mark.parametrize(("name", "other", "message", "expected"), [
    ("a.pdf", "b.pdf", "The file “a.pdf” is empty.", "The file “b.pdf” is empty."),
    ("a.pdf", "b.pdf", "aa.pdf and a.pdf2 and x.a.pdf are others.", "aa.pdf and a.pdf2 and x.a.pdf are others."),
    ("a+(1).pdf", "b\\\\1.pdf", "a+(1).pdf is empty.", "b\\\\1.pdf is empty."),
    ("a", "b", "There is a page that failed in a.", "There is a page that failed in a."),
])  # fmt: skip
def test_a_message_names_the_file_it_is_about(name: str, other: str, message: str, expected: str) -> None:
    outcome = Outcome.failed(InputError(message), 7.0)
    found = told_of(outcome, SourceFile(path=f"/in/{name}"), SourceFile(path=f"/in/{other}"))
    assert (found.message, found.seconds) == (expected, 0.0)
