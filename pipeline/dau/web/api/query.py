"""Read-only SQL on the index, within limits."""

from __future__ import annotations

import sqlite3
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from dau.index.query import QueryRefused, QueryTimeout, ask

from ..depends import CurrentContext, index
from ..problems import Problem, without_paths

router = APIRouter(tags=["query"])
Connection = Annotated[sqlite3.Connection, Depends(index)]
Value = str | int | float | None
Sql = Annotated[str, Field(max_length=20_000)]
MOST_ROWS = 5_000
_MOST_IN_ADDRESS = 6_000
"""Characters of SQL in an address, nine bytes each at most there: it must fit into `server.HEADER_BYTES`."""
_EXAMPLE = "SELECT type, count(*) AS documents FROM documents GROUP BY type ORDER BY 2 DESC"


class Question(BaseModel):
    """`parameters` are values for `$name` in the SQL."""

    sql: Sql = Field(examples=[_EXAMPLE])
    parameters: dict[Annotated[str, Field(max_length=100)], Value] = Field(default_factory=dict, max_length=100)
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 1_000


class QueryAnswer(BaseModel):
    """`truncated`: there were more rows."""

    columns: list[str]
    rows: list[list[Value]]
    truncated: bool


@router.get("/query", name="query", response_model=QueryAnswer)
def query(
    connection: Connection,
    context: CurrentContext,
    sql: Annotated[str, Query(max_length=_MOST_IN_ADDRESS, description="One SELECT.", examples=[_EXAMPLE])],
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 1_000,
) -> QueryAnswer:
    """The answer to one SELECT; docs/search.md describes the tables."""
    return _answered(connection, Question(sql=sql, limit=limit), context.settings.sql_seconds)


@router.post("/query", name="query_with_parameters", response_model=QueryAnswer)
def query_with_parameters(connection: Connection, context: CurrentContext, question: Question) -> QueryAnswer:
    """The same for longer questions, and with values given apart. It writes nothing and needs no more rights."""
    return _answered(connection, question, context.settings.sql_seconds)


def _answered(connection: sqlite3.Connection, question: Question, seconds: float) -> QueryAnswer:
    try:
        answer = ask(connection, question.sql, question.parameters, seconds=seconds, most_rows=question.limit)
    except QueryRefused as error:
        raise Problem(400, "query_refused", without_paths(str(error))) from error
    except QueryTimeout as error:
        raise Problem(503, "timeout", error.message, headers={"Retry-After": "10"}) from error
    rows = [list(row) for row in answer.rows]
    return QueryAnswer(columns=list(answer.columns), rows=rows, truncated=answer.truncated)
