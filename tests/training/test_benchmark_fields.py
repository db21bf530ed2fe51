"""What counts as right, offered, flagged and silently wrong in the benchmark of number and date."""

from __future__ import annotations

from typing import Any

import pytest

from dau.document.directive import Alternative, DatedText, Directive, Metadata, Number, ReviewItem, Severity
from dau.training.benchmark_fields import _table, _verdict, judge


def directive(number: str | None, severity: Severity | None = None, *offered: str) -> Directive:
    flags = (
        [ReviewItem(code="number_misread", severity=severity, field="/metadata/number", message="…",
                    alternatives=tuple(Alternative(value=value) for value in offered))]
        if severity else []
    )  # fmt: skip
    meta = Metadata(number=Number(text=number), issued=DatedText(date="2025-02-05"))
    return Directive(metadata=meta, review=tuple(flags))


REFERENCE: dict[str, Any] = {
    "file": "a.pdf", "number": {"text": "574/UBND"}, "issued": {"date": "2025-02-05"},
    "handwritten": ["number.serial (overprinted type)"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("found", "outcome", "rank"),
    [
        (directive("574/UBND"), "right", None),
        (directive("574/UBND", "medium", "514/UBND"), "right", None),
        (directive("514/UBND", "medium", "57/UBND", "574/UBND"), "offered", 2),
        (directive(None, "high", "574/UBND"), "offered", 1),
        (directive("514/UBND", "high"), "flagged", None),
        (directive("514/UBND"), "silent", None),
        (directive(None), "silent", None),
        (directive("514/UBND", "info", "574/UBND"), "silent", None),  # nobody need look at that
        (directive("514/UBND", "low", "574/UBND"), "silent", None),
    ],
)
def test_each_outcome(found: Directive, outcome: str, rank: int | None) -> None:
    number, day = judge(found, REFERENCE)
    assert (number.field, number.written, number.outcome, number.rank) == ("number", True, outcome, rank)
    assert (day.field, day.written, day.outcome) == ("date", False, "right")


def test_a_document_without_number_is_right_without_one() -> None:
    reference = {**REFERENCE, "number": None}
    assert next(judge(directive(None), reference)).outcome == "right"
    assert next(judge(directive("1/QĐ"), reference)).outcome == "silent"


def test_the_target_asks_for_both() -> None:
    right, silent = list(judge(directive("574/UBND"), REFERENCE)), list(judge(directive("514/UBND"), REFERENCE))
    assert _verdict(right).endswith("met.") and "missed" in _verdict([*right * 9, *silent])
    assert any("| number, written or overprinted | 1 | 1 |" in row for row in _table(right))
