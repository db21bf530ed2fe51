"""A large document that several workers read: one document, one outcome, the same bytes, whoever reads what."""

from __future__ import annotations

from pathlib import Path

import pytest
from conversions import dividing
from desk import Desk

from dau.batch import PageDone, Pool, Serial


def put(desk: Desk, name: str, *lines: str) -> None:
    desk.put(name, "\n".join(lines))


def test_the_same_bytes_whoever_reads(tmp_path: Path) -> None:
    results = []
    for name, runner in (("serial", Serial()), ("three", Pool(3))):
        (tmp_path / name).mkdir()
        desk = Desk(tmp_path / name)
        put(desk, "a.txt", *(f"slow 0.0{n % 3} page {n}" for n in range(23)))
        put(desk, "b.txt", "one page")
        put(desk, "c.txt", *(f"page {n} of another" for n in range(9)))
        assert desk.run(convert=dividing, runner=runner).statuses == {"success": 3}
        assert desk.problems() == []
        results.append(desk.documents())
    assert all(result == results[0] for result in results)


def test_it_is_read_side_by_side(desk: Desk) -> None:
    put(desk, "a.txt", *["slow 0.2"] * 32)
    assert desk.run(convert=dividing, runner=Pool(3)).statuses == {"success": 1}
    assert len(list((desk.root / "A-readers").iterdir())) > 1
    outcome = desk.finished()["a.txt"].outcome
    assert list(outcome.pages) == list(range(1, 33)) and outcome.seconds >= 32 * 0.2 / 3


def test_pages_are_told_of_the_document_as_a_whole(desk: Desk) -> None:
    put(desk, "a.txt", *["page"] * 12)
    desk.run(convert=dividing, runner=Pool(2))
    told = [event for event in desk.events if isinstance(event, PageDone)]
    assert {event.pages for event in told} == {12} and {event.source for event in told} == {str(desk.inputs / "a.txt")}
    counts = [event.done for event in told]
    assert counts == sorted(counts) and 6 < counts[-1] <= 12


FAULTS = [
    ("crash", "internal", "crashed with SIGSEGV, twice"),
    ("hang", "timeout", "The document took longer than 7 s."),
    ("slow 1", "timeout", "The document took longer than 7 s."),  # in every portion: together they are too long
    ("refuse", "input", "The file is empty."),
    ("eat 1600", "capacity", "needs more memory than there is"),
]


def test_what_goes_wrong_in_a_portion_costs_its_document_only(desk: Desk) -> None:
    for command, _, _ in FAULTS:
        many = [command] * 12 if command == "slow 1" else ["fine"] * 6 + [command] + ["fine"] * 5
        put(desk, f"{command}.txt", *many)
    put(desk, "fine.txt", *["fine"] * 12)
    put(desk, "small.txt", "fine")
    summary = desk.run(convert=dividing, runner=Pool(2, time_limit=7, memory_limit=500 << 20))
    assert summary.statuses == {"success": 2, "failed": len(FAULTS)}
    for command, category, message in FAULTS:
        outcome = desk.finished()[f"{command}.txt"].outcome
        assert (outcome.status, outcome.category) == ("failed", category), command
        assert message in (outcome.message or ""), command
    assert desk.problems() == []


def test_a_portion_whose_worker_died_once_is_read_again(desk: Desk) -> None:
    put(desk, "a.txt", *["fine"] * 6, "crash-once", *["fine"] * 5)
    assert desk.run(convert=dividing, runner=Pool(2)).statuses == {"success": 1}
    assert desk.problems() == []


def test_nothing_of_it_is_left_behind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = desk.root / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    put(desk, "a.txt", *["fine"] * 12)
    put(desk, "b.txt", *["fine"] * 8, "refuse")
    desk.run(convert=dividing, runner=Pool(2))
    assert list(temporary.iterdir()) == []
