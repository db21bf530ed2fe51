"""`dau schema`: the JSON Schemas of what Dấu writes."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

from dau.document.directive import Directive
from dau.document.transcript import Transcript

from .terminal import emit


class SchemaName(StrEnum):
    document = "document"
    transcript = "transcript"


_MODELS: dict[SchemaName, type[BaseModel]] = {
    SchemaName.document: Directive,
    SchemaName.transcript: Transcript,
}


def register(app: typer.Typer) -> None:
    app.command(name="schema")(schema)


def schema(
    name: SchemaName = typer.Argument(SchemaName.document, help="Which file's schema to print."),
    out: Path | None = typer.Option(None, "--out", help="Write every schema into this folder instead."),
) -> None:
    """Print the JSON Schema (draft 2020-12) of document.json or transcript.json."""
    if out is None:
        emit([schema_text(name)])
        return
    out.mkdir(parents=True, exist_ok=True)
    for each in SchemaName:
        (out / f"{each}.schema.json").write_text(schema_text(each) + "\n", encoding="utf-8")


def schema_text(name: SchemaName) -> str:
    """The schema as committed under docs/schema/, without a trailing newline."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Dấu {name}.json, version 1",
        **{k: v for k, v in _MODELS[name].model_json_schema().items() if k != "title"},
    }
    return json.dumps(schema, ensure_ascii=False, indent=1)
