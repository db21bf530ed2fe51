"""The named questions: their values as a form, their answer as a table and as CSV."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from dau.export.csv import cell_of
from dau.index.query import MOST_ROWS, Answer, QueryTimeout, Value, ask
from dau.index.questions import Question, questions

from ..context import Context
from ..depends import CurrentContext, index
from ..files import disposition
from ..problems import Problem, not_found
from .rendering import render

router = APIRouter()
Connection = Annotated[sqlite3.Connection, Depends(index)]
Name = Annotated[str, Path(pattern="^[a-z-]{1,60}$")]
_SHOWN = 500
_MOST_VALUE = 300


@router.get("/questions", name="desk_questions")
def questions_page(request: Request) -> Response:
    return render(request, "questions.html", questions=list(questions().values()))


@router.get("/questions/{name}.csv", name="desk_question_csv")
def question_csv(request: Request, name: Name, connection: Connection, context: CurrentContext) -> Response:
    """The answer for a spreadsheet: UTF-8 with a byte order mark, formulas defused as in exports."""
    question = _question(name)
    answer = _answer(question, _values(request, question), connection, context, MOST_ROWS)
    headers = {"Content-Disposition": disposition(f"{name}.csv")}
    return Response(_csv(answer), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/questions/{name}", name="desk_question")
def question_page(request: Request, name: Name, connection: Connection, context: CurrentContext) -> Response:
    """One question with its answer; a value that is not given is the example."""
    question = _question(name)
    values = _values(request, question)
    answer = _answer(question, values, connection, context, _SHOWN)
    return render(
        request, "question.html", question=question, values=values, answer=answer,
        links=[_document_of(answer.columns, row) for row in answer.rows], names=_names(connection, answer),
        figures=[column for n, column in enumerate(answer.columns) if _figures(answer, n)],
        csv=f"/questions/{name}.csv" + (f"?{urlencode(values)}" if values else ""),
    )  # fmt: skip


def _question(name: str) -> Question:
    found = questions().get(name)
    if found is None:
        raise not_found("question")
    return found


def _values(request: Request, question: Question) -> dict[str, str]:
    values = {each.name: request.query_params.get(each.name) or each.example for each in question.parameters}
    if any(len(value) > _MOST_VALUE for value in values.values()):
        raise Problem(422, "invalid", f"A value may have {_MOST_VALUE} characters.")
    return values


def _answer(
    question: Question, values: Mapping[str, str], connection: sqlite3.Connection, context: Context, most: int
) -> Answer:
    try:
        return ask(connection, question.sql, values, seconds=context.settings.sql_seconds, most_rows=most)
    except QueryTimeout as error:
        raise Problem(503, "timeout", error.message, headers={"Retry-After": "10"}) from error


def _document_of(columns: tuple[str, ...], row: tuple[Value, ...]) -> str | None:
    """Where in the desk a row leads: its duty, else its page, else its document."""
    named = dict(zip(columns, row, strict=True))
    document, task, page = named.get("document"), named.get("task"), named.get("page")
    if document is None:
        return None
    asked = {"task": task} if task else {"page": page} if page else {}
    return f"/documents/{document}" + (f"?{urlencode(asked)}" if asked else "")


def _names(connection: sqlite3.Connection, answer: Answer) -> dict[str, str]:
    """What the documents of an answer are called, by their id: by type and number, as far as known, else by file."""
    at = answer.columns.index("document") if "document" in answer.columns else None
    if at is None:
        return {}
    asked = json.dumps(sorted({row[at] for row in answer.rows if isinstance(row[at], str)}))
    sql = (
        "SELECT id, type, coalesce(number, number_raw) AS number, filename FROM documents"
        " WHERE id IN (SELECT value FROM json_each(?))"
    )
    rows = connection.execute(sql, (asked,))
    return {row["id"]: " ".join(filter(None, (row["type"], row["number"]))) or row["filename"] for row in rows}


def _figures(answer: Answer, column: int) -> bool:
    """Whether a column holds numbers."""
    return any(isinstance(row[column], int | float) for row in answer.rows)


def _csv(answer: Answer) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(answer.columns)
    writer.writerows([cell_of(value) if isinstance(value, str) else value for value in row] for row in answer.rows)
    return text.getvalue().encode("utf-8-sig")
