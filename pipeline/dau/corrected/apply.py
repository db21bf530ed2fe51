"""A machine's result and what people said of it → the result that counts. A pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dau import structure
from dau.archive.review_events import ReviewEvent
from dau.document.directive import Directive, ReviewCode, Task
from dau.document.errors import InputError
from dau.document.transcript import Transcript
from dau.structure import StructureSettings

from .boundaries import parsed_with, place_boundaries
from .fields import correct_fields
from .flags import accept_document, accept_flags, unapplied_flags
from .ledger import Fate, Ledger, Unapplied, fates_of, in_force
from .tasks import correct_tasks
from .words import as_printed, correct_words

OF_THE_FILE: frozenset[ReviewCode] = frozenset({"page_failed", "pages_not_read", "needs_rescan", "synthetic"})
"""Doubts that reading raised, not the parser: they stay when the parser runs again."""


class ReviewedAlready(InputError, ValueError):
    """A result that carries reviews: they are applied to what the machine made."""


@dataclass(frozen=True)
class Corrected:
    """The result with the reviews applied. `unapplied`: events that found no place, also in the review list; `fates`:
    what became of each event, by its id; `rejected`: tasks of the machine that people said are none."""

    directive: Directive
    transcript: Transcript
    unapplied: tuple[Unapplied, ...] = ()
    fates: Mapping[str, Fate] = field(default_factory=dict)
    rejected: tuple[Task, ...] = ()


def apply(
    directive: Directive,
    transcript: Transcript,
    events: Sequence[ReviewEvent],
    settings: StructureSettings | None = None,
) -> Corrected:
    """Lay `events`, in the order of their log, over what a run made of a document.

    Words and boundaries first: where there are any, the structure is parsed again (with `settings`, those of the run)
    from the corrected transcript. Then fields, tasks, doubts and the document as a whole. Of two events about one thing
    the later one holds; events about different things may come in any order. Undone events count as never said. An
    event that is there twice (logs of two copies of an archive, put together) counts once, where it first stands: what
    answers it stands behind it.

    Raises ReviewedAlready for a result that carries reviews already: they are applied to what the machine made.
    """
    if _carries_reviews(directive, transcript):
        raise ReviewedAlready("Reviews were applied to this result already.", "Apply them to that of the machine.")
    ledger = Ledger()
    first: dict[str, ReviewEvent] = {}
    for event in events:
        first.setdefault(event.id, event)
    events = list(first.values())
    active = in_force(events, ledger)
    by_target: dict[str, list[ReviewEvent]] = {}
    for event in active:
        by_target.setdefault(event.target.kind, []).append(event)
    corrected = correct_words(transcript, by_target.get("word", ()), ledger)
    hints = place_boundaries(transcript, by_target.get("line", ()), ledger)
    result = directive
    if hints:
        hinted = parsed_with(corrected, hints, lambda each: reparsed(directive, each, settings), ledger)
        corrected, result = hinted.transcript, hinted.directive
    elif corrected is not transcript:
        result = reparsed(directive, corrected, settings)
    rejected: tuple[Task, ...] = ()
    if "field" in by_target:
        result = correct_fields(result, by_target["field"], ledger)
    if "task" in by_target:
        result, rejected = correct_tasks(result, corrected, by_target["task"], ledger)
    if "flag" in by_target:
        result = accept_flags(result, directive, by_target["flag"], ledger, list(first))
    if "document" in by_target:
        result = accept_document(result, directive, by_target["document"], ledger)
    left = tuple(sorted(ledger.found_no_place, key=lambda each: (each.event.at, each.event.id)))
    if result is not directive or left:
        review = structure.ranked((*result.review, *unapplied_flags(left)), result)
        result = result.model_copy(update={"review": review})
    return Corrected(result, corrected, left, fates_of(events, ledger), rejected)


def _carries_reviews(directive: Directive, transcript: Transcript) -> bool:
    return bool(
        directive.reviewed
        or directive.metadata.reviewed
        or any(task.reviewed for task in directive.tasks)
        or any(line.reviewed for page in transcript.pages for line in page.lines)
        or any(word.reviewed for page in transcript.pages for line in page.lines for word in line.words)
    )


def reparsed(directive: Directive, transcript: Transcript, settings: StructureSettings | None) -> Directive:
    """The directive of a corrected transcript, with the identity of the document and the doubts about its file."""
    filename = directive.source.filename if directive.source else None
    parsed = structure.parse(as_printed(transcript), settings, filename)
    doubts = [item for item in directive.review if item.code in OF_THE_FILE]
    return parsed.model_copy(
        update={
            "id": directive.id,
            "source": directive.source,
            "review": structure.ranked((*doubts, *parsed.review), parsed),
        }
    )
