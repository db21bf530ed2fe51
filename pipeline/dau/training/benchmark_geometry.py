"""Benchmark of hard page geometry: known pages lying every which way, read as they are and scored.

What counts is that nothing false stands in the text without a flag: a page is handled where its text is there, flagged
where the transcript says that it should be scanned again, and a silent failure else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from dau import ocr, restore, scan
from dau.document.transcript import TranscriptPage
from dau.reading import transcript_page
from dau.scan.raster import page_of
from dau.training.benchmark_scans import Sample, gold_samples, simulated_samples
from dau.training.geometry import CASES, Case, Shown
from dau.training.scores import cer, syllable_accuracy, syllables_right

_READ = 0.9
"""Syllables right from which a page counts as handled."""
_STRAY = 0.3
"""Share of words that are none of the page's from which its text is false."""


@dataclass(frozen=True)
class Sheet:
    """A page as it should be, and its text."""

    name: str
    shown: Shown
    text: str


@dataclass(frozen=True)
class Outcome:
    """`stray`: share of the words read that the page does not have."""

    cer: float
    syllables: float
    stray: float
    words: int
    flags: tuple[str, ...]

    def verdict(self, wanted: str) -> str:
        """`handled`, `flagged` or `silent`."""
        read = self.syllables >= _READ and self.stray <= _STRAY
        right = self.words == 0 if wanted == "nothing" else read
        return "flagged" if self.flags and (wanted == "flag" or not right) else "handled" if right else "silent"


Reads = Callable[[Shown], TranscriptPage]


def sheets(gold: Path, simulated: Path | None, most: int) -> list[Sheet]:
    """`most` transcribed pages, as evenly spread over the folder as may be, and half as many simulated ones."""
    index = (gold / "index.jsonl").read_text(encoding="utf-8").splitlines()
    dpi = {row["name"]: float(row["dpi"]) for row in map(json.loads, index)}
    out = []
    for sample in _spread(gold_samples(gold), most):
        image = cv2.imread(str(sample.path))
        assert image is not None
        out.append(Sheet(sample.name, Shown(image, dpi[sample.name]), sample.reference))  # type: ignore[arg-type]
    for sample in _spread(simulated_samples(simulated), most // 2) if simulated else ():
        with scan.open(sample.path, scan.ScanSettings()) as source:
            page = source.page(sample.page)
        out.append(Sheet(sample.name, Shown(page.image, page.dpi), sample.reference))
    return out


def _spread(items: Sequence[Sample], most: int) -> list[Sample]:
    step = max(1.0, len(items) / max(1, most))
    return [items[int(n * step)] for n in range(min(most, len(items)))]


def reads() -> Reads:
    """The whole path from an image to its page of the transcript. Models are loaded here."""
    restoring = restore.RestoreSettings()
    reader, restorer = ocr.Reader(ocr.OcrSettings(), restore.language(restoring)), restore.load(restoring)

    def read(shown: Shown) -> TranscriptPage:
        height, width = shown.image.shape[:2]
        page = scan.clean(page_of(shown.image, 1, width / shown.dpi * 72, height / shown.dpi * 72), scan.ScanSettings())
        found = transcript_page(page, reader.read(page))
        return found.model_copy(update={"lines": tuple(restorer.restore(list(found.lines)))})

    return read


def measured(case: Case, pages: Sequence[Sheet], read: Reads) -> Iterator[Outcome]:
    """The case on every page; the next one lies beside it or shows through."""
    for n, sheet in enumerate(pages):
        other = pages[(n + 1) % len(pages)]
        found = read(case.make(sheet.shown, other.shown))
        text = "".join(f"{line.restored}\n" for line in found.lines)
        reference = {"both": f"{sheet.text}\n{other.text}", "nothing": ""}.get(case.wanted, sheet.text)
        yield Outcome(
            cer=cer(text, reference) if reference else 0.0,
            syllables=syllable_accuracy(text, reference) if reference else 1.0,
            stray=1 - syllables_right(reference, text).value if text.strip() else 0.0,
            words=len(text.split()),
            flags=found.rescan,
        )


def benchmark_geometry(gold: Path, simulated: Path | None = None, most: int = 4) -> str:
    """Markdown: every case, its mean scores, and how many pages were handled, flagged, or failed in silence."""
    cv2.setNumThreads(1)
    pages, read = sheets(gold, simulated, most), reads()
    lines = [
        f"{len(pages)} pages, each lying every way. Handled: {_READ:.0%} of the syllables are right (on blank pages: "
        f"nothing is read). Flagged: `needs_rescan`. Stray: words that the page does not have.",
        "",
        "| page | CER | syll. | stray | words | handled | flagged | failed silently | flags |",
        "|---|" + "---|" * 8,
    ]
    for case in CASES.values():
        found = list(measured(case, pages, read))
        lines.append(_row(case, found))
    return "\n".join(lines)


def _row(case: Case, found: Sequence[Outcome]) -> str:
    def mean(field: str) -> float:
        return float(sum(getattr(o, field) for o in found)) / len(found)

    verdicts = [outcome.verdict(case.wanted) for outcome in found]
    flags = sorted({flag for outcome in found for flag in outcome.flags})
    scores = "– | –" if case.wanted == "nothing" else f"{mean('cer'):.3f} | {mean('syllables'):.3f}"
    counts = " | ".join(str(verdicts.count(v)) for v in ("handled", "flagged", "silent"))
    return f"| {case.title} | {scores} | {mean('stray'):.3f} | {mean('words'):.0f} | {counts} | {', '.join(flags)} |"
