"""The index as the server reads it: read-only connections, lent to one request at a time."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dau.index.build import FILE_NAME
from dau.index.reader import IndexUnusable, open_index

from .problems import Problem

AT_A_TIME = 40
"""Requests that read the index at the same time; others wait. As many as there are threads for them."""
_STEPS = 20_000  # of SQLite's machine, between looks at the clock


class Index:
    """Use from any thread. What is borrowed sees one state of the index until it is given back, however long that
    takes; `seconds` is how long a statement may run."""

    def __init__(self, archive: Path, seconds: float) -> None:
        self.path = archive / FILE_NAME
        self._archive, self._seconds = archive, seconds
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._inode = 0

    def take(self) -> sqlite3.Connection:
        """A connection, to be given back. Raises a Problem (503) where there is no index of this version."""
        connection = self._from_idle() or self.opened()
        end = time.monotonic() + self._seconds
        connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        connection.execute("BEGIN")
        return connection

    def give(self, connection: sqlite3.Connection) -> None:
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            with self._lock:
                if len(self._idle) < AT_A_TIME:
                    self._idle.append(connection)
                    return
        connection.close()

    def close(self) -> None:
        """Close what is not lent."""
        with self._lock:
            old, self._idle = self._idle, []
        for connection in old:
            connection.close()

    @contextmanager
    def borrowed(self) -> Iterator[sqlite3.Connection]:
        connection = self.take()
        try:
            yield connection
        finally:
            self.give(connection)

    def opened(self) -> sqlite3.Connection:
        """A new connection, for whoever closes it: a stream, say. Any thread may use it, one at a time."""
        try:
            connection = open_index(self._archive)
        except IndexUnusable as error:
            detail = "The archive has no index of this version yet. It is made by `dau index`, or in a moment."
            raise Problem(503, "no_index", detail, headers={"Retry-After": "30"}) from error
        connection.row_factory = sqlite3.Row
        return connection

    def _from_idle(self) -> sqlite3.Connection | None:
        """One that was used before, if it still leads to the file that counts."""
        try:
            inode = self.path.stat().st_ino
        except FileNotFoundError:
            inode = -1
        with self._lock:
            if inode != self._inode:
                self._inode, old, self._idle = inode, self._idle, []
                for connection in old:
                    connection.close()
            return self._idle.pop() if self._idle else None
