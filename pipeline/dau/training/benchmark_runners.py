"""Benchmark of the runners: the same pages by one process, a pool and a Ray cluster on this machine.

Pages of the inputs are cut into documents of one page, so that there is work for every worker to the end. The pace is
that of the middle of a run: from when each worker has had its first document, models loaded, to the last outcome but
for as many as there are workers, when some of them have nothing left to do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from dau import batch, convert
from dau.archive.folder import write_document
from dau.archive.outcome import Outcome, Task
from dau.archive.store import Archive
from dau.document.errors import DauError
from dau.settings import Settings, digest

RUNNERS = ("serial", "pool", "ray")
FLOORS = {"pool": ("serial", 1.85), "ray": ("pool", 0.90)}
"""A runner, the one it is held against, and what share of that one's pace it must reach with two jobs."""
_TRIVIAL = 500  # documents for the pace of the process that records
_ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS")}


@dataclass(frozen=True)
class Pace:
    """`seconds` of the whole run from its first input to its end, `pages` a second in its middle."""

    seconds: float
    pages: float


def benchmark_runners(inputs: Sequence[Path], jobs: int, pages: int, rounds: int) -> str:
    """Markdown: the pace of each runner, the best of several rounds taken in turn; what one recorder can take."""
    with TemporaryDirectory(prefix="dau-benchmark-") as name:
        folder = Path(name)
        count = cut_pages(inputs, folder / "in", pages)
        paces: dict[str, list[Pace]] = {runner: [] for runner in RUNNERS}
        for number in range(rounds):
            for runner in RUNNERS:
                paces[runner].append(_measured(runner, jobs, folder / "in", folder / f"{runner}-{number}"))
        recorded = _recorder(folder)
    best = {runner: max(found, key=lambda pace: pace.pages) for runner, found in paces.items()}
    return _table(best, count, jobs, rounds, recorded)


def cut_pages(inputs: Sequence[Path], folder: Path, most: int) -> int:
    """One-page PDFs of the first pages of PDFs; returns how many there are."""
    folder.mkdir()
    count = 0
    for path in inputs:
        with pikepdf.open(path) as source:
            for page in list(source.pages)[: most - count]:
                with pikepdf.new() as single:
                    single.pages.append(page)
                    single.save(folder / f"{count:04}.pdf")
                count += 1
    if count < 6:
        raise DauError("There are too few pages to tell runners apart.", "Name PDFs with more pages.")
    return count


def _measured(runner: str, jobs: int, inputs: Path, archive: Path) -> Pace:
    """In a process of its own, with one thread for each conversion whatever the runner."""
    command = [sys.executable, "-m", "dau.training.benchmark_runners", runner, str(jobs), str(inputs), str(archive)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env={**os.environ, **_ONE_THREAD})
    if done.returncode:
        raise DauError(f"The run by {runner} ended with exit code {done.returncode}.", "See its message above.")
    told = json.loads(done.stdout)
    return Pace(told["seconds"], middle(told["finished"], 1 if runner == "serial" else jobs))


def middle(finished: Sequence[float], jobs: int) -> float:
    """Outcomes a second between the first of each worker and the last of each."""
    inner = finished[jobs - 1 : len(finished) - jobs + 1]
    return (len(inner) - 1) / (inner[-1] - inner[0])


def _runner(name: str, jobs: int) -> batch.Runner:
    if name == "serial":
        return batch.Serial()
    return batch.Pool(jobs) if name == "pool" else batch.RayRunner(jobs)


def _run(name: str, jobs: int, inputs: Path, archive: Path) -> dict[str, object]:
    settings = Settings()
    began = time.monotonic()
    finished: list[float] = []

    def note(event: batch.Event) -> None:
        if isinstance(event, batch.Finished):
            finished.append(time.monotonic() - began)

    with Archive.open(archive) as opened:
        found = digest(settings, convert.versions(settings))
        began = time.monotonic()
        batch.run(
            [inputs], opened, convert.convert, _runner(name, jobs), settings=settings.model_dump_json(), digest=found,
            on_event=note,
        )
    return {"seconds": time.monotonic() - began, "finished": finished}


def _recorder(folder: Path) -> float:
    """Documents a second through a conversion that only copies a file: what taking up and recording allow."""
    inputs = folder / "small"
    inputs.mkdir()
    for number in range(_TRIVIAL):
        (inputs / f"{number:05}.txt").write_text(f"{number}\n" * 50_000, encoding="utf-8")  # as a scan of 300 kB
    with Archive.open(folder / "recorder") as archive:
        summary = batch.run([inputs], archive, trivial, batch.Serial(), settings="{}", digest="0" * 64)
    return _TRIVIAL / summary.seconds


def trivial(task: Task) -> Outcome:
    """A document that is a copy of its input."""
    files = write_document(task.archive, task.folder, {"text.txt": task.path})
    return Outcome("success", document=task.folder, pages={1: "success"}, files=files)


def _table(best: dict[str, Pace], count: int, jobs: int, rounds: int, recorded: float) -> str:
    rows = []
    for runner, pace in best.items():
        against, floor = FLOORS.get(runner, ("", 0.0))
        ratio = pace.pages / best[against].pages if against else 0.0
        held = f"{ratio:.2f} × {against}" if against else "–"
        target = f"≥ {floor:.2f} ×, {'met' if ratio >= floor else 'missed'}" if against and jobs == 2 else "–"
        rows.append(f"| {runner} | {60 * pace.pages:.1f} | {held} | {target} | {pace.seconds:.0f} s |")
    return "\n".join([
        f"{count} documents of one page, {jobs} jobs (serial: one), the best of {rounds} rounds taken in turn. The "
        "pace is that of the middle of a run; the whole run begins with its first input and contains the start of "
        "workers, of Ray, and the loading of models.",
        "",
        "| runner | pages a minute | pace | target | whole run |",
        "|---|---|---|---|---|",
        *rows,
        "",
        f"Taking up and recording (hash, original, manifest, folder, all synced) allow {recorded:.0f} documents a "
        "second in one process on this disk: the most that one run can feed to a cluster.",
    ])  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_run(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))))
