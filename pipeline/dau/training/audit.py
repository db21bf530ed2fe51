"""Errors that remain after restoring, a random choice of each set, for a person to sort.

    python -m dau.training.audit --shared PATH [--each 25] [--seed 1] > errors.tsv

A line each, tab-separated: set, what stands before, what was read, what was restored, what the reference has, what
follows. docs/restorer.md holds the last audit.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from dau.document.transcript import Line
from dau.restore import RestoreSettings, load

from .evaluate_restorer import restored
from .restoration_data import Item, material
from .scores import tokens

AROUND = 4
SETS = ("legacy", "stripped", "tesseract", "trueocr")


@dataclass(frozen=True)
class Remaining:
    """A place where the restored text is not the reference's."""

    set: str
    before: str
    read: str
    restored: str
    reference: str
    after: str


def remaining(name: str, item: Item, lines: list[Line]) -> Iterator[Remaining]:
    """Places with letters where an item's restored lines differ from its reference."""
    words = [(w.raw, token) for line in lines for w in line.words for token in tokens(w.restored)]
    reference = tokens(item.reference)
    for op in Levenshtein.opcodes([t for _, t in words], reference):
        theirs = " ".join(reference[op.dest_start : op.dest_end])
        if op.tag == "equal" or not any(c.isalpha() for c in theirs):
            continue
        ours = words[op.src_start : op.src_end]
        yield Remaining(
            name, " ".join(reference[max(0, op.dest_start - AROUND) : op.dest_start]),
            " ".join(dict.fromkeys(raw for raw, _ in ours)), " ".join(t for _, t in ours), theirs,
            " ".join(reference[op.dest_end : op.dest_end + AROUND]),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--each", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    texts = material(given.shared).all()
    restorer = load(RestoreSettings())
    for name in SETS:
        items = texts.get(name, [])
        done = zip(items, restored(items, restorer), strict=True)
        found = [error for item, lines in done for error in remaining(name, item, lines)]
        for error in random.Random(given.seed).sample(found, min(given.each, len(found))):
            sys.stdout.write("\t".join(astuple(error)) + "\n")


if __name__ == "__main__":
    main()
