"""Measure restorers on the development data, side by side.

    python -m dau.training.evaluate_restorer --shared PATH [--rows identity unigram trigram] [--lines 2000]

Reads `restore/dev_legacy.jsonl` (garbled passages with their text), `restore/dev_stripped.txt` (clean lines, stripped
here) and `corpus/dev.jsonl.xz` (clean text, to see the harm) under PATH, and prints one row a restorer. Definitions
are those of `scores`; every passage and line is restored without the context of the others.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dau.document.orthography import bare
from dau.document.transcript import Line
from dau.resources import models_dir
from dau.restore import NullRestorer, Restorer, RestoreSettings, guard, noisy_channel, restore_text
from dau.restore.lattice import Order

from .corpus import documents
from .scores import Share, harmed, pooled, syllables_right


@dataclass(frozen=True)
class Measures:
    """One row: pooled shares, guard violations over everything, syllables a second of CPU time over everything."""

    name: str
    legacy: Share
    legacy_harm: Share
    stripped: Share
    clean_harm: Share
    violations: int
    speed: float

    def row(self) -> str:
        return (
            f"| {self.name} | {self.legacy.value:.4f} | {self.legacy_harm.value:.4f} | {self.stripped.value:.4f} "
            f"| {self.clean_harm.value:.5f} | {self.violations} | {self.speed:,.0f} |"
        )


HEADER = (
    "| restorer | legacy: syllables right | legacy: harm | stripped: syllables right | clean: harm | violations "
    "| syllables/s |\n|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Material:
    """Texts to measure on: (garbled, clean) passages, clean lines to strip, and clean documents as lines."""

    legacy: list[tuple[str, str]]
    stripped: list[str]
    clean: list[list[str]]


def material(shared: Path, lines: int, clean_words: int) -> Material:
    """The development data under `shared`; at most `lines` lines to strip and `clean_words` words of clean text."""
    with (shared / "restore/dev_legacy.jsonl").open(encoding="utf-8") as rows:
        legacy = [(r["raw"], r["reference"]) for r in map(json.loads, rows)]
    stripped = (shared / "restore/dev_stripped.txt").read_text(encoding="utf-8").splitlines()[:lines]
    clean: list[list[str]] = []
    size = 0
    for document in documents(shared / "corpus/dev.jsonl.xz"):
        if size >= clean_words:
            break
        clean.append(document.text.split("\n"))
        size += len(document.text.split())
    return Material(legacy, stripped, clean)


def measure(name: str, restorer: Restorer, texts: Material) -> Measures:
    """Restore everything in `texts` and count."""
    began = time.process_time()
    legacy = _apart([raw for raw, _ in texts.legacy], restorer)
    stripped = _apart([bare(line) for line in texts.stripped], restorer)
    clean = [line for lines in texts.clean for line in restore_text(lines, restorer)]
    seconds = time.process_time() - began
    everything = [*legacy, *stripped, *clean]
    return Measures(
        name=name,
        legacy=pooled(syllables_right(x.restored, ref) for x, (_, ref) in zip(legacy, texts.legacy, strict=True)),
        legacy_harm=pooled(harmed(x.raw, x.restored, ref) for x, (_, ref) in zip(legacy, texts.legacy, strict=True)),
        stripped=pooled(syllables_right(x.restored, ref) for x, ref in zip(stripped, texts.stripped, strict=True)),
        clean_harm=pooled(harmed(x.raw, x.restored, x.raw) for x in clean),
        violations=sum(len(guard.violations(x.raw, x.restored)) for x in everything),
        speed=sum(len(x.words) for x in everything) / max(seconds, 1e-9),
    )


def _apart(texts: Sequence[str], restorer: Restorer) -> list[Line]:
    """Each text restored as a line of its own: a blank line between keeps them from being one another's context."""
    return list(restore_text((x for text in texts for x in (text, "")), restorer))[::2]


def restorers(model: str) -> dict[str, Callable[[], Restorer]]:
    """The rows of the table by name."""

    def lattice(order: Order) -> Callable[[], Restorer]:
        return lambda: noisy_channel.load(models_dir() / model, RestoreSettings(model=model), order=order)

    return {"identity": NullRestorer, "unigram": lattice(1), "bigram": lattice(2), "trigram": lattice(3)}


def table(shared: Path, rows: Sequence[str], lines: int, clean_words: int, model: str) -> Iterator[str]:
    """The table, line by line as it is measured."""
    texts = material(shared, lines, clean_words)
    known = restorers(model)
    yield HEADER
    for name in rows:
        yield measure(name, known[name](), texts).row()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--rows", nargs="+", default=list(restorers("ngram")), choices=list(restorers("ngram")))
    parser.add_argument("--lines", type=int, default=2000, help="of dev_stripped.txt")
    parser.add_argument("--clean-words", type=int, default=30_000, help="of dev.jsonl.xz")
    parser.add_argument("--model", default="ngram", help="folder of models/")
    given = parser.parse_args()
    for row in table(given.shared, given.rows, given.lines, given.clean_words, given.model):
        sys.stdout.write(row + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
