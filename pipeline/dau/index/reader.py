"""An index opened for reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from dau.archive.manifest import require
from dau.document.errors import InputError

from .build import FILE_NAME, MAKE_ANEW, damaged, is_current

_ADVICE = "Run `dau index` on the archive."


class IndexUnusable(InputError):
    """There is no index, or it is damaged or of another version."""


def open_index(archive: Path) -> sqlite3.Connection:
    """The index of an archive, read-only; on a read-only disk too. One thread at a time may use the connection.

    Raises ArchiveUnusable where there is no archive, IndexUnusable where it has no index of this version.
    """
    require(archive)
    path = archive / FILE_NAME
    if not path.is_file():
        raise IndexUnusable(f"{archive} has no index yet.", _ADVICE)
    try:
        try:
            connection, current = _connect(path, "")
        except sqlite3.OperationalError:  # a disk on which the file of the readers' locks cannot be made
            connection, current = _connect(path, "&immutable=1")
    except sqlite3.DatabaseError as error:
        raise IndexUnusable(f"{path} cannot be read ({error}).", _ADVICE) from error
    if not current:
        connection.close()
        raise IndexUnusable(f"{path} is of another version of dau.", _ADVICE)
    return connection


@contextmanager
def reading(archive: Path) -> Iterator[sqlite3.Connection]:
    """`open_index`, closed in the end. Damage that shows only where it is read raises IndexUnusable too."""
    connection = open_index(archive)
    try:
        yield connection
    except sqlite3.DatabaseError as error:
        if not damaged(error):
            raise
        raise IndexUnusable(f"{archive / FILE_NAME} is damaged ({error}).", MAKE_ANEW) from error
    finally:
        connection.close()


def _connect(path: Path, options: str) -> tuple[sqlite3.Connection, bool]:
    """A connection, and whether the index is of this version."""
    connection = sqlite3.connect(
        f"file:{quote(str(path.resolve()))}?mode=ro{options}", uri=True, check_same_thread=False, isolation_level=None
    )
    try:
        for setting in ("query_only = ON", "trusted_schema = OFF", "cache_size = -32768", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {setting}")
        return connection, is_current(connection)
    except BaseException:
        connection.close()
        raise
