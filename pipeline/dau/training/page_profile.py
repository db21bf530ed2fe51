"""Where the time of a page goes: whole conversions with a watch at every stage, bare Tesseract in the same run."""

from __future__ import annotations

import functools
import importlib
import os
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dau import convert
from dau.archive.folder import DOCUMENTS, folder_name
from dau.archive.outcome import Task
from dau.batch.runner import call
from dau.document.errors import DauError
from dau.pdf import PdfSettings
from dau.settings import Settings

STAGES: tuple[tuple[str, str], ...] = (
    ("page opened: decoded or drawn", "dau.scan.source:Source.page"),
    ("image of the page for the reviewer written", "dau.convert:page_image"),
    ("cleaned: the rest", "dau.scan:clean"),
    ("cleaned: paper made white, ink stretched", "dau.scan.clean:white_paper"),
    ("cleaned: paper made white, ink stretched", "dau.scan.clean:stretched"),
    ("cleaned: which way up", "dau.scan.clean:quarter_turns"),
    ("cleaned: skew", "dau.scan.clean:estimate_skew"),
    ("cleaned: bands and dust", "dau.scan.clean:without_bands"),
    ("cleaned: bands and dust", "dau.scan.clean:without_specks"),
    ("cleaned: seals", "dau.scan.clean:coloured_marks"),
    ("cleaned: seals", "dau.scan.clean:ring_seals"),
    ("read: the rest (columns, overlays, order)", "dau.ocr.reader:Reader.read"),
    ("read: lines found (trueocr's detector)", "dau.ocr.trueocr:TrueOcr.find_lines"),
    ("read: trueocr", "dau.ocr.trueocr:TrueOcr.read_lines"),
    ("read: Tesseract", "dau.ocr.tesseract:Tesseract.read_lines"),
    ("read: two readings made one", "dau.ocr.reader:fused"),
    ("read: digits of number and date", "dau.ocr.reader:reread"),
    ("restored", "dau.reading:DocumentReading.restored"),
    ("parsed", "dau.convert:parse"),
    ("written: JSON, text, checksums, synced", "dau.convert:write_document"),
)
"""What is told apart, and the functions whose time it is, as `module:name`; the time of an inner stage is not counted
again in the outer one."""


@dataclass
class Watch:
    """Seconds by stage, each without what ran in it on another stage's account."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _inner: list[float] = field(default_factory=list)

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def measured(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            self._inner.append(0.0)
            try:
                return function(*args, **kwargs)
            finally:
                took = time.perf_counter() - began
                self.seconds[stage] += took - self._inner.pop()
                if self._inner:
                    self._inner[-1] += took

        return measured

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """While this lasts, the stages are timed in this process."""
        with ExitStack() as stack:
            for stage, place in STAGES:
                module, _, path = place.partition(":")
                *holders, name = path.split(".")
                holder = functools.reduce(getattr, holders, importlib.import_module(module))
                stack.enter_context(patch.object(holder, name, self.timed(stage, getattr(holder, name))))
            yield


def profile(inputs: Sequence[Path]) -> str:
    """Markdown: milliseconds a page by stage, searchable PDFs aside, and bare Tesseract's for the same images.
    The first input is converted once before, so that models are loaded."""
    watch, settings = Watch(), Settings(pages="1", pdf=PdfSettings(make=False))
    with tempfile.TemporaryDirectory(prefix="dau-benchmark-") as folder:
        _convert(inputs[:1], Path(folder) / "warm", settings)
        with watch.everywhere():
            began = time.perf_counter()
            _convert(inputs, Path(folder) / "timed", settings)
            whole = time.perf_counter() - began
    theirs = sum(_bare(path) for path in inputs)
    watch.seconds["the rest: original kept, manifest, checks"] = whole - sum(watch.seconds.values())
    rows = [f"| {stage} | {1000 * seconds / len(inputs):.0f} | {seconds / whole:.1%} |"
            for stage, seconds in sorted(watch.seconds.items(), key=lambda item: -item[1])]  # fmt: skip
    return "\n".join([
        f"{len(inputs)} pages, one after another in one process of one thread, models loaded before; bare Tesseract "
        f"takes {1000 * theirs / len(inputs):.0f} ms for the same pages ({whole / theirs:.2f} ×).", "",
        "| stage | ms a page | share |", "|---|---|---|", *rows,
        f"| all | {1000 * whole / len(inputs):.0f} | 100 % |",
    ])


def _convert(inputs: Sequence[Path], folder: Path, settings: Settings) -> None:
    """First pages into the documents of an archive, in this very process."""
    (folder / DOCUMENTS).mkdir(parents=True)
    for path in inputs:
        name, sha256, size = convert.identity(path)
        task = Task(path, str(path), sha256, size, folder, folder_name(sha256, sha256), settings.model_dump_json())
        outcome = call(convert.convert, task, convert.no_progress)
        if outcome.status != "success":
            raise DauError(f"{name} was not converted: {outcome.message}", "Profile files that can be converted.")


def _bare(image: Path) -> float:
    """Seconds of `tesseract FILE stdout -l vie` on one thread."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    began = time.perf_counter()
    subprocess.run(["tesseract", str(image), "stdout", "-l", "vie"], capture_output=True, check=True, env=environment)
    return time.perf_counter() - began
