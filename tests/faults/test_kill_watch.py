"""A watched inbox killed at any moment: each input ends with one outcome, in one place, and with one note."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from conversions import plain
from inboxes import Bench
from test_kill import die_at

from dau.archive.outcome import Outcome, Task
from dau.batch import outbox
from dau.document.errors import InputError


def some(task: Task) -> Outcome:
    """Refuses the folder `bad`, converts all else."""
    if task.filename == "bad":
        return Outcome.failed(InputError("The pages are upside down.", "Turn them."))
    return plain(task)


def killed_watch(bench: Bench, step: int, tear: bool, originals: str) -> bool:
    """Watch in a child that is killed at a step; False where it came to its end before."""
    child = os.fork()
    if child == 0:
        outbox._renameat2 = lambda: None  # the rename by its other way, which is among the steps
        die_at(step, tear)
        try:
            bench.watch(99, convert=some, once=True, originals=originals)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("originals", ["link", "none"])
@pytest.mark.parametrize("tear", [False, True])
def test_at_every_step(quick_path: Path, originals: str, tear: bool) -> None:
    """A folder that is one document, the same once more, one that fails, and an input beside its pages."""
    if tear and originals == "none":
        pytest.skip("writes of the manifest are the same")
    step, killed = 0, True
    while killed:
        step += 1
        (quick_path / str(step)).mkdir()
        bench = Bench(quick_path / str(step))
        for folder, text in (("a", "page"), ("b", "page"), ("bad", "other")):
            for name in ("1.jpg", "2.jpg"):
                bench.put(f"{folder}/{name}", f"{text} {name}")
            bench.put(f"{folder}/document.toml", "")
        bench.put("b/letter.txt", "an input of its own")
        killed = killed_watch(bench, step, tear, originals)
        bench.watch(99, convert=some, once=True, originals=originals)
        folders = {"done/a": 3, "done/b (2)": 3, "failed/bad": 3}
        files = {f"{folder}/{name}" for folder in folders for name in ("1.jpg", "2.jpg", "document.toml")}
        assert set(bench.files()) == files | {"done/b/letter.txt", "failed/bad.document.txt"}, step
        assert sorted(bench.outcomes()) == [
            ("a", "success"), ("b", "success"), ("b/letter.txt", "success"), ("bad", "failed"),
        ], step  # fmt: skip
        assert bench.problems() == [], step
    assert step > 60, "the steps were not seen"
