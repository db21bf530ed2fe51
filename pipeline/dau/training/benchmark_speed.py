"""Pages a minute side by side: `dau run` to document.json, and as many bare Tesseracts at once."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from dau.document.errors import DauError

from .measure import run_without_pdf

MOST, GOAL = 1.8, 0.7
"""Time of all stages in that of bare Tesseract, at most; and what to aim for."""
ROUNDS = 3
"""Both take turns, for other work on the machine comes and goes."""


@dataclass(frozen=True)
class Pace:
    """Wall seconds for so many pages; `whole` with the start of the program and the loading of models; `cpu` seconds
    of all processes, from their start to their end."""

    pages: int
    seconds: float
    whole: float
    cpu: float

    @property
    def a_page(self) -> float:
        return self.seconds / self.pages


def bare(images: Sequence[Path], jobs: int) -> Pace:
    """`tesseract FILE stdout -l vie`, `jobs` of them at a time, one thread each."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}

    def read(image: Path) -> None:
        command = ["tesseract", str(image), "stdout", "-l", "vie"]
        subprocess.run(command, capture_output=True, check=True, env=environment)

    began, used = time.perf_counter(), _cpu()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(read, images))
    seconds = time.perf_counter() - began
    return Pace(len(images), seconds, seconds, _cpu() - used)


def _cpu() -> float:
    """Seconds of processor time that programs started here have used so far, those they started included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ours(images: Sequence[Path], jobs: int) -> Pace:
    """`dau run` into a fresh archive, searchable PDFs aside; the clock runs from the first input received to the last
    outcome."""
    with TemporaryDirectory(prefix="dau-benchmark-") as folder:
        began, used = time.perf_counter(), _cpu()
        done = run_without_pdf(images, Path(folder), jobs, capture_output=True)
        whole, cpu = time.perf_counter() - began, _cpu() - used
        if done.returncode:
            raise DauError(f"dau run ended with exit code {done.returncode}.", done.stderr[-500:])
        lines = [json.loads(row) for row in (Path(folder) / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    outcomes = [line for line in lines if line["event"] == "outcome"]
    starts = [datetime.fromisoformat(line["started"]).timestamp() for line in outcomes]
    ends = [start + line["seconds"] for start, line in zip(starts, outcomes, strict=True)]
    return Pace(len(outcomes), max(ends) - min(starts), whole, cpu)


def side_by_side(images: Sequence[Path], jobs: int) -> str:
    """Markdown: seconds a page of both, their ratio (median of the rounds), the target."""
    rounds = [(bare(images, jobs), ours(images, jobs)) for _ in range(ROUNDS)]
    ratio = statistics.median(mine.a_page / theirs.a_page for theirs, mine in rounds)
    work = statistics.median(mine.cpu / theirs.cpu for theirs, mine in rounds)
    theirs, mine = sorted(rounds, key=lambda pair: pair[1].a_page / pair[0].a_page)[len(rounds) // 2]
    verdict = "goal met" if ratio <= GOAL else "met" if ratio <= MOST else "**missed**"
    return (
        f"{jobs} processes side by side, {mine.pages} pages, all stages to document.json: {mine.a_page:.2f} s a page "
        f"(with start and loading {mine.whole / mine.pages:.2f}); {jobs} bare Tesseracts {theirs.a_page:.2f} s. "
        f"Target ≤ {MOST} × (goal {GOAL} ×): {ratio:.2f} ×, {verdict} (median of {ROUNDS} rounds in turn). "
        f"Processor time, start and loading of models included: {work:.2f} ×."
    )
