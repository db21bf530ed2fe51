"""A trained network → what ships: ONNX with 8-bit weights.

    python -m dau.training.export_seq2seq --trained build/seq2seq/best --out models/seq2seq
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import fields
from pathlib import Path

import torch
from torch import Tensor

from dau.restore.features import LETTERS, WIDTH, Features
from dau.restore.seq2seq import FACTS, NETWORK

from .network import Restorer

NAMES = (*(f.name for f in fields(Features)), "present", "solo")


def example(batch: int = 2, slots: int = 5) -> tuple[Tensor, ...]:
    """Inputs of the right shapes, in the order of NAMES."""
    ones = torch.ones(batch, slots, WIDTH, dtype=torch.int64)
    return (
        torch.ones(batch, slots, LETTERS, dtype=torch.int64), torch.zeros(batch, slots, 5, dtype=torch.int64),
        torch.zeros(batch, slots, dtype=torch.int64), ones, ones, torch.zeros_like(ones),
        -torch.ones(batch, slots, WIDTH), -torch.ones(batch, slots, WIDTH), torch.ones(batch, slots),
        torch.zeros(batch, slots),
    )


def export(trained: Path, out: Path, *, eight_bit: bool = True) -> None:
    """Write `out`: the network with dynamic batch and length; with `eight_bit`, matrices and embeddings as int8."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = Restorer.from_pretrained(trained).eval()
    axes = {name: {0: "batch", 1: "slots"} for name in (*NAMES, "scores")}
    with tempfile.TemporaryDirectory() as work:
        whole = Path(work) / "whole.onnx"
        torch.onnx.export(
            model, example(), str(whole), input_names=list(NAMES), output_names=["scores"],
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )
        if eight_bit:
            quantize_dynamic(
                whole, out, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"]
            )
        else:
            out.write_bytes(whole.read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--channel", default="ngram", help="folder of models/ with the n-gram model it builds on")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / FACTS).write_text(json.dumps({"format": 1, "channel": given.channel}) + "\n", encoding="utf-8")
    part = given.out / f"{NETWORK}.part"
    export(given.trained, part)
    part.rename(given.out / NETWORK)


if __name__ == "__main__":
    main()
