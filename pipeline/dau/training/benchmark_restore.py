"""The benchmark of restoring: references and ours on the same texts, the targets beside what was reached, speed and
memory of the whole process, and how far the confidence can be believed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dau.document.errors import DauError
from dau.resources import models_dir
from dau.restore import RestoreSettings, seq2seq

from .evaluate_restorer import OURS, Measures, table
from .measure import PeakMemory
from .plots import reliability_diagram
from .restoration_data import ENGINES, garbled_book, material
from .scores import calibration_error

PAGES = 200


@dataclass(frozen=True)
class Target:
    """A figure with what it must reach at least, and what it should; `sense`: whether more or less is better."""

    name: str
    value: float
    minimum: float
    goal: float
    sense: Literal["≥", "≤"]
    form: str = ".4f"

    def row(self) -> str:
        verdict = "goal met" if self._meets(self.goal) else "met" if self._meets(self.minimum) else "**missed**"
        limits = " | ".join(f"{self.sense} {x:{self.form}}" for x in (self.minimum, self.goal))
        return f"| {self.name} | {limits} | {self.value:{self.form}} | {verdict} |"

    def _meets(self, limit: float) -> bool:
        return self.value >= limit if self.sense == "≥" else self.value <= limit


@dataclass(frozen=True)
class WholeProcess:
    """`dau restore` on a long text: syllables, seconds from start to end, peak bytes of its processes."""

    syllables: int
    seconds: float
    peak: int

    @property
    def speed(self) -> float:
        return self.syllables / self.seconds


def whole_process(text: str, jobs: int) -> WholeProcess:
    """Run the command as a user does. Raises DauError where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.txt"
        path.write_text(text, encoding="utf-8")
        began = time.perf_counter()
        with (Path(folder) / "out.txt").open("wb") as out:
            command = [sys.executable, "-m", "dau.cli", "restore", "--jobs", str(jobs), str(path)]
            process = subprocess.Popen(command, stdout=out)
            peak = PeakMemory(process.pid)
            code = process.wait()
            peak.stop()
        seconds = time.perf_counter() - began
        if code:
            raise DauError(f"dau restore ended with {code}.", "Run it by hand on the same text.")
    return WholeProcess(len(text.split()), seconds, peak.bytes)


def targets(ours: Measures, trigram: Measures, speed: WholeProcess) -> list[Target]:
    """Every line of the acceptance that is a figure."""
    legacy = max(0.975, trigram.right["legacy"].value)
    found = [
        Target("legacy: syllables right (at least the n-gram's)", ours.right["legacy"].value, legacy, 0.99, "≥"),
        Target("stripped: syllables right", ours.right["stripped"].value, 0.98, 0.99, "≥"),
        *(Target(f"{e}: errors removed", ours.removed[e].value, 0.4, 0.6, "≥") for e in ENGINES if e in ours.removed),
        Target("clean text: harm", ours.harm["clean"].value, 0.002, 0.0005, "≤", ".5f"),
        *(Target(f"{e}: harm", ours.harm[e].value, 0.002, 0.0005, "≤", ".5f") for e in ENGINES if e in ours.harm),
        Target("legacy: harm", ours.harm["legacy"].value, 0.005, 0.0005, "≤", ".5f"),
        Target("guard violations", ours.violations, 0, 0, "≤", ".0f"),
        Target("calibration error, all sets", ours.calibration or 0.0, 0.03, 0.01, "≤"),
    ]
    found += [
        Target(f"calibration error, {kind}", calibration_error(judgements), 0.03, 0.01, "≤")
        for kind, judgements in ours.confidence.items() if judgements
    ]
    return [
        *found,
        Target(f"syllables/s, whole process, {PAGES} pages", speed.speed, 1500, 5000, "≥", ",.0f"),
        Target("peak memory, MiB, all processes", speed.peak / 2**20, 1000, 400, "≤", ",.0f"),
    ]


def benchmark_restore(shared: Path, jobs: int, diagram: Path, model: str = RestoreSettings().model) -> str:
    """Markdown; the reliability diagram (SVG) goes to `diagram`. Targets only where the shipped model is a seq2seq."""
    texts = material(shared)
    measured: dict[str, Measures] = {}
    rows = list(table(texts, [], model, lambda m: measured.update({m.name: m})))
    speed = whole_process(garbled_book(shared, seq2seq.channel_folder(models_dir() / model), PAGES), jobs)
    parts = ["\n".join(rows)]
    if OURS in measured:
        ours = measured[OURS]
        parts.append("\n".join([
            "| measure | minimum | goal | measured | |", "|---|---|---|---|---|",
            *(t.row() for t in targets(ours, measured["trigram"], speed)),
        ]))
        reliability_diagram({k: v for k, v in ours.confidence.items() if v}, diagram)
        parts.append(f"![Reliability diagram: confidence against the share of right words](img/{diagram.name})")
    parts.append(
        f"`dau restore --jobs {jobs}` on {speed.syllables:,} garbled syllables: {speed.seconds:.1f} s from start to "
        f"end ({speed.speed:,.0f} syllables/s), {speed.peak / 2**20:,.0f} MiB at most in all its processes together."
    )
    return "\n\n".join(parts)
