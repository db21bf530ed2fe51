"""index.sqlite: made from an archive, brought up to date with it, and never needed: it can be deleted at any time.

An update does work for what is new, changed or corrected, and ends with what a rebuild would give. Both leave a whole
index however they are interrupted: an update by transactions of some documents each, a rebuild because it is made
beside the old index and then put in its place in one transaction. Readers go on with what they see (WAL). The archive
is only read, without its lock, so that a run may write it meanwhile.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import disk_usage

from dau import __version__
from dau.archive import reviews
from dau.archive.failures import ArchiveBusy, ArchiveFull, ArchiveUnusable, failure_of
from dau.archive.manifest import require
from dau.corrected import Held, documents
from dau.document.errors import DauError

from . import schema
from .flatten import rows_of
from .passages import columns
from .rows import Row
from .tables import TABLE_OF, TABLES

FILE_NAME = "index.sqlite"
MAKE_ANEW = "Make it anew with `dau index --rebuild`, then relate the documents with `dau link`."
_LOCK = ".index.lock"
_KEPT = b"relations\n"
_BATCH = 100
"""Documents a transaction: what an interruption costs."""
_WAIT = 30.0
_ROOM = 64 << 10
"""Bytes: twice what the file of the readers' locks begins with."""
_AGENCIES = ("documents", "citations", "assignees", "movements", "awards", "recipient_organisations")
Progress = Callable[[int, int], None]
"""Called with how many documents are done, of how many that are to be indexed."""


@dataclass(frozen=True)
class Updated:
    """What an update did: how many documents came, were made anew, left and stayed as they were; `failed`, those that
    could not be read, by id, and why."""

    added: int
    changed: int
    removed: int
    unchanged: int
    failed: tuple[tuple[str, str], ...]
    rebuilt: bool


def update(archive: Path, *, rebuild: bool = False, progress: Progress | None = None) -> Updated:
    """Bring the index of an archive up to date; with `rebuild`, where there is none, and where it is damaged or of
    another version, make it anew.

    Raises ArchiveUnusable where there is no archive or the folder cannot be written, ArchiveBusy where another process
    updates the index, ArchiveFull where the disk is full.
    """
    require(archive)
    path = archive / FILE_NAME
    with _alone(archive), _explained(path):
        _remove(_beside(path))  # what a killed process left
        if not rebuild and _fits(path):
            try:
                with closing(_open(path)) as connection:
                    return _update(connection, archive, progress, rebuilt=False)
            except sqlite3.DatabaseError as error:
                if not damaged(error):
                    raise
        return _rebuild(archive, path, progress)


@contextmanager
def writing(archive: Path) -> Iterator[sqlite3.Connection]:
    """The index of an archive open for writing (autocommit mode), for who keeps tables of its own in it.

    Raises ArchiveBusy where another process updates the index, ArchiveUnusable where the folder cannot be written,
    ArchiveFull where the disk is full.
    """
    path = require(archive).parent / FILE_NAME
    with _alone(archive), _explained(path), closing(_open(path)) as connection:
        yield connection


def keep_relations(archive: Path) -> None:
    """From now on whatever brings the index up to date is to do so with the relations too (`relations.relate`).

    This stands in the file of the lock, which stays where the index is deleted. To be called while it is held.
    """
    (archive / _LOCK).write_bytes(_KEPT)


