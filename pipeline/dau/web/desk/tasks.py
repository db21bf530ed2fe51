"""The board of duties: what is overdue on a day, due soon, due later, without a day, without a time at all."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from ..api.contents import Role, list_tasks
from ..depends import index
from ..problems import Problem
from .rendering import render, with_query

router = APIRouter()
Connection = Annotated[sqlite3.Connection, Depends(index)]
Choice = Annotated[str, Query(max_length=300)]
Column = Literal["overdue", "soon", "later", "undated", "none"]
_SOON = 30
"""Days ahead that count as soon."""
_SHOWN, _SHOWN_ALONE = 12, 100
_FIRST, _LAST = "0001-01-01", "9999-12-31"
_MOST_CHOICES = 300


@dataclass(frozen=True)
class Section:
    """Duties of one column. `more` is where the rest of them is."""

    name: str
    total: int
    tasks: list[dict[str, Any]]
    more: str | None


@router.get("/tasks", name="desk_tasks")
def tasks_page(
    request: Request,
    connection: Connection,
    day: Annotated[str, Query(max_length=10)] = "",
    agency: Choice = "",
    role: Annotated[Role | Literal[""], Query()] = "",
    kind: Annotated[str, Query(alias="type", max_length=300)] = "",
    column: Annotated[Column | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> Response:
    """All columns with their first duties, or one column page by page. The day is today's unless one is given."""
    on = _day(day)
    wanted = {"agency": agency or None, "role": role or None, "document_type": kind or None}
    columns = [column] if column else list(get_args(Column))
    sections = [_section(request, connection, name, on, wanted, cursor, alone=column is not None) for name in columns]
    return render(
        request, "tasks.html", day=on.isoformat(), today=date.today() == on, sections=sections, column=column,
        chosen={"agency": agency, "role": role, "type": kind}, soon=_SOON, roles=get_args(Role),
        agencies=_agencies(connection, agency), types=_types(connection),
        board=with_query(request, column=None, cursor=None),
    )  # fmt: skip


def _section(
    request: Request, connection: sqlite3.Connection, name: Column, on: date, wanted: dict[str, Any],
    cursor: str | None, *, alone: bool,
) -> Section:
    limit = _SHOWN_ALONE if alone else _SHOWN
    found = list_tasks(
        connection, **wanted, **_bounds(name, on), order="due", limit=limit, cursor=cursor if alone else None,
        count=True,
    )  # fmt: skip
    more = None
    if found["next"] is not None:
        more = with_query(request, column=name, cursor=found["next"] if alone else None)
    return Section(name, found["total"], found["items"], more)


def _bounds(name: Column, on: date) -> dict[str, Any]:
    """The days of a column. What is due on the day itself is still in time."""
    ordinal = on.toordinal()
    end = date.fromordinal(min(ordinal + _SOON, date.max.toordinal()))
    if name == "overdue":
        return {"due_from": _FIRST, "due_to": date.fromordinal(max(ordinal - 1, 1)).isoformat()}
    if name == "soon":
        return {"due_from": on.isoformat(), "due_to": end.isoformat()}
    if name == "later":
        return {"due_from": (end + timedelta(1)).isoformat() if end < date.max else _LAST, "due_to": _LAST}
    return {"deadline": name}


def _day(text: str) -> date:
    if not text:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(422, "bad_day", "A day is year-month-day: 2021-09-30.") from None


def _agencies(connection: sqlite3.Connection, chosen: str) -> list[tuple[str, str, int]]:
    """Agencies with duties, those with most first; the chosen one is always there."""
    sql = (
        "SELECT g.id, g.name, count(*) AS duties FROM assignees a JOIN agencies g ON g.id = a.agency"
        " GROUP BY g.id ORDER BY g.id = ? DESC, duties DESC, g.name LIMIT ?"
    )
    found = [(row["id"], row["name"], row["duties"]) for row in connection.execute(sql, (chosen, _MOST_CHOICES))]
    return sorted(found, key=lambda each: (-each[2], each[1]))


def _types(connection: sqlite3.Connection) -> list[str]:
    sql = (
        "SELECT d.type FROM tasks t JOIN documents d ON d.id = t.document WHERE d.type IS NOT NULL"
        " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 60"
    )
    return [row[0] for row in connection.execute(sql)]
