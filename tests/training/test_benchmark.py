"""The benchmarks' own machinery: what they write, and that a whole run is counted as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dau.training.benchmark_run import benchmark_run
from dau.training.measure import PeakMemory, put_section


def test_a_section_is_replaced_and_all_else_stays(tmp_path: Path) -> None:
    page = tmp_path / "results.md"
    put_section(page, "one", "first")
    put_section(page, "two", "second")
    page.write_text(page.read_text() + "\nby hand\n")
    put_section(page, "one", "anew")
    text = page.read_text()
    assert "first" not in text
    assert text.index("anew") < text.index("second") < text.index("by hand")
    assert text.count("<!-- one: begin -->") == 1


def test_peak_memory_sees_a_child_of_a_child() -> None:
    """A process that starts one that takes 200 MiB and holds them for a while."""
    child = "import time; x = bytearray(200 << 20); x[::4096] = b'1' * len(x[::4096]); time.sleep(0.5)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen([sys.executable, "-c", parent])
    peak = PeakMemory(process.pid)
    process.wait()
    peak.stop()
    assert peak.bytes > 200 << 20


def test_a_whole_run_is_counted(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(2):
        (inbox / f"{number}.txt").write_text(f"Số: {number + 1}/QĐ-UBND\nĐiều 1. Bản {number}.\n", encoding="utf-8")
    (inbox / "empty.pdf").touch()
    table = benchmark_run([inbox], jobs=1)
    assert "| outcomes | 1 failed, 2 success |" in table
    assert "| exit code | 1 |" in table
    assert "1 failed, 2 success skipped, nothing done" in table
    assert "exit code 0: Proven: 3 inputs" in table
