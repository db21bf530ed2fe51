"""The archive in figures: each plot with a table of the same numbers beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ..api.statistics import get_statistics
from ..depends import CurrentContext, index
from .rendering import render

router = APIRouter()
Connection = Annotated[sqlite3.Connection, Depends(index)]
_MOST_BARS = 15
_MOST_COLUMNS = 40
_OPEN = "needs_review AND resolved IS NULL"
_BARS = {
    "type": ("SELECT type, count(*) FROM documents GROUP BY 1 ORDER BY 2 DESC, 1", "/search?type="),
    "issuer": ("SELECT issuer, count(*) FROM documents GROUP BY 1 ORDER BY 2 DESC, 1", None),
    "province": ("SELECT province, count(*) FROM documents GROUP BY 1 ORDER BY 2 DESC, 1", "/search?province="),
    "code": (f"SELECT code, count(*) FROM flags WHERE {_OPEN} GROUP BY 1 ORDER BY 2 DESC, 1", "/?code="),
    "assignee": (
        "SELECT g.name, count(*) FROM assignees a JOIN agencies g ON g.id = a.agency GROUP BY g.id ORDER BY 2 DESC, 1",
        None,
    ),
    "award": ("SELECT form, count(*) FROM awards GROUP BY 1 ORDER BY 2 DESC, 1", None),
}
_COLUMNS = {
    "year": "SELECT year, count(*) FROM documents WHERE year IS NOT NULL GROUP BY 1 ORDER BY 1",
    "due": "SELECT substr(due, 1, 7), count(*) FROM deadlines WHERE due IS NOT NULL GROUP BY 1 ORDER BY 1",
}


@dataclass(frozen=True)
class Bar:
    """A value with its count; `share` of the longest bar in percent. `value` None: not known."""

    value: str | None
    count: int
    share: float
    address: str | None = None


@dataclass(frozen=True)
class Plot:
    """`left_out` counts values that are not shown."""

    name: str
    bars: list[Bar]
    left_out: int = 0


@router.get("/statistics", name="desk_statistics")
def statistics_page(request: Request, connection: Connection, context: CurrentContext) -> Response:
    bars = [_bars(connection, name, *asked) for name, asked in _BARS.items()]
    columns = [_columns(connection, name, sql) for name, sql in _COLUMNS.items()]
    return render(
        request, "statistics.html", totals=get_statistics(context), plots=[plot for plot in bars if plot.bars],
        charts=[plot for plot in columns if plot.bars],
    )  # fmt: skip


def _bars(connection: sqlite3.Connection, name: str, sql: str, address: str | None) -> Plot:
    rows = connection.execute(sql).fetchall()
    bars = [
        Bar(value, count, share, f"{address}{quote(value)}" if address and value else None)
        for value, count, share in _shares(rows[:_MOST_BARS])
    ]
    return Plot(name, bars, max(0, len(rows) - _MOST_BARS))


def _columns(connection: sqlite3.Connection, name: str, sql: str) -> Plot:
    """The last columns, where there are many."""
    rows = connection.execute(sql).fetchall()
    shares = _shares(rows[-_MOST_COLUMNS:])
    return Plot(name, [Bar(value, count, share) for value, count, share in shares], max(0, len(rows) - _MOST_COLUMNS))


def _shares(rows: Iterable[sqlite3.Row]) -> list[tuple[str | None, int, float]]:
    counted = [(None if row[0] is None else str(row[0]), int(row[1])) for row in rows]
    most = max((count for _, count in counted), default=1)
    return [(value, count, round(100 * count / most, 1)) for value, count in counted]
