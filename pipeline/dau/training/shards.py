"""Training examples on disk: what the noisy channel makes of damaged passages, and which candidate is right.

    python -m dau.training.shards --corpus train.jsonl.xz --held-out ../shared/restore --model build/ngram_a \\
        --pages build/pages_train.jsonl --out build/shards

`--model` is a noisy channel that has not seen part 0 of the corpus (`train_ngram --crossfit`), with a channel for each
regime; only documents of part 0 are used, one in ten of them for validation. A shard is an .npz of
`restore.features.Features`, `label` and the lengths of the passages. Shards are the same whatever the number of
processes.
"""

from __future__ import annotations

import argparse
import random
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from dau.document.orthography import nfc
from dau.restore import RestoreSettings, noisy_channel
from dau.restore.chains import FREE, Slot
from dau.restore.features import WIDTH, Features, features, joined
from dau.restore.ngram import UNKNOWN_ID
from dau.restore.noisy_channel import Choice, NoisyChannelRestorer, Weighed
from dau.restore.tokens import key, pieces

from . import noise
from .corpus import Document, documents, fold, in_validation
from .examples import SHARES, Example, Regime, Sureness, Truth, damaged, pages, passages, sureness
from .train_ngram import held_out

IGNORED, NONE = -1, WIDTH
"""Labels: not counted; none of the candidates."""
KEPT = {"admin": 1.0, "legal": 0.8, "legal_articles": 0.6, "general": 0.45}
"""Share of the passages by kind of document: administrative text is what the model is for."""
DOCUMENTS_A_SHARD = 40

Int8s = npt.NDArray[np.int8]
Part = Literal["train", "validation"]


@dataclass(frozen=True)
class Shard:
    """Passages one after the other: rows, the right candidate of each (0 … WIDTH - 1, NONE or IGNORED), lengths, and
    the regime of each passage (index in REGIMES)."""

    rows: Features
    label: Int8s
    lengths: npt.NDArray[np.int32]
    regime: npt.NDArray[np.uint8]


REGIMES: tuple[str, ...] = (*get_args(Regime), "page vie", "page trueocr", "page eng")


def save(shard: Shard, path: Path) -> None:
    arrays = {f.name: getattr(shard.rows, f.name) for f in fields(Features)}
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, label=shard.label, lengths=shard.lengths, regime=shard.regime, **arrays)
    part.rename(path)


def load(path: Path) -> Shard:
    with np.load(path) as found:
        rows = Features(*(found[f.name] for f in fields(Features)))
        return Shard(rows, found["label"], found["lengths"], found["regime"])


def labelled(example: Example, restorer: NoisyChannelRestorer) -> tuple[Features, Int8s]:
    """Rows and labels of one passage."""
    weighed = restorer.weigh(example.lines)
    rows, kept = features(weighed)
    label = np.full(len(rows), IGNORED, np.int8)
    place: dict[tuple[int, int], int] = {}
    row = 0
    for run, choices in zip(weighed.runs, weighed.choices, strict=True):
        for t, slot in enumerate(run.slots):
            nth = place.get((slot.line, slot.word), 0)
            place[slot.line, slot.word] = nth + 1
            if slot.fixed == FREE:
                wanted = _wanted(slot, nth, weighed, example.truth[slot.line], restorer.ids)
                if wanted:
                    at = [n for n, k in enumerate(kept[row]) if choices[t][k] == wanted]
                    label[row] = at[0] if at else NONE
            row += 1
    return rows, label


def _wanted(slot: Slot, nth: int, weighed: Weighed, truths: list[Truth], ids: Mapping[str, int]) -> Choice | None:
    """The choice that is right for the `nth` slot of its word; None where that cannot be told. A word that is not in
    the vocabulary gives a choice that no slot has, unless it stands there as it is."""
    truth = truths[slot.word]
    if truth is None:
        return None
    tail = not truth
    if tail:  # a space was read into the word that begins before
        truth = truths[slot.word - 1] or () if slot.word else ()
    join = not tail and slot.word + 1 < len(truths) and truths[slot.word + 1] == ()
    found = [p.key for word in truth for p in pieces(word) if not p.fixed]
    mine = [p for p in pieces(nfc(weighed.lines[slot.line].words[slot.word].raw)) if not p.fixed]
    if len(truth) == 2:
        whole = len(found) == 2 and len(mine) == 1 and all(k in ids for k in found)
        return Choice((ids[found[0]], ids[found[1]])) if whole else None
    if tail or join:
        return Choice((ids.get(found[0], -1),), join=join, tail=tail) if len(found) == len(mine) == 1 else None
    if len(found) != len(mine):
        return None
    spelt = found[nth]
    return Choice((ids.get(spelt, UNKNOWN_ID if spelt == key(slot.text) else -1),))


