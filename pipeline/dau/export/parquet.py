"""Parquet: a typed file a table, and in `documents.parquet` the whole document.json as a struct.

Rows are held until they make a row group of decent size, all tables together up to a bound; the largest goes first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from ..document.directive import Directive
from ..index.rows import Day, Row, Table
from . import arrow
from .formats import Options, Report
from .held import Held
from .tables import ROWS_VERSION, Flat, chosen

CONTENT = "content"
"""Column of `documents.parquet` with the whole of document.json."""
GROUP_ROWS = 50_000
HELD_BYTES = 48 << 20
"""How much text, in characters, may wait to be written."""


def export(documents: Iterable[Held], out: Path, options: Options) -> Report:
    """`<table>.parquet` for each table, in the folder `out`."""
    flat = Flat(documents, chosen(options.tables))
    files = {table.name: _File(out / f"{table.name}.parquet", table) for table in flat.tables}
    try:
        for held, rows in flat:
            for name, row in rows:
                files[name].add(row, held.directive if name == "documents" else None)
            if sum(file.waiting for file in files.values()) > HELD_BYTES:
                max(files.values(), key=lambda file: file.waiting).flush()
    finally:
        for file in files.values():
            file.close()
    report = Report(flat.documents, {name: file.rows for name, file in files.items()}, flat.left_out)
    lost = sum(len(file.no_days) for file in files.values())
    if lost:
        report.notes.append(f"{lost} dates that are no calendar days are null in Parquet; jsonl has them as read.")
    return report


class _File:
    """A Parquet file that grows by row groups. `waiting` is the text held, in characters, `no_days` what stands in
    document.json in the place of a day and is none."""

    def __init__(self, path: Path, table: Table) -> None:
        self._pa = arrow.library()
        self._days = frozenset(column.name for column in table.columns if column.type is Day)
        self._names = [field.name for field in fields(table.row)]
        self._schema = arrow.table_schema(table, _metadata(table))
        if table.name == "documents":
            self._names.append(CONTENT)
            content = self._pa.field(CONTENT, arrow.model_type(Directive), False, {"description": "document.json"})
            self._schema = self._schema.append(content)
        self._writer = self._pa.parquet.ParquetWriter(path, self._schema, compression="zstd")
        self._columns: list[list[Any]] = [[] for _ in self._names]
        self.rows = self.waiting = 0
        self.no_days: list[str] = []

    def add(self, row: Row, directive: Directive | None) -> None:
        for name, column in zip(self._names, self._columns, strict=True):
            if name == CONTENT:
                assert directive is not None
                column.append(arrow.value(directive, self.no_days))
                self.waiting += _weight(directive)
                continue
            value = getattr(row, name)
            self.waiting += len(value) if isinstance(value, str) else 8
            column.append(arrow.day(value) if name in self._days else value)
        self.rows += 1
        if len(self._columns[0]) >= GROUP_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what waits as a row group."""
        if self._columns[0]:
            arrays = [
                self._pa.array(column, field.type) for column, field in zip(self._columns, self._schema, strict=True)
            ]
            self._writer.write_table(self._pa.Table.from_arrays(arrays, schema=self._schema))
        self._columns = [[] for _ in self._names]
        self.waiting = 0

    def close(self) -> None:
        """Write the rest and the foot of the file."""
        try:
            self.flush()
        finally:
            self._writer.close()


def _weight(directive: Directive) -> int:
    """Characters of document.json, about: what its nodes hold counted four times, for boxes, ids and keys."""
    return 4 * (sum(len(node.text or "") + 100 for node in directive.nodes) + 2000)


def _metadata(table: Table) -> dict[str, str]:
    return {
        "dau.table": table.name,
        "dau.rows_version": ROWS_VERSION,
        "dau.schema_version": str(Directive.model_fields["schema_version"].default),
        "dau.key": json.dumps(table.key),
        "dau.references": json.dumps([[each.columns, each.table, each.key] for each in table.references]),
        "description": table.description,
    }
