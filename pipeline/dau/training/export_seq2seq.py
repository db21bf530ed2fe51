"""A trained network → what ships: ONNX with weights of 16 bits, computed with 32.

    python -m dau.training.export_seq2seq --trained build/seq2seq/best --out models/seq2seq
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import onnx
import onnx.helper
import onnx.numpy_helper
import torch
from torch import Tensor

from dau.restore.features import LETTERS, WIDTH, Features
from dau.restore.seq2seq import FACTS, NETWORK

from .network import Restorer

NAMES = (*(f.name for f in fields(Features)), "present", "solo")


_SMALL = 256
"""Tables with fewer numbers (biases, norms) stay as they are."""


def example(batch: int = 2, slots: int = 5) -> tuple[Tensor, ...]:
    """Inputs of the right shapes, in the order of NAMES."""
    ones = torch.ones(batch, slots, WIDTH, dtype=torch.int64)
    return (
        torch.ones(batch, slots, LETTERS, dtype=torch.int64), torch.zeros(batch, slots, 5, dtype=torch.int64),
        torch.zeros(batch, slots, dtype=torch.int64), ones, ones, torch.zeros_like(ones),
        -torch.ones(batch, slots, WIDTH), -torch.ones(batch, slots, WIDTH), torch.ones(batch, slots),
        torch.zeros(batch, slots),
    )


def export(trained: Path, out: Path) -> None:
    """Write `out`: the network with dynamic batch and length, its weights stored in half precision.

    They are widened when the network is loaded, and everything is computed in single precision. Products of 8-bit
    integers would be a third faster, but their result depends on the processor (without VNNI they saturate) and on what
    else is in the batch, whose values set the scale.
    """
    model = Restorer.from_pretrained(trained).eval()
    axes = {name: {0: "batch", 1: "slots"} for name in (*NAMES, "scores")}
    with tempfile.TemporaryDirectory() as work:
        whole = Path(work) / "whole.onnx"
        torch.onnx.export(
            model, example(), str(whole), input_names=list(NAMES), output_names=["scores"],
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )
        network = onnx.load(whole)
    _halve(network.graph)
    onnx.save(network, out)


def _halve(graph: onnx.GraphProto) -> None:
    """Float tables in half precision, each behind a Cast that ONNX Runtime folds away on loading."""
    casts = []
    for table in graph.initializer:
        values = onnx.numpy_helper.to_array(table)
        if values.dtype != np.float32 or values.size < _SMALL:
            continue
        name = table.name
        table.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


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
