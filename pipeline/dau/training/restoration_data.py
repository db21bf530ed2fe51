"""The development data that restorers are measured on.

Under one folder: `restore/dev_legacy.jsonl` (garbled passages with their text), `restore/dev_stripped.txt` (clean
lines, stripped here), `corpus/dev.jsonl.xz` (clean text, to see the harm) and `scans/gold` (transcribed pages, read
here by each engine alone).
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dau import ocr, restore, scan
from dau.document.orthography import bare
from dau.document.transcript import Line

from . import noise
from .benchmark_scans import gold_samples
from .corpus import documents
from .examples import damaged, passages

ENGINES: tuple[ocr.reader.EngineName, ...] = ("tesseract", "trueocr")


@dataclass(frozen=True)
class Item:
    """Lines that are one another's context, and what they should say."""

    lines: list[Line]
    reference: str


@dataclass(frozen=True)
class Material:
    """Items of every kind. Passages and stripped lines are restored each for itself."""

    legacy: list[Item]
    stripped: list[Item]
    clean: list[Item]
    pages: dict[str, list[Item]]

    def all(self) -> dict[str, list[Item]]:
        """Items by name of the set."""
        return {"legacy": self.legacy, "stripped": self.stripped, "clean": self.clean, **self.pages}


def _item(text: str, reference: str) -> Item:
    """Plain text as lines of words, with what it should say."""
    return Item(restore.read_rows(text.split("\n"), 1), reference)


def material(shared: Path, lines: int = 2000, clean_words: int = 30_000) -> Material:
    """The data under `shared`; at most `lines` lines to strip and about `clean_words` words of clean text. The pages
    are left out where they are not there."""
    with (shared / "restore/dev_legacy.jsonl").open(encoding="utf-8") as rows:
        legacy = [_item(r["raw"], r["reference"]) for r in map(json.loads, rows)]
    stripped = (shared / "restore/dev_stripped.txt").read_text(encoding="utf-8").splitlines()[:lines]
    clean: list[Item] = []
    size = 0
    for document in documents(shared / "corpus/dev.jsonl.xz"):
        if size >= clean_words:
            break
        clean.append(_item(document.text, document.text))
        size += len(document.text.split())
    gold = shared / "scans/gold"
    pages: dict[str, list[Item]] = {e: read_pages(gold, e) for e in ENGINES} if gold.is_dir() else {}
    return Material(legacy, [_item(bare(x), x) for x in stripped], clean, pages)


def read_pages(folder: Path, engine: ocr.reader.EngineName) -> list[Item]:
    """The transcribed pages as one engine reads them, after the usual cleaning."""
    settings = scan.ScanSettings()
    reader = ocr.Reader(ocr.OcrSettings(engines=(engine,)), restore.language())
    items = []
    for sample in gold_samples(folder):
        with scan.open(sample.path, settings) as source:
            page = scan.clean(source.page(sample.page), settings)
        items.append(Item(list(reader.read(page).lines), sample.reference))
    return items


def garbled_book(shared: Path, model: Path, pages: int, syllables: int = 500) -> str:
    """A text of so many pages, damaged as by an engine without Vietnamese, to measure speed and memory on: the
    development corpus, over and over, damaged anew each time."""
    noises = {"legacy": noise.load(model / "legacy.json.gz")}
    rng = random.Random(7)
    texts = list(documents(shared / "corpus/dev.jsonl.xz"))
    rows: list[str] = []
    size = 0
    while size < pages * syllables:
        for document in texts:
            for lines in passages(document, rng):
                rows += [line.raw for line in damaged(lines, "legacy", noises, {}, rng).lines]
                size += sum(map(len, lines))
            if size >= pages * syllables:
                break
    return "\n".join(rows) + "\n"


def text_of(lines: Sequence[Line], *, restored: bool) -> str:
    return "\n".join(line.restored if restored else line.raw for line in lines)
