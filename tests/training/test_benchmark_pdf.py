"""When the benchmark counts a word as found at its place."""

from __future__ import annotations

import pytest

from dau.training.benchmark_pdf import Box, is_near

WORD: Box = (100, 200, 140, 209)


@pytest.mark.parametrize(
    ("parts", "near"),
    [
        ([[WORD]], True),
        ([[(98, 195, 142, 212)]], True),  # as high as its line
        ([[(104, 195, 142, 212)]], False),  # begins too far right
        ([[(100, 195, 145, 212)]], False),  # ends too far right
        ([[(100, 204, 140, 212)]], False),  # begins below the word's top
        ([[(100, 400, 140, 412)], ], False),  # another line
        ([[(100, 400, 140, 412), WORD]], True),  # the same word twice on the page
        ([[(100, 198, 118, 210)], [(121, 198, 140, 210)]], True),  # two syllables in one box
        ([[(100, 198, 118, 210)], []], False),  # one of which is not there
        ([[]], False),
    ],
)  # fmt: skip
def test_a_word_is_near_its_box(parts: list[list[Box]], near: bool) -> None:
    assert is_near(WORD, parts) is near
