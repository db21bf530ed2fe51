"""Benchmark of a whole run: `dau run` over real inputs into a fresh archive, then again, then `dau verify`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dau.document.errors import DauError

from .measure import PeakMemory, verdict_of


@dataclass(frozen=True)
class Command:
    """One command of the command line: exit code, stdout, wall seconds, peak bytes of its process tree."""

    code: int
    output: str
    seconds: float
    peak: int


def benchmark_run(inputs: list[Path], jobs: int) -> str:
    """Markdown: counts, pages a minute and memory of a first run; what the second one does; what verify says."""
    with TemporaryDirectory(prefix="dau-benchmark-") as folder:
        archive = Path(folder) / "archive"
        run = ["run", *map(str, inputs), "--out", str(archive), "--jobs", str(jobs), "--quiet", "--json"]
        first, again, proof = _dau(run), _dau(run), _dau(["verify", str(archive)])
    return _table(first, again, proof, jobs)


def _dau(arguments: list[str]) -> Command:
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "dau.cli", *arguments], stdout=subprocess.PIPE, text=True)
    peak = PeakMemory(process.pid)
    output, _ = process.communicate()
    peak.stop()
    return Command(process.returncode, output, time.perf_counter() - began, peak.bytes)


def _table(first: Command, again: Command, proof: Command, jobs: int) -> str:
    try:
        summary, second = json.loads(first.output), json.loads(again.output)
    except json.JSONDecodeError as error:
        raise DauError(
            f"dau run ended with exit code {first.code} and no summary.", "See its message above."
        ) from error
    pages = sum(summary["pages"].values())
    rows = [
        ("inputs", summary["total"]),
        ("outcomes", _counts(summary["statuses"])),
        ("pages", _counts(summary["pages"])),
        ("exit code", first.code),
        ("wall time", f"{first.seconds:.0f} s on {os.cpu_count()} cores with --jobs {jobs}"),
        ("pages a minute", f"{60 * pages / first.seconds:.1f}"),
        ("peak memory of the process tree", f"{first.peak / 2**20:.0f} MiB"),
        (
            "second run",
            f"{_counts(second['skipped'])} skipped, {_counts(second['statuses']) or 'nothing'} done, "
            f"{again.seconds:.1f} s, exit code {again.code}",
        ),
        ("dau verify", f"exit code {proof.code}: {verdict_of(proof.output)}"),
    ]
    return "\n".join(["| whole run | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def _counts(counts: dict[str, Any]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
