"""Limits on external programs hold, and what broke them is told apart."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import psutil
import pytest

from dau.document.errors import CapacityError, DependencyError, InputError, StageTimeout
from dau.subprocesses import Limits, run

LIMITS = Limits(seconds=30)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_output_and_status_are_returned() -> None:
    done = run(python("import sys; print('đã xong'); print('hm', file=sys.stderr); sys.exit(3)"), LIMITS)
    assert (done.returncode, done.stdout.decode(), done.stderr) == (3, "đã xong\n", "hm\n")


def test_stdin_larger_than_a_pipe_is_fed_while_output_is_read() -> None:
    data = os.urandom(3 << 20)
    assert run(["cat"], LIMITS, stdin=data).stdout == data


def test_a_program_that_does_not_read_its_input_is_no_error() -> None:
    assert run(["true"], LIMITS, stdin=b"x" * (1 << 20)).returncode == 0


def test_environment_is_added() -> None:
    assert run(
        python("import os; print(os.environ['HUE'])"), LIMITS, environment={"HUE": "sông Hương"}
    ).stdout.decode() == ("sông Hương\n")


def test_missing_program_names_its_package() -> None:
    with pytest.raises(DependencyError, match="no-such-program"):
        run(["no-such-program"], LIMITS)
    with pytest.raises(DependencyError, match="poppler-utils"):
        run(["/no/such/folder/pdfinfo"], LIMITS)


def test_time_limit_ends_the_program_and_what_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"sleep 600 & echo $! > {note}; wait"
    with pytest.raises(StageTimeout, match=r"sh was still running after 0\.5 s"):
        run(["sh", "-c", script], Limits(seconds=0.5))
    assert gone(int(note.read_text()))


def test_nothing_outlives_a_program_that_ended_by_itself(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    run(["sh", "-c", f"sleep 600 >/dev/null 2>&1 & echo $! > {note}"], LIMITS)
    assert gone(int(note.read_text()))


def test_a_silent_program_that_closed_its_output_is_stopped() -> None:
    with pytest.raises(StageTimeout):
        run(["sh", "-c", "exec >&- 2>&-; sleep 600"], Limits(seconds=0.5))


def test_processor_time_is_limited() -> None:
    with pytest.raises((StageTimeout, CapacityError)):
        run(python("while True: pass"), Limits(seconds=60, cpu_seconds=0.5))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's limits are set on Linux")
def test_memory_is_limited() -> None:
    with pytest.raises(CapacityError, match="memory"):
        run(python("x = bytearray(900 << 20)"), Limits(seconds=30, memory=512 << 20))


def test_output_is_limited() -> None:
    with pytest.raises(CapacityError, match="1 MiB"):
        run(["cat", "/dev/zero"], Limits(seconds=30, output=1 << 20))


def test_long_complaints_are_cut_and_do_not_block() -> None:
    done = run(python("import sys; sys.stderr.write('x' * (5 << 20)); print('end')"), LIMITS)
    assert done.stdout == b"end\n" and len(done.stderr) < 1 << 20


def test_a_crash_is_the_inputs_fault() -> None:
    with pytest.raises(InputError, match="signal 11"):
        run(["sh", "-c", "kill -SEGV $$"], LIMITS)


def gone(pid: int) -> bool:
    """Whether the process has ended (or waits to be reaped) within two seconds."""
    for _ in range(100):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False
