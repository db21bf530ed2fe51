"""Does the training text hold what is kept for testing?

    python -m dau.training.contamination --corpus train.jsonl.xz --held-out ../shared/restore

Goes through the documents that are trained on, those that `HeldOut` leaves out apart, and names for every test set the
one that shares most with it: by document number, and by 8-grams of bare lower-case words. Ends with 1 where a training
document bears the number of a test document, holds twelve 8-grams of the garbled passages, or half of those of a test
line, page or document. What is shared below that are formulas and laws that many documents quote.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .corpus import ENOUGH, LEAST, SIZE, documents, shingles
from .train_ngram import TEST_NUMBERS, held_out, whole_tests


@dataclass(frozen=True)
class Overlap:
    """The training document that shares most with a test: `shared` of its `total` n-grams."""

    test: str
    document: str
    shared: int
    total: int

    @property
    def share(self) -> float:
        return self.shared / max(1, self.total)


@dataclass(frozen=True)
class Report:
    """`kept` and `left_out` training documents; numbers found in kept ones; closest kept document by test."""

    kept: int
    left_out: int
    numbers: list[tuple[str, str]]
    passages: Overlap
    others: list[Overlap]

    @property
    def clean(self) -> bool:
        return (
            not self.numbers and self.passages.shared < ENOUGH
            and all(o.share < 0.5 for o in self.others if o.total >= LEAST)
        )

    def lines(self) -> Iterator[str]:
        yield f"{self.kept} documents are trained on, {self.left_out} are left out because they hold test text."
        yield f"Test numbers in training documents: {len(self.numbers)}"
        yield from (f"  {number} in {document}" for number, document in self.numbers)
        yield f"Garbled passages: at most {self.passages.shared} {SIZE}-grams in one document (limit {ENOUGH - 1})"
        worst = sorted((o for o in self.others if o.total >= LEAST), key=lambda o: -o.share)
        yield f"Lines, pages, documents: {len(worst)} tests; the closest training documents hold (limit: under half)"
        yield from (f"  {o.share:6.1%} of {o.test}: {o.document}" for o in worst[:8])
        yield "clean" if self.clean else "CONTAMINATED"


def report(corpus: Path, folder: Path) -> Report:
    """Compare every training document with every test."""
    tests, whole = held_out(folder), whole_tests(folder)
    sizes: dict[str, int] = {}
    holders: dict[int, list[str]] = {}
    for name, text in whole.items():
        grams = shingles(text, SIZE)
        sizes[name] = len(grams)
        for gram in grams:
            holders.setdefault(gram, []).append(name)
    best: dict[str, Overlap] = {}
    numbers: list[tuple[str, str]] = []
    passages = Overlap("dev_legacy.jsonl", "", 0, len(tests.texts))
    kept = left_out = 0
    for document in documents(corpus):
        if tests.holds(document):
            left_out += 1
            continue
        kept += 1
        numbers += [(n, document.id) for n in TEST_NUMBERS if n == document.number or n in document.text]
        grams = shingles(document.text, SIZE)
        if (shared := len(grams & tests.texts)) > passages.shared:
            passages = Overlap(passages.test, document.id, shared, passages.total)
        for name, count in Counter(n for g in grams & holders.keys() for n in holders[g]).items():
            if name not in best or count > best[name].shared:
                best[name] = Overlap(name, document.id, count, sizes[name])
    return Report(kept, left_out, numbers, passages, list(best.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = report(given.corpus, given.held_out)
    if given.json:
        sys.stdout.write(json.dumps({"clean": found.clean, "kept": found.kept, "left_out": found.left_out}) + "\n")
    else:
        sys.stdout.writelines(line + "\n" for line in found.lines())
    sys.exit(0 if found.clean else 1)


if __name__ == "__main__":
    main()
