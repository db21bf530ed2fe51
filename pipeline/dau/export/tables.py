"""The archive's documents as rows of flat tables, streamed; what jsonl, parquet and csv share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from operator import attrgetter

from ..document.errors import InputError
from ..index.flatten import rows_of
from ..index.rows import Agency, Row
from ..index.tables import TABLES, Table
from .held import Held

Value = str | int | float | bool | None
ROWS_VERSION = "1.0"
"""Version of the row model: new tables and columns raise the second figure, one that changes or goes the first."""


class UnknownTable(InputError):
    """`--table` names none of the tables."""


def chosen(names: Iterable[str]) -> tuple[Table, ...]:
    """The tables of these names, in the order of the row model; all where none is named. Raises UnknownTable."""
    wanted = set(names)
    strange = sorted(wanted - set(TABLES))
    if strange:
        raise UnknownTable(f"There is no table {strange[0]!r}.", f"There are {', '.join(TABLES)}.")
    return tuple(table for name, table in TABLES.items() if not wanted or name in wanted)


class Flat:
    """Iterates over documents, each with its rows by table's name; an agency that several documents name comes once,
    with the first. Has counted afterwards: `documents`, and those `left_out` because their files are damaged, with the
    reason."""

    def __init__(self, documents: Iterable[Held], tables: tuple[Table, ...]) -> None:
        self.tables = tables
        self.documents = 0
        self.left_out: dict[str, str] = {}
        self._source = documents
        self._wanted = {table.row: table.name for table in tables}
        self._agencies: set[str] = set()

    def __iter__(self) -> Iterator[tuple[Held, Iterator[tuple[str, Row]]]]:
        for held in self._source:
            try:
                rows = list(rows_of(held))
            except InputError as error:
                self.left_out[held.id] = str(error)
                continue
            self.documents += 1
            yield held, self._named(rows)

    def _named(self, rows: list[Row]) -> Iterator[tuple[str, Row]]:
        for row in rows:
            name = self._wanted.get(type(row))
            if name is None or (isinstance(row, Agency) and row.id in self._agencies):
                continue
            if isinstance(row, Agency):
                self._agencies.add(row.id)
            yield name, row


def names_of(row: type[Row]) -> tuple[str, ...]:
    """Names of a row's columns, in order."""
    return tuple(field.name for field in fields(row))


def values_of(row: type[Row]) -> Callable[[Row], tuple[Value, ...]]:
    """What takes a row's values out, in order."""
    return attrgetter(*names_of(row))
