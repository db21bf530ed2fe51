"""Witnesses in shared passages: what is in doubt here and is read clearly there, word for word at the same place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Levenshtein

from .facts import DOUBTED_WORDS, Facts
from .passages import Passage, opposite
from .text import Text
from .witnessing import Claim

_SURE = 90
"""Per cent: the least confidence of a word that may say what another one is."""
_ALIKE = 0.5
"""Part of the letters and digits that must agree for two readings to be of the same words."""


def claims_of_passages(
    one: Facts, other: Facts, a: Text, b: Text, found: Sequence[Passage]
) -> Iterator[Claim]:
    """What each of two documents can say about the doubts of the other, from the passages they share."""
    yield from _claims(one, other, a, b, found)
    turned = [Passage(p.b_first, p.b_end, p.a_first, p.a_end, p.same, p.plain, p.likeness) for p in found]
    yield from _claims(other, one, b, a, turned)


def _claims(doubting: Facts, witness: Facts, a: Text, b: Text, found: Sequence[Passage]) -> Iterator[Claim]:
    if witness.synthetic:
        return
    for doubt in doubting.doubts:
        span = a.find(doubt.node, doubt.raw or "") if doubt.code in DOUBTED_WORDS else None
        if span is None:
            continue
        for passage in found:
            if not (passage.a_first <= span[0] and span[1] <= passage.a_end):
                continue
            there = opposite(a, b, passage, *span)
            if there is not None and _clear(witness, b, there) and _same_words(a, span, b, there):
                place = b.place(there[0])
                words = b.words(max(0, there[0] - 6), min(len(b), there[1] + 6))
                yield Claim(doubting.document, doubt, "passage", b.words(*there), words, witness.document,
                            place.node, place.page)  # fmt: skip


def _clear(witness: Facts, text: Text, span: tuple[int, int]) -> bool:
    """Whether the witness read these words surely, and nothing there is in doubt."""
    if min(text.sure[span[0] : span[1]]) < _SURE:
        return False
    for doubt in witness.doubts:
        place = text.find(doubt.node, doubt.raw or "")
        if place and place[0] < span[1] and span[0] < place[1]:
            return False
    return True


def _same_words(a: Text, here: tuple[int, int], b: Text, there: tuple[int, int]) -> bool:
    one, other = "".join(a.folded[here[0] : here[1]]), "".join(b.folded[there[0] : there[1]])
    return Levenshtein.normalized_similarity(one, other) >= _ALIKE
