"""Benchmark of reading scans: bare Tesseract and the whole path of dau, on the same pages in the same run.

Each contender runs in a process of its own that reads the pages one after the other; a sampler outside it watches the
memory of that process and of everything it starts. Models are loaded before the clock starts, as they are once in a
run over thousands of pages, and the loading time is stated.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from dau import scan
from dau.document.errors import DauError, InputError
from dau.training.ablation import VARIANTS, reader
from dau.training.measure import PeakMemory
from dau.training.reading_scores import kendall_tau, leaked
from dau.training.scores import cer, harm, syllable_accuracy, wer

Contender = str
"""`tesseract`, `dau`, or `dau without PART` (a key of `ablation.VARIANTS`)."""

TARGETS = (("mean CER", "cer", 0.02, "≤"), ("mean syllable accuracy", "syllables", 0.98, "≥"),
           ("reading order, mean tau", "order", 0.99, "≥"))
MOST_LEAKS = 2
"""Acceptance on the transcribed pages: means over pages, and pages with text of an overlay in them."""

_PAGE_SECONDS = 300.0


@dataclass(frozen=True)
class Sample:
    """A page with its reference: `page` counts from 1 in `path`."""

    name: str
    path: Path
    page: int
    reference: str
    overlays: str = ""
    """What lies over the page and is none of its text, as a careful reader wrote it down."""


@dataclass(frozen=True)
class Result:
    """One contender on one page. `raw` is the reading before restoration (equal to `text` for bare Tesseract)."""

    name: str
    text: str
    raw: str
    seconds: float
    error: str | None = None


@dataclass(frozen=True)
class Run:
    """One contender on all pages: `peak` bytes of resident memory of its process tree, `loading` seconds."""

    results: tuple[Result, ...]
    peak: int
    loading: float


@dataclass(frozen=True)
class Row:
    """Scores of a contender on a page; `raw_cer` and `raw_syllables` before restoration; `order` Kendall's tau over
    lines, `leaks` the number of overlays that stand in the text."""

    cer: float
    wer: float
    syllables: float
    harm: float
    seconds: float
    raw_cer: float
    raw_syllables: float
    order: float
    leaks: float


def gold_samples(folder: Path) -> list[Sample]:
    """Every `NAME.png` with a `NAME.txt`, by name. Raises InputError where there is none."""
    index = folder / "index.jsonl"
    rows = map(json.loads, index.read_text(encoding="utf-8").splitlines()) if index.is_file() else ()
    overlays = {row["name"]: row.get("overlays") or "" for row in rows}
    samples = [
        Sample(image.stem, image, 1, image.with_suffix(".txt").read_text(encoding="utf-8"),
               overlays.get(image.stem, ""))
        for image in sorted(folder.glob("*.png"))
        if image.with_suffix(".txt").is_file()
    ]
    if not samples:
        raise InputError(f"{folder} holds no NAME.png with a NAME.txt.", "Name a folder of transcribed pages.")
    return samples


def simulated_samples(folder: Path) -> list[Sample]:
    """Every page of every `NAME.pdf` with a `NAME.truth.json` (see docs/simulator.md), by name and page."""
    samples = []
    for truth in sorted(folder.glob("*.truth.json")):
        source = truth.with_name(truth.name.removesuffix(".truth.json") + ".pdf")
        for page in json.loads(truth.read_text(encoding="utf-8"))["pages"] if source.is_file() else ():
            reference = "\n".join(line["text"] for line in page["lines"])
            name = f"{source.stem} p{page['number']} {page['severity']}"
            samples.append(Sample(name, source, page["number"], reference))
    if not samples:
        raise InputError(f"{folder} holds no NAME.pdf with a NAME.truth.json.", "Make some: scripts/make_scans.py.")
    return samples


def run(contender: Contender, samples: list[Sample]) -> Run:
    """Read all pages in a process of its own and watch its memory."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(contender, samples, theirs), name=contender)
    process.start()
    theirs.close()
    peak = PeakMemory(process.pid or 0)
    results: list[Result] = []
    loading = 0.0
    try:
        loading = _receive(ours, process, _PAGE_SECONDS)
        results = [_receive(ours, process, _PAGE_SECONDS) for _ in samples]
    finally:
        process.join(10)
        if process.is_alive():
            process.kill()
        peak.stop()
    return Run(tuple(results), peak.bytes, loading)


def _receive(connection: Connection, process: multiprocessing.process.BaseProcess, seconds: float):  # type: ignore[no-untyped-def]
    if not connection.poll(seconds):
        raise DauError(f"The benchmark's {process.name} process gave no answer within {seconds:g} s.")
    try:
        return connection.recv()
    except EOFError as error:
        raise DauError(f"The benchmark's {process.name} process ended early.", "See its message above.") from error


def _work(contender: Contender, samples: list[Sample], results: Connection) -> None:
    os.environ["OMP_THREAD_LIMIT"] = os.environ["OMP_NUM_THREADS"] = "1"
    cv2.setNumThreads(1)
    began = time.perf_counter()
    with TemporaryDirectory(prefix="dau-benchmark-") as folder:
        read = _bare(Path(folder)) if contender == "tesseract" else _dau(contender.partition(" without ")[2] or "all")
        results.send(time.perf_counter() - began)
        for sample in samples:
            try:
                results.send(read(sample))
            except (DauError, subprocess.SubprocessError, OSError) as error:
                results.send(Result(sample.name, "", "", 0.0, str(error)))
    results.close()


