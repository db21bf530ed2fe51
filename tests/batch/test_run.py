"""A run over an archive: what is done is skipped, what is new is done, what fails is told; each exactly once."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from conversions import obedient, plain
from desk import DIGEST, Desk

from dau.archive.failures import ArchiveFull
from dau.archive.folder import sha256_of
from dau.archive.manifest import Entry, read
from dau.archive.outcome import Outcome, Task
from dau.archive.paths import path_of
from dau.archive.store import Archive
from dau.batch import Discovered, Finished, PageDone, Skipped, Started, Warned
from dau.document.errors import StageTimeout

OLD = (1_700_000_000, 1_700_000_000)


def never(task: Task) -> Outcome:
    raise AssertionError(f"{task.source} was converted again")


def fails(task: Task) -> Outcome:
    return Outcome.failed(StageTimeout("It took too long.", "Split it."))


def partial(task: Task) -> Outcome:
    return replace(
        plain(task), status="partial", category="timeout", message="Page 2 took too long.",
        pages={1: "success", 2: "failed"},
    )


def test_one_outcome_each_and_nothing_the_second_time(desk: Desk) -> None:
    for number in range(3):
        desk.put(f"{number}.txt", f"text {number}")
    first = desk.run()
    assert (first.total, first.statuses, first.exit_code) == (3, {"success": 3}, 0)
    assert first.pages == {"success": 3}
    assert [type(event) for event in desk.events] == [Discovered, *[Started, Finished] * 3]
    assert desk.problems() == []
    before = desk.manifest()

    second = desk.run(convert=never)
    assert (second.statuses, second.skipped, second.exit_code) == ({}, {"success": 3}, 0)
    assert [type(event) for event in desk.events] == [Discovered, Skipped, Skipped, Skipped]
    assert desk.manifest() == before


def test_what_is_known_by_its_times_is_not_even_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        os.utime(desk.put(f"{number}.txt", f"text {number}"), OLD)
    desk.run()
    monkeypatch.setattr(Archive, "take", lambda *_: pytest.fail("the file was read again"))
    assert desk.run(convert=never).skipped == {"success": 3}


def test_new_files_only(desk: Desk) -> None:
    desk.put("a.txt", "a")
    desk.run()
    desk.put("b.txt", "b")
    summary = desk.run()
    assert (summary.statuses, summary.skipped) == ({"success": 1}, {"success": 1})
    assert list(desk.finished()) == ["b.txt"]


@pytest.mark.parametrize("originals", ["link", "copy", "none"])
def test_changed_content_is_a_new_input(desk: Desk, originals: str) -> None:
    path = desk.put("a.txt", "one")
    os.utime(path, OLD)
    desk.run(originals=originals)
    path.unlink()
    desk.put("a.txt", "two")
    os.utime(path, OLD)  # same size, same mtime: only the ctime tells
    assert desk.run(originals=originals).statuses == {"success": 1}
    assert {data for name, data in desk.documents().items() if name.endswith(".txt")} == {b"one", b"two"}
    assert desk.problems() == []


def test_content_that_comes_back_counts_again(desk: Desk) -> None:
    path = desk.put("a.txt", "one")
    desk.run(originals="copy")
    path.write_text("two", encoding="utf-8")
    desk.run(originals="copy")
    path.write_text("one", encoding="utf-8")
    summary = desk.run(convert=never, originals="copy")
    assert (summary.statuses, summary.shared) == ({"success": 1}, 1)
    assert desk.run(convert=never, originals="copy").skipped == {"success": 1}
    assert desk.problems() == []


def test_equal_content_is_converted_once(desk: Desk) -> None:
    for name in ("a.txt", "b.txt", "sub/c.txt"):
        desk.put(name, "the same")
    calls: list[str] = []

    def count(task: Task) -> Outcome:
        calls.append(task.filename)
        return plain(task)

    summary = desk.run(convert=count)
    assert calls == ["a.txt"]
    assert (summary.statuses, summary.shared, summary.pages) == ({"success": 3}, 2, {"success": 1})
    desk.put("later.txt", "the same")
    assert desk.run(convert=never).shared == 1
    assert len(list((desk.archive / "documents").iterdir())) == 1
    assert len(list((desk.archive / "originals").iterdir())) == 1
    assert desk.problems() == []


def test_a_shared_folder_that_is_no_longer_right_is_made_again(desk: Desk) -> None:
    desk.put("a.txt", "the same")
    desk.run()
    (text,) = desk.archive.glob("documents/*/text.txt")
    text.write_bytes(b"bit rot")
    desk.put("b.txt", "the same")
    summary = desk.run()
    assert desk.finished()["b.txt"].shared is False
    assert summary.statuses["success"] == 2, "a.txt gets the new checksums too"
    assert desk.problems() == []


def test_a_document_that_was_removed_is_made_again(desk: Desk) -> None:
    os.utime(desk.put("a.txt", "a"), OLD)
    desk.run()
    (folder,) = (desk.archive / "documents").iterdir()
    folder.rename(desk.archive.parent / "elsewhere")
    assert desk.run().statuses == {"success": 1}
    assert desk.problems() == []


def test_other_settings_are_other_work(desk: Desk) -> None:
    desk.put("a.txt", "a")
    desk.run()
    assert desk.run(digest="cd" * 32).statuses == {"success": 1}
    back = desk.run(convert=never)
    assert (back.statuses, back.shared) == ({"success": 1}, 1), "the folder of the first settings counts again"
    assert len(list((desk.archive / "documents").iterdir())) == 2
    assert desk.problems() == []


def test_failures_are_recorded_skipped_and_taken_up_on_request(desk: Desk) -> None:
    desk.put("a.txt", "a")
    desk.put("b.txt", "b")
    first = desk.run(convert=fails)
    assert (first.statuses, first.categories, first.exit_code) == ({"failed": 2}, {"timeout": 2}, 4)
    assert desk.finished()["a.txt"].outcome.message == "It took too long. Split it."
    assert desk.problems() == [], "a recorded failure is no discrepancy"
    second = desk.run(convert=never)
    assert (second.skipped, second.exit_code) == ({"failed": 2}, 4)
    assert desk.run(convert=plain, retry_failed=True).statuses == {"success": 2}
    assert desk.run(convert=never, retry_failed=True).skipped == {"success": 2}
    assert desk.problems() == []


def test_a_partial_document_is_kept_and_taken_up_on_request(desk: Desk) -> None:
    desk.put("a.txt", "a")
    desk.put("same.txt", "a")
    first = desk.run(convert=partial)
    assert (first.statuses, first.exit_code) == ({"partial": 2}, 1)
    assert first.pages == {"success": 1, "failed": 1}
    assert desk.run(convert=never).skipped == {"partial": 2}
    retried = desk.run(desk.inputs / "a.txt", retry_failed=True)
    assert retried.statuses == {"success": 2}, "the other input of that content shares what came of it"
    assert desk.problems() == []
    assert desk.run(convert=never, retry_failed=True).skipped == {"success": 2}


def test_an_exception_is_a_failure_of_that_document_only(desk: Desk) -> None:
    desk.put("a.txt", "raise")
    desk.put("b.txt", "refuse")
    desk.put("c.txt", "fine")
    summary = desk.run(convert=obedient)
    assert (summary.statuses, summary.exit_code) == ({"failed": 2, "success": 1}, 1)
    outcomes = desk.finished()
    assert outcomes["a.txt"].outcome.category == "internal"
    assert "ZeroDivisionError: division by zero" in (outcomes["a.txt"].outcome.message or "")
    assert outcomes["b.txt"].outcome.message == "The file is empty. Scan it again."
    assert any(isinstance(event, PageDone) and event.source.endswith("c.txt") for event in desk.events)


@pytest.mark.parametrize(
    "outcome",
    [
        {"document": "ab" * 8 + "-" + "cd" * 4, "files": {"text.txt": "0" * 64}},
        {"files": {"text.txt": "0" * 64, "missing.json": "0" * 64}},
    ],
)
def test_success_without_the_files_is_a_failure(desk: Desk, outcome: dict[str, object]) -> None:
    """Whatever a conversion says of itself, nothing is marked done that is not there."""
    desk.put("a.txt", "a")
    lies = lambda task: replace(plain(task), **outcome)  # noqa: E731
    summary = desk.run(convert=lies)
    assert (summary.statuses, summary.categories) == ({"failed": 1}, {"internal": 1})


def test_what_cannot_be_read_has_an_outcome_too(desk: Desk) -> None:
    desk.put("a.txt", "a")
    missing = desk.inputs / "missing.pdf"
    os.mkfifo(desk.inputs / "pipe.pdf")
    (desk.inputs / "loop").symlink_to(desk.inputs)
    first = desk.run(desk.inputs, missing)
    assert (first.total, first.statuses, first.exit_code) == (4, {"success": 1, "failed": 3}, 1)
    assert first.categories == {"input": 3}
    before = desk.manifest()
    second = desk.run(desk.inputs, missing)
    assert second.skipped == {"success": 1, "failed": 3} and second.exit_code == 1
    assert desk.manifest() == before, "a failure that stays the same is recorded once"
    desk.put("missing.pdf", "here now")
    assert desk.run(desk.inputs, missing).statuses == {"success": 1}
    assert desk.problems() == []


def test_nothing_at_all(desk: Desk) -> None:
    summary = desk.run()
    assert (summary.total, summary.exit_code) == (0, 4)
    assert desk.problems() == []


def test_names_of_every_kind_come_back(desk: Desk) -> None:
    names = [
        unicodedata.normalize("NFD", "Chỉ thị số 5.txt"), unicodedata.normalize("NFC", "Chỉ thị số 5.txt"),
        "it's \"so\" & $HOME `x`.txt", "two\nlines.txt", "back\\slash.txt", " .txt", os.fsdecode(b"latin-\xe9.txt"),
        "đ" * 60 + ".txt",
    ]
    for number, name in enumerate(names):
        (desk.inputs / name).write_text(str(number), encoding="utf-8")
    assert desk.run().statuses == {"success": len(names)}
    recorded = [entry.line.source.path for entry in read(desk.archive / "manifest.jsonl") if isinstance(entry, Entry)]
    assert {path_of(path).name for path in recorded} == set(names)
    assert desk.problems() == []
    assert desk.run(convert=never).skipped == {"success": len(names)}


@pytest.mark.parametrize("originals", ["link", "copy", "none"])
def test_a_file_that_vanishes_during_the_run(desk: Desk, originals: str) -> None:
    desk.put("a.txt", "a")
    gone = desk.put("b.txt", "b")
    desk.put("c.txt", "c")

    def removing(task: Task) -> Outcome:
        gone.unlink(missing_ok=True)
        return plain(task)

    summary = desk.run(convert=removing, originals=originals)
    assert (summary.statuses, summary.exit_code) == ({"success": 2, "failed": 1}, 1)
    outcome = desk.finished()["b.txt"].outcome
    assert outcome.category == "input"
    assert outcome.message == "b.txt is not there (any more). Put it back, or leave it out, and run again."
    assert desk.problems() == []


@pytest.mark.parametrize("originals", ["link", "none"])
def test_a_file_that_changes_while_it_is_converted(desk: Desk, originals: str) -> None:
    """What came out may be of neither content: it is not kept. Equal content elsewhere is not harmed."""
    changing = desk.put("a.txt", "a")
    twin = desk.put("b.txt", "a")

    def writing(task: Task) -> Outcome:
        outcome = plain(task)
        if task.filename == "a.txt":
            changing.write_text("another text", encoding="utf-8")
        return outcome

    summary = desk.run(convert=writing, originals=originals)
    assert summary.statuses == {"failed": 1, "success": 1}
    outcome = desk.finished()["a.txt"].outcome
    assert outcome.category == "input" and "changed while it was being converted" in (outcome.message or "")
    assert desk.problems() == []
    assert desk.run(originals=originals).statuses == {"success": 1}, "the new content is a new input"
    assert desk.problems() == []
    assert twin.read_text() == "a"


def test_a_copied_original_is_not_touched_by_a_change(desk: Desk) -> None:
    changing = desk.put("a.txt", "a")

    def writing(task: Task) -> Outcome:
        changing.write_text("another text", encoding="utf-8")
        return plain(task)

    assert desk.run(convert=writing, originals="copy").statuses == {"success": 1}
    assert [data for name, data in desk.documents().items() if name.endswith("text.txt")] == [b"a"]
    assert desk.problems() == []


def test_a_touched_file_is_still_the_same(desk: Desk) -> None:
    path = desk.put("a.txt", "a")

    def touching(task: Task) -> Outcome:
        path.touch()
        return plain(task)

    assert desk.run(convert=touching).statuses == {"success": 1}


def test_interrupted_inputs_are_finished_even_if_not_named_again(desk: Desk) -> None:
    desk.put("a.txt", "a")
    desk.put("b.txt", "b")

    def interrupted(task: Task) -> Outcome:
        plain(task)  # the folder is there, the outcome line is not
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.run(convert=interrupted)
    assert [problem.split()[0] for problem in desk.problems()] == ["outcome_missing", "leftover"]
    (desk.inputs / "a.txt").unlink()
    summary = desk.run(desk.inputs / "b.txt")
    assert (summary.total, summary.resumed, summary.statuses) == (2, 1, {"success": 2})
    assert any(isinstance(event, Warned) and "interrupted" in event.message for event in desk.events)
    assert desk.problems() == []


def test_an_interrupted_input_that_is_gone_ends_as_a_failure(desk: Desk) -> None:
    path = desk.put("a.txt", "a")

    def interrupted(task: Task) -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.run(convert=interrupted, originals="none")
    path.write_text("something else", encoding="utf-8")
    summary = desk.run(originals="none")
    assert summary.statuses == {"success": 1, "failed": 1}
    assert summary.categories == {"input": 1}
    assert desk.problems() == []


def test_interrupted_under_settings_that_are_not_used_again(desk: Desk) -> None:
    desk.put("a.txt", "a")

    def interrupted(task: Task) -> Outcome:
        plain(task)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.run(convert=interrupted)
    assert desk.run(digest="cd" * 32).statuses == {"success": 1}
    assert desk.problems() == []


def test_a_full_disk_stops_the_run_before_the_next_document(desk: Desk) -> None:
    desk.put("a.txt", "a")
    with pytest.raises(ArchiveFull, match="MiB are free") as caught:
        desk.run(free_space=1 << 62)
    assert "run the same command again" in caught.value.advice
    assert desk.run().statuses == {"success": 1}
    assert desk.problems() == []


def test_a_disk_that_fills_up_stops_the_run_and_fails_no_document(desk: Desk) -> None:
    desk.put("a.txt", "a")
    desk.put("b.txt", "b")

    def full(task: Task) -> Outcome:
        return plain(task) if task.filename == "a.txt" else Outcome.failed(ArchiveFull("No room.", "Make room."))

    with pytest.raises(ArchiveFull):
        desk.run(convert=full)
    summary = desk.run()
    assert (summary.statuses, summary.skipped) == ({"success": 1}, {"success": 1})
    assert desk.problems() == []


def test_the_manifest_is_in_the_order_of_what_happened(desk: Desk) -> None:
    desk.put("a.txt", "a")
    desk.put("b.txt", "b")
    desk.run()
    lines = [entry.line for entry in read(desk.archive / "manifest.jsonl") if isinstance(entry, Entry)]
    assert [(line.event, path_of(line.source.path).name) for line in lines] == [
        ("received", "a.txt"), ("outcome", "a.txt"), ("received", "b.txt"), ("outcome", "b.txt"),
    ]
    outcome = lines[1]
    assert outcome.source.sha256 == sha256_of(desk.inputs / "a.txt")
    assert outcome.document == f"{(outcome.source.sha256 or '')[:16]}-{DIGEST[:8]}"
    assert (outcome.settings, outcome.engines) == (DIGEST, {"plain": "1"})
    assert outcome.started.endswith("Z") and outcome.seconds is not None
    assert Counter(outcome.pages.values()) == {"success": 1}


def test_the_original_is_in_place_before_the_conversion(desk: Desk) -> None:
    desk.put("a.TXT", "a")
    seen: list[Path] = []

    def looking(task: Task) -> Outcome:
        seen.append(task.path)
        assert sha256_of(task.path) == task.sha256 and task.bytes == 1
        return plain(task)

    assert desk.run(convert=looking).statuses == {"success": 1}
    assert seen == [desk.archive / "originals" / f"{sha256_of(seen[0])[:16]}.txt"]
