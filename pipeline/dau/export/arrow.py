"""Arrow types for the row model and for document.json, and values to fit them.

Flat tables: text, int64, double, bool, date32. Nested: a model is a struct, a tuple a list, a dict a map; what may be
text or a number (line ids of hand-made annotations) is text, one text or several a list, anything at all JSON.
A day that is in no calendar is null in Arrow: what was read stands beside it as `raw`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, JsonValue

from ..document.directive import Citation, DatedText, Deadline
from ..index.rows import Day
from ..index.tables import Column, Table
from .needed import package

DAYS: frozenset[tuple[type[BaseModel], str]] = frozenset(
    {(DatedText, "date"), (Citation, "date"), (Deadline, "date"), (Deadline, "start"), (Deadline, "end")}
)
"""The fields of document.json that hold a calendar day."""
Convert = Callable[[Any, list[str]], Any]
"""A value of a model, not None → what Arrow takes; the second argument is `no_days` of `value`."""
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
    for name, convert in _plan(type(model)):
        given = getattr(model, name)
        found[name] = given if convert is None or given is None else convert(given, no_days)
    return found


@cache
def _plan(model: type[BaseModel]) -> tuple[tuple[str, Convert | None], ...]:
    """For each field of a model what turns its value into Arrow's, None where it is left as it is."""
    hints: dict[str, Any] = {name: field.annotation for name, field in model.model_fields.items()}
    return tuple((name, _day if (model, name) in DAYS else _converter(hint)) for name, hint in hints.items())


def _day(given: str, no_days: list[str]) -> date | None:
    found = day(given)
    if found is None:
        no_days.append(given)
    return found


@cache
def _converter(hint: Any) -> Convert | None:
    if hint is JsonValue:
        return lambda given, _: json.dumps(given, ensure_ascii=False)
    options = _options(hint)
    if len(options) > 1:
        if any(get_origin(option) is tuple for option in options):
            return lambda given, _: [given] if isinstance(given, str) else list(given)
        return lambda given, _: str(given)
    (hint,) = options
    origin, args = get_origin(hint), get_args(hint)
    if origin is tuple:
        inner = _converter(args[0])
        return _each(inner) if inner else None
    if origin is dict:
        return _pairs(_converter(args[1]))
    return value if origin is not Literal and issubclass(hint, BaseModel) else None


def _each(convert: Convert) -> Convert:
    return lambda given, no_days: [None if item is None else convert(item, no_days) for item in given]


def _pairs(convert: Convert | None) -> Convert:
    """For a dict: what Arrow takes for a map."""
    if convert is None:
        return lambda given, _: list(given.items())
    convert_each = _each(convert)
    return lambda given, no_days: list(zip(given, convert_each(given.values(), no_days), strict=True))
