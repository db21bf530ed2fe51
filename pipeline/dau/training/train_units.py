"""Train the categoriser of units (`structure.language.units`) on weak labels, and measure it.

    python -m dau.training.train_units --corpus train.jsonl.xz --held-out ../shared/structure --out models/units

Labels are what headings say plainly (`unit_labels`); documents that hold text of the annotated ones are left out.
Documents of part 0 (`corpus.fold`) are for measuring only, one in ten of the others for the temperature.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from spacy.training import Example
from thinc.api import Adam, fix_random_seed

from dau.document.orthography import bare, skeleton
from dau.resources import models_dir
from dau.structure.language.units import LABELS, UnitModel, blank

from . import noise
from .corpus import Document, HeldOut, documents, fold, in_validation
from .unit_labels import Unit, said, units

NETWORK = {"bare": 3, "start": 3, "length": 131072}
SEED = 1
_TITLE = re.compile(r"\n\W*(?:chi thi|ke hoach|cong dien|chuong trinh|huong dan|nghi quyet)\W*\n")


@dataclass(frozen=True)
class Amounts:
    """How much is read, and how it is learnt. `legal`: one in so many legal documents; `directives`: how often the
    units of documents that lay duties are seen for once that others are."""

    legal: int = 3
    longest: int = 250_000
    directives: int = 5
    epochs: int = 2
    batch: int = 256
    rate: float = 0.01
    decay: float = 1e-5


@dataclass
class Split:
    """Units to learn from, to fit the temperature on, and to measure on: no document is in two of them."""

    training: list[Unit] = field(default_factory=list)
    fitting: list[Unit] = field(default_factory=list)
    testing: list[Unit] = field(default_factory=list)


# ------------------------------------------------------------------ data


def annotated_texts(folder: Path) -> HeldOut:
    """What no training document may hold: the texts and numbers of the annotated documents in a folder."""
    found = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(folder.rglob("*.json"))]
    whole = ["\n".join(n["text"] for n in d["nodes"] if n.get("text")) for d in found]
    return HeldOut([], whole, [d["metadata"]["number"].get("text") or "" for d in found])


def wanted(document: Document, amounts: Amounts) -> bool:
    """Administrative and legal documents, of those of the latter that do not lay duties one in so many, with a heading
    that says what it heads."""
    if document.kind not in ("admin", "legal") or len(document.text) > amounts.longest:
        return False
    chosen = zlib.crc32(document.id.encode()) // 50 % amounts.legal == 0
    if document.kind == "legal" and not (chosen or _TITLE.search(skeleton(document.text[:3000]))):
        return False
    return any(len(line) < 200 and said(line.lstrip(" 0123456789.")) for line in document.text.splitlines())


def split(corpus: Path, held_out: HeldOut, amounts: Amounts) -> Split:
    """The labelled units of a corpus."""
    found = Split()
    for document in documents(corpus):
        if wanted(document, amounts) and not held_out.holds(document):
            learn = found.fitting if in_validation(document) else found.training
            (found.testing if fold(document) == 0 else learn).extend(units(document))
    return found


# ------------------------------------------------------------------ learning


def train(
    training: Sequence[Unit],
    amounts: Amounts,
    network: dict[str, Any] | None = None,
    report: Callable[[int, float], None] = lambda epoch, loss: None,
) -> UnitModel:
    """A categoriser that has seen the units `epochs` times; `report` is told the mean loss of each epoch. The same
    units give the same weights."""
    fix_random_seed(SEED)
    rng = random.Random(SEED)
    network = dict(network or NETWORK)
    nlp = blank(network)
    examples = [
        Example.from_dict(nlp.make_doc(u.text), {"cats": {label: float(label == u.label) for label in LABELS}})
        for u in training
        for _ in range(amounts.directives if u.directive else 1)
    ]
    nlp.initialize(lambda: examples[:64])
    learner = Adam(amounts.rate, L2=amounts.decay, L2_is_weight_decay=True)
    for epoch in range(amounts.epochs):
        rng.shuffle(examples)
        losses: dict[str, float] = {}
        for start in range(0, len(examples), amounts.batch):
            nlp.update(examples[start : start + amounts.batch], sgd=learner, losses=losses)
        report(epoch, losses["textcat"] * amounts.batch / max(1, len(examples)))
    return UnitModel(nlp, network)


def fit_temperature(model: UnitModel, fitting: Sequence[Unit]) -> float:
    """The temperature under which the units' right labels are likeliest."""
    found = model.probabilities(u.text for u in fitting)
    logits = np.log(np.clip([[row[label] for label in LABELS] for row in found], 1e-9, 1)) * model.temperature
    right = np.array([LABELS.index(u.label) for u in fitting])

    def surprise(temperature: float) -> float:
        heated = logits / temperature
        heated -= np.log(np.exp(heated).sum(axis=1, keepdims=True))
        return float(-heated[np.arange(len(right)), right].mean())

    return min((round(0.5 * 1.05**n, 3) for n in range(40)), key=surprise)


