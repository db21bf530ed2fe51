"""Words on which the grammar turns, known again where the reader left a scrap of them.

Nothing here changes a text: names and tasks are cut where the damaged word stands, and are given as read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from .lexicon import ministry_names
from .syllables import norm, plausible

_BO = re.compile(r"B[^\W_]?[^\W_]?", re.IGNORECASE)
_OWN_WORDS = frozenset({"ba", "ban", "bao", "ben", "bi", "boi", "bon", "bat", "bac", "but", "bai", "bay"})
"""Syllables in B that are words of their own before the name of a ministry's field."""


def misread_leads(words: Sequence[str]) -> dict[int, int]:
    """ "chủ tờ", "chu td", "chủ tr1" for "chủ trì": what begins with t and is shorter than "trì", or no syllable at all
    and close to it. "chủ thể", "chủ tịch", "chủ tàu" are words of their own."""
    found = {}
    for at, (first, second) in enumerate(pairwise(words)):
        if first not in {"chủ", "chu"} or not second.islower():
            continue
        scrap = norm(second)
        short = len(scrap) < 3 and scrap.startswith("t")
        if short or (scrap.startswith("t") and not plausible(scrap) and Levenshtein.distance(scrap, "tri") <= 2):
            found[at] = at + 2
    return found


def misread_ministries(words: Sequence[str], names: Mapping[int, int]) -> dict[int, int]:
    """ "By Thông tin và Truyền thông", "B9 …", "BQ …": a scrap in B before the name of a ministry is its "Bộ".

    `names` says where such names begin and end.
    """
    before = (at - 1 for at in names if at > 0 and words[at][:1].isupper())
    return {at: at + 1 for at in before if _BO.fullmatch(words[at]) and norm(words[at]) not in {"bo", *_OWN_WORDS}}


@cache
def _scrap() -> re.Pattern[str]:
    return re.compile(rf"\b(?P<bo>B[^\W_]{{0,2}}) (?=(?:{'|'.join(map(re.escape, ministry_names()))})\b)")


def with_ministry(name: str) -> str:
    """An agency's name with the "Bộ" of its ministry spelt out, where only a scrap of it was read."""
    return _scrap().sub(lambda m: m[0] if norm(m["bo"]) in {"bo", *_OWN_WORDS} else "Bộ ", name)