def keeps_relations(archive: Path) -> bool:
    """Whether relations are kept in the index of an archive: whether it was ever linked."""
    try:
        return (archive / _LOCK).read_bytes() == _KEPT
    except OSError:
        return False


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether an open index is of this version. Raises sqlite3.DatabaseError where it is no database."""
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone() is None:
        return False
    return _meta().items() <= dict(connection.execute("SELECT key, value FROM meta")).items()


def _meta() -> dict[str, str]:
    return {"schema": schema.version(), "dau": __version__}


def _fits(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with closing(_open(path)) as connection:
            return is_current(connection)
    except sqlite3.DatabaseError as error:
        if damaged(error):
            return False
        raise


def damaged(error: sqlite3.DatabaseError) -> bool:
    """Whether it says that the file is no database, or none any more."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _rebuild(archive: Path, path: Path, progress: Progress | None) -> Updated:
    """Made under another name, then put in place: into the old index by one transaction where that can be read, for
    its readers hold the file; else by renaming."""
    beside = _beside(path)
    try:
        with closing(sqlite3.connect(beside, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -65536")
            connection.execute("PRAGMA foreign_keys = ON")
            schema.make(connection)
            connection.executemany("INSERT INTO meta VALUES (?, ?)", _meta().items())
            updated = _update(connection, archive, progress, rebuilt=True)
            connection.execute("INSERT INTO search (search) VALUES ('optimize')")
            connection.execute("ANALYZE")
            _carry_relations(path, connection)
        _put_in_place(beside, path)
    finally:
        _remove(beside)
    return updated


def _carry_relations(path: Path, made: sqlite3.Connection) -> None:
    """Into the new index from the old: they are of the documents, whatever index they lie in, and cost far more."""
    if path.is_file():
        from .relations import schema as relations

        relations.carry(path, made)


def _beside(path: Path) -> Path:
    return path.with_name(f"{FILE_NAME}.new")


def _put_in_place(beside: Path, path: Path) -> None:
    if path.exists():
        try:
            with closing(sqlite3.connect(beside)) as made, closing(_open(path)) as old:
                made.backup(old)
            return
        except sqlite3.DatabaseError as error:
            if not damaged(error):
                raise
    _remove(path)  # with its log, which must not be taken for the new one's
    with closing(sqlite3.connect(beside, isolation_level=None)) as made:
        made.execute("PRAGMA journal_mode = WAL")
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.rename(path)


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"):
        path.with_name(name).unlink(missing_ok=True)


def _update(connection: sqlite3.Connection, archive: Path, progress: Progress | None, *, rebuilt: bool) -> Updated:
    seen = _state_of(archive)
    known: dict[str, str] = dict(connection.execute("SELECT document, stamp FROM indexed"))
    current = list(documents(archive))
    wanted = [held for held in current if known.get(held.id) != held.stamp]
    gone = sorted(known.keys() - {held.id for held in current})
    writer = _Writer(connection)
    failed: dict[str, str] = {}
    for start in range(0, len(wanted), _BATCH):
        with writer.transaction():
            for done, held in enumerate(wanted[start : start + _BATCH], start + 1):
                if held.id in known:
                    writer.remove(held.id)
                reason = writer.add(replace(held))  # a copy, or the list would hold all that was read
                if reason is not None:
                    failed[held.id] = reason
                if progress is not None:
                    progress(done, len(wanted))
    with writer.transaction():
        for ident in gone:
            writer.remove(ident)
        connection.execute(_SEEN, (seen, seen))
    made = [held.id for held in wanted if held.id not in failed]
    changed = sum(ident in known for ident in made)
    unchanged = len(current) - len(wanted)
    return Updated(len(made) - changed, changed, len(gone), unchanged, tuple(sorted(failed.items())), rebuilt)


_SEEN = """INSERT INTO meta VALUES ('archive', ?)
ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> ?"""


def is_behind(connection: sqlite3.Connection, archive: Path) -> bool:
    """Whether the archive has changed since an open index was last brought up to date: another outcome, another
    review. Asks for sizes alone, whatever the archive holds."""
    known = connection.execute("SELECT value FROM meta WHERE key = 'archive'").fetchone()
    return known is None or known[0] != _state_of(archive)


def _state_of(archive: Path) -> str:
    """Changes with the manifest and with each review; both only grow."""
    logs = sorted((path.name, path.stat().st_size) for path, source in reviews.logs(archive) if source is not None)
    told = json.dumps([require(archive).stat().st_size, logs])
    return hashlib.sha256(told.encode()).hexdigest()


_ENTER = """INSERT INTO indexed (document, stamp, day, number_key, type, agency, year, province)
SELECT id, ?, coalesce(CAST(replace(issued, '-', '') AS INTEGER), 0), number_key, type, agency, year, province
FROM documents WHERE id = ?"""


class _Writer:
    """Puts documents into the tables and takes them out, inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._inserts = {row: schema.insert(table) for row, table in TABLE_OF.items()}
        marks = ", ".join("?" * len(schema.SEARCH_COLUMNS))
        names = ", ".join(schema.SEARCH_COLUMNS)
        self._index = f"INSERT INTO search (rowid, {names}) VALUES (?, {marks})"
        self._forget = f"INSERT INTO search (search, rowid, {names}) VALUES ('delete', ?, {marks})"
        self._perhaps_unused: set[str] = set()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; at the end agencies leave that nothing names any more."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._drop_unused_agencies()
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def add(self, held: Held) -> str | None:
        """Put a document in; returns why it cannot be, where its files are damaged or say what no table can hold."""
        self._connection.execute("SAVEPOINT document")
        try:
            for row in rows_of(held):
                self._connection.execute(self._inserts[type(row)], _values(row))
            self._connection.execute(_ENTER, (held.stamp, held.id))
            at = self._row(held.id)
            self._connection.execute(self._index, (at, *columns(self._connection, held.id)))
        except (DauError, sqlite3.IntegrityError, UnicodeEncodeError, OverflowError) as error:
            self._connection.execute("ROLLBACK TO document")
            return str(error) if isinstance(error, DauError) else f"{type(error).__name__}: {error}"
        finally:
            self._connection.execute("RELEASE document")
        return None

    def remove(self, ident: str) -> None:
        """Take a document out, with all its rows."""
        self._connection.execute(self._forget, (self._row(ident), *columns(self._connection, ident)))
        self._connection.execute("DELETE FROM indexed WHERE document = ?", (ident,))
        for name in _AGENCIES:
            key = "id" if name == "documents" else "document"
            self._perhaps_unused.update(
                agency
                for (agency,) in self._connection.execute(f"SELECT agency FROM {name} WHERE {key} = ?", (ident,))
                if agency is not None
            )
        for name in reversed(TABLES):
            if name not in ("agencies", "documents"):
                self._connection.execute(f"DELETE FROM {name} WHERE document = ?", (ident,))
        self._connection.execute("DELETE FROM documents WHERE id = ?", (ident,))

    def _row(self, ident: str) -> int:
        row: tuple[int] = self._connection.execute("SELECT row FROM indexed WHERE document = ?", (ident,)).fetchone()
        return row[0]

    def _drop_unused_agencies(self) -> None:
        unused = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {name} WHERE agency = :id)" for name in _AGENCIES)
        for ident in self._perhaps_unused:
            self._connection.execute(f"DELETE FROM agencies WHERE id = :id AND {unused}", {"id": ident})
        self._perhaps_unused.clear()


def _values(row: Row) -> tuple[object, ...]:
    return tuple(getattr(row, column.name) for column in TABLE_OF[type(row)].columns)


@contextmanager
def _alone(archive: Path) -> Iterator[None]:
    """One process at a time updates the index; the kernel's lock, so that a killed one leaves none."""
    try:
        lock = os.open(archive / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise failure_of(error, archive / FILE_NAME) from error
    try:
        _hold(lock, archive)
        yield
    finally:
        os.close(lock)


def _hold(lock: int, archive: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ArchiveBusy(
            f"The index of {archive} is being updated by another process.", "Wait until that has ended."
        ) from error


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """What SQLite and the disk complain of, as failures with advice."""
    try:
        yield
    except sqlite3.OperationalError as error:
        kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if kind == sqlite3.SQLITE_FULL or (kind == sqlite3.SQLITE_IOERR and _no_room(path)):
            raise ArchiveFull(
                f"There is no room left to write {path}.",
                "Make room on that disk, then run the same command again: what the index held before is whole.",
            ) from error
        if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise ArchiveBusy(f"{path} is in use by another program ({error}).", "Close that and run again.") from error
        if kind in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
            raise ArchiveUnusable(
                f"{path} cannot be written ({error}).",
                "Check owner and permissions of the archive, its disk, and whether a quota is used up.",
            ) from error
        raise
    except sqlite3.DatabaseError as error:
        if not damaged(error):
            raise
        raise ArchiveUnusable(f"{path} is damaged ({error}).", MAKE_ANEW) from error
    except OSError as error:
        raise failure_of(error, path) from error


def _no_room(path: Path) -> bool:
    """Whether the disk is full: SQLite says no more than an error of the disk where its locks find no room."""
    try:
        return disk_usage(path.parent).free < _ROOM
    except OSError:
        return False
