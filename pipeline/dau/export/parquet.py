"""Parquet: a typed file a table, and in `documents.parquet` the whole document.json as a struct.

Rows are packed in Arrow's form as they come, and wait there until they make a row group of decent size; all tables
together wait up to a bound, and the largest goes first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..document.directive import Directive
from ..index.rows import Day, Row
from ..index.tables import Table
from . import arrow
from .formats import Options, Report
from .held import Held
from .tables import ROWS_VERSION, Flat, chosen, values_of

CONTENT = "content"
"""Column of `documents.parquet` with the whole of document.json."""
GROUP_ROWS = 100_000
PACK_ROWS = 5_000
PACK_CHARACTERS = 4 << 20
"""So many rows, or so much text, stay Python objects; these take about ten times the room that their text does."""
WAITING_BYTES = 64 << 20
"""What may wait in Arrow's form, all tables together."""


def export(documents: Iterable[Held], out: Path, options: Options) -> Report:
    """`<table>.parquet` for each table, in the folder `out`."""
    flat = Flat(documents, chosen(options.tables))
    files = {table.name: _File(out / f"{table.name}.parquet", table) for table in flat.tables}
    try:
        for held, rows in flat:
            for name, row in rows:
                files[name].add(row, held.directive)
            if sum(file.waiting for file in files.values()) > WAITING_BYTES:
                max(files.values(), key=lambda file: file.waiting).write()
    finally:
        for file in files.values():
            file.close()
    report = Report(flat.documents, {name: file.rows for name, file in files.items()}, flat.left_out)
    lost = sum(len(file.no_days) for file in files.values())
    if lost:
        report.notes.append(f"{lost} dates that are no calendar days are null in Parquet; jsonl has them as read.")
    return report


class _File:
    """A Parquet file that grows by row groups. `rows` were added, `waiting` bytes of them are packed and not written;
    `no_days` is what stands in document.json in the place of a day and is none."""

    def __init__(self, path: Path, table: Table) -> None:
        self._pa = arrow.library()
        self._schema = arrow.table_schema(table, _metadata(table))
        self._values = values_of(table.row)
        self._days = [at for at, column in enumerate(table.columns) if column.type is Day]
        self._nested = table.name == "documents"
        if self._nested:
            content = self._pa.field(CONTENT, arrow.model_type(Directive), False, {"description": "document.json"})
            self._schema = self._schema.append(content)
        self._writer = self._pa.parquet.ParquetWriter(path, self._schema, compression="zstd")
        self._loose: list[list[Any]] = []
        self._characters = 0
        self._packed: list[Any] = []
        self.rows = self.waiting = 0
        self.no_days: list[str] = []

    def add(self, row: Row, directive: Directive) -> None:
        values: list[Any] = list(self._values(row))
        self._characters += sum(len(value) for value in values if isinstance(value, str))
        for at in self._days:
            values[at] = arrow.day(values[at])
        if self._nested:
            values.append(arrow.value(directive, self.no_days))
            self._characters += _weight(directive)
        self._loose.append(values)
        self.rows += 1
        if len(self._loose) >= PACK_ROWS or self._characters >= PACK_CHARACTERS:
            self.pack()

    def pack(self) -> None:
        """Turn what is loose into Arrow's form; write it where that makes a row group."""
        if not self._loose:
            return
        columns = zip(*self._loose, strict=True)
        arrays = [self._pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        batch = self._pa.RecordBatch.from_arrays(arrays, schema=self._schema)
        self._packed.append(batch)
        self._loose, self._characters = [], 0
        self.waiting += batch.nbytes
        if sum(each.num_rows for each in self._packed) >= GROUP_ROWS:
            self.write()

    def write(self) -> None:
        """Write what is packed as a row group."""
        if self._packed:
            self._writer.write_table(self._pa.Table.from_batches(self._packed, self._schema), row_group_size=1 << 30)
            self._packed, self.waiting = [], 0

    def close(self) -> None:
        """Write the rest and the foot of the file."""
        try:
            self.pack()
            self.write()
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
