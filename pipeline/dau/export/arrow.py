"""Arrow types for the row model and for document.json, and values to fit them.

Flat tables: text, int64, double, bool, date32. Nested: a model is a struct, a tuple a list, a dict a map; what may be
text or a number (line ids of hand-made annotations) is text, one text or several a list, anything at all JSON.
A day that is in no calendar is null in Arrow: what was read stands beside it as `raw`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, JsonValue

from ..document.directive import Citation, DatedText, Deadline
from ..index.rows import Column, Day, Table
from .needed import package

DAYS: frozenset[tuple[type[BaseModel], str]] = frozenset(
    {(DatedText, "date"), (Citation, "date"), (Deadline, "date"), (Deadline, "start"), (Deadline, "end")}
)
"""The fields of document.json that hold a calendar day."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def library() -> Any:
    """pyarrow with its Parquet part; raises DependencyError where it is not installed."""
    package("pyarrow.parquet")
    return package("pyarrow")


def day(text: str | None) -> date | None:
    """The calendar day an ISO 8601 text names, None where it names none."""
    if text is None or not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def table_schema(table: Table, metadata: Mapping[str, str]) -> Any:
    """The schema of a flat table; a column's description is metadata of its field."""
    pa = library()
    return pa.schema([_field(pa, column) for column in table.columns], metadata=dict(metadata))


def _field(pa: Any, column: Column) -> Any:
    types: dict[object, Any] = {**_plain(pa), Day: pa.date32()}
    return pa.field(column.name, types[column.type], column.nullable, {"description": column.description})


def _plain(pa: Any) -> dict[object, Any]:
    return {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


@cache
def model_type(model: type[BaseModel]) -> Any:
    """The struct type of a model of document.json."""
    pa = library()
    return pa.struct([
        pa.field(name, pa.date32() if (model, name) in DAYS else _type(pa, field.annotation))
        for name, field in model.model_fields.items()
    ])  # fmt: skip


def _type(pa: Any, hint: Any) -> Any:
    options = _options(hint)
    if hint is JsonValue:
        return pa.string()
    if len(options) > 1:
        return pa.list_(pa.string()) if any(get_origin(option) is tuple for option in options) else pa.string()
    (hint,) = options
    origin = get_origin(hint)
    if origin is tuple:
        return pa.list_(_type(pa, get_args(hint)[0]))
    if origin is dict:
        return pa.map_(pa.string(), _type(pa, get_args(hint)[1]))
    if origin is Literal:
        return pa.string()
    if issubclass(hint, BaseModel):
        return model_type(hint)
    return _plain(pa)[hint]


def _options(hint: Any) -> list[Any]:
    """What a hint allows besides None."""
    if get_origin(hint) in (Union, UnionType):
        return [option for option in get_args(hint) if option is not NoneType]
    return [hint]


def value(model: BaseModel, no_days: list[str]) -> dict[str, Any]:
    """A model as a Python value of its struct type. Texts in the place of a day that are none go to `no_days`."""
    found: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        given = getattr(model, name)
        if (type(model), name) in DAYS:
            found[name] = day(given)
            if given is not None and found[name] is None:
                no_days.append(given)
        else:
            found[name] = _value(given, field.annotation, no_days)
    return found


def _value(given: Any, hint: Any, no_days: list[str]) -> Any:
    if given is None:
        return None
    if hint is JsonValue:
        return json.dumps(given, ensure_ascii=False)
    if isinstance(given, BaseModel):
        return value(given, no_days)
    options = _options(hint)
    if len(options) > 1:
        if not any(get_origin(option) is tuple for option in options):
            return str(given)
        return [given] if isinstance(given, str) else list(given)
    if isinstance(given, tuple):
        return [_value(each, get_args(options[0])[0], no_days) for each in given]
    if isinstance(given, dict):
        return [(key, _value(each, get_args(options[0])[1], no_days)) for key, each in given.items()]
    return given
