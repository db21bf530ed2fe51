"""Posteriors of the candidates of many chains at once: forward–backward over a trigram lattice.

A chain is a run of positions whose words depend on one another, from one end of a sentence to the next. First a
bigram pass weighs up to `wide` candidates a position, then a trigram pass the `narrow` likeliest of them. A candidate
may cover two positions (two pieces joined: the second position holds its continuation) or hold two words (a piece
split).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .ngram import BOUNDARY_ID, LanguageModel

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LOWEST = np.float32(-1e9)
Order = Literal[1, 2, 3]


@dataclass(frozen=True)
class Position:
    """Candidates at one place, parallel arrays: `first` and `last` word id (the same unless split), `logs` what the
    channel says (weighted), `link`: 0, or the number > 0 of a join that covers this and the next position; `tail`:
    the number of the join whose continuation this candidate is."""

    first: Ints
    last: Ints
    logs: Floats
    link: Ints
    tail: Ints


Chain = Sequence[Position]


@dataclass(frozen=True)
class _Block:
    """Chains of similar length, padded: arrays `(chain, position, candidate)`."""

    first: Ints
    last: Ints
    logs: Floats
    link: Ints
    tail: Ints
    lengths: Ints


def posteriors(chains: Sequence[Chain], model: LanguageModel, ends: Sequence[bool], narrow: int = 8,
               order: Order = 3) -> list[list[Floats]]:
    """For every chain and position the posterior of each candidate; they add up to 1 but for those that the bigram
    pass ruled out. `ends[n]`: chain n ends a sentence."""
    out: list[list[Floats]] = [[] for _ in chains]
    for group in _groups(sorted(range(len(chains)), key=lambda n: len(chains[n])), chains):
        block = _block([chains[n] for n in group])
        last = np.array([ends[n] for n in group])
        wide = _bigram_pass(block, model, last, order)
        if order < 3:
            full = _normalised(wide)
            for row, n in enumerate(group):
                out[n] = [full[row, t, : len(p.logs)] for t, p in enumerate(chains[n])]
            continue
        kept = np.argsort(-wide, axis=2, kind="stable")[:, :, :narrow]
        kept = _with_partners(block, wide, kept)
        small = _chosen(block, kept)
        fine = _trigram_pass(small, model, last)
        full = np.zeros_like(block.logs)
        np.put_along_axis(full, kept, fine, axis=2)
        for row, n in enumerate(group):
            out[n] = [full[row, t, : len(p.logs)] for t, p in enumerate(chains[n])]
    return out


def _groups(by_length: list[int], chains: Sequence[Chain], most: int = 1500) -> list[list[int]]:
    """Neighbours in `by_length` together, at most `most` padded positions each."""
    groups: list[list[int]] = []
    for n in by_length:
        length = len(chains[n])
        if not length:
            continue
        if groups and (len(groups[-1]) + 1) * length <= most and length <= 2 * len(chains[groups[-1][0]]) + 4:
            groups[-1].append(n)
        else:
            groups.append([n])
    return groups


def _block(chains: list[Chain]) -> _Block:
    lengths = np.array([len(c) for c in chains])
    shape = (len(chains), int(lengths.max()), max(len(p.logs) for c in chains for p in c))
    first, last, link, tail = (np.zeros(shape, dtype=np.int64) for _ in range(4))
    logs = np.full(shape, LOWEST, dtype=np.float32)
    logs[:, :, 0] = 0.0
    for b, chain in enumerate(chains):
        for t, p in enumerate(chain):
            k = len(p.logs)
            first[b, t, :k], last[b, t, :k], logs[b, t, :k] = p.first, p.last, p.logs
            link[b, t, :k], tail[b, t, :k] = p.link, p.tail
    return _Block(first, last, logs, link, tail, lengths)


def _chosen(block: _Block, kept: Ints) -> _Block:
    first, last, link, tail = (
        np.take_along_axis(a, kept, axis=2) for a in (block.first, block.last, block.link, block.tail)
    )
    return _Block(first, last, np.take_along_axis(block.logs, kept, axis=2), link, tail, block.lengths)


def _with_partners(block: _Block, weight: Floats, kept: Ints) -> Ints:
    """A join and its continuation are kept both or neither; the last places make room for a missing half."""
    if not block.link.any():
        return kept
    kept = kept.copy()
    width = kept.shape[2]
    for b, t in zip(*np.nonzero((block.link > 0).any(axis=2)), strict=True):
        here, there = set(kept[b, t].tolist()), set(kept[b, t + 1].tolist())
        slots = width - 1
        for k in np.flatnonzero(block.link[b, t]):
            partner = int(np.flatnonzero(block.tail[b, t + 1] == block.link[b, t, k])[0])
            if k in here and partner not in there and slots > 1:
                kept[b, t + 1, slots] = partner
                slots -= 1
    return kept


def _pair_logs(block: _Block, model: LanguageModel) -> Floats:
    """ln P(first word of j | last word of i) for neighbours, 0 into a continuation; `(chain, position ≥ 1, i, j)`."""
    left = np.broadcast_to(block.last[:, :-1, :, None], (*block.last[:, :-1].shape, block.last.shape[2]))
    right = np.broadcast_to(block.first[:, 1:, None, :], left.shape)
    logs = np.zeros(left.shape, dtype=np.float32)
    live = (block.logs[:, :-1, :, None] > LOWEST) & (block.logs[:, 1:, None, :] > LOWEST)
    live &= (block.tail[:, 1:, None, :] == 0) & (block.link[:, :-1, :, None] == 0)
    logs[live] = model.bigram(left[live], right[live])
    link, tail = block.link[:, :-1, :, None], block.tail[:, 1:, None, :]
    return np.where(link == tail, logs, LOWEST)


def _logsumexp(values: Floats, axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    with np.errstate(divide="ignore"):
        total: Floats = np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)
    return total


def _finals(block: _Block, model: LanguageModel, ends: Bools) -> Floats:
    """ln P(end of sentence | last word) where the chain ends one; `(chain, candidate)`."""
    at = np.arange(len(block.lengths)), block.lengths - 1
    last = block.last[at]
    return np.where(ends[:, None], model.bigram(last, np.full_like(last, BOUNDARY_ID)), 0).astype(np.float32)


def _bigram_pass(block: _Block, model: LanguageModel, ends: Bools, order: Order) -> Floats:
    """Log posterior of every candidate under the bigram model, or at order 1 the unigram model."""
    chains, positions, width = block.logs.shape
    start = model.bigram(np.zeros_like(block.first[:, 0]), block.first[:, 0])
    pair = _pair_logs(block, model)
    if order == 1:
        start = model.unigram[block.first[:, 0]]
        alone = np.where(block.tail > 0, 0, model.unigram[block.first])[:, 1:, None, :]
        pair = np.where(pair > LOWEST / 2, alone, LOWEST).astype(np.float32)
    forward, backward = (np.zeros((chains, positions, width), dtype=np.float32) for _ in range(2))
    forward[:, 0] = start + block.logs[:, 0]
    for t in range(1, positions):
        forward[:, t] = block.logs[:, t] + _logsumexp(forward[:, t - 1, :, None] + pair[:, t - 1], 1)
    backward[np.arange(chains), block.lengths - 1] = _finals(block, model, ends)
    for t in range(positions - 2, -1, -1):
        new = _logsumexp((backward[:, t + 1] + block.logs[:, t + 1])[:, None, :] + pair[:, t], 2)
        inside = (t < block.lengths - 1)[:, None]
        backward[:, t] = np.where(inside, new, backward[:, t])
    return forward + backward


def _trigram_pass(block: _Block, model: LanguageModel, ends: Bools) -> Floats:
    """Posterior (not log) of every candidate under the trigram model; states are pairs of neighbours."""
    chains, positions, width = block.logs.shape
    start = model.bigram(np.zeros_like(block.first[:, 0]), block.first[:, 0]) + block.logs[:, 0]
    finals = _finals(block, model, ends)
    if positions == 1:
        return _normalised(start + finals)[:, None]
    pair = _pair_logs(block, model)
    # the first pair is conditioned on the boundary
    boundary = np.zeros((chains, 1), dtype=np.int64)
    begin = _trigram(model, boundary, block.last[:, 0], block.first[:, 1], pair[:, 0])[:, 0]
    begin = np.where(_usable(block, 1, np.arange(chains)), begin, pair[:, 0])
    forward = np.full((chains, positions, width, width), LOWEST, dtype=np.float32)
    backward = np.zeros((chains, positions, width, width), dtype=np.float32)
    forward[:, 1] = start[:, :, None] + begin + block.logs[:, 1, None, :]
    steps = [np.zeros(0, dtype=np.float32)] * positions
    for t in range(2, positions):
        live = np.flatnonzero(t < block.lengths)
        step = _step(block, model, pair[live, t - 1], t, live)
        steps[t] = step
        forward[live, t] = _logsumexp(forward[live, t - 1, :, :, None] + step, 1) + block.logs[live, t, None, :]
    ending = np.flatnonzero(block.lengths > 1)
    backward[ending, block.lengths[ending] - 1] = finals[ending, None, :]
    for t in range(positions - 1, 1, -1):
        live = np.flatnonzero(t < block.lengths)
        onward = backward[live, t] + block.logs[live, t, None, :]
        backward[live, t - 1] = _logsumexp(onward[:, None] + steps[t], 3)
    both = forward + backward
    out = np.empty((chains, positions, width), dtype=np.float32)
    out[:, 1:] = _logsumexp(both[:, 1:], 2)
    out[:, 0] = _logsumexp(both[:, 1], 2)
    alone = block.lengths == 1
    out[alone, 0] = (start + finals)[alone]
    return _normalised(out)


def _step(block: _Block, model: LanguageModel, pair: Floats, t: int, live: Ints) -> Floats:
    """ln P(k at t | i at t−2, j at t−1); `(chain, i, j, k)`. A join's continuation passes its word on: behind it,
    and behind a split's second word, the pair of words before is not the pair of positions, so the bigram decides."""
    step = _trigram(model, block.last[live, t - 2], block.last[live, t - 1], block.first[live, t], pair)
    return np.where(_usable(block, t, live)[:, None], step, pair[:, None])


