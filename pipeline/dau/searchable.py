"""searchable.pdf of one document: what it is made of, and what is said of it.

The text is what counts: where the PDF cannot be made, the document is archived without it and its outcome says so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dau import pdf, scan
from dau.archive.outcome import Task, describe
from dau.document.directive import Directive
from dau.document.errors import DauError
from dau.document.page import Image
from dau.provenance import Journal
from dau.reading import DocumentReading
from dau.scan import SYNTHETIC
from dau.settings import Settings

log = logging.getLogger(__name__)

_NOTES: dict[pdf.Fact, str] = {
    "signed": "The original is digitally signed; searchable.pdf is a copy without the signature, which holds for the "
    "original alone.",
    "pdfa": "The original is PDF/A already and stays as it came; searchable.pdf is a copy with the text restored.",
    "restricted": "The original is encrypted with restrictions of its owner; searchable.pdf is not.",
    "attachments": "Files attached to the original are not in searchable.pdf.",
}


@dataclass(frozen=True)
class SearchablePdf:
    """`path`: the file, None where there is none: none is wanted, plain text has none, or `failures` says why. `told`
    is what a user should know of it."""

    path: Path | None = None
    failures: tuple[DauError, ...] = ()
    told: tuple[str, ...] = ()


def searchable_pdf(
    task: Task, settings: Settings, reading: DocumentReading, directive: Directive, scratch: Path, journal: Journal
) -> SearchablePdf:
    """Make it in `scratch`; whatever goes wrong is in what is returned, and in the journal."""
    if not settings.pdf.make or reading.page_count is None:
        return SearchablePdf()
    try:
        with journal.event("made searchable", "dau.pdf"):
            made = _make(task, settings, reading, directive, scratch)
    except Exception as error:
        failure = _failure(error)
        return SearchablePdf(failures=(failure,), told=(str(failure),))
    notes = (*(_NOTES[fact] for fact in made.facts), *_drawn(made))
    for note in notes:
        journal.note("found", "dau.pdf", detail=note)
    if made.flattened:
        journal.note("found", "dau.pdf", detail=f"stamps and notes made part of their pages: {made.flattened}")
    return SearchablePdf(made.path, told=notes)


def _make(task: Task, settings: Settings, reading: DocumentReading, directive: Directive, scratch: Path) -> pdf.Made:
    @cache
    def source() -> scan.Source:
        # What can be seen of a damaged page is all there is to show of it; its outcome tells of the damage.
        return scan.open(task.path, settings.scan.model_copy(update={"accept_damaged": True}))

    def draw(number: int) -> Image:
        return source().page(number).image

    keywords = ("synthetic",) if SYNTHETIC in reading.notes else ()
    return pdf.make(
        pdf.Original(task.path, task.sha256, reading.page_count or 0, _images(task, settings, reading, scratch)),
        reading.transcript.pages,
        pdf.properties(directive.metadata, task.filename, keywords),
        draw,
        scratch,
        settings.pdf,
    )


def _images(
    task: Task, settings: Settings, reading: DocumentReading, scratch: Path
) -> tuple[tuple[Path, tuple[int, ...]], ...]:
    """The image files that hold the pages, each with the places of its pages in it; none for a PDF."""
    if reading.media_type == "application/pdf":
        return ()
    folder = scratch / "images"
    folder.mkdir(exist_ok=True)
    with scan.open(task.path, settings.scan) as source:
        return source.image_files(folder)


def _drawn(made: pdf.Made) -> Iterator[str]:
    """Which pages are images drawn anew, and why."""
    unfit = [number for number in made.drawn if number not in made.strayed]
    for pages, why in (
        (unfit, "PDF/A cannot hold as it stands in the original"),
        (made.strayed, "has text of its own that says something else than was read"),
    ):
        if pages:
            numbers = f"{'page' if len(pages) == 1 else 'each of pages'} {', '.join(map(str, pages))}"
            yield f"In searchable.pdf, an image drawn from the original stands for {numbers}, which {why}."


def _failure(error: Exception) -> DauError:
    if not isinstance(error, DauError):
        log.error("making the searchable PDF failed", exc_info=error)
    category, message = describe(error)
    failure = DauError(f"There is no searchable.pdf: {message}", "All else of the document is there.")
    failure.category = category
    return failure
