"""Lists out of the index: filters, an order, and pages cut by a cursor.

A cursor holds the sort keys of the last row that was given out, not a count of rows: documents that are added meanwhile
neither repeat nor hide any. Column and table names come from the row model, values are always bound.
"""

from __future__ import annotations

import base64
import binascii
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import AfterValidator, BaseModel, Field, create_model

from dau.index.rows import Day
from dau.index.tables import TABLES, Table

from ..problems import Problem

MOST = 500


def _calendar_day(text: str | None) -> str | None:
    """A day as it was sent. Raises ValueError for what no calendar has: compared as text, 2021-13-01 would pass for a
    day behind all others."""
    if text is not None:
        date.fromisoformat(text)
    return text


DayText = Annotated[
    str | None, Query(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2021-09-30"]), AfterValidator(_calendar_day)
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="Most items of this page of the list.")]
Cursor = Annotated[
    str | None, Query(max_length=2000, description="`next` of the page before; without it the list begins.")
]
Count = Annotated[bool, Query(description="Whether to count all items that fit.")]


class Page(BaseModel):
    """Part of a list. `next` is the cursor of the part after, null at the end; `total` only where it was asked for."""

    next: str | None = None
    total: int | None = None


@dataclass(frozen=True)
class Key:
    """A sort key: an SQL expression that is never null, and its direction."""

    expression: str
    descending: bool = False


@dataclass
class Filters:
    """Conditions joined by AND, with the values bound to them."""

    conditions: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        """Taken up unless a value is None: what a caller does not ask for is no condition."""
        if any(value is None for value in values):
            return
        self.conditions.append(condition)
        self.values += values

    @property
    def sql(self) -> str:
        return " AND ".join(f"({each})" for each in self.conditions) or "1"


def page_of(
    connection: sqlite3.Connection, selected: str, source: str, filters: Filters, keys: Sequence[Key], *, limit: int,
    cursor: str | None, count: bool = False,
) -> dict[str, Any]:
    """`{items, next, total}` of `SELECT selected FROM source`; joins in `source` must not multiply rows."""
    names = [f"key_{number}" for number in range(len(keys))]
    columns = ", ".join(f"{key.expression} AS {name}" for key, name in zip(keys, names, strict=True))
    order = ", ".join(f"{name} {'DESC' if key.descending else 'ASC'}" for key, name in zip(keys, names, strict=True))
    after = Filters(list(filters.conditions), list(filters.values))
    if cursor is not None:
        _add_after(after, keys, _decoded(cursor, len(keys)))
    sql = f"SELECT {selected}, {columns} FROM {source} WHERE {after.sql} ORDER BY {order} LIMIT ?"
    rows = connection.execute(sql, (*after.values, limit + 1)).fetchall()
    items = [{name: row[name] for name in row.keys() if name not in names} for row in rows[:limit]]  # noqa: SIM118
    last = [rows[limit - 1][name] for name in names] if len(rows) > limit else None
    total = None
    if count:
        counting = f"SELECT count(*) FROM {source} WHERE {filters.sql}"
        total = int(connection.execute(counting, filters.values).fetchone()[0])
    return {"items": items, "next": _encoded(last) if last is not None else None, "total": total}


def _add_after(filters: Filters, keys: Sequence[Key], last: list[object]) -> None:
    """What comes after the last row in this order, key by key."""
    alternatives, values = [], []
    for number, key in enumerate(keys):
        same = [f"{each.expression} = ?" for each in keys[:number]]
        alternatives.append(" AND ".join([*same, f"{key.expression} {'<' if key.descending else '>'} ?"]))
        values += [*last[:number], last[number]]
    filters.conditions.append(" OR ".join(f"({each})" for each in alternatives))
    filters.values += values


def _encoded(last: list[object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(last, ensure_ascii=False).encode()).decode().rstrip("=")


def _decoded(cursor: str, count: int) -> list[object]:
    try:
        found = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        found = None
    right = isinstance(found, list) and len(found) == count
    if not right or not all(_bindable(each) for each in found):
        raise Problem(400, "bad_cursor", "The cursor is none that this list gave out. Begin again without it.")
    return list(found)


def _bindable(value: object) -> bool:
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) < 1 << 63
    if isinstance(value, str):
        return value.isprintable() or value.encode("utf-8", "replace").decode() == value
    return isinstance(value, float)


def model_of(name: str, table: Table, **more: Any) -> type[BaseModel]:
    """A row of a table as a model of the API, with the descriptions of the row model; `more` are further fields."""
    fields: dict[str, Any] = {}
    for column in table.columns:
        kind: Any = {"Day": str}.get(getattr(column.type, "__name__", ""), column.type)
        kind = str if column.type is Day else kind
        fields[column.name] = (kind | None if column.nullable else kind, Field(description=column.description))
    return create_model(name, __doc__=table.description, **fields, **more)


def columns_of(table: str, alias: str) -> str:
    """The columns of a table for SELECT."""
    return ", ".join(f'{alias}."{column.name}"' for column in TABLES[table].columns)
