"""The review list by expected loss: how likely what a flag names is wrong, times what it would cost unseen.

Costs are relative: what an error in such a place does to those who rely on it (data/costs.json).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from dau.document.directive import Directive, ReviewItem, Severity

from .language.lexicon import data

_WRONG: dict[Severity, float] = {"high": 0.7, "medium": 0.3, "low": 0.08, "info": 0.01}
"""P(wrong) of what a flag names where no confidence is known."""

_SETTLED = 0.2
"""What is left of a doubt that two witnesses resolved."""


@cache
def _costs() -> dict[str, float]:
    found: dict[str, float] = data("costs")["costs"]
    return found


def _cost(flag: ReviewItem) -> float:
    """That of its code, where it has one; else of the longest pointer that begins as the flag's field does, indices
    aside; else of a unit of the tree."""
    if (cost := _costs().get(flag.code)) is not None:
        return cost
    parts = [part for part in (flag.field or "").split("/") if part and not part.isdecimal()]
    for length in range(len(parts), 0, -1):
        if (cost := _costs().get("/".join(parts[:length]))) is not None:
            return cost
    return _costs()["node"]


def _confidence(flag: ReviewItem, directive: Directive) -> float | None:
    """The confidence of the field or task a flag points to."""
    parts = (flag.field or "").strip("/").split("/")
    if parts[0] == "metadata" and len(parts) > 1 and directive.confidence:
        return directive.confidence.metadata.get(parts[1])
    if parts[0] == "tasks" and len(parts) > 1 and parts[1].isdecimal() and int(parts[1]) < len(directive.tasks):
        return directive.tasks[int(parts[1])].confidence
    return None


def expected_loss(flag: ReviewItem, directive: Directive) -> float:
    """P(wrong) × cost. A field that claims nothing cannot be wrong, but it is missing: P is 1 then."""
    known = _confidence(flag, directive)
    wrong = max(_WRONG[flag.severity], 1 - known) if known is not None else _WRONG[flag.severity]
    if flag.severity == "info":
        wrong = _WRONG["info"]
    return round(wrong * _cost(flag) * (_SETTLED if flag.resolved is not None else 1.0), 4)


def ranked(items: Iterable[ReviewItem], directive: Directive) -> tuple[ReviewItem, ...]:
    """Each flag once, with its expected loss and page, the greatest loss first, then in document order."""
    place = {node.id: n for n, node in enumerate(directive.nodes)}
    pages = {node.id: node.evidence[0].page for node in directive.nodes if node.evidence}
    found = [
        item.model_copy(
            update={
                "page": pages.get(item.node or "") if item.page is None else item.page,
                "expected_loss": expected_loss(item, directive),
            }
        )
        for item in dict.fromkeys(items)
    ]
    return tuple(sorted(found, key=lambda r: (-(r.expected_loss or 0.0), place.get(r.node or "", -1), r.code)))