def shard_of(examples: Iterator[tuple[str, Example]], restorer: NoisyChannelRestorer) -> Shard:
    """All examples, given with their regime, as one shard; it may be empty."""
    parts = [(REGIMES.index(name), *labelled(example, restorer)) for name, example in examples]
    parts = [p for p in parts if len(p[1])]
    nothing = labelled(Example([], []), restorer)
    return Shard(
        joined([nothing[0], *(rows for _, rows, _ in parts)]),
        np.concatenate([nothing[1], *(label for _, _, label in parts)]),
        np.array([len(rows) for _, rows, _ in parts], np.int32), np.array([r for r, _, _ in parts], np.uint8),
    )


class _Maker:
    """What a process needs to make shards."""

    def __init__(self, model: Path, sure: dict[str, Sureness]) -> None:
        self.restorer = noisy_channel.load(model, RestoreSettings())
        self.noises = noise.load_all(model)
        self.sure = sure

    def examples(self, found: list[Document]) -> Iterator[tuple[str, Example]]:
        for document in found:
            rng = random.Random(zlib.crc32(document.id.encode()))
            for lines in passages(document, rng):
                if rng.random() < KEPT.get(document.kind, 1.0):
                    regime = rng.choices(list(SHARES), list(SHARES.values()))[0]
                    yield regime, damaged(lines, regime, self.noises, self.sure, rng)


_maker: _Maker | None = None


def _start(model: Path, sure: dict[str, Sureness]) -> None:
    global _maker
    _maker = _Maker(model, sure)


def _make(path: Path, found: list[Document]) -> int:
    assert _maker is not None
    shard = shard_of(_maker.examples(found), _maker.restorer)
    save(shard, path)
    return len(shard.label)


def batches(corpus: Path, held: Path, part: Part) -> Iterator[list[Document]]:
    """The documents of part 0 for training or for validation, less those with test text, some at a time."""
    tests = held_out(held)
    chosen = (
        d for d in documents(corpus)
        if fold(d) == 0 and in_validation(d) == (part == "validation") and not tests.holds(d)
    )
    while found := list(islice(chosen, DOCUMENTS_A_SHARD)):
        yield found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--pages", type=Path, required=True, help="rendered pages as read (see render_pairs)")
    parser.add_argument("--reviewed", type=Path, help="lines that people reviewed (dau export --to pairs)")
    parser.add_argument("--part", choices=get_args(Part), default="train")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--most", type=int, default=1000, help="shards to make, a random choice of all")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    sure = sureness(given.pages)
    restorer = noisy_channel.load(given.model, RestoreSettings())
    save(shard_of(((f"page {name}", e) for name, e in pages(given.pages)), restorer), given.out / "pages.npz")
    if given.reviewed is not None:
        reviewed = ((f"page {name}", e) for name, e in pages(given.reviewed))
        save(shard_of(reviewed, restorer), given.out / "reviewed.npz")
    with ProcessPoolExecutor(given.jobs, get_context("spawn"), _start, (given.model, sure)) as pool:
        waiting = []
        every = list(enumerate(batches(given.corpus, given.held_out, given.part)))
        random.Random(0).shuffle(every)  # what is there when it is stopped early is a fair sample
        for n, found in every[: given.most]:
            path = given.out / f"{n:04d}.npz"
            if not path.exists():
                waiting.append(pool.submit(partial(_make, path, found)))
        for made in waiting:
            made.result()
    (given.out / "done").touch()


if __name__ == "__main__":
    main()
