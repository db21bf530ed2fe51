"""Train the n-gram language model of the first restorer.

    python -m dau.training.train_ngram --corpus train.jsonl.xz --held-out ../shared/restore --out models/ngram
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dau.restore import ngram

from .corpus import HeldOut, documents
from .ngram import Model, estimate
from .ngram_counts import encode, vocabulary, word_counts

TEST_NUMBERS = ("1423/QĐ-BTTTT", "103/CT-BTTTT", "44/KH-STTTT")


def held_out(folder: Path) -> HeldOut:
    """What `folder` keeps for testing: `dev_legacy.jsonl` (raw and reference) and `dev_stripped.txt`."""
    texts = []
    with (folder / "dev_legacy.jsonl").open(encoding="utf-8") as rows:
        texts += [json.loads(row)["reference"] for row in rows]
    texts += (folder / "dev_stripped.txt").read_text(encoding="utf-8").splitlines()
    return HeldOut(texts, TEST_NUMBERS)


def clean_texts(corpus: Path, tests: HeldOut, dropped: list[str] | None = None) -> Iterator[str]:
    """The corpus without the documents that hold test text; their ids are added to `dropped`."""
    for document in documents(corpus):
        if tests.holds(document):
            if dropped is not None:
                dropped.append(document.id)
        else:
            yield document.text


def train(corpus: Path, tests: HeldOut, most_trigrams: int, most_bigrams: int, least: int, size: int
          ) -> tuple[tuple[str, ...], Model, dict[str, int]]:
    dropped: list[str] = []
    counts = word_counts(clean_texts(corpus, tests, dropped))
    known = vocabulary(counts, least, size)
    sequence = encode(clean_texts(corpus, tests), known)
    model = estimate(sequence, known, most_trigrams, most_bigrams)
    facts = {"dropped_documents": len(dropped), "tokens": len(sequence), "words": len(known.words),
             "bigrams": len(model.bigrams), "trigrams": len(model.trigrams)}
    return known.words, model, facts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True, help="folder with dev_legacy.jsonl, dev_stripped.txt")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--trigrams", type=int, default=6_500_000)
    parser.add_argument("--bigrams", type=int, default=2_000_000)
    parser.add_argument("--least", type=int, default=6, help="occurrences a word needs")
    parser.add_argument("--vocabulary", type=int, default=40_000)
    given = parser.parse_args()
    words, model, facts = train(given.corpus, held_out(given.held_out), given.trigrams, given.bigrams, given.least,
                                given.vocabulary)
    bigrams, trigrams = model.packed()
    ngram.save(given.out, words, model.unigram.astype(np.float32), model.unigram_backoff.astype(np.float32), bigrams,
               trigrams)
    (given.out / "training.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
