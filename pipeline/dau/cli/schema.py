"""`dau schema`: the JSON Schemas of what Dấu writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer

from dau.archive.review_events import ReviewEvent
from dau.document.directive import Directive
from dau.document.transcript import Transcript
from dau.export.schema import line_schema, rows_schema
from dau.export.tables import ROWS_VERSION

from .terminal import emit


class SchemaName(StrEnum):
    document = "document"
    transcript = "transcript"
    review = "review"
    line = "line"
    rows = "rows"


_SCHEMAS: dict[SchemaName, tuple[str, Callable[[], dict[str, Any]]]] = {
    SchemaName.document: ("document.json, version 1", Directive.model_json_schema),
    SchemaName.transcript: ("transcript.json, version 1", Transcript.model_json_schema),
    SchemaName.review: ("log of reviews, a line, version 1", ReviewEvent.model_json_schema),
    SchemaName.line: ("exported document, a line of JSON Lines, version 1", line_schema),
    SchemaName.rows: (f"exported tables, version {ROWS_VERSION}", rows_schema),
}


def register(app: typer.Typer) -> None:
    app.command(name="schema")(schema)


def schema(
    name: SchemaName = typer.Argument(SchemaName.document, help="Which file's schema to print."),
    out: Path | None = typer.Option(None, "--out", help="Write every schema into this folder instead."),
) -> None:
    """Print the JSON Schema (draft 2020-12) of document.json, transcript.json, a line of a log of reviews, or what `dau
    export` writes: a document as a line of JSON Lines, the rows of its tables."""
    if out is None:
        emit([schema_text(name)])
        return
    out.mkdir(parents=True, exist_ok=True)
    for each in SchemaName:
        (out / f"{each}.schema.json").write_text(schema_text(each) + "\n", encoding="utf-8")


def schema_text(name: SchemaName) -> str:
    """The schema as committed under docs/schema/, without a trailing newline."""
    title, made = _SCHEMAS[name]
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Dấu {title}",
        **{key: value for key, value in made().items() if key != "title"},
    }
    return json.dumps(schema, ensure_ascii=False, indent=1)
