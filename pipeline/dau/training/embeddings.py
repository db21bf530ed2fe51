"""Word vectors to begin with: what stands before and behind each word in the training text, by truncated SVD of the
positive pointwise mutual information (Levy & Goldberg 2014). A few minutes, and the network need not learn from
damaged text which words are alike."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from .corpus import documents
from .ngram_counts import Vocabulary, encode
from .train_ngram import held_out

REACH = 2


def vectors(sequence: npt.NDArray[np.uint16], words: int, size: int) -> npt.NDArray[np.float32]:
    """`(words, size)`; the contexts are the words at each distance up to REACH on either side."""
    rows, columns, values = [], [], []
    for block, offset in enumerate(o for d in range(1, REACH + 1) for o in (-d, d)):
        here, there = (sequence[offset:], sequence[:-offset]) if offset > 0 else (sequence[:offset], sequence[-offset:])
        pairs, counts = np.unique((here.astype(np.uint32) << 16) | there, return_counts=True)
        kept = counts >= 3
        rows.append((pairs[kept] >> 16).astype(np.int64))
        columns.append((pairs[kept] & 0xFFFF).astype(np.int64) + block * words)
        values.append(counts[kept].astype(np.float64))
    row, column, count = map(np.concatenate, (rows, columns, values))
    total = np.bincount(row, count, words)[row] * np.bincount(column, count, 2 * REACH * words)[column] ** 0.75
    information = np.log(count / total)
    information -= information.mean() - 2.0
    positive = information > 0
    matrix = torch.sparse_coo_tensor(
        torch.from_numpy(np.stack((row[positive], column[positive]))),
        torch.from_numpy(information[positive].astype(np.float32)), (words, 2 * REACH * words),
    ).coalesce()
    torch.manual_seed(1)
    u, s, _ = torch.svd_lowrank(matrix, q=size + 16, niter=4)
    found = (u[:, :size] * s[:size].sqrt()).numpy()
    return np.asarray(found / max(1e-9, float(found.std())), dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="the n-gram model whose words are meant")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    tests = held_out(given.held_out)
    words = tuple((given.model / "vocabulary.txt").read_text(encoding="utf-8").splitlines())
    texts = (d.text for d in documents(given.corpus) if not tests.holds(d))
    np.save(given.out, vectors(encode(texts, Vocabulary(words, (1,) * len(words))), len(words), given.size))


if __name__ == "__main__":
    main()
