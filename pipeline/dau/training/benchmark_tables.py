"""The benchmark of ruled tables: simulated scans read and parsed with their rules and without, cell by cell; and, on
pages of real scans, where tables are found at all.

A cell is right where its text is read to the letter; it is whole where it holds its own words and no neighbour's,
misread letters aside.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from rapidfuzz import fuzz

from dau import convert, scan
from dau import settings as run_settings
from dau.document.directive import Directive
from dau.document.errors import DauError
from dau.document.orthography import nfc
from dau.ocr.ruling import find_tables
from dau.structure import parse
from dau.training.table_samples import TableSample, samples

_WHOLE = 85.0


@dataclass(frozen=True)
class Counts:
    """Of how many cells and rows with text, how many were right, whole, and whole as a row."""

    cells: int = 0
    right: int = 0
    whole: int = 0
    rows: int = 0
    whole_rows: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f) + getattr(other, f) for f in Counts.__dataclass_fields__))


def benchmark_tables(count: int, pages: Path | None = None) -> str:
    """Markdown: shares of cells by severity, with rules and without; with `pages`, a folder of real scans, where tables
    are found on them and how long looking takes."""
    found: dict[tuple[str, str], Counts] = {}
    seconds = {"text alone": 0.0, "rules": 0.0}
    with TemporaryDirectory(prefix="dau-tables-") as folder:
        for sample in samples(count):
            path = Path(folder) / f"{sample.name}.pdf"
            path.write_bytes(sample.scan.pdf())
            for name in seconds:
                began = time.perf_counter()
                counts = judged(_read(path, rules=name == "rules"), sample)
                seconds[name] += time.perf_counter() - began
                found[name, sample.severity] = found.get((name, sample.severity), Counts()) + counts
    lines = [*_table(found), "", f"Reading and parsing with rules took {seconds['rules']:.0f} s, without "
             f"{seconds['text alone']:.0f} s."]  # fmt: skip
    return "\n".join([*lines, *_on_pages(pages)] if pages else lines)


def _read(path: Path, *, rules: bool) -> Directive:
    """A scan as a run reads and parses it; without `rules` no table is seen on the page."""
    settings = run_settings.load(None)
    if rules:
        return parse(convert.read_document(path, settings).transcript)
    with patch("dau.ocr.reader.find_tables", lambda *_: []):
        return parse(convert.read_document(path, settings).transcript)


def judged(directive: Directive, sample: TableSample) -> Counts:
    """The cells of the tables of a document beside those of its only table; each found cell counts once."""
    rows = [tuple(" ".join(nfc(cell).split()) for cell in row) for t in directive.tables for row in t.rows]
    pool = Counter(cell for row in rows for cell in row if cell)
    texts = [text for row in sample.rows for text in row if text]
    right = sum(min(n, pool[text]) for text, n in Counter(texts).items())
    whole = sum(any(_alike(cell, text) for cell in pool) for text in texts)
    whole_rows = sum(any(_same_row(row, wanted) for row in rows) for wanted in sample.rows)
    return Counts(len(texts), right, whole, len(sample.rows), whole_rows)


def _same_row(row: Sequence[str], wanted: Sequence[str]) -> bool:
    shown, said = [c for c in row if c], [c for c in wanted if c]
    return len(shown) == len(said) and all(map(_alike, shown, said))


def _alike(cell: str, text: str) -> bool:
    return fuzz.ratio(cell, text) >= _WHOLE


def _table(found: dict[tuple[str, str], Counts]) -> Iterator[str]:
    yield "| severity | read by | cells | right to the letter | whole | rows | rows whole |"
    yield "|---|---|---|---|---|---|---|"
    for severity in dict.fromkeys(severity for _, severity in found):
        for name in ("text alone", "rules"):
            c = found[name, severity]
            yield (f"| {severity} | {name} | {c.cells} | {c.right / c.cells:.3f} | {c.whole / c.cells:.3f} | {c.rows} "
                   f"| {c.whole_rows / c.rows:.3f} |")  # fmt: skip


def _on_pages(folder: Path) -> Iterable[str]:
    """Where tables are found on real scans: for a human to look at, since none may be false."""
    held: dict[str, list[str]] = {}
    without: list[float] = []
    settings = scan.ScanSettings()
    for path in sorted(folder.iterdir()):
        with suppress(DauError), scan.open(path, settings) as source:
            for number in range(1, source.page_count + 1):
                page = scan.clean(source.page(number), settings)
                began = time.process_time()
                if find_tables(page.readable, page.dpi):
                    held.setdefault(path.stem, []).append(str(number))
                else:
                    without.append(time.process_time() - began)
    found = sum(map(len, held.values()))
    yield ""
    yield (f"Of {found + len(without)} pages of real scans, {found} have ruled tables: "
           + "; ".join(f"{name} p. {', '.join(numbers)}" for name, numbers in held.items()) + ".")  # fmt: skip
    yield (f"Looking takes {1000 * sum(without) / max(1, len(without)):.1f} ms of processor time on a page "
           "without any.")  # fmt: skip
