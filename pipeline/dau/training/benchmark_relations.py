"""Benchmark of relations: thousands of documents linked at once, and some more of them later."""

from __future__ import annotations

import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from dau.corrected import documents
from dau.index.build import FILE_NAME, update
from dau.index.relations.relate import relate

from .search_archive import make_archive

_MORE = 20
"""Documents that come to the archive once it is linked."""


@dataclass(frozen=True)
class Run:
    """One run of linking in a process of its own: seconds, the most memory it had (bytes), what it did."""

    wall: float
    cpu: float
    memory: int
    read: int
    compared: int


def benchmark_relations(shared: Path, count: int, archive: Path | None, jobs: int) -> str:
    """Markdown: time and memory to link a part of an archive, all of it, and what comes later."""
    with TemporaryDirectory(prefix="dau-relations-") as folder:
        root = archive or Path(folder) / "A"
        if not root.is_dir() or sum(1 for _ in documents(root)) < count:  # one that has as many is taken as it is
            make_archive(shared / "corpus" / "train.jsonl.xz", root, count, jobs)
        update(root)
        before = (root / FILE_NAME).stat().st_size
        total = sum(1 for _ in documents(root))
        runs = [
            ("a quarter of the documents", _run(root, True, total // 4)),
            (f"all but {_MORE}, from nothing", _run(root, True, total - _MORE)),
            (f"{_MORE} documents more", _run(root, False, None)),
            ("nothing new", _run(root, False, None)),
        ]
        size = (root / FILE_NAME).stat().st_size
    rows = [
        f"| {name} | {run.read} | {run.compared:,} | {run.wall:.1f} s ({run.cpu:.1f} s) | {_each(run)} | "
        f"{run.memory / (1 << 20):.0f} MiB |"
        for name, run in runs
    ]
    note = (
        f"An archive of {total} texts; wall time, processor time in brackets, each run in a process of its own; other "
        f"processes wanted {os.getloadavg()[0]:.1f} cores' worth of processor meanwhile. The index grew from "
        f"{before / 1e6:.0f} MB to {size / 1e6:.0f} MB.\n\n"
    )
    head = "| linked | read | pairs compared | time | processor time a document | most memory |"
    return note + "\n".join((head, "|---|--:|--:|--:|--:|--:|", *rows))


def _each(run: Run) -> str:
    return f"{1000 * run.cpu / run.read:.0f} ms" if run.read else "–"


def _run(archive: Path, rebuild: bool, most: int | None) -> Run:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_relate, archive, rebuild, most).result()


def _relate(archive: Path, rebuild: bool, most: int | None) -> Run:
    wall, cpu = time.perf_counter(), time.process_time()
    done, _ = relate(archive, rebuild=rebuild, most=most)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return Run(time.perf_counter() - wall, time.process_time() - cpu, memory, done.read, done.compared)