def _bare(folder: Path) -> Callable[[Sample], Result]:
    """`tesseract FILE stdout -l vie`, nothing else. A page of a PDF is drawn first, outside the clock."""

    def read(sample: Sample) -> Result:
        path = sample.path
        if path.suffix.lower() == ".pdf":
            path = folder / "page.png"
            with scan.open(sample.path, scan.ScanSettings()) as source:
                cv2.imwrite(str(path), source.page(sample.page).image)
        began = time.perf_counter()
        done = subprocess.run(
            ["tesseract", str(path), "stdout", "-l", "vie"], capture_output=True, timeout=_PAGE_SECONDS, check=True
        )
        text = done.stdout.decode("utf-8", "replace")
        return Result(sample.name, text, text, time.perf_counter() - began)

    return read


def _dau(without: str) -> Callable[[Sample], Result]:
    """The whole path to restored text: open, clean, read, restore; one part of it off where `without` names one."""
    scan_settings = scan.ScanSettings()
    lines_of = reader(VARIANTS[without])

    def read(sample: Sample) -> Result:
        began = time.perf_counter()
        with scan.open(sample.path, scan_settings) as source:
            page = source.page(sample.page)
        lines = lines_of(page, scan_settings)
        seconds = time.perf_counter() - began
        text, raw = ("".join(getattr(line, form) + "\n" for line in lines) for form in ("restored", "raw"))
        return Result(sample.name, text, raw, seconds)

    return read


def row(result: Result, sample: Sample) -> Row:
    """Scores of one reading against its reference."""
    reference = sample.reference
    return Row(
        cer=cer(result.text, reference), wer=wer(result.text, reference),
        syllables=syllable_accuracy(result.text, reference), harm=harm(result.raw, result.text, reference),
        seconds=result.seconds,
        raw_cer=cer(result.raw, reference), raw_syllables=syllable_accuracy(result.raw, reference),
        order=kendall_tau(result.text, reference), leaks=len(leaked(result.text, reference, sample.overlays)),
    )


def mean(rows: Iterable[Row]) -> Row:
    """The mean over pages, field by field."""
    every = list(rows)
    return replace(every[0], **{
        field: sum(getattr(r, field) for r in every) / len(every) for field in Row.__dataclass_fields__
    })


def table(samples: list[Sample], bare: Run, ours: Run, *, targets: bool) -> str:
    """Markdown: scores by page, the means, speed and memory beside their ratios, and the targets met or missed."""
    pairs = [
        (sample, row(a, sample), row(b, sample), b.error or a.error)
        for sample, a, b in zip(samples, bare.results, ours.results, strict=True)
    ]
    total_bare, total_ours = mean(a for _, a, _, _ in pairs), mean(b for _, _, b, _ in pairs)
    lines = [
        "| page | Tesseract CER | WER | syll. | order τ | s | dau CER | WER | syll. | harm | order τ | leaks | s "
        "| dau raw CER | syll. |",
        "|---|" + "---|" * 14,
        *(_cells(f"{s.name}{f' (failed: {e})' if e else ''}", a, b) for s, a, b, e in pairs),
        _cells("**mean**", total_bare, total_ours),
        "",
        f"Seconds a page: Tesseract {total_bare.seconds:.2f}, dau {total_ours.seconds:.2f} "
        f"({total_ours.seconds / max(1e-9, total_bare.seconds):.2f} ×); one page at a time, one thread; "
        f"loading dau's models took {ours.loading:.1f} s more, once.",
        f"Peak memory of the process tree: Tesseract {bare.peak / 2**20:.0f} MiB, dau {ours.peak / 2**20:.0f} MiB "
        f"({ours.peak / max(1, bare.peak):.2f} ×), Python included in both.",
    ]
    if targets:
        lines += ["", *_targets(total_ours, [b for _, _, b, _ in pairs])]
    return "\n".join(lines)


def _targets(total: Row, rows: list[Row]) -> Iterator[str]:
    for name, field, limit, sense in TARGETS:
        value = getattr(total, field)
        met = value <= limit if sense == "≤" else value >= limit
        yield f"Target {name} {sense} {limit:.3f}: {value:.4f}, {_verdict(met)}.  "
    leaking = sum(row.leaks > 0 for row in rows)
    yield (f"Target pages with text of an overlay among their lines ≤ {MOST_LEAKS}: {leaking}, "
           f"{_verdict(leaking <= MOST_LEAKS)}.")


def ablation(samples: list[Sample]) -> str:
    """Markdown: means over the pages with one part switched off in turn."""
    lines = ["| | CER | syll. | order τ | pages with leaks | s a page | CER, before restoring |",
             "|---|---|---|---|---|---|---|"]
    for name, variant in VARIANTS.items():
        found = run(f"dau without {name}", samples)
        rows = [row(result, sample) for result, sample in zip(found.results, samples, strict=True)]
        total, failed = mean(rows), sum(bool(result.error) for result in found.results)
        title = variant.title + (f" ({failed} pages failed)" if failed else "")
        lines.append(
            f"| {title} | {total.cer:.4f} | {total.syllables:.4f} | {total.order:.4f} | "
            f"{sum(r.leaks > 0 for r in rows)} | {total.seconds:.2f} | {total.raw_cer:.4f} |"
        )
    return "\n".join(lines)


def _verdict(met: bool) -> str:
    return "met" if met else "**missed**"


def _cells(name: str, bare: Row, ours: Row) -> str:
    cells = [f"{v:.4f}" for v in (bare.cer, bare.wer, bare.syllables, bare.order)] + [f"{bare.seconds:.2f}"]
    cells += [f"{v:.4f}" for v in (ours.cer, ours.wer, ours.syllables, ours.harm, ours.order)]
    cells += [f"{ours.leaks:.3g}", f"{ours.seconds:.2f}", f"{ours.raw_cer:.4f}", f"{ours.raw_syllables:.4f}"]
    return f"| {name} | " + " | ".join(cells) + " |"
