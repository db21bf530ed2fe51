"""The archive in figures: what was received and done, and how documents divide by what they are."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from ..depends import CurrentContext, index
from ..problems import Problem
from .listing import Filters

router = APIRouter(tags=["statistics"])
Connection = Annotated[sqlite3.Connection, Depends(index)]
Text = Annotated[str | None, Query(max_length=300)]
_COUNTED = ("documents", "nodes", "tasks", "citations", "awards", "flags", "agencies")
_FACETS = {"type": "d.type", "year": "d.year", "agency": "d.agency", "province": "d.province"}
_MOST_VALUES = 100


class Statistics(BaseModel):
    """`inputs` counts inputs by their last outcome, `pending` are received and have none yet, `documents` those that
    count now. `indexed` counts rows of the index by table, `doubts` the open ones by severity; null without index."""

    documents: int
    inputs: dict[str, int]
    pending: int
    indexed: dict[str, int] | None = None
    doubts: dict[str, int] | None = None


class Value(BaseModel):
    value: str | int | None
    count: int


class Facets(BaseModel):
    """How many documents there are of each value, the most frequent first, at most 100 values each."""

    type: list[Value]
    year: list[Value]
    agency: list[Value]
    province: list[Value]


@router.get("/statistics", name="get_statistics", response_model=Statistics)
def get_statistics(context: CurrentContext) -> Statistics:
    """Counts of inputs, documents and doubts."""
    found = Statistics(
        documents=len(context.catalogue.entries()), pending=context.catalogue.pending(),
        inputs=dict(Counter(done.status for done in context.catalogue.outcomes().values())),
    )  # fmt: skip
    with suppress(Problem), context.index.borrowed() as connection:
        found.indexed = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED
        }
        counted = connection.execute("SELECT severity, count(*) FROM flags WHERE resolved IS NULL GROUP BY severity")
        found.doubts = {severity: count for severity, count in counted}
    return found


@router.get("/facets", name="get_facets", response_model=Facets)
def get_facets(
    connection: Connection,
    kind: Annotated[str | None, Query(alias="type", max_length=300)] = None,
    year: Annotated[int | None, Query(ge=1900, le=2100)] = None,
    agency: Text = None,
    province: Text = None,
) -> dict[str, list[dict[str, object]]]:
    """Values of the documents that fit, with their counts. What a facet itself is set to does not narrow it."""
    asked: dict[str, object] = {"type": kind, "year": year, "agency": agency, "province": province}
    found: dict[str, list[dict[str, object]]] = {}
    for name, column in _FACETS.items():
        filters = Filters()
        for other, value in asked.items():
            if other != name:
                filters.add(f"{_FACETS[other]} = ?", value)
        rows = connection.execute(
            f"SELECT {column}, count(*) FROM documents d WHERE {filters.sql} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
            (*filters.values, _MOST_VALUES),
        )
        found[name] = [{"value": value, "count": count} for value, count in rows]
    return found
