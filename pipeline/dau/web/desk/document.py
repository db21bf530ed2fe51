"""The document page: the picture with boxes beside the restored text, doubts one after the other, the structure.

What is looked at is part of the address (`?doubt=`, `?word=`, `?field=`, `?task=`), so that everything works without
scripts, can be sent to a colleague, and survives a reload.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, get_args

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from dau.archive.review_events import ReviewEvent
from dau.corrected import Held
from dau.document.directive import Directive, Evidence, Task
from dau.document.transcript import BBox, Boundary, Line
from dau.index.relations import witnessed

from ..catalogue import Entry
from ..depends import CurrentContext, CurrentDocument, index_if_any
from ..problems import not_found
from .doubts import Doubt, doubts_of, field_value
from .flags import told as flag_told
from .rendering import render
from .sheet import (
    Place,
    Sheet,
    ShownWord,
    crop_address,
    page_address,
    page_and_line,
    place_of,
    places_of,
    sheet_of,
)

_log = logging.getLogger("dau.web")
router = APIRouter()
SHOWN_FIELDS = (
    "/metadata/type", "/metadata/number", "/metadata/issued", "/metadata/issuer", "/metadata/subject",
    "/metadata/place", "/metadata/signer", "/metadata/signer/position", "/metadata/signer/authority",
    "/metadata/effective", "/metadata/secrecy", "/metadata/urgency",
)  # fmt: skip
_LINE = re.compile(r"p\d{4,}-l\d{4,}")
Chosen = Annotated[str | None, Query(max_length=120)]


@dataclass(frozen=True)
class Selection:
    """What the reviewer looks at: one of these, or nothing."""

    doubt: Doubt | None = None
    word: ShownWord | None = None
    field: str | None = None
    task: Task | None = None
    line: Line | None = None

    @property
    def any(self) -> bool:
        return any((self.doubt, self.word, self.field, self.task, self.line))

    @property
    def read(self) -> tuple[int, BBox | None] | None:
        """Page and box of the word or line that is looked at; their keys begin with the page."""
        chosen = self.word or self.line
        if chosen is None:
            return None
        key, box = (chosen.key, chosen.word.bbox) if isinstance(chosen, ShownWord) else (chosen.id, chosen.bbox)
        return int(key[1:].partition("-")[0]), box

    def page(self, directive: Directive) -> int | None:
        """Where it stands."""
        if self.doubt is not None:
            return self.doubt.page
        if self.read is not None:
            return self.read[0]
        return next((e.page for e in self.evidence(directive) if e.page), None)

    def evidence(self, directive: Directive) -> list[Evidence]:
        """Its boxes, to be outlined and enlarged."""
        found: Sequence[Evidence] = ()
        if self.doubt is not None:
            return self.doubt.boxes
        if self.field is not None:
            found = directive.metadata.evidence.get(self.field.split("/")[2], ())
        elif self.task is not None:
            found = self.task.evidence
        elif self.read is not None:
            found = (Evidence(page=self.read[0], bbox=self.read[1]),)
        return [e for e in found if e.page and e.bbox][:3]


@router.get("/documents/{document_id}", name="desk_document")
def document_page(
    request: Request,
    entry: CurrentDocument,
    context: CurrentContext,
    connection: Annotated[sqlite3.Connection | None, Depends(index_if_any)],
    page: Annotated[int | None, Query(ge=1, le=99_999)] = None,
    doubt: Chosen = None,
    word: Chosen = None,
    field: Chosen = None,
    task: Chosen = None,
    line: Chosen = None,
    said: Chosen = None,
) -> Response:
    """One page of a document. `said`: how the last thing that was sent from here ended. Without an index all is shown
    but what other documents witness."""
    held = context.held(entry)
    directive = held.directive
    told = _witnessed(connection, entry.id, directive)
    doubts = doubts_of(directive, told)
    selection = selected(held, doubts, doubt=doubt, word=word, field=field, task=task, line=line)
    number = page or selection.page(directive) or 1
    outcome = context.catalogue.outcome(entry)
    places = places_of(directive)
    sheet = _sheet(held, number, places, outcome.files)
    boxes = [e for e in selection.evidence(directive) if e.page == number]
    return render(
        request, "document.html", entry=entry, directive=directive, sheet=sheet, doubts=doubts, selection=selection,
        boxes=boxes, outlined=_outlined(doubts, number), stops=_stops(entry, doubts, sheet), said=said,
        walk=_walk(entry, doubts, doubt), fields=[(name, field_value(directive, name)) for name in SHOWN_FIELDS],
        status=200, outcome=outcome, failed_pages=[page for page, how in outcome.pages.items() if how == "failed"],
        inputs=entry.names, events=_history(held), fates=held.fates,
        last=held.events[-1].id if held.events else "", undoable=_undoable(held), told=flag_told,
        boundaries=get_args(Boundary), places=places, lacks_index=told is None, links=_Links(entry.id),
        page_picture=page_address(entry.id, number),
        selected_value=field_value(directive, selection.field) if selection.field else None,
    )  # fmt: skip


def _witnessed(connection: sqlite3.Connection | None, document: str, directive: Directive) -> Directive | None:
    """The document with what others say of it; None where there is no index, or none that can be read now."""
    try:
        return None if connection is None else witnessed(connection, document, directive)
    except sqlite3.Error as error:
        _log.warning("%s is shown without what others witness: the index: %s", document, error)
        return None


def selected(
    held: Held, doubts: tuple[Doubt, ...], *, doubt: str | None = None, word: str | None = None,
    field: str | None = None, task: str | None = None, line: str | None = None,
) -> Selection:
    """What an address names; nothing where it names what is not (any more) there."""
    if doubt is not None:
        return Selection(doubt=next((each for each in doubts if each.key == doubt), None))
    if word is not None:
        return Selection(word=_word(held, word))
    if field is not None:
        return Selection(field=field if field in SHOWN_FIELDS else None)
    if task is not None:
        return Selection(task=next((each for each in held.directive.tasks if each.id == task), None))
    if line is not None:
        found = page_and_line(held.transcript, line)
        return Selection(line=found[1] if found else None)
    return Selection()


def _word(held: Held, key: str) -> ShownWord | None:
    found = place_of(held.transcript, key)
    return ShownWord(key, found.line.words[found.word]) if found is not None else None


def _sheet(held: Held, number: int, places: Mapping[str, Place], files: Mapping[str, str]) -> Sheet:
    pages = held.transcript.pages
    page = next((each for each in pages if each.number == number), None)
    if page is None:
        raise not_found("page of this document")
    return sheet_of(page, len(pages), places, picture=f"pages/{number:04d}.webp" in files)


def _outlined(doubts: tuple[Doubt, ...], page: int) -> list[tuple[Doubt, Evidence]]:
    """Open doubts with their boxes on this page."""
    return [(each, e) for each in doubts if each.open for e in each.boxes if e.page == page]


def _stops(entry: Entry, doubts: tuple[Doubt, ...], sheet: Sheet) -> list[str]:
    """Addresses that `j` and `k` walk along: open doubts of the document, then doubtful words of this page."""
    links = _Links(entry.id)
    flagged = [links.doubt(each.key) for each in doubts if each.open]
    return flagged + [links.word(word.key) for word in sheet.words if word.doubtful]


def _walk(entry: Entry, doubts: tuple[Doubt, ...], chosen: str | None) -> list[tuple[str, str]]:
    """From the doubt that is looked at to those before and behind it, as `j` and `k` lead there."""
    keys = [each.key for each in doubts if each.open or each.key == chosen]
    if chosen not in keys or len(keys) < 2:
        return []
    at, links = keys.index(chosen), _Links(entry.id)
    return [("prev", links.doubt(keys[at - 1])), ("next", links.doubt(keys[(at + 1) % len(keys)]))]


def _history(held: Held) -> list[ReviewEvent]:
    """What was said, the latest first, a screenful."""
    return list(reversed(held.events))[:40]


def _undoable(held: Held) -> str | None:
    """The last event that stands and may be undone."""
    standing = (each for each in reversed(held.events) if each.action != "undo" and held.fates.get(each.id) != "undone")
    return next((each.id for each in standing), None)


@dataclass(frozen=True)
class _Links:
    """Addresses within a document."""

    document: str

    def page(self, number: int) -> str:
        return f"/documents/{self.document}?page={number}"

    def doubt(self, key: str) -> str:
        return f"/documents/{self.document}?doubt={key}"

    def word(self, key: str) -> str:
        return f"/documents/{self.document}?word={key}"

    def is_line(self, where: str) -> bool:
        """Whether a witness stands on a line of this document, and not in another one."""
        return _LINE.fullmatch(where) is not None

    def line(self, ident: str) -> str:
        return f"/documents/{self.document}?line={ident}"

    def field(self, pointer: str) -> str:
        return f"/documents/{self.document}?field={pointer}"

    def task(self, ident: str) -> str:
        return f"/documents/{self.document}?task={ident}"

    def crop(self, evidence: Evidence, margin: float = 10.0) -> str:
        assert evidence.page is not None and evidence.bbox is not None
        return crop_address(self.document, evidence.page, evidence.bbox, margin)

    def review(self) -> str:
        return f"/documents/{self.document}/review"


