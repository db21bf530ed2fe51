"""The inbox: documents with open doubts, the greatest expected loss first."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from ..api.listing import Filters
from ..depends import index
from .doubts import key_from
from .flags import told_of_row
from .rendering import render, with_query

router = APIRouter()
Connection = Annotated[sqlite3.Connection, Depends(index)]
Choice = Annotated[str | None, Query(max_length=300)]
_A_PAGE = 25
_SHOWN = 3
_OPEN = "f.needs_review AND f.resolved IS NULL"


@router.get("/", name="desk_inbox")
def inbox(
    request: Request,
    connection: Connection,
    kind: Annotated[str | None, Query(alias="type", max_length=300)] = None,
    issuer: Choice = None,
    code: Choice = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """Documents as rows, each with its weightiest doubts. An empty choice is none."""
    filters = Filters([_OPEN])
    filters.add("d.type = ?", kind or None)
    filters.add("d.issuer = ?", issuer or None)
    filters.add("f.code = ?", code or None)
    rows = _documents(connection, filters, page)
    more = len(rows) > _A_PAGE
    rows = rows[:_A_PAGE]
    return render(
        request, "inbox.html", rows=rows, doubts=_weightiest(connection, [row["id"] for row in rows]), page=page,
        key=_key, told=told_of_row, totals=_totals(connection), choices=_choices(connection),
        chosen={"type": kind, "issuer": issuer, "code": code},
        before=with_query(request, page=page - 1) if page > 1 else None,
        after=with_query(request, page=page + 1) if more else None,
    )  # fmt: skip


def _key(flag: sqlite3.Row) -> str:
    return key_from(flag["code"], flag["field"], flag["node"], flag["page"], flag["raw"], flag["message"])


def _documents(connection: sqlite3.Connection, filters: Filters, page: int) -> list[sqlite3.Row]:
    sql = (
        "SELECT d.id, d.type, d.number, d.number_raw, d.subject, d.issuer, d.issued, d.issued_raw, d.filename, d.pages,"
        " count(*) AS open, total(f.expected_loss) AS loss FROM flags f JOIN documents d ON d.id = f.document"
        f" WHERE {filters.sql} GROUP BY d.id ORDER BY loss DESC, d.id LIMIT ? OFFSET ?"
    )
    return connection.execute(sql, (*filters.values, _A_PAGE + 1, (page - 1) * _A_PAGE)).fetchall()


def _weightiest(connection: sqlite3.Connection, documents: Sequence[str]) -> Mapping[str, list[sqlite3.Row]]:
    """The first few open doubts of each document."""
    found: dict[str, list[sqlite3.Row]] = {each: [] for each in documents}
    marks = ",".join("?" * len(documents))
    sql = f"SELECT f.* FROM flags f WHERE {_OPEN} AND f.document IN ({marks}) ORDER BY f.document, f.position"
    for row in connection.execute(sql, documents):
        if len(found[row["document"]]) < _SHOWN:
            found[row["document"]].append(row)
    return found


def _totals(connection: sqlite3.Connection) -> dict[str, int]:
    documents = connection.execute("SELECT count(*) FROM documents").fetchone()[0]
    waiting, doubts = connection.execute(
        f"SELECT count(DISTINCT f.document), count(*) FROM flags f WHERE {_OPEN}"
    ).fetchone()
    return {"documents": documents, "waiting": waiting, "doubts": doubts}


def _choices(connection: sqlite3.Connection) -> dict[str, list[tuple[str, int]]]:
    """What the filters offer, the commonest first."""

    def counted(column: str) -> list[tuple[str, int]]:
        sql = (
            f"SELECT {column} AS value, count(DISTINCT d.id) AS n FROM flags f JOIN documents d ON d.id = f.document"
            f" WHERE {_OPEN} AND {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 60"
        )
        return [(row["value"], row["n"]) for row in connection.execute(sql)]

    found: dict[str, Any] = {"type": counted("d.type"), "issuer": counted("d.issuer"), "code": counted("f.code")}
    return found
