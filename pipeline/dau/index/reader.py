"""An index opened for reading."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from dau.archive.manifest import require
from dau.document.errors import InputError

from .build import FILE_NAME, is_current

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
    connection = _connect(path, "")
    try:
        current = is_current(connection)
    except sqlite3.OperationalError:  # a disk on which the file of the readers' locks cannot be made
        connection.close()
        connection = _connect(path, "&immutable=1")
        current = _asked_again(connection, path)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise IndexUnusable(f"{path} cannot be read ({error}).", _ADVICE) from error
    if not current:
        connection.close()
        raise IndexUnusable(f"{path} is of another version of dau.", _ADVICE)
    return connection


def _asked_again(connection: sqlite3.Connection, path: Path) -> bool:
    try:
        return is_current(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise IndexUnusable(f"{path} cannot be read ({error}).", _ADVICE) from error


def _connect(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path.resolve()))}?mode=ro{options}", uri=True, check_same_thread=False, isolation_level=None
    )
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cache_size = -32768")
    return connection
