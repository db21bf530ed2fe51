"""Full text over the archive."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from dau.index.marking import Segment
from dau.index.phrasing import QueryTooLong
from dau.index.rows import Day
from dau.index.search import Filters, Passage, Results, search

from ..depends import index
from ..problems import Problem
from .listing import DayText

router = APIRouter(tags=["search"])
Connection = Annotated[sqlite3.Connection, Depends(index)]
Text = Annotated[str | None, Query(max_length=300)]
_MOST_OFFSET = 10_000


class Piece(BaseModel):
    """Text as it stands in the document; `marked` where it is what was looked for. Never markup."""

    text: str
    marked: bool


class FoundPassage(BaseModel):
    """`box` in points from the top left of the page."""

    kind: str
    node: str | None
    page: int | None
    box: tuple[float, float, float, float] | None
    segments: list[Piece]


class Found(BaseModel):
    document: str
    number: str | None
    type: str | None
    issuer: str | None
    issued: str | None
    filename: str | None
    score: float
    subject: list[Piece]
    passages: list[FoundPassage]


class FacetValue(BaseModel):
    value: str
    label: str
    documents: int


class SearchResults(BaseModel):
    """`total` counts all documents found; `facets` are counts over all of them."""

    total: int
    offset: int
    items: list[Found] = Field(description="Documents, the best first.")
    facets: dict[str, list[FacetValue]]


@router.get("/search", name="search", response_model=SearchResults)
def search_documents(
    connection: Connection,
    q: Annotated[str, Query(max_length=2000, description="Words, “phrases”, -without; see docs/search.md.",
                            examples=["thi đua khen thưởng"])] = "",
    kind: Annotated[str | None, Query(alias="type", max_length=300)] = None,
    agency: Annotated[str | None, Query(max_length=300, description="Who issued it (`agencies.id`).")] = None,
    issuer: Text = None,
    year: Annotated[int | None, Query(ge=1900, le=2100)] = None,
    province: Text = None,
    since: DayText = None,
    until: DayText = None,
    needs_review: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=_MOST_OFFSET)] = 0,
    shown: Annotated[int, Query(ge=0, le=20, description="Passages to show of each document.")] = 3,
) -> dict[str, Any]:  # fmt: skip
    """Documents in which it all stands, typed with or without diacritics, with the passages that show it."""
    filters = Filters(
        kind, agency, issuer, year, province, Day(since) if since else None, Day(until) if until else None, needs_review
    )
    try:
        return told(search(connection, q, filters, limit=limit, offset=offset, shown=shown))
    except QueryTooLong as error:
        raise Problem(400, "query_too_long", str(error)) from error


def told(results: Results) -> dict[str, Any]:
    """Results as they go out."""
    items = [
        {
            "document": hit.document, "number": hit.number, "type": hit.type, "issuer": hit.issuer,
            "issued": hit.issued, "filename": hit.filename, "score": hit.score, "subject": _pieces(hit.subject),
            "passages": [_passage(each) for each in hit.passages],
        }
        for hit in results.hits
    ]  # fmt: skip
    facets = {
        name: [{"value": each.value, "label": each.label, "documents": each.documents} for each in counts]
        for name, counts in results.facets.items()
    }
    return {"total": results.total, "offset": results.offset, "items": items, "facets": facets}


def _passage(passage: Passage) -> dict[str, Any]:
    place = passage.place
    where = {"kind": place.kind, "node": place.node, "page": place.page, "box": place.box}
    return {**where, "segments": _pieces(passage.segments)}


def _pieces(segments: tuple[Segment, ...]) -> list[dict[str, Any]]:
    return [{"text": each.text, "marked": each.marked} for each in segments]
