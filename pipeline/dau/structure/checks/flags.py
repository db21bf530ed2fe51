"""One shape for all flags: where they point, what they show, what speaks for another value."""

from __future__ import annotations

from collections.abc import Sequence

from dau.document.directive import Alternative, ReviewCode, ReviewItem, Severity, Witness

from ..layout.lines import TextLine


def _page(lines: Sequence[TextLine]) -> int | None:
    return lines[0].page if lines else None


def flag(
    code: ReviewCode,
    severity: Severity,
    message: str,
    field: str | None = None,
    lines: Sequence[TextLine] = (),
    raw: str | None = None,
    node: str | None = None,
    alternatives: Sequence[str] = (),
    witnesses: Sequence[Witness] = (),
) -> ReviewItem:
    """A flag on a field or node; its page is that of the first of `lines`."""
    return ReviewItem(
        code=code,
        severity=severity,
        field=field,
        node=node,
        page=_page(lines),
        message=message,
        raw=raw,
        alternatives=tuple(Alternative(value=v) for v in alternatives),
        witnesses=tuple(witnesses),
    )
