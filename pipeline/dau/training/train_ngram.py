"""Train the n-gram language model of the first restorer.

    python -m dau.training.train_ngram --corpus train.jsonl.xz --held-out ../shared/restore --out models/ngram
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dau.document.orthography import bare
from dau.restore import guard, ngram
from dau.restore.tokens import pieces

from .corpus import HeldOut, documents, fold
from .ngram import Model, estimate
from .ngram_counts import Vocabulary, encode, vocabulary, word_counts

TEST_NUMBERS = ("1423/QĐ-BTTTT", "103/CT-BTTTT", "44/KH-STTTT")


@dataclass(frozen=True)
class Limits:
    """Sizes: n-grams kept, words kept, and how often a word must occur."""

    trigrams: int = 7_000_000
    bigrams: int = 2_000_000
    words: int = 40_000
    least: int = 5


def held_out(folder: Path) -> HeldOut:
    """What is kept for testing: `dev_legacy.jsonl` (references) and `dev_stripped.txt` of `folder`, and, where they
    are there, the clean documents and transcribed pages beside it (`../corpus/dev.jsonl.xz`, `../scans/gold/*.txt`)."""
    with (folder / "dev_legacy.jsonl").open(encoding="utf-8") as rows:
        passages = [json.loads(row)["reference"] for row in rows]
    return HeldOut(passages, whole_tests(folder).values(), TEST_NUMBERS)


def whole_tests(folder: Path) -> dict[str, str]:
    """Test texts by name of which no training document may hold half: lines, documents, pages."""
    lines = (folder / "dev_stripped.txt").read_text(encoding="utf-8").splitlines()
    found = {f"dev_stripped.txt:{n}": line for n, line in enumerate(lines, 1)}
    clean = folder.parent / "corpus" / "dev.jsonl.xz"
    if clean.is_file():
        found |= {d.id: d.text for d in documents(clean)}
    found |= {p.name: p.read_text(encoding="utf-8") for p in sorted((folder.parent / "scans/gold").glob("*.txt"))}
    return found


def clean_texts(corpus: Path, without: Container[str]) -> Iterator[str]:
    """The texts of the corpus but for the documents whose ids are in `without`."""
    return (d.text for d in documents(corpus) if d.id not in without)


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
    return {"surfaces": {k: v for k, v in common.items() if v != k}, "symbols": symbols, "numbered": numbered(found)}


def numbered(found: Counter[str], least: int = 100) -> dict[str, tuple[str, float]]:
    """Names that are written with a hyphen and nearly always the same number (Covid-19), with the share of that."""
    numbers: dict[str, Counter[str]] = defaultdict(Counter)
    for word, count in found.items():
        match = re.fullmatch(r"([^\W\d_]{3,})-(\d+)", guard.core(word))
        if match:
            numbers[match[1].lower()][match[2]] += count
    out = {}
    for name, seen in sorted(numbers.items()):
        number, count = seen.most_common(1)[0]
        share = count / seen.total()
        if count >= least and share >= 0.99:
            out[name] = (number, round(share, 4))
    return out


def train(corpus: Path, tests: HeldOut, limits: Limits) -> tuple[Vocabulary, Model, dict[str, Any], dict[str, int]]:
    """Vocabulary, model, spelling table and the facts for the card."""
    without = {d.id for d in documents(corpus) if tests.holds(d)}
    counts = word_counts(clean_texts(corpus, without))
    known = vocabulary(counts, limits.least, limits.words)
    sequence = encode(clean_texts(corpus, without), known)
    model = estimate(sequence, known, limits.trigrams, limits.bigrams)
    facts = {"dropped_documents": len(without), "tokens": len(sequence), "words": len(known.words),
             "bigrams": len(model.bigrams), "trigrams": len(model.trigrams)}
    return known, model, spelling(counts, known.words), facts


def crossfit(corpus: Path, tests: HeldOut, limits: Limits, known: tuple[str, ...]) -> tuple[Vocabulary, Model]:
    """A model over the words `known` of another that has not seen part 0 of the corpus (see `corpus.fold`)."""
    without = {d.id for d in documents(corpus) if fold(d) == 0 or tests.holds(d)}
    kept = Vocabulary(known, (1,) * len(known))
    return kept, estimate(encode(clean_texts(corpus, without), kept), kept, limits.trigrams, limits.bigrams)


def save(folder: Path, known: Vocabulary, model: Model) -> None:
    """The model's tables (see `ngram.save`)."""
    bigrams, trigrams = model.packed()
    ngram.save(folder, known.words, model.unigram.astype(np.float32), model.unigram_backoff.astype(np.float32),
               bigrams, trigrams)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True, help="folder with dev_legacy.jsonl, dev_stripped.txt")
    parser.add_argument("--out", type=Path, help="folder for the model")
    parser.add_argument("--crossfit", type=Path, metavar="MODEL", help="count anew, over this model's words, without "
                        "part 0 of the corpus: the model that makes training data for the seq2seq model")
    parser.add_argument("--check", action="store_true", help="only name the documents that hold test text")
    for name, value in asdict(Limits()).items():
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    tests = held_out(given.held_out)
    if given.check or given.out is None:
        for document in documents(given.corpus):
            if tests.holds(document):
                sys.stdout.write(f"{document.id}\t{document.number}\n")
        return
    limits = Limits(**{name: getattr(given, name) for name in asdict(Limits())})
    if given.crossfit:
        shutil.copytree(given.crossfit, given.out, dirs_exist_ok=True)  # channels and spelling are the same
        words = tuple((given.crossfit / "vocabulary.txt").read_text(encoding="utf-8").splitlines())
        save(given.out, *crossfit(given.corpus, tests, limits, words))
        (given.out / "crossfit.json").write_text(json.dumps({"without_part": 0}) + "\n", encoding="utf-8")
        return
    known, model, table, facts = train(given.corpus, tests, limits)
    save(given.out, known, model)
    for name, content in (("spelling", table), ("training", facts)):
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=None if name == "spelling" else 1)
        (given.out / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
