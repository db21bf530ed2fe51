"""Which fields are in doubt, and the record of what an export therefore left out or remarked upon."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from dau.document.directive import Directive, ReviewItem

RECORD = "report.jsonl"
KEEP = "doubts"
"""Name of the setting: `leave_out` (as if not said) or `write`."""
KEEP_SAYS = "leave_out fields in doubt (as if not said), or write them"


def doubt(directive: Directive, *pointers: str) -> ReviewItem | None:
    """The first doubt a human must settle (severity high or medium, not resolved) about a field, a part of it or what
    it is part of; `pointers` are JSON pointers such as `/metadata/number`. None where there is no such doubt."""
    for item in directive.review:
        if item.open and item.field:
            for pointer in pointers:
                if _related(item.field, pointer):
                    return item
    return None


def _related(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


@dataclass
class Record:
    """Lines of `report.jsonl`: what is not in the output or needs a look, and why. Also counts the reasons."""

    stream: TextIO
    counts: Counter[str] = field(default_factory=Counter)

    def say(self, document: str, element: str, why: str, **more: str | None) -> None:
        """`why` is a short fixed sentence, so that lines can be counted; details go into `more`."""
        self.counts[why] += 1
        line = {"document": document, "element": element, "why": why}
        line |= {key: value for key, value in more.items() if value is not None}
        self.stream.write(json.dumps(line, ensure_ascii=False) + "\n")

    def notes(self) -> list[str]:
        total = sum(self.counts.values())
        if not total:
            return []
        parts = ", ".join(f"{count} × {why}" for why, count in self.counts.most_common())
        return [f"{RECORD} has {total} remarks on values that are left out or doubtful: {parts}."]


def open_record(folder: Path) -> TextIO:
    return (folder / RECORD).open("w", encoding="utf-8", newline="\n", errors="backslashreplace")
