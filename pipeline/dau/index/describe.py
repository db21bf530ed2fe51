"""The tables, views and questions in words, as docs/search.md and docs/questions.md print them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from . import schema
from .questions import Question, questions
from .rows import Day
from .tables import TABLES, Table

_TYPES = {str: "text", int: "integer", float: "real", bool: "0 or 1", Day: "day"}


def tables() -> str:
    """Markdown: each table of the row model, column by column."""
    return "\n\n".join(_table(table) for table in TABLES.values())


def views() -> str:
    """Markdown: each view with its columns."""
    with closing(sqlite3.connect(":memory:")) as connection:
        schema.make(connection)
        return "\n".join(_view(connection, name, says) for name, (says, _) in schema.VIEWS.items())


def all_questions() -> str:
    """Markdown: each question with its values and its SQL."""
    return "\n\n".join(_question(question) for question in questions().values())


def _table(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    rows = "\n".join(_columns(table))
    return f"### {table.name}\n\n{table.description} Key: {key}.\n\n| column | type | |\n|---|---|---|\n{rows}"


def _columns(table: Table) -> Iterator[str]:
    for column in table.columns:
        kind = _TYPES[column.type]  # type: ignore[index]
        yield f"| `{column.name}` | {kind}{' or null' if column.nullable else ''} | {column.description} |"


def _view(connection: sqlite3.Connection, name: str, says: str) -> str:
    columns = ", ".join(f"`{row[1]}`" for row in connection.execute(f"PRAGMA table_info({name})"))
    return f"- **{name}**: {says} {columns}."


def _question(question: Question) -> str:
    values = "".join(
        f"- `{each.name}`: {each.description}; without it `{each.example}`\n" for each in question.parameters
    )
    note = f"{question.note}\n\n" if question.note else ""
    given = f"{values}\n" if values else ""
    return f"## {question.name}\n\n{question.title}.\n\n{given}{note}```sql\n{question.sql}\n```"
