"""JSON Lines: a document a line, streamed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from .formats import Options, Report
from .held import Held


def export(documents: Iterable[Held], out: Path, options: Options) -> Report:
    """document.json of each document on a line of its own, with `archive` beside its keys: the folder's name and the
    paths the document came from. UTF-8, no byte order mark."""
    report = Report()
    with out.open("w", encoding="utf-8", newline="\n", errors="backslashreplace") as text:
        for held in documents:
            line = held.directive.model_dump(mode="json")
            line["archive"] = {"document": held.id, "inputs": list(held.inputs)}
            text.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            report.documents += 1
    report.rows["documents"] = report.documents
    return report
