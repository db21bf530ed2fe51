"""Documents: the list, each one's files, its pages as pictures and cut out of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from dau.archive.manifest import ManifestLine
from dau.archive.paths import path_of
from dau.corrected import Held
from dau.index.flatten import number_key
from dau.index.tables import TABLES

from ..catalogue import Entry
from ..context import Context
from ..crops import MOST_MARGIN, cut, parsed_box
from ..depends import CurrentContext, CurrentDocument, index
from ..files import IMMUTABLE, REVALIDATE, file_answer, not_modified, unchanged
from ..problems import not_found, sends
from .listing import Count, Cursor, DayText, Filters, Key, Limit, Page, columns_of, model_of, page_of

router = APIRouter(tags=["documents"])
Connection = Annotated[sqlite3.Connection, Depends(index)]

DocumentRow = model_of("DocumentRow", TABLES["documents"])


class DocumentPage(Page):
    items: list[DocumentRow]  # type: ignore[valid-type]


class DocumentSummary(BaseModel):
    """A document as the manifest records it. `files` are names below this address, with their SHA-256."""

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "id": "0002defb60e1bb9a-f2f201a0", "sha256": "0002defb…", "status": "success", "message": None,
        "inputs": ["003_qngai_bcd138_qd04_2025.pdf"], "pages": {"1": "success"},
        "files": {"document.json": "9f86d081…"}, "started": "2026-11-22T10:59:29.659023Z", "seconds": 12.5,
    }]})

    id: str
    sha256: str
    status: Literal["success", "partial", "failed"]
    message: str | None = Field(description="What is to be known of the conversion, and what to do about it.")
    inputs: list[str] = Field(description="Names of the files it came from.")
    pages: dict[int, str]
    files: dict[str, str]
    started: str
    seconds: float | None


_ORDERS: dict[str, tuple[Key, ...]] = {
    "id": (Key("d.id"),),
    "issued": (Key("coalesce(d.issued, '')"), Key("d.id")),
    "-issued": (Key("coalesce(d.issued, '')", True), Key("d.id")),
    "confidence": (Key("coalesce(d.confidence, 0.0)"), Key("d.id")),
    "-to_review": (Key("d.to_review", True), Key("d.id")),
}
Text = Annotated[str | None, Query(max_length=300)]


@router.get("/documents", name="list_documents", response_model=DocumentPage)
def list_documents(
    connection: Connection,
    kind: Annotated[str | None, Query(alias="type", max_length=300, description="Loại văn bản or its symbol.")] = None,
    number: Annotated[str | None, Query(max_length=300, description="Số, ký hiệu; diacritics may be missing.")] = None,
    agency: Annotated[str | None, Query(max_length=300, description="Who issued it (`agencies.id`).")] = None,
    province: Text = None,
    year: Annotated[int | None, Query(ge=1900, le=2100)] = None,
    issued_from: DayText = None,
    issued_to: DayText = None,
    to_review: Annotated[bool | None, Query(description="Only those with, or without, doubts to settle.")] = None,
    order: Literal["id", "issued", "-issued", "confidence", "-to_review"] = "id",
    limit: Limit = 50,
    cursor: Cursor = None,
    count: Count = False,
) -> dict[str, Any]:
    """Current documents with their metadata."""
    filters = Filters()
    filters.add("d.type = ? OR d.type_symbol = ?", kind, kind)
    filters.add("d.number_key = ?", number_key(number))
    filters.add("d.agency = ?", agency)
    filters.add("d.province = ?", province)
    filters.add("d.year = ?", year)
    filters.add("d.issued >= ?", issued_from)
    filters.add("d.issued <= ?", issued_to)
    filters.add("(d.to_review > 0) = ?", to_review)
    selected, source = columns_of('documents', 'd'), "documents d"
    return page_of(connection, selected, source, filters, _ORDERS[order], limit=limit, cursor=cursor, count=count)


@router.get("/documents/{document_id}", name="get_document", response_model=DocumentSummary)
def get_document(request: Request, entry: CurrentDocument, context: CurrentContext) -> Any:
    """What a document came from, how its conversion ended, and its files."""
    return summary_of(entry, context.catalogue.outcome(entry))


def summary_of(entry: Entry, line: ManifestLine) -> DocumentSummary:
    return DocumentSummary(
        id=entry.id, sha256=entry.sha256, status=line.status or "failed", message=line.message, inputs=entry.names,
        pages=dict(line.pages), files=line.files, started=line.started, seconds=line.seconds,
    )


@router.get(
    "/documents/{document_id}/document.json",
    name="get_document_json",
    response_class=Response,
    responses=sends("application/json"),
)
def get_document_json(request: Request, entry: CurrentDocument, context: CurrentContext) -> Response:
    """What a document says, with all that people said of it applied. The entity tag changes with the document and with
    each review."""
    return _corrected(request, "document.json", entry, context, lambda held: held.directive.model_dump_json())


@router.get(
    "/documents/{document_id}/transcript.json",
    name="get_transcript",
    response_class=Response,
    responses=sends("application/json"),
)
def get_transcript(request: Request, entry: CurrentDocument, context: CurrentContext) -> Response:
    """What stands on its pages, word by word with boxes, corrections applied."""
    return _corrected(request, "transcript.json", entry, context, lambda held: held.transcript.model_dump_json())


@router.get(
    "/documents/{document_id}/text.txt",
    name="get_text",
    response_class=Response,
    responses=sends("text/plain"),
)
def get_text(request: Request, entry: CurrentDocument, context: CurrentContext) -> Response:
    """Its text, corrections applied: LF between lines, form feed between pages."""
    return _corrected(request, "text.txt", entry, context, lambda held: held.transcript.text())


def _corrected(request: Request, name: str, entry: Entry, context: Context, made: Callable[[Held], str]) -> Response:
    """The file of the run where nobody said anything, else what is made of it."""
    held = context.held(entry)
    etag, media_type = f'"{held.stamp}"', _MEDIA[name.rsplit(".", 1)[-1]]
    if unchanged(request, etag):
        return not_modified(etag, REVALIDATE)
    if not held.events:
        return file_answer(request, entry.folder / name, media_type, etag=etag)
    return Response(made(held), media_type=media_type, headers={"ETag": etag, "Cache-Control": REVALIDATE})


FileName = Literal["document.json", "transcript.json", "text.txt", "raw.txt", "events.jsonl", "searchable.pdf"]
_MEDIA: dict[str, str] = {
    "json": "application/json", "txt": "text/plain; charset=utf-8", "jsonl": "application/x-ndjson",
    "pdf": "application/pdf",
}


@router.get(
    "/documents/{document_id}/files/{name}",
    name="get_file",
    response_class=Response,
    responses=sends(*sorted(_MEDIA.values())),
)
def get_file(
    request: Request, name: FileName, entry: CurrentDocument, context: CurrentContext,
    download: Annotated[bool, Query(description="To be saved under the name of its input.")] = False,
) -> Response:
    """A file of a document as the run wrote it, unreviewed."""
    sha256 = context.catalogue.outcome(entry).files.get(name)
    if sha256 is None:
        raise not_found("file of this document")
    stem = path_of(entry.inputs[0]).stem if entry.inputs else entry.id
    return file_answer(
        request, entry.folder / name, _MEDIA[name.rsplit(".", 1)[-1]], etag=f'"{sha256}"',
        download=f"{stem} {name}" if download or name == "searchable.pdf" else None,
    )


@router.get(
    "/documents/{document_id}/pages/{number}.webp",
    name="get_page",
    response_class=Response,
    responses=sends("image/webp"),
)
def get_page(request: Request, number: str, entry: CurrentDocument, context: CurrentContext) -> Response:
    """The picture of a page, as a reviewer sees it; `number` as in 0001."""
    if len(number) < 4 or not (number.isascii() and number.isdecimal()):
        raise not_found("page")
    name = f"pages/{number}.webp"
    sha256 = context.catalogue.outcome(entry).files.get(name)
    if sha256 is None:
        raise not_found("page picture")
    return file_answer(request, entry.folder / name, "image/webp", etag=f'"{sha256}"', cache=IMMUTABLE)


@router.get(
    "/documents/{document_id}/pages/{number}/crop.webp",
    name="get_crop",
    response_class=Response,
    responses=sends("image/webp"),
)
def get_crop(
    request: Request,
    number: Annotated[int, Path(ge=1, le=99_999)],
    entry: CurrentDocument,
    context: CurrentContext,
    box: Annotated[str, Query(max_length=120, description="x0,y0,x1,y1 in points", examples=["72,72,300,100"])],
    margin: Annotated[float, Query(ge=0, le=MOST_MARGIN, description="Points to show around it.")] = 14.0,
) -> Response:
    """A box of a page, cut out of its picture."""
    parsed = parsed_box(box)
    files = context.catalogue.outcome(entry).files
    sha256 = files.get(f"pages/{number:04d}.webp")
    if sha256 is None:
        raise not_found("page picture")
    place = ":".join(f"{each:.1f}" for each in (*parsed, margin))
    etag = f'"{sha256[:32]}:{place}"'
    if unchanged(request, etag):
        return not_modified(etag, IMMUTABLE)
    picture = cut(entry.folder, files.get("transcript.json", ""), number, parsed, margin)
    return Response(picture, media_type="image/webp", headers={"ETag": etag, "Cache-Control": IMMUTABLE})
