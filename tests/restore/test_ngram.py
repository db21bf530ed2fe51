"""The language model: smoothing that sums to one, tables that give back what was put in, decoding that is exact."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest

from dau.document.errors import DependencyError
from dau.restore import ngram
from dau.restore.lattice import Position, posteriors
from dau.training.ngram import Model, estimate
from dau.training.ngram_counts import BOUNDARY, UNKNOWN, Vocabulary, bigrams, encode, trigrams, vocabulary, word_counts

TEXT = [
    "Bộ Thông tin và Truyền thông ban hành Kế hoạch. Bộ Y tế ban hành Kế hoạch số 12. Bộ trưởng ký.",
    "Thủ tướng ban hành Quyết định số 1497/QĐ-TTg ngày 10/9/2021.\n\nBộ Thông tin và Truyền thông thông báo kế hoạch.",
]


def small(trigram_limit: int = 10_000) -> tuple[Vocabulary, Model]:
    known = vocabulary(word_counts(TEXT), 1, 100)
    return known, estimate(encode(TEXT, known), known, trigram_limit, 10_000)


def language(trigram_limit: int = 10_000) -> ngram.LanguageModel:
    known, model = small(trigram_limit)
    two, three = model.packed()
    return ngram.LanguageModel(known.words, model.unigram.astype(np.float32), model.unigram_backoff.astype(np.float32),
                               two, three)


def probability(model: ngram.LanguageModel, words: list[int]) -> float:
    """ln P(last | the one or two before), the slow way."""
    ids = [np.array([w], dtype=np.int64) for w in words]
    low = float(model.bigram(ids[-2], ids[-1])[0])
    if len(words) == 2:
        return low
    high = float(model.trigram_or_nan(*ids)[0])
    back = float(model.pair_backoff(ids[0], ids[1])[0])
    return high if not np.isnan(high) else low + (0.0 if np.isnan(back) else back)


def test_encoding() -> None:
    known = vocabulary(word_counts(TEXT), 2, 100)
    ids = encode(["Bộ Y tế. Số 12, 1497/QĐ-TTg ngày 10/9/2021 lạ"], known)
    assert [known.words[n] for n in ids] == [
        BOUNDARY, "bộ", UNKNOWN, UNKNOWN, BOUNDARY, "số", "<num>", "<sym>", UNKNOWN, "<num>", UNKNOWN, BOUNDARY,
    ]


def test_counts_agree_with_counting() -> None:
    known = vocabulary(word_counts(TEXT), 1, 100)
    ids = encode(TEXT, known).tolist()
    two = Counter(itertools.pairwise(ids))
    three = Counter((a, b, c) for a, b, c in zip(ids, ids[1:], ids[2:], strict=False) if b != 0)
    keys, counts = bigrams(np.array(ids, dtype=np.uint16))
    assert {(int(k) >> 16, int(k) & 0xFFFF): int(n) for k, n in zip(keys, counts, strict=True)} == two
    keys, counts = trigrams(np.array(ids, dtype=np.uint16))
    assert {(int(k) >> 32, int(k) >> 16 & 0xFFFF, int(k) & 0xFFFF): int(n)
            for k, n in zip(keys, counts, strict=True)} == three


@pytest.mark.parametrize("limit", [10_000, 5])
def test_probabilities_sum_to_one(limit: int) -> None:
    """After every history, pruned or not, up to the steps of the packed values."""
    model = language(limit)
    size = len(model.words)
    for history in ([4], [0], [4, 5], [5, 6], [model.ids["ban"], model.ids["hành"]], [7, 4]):
        total = sum(np.exp(probability(model, [*history, w])) for w in range(size))
        assert total == pytest.approx(1.0, abs=0.06)


def test_what_was_seen_is_likelier() -> None:
    model = language()
    at = model.ids
    assert probability(model, [at["và"], at["truyền"], at["thông"]]) > -2
    assert probability(model, [at["ban"], at["hành"], at["kế"]]) > probability(model, [at["ban"], at["hành"], at["tế"]])


def test_packing_gives_back_every_ngram() -> None:
    rng = np.random.default_rng(3)
    keys = np.unique(rng.integers(0, 1 << 48, 20_000, dtype=np.uint64))
    logs = -rng.random(len(keys)) * 16
    table = ngram.Table(ngram.pack(keys, logs, None))
    at = table.find(keys)
    assert (at >= 0).all()
    near = np.abs(table.values[at] * ngram.STEP + logs) <= ngram.STEP / 2 + 1e-6
    assert near.mean() > 0.9995  # the rest share bucket and fingerprint with another n-gram
    absent = np.setdiff1d(rng.integers(0, 1 << 48, 50_000, dtype=np.uint64), keys)
    assert (table.find(absent) >= 0).mean() < 5e-4


def test_save_and_load(tmp_path) -> None:  # type: ignore[no-untyped-def]
    known, model = small()
    two, three = model.packed()
    ngram.save(tmp_path / "m", known.words, model.unigram.astype(np.float32), model.unigram_backoff.astype(np.float32),
               two, three)
    loaded, direct = ngram.load(tmp_path / "m"), language()
    for words in ([4, 5], [4, 5, 6], [0, 7]):
        assert probability(loaded, words) == probability(direct, words)
    (tmp_path / "m" / "trigram_values.npy").write_bytes(b"")
    with pytest.raises(DependencyError):
        ngram.load(tmp_path / "m")


def position(words: list[tuple[int, int]], logs: list[float], link: list[int], tail: list[int]) -> Position:
    return Position(np.array([a for a, _ in words]), np.array([b for _, b in words]), np.array(logs, dtype=np.float32),
                    np.array(link), np.array(tail))


def slow(chain: list[Position], model: ngram.LanguageModel, ends: bool) -> list[np.ndarray]:
    """Posteriors by adding up every path."""
    totals = [np.zeros(len(p.logs)) for p in chain]
    for path in itertools.product(*(range(len(p.logs)) for p in chain)):
        links = [0, *(int(p.link[k]) for p, k in zip(chain, path, strict=True))]
        tails = [*(int(p.tail[k]) for p, k in zip(chain, path, strict=True)), 0]
        if links != tails:
            continue
        score, before = 0.0, [0]
        for t, (p, k) in enumerate(zip(chain, path, strict=True)):
            score += float(p.logs[k])
            if p.tail[k]:
                before = before[-1:]  # behind a join only its word is known
                continue
            score += probability(model, [*(before[-2:] if t > 1 or len(before) > 1 else before), int(p.first[k])])
            split = p.first[k] != p.last[k]
            before = [int(p.last[k])] if split else [*before[-1:], int(p.last[k])]
        if ends:
            score += probability(model, [before[-1], 0])
        for t, k in enumerate(path):
            totals[t][k] += np.exp(score)
    return [t / t.sum() for t in totals]


def test_decoding_is_exact() -> None:
    model = language()
    rng = np.random.default_rng(5)
    size = len(model.words)
    chains, ends = [], []
    for n in range(12):
        length = 1 + n % 5
        chain = []
        for _ in range(length):
            words = rng.choice(np.arange(4, size), 3, replace=False).tolist()
            chain.append(position([(w, w) for w in words], rng.normal(0, 2, 3).tolist(), [0] * 3, [0] * 3))
        chains.append(chain)
        ends.append(bool(n % 2))
    fast = posteriors(chains, model, ends)
    for chain, end, found in zip(chains, ends, fast, strict=True):
        for a, b in zip(found, slow(chain, model, end), strict=True):
            assert a == pytest.approx(b, abs=2e-4)


def test_joins_and_splits_are_exact() -> None:
    model = language()
    a, b, c, d = (model.ids[w] for w in ("thông", "tin", "và", "truyền"))
    chain = [
        position([(c, c), (d, d)], [0.0, 0.3], [0, 0], [0, 0]),
        position([(a, a), (b, b), (d, d)], [0.0, -0.5, -0.2], [0, 0, 1], [0, 0, 0]),
        position([(c, c), (a, a), (d, d)], [-0.1, 0.0, 0.0], [0, 0, 0], [0, 0, 1]),
        position([(a, a), (b, c)], [0.0, 1.0], [0, 0], [0, 0]),
        position([(b, b), (c, c)], [0.0, 0.0], [0, 0], [0, 0]),
    ]
    [found] = posteriors([chain], model, [True])
    for x, y in zip(found, slow(chain, model, True), strict=True):
        assert x == pytest.approx(y, abs=2e-4)
    starting = [
        position([(c, c), (d, d), (c, d)], [0.0, 0.3, 1.0], [0, 1, 0], [0, 0, 0]),
        position([(a, a), (d, d)], [0.0, 0.0], [0, 0], [0, 1]),
        position([(a, a), (b, b)], [0.0, 0.1], [0, 0], [0, 0]),
    ]
    for x, y in zip(posteriors([starting], model, [False])[0], slow(starting, model, False), strict=True):
        assert x == pytest.approx(y, abs=2e-4)
    assert found[1][2] == pytest.approx(found[2][2], abs=1e-5)  # a join and its continuation are one event
