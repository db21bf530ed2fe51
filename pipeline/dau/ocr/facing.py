"""Which way round the rows of a page are text: as it lies, turned, or in a mirror, as the other side is that shows
through the paper.

A few rows are read each way. Text is made of syllables the right way round and hardly any other way: of pages with 4
to 50 % of contrast, some in heavy noise, 52 % of the words are syllables the right way, 31 % at most the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dau.document.errors import DauError
from dau.document.page import Page

from .syllables import is_syllable, trimmed
from .trueocr import TrueOcr

_PROBED = 8  # lines
_LEAST_WORDS, _LEAST_SYLLABLES = 8, 0.4
"""The share of syllables must lie above the least by a standard error."""


@dataclass(frozen=True)
class Facing:
    """Text is read after `clean` was put in a mirror, where `mirrored`, and then turned clockwise by quarter turns."""

    mirrored: bool
    turns: int


def facing(page: Page, finder: TrueOcr) -> Facing | None:
    """How the page is to be held to be read; None where it is text neither way, or too short to tell."""
    ways = (Facing(mirrored, turns) for mirrored in (False, True) for turns in (0, 2, 1, 3))
    return next((way for way in ways if _is_text(held(page, way), finder)), None)


def held(page: Page, way: Facing) -> Page:
    """The page that way round."""
    return (page.in_mirror() if way.mirrored else page).turned(way.turns)


def _is_text(page: Page, finder: TrueOcr) -> bool:
    """Whether the widest rows of a page are made of syllables; not where the engine fails on it."""
    try:
        boxes = sorted(finder.find_lines(page.readable), key=lambda box: box[0] - box[2])[:_PROBED]
        lines = finder.read_lines(page.readable, boxes)
    except DauError:
        return False
    words = [trimmed(token.text) for line in lines for token in line.tokens if len(trimmed(token.text)) >= 2]
    if len(words) < _LEAST_WORDS:
        return False
    share = sum(map(is_syllable, words)) / len(words)
    return share - math.sqrt(share * (1 - share) / len(words)) >= _LEAST_SYLLABLES
