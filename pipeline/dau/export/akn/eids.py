"""eIds by the Akoma Ntoso Naming Convention 1.0, section 5: `chp_II__art_3__para_2__point_đ`.

The parent's eId, two underscores, the element's short name, an underscore, its number as printed without
punctuation. Where no number is printed it is `nn_` and a count; a second use gets `_2`. (The same choices as in
bluebell, the parser of Laws.Africa.)
"""

from __future__ import annotations

import re
from collections import Counter

_SHORT = {
    "alinea": "al",
    "article": "art",
    "attachment": "att",
    "blockList": "list",
    "chapter": "chp",
    "citation": "cit",
    "citations": "cits",
    "component": "cmp",
    "paragraph": "para",
    "section": "sec",
    "subparagraph": "subpara",
    "subsection": "subsec",
}
_COUNTED = frozenset(
    (
        "attachment",
        "blockList",
        "citation",
        "citations",
        "component",
        "container",
        "formula",
        "hcontainer",
        "table",
        "tr",
    )
)
"""Elements that are counted where others are called `nn`."""
_LONGEST = 40


class Ids:
    """Gives out eIds of one file, each once."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._given: set[str] = set()

    def make(self, parent: str, element: str, number: str | None = None) -> str:
        short = _SHORT.get(element, element)
        base = f"{parent}__{short}" if parent else short
        printed = clean(number)
        if printed:
            return self._once(f"{base}_{printed}")
        self._counts[parent, element] += 1
        count = self._counts[parent, element]
        return self._once(f"{base}_{count}" if element in _COUNTED else f"{base}_nn_{count}")

    def _once(self, wish: str) -> str:
        self._used[wish] += 1
        eid = wish if self._used[wish] == 1 else f"{wish}_{self._used[wish]}"
        if eid in self._given:
            return self._once(eid)
        self._given.add(eid)
        return eid


def clean(number: str | None) -> str:
    """What of a printed marker goes into an eId: "Điều 12." → "12", "3.1." → "3-1", "đ)" → "đ"."""
    words = (number or "").split()
    last = words[-1] if words else ""
    return re.sub(r"[\W_]+", "-", last).strip("-")[:_LONGEST]