def _usable(block: _Block, t: int, live: Ints) -> Bools:
    """Whether the two positions before t are the two words before candidate k, given candidate j at t−1;
    `(chain, j, k)`."""
    plain = (block.tail[live, t - 1] == 0) & (block.first[live, t - 1] == block.last[live, t - 1])
    usable: Bools = plain[:, :, None] & (block.tail[live, t] == 0)[:, None, :]
    return usable


def _trigram(model: LanguageModel, first: Ints, second: Ints, third: Ints, pair: Floats) -> Floats:
    """ln P(third | first, second) for all combinations, backing off to `pair` `(chain, j, k)`."""
    histories = np.broadcast_to(first[:, :, None], (*first.shape, second.shape[1]))
    seconds = np.broadcast_to(second[:, None, :], histories.shape)
    weight = model.pair_backoff(histories, seconds)
    known = ~np.isnan(weight)
    step = np.where(known, weight, 0)[:, :, :, None] + pair[:, None]
    b, i, j = np.nonzero(known)
    if len(b):
        thirds = third[b]
        shape = thirds.shape
        before, middle = (np.broadcast_to(x[b, i, j][:, None], shape) for x in (histories, seconds))
        found = model.trigram_or_nan(before, middle, thirds)
        valid = pair[b, j] > LOWEST / 2
        step[b, i, j] = np.where(~np.isnan(found) & valid, found, step[b, i, j])
    result: Floats = step.astype(np.float32)
    return result


def _normalised(logs: Floats) -> Floats:
    top = logs.max(axis=-1, keepdims=True)
    shares = np.exp(logs - top)
    result: Floats = shares / shares.sum(axis=-1, keepdims=True)
    return result
