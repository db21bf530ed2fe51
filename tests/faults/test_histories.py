"""Whatever happened before, one more run ends with an archive that is proven and complete."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conversions import plain
from desk import Desk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_kill import killed_run

from dau.archive.outcome import Outcome, Task
from dau.archive.prune import prune
from dau.archive.store import Archive
from dau.document.errors import StageTimeout

NAMES = ("a.txt", "b.txt", "c.txt")
TEXTS = ("one", "two")


@dataclass(frozen=True)
class Step:
    """Something that happens to the inputs or to the archive."""

    what: str
    act: Callable[[Desk], object]

    def __repr__(self) -> str:
        return self.what


def refuses(task: Task) -> Outcome:
    return Outcome.failed(StageTimeout("It took too long.", "Split it."))


def loses_a_page(task: Task) -> Outcome:
    files = plain(task).files
    return Outcome("partial", "timeout", "Page 2: too long.", task.folder, {1: "success", 2: "failed"}, files)


def put(name: str, text: str) -> Step:
    def act(desk: Desk) -> None:
        (desk.inputs / name).unlink(missing_ok=True)
        desk.put(name, text)

    return Step(f"put {name} {text!r}", act)


def remove(name: str) -> Step:
    return Step(f"remove {name}", lambda desk: (desk.inputs / name).unlink(missing_ok=True))


def run(killed_at: int, options: dict[str, Any]) -> Step:
    what = f"run {options}" + (f", killed at {killed_at}" if killed_at else "")
    return Step(what, lambda desk: killed_run(desk, killed_at, **options) if killed_at else desk.run(**options))


def prune_it(desk: Desk) -> None:
    with Archive.open(desk.archive) as archive:
        prune(archive)


OPTIONS = st.fixed_dictionaries(
    {
        "convert": st.sampled_from([plain, refuses, loses_a_page]),
        "digest": st.sampled_from(["ab" * 32, "ab" * 32, "ab" * 32, "cd" * 32]),
        "originals": st.sampled_from(["copy", "link", "none"]),
        "retry_failed": st.booleans(),
    }
)
STEPS = st.one_of(
    st.builds(put, st.sampled_from(NAMES), st.sampled_from(TEXTS)),
    st.builds(remove, st.sampled_from(NAMES)),
    st.builds(run, st.just(0), OPTIONS),
    st.builds(run, st.integers(1, 45), OPTIONS),
    st.just(Step("prune", prune_it)),
)


@pytest.mark.slow
@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=st.lists(STEPS, min_size=2, max_size=8), last=OPTIONS)
def test_any_history(quick_path: Path, history: list[Step], last: dict[str, Any]) -> None:
    shutil.rmtree(quick_path / "desk", ignore_errors=True)
    (quick_path / "desk").mkdir()
    desk = Desk(quick_path / "desk")
    for name, text in (("a.txt", "one"), ("b.txt", "one"), ("c.txt", "two")):
        desk.put(name, text)
    for step in history:
        step.act(desk)
    last = {**last, "convert": plain, "retry_failed": True}
    summary = desk.run(**last)
    there = len(list(desk.inputs.iterdir()))
    assert summary.statuses["success"] + summary.skipped["success"] >= there
    assert desk.problems() == []
    assert desk.run(**last).statuses == {}, "the second time there is nothing to do"
