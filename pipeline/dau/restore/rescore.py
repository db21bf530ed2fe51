"""The seq2seq network at run time: rows of features in, a new posterior over each slot's candidates out.

ONNX Runtime on the CPU, one thread, the same bytes every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dau.document.errors import DependencyError

from .features import WIDTH, Features, windows

WINDOW, MARGIN = 192, 24
"""Slots the network sees at once, and how many of them at either end are context only."""
_MOST = 384
"""Slots in a batch: beyond it nothing gets faster, and memory grows."""

Floats = npt.NDArray[np.float32]


class Network:
    """An exported network; DependencyError where it cannot be loaded."""

    def __init__(self, path: Path) -> None:
        try:
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = 3
            options.enable_cpu_mem_arena = False  # it would keep the memory of the largest batch
            self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises classes of its own for broken model files
            raise DependencyError(
                f"The restoration model {path} cannot be loaded: {error}.",
                "Install dau again, or train the model anew.",
            ) from error

    def posteriors(self, rows: Features, *, solo: bool = False) -> Floats:
        """`(n, WIDTH + 1)`: for each slot the probability of each candidate, and that none of them is right. `solo`:
        without the noisy channel's opinion."""
        out = np.zeros((len(rows), WIDTH + 1), np.float32)
        for group in _groups(windows(len(rows), WINDOW, MARGIN)):
            scores = self._session.run(None, _padded(rows, group, solo))[0]
            for row, (begin, _, first, last) in zip(scores, group, strict=True):
                out[first:last] = _softmax(row[first - begin : last - begin])
        return out


Window = tuple[int, int, int, int]


def _groups(found: list[Window]) -> Iterator[list[Window]]:
    size = max(1, _MOST // WINDOW)
    for n in range(0, len(found), size):
        yield found[n : n + size]


def _padded(rows: Features, group: list[Window], solo: bool) -> dict[str, npt.NDArray[Any]]:
    longest = max(end - begin for begin, end, _, _ in group)
    inputs: dict[str, npt.NDArray[Any]] = {}
    for field in fields(Features):
        table = getattr(rows, field.name)
        kind = np.float32 if table.dtype == np.float16 else np.int64
        whole = np.zeros((len(group), longest, *table.shape[1:]), kind)
        for n, (begin, end, _, _) in enumerate(group):
            whole[n, : end - begin] = table[begin:end]
        inputs[field.name] = whole
    present = np.zeros((len(group), longest), np.float32)
    for n, (begin, end, _, _) in enumerate(group):
        present[n, : end - begin] = 1
    return {**inputs, "present": present, "solo": np.full_like(present, float(solo))}


def _softmax(scores: Floats) -> Floats:
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    result: Floats = shares / shares.sum(-1, keepdims=True)
    return result
