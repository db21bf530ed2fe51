"""How likely a field or a task is right: P = σ(coefficients · features), fitted on the development documents.

The features say how well its words were read, whether the engines agreed on them, how the parser came by it, and
which flags speak against it. `training/calibrate_structure.py` fits the coefficients of data/confidence.json and says
how far they can be believed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from dau.document.directive import Confidence, Directive, Metadata, PageConfidence, ReviewItem, Task
from dau.document.orthography import skeleton

from .header.metadata import Facts
from .language.lexicon import data
from .language.syllables import plausible
from .layout.lines import TextLine
from .places import Place, Places

Features = Mapping[str, float]

FIELDS = ("type", "number", "subject", "issuer", "place", "issued", "signer")
DIGITS = frozenset({"number", "issued"})
"""Fields that are written by hand on most first pages: their doubts weigh otherwise than those of printed words."""

BLANK = 0.9
"""A number or date left blank is claimed to be blank; too rare among the development documents to be fitted."""

_NO_SCAN = 0.95
_INDIRECT = frozenset({"authority", "initials", "signature", "symbol"})
_LOWEST, _HIGHEST = 0.02, 0.9999


# --------------------------------------------------------------------- reading


def line_confidence(lines: Sequence[TextLine]) -> float | None:
    """Mean word confidence of the lines; None where none of their words has any."""
    values = [value for line in lines for value in line.confidences]
    return sum(values) / len(values) if values else None


def page_confidences(lines: Sequence[TextLine]) -> dict[int, float | None]:
    """Mean word confidence by page number."""
    by_page: dict[int, list[TextLine]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    return {page: _rounded(line_confidence(mine)) for page, mine in by_page.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _log_odds(share: float) -> float:
    share = min(_HIGHEST, max(_LOWEST, share))
    return math.log(share / (1 - share))


def reading_features(place: Place) -> dict[str, float]:
    """`read`: log odds of the worst word; `unread`: it came as text; `differ`: share of words that the engines read
    differently; `broken`: share of words whose letters make no Vietnamese syllable."""
    sure = place.confidences
    words = [word for _, word in place.words]
    letters = [word.restored.strip("\"'“”().,:;!?-–") for word in words]
    spelt = [w for w in letters if w.isalpha() and not w.isupper()]
    return {
        "bias": 1.0,
        "read": _log_odds(min(sure)) if sure else 0.0,
        "unread": 0.0 if sure else 1.0,
        "differ": sum(word.read_apart for word in words) / len(words) if words else 0.0,
        "broken": sum(not plausible(w) for w in spelt) / len(spelt) if spelt else 0.0,
    }


# ----------------------------------------------------------------- fields, tasks


def value_of(name: str, metadata: Metadata) -> str | None:
    """What a field of the metadata claims, in its normal form; None where it claims nothing."""
    return {
        "type": metadata.type.name,
        "number": metadata.number.text,
        "subject": metadata.subject,
        "issuer": metadata.issuer.name,
        "place": metadata.place,
        "issued": metadata.issued.date,
        "signer": metadata.signer.name,
    }[name]


def _against(flags: Sequence[ReviewItem], severity: str) -> float:
    return float(any(flag.severity == severity and flag.resolved is None for flag in flags))


def field_features(name: str, metadata: Metadata, facts: Facts, review: Sequence[ReviewItem]) -> dict[str, float]:
    """Features of a field of the metadata."""
    lines = facts.lines.get("subject" if name == "type" else name, ())
    printed = {"number": metadata.number.raw, "issued": metadata.issued.raw}.get(name, value_of(name, metadata))
    flags = [flag for flag in review if (flag.field or "").startswith(f"/metadata/{name}")]
    indirect = {
        "issuer": facts.issuer_from in _INDIRECT,
        "number": facts.borrowed or facts.number_status == "repaired",
        "issued": facts.borrowed,
        "type": any(flag.code == "document_type_not_printed" for flag in flags),
    }
    return reading_features(Places.among(lines, printed)) | {
        "indirect": float(indirect.get(name, False)),
        "high": _against(flags, "high"),
        "medium": _against(flags, "medium"),
        "low": _against(flags, "low"),
    }


def task_features(task: Task, place: Place, siblings: int, flags: Sequence[ReviewItem]) -> dict[str, float]:
    """Features of a task; `siblings`: how many tasks its unit holds, `flags`: those on its unit or on itself."""
    text = skeleton(task.text)
    named = [a for a in task.assignees if a.role in ("lead", "perform")]
    own = any(skeleton(a.name) in text for a in named)
    return reading_features(place) | {
        "inherited": float(bool(named) and not own),
        "nobody": float(not task.assignees),
        "class": float(any(a.role == "perform" for a in task.assignees)),
        "others": float(min(4, sum(a.role in ("coordinate", "report_to") for a in task.assignees))),
        "split": float(siblings > 1),
        "deadline": float(task.deadline is not None),
        "flagged": float(any(flag.severity in ("high", "medium") for flag in flags)),
    }


# -------------------------------------------------------------------- calibration


@cache
def coefficients(group: str) -> Features:
    """Coefficients of a group (`digits`, `words`, `task`) by feature."""
    found: dict[str, float] = data("confidence")["groups"][group]
    return found


def surest(group: str) -> float:
    """What a group's confidence can be at most: fitted on n examples, it claims no more than (n + 1) / (n + 2), as one
    who saw n right ones and no wrong one would (Laplace's rule of succession)."""
    return float(data("confidence")["surest"][group])


def probability(group: str, features: Features) -> float:
    """P(right) of an item with these features; a feature that has no coefficient says nothing."""
    known = coefficients(group)
    value = sum(known.get(name, 0.0) * x for name, x in features.items())
    return round(surest(group) / (1 + math.exp(-max(-30.0, min(30.0, value)))), 4)


def _field(name: str, metadata: Metadata, facts: Facts, review: Sequence[ReviewItem]) -> float:
    if value_of(name, metadata) is None:
        blank = {"number": facts.number_status == "blank", "issued": bool(facts.date and facts.date.status == "blank")}
        return BLANK if blank.get(name) else 0.0
    return probability("digits" if name in DIGITS else "words", field_features(name, metadata, facts, review))


def features_of_tasks(directive: Directive, places: Places) -> list[Features]:
    """Features of every task, in order; the coefficients are fitted on these very ones."""
    by_node: dict[str, list[ReviewItem]] = {}
    for flag in directive.review:
        if flag.node:
            by_node.setdefault(flag.node, []).append(flag)
    units = Counter(task.node for task in directive.tasks)
    return [
        task_features(task, places.node(task.node, task.text), units[task.node], by_node.get(task.node, ()))
        for task in directive.tasks
    ]


def _tasks(directive: Directive, places: Places) -> tuple[Task, ...]:
    return tuple(
        task.model_copy(update={"confidence": probability("task", features)})
        for task, features in zip(directive.tasks, features_of_tasks(directive, places), strict=True)
    )


def of_document(fields: Mapping[str, float | None], pages: Mapping[int, float | None]) -> float:
    """The mean of how well the pages were read and how likely the fields are right: a figure to sort by."""
    read = [v for v in pages.values() if v is not None]
    text = sum(read) / len(read) if read else _NO_SCAN
    known = [v for v in fields.values() if v is not None]
    return round(0.5 * text + 0.5 * sum(known) / len(known), 4) if known else round(text, 4)


def with_confidence(
    directive: Directive, places: Places, facts: Facts, pages: Mapping[int, float | None]
) -> Directive:
    """The same directive with the confidence of its fields, tasks and pages."""
    fields: dict[str, float | None] = {
        name: _field(name, directive.metadata, facts, directive.review) for name in FIELDS
    }
    whole = Confidence(
        document=of_document(fields, pages),
        metadata=fields,
        pages=tuple(PageConfidence(page=p, confidence=v) for p, v in pages.items()),
    )
    return directive.model_copy(update={"confidence": whole, "tasks": _tasks(directive, places)})
