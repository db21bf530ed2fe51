"""Killed at any moment, nothing is lost and nothing is done twice over."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from conversions import dividing, obedient, plain
from desk import Desk

from dau.archive.manifest import Entry, read
from dau.archive.outcome import Outcome
from dau.batch import Pool

STEPS = ("fsync", "write", "rename", "replace", "unlink", "link", "mkdir", "rmdir", "ftruncate")
"""System calls by which an archive changes; each is a moment to be killed at."""


def die_at(step: int, tear: bool) -> None:
    """From now on count the steps, and be killed at one: before it, or half-way where it is a write."""
    count = 0

    def wrap(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                if tear and call.__name__ == "write":
                    fd, data = arguments
                    call(fd, data[: len(data) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **options)

        return counted

    for name in STEPS:
        setattr(os, name, wrap(getattr(os, name)))


def killed_run(desk: Desk, step: int, *, tear: bool = False, named: tuple[Any, ...] = (), **options: Any) -> bool:
    """Run in a child that is killed at a step; False where it came to its end before."""
    child = os.fork()
    if child == 0:
        die_at(step, tear)
        try:
            desk.run(*named, **options)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def assert_whole(desk: Desk, inputs: int) -> None:
    """Proven, one outcome for each input, nothing left over."""
    assert desk.problems() == []
    events = Counter(
        (entry.line.source.path, entry.line.event)
        for entry in read(desk.archive / "manifest.jsonl")
        if isinstance(entry, Entry)
    )
    assert set(events.values()) == {1} and len(events) == 2 * inputs
    assert sorted(os.scandir(desk.archive / "documents"), key=str) != []


@pytest.mark.parametrize("originals", ["link", "copy"])
@pytest.mark.parametrize("tear", [False, True])
def test_at_every_step(quick_path: Path, originals: str, tear: bool) -> None:
    """A new archive, two documents, one of them under two names: killed at each step in turn, then resumed."""
    wanted: dict[str, bytes] | None = None
    step, killed = 0, True
    while killed:
        step += 1
        root = quick_path / str(step)
        root.mkdir()
        desk = Desk(root)
        for name, text in (("a.txt", "one"), ("b.txt", "two"), ("c.txt", "one")):
            desk.put(name, text)
        killed = killed_run(desk, step, tear=tear, originals=originals)
        summary = desk.run(originals=originals)
        assert summary.statuses + summary.skipped == {"success": 3}, step
        assert_whole(desk, 3)
        wanted = wanted or desk.documents()
        assert desk.documents() == wanted
    assert step > 30, "the steps were not seen"


@pytest.mark.parametrize("originals", ["link", "none"])
def test_at_every_step_of_what_is_no_single_file(quick_path: Path, originals: str) -> None:
    """A folder that is one document, under two names, and an object of a store."""
    store = pytest.importorskip("fsspec", reason="the extra `remote` is not installed").filesystem("memory")
    store.pipe("/kill/z.txt", b"far away")
    step, killed = 0, True
    while killed:
        step += 1
        root = quick_path / str(step)
        root.mkdir()
        desk = Desk(root)
        for name in ("a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg"):
            desk.put(name, name[1:])
        named = (desk.inputs, "memory://kill")
        killed = killed_run(desk, step, named=named, group=True, originals=originals)
        summary = desk.run(*named, group=True, originals=originals)  # type: ignore[arg-type]
        assert summary.statuses + summary.skipped == {"success": 3}, step
        assert_whole(desk, 3)
        assert len(list((desk.archive / "originals").iterdir())) == (2 if originals == "link" else 0)
    assert step > 20, "the steps were not seen"


def test_again_and_again(desk: Desk) -> None:
    """The same archive killed at the 1st, 2nd, 3rd … step of each next run, until one gets through."""
    for number in range(4):
        desk.put(f"{number}.txt", str(number))
    step = 1
    while killed_run(desk, step, tear=step % 2 == 0):
        step += 1
    assert step > 10
    desk.run()
    assert_whole(desk, 4)


def test_in_the_middle_of_a_retry(quick_path: Path) -> None:
    """Where a folder is replaced, a kill leaves an input that is not done, never one that is wrong."""

    def fails_a_page(task: Any) -> Outcome:
        files = plain(task).files
        return Outcome("partial", "timeout", "Page 2: too long.", task.folder, {1: "success", 2: "failed"}, files)

    step, killed = 0, True
    while killed:
        step += 1
        root = quick_path / str(step)
        root.mkdir()
        desk = Desk(root)
        desk.put("a.txt", "one")
        desk.put("b.txt", "one")
        desk.run(convert=fails_a_page)
        killed = killed_run(desk, step, retry_failed=True)
        final = desk.run(retry_failed=True)
        assert final.statuses + final.skipped == {"success": 2}, step
        assert desk.problems() == []
    assert step > 15


PROGRAM = """
import sys
from pathlib import Path
import conversions
from desk import Desk
from dau.batch import Pool

class Again(Desk):
    def __init__(self, root):
        self.root, self.inputs, self.archive = root, root / "in", root / "A"

if __name__ == "__main__":
    Again(Path(sys.argv[1])).run(convert=getattr(conversions, sys.argv[2]), runner=Pool(2))
"""


def test_the_pool_at_random_moments(desk: Desk) -> None:
    """Workers end with the process that started them, and the next run goes on at once."""
    inputs = 30
    for number in range(inputs):
        desk.put(f"{number:02}.txt", f"slow 0.0{number % 10} {number}")
    desk.put("outside.txt", "hang-outside 1")
    program = desk.root / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    chance = random.Random(1423)
    for _ in range(3):
        process = subprocess.Popen([sys.executable, program, desk.root, "obedient"], env=environment)
        wait_for_more(desk.archive / "manifest.jsonl")
        time.sleep(chance.uniform(0, 0.3))
        family = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
        _, alive = psutil.wait_procs(family, timeout=30)
        assert alive == []
    summary = desk.run(convert=obedient, runner=Pool(2))
    assert summary.statuses + summary.skipped == {"success": inputs + 1}
    assert_whole(desk, inputs + 1)
    assert desk.run(convert=obedient).skipped == {"success": inputs + 1}


def test_while_several_workers_read_one_document(desk: Desk) -> None:
    desk.put("large.txt", "\n".join(f"slow 0.1 page {n}" for n in range(24)))
    program = desk.root / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(desk.root)}
    process = subprocess.Popen([sys.executable, program, desk.root, "dividing"], env=environment)
    end = time.monotonic() + 60
    while not list(desk.root.glob("dau-run-*/*-*/[0-9]*")):
        assert time.monotonic() < end, "no portion was read"
        time.sleep(0.01)
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    assert psutil.wait_procs(family, timeout=30)[1] == []
    assert list((desk.archive / "documents").iterdir()) == [], "nothing of it is there before all of it"
    for left in desk.root.glob("dau-run-*"):
        shutil.rmtree(left)
    assert desk.run(convert=dividing, runner=Pool(2)).statuses == {"success": 1}
    assert_whole(desk, 1)


def wait_for_more(manifest: Path) -> None:
    """Until a run under way has recorded something."""
    before = manifest.stat().st_size if manifest.exists() else 0
    end = time.monotonic() + 60
    while not manifest.exists() or manifest.stat().st_size == before:
        assert time.monotonic() < end, "the run does not begin"
        time.sleep(0.01)
