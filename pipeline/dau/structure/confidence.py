"""Confidence of fields, pages and the document: word confidences where there are any, and how a field was found.

Not yet calibrated: a field's value is the mean confidence of the words it was read from, times a factor for the way
it was found (1 where the header prints it; less where it was inferred).
"""

from __future__ import annotations

from collections.abc import Sequence

from dau.document.directive import Confidence, PageConfidence

from .lines import TextLine
from .metadata import Facts

_NO_SCAN = 0.95
"""Text that came as text: letters are certain as far as we know, their role is not."""

_BY_STATUS = {"ok": 1.0, "repaired": 0.7, "misread": 0.2, "malformed": 0.2, "blank": 0.9}
_BY_DATE = {"ok": 1.0, "blank": 0.9, "impossible": 0.1, "unreadable": 0.1}
_BY_ISSUER = {"header": 1.0, "authority": 0.8, "initials": 0.6, "signature": 0.7, "symbol": 0.7}


def line_confidence(lines: Sequence[TextLine]) -> float | None:
    """Mean word confidence of the lines; None where none of their words has any."""
    values = [w.confidence for line in lines for w in line.line.words if w.confidence is not None]
    return sum(values) / len(values) if values else None


def page_confidences(lines: Sequence[TextLine]) -> dict[int, float | None]:
    """Mean word confidence by page number."""
    by_page: dict[int, list[TextLine]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    return {page: _rounded(line_confidence(mine)) for page, mine in by_page.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def confidence(facts: Facts, pages: dict[int, float | None]) -> Confidence:
    """Confidence of the document: 0 for a field that should be there and is not."""
    meta = facts.metadata

    def field(key: str, there: object, factor: float) -> float:
        if not there:
            return 0.0
        read = line_confidence(facts.lines.get(key, ()))
        return round((read if read is not None else _NO_SCAN) * factor, 4)

    printed = facts.metadata.type.name is not None
    fields: dict[str, float | None] = {
        "type": field("subject", printed, 1.0),
        "number": field(
            "number", meta.number.raw, _BY_STATUS[facts.number_status or "ok"] * (0.7 if facts.borrowed else 1)
        ),
        "subject": field("subject", meta.subject, 0.95),
        "issuer": field("issuer", meta.issuer.name, _BY_ISSUER.get(facts.issuer_from or "", 0.5)),
        "place": field("place", meta.place, 1.0),
        "issued": field("issued", meta.issued.raw, _BY_DATE[facts.date.status] if facts.date else 0.0),
        "signer": field("signer", meta.signer.name, 0.95),
    }
    read = [v for v in pages.values() if v is not None]
    text = sum(read) / len(read) if read else _NO_SCAN
    known = [v for v in fields.values() if v is not None]
    overall = round(0.5 * text + 0.5 * sum(known) / len(known), 4)
    return Confidence(
        document=overall, metadata=fields, pages=tuple(PageConfidence(page=p, confidence=v) for p, v in pages.items())
    )
