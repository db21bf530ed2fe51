"""JSON Schemas of what is exported, for who reads it.

They are open: a reader must not stumble over a field, or a value of a list such as the codes of doubts, that a later
version adds (within a major version they only grow). The closed schema, against which Dấu proves its own files, is that
of document.json.
"""

from __future__ import annotations

from typing import Any

from ..index.rows import Day
from ..index.tables import TABLES, Column, Table
from .jsonl import Line

_TYPES: dict[object, dict[str, str]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    Day: {"type": "string", "format": "date"},
}


def line_schema() -> dict[str, Any]:
    """Of a line of `dau export --to jsonl`."""
    opened: dict[str, Any] = _opened(Line.model_json_schema())
    return opened


def rows_schema() -> dict[str, Any]:
    """Of the flat tables: a definition for the rows of each (`#/$defs/tasks`), and an object of all tables by name."""
    return {
        "type": "object",
        "description": "The flat tables by name. `x-key`: the columns that make a row unique; `x-references`: which "
        "columns name rows of which table.",
        "properties": {
            name: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}} for name in TABLES
        },
        "$defs": {name: _row(table) for name, table in TABLES.items()},
    }  # fmt: skip


def _row(table: Table) -> dict[str, Any]:
    return {
        "type": "object",
        "title": table.row.__name__,
        "description": table.description,
        "properties": {column.name: _column(column) for column in table.columns},
        "required": [column.name for column in table.columns],
        "x-key": list(table.key),
        "x-references": [
            {"columns": list(each.columns), "table": each.table, "key": list(each.key)} for each in table.references
        ],
    }


def _column(column: Column) -> dict[str, Any]:
    kind = _TYPES[column.type]
    if not column.nullable:
        return {**kind, "description": column.description}
    return {"anyOf": [kind, {"type": "null"}], "default": None, "description": column.description}


def _opened(schema: Any) -> Any:
    """A schema without its bans on fields and values to come: known values of an open list are `examples`, and a
    version is any of the same major one."""
    if isinstance(schema, list):
        return [_opened(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    opened = {key: _opened(each) for key, each in schema.items() if (key, each) != ("additionalProperties", False)}
    if isinstance(opened.get("enum"), list):
        opened["examples"] = opened.pop("enum")
    if isinstance(opened.get("const"), str):
        opened["pattern"] = rf"^{opened.pop('const').partition('.')[0]}\."
    return opened
