"""The language model as a judge of rows of words, for whoever has to choose between readings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from . import ngram
from .ngram import BOUNDARY_ID, UNKNOWN_ID, LanguageModel
from .tokens import pieces


class Context:
    """Log probabilities of rows of words as printed. `digest` is the SHA-256 (hex) of the model's files."""

    def __init__(self, model: LanguageModel, digest: str) -> None:
        self.digest = digest
        self._model = model

    def log_probabilities(self, rows: Sequence[Sequence[str]]) -> list[float]:
        """ln P of each row, begun as a sentence is; numbers, symbols and unknown words count as their class."""
        ids: list[int] = []
        sizes = []
        for row in rows:
            row_ids = [BOUNDARY_ID, BOUNDARY_ID, *self._ids(row)]
            sizes.append(len(row_ids))
            ids += row_ids
        if not ids:
            return []
        every = np.asarray([*ids, 0, 0], dtype=np.int64)
        first, second, third = every[:-2], every[1:-1], every[2:]
        known = self._model.trigram_or_nan(first, second, third)
        weight = np.nan_to_num(self._model.pair_backoff(first, second))
        logs = np.where(np.isnan(known), self._model.bigram(second, third) + weight, known)
        sums = np.concatenate([[0.0], np.cumsum(logs, dtype=np.float64)])
        ends = np.cumsum(sizes)
        return [float(sums[end - 2] - sums[end - size]) for end, size in zip(ends, sizes, strict=True)]

    def _ids(self, row: Sequence[str]) -> list[int]:
        found, previous = [], ""
        for word in row:
            found += [self._model.ids.get(piece.key, UNKNOWN_ID) for piece in pieces(word, previous)]
            previous = word
        return found


def load(folder: Path) -> Context:
    """The model in `folder`; DependencyError where it is missing."""
    model = ngram.load(folder)
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.npy"), folder / "vocabulary.txt"]):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return Context(model, digest.hexdigest())
