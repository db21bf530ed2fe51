"""SQL of the user's own on an index, which can read its tables and nothing else.

Three locks, each enough: the file is opened read-only, the connection may not write, and an authorizer lets a
statement do nothing but read tables and call functions. Time, rows, size of values and of the answer are bounded.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches

from dau.document.errors import InputError, StageTimeout
from dau.document.orthography import bare

from .build import damaged
from .schema import VIEWS
from .tables import TABLES

Value = str | int | float | None
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_PRAGMAS = frozenset(
    {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "foreign_key_list", "data_version"}
)
"""Those that only tell how tables are made, and one that the full-text table asks itself."""
_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "edit", "readfile", "writefile"})
"""Those that may not be called."""
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 1_000_000,  # instr() and replace() take the square of it, and cannot be stopped
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 500,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_MEMORY = 1 << 30
"""Bytes that SQLite may hold in this process: json_group_array() heeds no other limit."""
_STEPS = 1_000
"""Steps of SQLite's machine between two looks at the clock: some hundredths of a millisecond, with long values more."""
MOST_ROWS = 10_000
MOST_SIZE = 50_000_000
"""Characters of an answer."""


class QueryRefused(InputError):
    """The SQL is wrong, or would do something else than read."""


class QueryTimeout(StageTimeout):
    """The query ran past its time limit."""


@dataclass(frozen=True)
class Answer:
    """Names of the columns, each once, and the rows; `truncated` where there were more than may be given."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    truncated: bool

    def records(self) -> Iterator[dict[str, Value]]:
        """The rows by the names of their columns."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


def ask(
    connection: sqlite3.Connection,
    sql: str,
    parameters: Mapping[str, Value] | None = None,
    *,
    seconds: float = 10.0,
    most_rows: int = MOST_ROWS,
) -> Answer:
    """Answer one SELECT on an index opened by `reader.open_index`; `$name` in it takes a value of `parameters`. Beside
    SQLite's own there is a function `bare(text)`: the text without diacritics.

    Raises QueryRefused for what is no reading query, QueryTimeout beyond `seconds`.
    """
    if "\0" in sql:
        raise QueryRefused("The query holds a NUL character.")
    with _guarded(connection, seconds), _explained(sql, seconds):
        cursor = connection.execute(sql, dict(parameters or {}))
        if cursor.description is None:
            raise QueryRefused("There is nothing to answer.", "Write one SELECT.")
        columns = _distinct([name for name, *_ in cursor.description])
        rows, truncated = _fetch(cursor, most_rows)
    return Answer(columns, rows, truncated)


def bound(connection: sqlite3.Connection) -> None:
    """Limit what a statement may be and hold, whatever it says; the memory is that of all connections together."""
    for limit, value in _LIMITS.items():
        connection.setlimit(limit, value)
    connection.execute(f"PRAGMA hard_heap_limit = {_MEMORY}")


@contextmanager
def _guarded(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Limits, function, authorizer and clock for one query; the last two are taken off again."""
    bound(connection)
    connection.create_function("bare", 1, _bare, deterministic=True)
    connection.execute("SELECT 1 FROM search LIMIT 0")  # makes the full-text table known: that looks like writing
    end = time.monotonic() + seconds
    connection.set_authorizer(_may)
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
        connection.set_authorizer(None)


def _bare(value: Value | bytes) -> Value | bytes:
    return bare(value) if isinstance(value, str) else value


def _may(action: int, first: str | None, second: str | None, database: str | None, source: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if first in _PRAGMAS else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


@contextmanager
def _explained(sql: str, seconds: float) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if isinstance(error, sqlite3.DatabaseError) and damaged(error):
            raise
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_INTERRUPT:
            raise QueryTimeout(
                f"The query took more than {seconds:g} seconds.", "Narrow it, or allow more time (--seconds)."
            ) from error
        if code == sqlite3.SQLITE_AUTH or "not authorized" in str(error):
            raise QueryRefused(
                f"Only reading is allowed ({error}).", "Write one SELECT on the tables of the index."
            ) from error
        if isinstance(error, sqlite3.ProgrammingError) and "one statement" in str(error):
            raise QueryRefused("There is more than one statement.", "Write one SELECT.") from error
        raise QueryRefused(f"SQLite does not understand the query: {error}.", _advice(str(error))) from error
    except sqlite3.Warning as error:
        raise QueryRefused("There is more than one statement.", "Write one SELECT.") from error
    except MemoryError as error:
        raise QueryRefused(f"The query needs more than {_MEMORY >> 20} MiB of memory.", "Narrow it.") from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise QueryRefused(f"The query cannot be asked: {error}.") from error


def _advice(message: str) -> str:
    """What may have been meant by a name that is not there."""
    tables = [*TABLES, *VIEWS]
    if found := re.match(r"no such table: (?:main\.)?(.+)", message):
        near = get_close_matches(found[1].lower(), tables, n=1)
        return f"Did you mean {near[0]}?" if near else f"There are {', '.join(tables)}."
    if found := re.match(r"no such column: (?:\w+\.)?(.+)", message):
        columns = {column.name for table in TABLES.values() for column in table.columns}
        near = get_close_matches(found[1].lower(), columns, n=1)
        owners = [name for name, table in TABLES.items() if near and near[0] in [c.name for c in table.columns]]
        if near:
            return f"Did you mean {near[0]} (of {', '.join(owners[:6])})?"
    if "too big" in message:
        return f"Values and queries are limited to {_LIMITS[sqlite3.SQLITE_LIMIT_LENGTH]:,} bytes."
    if "binding" in message:
        return "Give every $name of the query a value (--set NAME=VALUE)."
    return "docs/search.md describes the tables."


def _fetch(cursor: sqlite3.Cursor, most_rows: int) -> tuple[tuple[tuple[Value, ...], ...], bool]:
    rows: list[tuple[Value, ...]] = []
    size = 0
    for row in cursor:
        if len(rows) >= most_rows or size > MOST_SIZE:
            return tuple(rows), True
        plain = tuple(value.hex() if isinstance(value, bytes) else value for value in row)
        size += sum(len(value) for value in plain if isinstance(value, str))
        rows.append(plain)
    return tuple(rows), False


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Names of columns, a repeated one with a number behind it."""
    taken: set[str] = set()
    out: list[str] = []
    for name in names:
        unique, count = name, 2
        while unique in taken:
            unique, count = f"{name}_{count}", count + 1
        taken.add(unique)
        out.append(unique)
    return tuple(out)
