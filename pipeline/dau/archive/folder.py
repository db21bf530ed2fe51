"""A document's folder: written under a temporary name, synced, renamed. It is there whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from .failures import failure_of

DOCUMENTS = "documents"
TEMPORARY = ".tmp-"
"""Names that begin so are unfinished; the next writer sweeps them away."""

_NAME = re.compile(r"[0-9a-f]{16}-[0-9a-f]{8}")
_CHUNK = 1 << 20
_SWEEP_SECONDS = 10.0


def folder_name(sha256: str, digest: str) -> str:
    """Name of the folder for one content under one setting: 16 digits of its SHA-256, 8 of the digest."""
    return f"{sha256[:16]}-{digest[:8]}"


def is_folder_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def write_document(archive: Path, folder: str, files: Mapping[str, bytes | Path]) -> dict[str, str]:
    """Write a document's folder into an archive; returns the SHA-256 of each file, by name, sorted.

    `files` maps names such as `document.json` or `pages/0001.webp` to their content, or to a file to copy. A
    folder of that name that is already there is what an interrupted run or an earlier attempt left, and is
    replaced. May be called from any process while the run that gave out the task holds the archive.

    Raises ArchiveFull where the disk is full (nothing is left behind then), ValueError for a name that leads out
    of the folder.
    """
    if not is_folder_name(folder):
        raise ValueError(f"not the name of a document's folder: {folder!r}")
    parent = archive / DOCUMENTS
    temporary: Path | None = None
    writing = _Writing(parent)
    try:
        writing.begin()
        temporary = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY}{folder}-", dir=parent))
        temporary.chmod(0o755)
        checksums = {name: _write_file(temporary, name, files[name]) for name in sorted(files)}
        for directory, _, _ in os.walk(temporary, topdown=False):
            sync_directory(Path(directory))
        _put_in_place(temporary, parent / folder)
        sync_directory(parent)
    except OSError as error:
        raise failure_of(error, parent / folder) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        writing.end()
    return checksums


class _Writing:
    """Tells `sweep` that a folder is being written below `parent`: a shared lock (flock) on it. A worker may outlive
    the run that was killed over it by a moment, and must not leave anything behind the next run's sweep."""

    def __init__(self, parent: Path) -> None:
        self._parent, self._fd = parent, -1

    def begin(self) -> None:
        with suppress(OSError):  # a file system without locks: the sweep then goes without
            self._fd = os.open(self._parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._fd, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def end(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)

    def wait_for_others(self, seconds: float) -> None:
        """Until nobody writes, or the time is up."""
        with suppress(OSError):
            self._fd = os.open(self._parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                try:
                    fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                except BlockingIOError:
                    time.sleep(0.02)


def remove_document(archive: Path, folder: str) -> None:
    """Remove a document's folder: renamed first, so that it is never there in part."""
    target = archive / DOCUMENTS / folder
    if not target.exists():
        return
    try:
        aside = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=target.parent))
        target.rename(aside / "old")
        sync_directory(target.parent)
        shutil.rmtree(aside)
    except OSError as error:
        raise failure_of(error, target) from error


def checksums_of(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder by its name (`pages/0001.webp`), sorted."""
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in sorted(files_below(folder))}


def files_below(folder: Path) -> Iterator[Path]:
    """Everything below a folder that is not a plain directory."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from files_below(Path(entry.path))
        else:
            yield Path(entry.path)


def sha256_of(path: Path) -> str:
    """SHA-256 of a regular file, read in pieces of 1 MiB."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sync_directory(path: Path) -> None:
    """Make names created in a directory, or renamed into it, survive a power cut."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sweep(directory: Path) -> int:
    """Remove what killed runs left under temporary names; returns how many there were. Waits a while for workers of a
    killed run that are still writing."""
    others = _Writing(directory)
    others.wait_for_others(_SWEEP_SECONDS)
    try:
        return _swept(directory)
    finally:
        others.end()


def _swept(directory: Path) -> int:
    left = [Path(entry.path) for entry in os.scandir(directory) if entry.name.startswith(TEMPORARY)]
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)


def _write_file(folder: Path, name: str, content: bytes | Path) -> str:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\0" in name:
        raise ValueError(f"not a name for a file of a document: {name!r}")
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as file:
        for chunk in _chunks(content):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _put_in_place(temporary: Path, target: Path) -> None:
    """Rename onto the target; what is there goes first under a temporary name, for POSIX renames a folder only
    onto an empty one. A kill between the two leaves no folder, and an input that is not done."""
    if target.exists():
        aside = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=target.parent))
        target.rename(aside / "old")
        temporary.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        temporary.rename(target)
