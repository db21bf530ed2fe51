"""Scores of restored text as tables: what counts as right, removed, lost, and how far confidence can be believed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.training.scores import (
    Judged,
    Share,
    calibration_error,
    cer,
    errors_removed,
    judged,
    norm,
    pooled,
    reliability,
    wer,
)


@pytest.mark.parametrize(("a", "b"), [
    ("hòa bình", "hoà  bình"), ("“quyết định” – số…", '"quyết định" - số...'), ("một ⟦dấu⟧ hai", "một hai"),
    ("ủy\u00a0ban\n", "uỷ ban"), ("Thu\u031bo\u031b\u0300ng", "Thường"),
])
def test_what_is_the_same_text(a: str, b: str) -> None:
    assert norm(a) == norm(b)
    assert cer(a, b) == wer(a, b) == 0


@pytest.mark.parametrize(("raw", "hyp", "ref", "hit", "total"), [
    ("vé viéc", "về việc", "về việc", 2, 2),
    ("vé viéc", "về viéc", "về việc", 1, 2),
    ("vé viéc", "vé viéc", "về việc", 0, 2),
    ("về viéc", "vẻ việc", "về việc", 0, 1),  # one removed, one made
    ("về việc", "vẻ việc", "về việc", -1, 0),  # nothing to remove, one made
    ("về", "về", "về việc", 0, 0),  # what was not read at all is nobody's to restore
    ("so 12", "số 13", "số 12", 1, 1),  # a number has no letter
    ("T hong tin", "Thông tin", "Thông tin", 1, 1),
    ("“Về", "“về", "“về", 1, 1),
    ("vé,", "về", "về", 1, 1),
    ("", "", "", 0, 0),
])
def test_errors_removed(raw: str, hyp: str, ref: str, hit: int, total: int) -> None:
    assert errors_removed(raw, hyp, ref) == Share(hit, total)


@pytest.mark.parametrize(("words", "ref", "expected"), [
    (["về", "việc"], "về việc", [(0, True), (1, True)]),
    (["vé", "việc"], "về việc", [(0, False), (1, True)]),
    (["hòa"], "hoà", [(0, True)]),
    (["đoàn kết,", "a"], "đoàn kết, a", [(0, True), (1, True)]),
    (["đoàn kết", "a"], "đoàn két a", [(0, False), (1, True)]),
    (["về", "nhiễu", "việc"], "về việc", [(0, True), (2, True)]),  # stands against nothing
    (["về", "việc"], "về mọi việc", [(0, True), (1, True)]),
    (["đoàn kết", "a"], "đoàn a", [(0, False), (1, True)]),  # half of it stands against nothing: not right
    (["kết đoàn", "a"], "đoàn a", [(0, False), (1, True)]),
    (["", "việc"], "việc", [(1, True)]),
    ([], "về", []), (["về"], "", []),
])
def test_judged(words: list[str], ref: str, expected: list[tuple[int, bool]]) -> None:
    assert list(judged(words, ref)) == expected


def of(*pairs: tuple[float, bool]) -> list[Judged]:
    return [Judged(sure, right) for sure, right in pairs]


@pytest.mark.parametrize(("judgements", "bins", "error"), [
    ([], 15, 0.0),
    (of((1.0, True), (1.0, True)), 15, 0.0),
    (of((0.0, False), (1.0, True)), 2, 0.0),
    (of((1.0, False)), 15, 1.0),
    (of((0.5, True), (0.5, False)), 1, 0.0),
    (of((0.5, True), (0.5, False)), 2, 0.5),
    (of((0.2, False), (0.4, True), (0.8, True), (1.0, True)), 2, 0.5 * 0.2 + 0.5 * 0.1),
])
def test_calibration_error(judgements: list[Judged], bins: int, error: float) -> None:
    assert calibration_error(judgements, bins) == pytest.approx(error)


@given(st.lists(st.builds(Judged, st.floats(0, 1), st.booleans()), max_size=60), st.integers(1, 20))
def test_reliability(judgements: list[Judged], bins: int) -> None:
    found = reliability(judgements, bins)
    counts = [count for _, _, count in found]
    assert sum(counts) == len(judgements)
    assert len(found) == min(bins, len(judgements))
    assert not counts or max(counts) - min(counts) <= 1
    means = [mean for mean, _, _ in found]
    assert all(b >= a - 1e-9 for a, b in pairwise(means))
    assert sum(share * count for _, share, count in found) == pytest.approx(sum(j.right for j in judgements))
    assert 0 <= calibration_error(judgements, bins) <= 1 + 1e-9


def test_pooling_adds_counts() -> None:
    assert pooled([Share(1, 2), Share(3, 4)]) == Share(4, 6)
    assert pooled([]).value == 0
