"""Days as documents name them, and when a document was read: what an output needs as its own date, without the clock,
so that it can be made again."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

from .held import Held

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def day(text: str | None) -> date | None:
    """The calendar day that an ISO 8601 text names, None where it names none."""
    if not text or not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_at(held: Held) -> datetime | None:
    """Time of the last step that the document's events.jsonl records, in UTC; None where it records none."""
    found: list[datetime] = []
    try:
        lines = (held.folder / "events.jsonl").read_text(encoding="utf-8").split("\n")
        for line in lines:
            at = json.loads(line).get("at") if line.strip() else None
            if isinstance(at, str):
                found.append(datetime.fromisoformat(at).astimezone(UTC))
    except (OSError, ValueError, AttributeError):
        return None
    return max(found, default=None)
