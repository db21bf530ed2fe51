"""The benchmark of number and date on the shared scans: right, or doubted with the right value on offer, or neither.

The parser is not told the file names, which on these scans hold the numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dau import convert
from dau import settings as run_settings
from dau.document.directive import Directive
from dau.document.transcript import Transcript
from dau.structure import parse

from .structure_documents import Archives, handwritten, metadata_references

Outcome = Literal["right", "offered", "flagged", "silent"]
TARGET = 0.8
"""Acceptance: the share of handwritten fields that are right, or doubted with the right value on offer."""

_FIELDS = {"number": ("number", "text"), "date": ("issued", "date")}
_SCORED = {"number": "number/text", "date": "issued/date"}


@dataclass(frozen=True)
class Judged:
    """A field of a scan: what came of it, and at which place among the alternatives of its flags the right value is."""

    file: str
    field: str
    written: bool
    outcome: Outcome
    reference: str | None
    found: str | None
    rank: int | None = None


def number_and_date(shared: Path, archive: Path | None = None) -> str:
    """Markdown: counts for numbers and dates, written by hand or overprinted and printed apart, and what is not right.

    With `archive` the transcripts of an archive that holds the shared scans are parsed; else their first pages are
    read anew.
    """
    references = metadata_references(shared)
    transcripts = _archived(archive) if archive else _read_anew(shared / "scans" / "real")
    judged = [
        row for reference in references for row in judge(parse(transcripts(reference["file"])), reference)
    ]
    return "\n".join([*_table(judged), "", _verdict(judged), "", *_rest(judged)])


def judge(directive: Directive, reference: Mapping[str, Any]) -> Iterator[Judged]:
    """Number and date of one document beside what a careful reader found."""
    by_hand = handwritten(reference)
    for name, (field, part) in _FIELDS.items():
        right = (reference[field] or {}).get(part)
        found = getattr(getattr(directive.metadata, field), part)
        flags = [f for f in directive.review if (f.field or "").startswith(f"/metadata/{field}") and f.needs_review]
        offered = list(dict.fromkeys(a.value for flag in flags for a in flag.alternatives))
        rank = offered.index(right) + 1 if right in offered else None
        outcome: Outcome = "right" if found == right else "offered" if rank else "flagged" if flags else "silent"
        yield Judged(reference["file"], name, _SCORED[name] in by_hand, outcome, right, found, rank)


def _archived(folder: Path) -> Callable[[str], Transcript]:
    archives = Archives([folder])

    def transcript(name: str) -> Transcript:
        return archives.transcript(name) or Transcript()

    return transcript


def _read_anew(folder: Path) -> Callable[[str], Transcript]:
    settings = run_settings.load(None).model_copy(update={"pages": "1"})

    def transcript(name: str) -> Transcript:
        return convert.read_document(folder / name, settings).transcript

    return transcript


# ----------------------------------------------------------------------- tables


def _table(judged: Sequence[Judged]) -> Iterator[str]:
    yield "| field | scans | right | right one offered at place 1 · 2 · later | flagged without it | silently wrong |"
    yield "|---|---|---|---|---|---|"
    for name in _FIELDS:
        for written in (True, False):
            rows = [r for r in judged if r.field == name and r.written == written]
            counts = Counter(r.outcome for r in rows)
            places = Counter(min(3, r.rank or 3) for r in rows if r.outcome == "offered")
            offered = f"{counts['offered']} ({places[1]} · {places[2]} · {places[3]})"
            label = f"{name}, {'written or overprinted' if written else 'printed'}"
            yield (f"| {label} | {len(rows)} | {counts['right']} | {offered} | {counts['flagged']} | "
                   f"{counts['silent']} |")  # fmt: skip


def _verdict(judged: Iterable[Judged]) -> str:
    rows = list(judged)
    written = [r for r in rows if r.written]
    good = sum(r.outcome in ("right", "offered") for r in written) / max(1, len(written))
    silent = sum(r.outcome == "silent" for r in rows)
    met = "met" if good >= TARGET and not silent else "**missed**"
    return (f"Written or overprinted: right, or right among the alternatives of a flag ≥ {TARGET:.0%}, none silently "
            f"wrong: {good:.1%}, {silent} silently wrong, {met}.")  # fmt: skip


def _rest(judged: Iterable[Judged]) -> Iterator[str]:
    """What is not right, a line each."""
    for row in judged:
        if row.outcome != "right":
            place = f" (right at place {row.rank})" if row.rank else ""
            read = f"{row.found or 'nothing'} for {row.reference or 'nothing'}"
            yield f"- {row.file}, {row.field}: {read}, {row.outcome}{place}"