# ------------------------------------------------------------------ measuring


@dataclass(frozen=True)
class Scores:
    """Accuracy, F1 by label, and the table of right labels (rows) and guesses."""

    accuracy: float
    f1: dict[str, float]
    table: dict[str, Counter[str]]

    @property
    def macro(self) -> float:
        return sum(self.f1.values()) / len(self.f1)

    def line(self, name: str) -> str:
        by_label = "  ".join(f"{label} {value:.3f}" for label, value in self.f1.items())
        return f"{name:28} accuracy {self.accuracy:.3f}  macro F1 {self.macro:.3f}  {by_label}"

    def confusion(self) -> Iterator[str]:
        yield " " * 12 + "".join(f"{label:>11}" for label in LABELS)
        for right in LABELS:
            yield f"{right:12}" + "".join(f"{self.table[right][guess]:11}" for guess in LABELS)


def score(right: Sequence[str], guessed: Sequence[str]) -> Scores:
    """Guesses against what is right."""
    table = {label: Counter(g for r, g in zip(right, guessed, strict=True) if r == label) for label in LABELS}
    f1 = {}
    for label in LABELS:
        claimed = sum(row[label] for row in table.values())
        f1[label] = 2 * table[label][label] / max(1, claimed + table[label].total())
    accuracy = sum(table[label][label] for label in LABELS) / max(1, len(right))
    return Scores(accuracy, f1, table)


def guesses(model: UnitModel, texts: Iterable[str]) -> list[str]:
    """The likeliest label of each text."""
    return [max(row, key=lambda label: row[label]) for row in model.probabilities(texts)]


def damaged(texts: Sequence[str], channel: noise.Noise, share: float) -> list[str]:
    """The texts with a share of their words misread as an engine would have misread them."""
    rng = random.Random(SEED)
    return [" ".join(channel.word(w, rng) if rng.random() < share else w for w in text.split()) for text in texts]


def measure(model: UnitModel, data: Split, plain: UnitModel | None) -> Iterator[str]:
    """The report: against the commonest label and a bag of bare words, on clean and on damaged text."""
    texts, right = [u.text for u in data.testing], [u.label for u in data.testing]
    common = Counter(u.label for u in data.training).most_common(1)[0][0]
    yield f"units: {len(data.training)} to learn from, {len(data.fitting)} to fit on, {len(texts)} to measure on"
    yield score(right, [common] * len(right)).line(f"always {common}")
    if plain is not None:
        yield score(right, guesses(plain, texts)).line("bag of bare words")
    ours = score(right, guesses(model, texts))
    yield ours.line("model")
    yield score(right, guesses(model, [bare(t) for t in texts])).line("model, without diacritics")
    for name, channel in noise.load_all(models_dir() / "ngram").items():
        share = 1.0 if name == "legacy" else 0.1
        yield score(right, guesses(model, damaged(texts, channel, share))).line(f"model, {name} misread {share:.0%}")
    yield from ours.confusion()
    duties = [u for u in data.testing if u.directive]
    if duties:
        theirs = score([u.label for u in duties], guesses(model, [u.text for u in duties]))
        yield theirs.line(f"model, {len(duties)} of directives")
        yield from calibration(model, duties)


def calibration(model: UnitModel, testing: Sequence[Unit]) -> Iterator[str]:
    """How often a unit is a task where the model says so with a probability."""
    rows = model.probabilities(u.text for u in testing)
    found = [(row["task"], u.label == "task") for row, u in zip(rows, testing, strict=True)]
    for low, high in ((0, 0.02), (0.02, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 2)):
        held = [task for p, task in found if low <= p < high]
        yield f"P(task) {low:.2f}–{min(high, 1):.2f}: {len(held):6} units, {sum(held) / max(1, len(held)):.3f} tasks"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True, help="folder of annotated documents")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--units", type=Path, help="file that keeps the labelled units between runs")
    given = parser.parse_args()
    amounts = Amounts()
    if given.units and given.units.is_file():
        data: Split = pickle.loads(given.units.read_bytes())
    else:
        data = split(given.corpus, annotated_texts(given.held_out), amounts)
        if given.units:
            given.units.write_bytes(pickle.dumps(data))
    log: list[float] = []
    model = train(data.training, amounts, report=lambda _, loss: log.append(loss))
    model.temperature = fit_temperature(model, data.fitting)
    model.save(given.out)
    sys.stdout.write("mean loss by epoch: " + ", ".join(f"{loss:.4f}" for loss in log) + "\n")
    words = train(data.training, amounts, {"bare": 1, "start": 0, "length": NETWORK["length"]})
    sys.stdout.writelines(line + "\n" for line in measure(model, data, words))


if __name__ == "__main__":
    main()
