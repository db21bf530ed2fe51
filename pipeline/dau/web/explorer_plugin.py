"""A plug-in for Datasette: it guards its connections, so that whatever SQL they are given, they read the one file they
have open, within limits; and it answers errors."""

from __future__ import annotations

import logging
import sqlite3
from typing import Any

from datasette import Response, hookimpl
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError
from markupsafe import Markup

from dau.index.query import bound

_log = logging.getLogger("dau.web")

_NAME = "index"
_ACTIONS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE})
_PRAGMAS = frozenset({
    "foreign_key_list", "function_list", "index_info", "index_list", "index_xinfo", "page_count", "page_size",
    "schema_version", "database_list", "table_info", "table_xinfo", "cache_size", "data_version",
})  # fmt: skip
_FUNCTIONS_DENIED = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Called for each new connection."""
    if database == _NAME:
        guard(conn)


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """An error page. Datasette's own writes every address that is not there to the log, with all variables."""

    async def answer(exception: Exception = exception) -> Response:
        if isinstance(exception, MemoryError):
            exception = DatasetteError("SQL query needs too much memory.", title="SQL refused", status=400)
        known = isinstance(exception, Base400 | DatasetteError)
        status = getattr(exception, "status", 500) if known else 500
        message = getattr(exception, "message", None) or str(exception) if known else "This is a defect of dau."
        if not known:
            _log.error("%s failed", request.path, exc_info=exception)
        said = {"ok": False, "error": message, "status": status, "title": getattr(exception, "title", None)}
        if request.path.endswith(".json"):
            return Response.json(said, status=status)
        shown = Markup(message) if getattr(exception, "message_is_html", False) else message
        page = await datasette.render_template(["error.html"], {**said, "error": shown}, request=request)
        return Response.html(page, status=status)

    return answer


def guard(connection: sqlite3.Connection) -> None:
    """Let a connection read this one file, and nothing else, whatever SQL it is given."""
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")
    bound(connection)
    connection.set_authorizer(_allowed)


def _allowed(action: int, first: str | None, second: str | None, *_: Any) -> int:
    """SQLite asks this for everything a statement would do."""
    name = (first or "").lower()
    if action == sqlite3.SQLITE_READ:  # the pragma is Datasette's own, its table would show where the file lies
        allowed = name != "pragma_database_list"
    elif action == sqlite3.SQLITE_PRAGMA:
        allowed = name in _PRAGMAS
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = (second or "").lower() not in _FUNCTIONS_DENIED
    elif action == sqlite3.SQLITE_UPDATE:  # how SQLite takes note of a virtual table it opens; nothing is written
        allowed = name == "sqlite_master"
    else:
        allowed = action in _ACTIONS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
