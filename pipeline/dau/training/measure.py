"""What benchmarks share: runs without searchable PDFs, the memory of a process tree, the page of results they write."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

import psutil

_NO_PDF = "[pdf]\nmake = false\n"
_SAMPLE_SECONDS = 0.03


class PeakMemory:
    """Samples the resident memory (bytes) of a process and its descendants until stopped; `bytes` is the peak.

    Pages that processes share count once for each, so that the figure is an upper bound.
    """

    def __init__(self, pid: int) -> None:
        self.bytes = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(pid,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self, pid: int) -> None:
        while not self._done.wait(_SAMPLE_SECONDS):
            self.bytes = max(self.bytes, _tree_rss(pid))


def run_without_pdf(
    inputs: Iterable[Path], archive: Path, jobs: int, *, capture_output: bool = False
) -> subprocess.CompletedProcess[str]:
    """`dau run` of the inputs into `archive`, searchable PDFs aside; the exit code is for the caller to judge."""
    with NamedTemporaryFile("w", suffix=".toml") as settings:
        settings.write(_NO_PDF)
        settings.flush()
        command = [sys.executable, "-m", "dau.cli", "run", *map(str, inputs), "--out", str(archive)]
        command += ["--jobs", str(jobs), "--quiet", "--settings", settings.name]
        return subprocess.run(command, check=False, text=True, capture_output=capture_output)


def _tree_rss(pid: int) -> int:
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0
    total = 0
    for process in family:
        try:
            total += int(process.memory_info().rss)
        except psutil.Error:
            continue
    return total


def verdict_of(proof: str) -> str:
    """The line of `dau verify` that says whether the archive is proven; its last where there is none."""
    lines = proof.strip().splitlines() or [""]
    return next((line for line in lines if re.match(r"Proven|\d+ discrepancies", line)), lines[-1])


def put_section(path: Path, name: str, content: str) -> None:
    """Replace the section between the markers of `name` in a Markdown file, or append it; all else stays."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    old = path.read_text(encoding="utf-8") if path.is_file() else "# Results\n\nWritten by scripts/benchmark.\n"
    section = f"{begin}\n{content}\n{end}"
    if begin in old and end in old.split(begin, 1)[1]:
        head, rest = old.split(begin, 1)
        new = head + section + rest.split(end, 1)[1]
    else:
        new = old.rstrip("\n") + "\n\n" + section + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(new, encoding="utf-8")
