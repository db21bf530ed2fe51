"""`Archive`: one folder on disk, one writer at a time.

The lock is the kernel's (flock on `.lock`), so that a killed process leaves none. It is held by the process that
runs the batch; the workers it starts write folders of documents under it and never touch the manifest.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from ..document.errors import InputError
from . import folder as folders
from . import state as states
from .failures import ArchiveBusy, ArchiveUnusable, failure_of
from .manifest import FILE_NAME, Manifest, ManifestLine
from .originals import ORIGINALS, OriginalsMode, Taken, Written, make, original_name, take

LOCK = ".lock"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")  # a path made of a URL has lost the second slash


class Archive:
    """An archive open for writing. Use as a context manager; leaving it gives up the lock.

    `root` is absolute. `state` is the manifest folded and grows with each append. `repairs` says in words what was
    mended at opening: a torn manifest line, leftovers of killed runs.
    """

    def __init__(self, root: Path, lock: int) -> None:
        self.root = root
        self._lock = lock
        self.manifest = Manifest(root / FILE_NAME)
        self.state = states.load(self.manifest.path)
        self.repairs = (*self.manifest.repairs, *self._sweep())

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, create: bool = True) -> Archive:
        """Open for writing, made where it is not there.

        Raises ArchiveBusy where another process holds it, ArchiveUnusable where it is something else than an
        archive, or cannot be written.
        """
        _refuse_url(path)
        root = Path(path).resolve()
        _prepare(root, create)
        lock = _acquire(root)
        try:
            return cls(root, lock)
        except BaseException:
            os.close(lock)
            raise

    def append(self, *lines: ManifestLine) -> None:
        """Record lines, all in one go; on the disk when this returns."""
        offset = self.manifest.append(*lines)
        for line in lines:
            self.state.add(line, offset)
            offset += len(line.encoded())

    def take(self, path: Path, mode: OriginalsMode = "link") -> Taken:
        """Bring an input in under a temporary name; see `originals.take`."""
        return self._distinct(path, take(path, self.root / ORIGINALS, mode))

    def make(self, write: Callable[[BinaryIO], Written], name: Path, mode: OriginalsMode = "link") -> Taken:
        """Bring in what is no single local file, under a temporary name; see `originals.make`."""
        return self._distinct(name, make(write, name, self.root / ORIGINALS, mode))

    def _distinct(self, path: Path, taken: Taken) -> Taken:
        known = self.state.hashes.get(taken.sha256[:16])
        if known is not None and known != taken.sha256:
            taken.discard()
            raise InputError(
                f"{path.name} shares the first 16 digits of its SHA-256 with another input ({known}).",
                "That does not happen by chance. Keep it in an archive of its own.",
            )
        return taken

    def original(self, sha256: str, source: Path) -> Path | None:
        """The original kept for a hash, if any."""
        path = self.root / ORIGINALS / original_name(sha256, source)
        return path if path.is_file() else None

    def outcome_at(self, done: states.Done) -> ManifestLine:
        """The whole line of a recorded outcome."""
        return self.manifest.line_at(done.offset)

    def write_document(self, folder: str, files: dict[str, bytes | Path]) -> dict[str, str]:
        """See `folder.write_document`."""
        return folders.write_document(self.root, folder, files)

    def close(self) -> None:
        self.manifest.close()
        if self._lock >= 0:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _sweep(self) -> Iterator[str]:
        """Remove temporary files, and folders of inputs whose conversion was interrupted before its outcome was
        recorded: they are converted again. Folders the manifest knows nothing of are left to `dau verify`."""
        documents = self.root / folders.DOCUMENTS
        try:
            count = folders.sweep(documents) + folders.sweep(self.root / ORIGINALS)
        except OSError as error:
            raise failure_of(error, self.root) from error
        for line in self.state.pending.values():
            if line.source.sha256 is None:
                continue
            name = folders.folder_name(line.source.sha256, line.settings)
            if name not in self.state.documents and (documents / name).exists():
                folders.remove_document(self.root, name)
                count += 1
        if count:
            yield f"Leftovers of an interrupted run were removed ({count}); what they belonged to is done again."


def is_archive(path: Path) -> bool:
    """Whether a folder is an archive of ours."""
    return (path / FILE_NAME).is_file() and (path / folders.DOCUMENTS).is_dir()


@contextmanager
def reading(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Hold an archive against writers while it is examined; yields its folder.

    Works on a read-only disk too. Raises ArchiveBusy while a run writes it, ArchiveUnusable where it is no archive.
    """
    root = Path(path).resolve()
    _refuse_lost_manifest(root)
    if not is_archive(root):
        raise ArchiveUnusable(f"{path} is not an archive.", "Name a folder that `dau run --out` wrote.")
    try:
        fd = os.open(root / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield root  # never opened for writing, or a copy without its lock
        return
    try:
        _flock(fd, fcntl.LOCK_SH, root)
        yield root
    finally:
        os.close(fd)


def _refuse_url(path: str | os.PathLike[str]) -> None:
    """An archive needs locks, fsync and renames that put a folder in place in one step; object stores have none."""
    if _URL.match(os.fspath(path)) and not os.path.lexists(path):
        raise ArchiveUnusable(
            f"{os.fspath(path)} is a URL; an archive needs a file system.",
            "Name a local folder, or one on a shared file system, and copy the finished archive to the object store.",
        )


def _prepare(root: Path, create: bool) -> None:
    if not root.exists() and not create:
        raise ArchiveUnusable(f"{root} is not there.", "Name a folder that `dau run --out` wrote.")
    if root.exists() and not root.is_dir():
        raise ArchiveUnusable(f"{root} is a file.", "Name a folder for the archive.")
    try:
        _refuse_lost_manifest(root)
        if root.is_dir() and not (root / FILE_NAME).exists():
            _refuse_strange(root, create)
        for part in (root, root / folders.DOCUMENTS, root / ORIGINALS):
            part.mkdir(parents=True, exist_ok=True)
        folders.sync_directory(root)
        folders.sync_directory(root.parent)
    except OSError as error:
        raise failure_of(error, root) from error


def _refuse_lost_manifest(root: Path) -> None:
    """Where there are documents or originals and the manifest is gone or empty, nothing must be begun anew: that would
    pass for an archive of what is named now, and all that the manifest proved would be forgotten without a word. (A
    kill cannot leave this: the first line of the manifest is on the disk before anything has its name.)"""
    manifest = root / FILE_NAME
    if manifest.exists() and manifest.stat().st_size:
        return
    filled = [f"{name}/" for name in (folders.DOCUMENTS, ORIGINALS) if _holds_more_than_leftovers(root / name)]
    if filled:
        raise ArchiveUnusable(
            f"{root} has lost its {FILE_NAME}: {' and '.join(filled)} hold files that it accounted for.",
            f"Put {FILE_NAME} back from a copy, then `dau verify`. Where there is no copy, make a new archive from "
            f"{ORIGINALS}/ with `dau run`, and copy reviews/ into it.",
        )


def _holds_more_than_leftovers(folder: Path) -> bool:
    return folder.is_dir() and any(not each.name.startswith(folders.TEMPORARY) for each in os.scandir(folder))


def _refuse_strange(root: Path, create: bool) -> None:
    """A folder with other things in it is not turned into an archive."""
    ours = {LOCK, FILE_NAME, folders.DOCUMENTS, ORIGINALS, "reviews", "index.sqlite"}
    strange = sorted(entry.name for entry in os.scandir(root) if entry.name not in ours)
    if strange or not create:
        what = f"It holds {strange[0]!r}" if strange else "It is empty"
        raise ArchiveUnusable(f"{root} is not an archive. {what}.", "Name a new folder, or one that is an archive.")


def _acquire(root: Path) -> int:
    try:
        fd = os.open(root / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise failure_of(error, root / LOCK) from error
    try:
        _flock(fd, fcntl.LOCK_EX, root)
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()} {socket.gethostname()}\n".encode(), 0)
    except OSError as error:
        os.close(fd)
        raise failure_of(error, root / LOCK) from error
    except BaseException:
        os.close(fd)
        raise
    return fd


def _flock(fd: int, kind: int, root: Path) -> None:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = ""
        with suppress(OSError):
            holder = os.pread(fd, 200, 0).decode("utf-8", "replace").strip()
        pid, _, host = holder.partition(" ")
        by = f" by process {pid} on {host}" if pid else ""
        raise ArchiveBusy(
            f"The archive {root} is in use{by}.", "Wait until that has ended, or stop it, and run again."
        ) from error
