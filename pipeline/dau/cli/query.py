"""`dau query`: read-only SQL on the index, or one of the named questions."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import typer
from rich.table import Table

from dau.export.csv import cell_of
from dau.index.query import MOST_ROWS, Answer, QueryRefused, Value, ask
from dau.index.questions import Question, questions
from dau.index.reader import reading

from .behind import warn_behind
from .terminal import complain, emit, print_json, printable, stdout


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


def register(app: typer.Typer) -> None:
    app.command(name="query")(query)


def query(
    archive: Path = typer.Argument(..., help="A folder that `dau run --out` wrote and `dau index` indexed."),
    sql: str | None = typer.Argument(None, help="One SELECT on the tables of docs/search.md."),
    question: str | None = typer.Option(None, "--question", help="A named question instead; `list` tells which."),
    settings: list[str] = typer.Option([], "--set", help="A value for $name in the query, NAME=VALUE."),
    form: Format = typer.Option(Format.table, "--format", help="How to write the answer."),
    as_json: bool = typer.Option(False, "--json", help="The same as --format json."),
    seconds: float = typer.Option(10.0, "--seconds", min=0.1, max=3600, help="Time limit."),
    limit: int = typer.Option(MOST_ROWS, "--limit", min=1, help="Rows to answer, at most."),
) -> None:
    """Ask the index in SQL. It can only be read: nothing a query says changes it or reaches another file."""
    if question == "list":
        emit(_listed())
        return
    asked = _asked(question)
    if (sql is None) == (asked is None):
        raise typer.BadParameter("give one SELECT, or --question NAME (--question list tells which there are)")
    values = _values(settings, asked)
    with reading(archive) as connection:
        warn_behind(connection, archive)
        try:
            answer = ask(connection, asked.sql if asked else sql or "", values, seconds=seconds, most_rows=limit)
        except QueryRefused as error:
            raise typer.BadParameter(str(error), param_hint="SQL") from error
    _write(answer, Format.json if as_json else form)
    if answer.truncated:
        complain(f"There are more rows than the {len(answer.rows)} shown: narrow the query, or raise --limit.")


def _asked(name: str | None) -> Question | None:
    if name is None:
        return None
    known = questions()
    if name not in known:
        raise typer.BadParameter(f"no question {name!r}; there are {', '.join(known)}", param_hint="--question")
    return known[name]


def _listed() -> Iterator[str]:
    for question in questions().values():
        yield f"{question.name}: {question.title}"
        for each in question.parameters:
            yield f"    --set {each.name}=VALUE  {each.description} (without it {each.example})"


def _values(settings: list[str], asked: Question | None) -> dict[str, Value]:
    values: dict[str, Value] = {each.name: each.example for each in asked.parameters} if asked else {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals or (asked and name not in values):
            known = ", ".join(values) or "none" if asked else "NAME=VALUE"
            raise typer.BadParameter(f"{text!r} sets nothing of the query; it knows: {known}", param_hint="--set")
        values[name] = value
    return values


def _write(answer: Answer, form: Format) -> None:
    if form is Format.json:
        print_json(list(answer.records()))
    elif form is Format.jsonl:
        emit(json.dumps(record, ensure_ascii=False) for record in answer.records())
    elif form is Format.csv:
        emit(_csv(answer))
    else:
        _show(answer)


def _csv(answer: Answer) -> Iterator[str]:
    """Rows without their line ends; text that a spreadsheet would take for a formula stands behind an apostrophe."""
    for row in (answer.columns, *answer.rows):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="").writerow([cell_of(v) if isinstance(v, str) else v for v in row])
        yield text.getvalue()


def _show(answer: Answer) -> None:
    table = Table(expand=False)
    numbers = [all(isinstance(row[at], int | float | None) for row in answer.rows) for at in range(len(answer.columns))]
    for name, is_number in zip(answer.columns, numbers, strict=True):
        table.add_column(printable(name), justify="right" if is_number and answer.rows else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*("" if value is None else printable(str(value)) for value in row))
    stdout().print(table)
    emit([f"{len(answer.rows)} rows"])
