"""Whether a document is whole: every page of its source has a status, a page of the transcript, and a picture where
there are pictures; and it is the document of this source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..document.directive import Directive
from ..document.transcript import Transcript
from .manifest import ManifestLine

_ON_REQUEST = "pages_not_read"  # the doubt that says that only some pages were asked for


def missing_pages(line: ManifestLine, directive: Directive | None, transcript: Transcript | None) -> Iterator[str]:
    """What is wrong with the pages, in words; nothing where all are there. `None` for what cannot be read or is not
    recorded."""
    if transcript is not None:
        yield from _against_transcript(line, transcript)
        yield from _against_pictures(line)
    elif "document.json" in line.files and "transcript.json" not in line.files:
        yield "the outcome names no transcript.json"
    if directive is not None:
        yield from _against_source(line, directive)


def _against_transcript(line: ManifestLine, transcript: Transcript) -> Iterator[str]:
    numbers = [page.number for page in transcript.pages]
    if sorted(line.pages) != numbers:
        yield f"the outcome speaks of pages {sorted(line.pages)}, the transcript holds {numbers}"
        return
    for page in transcript.pages:
        status = line.pages[page.number]
        expected = page.text_source if page.text_source in ("failed", "blank") else "success"
        if status != expected:
            yield f"page {page.number} is recorded as {status}, the transcript says {page.text_source}"


def _against_pictures(line: ManifestLine) -> Iterator[str]:
    """Pictures are kept of all pages or (by the settings, or of texts) of none; a page that failed may have none."""
    if not any(name.startswith("pages/") for name in line.files):
        return
    wanted = [number for number, status in sorted(line.pages.items()) if status != "failed"]
    missing = [number for number in wanted if f"pages/{number:04d}.webp" not in line.files]
    if missing:
        yield f"there is no picture of pages {missing}"


def _against_source(line: ManifestLine, directive: Directive) -> Iterator[str]:
    count = directive.source.pages if directive.source is not None else None
    if count is None:
        return
    strange = [number for number in line.pages if not 1 <= number <= count]
    if strange:
        yield f"the outcome speaks of pages {strange}, the source has {count}"
    on_request = any(item.code == _ON_REQUEST for item in directive.review)
    missing = [number for number in range(1, count + 1) if number not in line.pages]
    if missing and not on_request:
        yield f"the source has {count} pages, and pages {missing} have no status"


def strange_source(line: ManifestLine, directive: Directive) -> str | None:
    """What is wrong where a document is of another source than its outcome; None where nothing is."""
    source = directive.source
    if source is None or source.sha256 == line.source.sha256:
        return None
    return f"document.json is of the content {source.sha256[:16]}…, its outcome of {(line.source.sha256 or '')[:16]}…"


def strange_events(path: Path) -> str | None:
    """What is wrong with events.jsonl: lines that are no events."""
    with path.open("rb") as rows:
        for number, row in enumerate(rows, 1):
            try:
                event = json.loads(row)
            except ValueError:
                return f"line {number} is not JSON"
            if not isinstance(event, dict) or not {"event", "agent"} <= event.keys():
                return f"line {number} names no event or no agent"
    return None
