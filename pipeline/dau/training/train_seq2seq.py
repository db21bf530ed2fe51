"""Train the seq2seq restorer on shards (see `training/shards.py`).

    python -m dau.training.train_seq2seq --settings settings.json --shards build/shards --out build/seq2seq

Resumable: the last checkpoint in --out is gone on from. The same command uses a GPU where there is one (bfloat16) and
the CPU where there is none. The log, a line of JSON for each look at the validation data, is `training.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from dau.document.errors import InputError
from dau.restore.features import Features, windows

from .network import Restorer, RestorerConfig
from .shards import IGNORED, NONE, REGIMES, Shard, load
from .training_settings import TrainingSettings

CHECKPOINT = "checkpoint.pt"

Report = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Passage:
    """A window of a shard: its rows, labels and regime."""

    rows: Features
    label: np.ndarray[Any, np.dtype[np.int8]]
    regime: int


def cut(shard: Shard, window: int) -> Iterator[Passage]:
    """The passages of a shard, long ones in windows."""
    begin = 0
    for length, regime in zip(shard.lengths.tolist(), shard.regime.tolist(), strict=True):
        for a, b, _, _ in windows(length, window, 0):
            label = shard.label[begin + a : begin + b]
            if (label != IGNORED).any():
                yield Passage(shard.rows.rows(begin + a, begin + b), label, regime)
        begin += length


def read(folder: Path, window: int) -> list[Passage]:
    """All passages of the shards in a folder."""
    return [p for path in sorted(folder.glob("*.npz")) if ".part" not in path.name for p in cut(load(path), window)]


def batches(passages: list[Passage], slots: int, rng: random.Random) -> Iterator[list[Passage]]:
    """All passages once, those of like length together, the batches in random order."""
    order = sorted(passages, key=lambda p: len(p.label) + rng.random() * 12)
    groups: list[list[Passage]] = [[]]
    for passage in order:
        if groups[-1] and (len(groups[-1]) + 1) * len(passage.label) > slots:
            groups.append([])
        groups[-1].append(passage)
    rng.shuffle(groups)
    yield from groups


def tensors(batch: list[Passage], device: str) -> tuple[dict[str, Tensor], Tensor]:
    """Padded inputs of the network and labels (B, T)."""
    t = max(len(p.label) for p in batch)
    inputs: dict[str, Tensor] = {}
    for field in fields(Features):
        parts = [getattr(p.rows, field.name) for p in batch]
        whole = np.zeros((len(batch), t, *parts[0].shape[1:]), parts[0].dtype)
        for n, part in enumerate(parts):
            whole[n, : len(part)] = part
        kind = np.float32 if whole.dtype == np.float16 else np.int64
        inputs[field.name] = torch.from_numpy(whole.astype(kind)).to(device)
    label = np.full((len(batch), t), IGNORED, np.int64)
    present = np.zeros((len(batch), t), np.float32)
    for n, p in enumerate(batch):
        label[n, : len(p.label)] = p.label
        present[n, : len(p.label)] = 1
    inputs["present"] = torch.from_numpy(present).to(device)
    return inputs, torch.from_numpy(label).to(device)


def loss_of(scores: Tensor, label: Tensor) -> Tensor:
    return functional.cross_entropy(scores.float().flatten(0, 1), label.flatten(), ignore_index=IGNORED)


@torch.no_grad()
def look(model: Restorer, passages: list[Passage], settings: TrainingSettings, device: str) -> dict[str, Any]:
    """Loss, and by regime the share of slots right: by the draft, by the network with it, and alone."""
    model.eval()
    right = np.zeros((len(REGIMES), 4))
    total, count = 0.0, 0
    for batch in batches(passages, settings.slots, random.Random(0)):
        inputs, label = tensors(batch, device)
        known = (label != IGNORED).cpu().numpy()
        found = []
        for solo in (0.0, 1.0):
            with torch.autocast(device, torch.bfloat16, enabled=_has_bfloat16(device)):
                scores = model(**inputs, solo=torch.full_like(inputs["present"], solo)).float()
            if not solo:
                total += float(loss_of(scores, label)) * int(known.sum())  # plain numbers: the checkpoint holds them
                count += int(known.sum())
            found.append((scores[..., :NONE].argmax(-1) == label).cpu().numpy())
        first = (label == 0).cpu().numpy()
        for n, passage in enumerate(batch):
            row = known[n]
            right[passage.regime] += (row.sum(), first[n][row].sum(), found[0][n][row].sum(), found[1][n][row].sum())
    model.train()
    shares = {
        REGIMES[n]: [int(r[0]), *(round(float(x / r[0]), 5) for x in r[1:])] for n, r in enumerate(right) if r[0]
    }
    return {"loss": round(total / max(1, count), 5), "regimes": shares}


@dataclass
class State:
    """What a checkpoint holds beside model and optimiser."""

    step: int = 0
    epoch: int = 0
    seconds: float = 0.0
    slots: int = 0
    best: float = math.inf
    waited: int = 0


def train(settings: TrainingSettings, shards: Path, out: Path, words: int, vectors: Path | None,
          report: Report, clock: Callable[[], float] = time.monotonic) -> None:
    """Train until the time is up or patience ends; the best model by validation loss is in `out`/best. `clock` tells
    the seconds, asked once a step."""
    out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(settings.seed)
    sizes = {k: getattr(settings, k) for k in ("embedding", "width", "heads", "encoder", "decoder", "inner", "dropout")}
    model = Restorer(RestorerConfig(words=words, **sizes))
    if vectors is not None:
        with torch.no_grad():
            model.words.weight.copy_(0.3 * torch.from_numpy(np.load(vectors)))
    model.to(device)
    optimiser = torch.optim.AdamW(_groups(model, settings.decay), lr=settings.rate, betas=(0.9, 0.98))
    state = State()
    if (out / CHECKPOINT).exists():
        saved = torch.load(out / CHECKPOINT, map_location=device, weights_only=True)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        state = State(**saved["state"])
    validation = _some(read(shards / "validation", settings.window), settings.look_slots)
    passages = read(shards / "train", settings.window)
    for part, some in (("validation", validation), ("train", passages)):
        if not some:
            raise InputError(f"There are no examples in {shards / part}.", "Make some with dau.training.shards.")
    report({"device": device, "parameters": sum(p.numel() for p in model.parameters()),
            "training_slots": sum(len(p.label) for p in passages),
            "validation_slots": sum(len(p.label) for p in validation)})
    began, looked = clock() - state.seconds, state.seconds
    model.train()
    while True:
        for batch in batches(passages, settings.slots, random.Random(f"{settings.seed} {state.step}")):
            state.seconds = clock() - began
            share = state.seconds / (60 * settings.minutes)
            if share >= 1 or state.waited >= settings.patience:
                _look_and_save(model, optimiser, state, validation, settings, device, out, report)
                (out / "done").touch()
                return
            step(model, optimiser, batch, settings, device, min(1.0, (state.step + 1) / settings.warm_up), share)
            state.step += 1
            state.slots += sum(len(p.label) for p in batch)
            if state.seconds - looked > 60 * settings.look_every:
                _look_and_save(model, optimiser, state, validation, settings, device, out, report)
                looked = state.seconds
        state.epoch += 1
        passages = read(shards / "train", settings.window)  # more may have come


def _some(passages: list[Passage], slots: int) -> list[Passage]:
    """A choice of passages of about so many slots, always the same; rendered pages all of them first."""
    order = list(passages)
    random.Random(5).shuffle(order)
    order.sort(key=lambda p: not REGIMES[p.regime].startswith("page"))
    chosen: list[Passage] = []
    pages = slots // 3
    size = 0
    for passage in order:
        if size < (pages if REGIMES[passage.regime].startswith("page") else slots):
            chosen.append(passage)
            size += len(passage.label)
    return chosen


def step(model: Restorer, optimiser: torch.optim.Optimizer, batch: list[Passage], settings: TrainingSettings,
         device: str, warm: float, share: float) -> float:
    """One step on a batch; returns the loss."""
    for group in optimiser.param_groups:
        group["lr"] = settings.rate * warm * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))
    inputs, label = tensors(batch, device)
    everywhere = torch.rand(len(batch), 1, device=device) < settings.solo
    here = torch.rand(label.shape, device=device) < settings.hidden
    solo = (everywhere | here).float()
    with torch.autocast(device, torch.bfloat16, enabled=_has_bfloat16(device)):
        loss = loss_of(model(**inputs, solo=solo), label)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    return float(loss.detach())


def _has_bfloat16(device: str) -> bool:
    """Whether matrix products in bfloat16 are fast: on GPUs, and on CPUs with instructions for them."""
    return device == "cuda" or bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _groups(model: Restorer, decay: float) -> list[dict[str, Any]]:
    """Weight decay for matrices, none for vectors and embeddings."""
    matrices = [p for n, p in model.named_parameters() if p.ndim > 1 and "words" not in n and "commonness" not in n]
    chosen = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in chosen]
    return [{"params": matrices, "weight_decay": decay}, {"params": rest, "weight_decay": 0.0}]


def _look_and_save(model: Restorer, optimiser: torch.optim.Optimizer, state: State, validation: list[Passage],
                   settings: TrainingSettings, device: str, out: Path, report: Report) -> None:
    found = look(model, validation, settings, device)
    state.waited = 0 if found["loss"] < state.best else state.waited + 1
    if found["loss"] < state.best:
        state.best = found["loss"]
        model.save_pretrained(out / "best")
    record = {**asdict(state), **found}
    with (out / "training.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(record, ensure_ascii=False) + "\n")
    report(record)
    part = out / (CHECKPOINT + ".part")
    torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "state": asdict(state)}, part)
    part.rename(out / CHECKPOINT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--settings", type=Path, help="JSON of TrainingSettings")
    parser.add_argument("--shards", type=Path, required=True, help="with train/ and validation/")
    parser.add_argument("--vocabulary", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, help=".npy of word vectors to begin with")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float)
    given = parser.parse_args()
    text = given.settings.read_text(encoding="utf-8") if given.settings else "{}"
    settings = TrainingSettings.model_validate_json(text)
    if given.minutes:
        settings = settings.model_copy(update={"minutes": given.minutes})
    words = len(given.vocabulary.read_text(encoding="utf-8").splitlines())

    def report(record: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    train(settings, given.shards, given.out, words, given.vectors, report)


if __name__ == "__main__":
    main()
