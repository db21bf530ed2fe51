"""The benchmarks' own machinery: what they write, and that a whole run is counted as it was."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dau.training import benchmark_scans
from dau.training.benchmark_run import benchmark_run
from dau.training.measure import PeakMemory, put_section, verdict_of


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


Reading = Callable[..., None]


@pytest.fixture
def reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reading:
    """`scripts/benchmark scans` with engines that read every page as the text they are given."""
    (tmp_path / "page.png").touch()
    (tmp_path / "page.txt").write_text("chỉ thị", encoding="utf-8")
    (tmp_path / "made.pdf").touch()
    truth = {"pages": [{"number": 1, "severity": "light", "lines": [{"text": "chỉ thị"}]}]}
    (tmp_path / "made.truth.json").write_text(json.dumps(truth), encoding="utf-8")
    script = runpy.run_path(str(Path(__file__).resolve().parents[2] / "scripts/benchmark"))

    def run(text: str, *more: str) -> None:
        results = [benchmark_scans.Result("page", text, text, 1.0)]
        monkeypatch.setattr(benchmark_scans, "run", lambda *_: benchmark_scans.Run(tuple(results), 1, 0.0))
        monkeypatch.setattr(sys, "argv", ["benchmark", "--results", str(tmp_path / "results.md"), "scans", "--gold",
                                          str(tmp_path), *more])
        script["main"]()

    return run


def test_simulated_pages_stay_when_only_transcribed_ones_are_read_anew(reading: Reading, tmp_path: Path) -> None:
    page = tmp_path / "results.md"
    reading("chỉ thị", "--simulated", str(tmp_path))
    before = page.read_text(encoding="utf-8")
    reading("chi thi")
    after = page.read_text(encoding="utf-8")
    at = before.index("<!-- benchmark scans simulated: begin -->")
    assert "Reading scans: 1 simulated pages" in before[at:]
    assert after.endswith(before[at:])
    assert "Reading scans: 1 transcribed pages" in after
    assert "syllable accuracy ≥ 0.980: 1.0000, met" in before
    assert "syllable accuracy ≥ 0.980: 0.0000, **missed**" in after

    reading("chi thi", "--simulated", str(tmp_path))
    both = page.read_text(encoding="utf-8")
    assert both.startswith(after[: after.index("<!-- benchmark scans simulated: begin -->")])
    assert both != after
    assert both.count("<!-- benchmark scans simulated: begin -->") == 1


def test_peak_memory_sees_a_child_of_a_child() -> None:
    """A process that starts one that takes 200 MiB and holds them for a while."""
    child = "import time; x = bytearray(200 << 20); x[::4096] = b'1' * len(x[::4096]); time.sleep(0.5)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen([sys.executable, "-c", parent])
    peak = PeakMemory(process.pid)
    process.wait()
    peak.stop()
    assert peak.bytes > 200 << 20


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        ("Proven: 3 inputs.\nmanifest.jsonl: 6 lines\n", "Proven: 3 inputs."),
        ("file_missing  a  b\n1 discrepancies. What to do:\n  file_missing: run again\n",
         "1 discrepancies. What to do:"),
        ("", ""),
        ("No such archive.\n", "No such archive."),
    ],
)  # fmt: skip
def test_the_verdict_of_a_proof(proof: str, expected: str) -> None:
    assert verdict_of(proof) == expected


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
