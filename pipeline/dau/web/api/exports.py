"""Everything at once, as JSON Lines, one line in memory at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import StreamingResponse

from dau.index.tables import TABLES

from ..context import Context
from ..depends import CurrentContext
from ..files import disposition
from ..problems import not_found, sends
from ..streams import limited

router = APIRouter(tags=["exports"])
_ROWS_A_PIECE = 200
_MEDIA = "application/x-ndjson"


@router.get(
    "/exports/documents.jsonl", name="export_documents", response_class=StreamingResponse, responses=sends(_MEDIA)
)  # fmt: skip
async def export_documents(context: CurrentContext) -> StreamingResponse:
    """Each current document, reviews applied, with its place in the archive."""
    return _answer(context, _documents(context), "documents.jsonl")


@router.get(
    "/exports/{table}.jsonl", name="export_table", response_class=StreamingResponse, responses=sends(_MEDIA)
)  # fmt: skip
async def export_table(
    table: Annotated[str, Path(pattern="^[a-z_]+$", description="A table of the index.", examples=["tasks"])],
    context: CurrentContext,
) -> StreamingResponse:
    """The rows of a table of the index."""
    if table not in TABLES:
        raise not_found("table")
    connection = await run_in_threadpool(context.index.opened)  # 503 now rather than in the stream
    return _answer(context, _rows(connection, table), f"{table}.jsonl")


def _answer(context: Context, lines: Iterator[bytes], name: str) -> StreamingResponse:
    pieces = limited(context.streams, iterate_in_threadpool(lines))
    return StreamingResponse(pieces, media_type=_MEDIA, headers={"Content-Disposition": disposition(name)})


def _documents(context: Context) -> Iterator[bytes]:
    from dau.corrected import documents
    from dau.export.jsonl import line

    for held in documents(context.archive):
        yield line(held).encode()


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[bytes]:
    columns = TABLES[table].columns
    names = ", ".join(f'"{column.name}"' for column in columns)
    order = ", ".join(f'"{name}"' for name in TABLES[table].key)
    flags = {column.name for column in columns if column.type is bool}
    with closing(connection):
        rows = connection.execute(f"SELECT {names} FROM {table} ORDER BY {order}")
        while piece := list(islice(rows, _ROWS_A_PIECE)):
            yield b"".join(_line(dict(row), flags) for row in piece)


def _line(row: dict[str, Any], flags: set[str]) -> bytes:
    for name in flags:
        row[name] = None if row[name] is None else bool(row[name])
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
