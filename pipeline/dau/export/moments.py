"""When a document was read: what an output needs as its own date, without the clock, so that it can be made again."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from .held import Held


def read_at(held: Held) -> datetime | None:
    """Time of the last step that the document's events.jsonl records, in UTC; None where it records none."""
    found: list[datetime] = []
    try:
        lines = (held.folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
        for line in lines:
            at = json.loads(line).get("at") if line.strip() else None
            if isinstance(at, str):
                found.append(datetime.fromisoformat(at).astimezone(UTC))
    except (OSError, ValueError, AttributeError):
        return None
    return max(found, default=None)
