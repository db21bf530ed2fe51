"""Pages a minute side by side: `dau run` to document.json, and as many bare Tesseracts at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from dau.document.errors import DauError

MOST, GOAL = 1.8, 0.7
"""Time of all stages in that of bare Tesseract, at most; and what to aim for."""


@dataclass(frozen=True)
class Pace:
    """Wall seconds for so many pages; `whole` with the start of the program and the loading of models."""

    pages: int
    seconds: float
    whole: float

    @property
    def a_page(self) -> float:
        return self.seconds / self.pages


def bare(images: Sequence[Path], jobs: int) -> Pace:
    """`tesseract FILE stdout -l vie`, `jobs` of them at a time, one thread each."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}

    def read(image: Path) -> None:
        command = ["tesseract", str(image), "stdout", "-l", "vie"]
        subprocess.run(command, capture_output=True, check=True, env=environment)

    began = time.perf_counter()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(read, images))
    seconds = time.perf_counter() - began
    return Pace(len(images), seconds, seconds)


def ours(images: Sequence[Path], jobs: int) -> Pace:
    """`dau run` into a fresh archive; the clock runs from the first input received to the last outcome."""
    with TemporaryDirectory(prefix="dau-benchmark-") as folder:
        command = [sys.executable, "-m", "dau.cli", "run", *map(str, images), "--out", folder, "--jobs", str(jobs)]
        began = time.perf_counter()
        done = subprocess.run([*command, "--quiet"], capture_output=True, text=True, check=False)
        whole = time.perf_counter() - began
        if done.returncode:
            raise DauError(f"dau run ended with exit code {done.returncode}.", done.stderr[-500:])
        lines = [json.loads(row) for row in (Path(folder) / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    outcomes = [line for line in lines if line["event"] == "outcome"]
    starts = [datetime.fromisoformat(line["started"]).timestamp() for line in outcomes]
    ends = [start + line["seconds"] for start, line in zip(starts, outcomes, strict=True)]
    return Pace(len(outcomes), max(ends) - min(starts), whole)


def side_by_side(images: Sequence[Path], jobs: int) -> str:
    """Markdown: seconds a page of both, their ratio, the target."""
    theirs, mine = bare(images, jobs), ours(images, jobs)
    ratio = mine.a_page / theirs.a_page
    verdict = "goal met" if ratio <= GOAL else "met" if ratio <= MOST else "**missed**"
    return (
        f"{jobs} processes side by side, {mine.pages} pages, all stages to document.json: {mine.a_page:.2f} s a page "
        f"(with start and loading {mine.whole / mine.pages:.2f}); {jobs} bare Tesseracts {theirs.a_page:.2f} s. "
        f"Target ≤ {MOST} × (goal {GOAL} ×): {ratio:.2f} ×, {verdict}."
    )
