"""The ways in which a question is answered. All must give the same rows.

A way takes what `Asked` holds and gives rows; a new one is a function and a line in `WAYS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dau.cli.app import exit_code
from dau.index.query import ask
from dau.index.reader import open_index

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Asked:
    """Where the documents are (`archive`, indexed; `tables`, exported to Parquet), and the question. `name` is that of
    a named question, None for other SQL."""

    archive: Path
    tables: Path
    sql: str
    values: Mapping[str, str]
    name: str | None = None


def by_index(asked: Asked) -> Rows:
    with closing(open_index(asked.archive)) as connection:
        answer = ask(connection, asked.sql, asked.values)
    assert not answer.truncated
    return list(answer.rows)


def by_parquet(asked: Asked) -> Rows:
    """DuckDB over the exported tables; booleans and days in the form that SQLite has for them."""
    with open_tables(asked.tables) as db:
        rows = db.execute(asked.sql, {name: asked.values[name] for name in asked.values}).fetchall()
    return [tuple(map(_plain, row)) for row in rows]


def open_tables(folder: Path) -> duckdb.DuckDBPyConnection:
    """Each table of an export as a view of its name; nulls sort as in SQLite."""
    db = duckdb.connect()
    db.execute("SET default_null_order = 'sqlite'")
    for file in sorted(folder.glob("*.parquet")):
        quoted = str(file).replace("'", "''")
        db.execute(f"CREATE VIEW {file.stem} AS FROM read_parquet('{quoted}')")
    return db


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def by_desk(asked: Asked) -> Rows:
    """The table of the desk's page: numbers are told by their class, an empty cell is null; behind words of the desk
    (a role, a document's name) a cell has the value."""
    from fastapi.testclient import TestClient
    from lxml import html

    from dau.web.app import create_app
    from dau.web.settings import WebSettings

    client = TestClient(create_app(asked.archive, WebSettings(refresh=False)), base_url="http://localhost")
    page = html.fromstring(client.get(f"/questions/{asked.name}", params=dict(asked.values)).text)
    return [tuple(map(_cell, row.findall("td"))) for row in page.findall(".//table[@class='answer']/tbody/tr")]


def _cell(cell: Any) -> Any:
    text = cell.text_content()
    if cell.get("class") == "number":
        return float(text) if "." in text else int(text)
    return cell.get("data-value", text) or None


WAYS: dict[str, Callable[[Asked], Rows]] = {"index": by_index, "parquet": by_parquet, "desk": by_desk}


def command(archive: Path, name: str, values: Mapping[str, str], read: Callable[[], str]) -> Rows:
    """`dau query --question`; `read` gives what it wrote to standard output."""
    given = [argument for key, value in values.items() for argument in ("--set", f"{key}={value}")]
    assert exit_code(["query", str(archive), "--question", name, "--format", "jsonl", *given]) == 0
    return [tuple(json.loads(line).values()) for line in read().splitlines()]
