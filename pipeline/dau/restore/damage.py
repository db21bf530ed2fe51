"""How damaged is a line? Judged from the line and its neighbours, because single lines are short.

Clean Vietnamese has a mark (of a letter or a tone) on about three syllables of four, and nearly every syllable is
one; an engine without Vietnamese leaves next to none (`é` apart, which it reads for all of ê, ề, ế, ệ …); a Vietnamese
engine's output lies close to clean text, with now and then a syllable that does not exist.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal

from dau.document.orthography import VIETNAMESE_LETTERS, bare

from .syllable import divide

Damage = Literal["legacy", "stripped", "scan", "clean", "foreign"]

_MARKED = frozenset(c for c in VIETNAMESE_LETTERS if bare(c) != c) - {"é"}
REACH = 4
"""Lines on either side that are looked at."""


@dataclass(frozen=True)
class Signs:
    """Counts over a line's words of letters: all of them, those with a Vietnamese mark in a syllable that exists,
    those whose bare letters are those of a syllable, those that are not in the vocabulary, and those with anything
    but the 26 letters."""

    words: float = 0.0
    marked: float = 0.0
    bare_syllables: float = 0.0
    strange: float = 0.0
    beyond_ascii: float = 0.0

    def plus(self, other: Signs, weight: float) -> Signs:
        return Signs(
            self.words + weight * other.words, self.marked + weight * other.marked,
            self.bare_syllables + weight * other.bare_syllables, self.strange + weight * other.strange,
            self.beyond_ascii + weight * other.beyond_ascii,
        )


def signs(keys: Sequence[str], vocabulary: Container[str], bare_syllables: Container[str]) -> Signs:
    """`keys`: the lower-case words of a line."""
    words = [k for k in keys if len(k) > 1]
    known = [k in vocabulary for k in words]
    return Signs(
        len(words),
        sum(ok and any(c in _MARKED for c in k) and divide(k) is not None for k, ok in zip(words, known, strict=True)),
        sum(bare(k) in bare_syllables for k in words),
        sum(not ok for ok in known),
        sum(not (k.isascii() and k.isalpha()) for k in words),
    )


def judge(lines: Sequence[Signs]) -> list[Damage]:
    """What each line is, in its surroundings: near lines count more, and the whole a little."""
    whole = Signs()
    for line in lines:
        whole = whole.plus(line, 1.0)
    background = Signs().plus(whole, 4.0 / max(whole.words, 4.0))
    out: list[Damage] = []
    for n in range(len(lines)):
        around = background
        for k in range(max(0, n - REACH), min(len(lines), n + REACH + 1)):
            around = around.plus(lines[k], 1.0 if k == n else 0.5 / abs(k - n))
        out.append(_verdict(around, whole))
    return out


def _verdict(around: Signs, whole: Signs) -> Damage:
    if around.words < 0.5:
        return "clean"
    if around.marked < 0.35 * around.bare_syllables:
        if around.bare_syllables < 0.5 * around.words:
            return "foreign"
        return "stripped" if around.beyond_ascii + whole.beyond_ascii < 0.005 * whole.words else "legacy"
    return "clean" if whole.words >= 200 and whole.strange == 0 else "scan"
