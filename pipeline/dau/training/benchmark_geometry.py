"""Benchmark of hard page geometry: known pages lying every which way, read as they are and scored.

What counts is that nothing false stands in the text without a flag: a page is handled where its text is there, flagged
where the transcript says that it should be scanned again, and a silent failure else.

Hundreds of readings take long: each is kept in a file as soon as it is measured, with a digest of the code that read,
so that a run may stop and another one go on.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2

from dau import ocr, restore, scan
from dau.document.errors import DauError, InputError
from dau.document.transcript import TranscriptPage
from dau.reading import transcript_page
from dau.scan.raster import page_of
from dau.training.benchmark_scans import Sample, gold_samples, simulated_samples
from dau.training.geometry import Shown
from dau.training.geometry_cases import CASES, Case
from dau.training.scores import cer, syllable_accuracy, syllables_right

_READ = 0.9
"""Syllables right from which a page counts as handled."""
_STRAY = 0.1
"""Share of words that are none of the page's from which its text is false."""
_PACKAGE = Path(scan.__file__).parents[1]
_MEASURED = ("scan", "ocr", "restore", "training/geometry*.py", "training/mishaps.py")
"""What outcomes depend on, in the package."""


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


def outcome(case: Case, sheet: Sheet, other: Sheet, read: Reads) -> Outcome:
    """The case on a page; the other one lies beside it or shows through."""
    found = read(case.make(sheet.shown, other.shown))
    text = "".join(f"{line.restored}\n" for line in found.lines)
    reference = {"both": f"{sheet.text}\n{other.text}", "nothing": ""}.get(case.wanted, sheet.text)
    return Outcome(
        cer=round(cer(text, reference), 5) if reference else 0.0,
        syllables=round(syllable_accuracy(text, reference), 5) if reference else 1.0,
        stray=round(1 - syllables_right(reference, text).value, 5) if text.strip() else 0.0,
        words=len(text.split()),
        flags=found.rescan,
    )


class Kept:
    """Outcomes of earlier runs of the same code, by case and page, in a file of JSON lines; without a file, of none."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._code = path, code_digest()
        self._found: dict[tuple[str, str], Outcome] = {}
        lines = path.read_text(encoding="utf-8").splitlines() if path is not None and path.is_file() else []
        for row in map(json.loads, lines):
            if row.pop("code") == self._code:
                key = row.pop("case"), row.pop("page")
                self._found[key] = Outcome(**row | {"flags": tuple(row["flags"])})

    def get(self, case: str, page: str) -> Outcome | None:
        return self._found.get((case, page))

    def put(self, case: str, page: str, found: Outcome) -> None:
        self._found[case, page] = found
        if self._path is not None:
            row: dict[str, Any] = {"case": case, "page": page, "code": self._code, **asdict(found)}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def code_digest() -> str:
    """Of the code that makes, reads and restores the pages."""
    digest = hashlib.sha256()
    for pattern in _MEASURED:
        found = _PACKAGE.glob(pattern) if pattern.endswith(".py") else (_PACKAGE / pattern).rglob("*.py")
        for path in sorted(found):
            digest.update(f"{path.relative_to(_PACKAGE).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def measure(pages: Sequence[Sheet], cases: Mapping[str, Case], kept: Kept, seconds: float | None = None) -> int:
    """Measure what is not kept yet, for about so many seconds; how many outcomes are missing then."""
    missing = [(name, n) for n in range(len(pages)) for name in cases if kept.get(name, pages[n].name) is None]
    if not missing:
        return 0
    read, start = reads(), time.monotonic()
    for done, (name, n) in enumerate(missing):
        if seconds is not None and time.monotonic() - start >= seconds:
            return len(missing) - done
        kept.put(name, pages[n].name, outcome(cases[name], pages[n], pages[(n + 1) % len(pages)], read))
    return 0


def benchmark_geometry(
    gold: Path, simulated: Path | None = None, most: int = 4, *, kept: Path | None = None, seconds: float | None = None
) -> str:
    """Markdown: every case, its mean scores, how many pages were handled, flagged, or failed in silence, and which
    these are. `kept`: the file where outcomes are kept. Where `seconds` are over before all is measured, of the pages
    that are measured in every case; DauError where none is."""
    if seconds is not None and kept is None:
        raise InputError("A run that stops must keep what it measured.", "Name a file with --kept.")
    cv2.setNumThreads(1)
    pages, known = sheets(gold, simulated, most), Kept(kept)
    missing = measure(pages, CASES, known, seconds)
    names = [page.name for page in pages if all(known.get(case, page.name) for case in CASES)]
    if not names:
        raise DauError(
            f"No page is measured in every case yet; {missing} readings are missing.",
            "Run the same command again: it goes on from what is kept.",
        )
    return _table(names, len(pages), known)


def _table(names: Sequence[str], wanted: int, known: Kept) -> str:
    rows, silent = [], []
    for name, case in CASES.items():
        found = {page: o for page in names if (o := known.get(name, page)) is not None}
        rows.append(_row(case, list(found.values())))
        silent += [f"- {page}, {case.title}" for page, o in found.items() if o.verdict(case.wanted) == "silent"]
    pages = f"{len(names)} pages" if len(names) == wanted else f"{len(names)} of {wanted} pages (as far as measured)"
    return "\n".join([
        f"{pages}, each lying every way. Handled: {_READ:.0%} of the syllables are right, and as many of "
        "the words read are the page's (on blank pages: nothing is read). Flagged: `needs_rescan`. Stray: words that "
        "the page does not have.",
        "",
        "| page | CER | syll. | stray | words | handled | flagged | failed silently | flags |",
        "|---|" + "---|" * 8,
        *rows,
        "",
        f"Failed silently: {len(silent)} of {len(names) * len(CASES)}.",
        *silent,
    ])  # fmt: skip


def _row(case: Case, found: Sequence[Outcome]) -> str:
    def mean(field: str) -> float:
        return float(sum(getattr(o, field) for o in found)) / len(found)

    verdicts = [outcome.verdict(case.wanted) for outcome in found]
    flags = sorted({flag for outcome in found for flag in outcome.flags})
    scores = "– | –" if case.wanted == "nothing" else f"{mean('cer'):.3f} | {mean('syllables'):.3f}"
    counts = " | ".join(str(verdicts.count(v)) for v in ("handled", "flagged", "silent"))
    return f"| {case.title} | {scores} | {mean('stray'):.3f} | {mean('words'):.0f} | {counts} | {', '.join(flags)} |"
