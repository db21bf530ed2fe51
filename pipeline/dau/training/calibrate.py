"""Fit the calibration of the words' confidence on held-out documents.

    python -m dau.training.calibrate --corpus train.jsonl.xz --held-out ../shared/restore --base build/ngram_a \\
        --pages build/pages_val.jsonl --model models/seq2seq

Held-out are the validation documents of part 0, which neither the network nor the n-gram model `--base` has seen:
passages with drawn damage, and pages rendered and read by real engines. Writes calibration.json into `--model`.
"""

from __future__ import annotations

import argparse
import json
import random
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dau.document.transcript import Line
from dau.restore import RestoreSettings, noisy_channel
from dau.restore.confidence import Calibration, Group, group_of, log_odds
from dau.restore.damage import Damage
from dau.restore.rescore import Network
from dau.restore.seq2seq import CALIBRATION, NETWORK, Seq2SeqRestorer

from . import logistic, noise
from .examples import SHARES, Example, Regime, damaged, pages, passages, sureness
from .scores import judged
from .shards import batches

Floats = npt.NDArray[np.float64]
RIDGE = 1e-2
PASSAGES_A_DOCUMENT = 5


class PosteriorOnly(Calibration):
    """Leaves the posterior as it is, and says nothing of words that were not weighed."""

    def probability(self, damage: Damage, share: float | None, read: float | None) -> float | None:
        return share


@dataclass(frozen=True)
class Observation:
    """A restored word: its group, log odds of posterior and of the engine's confidence, and whether it is right."""

    group: Group
    share: float
    read: float
    right: bool


def observations(example: Example, reference: str, restorer: Seq2SeqRestorer) -> Iterator[Observation]:
    """The words of an example that can be judged. `restorer` has `PosteriorOnly` for its calibration."""
    weighed = restorer.weigh(example.lines)
    out = restorer.channel.rewritten(weighed)
    words = [w for line in out for w in line.words]
    known = [(sure, d) for line, before, d in zip(out, example.lines, weighed.damage, strict=True)
             for sure in _engine(line, before)]
    for n, right in judged([w.restored for w in words], reference):
        share, read = words[n].confidence, known[n][0]
        if share is None and read is None:
            continue
        yield Observation(
            group_of(known[n][1], share is not None, read), log_odds(1.0 if share is None else share),
            log_odds(1.0 if read is None else read), right,
        )


def _engine(line: Line, before: Line) -> Iterator[float | None]:
    """The engine's confidence of each word of a restored line."""
    at = 0
    for word in line.words:
        group = before.words[at : at + len(word.raw.split())]
        at += len(group)
        yield min((w.confidence for w in group if w.confidence is not None), default=None)


def fit(found: list[Observation]) -> tuple[float, float, float]:
    """Coefficients (a, b, c) of the logistic regression; 0 for what does not vary."""
    x = np.array([[o.share, o.read, 1.0] for o in found])
    used = np.array([np.ptp(x[:, 0]) > 1e-9, np.ptp(x[:, 1]) > 1e-9, True])
    weight = logistic.fit(np.where(used, x, 0.0), np.array([o.right for o in found], dtype=float), ridge=RIDGE)
    a, b, c = (round(float(w), 4) for w in weight)
    return a, b, c


def fitted(found: list[Observation], least: int = 200) -> dict[Group, tuple[float, float, float]]:
    """Coefficients of every group that was seen at least `least` times. Protected words keep what the engine says: on
    rendered pages numbers are read better than on scans, let alone handwritten ones, and no doubt of theirs may go."""
    groups: dict[Group, list[Observation]] = defaultdict(list)
    for one in found:
        if not one.group.startswith("protected"):
            groups[one.group].append(one)
    return {name: fit(group) for name, group in sorted(groups.items()) if len(group) >= least}


def material(corpus: Path, held: Path, base: Path, read: Path) -> Iterator[tuple[Example, str]]:
    """Held-out examples with their clean text."""
    noises = noise.load_all(base)
    sure = sureness(read)
    regimes: list[Regime] = list(SHARES)
    for found in batches(corpus, held, "validation"):
        for document in found:
            rng = random.Random(zlib.crc32(document.id.encode()) + 1)
            for n, lines in enumerate(islice(passages(document, rng), PASSAGES_A_DOCUMENT)):
                example = damaged(lines, regimes[n % len(regimes)], noises, sure, rng)
                yield example, example.clean
    with read.open(encoding="utf-8") as rows:
        for (_, example), row in zip(pages(read), rows, strict=True):
            yield example, "\n".join(json.loads(row)["clean"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    given = parser.parse_args()
    channel = noisy_channel.load(given.base, RestoreSettings(), calibration=PosteriorOnly())
    restorer = Seq2SeqRestorer(channel, Network(given.model / NETWORK), "")
    found = [
        o for example, clean in material(given.corpus, given.held_out, given.base, given.pages)
        for o in observations(example, clean, restorer)
    ]
    groups = fitted(found)
    facts = {"groups": groups, "words": len(found)}
    (given.model / CALIBRATION).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
