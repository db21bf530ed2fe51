"""Full text: what was found, with the words marked, and what narrows it."""

from __future__ import annotations

import sqlite3
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from dau.index.phrasing import QueryTooLong
from dau.index.rows import Day
from dau.index.search import Filters, Results, search

from ..depends import index
from ..problems import Problem
from .rendering import render, with_query

router = APIRouter()
Connection = Annotated[sqlite3.Connection, Depends(index)]
Choice = Annotated[str, Query(max_length=300)]
DayChoice = Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
_A_PAGE = 20
_MOST_PAGES = 500
_PASSAGES = 3
FACETS = ("type", "agency", "year", "province")


@router.get("/search", name="desk_search")
def search_page(
    request: Request,
    connection: Connection,
    q: Annotated[str, Query(max_length=2000)] = "",
    kind: Annotated[str, Query(alias="type", max_length=300)] = "",
    agency: Choice = "",
    year: Annotated[str, Query(pattern=r"^((19|20)\d\d)?$")] = "",
    province: Choice = "",
    since: DayChoice = "",
    until: DayChoice = "",
    review: Annotated[str, Query(pattern="^(yes|no)?$")] = "",
    page: Annotated[int, Query(ge=1, le=_MOST_PAGES)] = 1,
) -> Response:
    """Documents in which it all stands, the best first. An empty choice is none."""
    filters = Filters(
        type=kind or None, agency=agency or None, year=int(year) if year else None, province=province or None,
        since=Day(since) if since else None, until=Day(until) if until else None,
        needs_review={"yes": True, "no": False}.get(review),
    )  # fmt: skip
    try:
        found = search(connection, q, filters, limit=_A_PAGE, offset=(page - 1) * _A_PAGE, shown=_PASSAGES)
    except QueryTooLong as error:
        raise Problem(400, "query_too_long", str(error)) from error
    chosen = {"type": kind, "agency": agency, "year": year, "province": province}
    more = page < _MOST_PAGES and found.total > page * _A_PAGE
    return render(
        request, "search.html", q=q, found=found, facets=_facets(request, found, chosen), chosen=chosen, since=since,
        until=until, review=review, first=(page - 1) * _A_PAGE + 1,
        before=with_query(request, page=page - 1) if page > 1 else None,
        after=with_query(request, page=page + 1) if more else None,
    )  # fmt: skip


def _facets(
    request: Request, found: Results, chosen: dict[str, str]
) -> list[tuple[str, list[tuple[str, int, str, bool]]]]:
    """Per facet: label, documents, address that sets or unsets it, whether it is set."""
    facets = []
    for name in FACETS:
        values = []
        for count in found.facets.get(name, ()):
            is_set = chosen[name] == count.value
            address = with_query(request, **{name: None if is_set else count.value, "page": None})
            values.append((count.label, count.documents, address, is_set))
        if values:
            facets.append((name, values))
    return facets
