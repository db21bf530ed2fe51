"""Names of movements are grouped as if each were compared with each, and far fewer are."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from dau.index.relations.movements import SAME_NAME, Belongs, Name, _alike, _perhaps_alike, movements, named_in

SYLLABLES = ["ca", "nuoc", "chung", "suc", "xay", "dung", "nong", "thon", "moi", "doan", "ket", "sang", "tao", "nguoi"]


def one_by_one(keys: list[Name]) -> list[tuple[Name, ...]]:
    """The groups by comparing every two names: the definition."""
    group = {key: {key} for key in keys}
    for one, other in combinations(keys, 2):
        near = abs(len(one) - len(other)) <= 4
        if near and Indel.normalized_similarity(one, other) >= SAME_NAME and group[one] is not group[other]:
            group[one] |= group[other]
            for key in group[other]:
                group[key] = group[one]
    return sorted({tuple(sorted(names)) for names in group.values()})


def groups(keys: list[Name]) -> list[tuple[Name, ...]]:
    return sorted(tuple(sorted(group)) for group in _alike(keys))


def misread(draw: st.DrawFn, name: Name) -> Name:
    """The name with up to four syllables lost, doubled or replaced."""
    words = list(name)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(words) - 1))
        change = draw(st.sampled_from(["lost", "doubled", "replaced"]))
        if change == "lost" and len(words) > 3:
            del words[at]
        elif change == "doubled":
            words.insert(at, words[at])
        else:
            words[at] = draw(st.sampled_from([*SYLLABLES, "rn", "1a"]))
    return tuple(words)


@st.composite
def names(draw: st.DrawFn) -> list[Name]:
    """A few names of 3 to 60 syllables, and what readers make of them."""
    few = st.sampled_from(SYLLABLES[: draw(st.integers(2, len(SYLLABLES)))])
    plain = draw(st.lists(st.lists(few, min_size=3, max_size=60).map(tuple), min_size=1, max_size=4))
    made = [misread(draw, draw(st.sampled_from(plain))) for _ in range(draw(st.integers(0, 12)))]
    return sorted({*plain, *made})


@given(names())
def test_groups_are_those_of_comparing_each_with_each(keys: list[Name]) -> None:
    assert groups(keys) == one_by_one(keys)


@pytest.mark.parametrize("length", [3, 9, 10, 19, 20, 21, 38, 40, 60])
def test_groups_at_the_very_limit(length: int) -> None:
    """As many syllables replaced, lost or added as are allowed, and one more."""
    name = tuple(f"s{n}" for n in range(length))
    for count in range(min(length, 8)):
        replaced = tuple(f"x{n}" if n < count else word for n, word in enumerate(name))
        longer = (*name, *(f"x{n}" for n in range(count)))
        for other in (replaced, name[count:], longer):
            keys = sorted({name, other})
            assert groups(keys) == one_by_one(keys)


def test_few_names_are_compared() -> None:
    """Of two million pairs that two thousand names make, of equally frequent syllables, few are looked at."""
    chance = Random(0)
    words = [f"{a}{b}" for a in "bcdghklmnpqrstvx" for b in ("a", "an", "e", "i", "oi", "ong", "u", "ung")]
    keys = sorted({tuple(chance.choices(words, k=chance.randint(6, 16))) for _ in range(2000)})
    assert sum(1 for _ in _perhaps_alike(keys)) < len(keys) ** 2 / 2 / 10


def test_a_movement_is_called_as_most_write_it() -> None:
    def says(work: str, words: str, part: str = "own") -> Belongs:
        return Belongs(work, part, words, f"{work}.pdf", None, None)

    read = "Cả nước chung sức xây dựng nông thôn mới"
    lost = "Cả nước chung sức xây dựng nông thôn"
    other = "Cả nước đoàn kết, chung tay vì người nghèo"
    said = [says("a", read), says("b", read), says("c", lost), says("c", lost, "parent"), says("d", other)]
    found = movements([*said, says("e", read)])
    assert {name: [b.work for b in group] for name, group in found} == {read: ["a", "b", "c", "e"], other: ["d"]}
    assert {b.part for name, group in found if name == read for b in group} == {"own"}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("về việc phát động Phong trào thi đua “Cả nước chung sức”", "Cả nước chung sức"),
        ('Phong trào thi đua đặc biệt "Cả nước chung sức" năm 2021', "Cả nước chung sức"),
        ("về “Cả nước chung sức”", None),
        ("Phong trào thi đua “ngắn”", None),
        (None, None),
    ],
)
def test_the_name_in_a_title(title: str | None, name: str | None) -> None:
    assert named_in(title) == name
