"""The pool: what a worker does to itself costs its own document only."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import conversions
import psutil
import pytest
from conversions import obedient, plain
from desk import Desk
from waiting import processes, wait_for

from dau.batch import Pool, Runner, Serial, scratch
from dau.document.errors import DauError, DependencyError

CRASHES = [
    ("crash", "internal", "crashed with SIGSEGV, twice"),
    ("exit", "internal", "ended with code 3, twice (it last said: the engine gave up)"),
    ("killed", "capacity", "needs more memory than there is"),
    ("sys-exit", "internal", "SystemExit: 2"),
    ("raise", "internal", "ZeroDivisionError: division by zero"),
    ("refuse", "input", "The file is empty. Scan it again."),
]


def test_crashes_cost_only_their_own_document(desk: Desk) -> None:
    for command, _, _ in CRASHES:
        desk.put(f"{command}.txt", command)
    desk.put("crash-once.txt", "crash-once")
    for number in range(6):
        desk.put(f"fine-{number}.txt", f"fine {number}")
    summary = desk.run(convert=obedient, runner=Pool(2))
    outcomes = {name: finished.outcome for name, finished in desk.finished().items()}
    assert summary.statuses == {"success": 7, "failed": len(CRASHES)}
    for command, category, message in CRASHES:
        outcome = outcomes[f"{command}.txt"]
        assert (outcome.status, outcome.category) == ("failed", category), command
        assert message in (outcome.message or ""), command
    assert outcomes["crash-once.txt"].status == "success", "tried once more, alone"
    assert desk.problems() == []


def test_what_hangs_is_ended_with_all_it_started(desk: Desk) -> None:
    desk.put("a.txt", "hang")
    desk.put("b.txt", "hang-outside 86399")
    for number in range(3):
        desk.put(f"fine-{number}.txt", f"fine {number}")
    summary = desk.run(convert=obedient, runner=Pool(2, time_limit=3))
    assert summary.statuses == {"success": 3, "failed": 2} and summary.categories == {"timeout": 2}
    message = desk.finished()["b.txt"].outcome.message or ""
    assert message.startswith("The document took longer than 3 s.") and "split it" in message
    assert not processes("sleep", "86399")
    assert desk.problems() == []


def test_one_that_eats_memory_is_ended(desk: Desk) -> None:
    desk.put("a.txt", "eat 1600")
    desk.put("b.txt", "fine")
    summary = desk.run(convert=obedient, runner=Pool(2, memory_limit=300 << 20))
    assert summary.statuses == {"success": 1, "failed": 1} and summary.categories == {"capacity": 1}
    assert "Split it, scan it at a lower resolution" in (desk.finished()["a.txt"].outcome.message or "")


@pytest.mark.parametrize("runner", [Serial(time_limit=2), Pool(1, time_limit=2)])
def test_both_runners_hold_the_time_limit(desk: Desk, runner: Runner) -> None:
    desk.put("a.txt", "slow 600")
    desk.put("b.txt", "fine")
    summary = desk.run(convert=obedient, runner=runner)
    assert summary.categories == {"timeout": 1} and summary.statuses == {"success": 1, "failed": 1}


def test_the_same_bytes_from_every_runner(tmp_path: Path) -> None:
    results = []
    for name, runner in (("serial", Serial()), ("one", Pool(1)), ("three", Pool(3))):
        (tmp_path / name).mkdir()
        desk = Desk(tmp_path / name)
        for number in range(12):
            desk.put(f"{number}.txt", f"slow 0.0{number % 3} {number // 2}")
        assert desk.run(convert=obedient, runner=runner).exit_code == 0
        assert desk.problems() == []
        results.append(desk.documents())
    assert results[0] == results[1] == results[2]
    assert len(results[0]) == 2 * 12 - 2 * 6 + 2 * 6


def test_few_are_in_flight_at_a_time(desk: Desk) -> None:
    """Received lines, and so what a kill leaves to be done again, stay within twice the number of jobs."""
    for number in range(12):
        desk.put(f"{number:02}.txt", f"slow 0.05 {number}")
    open_inputs: list[int] = []

    def count(event: object) -> None:
        lines = desk.manifest().splitlines()
        received = sum(line.startswith(b'{"event":"received"') for line in lines)
        open_inputs.append(2 * received - len(lines))

    desk.run(convert=obedient, runner=Pool(2), on_event=count)
    assert 2 <= max(open_inputs) <= 4


def test_workers_are_replaced_after_so_many_tasks(desk: Desk) -> None:
    for number in range(5):
        desk.put(f"{number}.txt", f"fine {number}")
    assert desk.run(convert=obedient, runner=Pool(1, tasks_per_worker=2)).statuses == {"success": 5}


def test_workers_that_cannot_start_stop_the_run(desk: Desk) -> None:
    desk.put("a.txt", "fine")
    with pytest.raises(DependencyError, match="Tesseract is missing"):
        desk.run(convert=plain, runner=Pool(2, warm=conversions.cannot_warm_up))
    with pytest.raises(DauError, match="Workers cannot start"):
        desk.run(convert=plain, runner=Pool(2, warm=conversions.crashes_warming_up))
    assert desk.run(convert=plain, runner=Pool(2)).statuses == {"success": 1}
    assert desk.problems() == []


def test_nothing_is_left_behind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = desk.root / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    desk.put("a.txt", "fine")
    desk.put("b.txt", "crash")
    before = set(psutil.Process().children(recursive=True))
    environment = dict(os.environ)
    desk.run(convert=obedient, runner=Pool(2))
    left = [child for child in psutil.Process().children(recursive=True) if child not in before]
    assert [child for child in left if "resource_tracker" not in " ".join(child.cmdline())] == []
    assert list(temporary.iterdir()) == []
    assert dict(os.environ) == environment


def test_temporary_files_of_killed_runs_are_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(scratch, "_YOUNG", 0.0)
    alive = scratch.Scratch()
    killed = scratch.Scratch()
    (killed.folder() / "page.png").touch()
    os.close(killed._lock)
    (tmp_path / "dau-run-someone").mkdir()  # of another kind: it has no lock
    (tmp_path / "other").mkdir()
    assert scratch.sweep() == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([alive.path.name, "dau-run-someone", "other"])
    alive.remove()
    assert not alive.path.exists()


def test_an_interrupt_ends_the_workers_and_can_be_resumed(desk: Desk) -> None:
    """Ctrl-C as a terminal sends it: to the whole foreground group."""
    desk.put("a.txt", "hang-outside 86398")
    desk.put("b.txt", "fine")
    script = (
        "import sys; from pathlib import Path; from desk import Desk; from conversions import obedient\n"
        "from dau.batch import Pool\n"
        "class Again(Desk):\n"
        "    def __init__(self, root):\n"
        "        self.root, self.inputs, self.archive = root, root / 'in', root / 'A'\n"
        "if __name__ == '__main__':\n"
        "    Again(Path(sys.argv[1])).run(convert=obedient, runner=Pool(2))\n"
    )
    program = desk.root / "program.py"
    program.write_text(script, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, program, desk.root], env=environment, stderr=subprocess.PIPE, start_new_session=True
    )
    wait_for(lambda: bool(processes("sleep", "86398")), 30)
    os.killpg(process.pid, 2)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == -2 or b"KeyboardInterrupt" in errors
    assert not processes("sleep", "86398")
    desk.put("a.txt", "fine now")
    assert desk.run(convert=obedient, runner=Pool(1, time_limit=2)).total == 2
    assert desk.problems() == []


def test_a_run_in_another_thread(desk: Desk) -> None:
    """As a server would run it: no signals there."""
    desk.put("a.txt", "fine")
    statuses: list[object] = []
    thread = threading.Thread(target=lambda: statuses.append(desk.run(convert=plain, runner=Serial(5)).statuses))
    thread.start()
    thread.join()
    assert statuses == [{"success": 1}]
