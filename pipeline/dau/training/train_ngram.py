"""Train the n-gram language model of the first restorer.

    python -m dau.training.train_ngram --corpus train.jsonl.xz --held-out ../shared/restore --out models/ngram
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dau.document.orthography import bare
from dau.restore import ngram
from dau.restore.tokens import pieces

from .corpus import HeldOut, documents
from .ngram import Model, estimate
from .ngram_counts import Vocabulary, encode, vocabulary, word_counts

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


def spelling(found: Counter[str], known: tuple[str, ...]) -> dict[str, Any]:
    """What the vocabulary does not say: `surfaces`, words whose commoner spelling has the other tone placement, and
    `symbols`, parts of document symbols that are written with a diacritic nearly always."""
    words = set(known)
    surfaces: dict[str, Counter[str]] = defaultdict(Counter)
    parts: Counter[str] = Counter()
    for word, count in found.items():
        for piece in pieces(word):
            text = word[piece.start : piece.end]
            if piece.fixed and "/" in text:
                parts.update({part: count for part in set(re.findall(r"[^\W\d_]+", text))})
            elif not piece.fixed and piece.key in words:
                surfaces[piece.key][text.lower()] += count
    common = {k: c.most_common(1)[0][0] for k, c in sorted(surfaces.items())}
    marked: dict[str, tuple[str, int]] = {}
    for part, count in sorted(parts.items()):
        plain = bare(part)
        if plain != part and plain.isupper() and count > marked.get(plain, ("", 0))[1]:
            marked[plain] = part, count
    symbols = {}
    for plain, (part, count) in sorted(marked.items()):
        share = count / (count + parts[plain])
        if count >= 20 and share >= 0.99:
            symbols[plain] = (part, round(share, 4))
    return {"surfaces": {k: v for k, v in common.items() if v != k}, "symbols": symbols}


def train(corpus: Path, tests: HeldOut, most_trigrams: int, most_bigrams: int, least: int, size: int
          ) -> tuple[Vocabulary, Model, dict[str, Any], dict[str, int]]:
    """Vocabulary, model, spelling table and the facts for the card."""
    dropped: list[str] = []
    counts = word_counts(clean_texts(corpus, tests, dropped))
    known = vocabulary(counts, least, size)
    sequence = encode(clean_texts(corpus, tests), known)
    model = estimate(sequence, known, most_trigrams, most_bigrams)
    facts = {"dropped_documents": len(dropped), "tokens": len(sequence), "words": len(known.words),
             "bigrams": len(model.bigrams), "trigrams": len(model.trigrams)}
    return known, model, spelling(counts, known.words), facts


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
    known, model, table, facts = train(given.corpus, held_out(given.held_out), given.trigrams, given.bigrams, given.least,
                                given.vocabulary)
    bigrams, trigrams = model.packed()
    ngram.save(given.out, known.words, model.unigram.astype(np.float32), model.unigram_backoff.astype(np.float32), bigrams,
               trigrams)
    (given.out / "spelling.json").write_text(
        json.dumps(table, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8"
    )
    (given.out / "training.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
