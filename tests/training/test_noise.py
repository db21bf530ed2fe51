"""Misreadings drawn from a channel: as often as they were counted, and always the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from math import log, sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.resources import models_dir
from dau.training import noise
from dau.training.channel import learn, save
from dau.training.examples import ENGINE
from dau.training.noise import Noise
from dau.training.pairs import collect

CHANNEL: dict[str, Any] = {
    "words": {"số": {"s6": 90, "số": 10}, "hoà": {"hoa": 1000}},
    "onsets": {"th": {"th": 81, "lh": 1}, "b": {"b": 99}, "r": {"": 50}},
    "rimes": {"ông": {"ong": 50, "6ng": 50}, "ế": {"é": 3}, "a": {"a": 9}, "i": {"": 50}},
    "edits": {"ế": {"é": log(0.5), "e": log(0.5)}, "k": {"k": 0.0}, "x": {"x": log(0.5), "><": log(0.5)},
              "ab": {"d": 0.0}},
    "space_lost": log(0.01), "space_inserted": log(0.02),
}
DRAWS = 4000
noisy = Noise(CHANNEL)


def drawn(word: str, *, hot: bool = False, tries: int = 1) -> Counter[str]:
    rng = random.Random(7)
    return Counter(noisy.word(word, rng, hot=hot, tries=tries) for _ in range(DRAWS))


def near(found: Counter[str], text: str, share: float) -> bool:
    """Within four standard deviations."""
    return abs(found[text] / DRAWS - share) < 4 * sqrt(share * (1 - share) / DRAWS) + 1e-9


@pytest.mark.parametrize(("word", "shares"), [
    ("thông", {"thong": 81 / 164, "th6ng": 81 / 164, "lhong": 1 / 164, "lh6ng": 1 / 164}),
    ("số", {"s6": 100 / 108 * 0.9, "số": 1 - 100 / 108 * 0.9}),  # whole words seen, trusted as far as they were
    ("ba", {"ba": 1.0}),
    ("bế", {"bé": 0.5, "be": 0.5}),  # a rime seen too seldom is read letter by letter
    ("xk", {"xk": 0.5, "><k": 0.5}),  # and so is what is no syllable
    ("zzz", {"zzz": 1.0}),
    ("", {"": 1.0}),
    ("ri", {"ri": 1.0}),  # nothing read is no misreading
])
def test_draws_follow_the_counts(word: str, shares: dict[str, float]) -> None:
    found = drawn(word)
    assert set(found) <= set(shares)
    assert all(near(found, text, share) for text, share in shares.items()), found


def test_a_bad_page_is_misread_more() -> None:
    found = Counter(text[:2] for text in drawn("thông", hot=True).elements())
    assert set(found) == {"th", "lh"}
    assert near(found, "lh", 1 / (1 + 81**0.6))  # counts are flattened: seen once in 82, drawn once in 15


def test_more_tries_leave_less_as_it_was() -> None:
    once = 1 - 100 / 108 * 0.9
    assert near(drawn("số", tries=3), "số", once**3)


def test_the_other_tone_placement_is_misread_alike() -> None:
    assert drawn("hòa")["hoa"] == drawn("hoà")["hoa"] > 0.9 * DRAWS
    assert set(drawn("hòa")) == {"hoa", "hòa"}


def test_spaces() -> None:
    assert (noisy.space_lost, noisy.space_inserted) == (pytest.approx(0.01), pytest.approx(0.02))


@given(st.text(max_size=12), st.integers(0, 1 << 30), st.booleans(), st.integers(1, 3))
def test_the_same_seed_gives_the_same_and_never_nothing(word: str, seed: int, hot: bool, tries: int) -> None:
    first, again = (noisy.word(word, random.Random(seed), hot=hot, tries=tries) for _ in range(2))
    assert first == again
    assert bool(first) == bool(word)


def test_a_learned_channel_draws_what_it_has_seen(tmp_path) -> None:  # type: ignore[no-untyped-def]
    pages = [("về việc ban hành Kế hoạch", "vé viéc ban hanh Ké hoach")] * 20
    save(learn(collect(pages)), tmp_path / "x.json.gz")
    learned = noise.load(tmp_path / "x.json.gz")
    rng = random.Random(1)
    assert Counter(learned.word("việc", rng) for _ in range(50)).most_common(1)[0][0] == "viéc"
    assert learned.space_lost < 0.1


def test_the_shipped_channels() -> None:
    found = noise.load_all(models_dir() / "ngram")
    assert set(found) == set(ENGINE) | {"legacy"}  # the other regimes need none
    assert all(0 < one.space_lost < 0.1 for one in found.values())
