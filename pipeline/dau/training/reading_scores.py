"""What character errors do not tell of a reading: the order of its lines, and text that is none of the page's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from .scores import norm

_SAME_LINE = 70
"""Ratio above which two lines are the same one: half its letters may be misread, no other line comes near."""
_LEAST = 6
_SAME_TEXT = 85
_LABEL = re.compile(r"\[[^\]]*\]|\([^()]*\)")


def kendall_tau(hypothesis: str, reference: str) -> float:
    """Kendall's τ (1938) between the order of the lines of both texts: 1 in the same order, −1 in reverse.

    A line of the reference counts where one line of the hypothesis is like it and no other as much; what was read
    into other lines, or is printed twice, says nothing about order. 1 where fewer than two lines count.
    """
    order = _positions(_lines(hypothesis), _lines(reference))
    pairs = [(a, b) for n, a in enumerate(order) for b in order[n + 1 :]]
    return sum(1 if a < b else -1 for a, b in pairs) / len(pairs) if pairs else 1.0


def _lines(text: str) -> list[str]:
    return [line for line in (norm(line).casefold() for line in text.splitlines()) if len(line) >= _LEAST]


def _positions(hypothesis: Sequence[str], reference: Sequence[str]) -> list[int]:
    """Where each line of the reference that can be told apart stands in the hypothesis."""
    found = []
    for line in reference:
        ratios = [fuzz.ratio(line, other) for other in hypothesis]
        best = max(ratios, default=0.0)
        if best >= _SAME_LINE and sum(r >= best - 5 for r in ratios) == 1 and reference.count(line) == 1:
            found.append(ratios.index(best))
    return found


def leaked(text: str, reference: str, overlays: str) -> list[str]:
    """Lines of a page's overlays (stamps, seals, signature notes, as a reader wrote them down) that stand in its text
    though not in the reference. Labels in brackets are the reader's own."""
    said, true = norm(text).casefold(), norm(reference).casefold()
    out = []
    for line in overlays.splitlines():
        wanted = norm(_LABEL.sub(" ", line)).casefold()
        if len(wanted) >= _LEAST and _stands(wanted, said) and not _stands(wanted, true):
            out.append(wanted)
    return out


def _stands(wanted: str, text: str) -> bool:
    return len(text) >= len(wanted) and fuzz.partial_ratio(wanted, text) >= _SAME_TEXT
