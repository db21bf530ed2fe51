"""The index as the server reads it: one read-only connection a thread, made anew when the file was replaced."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from urllib.parse import quote

from .problems import Problem

FILE = "index.sqlite"
_BUSY_SECONDS = 10.0


class Index:
    """`connection` may be called from any thread; what it returns is of that thread and of that moment."""

    def __init__(self, archive: Path) -> None:
        self.path = archive / FILE
        self._local = threading.local()

    def connection(self) -> sqlite3.Connection:
        """Raises a Problem (503) where there is no index."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            detail = "The archive has no index yet. Make it with `dau index`."
            raise Problem(503, "no_index", detail, headers={"Retry-After": "30"}) from None
        identity = (status.st_dev, status.st_ino)
        known: tuple[tuple[int, int], sqlite3.Connection] | None = getattr(self._local, "known", None)
        if known is not None and known[0] == identity:
            return known[1]
        if known is not None:
            known[1].close()
        self._local.known = (identity, self.opened())
        return self._local.known[1]  # type: ignore[no-any-return]

    def opened(self, *, any_thread: bool = False) -> sqlite3.Connection:
        """A new connection, for whoever closes it. `any_thread`: for a stream, whose pieces are made in whichever
        thread is free."""
        uri = f"file:{quote(str(self.path))}?mode=ro"
        connection = sqlite3.connect(
            uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=not any_thread
        )  # fmt: skip
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        return connection
