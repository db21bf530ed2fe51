"""The inputs as they came, each under the hash of the very bytes that are kept.

An input is brought in under a temporary name (cloned, copied or hard-linked), then read once through that name;
the hash is of what lies in the archive, whatever happens to the source meanwhile. `Taken.commit` gives it its
final name, after the manifest has a line for it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

from ..document.errors import DauError, InputError
from .failures import failure_of
from .folder import TEMPORARY, sha256_of, sync_directory
from .manifest import PageGroup

ORIGINALS = "originals"
OriginalsMode = Literal["link", "copy", "none"]
"""`copy`: a file of its own, by cloning where the file system can (no space used until one of the two changes).
`link`: hard-linked where the file system cannot clone: no space either, but a program that writes into the input in
place also changes the original (`verify` tells, nothing brings it back). `none`: inputs stay where they are, only
their hash is kept."""

_CHUNK = 1 << 20
_FICLONE = 0x40049409  # ioctl of Linux: share the blocks, copy on write
_SETTLED = 2_000_000_000  # ns; no file system in use stamps more coarsely
_TICK = 50_000_000  # ns; writes closer together may bear the same time on Linux
_ATTEMPTS = 2


@dataclass(frozen=True)
class Stamp:
    """What the file system says of a file's content: equal stamps, same content (times in nanoseconds)."""

    bytes: int
    modified: int
    changed: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)

    def same_content(self, other: Stamp) -> bool:
        """Links added or removed change `changed`, so that it does not count here."""
        return (self.bytes, self.modified, self.inode) == (other.bytes, other.modified, other.inode)


@dataclass(frozen=True)
class Taken:
    """An input brought in. `path` is the file to convert once committed; `stamp` is of that file when it was read,
    `source_stamp` of the source at that time, `settled` whether an equal stamp later proves equal content.

    Of an input that is no single local file (see `make`): `mark`, which later proves equal content where it is equal,
    and `group`, the image files it was made of."""

    sha256: str
    bytes: int
    path: Path
    stamp: Stamp
    source_stamp: Stamp
    settled: bool
    temporary: Path | None = None
    mark: str | None = None
    group: PageGroup | None = None

    @property
    def kept(self) -> bool:
        """Whether the original stays in the archive; one that does not is either the source itself, or a temporary
        file until `release`."""
        return self.temporary is not None and self.temporary != self.path

    def commit(self) -> None:
        """Give the original its final name. One already there stays, unless its bytes are no longer right."""
        if self.temporary is None or not self.kept:
            return
        try:
            if self.path.exists() and (self.path.samefile(self.temporary) or sha256_of(self.path) == self.sha256):
                self.temporary.unlink()
            else:
                self.temporary.replace(self.path)
                sync_directory(self.path.parent)
        except OSError as error:
            raise failure_of(error, self.path) from error

    def discard(self) -> None:
        if self.temporary is not None:
            self.temporary.unlink(missing_ok=True)

    def release(self) -> None:
        """The conversion is over: remove what was there for it only."""
        if not self.kept:
            self.discard()

    def unchanged(self) -> bool:
        """Whether the file that was converted still has the content that was hashed."""
        try:
            same = Stamp.of(self.path.stat()).same_content(self.stamp)
            return same or sha256_of(self.path) == self.sha256
        except OSError:
            return False


def original_name(sha256: str, path: Path) -> str:
    """Name under which an input is kept: 16 digits of its SHA-256 and its own extension in lower case."""
    suffix = path.suffix.lower()
    plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 9
    return sha256[:16] + (suffix if plain else "")


def take(path: Path, originals: Path, mode: OriginalsMode) -> Taken:
    """Bring a file in and hash it.

    Raises InputError where it vanished, is not a regular file, cannot be read, or keeps changing while it is read;
    ArchiveFull where the disk is full.
    """
    for attempt in range(_ATTEMPTS):
        taken = _take_once(path, originals, mode)
        if taken is not None:
            return taken
        time.sleep(0.05 * (attempt + 1))
    raise InputError(
        f"{path.name} changes while it is being read.", "Wait until it has been written to the end, then run again."
    )


@dataclass(frozen=True)
class Written:
    """What `make` is told of the content it was given: see Taken."""

    mark: str | None = None
    group: PageGroup | None = None


def make(write: Callable[[BinaryIO], Written], name: Path, originals: Path, mode: OriginalsMode) -> Taken:
    """Bring in what is no single local file: `write` puts its content into a new file in the archive.

    The file is read again for its hash. With `none` it is a temporary one, removed by `Taken.release`. `name` gives the
    extension. Raises what `write` raises, and ArchiveFull where the disk is full.
    """
    suffix = original_name("", name)
    temporary = originals / f"{TEMPORARY}{os.getpid()}-{time.monotonic_ns()}{suffix}"
    try:
        with temporary.open("xb") as kept:
            written = write(kept)
            kept.flush()
            os.fsync(kept.fileno())
        with temporary.open("rb", buffering=0) as kept:
            sha256, stamp = _hash(kept, temporary)
    except BaseException as error:
        _remove(temporary)
        if isinstance(error, OSError):
            raise failure_of(error, temporary) from error
        raise
    path = temporary if mode == "none" else originals / original_name(sha256, name)
    return Taken(
        sha256, stamp.bytes, path, stamp, stamp, settled=False, temporary=temporary, mark=written.mark,
        group=written.group,
    )


def _take_once(path: Path, originals: Path, mode: OriginalsMode) -> Taken | None:
    """None where the file changed in between."""
    with open_regular(path) as source:
        before = _stamp_at_rest(source)
        if before is None:
            return None
        temporary = None if mode == "none" else originals / f"{TEMPORARY}{os.getpid()}-{time.monotonic_ns()}"
        try:
            shared = temporary is not None and (
                _clone(source, temporary) or (mode == "link" and _link(source, path, temporary))
            )
            began = time.time_ns()
            if temporary is None:
                sha256, stamp = _hash(source, path)
            elif shared:  # read through the new name: the hash is of what is kept
                with temporary.open("rb", buffering=0) as kept:
                    sha256, stamp = _hash(kept, path)
                    os.fsync(kept.fileno())
            else:
                sha256, stamp = _copy(source, path, temporary)
            now = Stamp.of(path.stat())
            if not now.same_content(before) or now.bytes != stamp.bytes:
                _remove(temporary)
                return None
        except BaseException as error:
            _remove(temporary)
            if isinstance(error, FileNotFoundError):
                raise source_failure(error, path) from error
            raise
    final = path if temporary is None else originals / original_name(sha256, path)
    return Taken(sha256, stamp.bytes, final, stamp, now, 0 < before.modified < began - _SETTLED, temporary)


def _stamp_at_rest(source: BinaryIO) -> Stamp | None:
    """Stamp of a file that was not written to just now, so that a later write must show; None for one that is."""
    for _ in range(2):
        stamp = Stamp.of(os.fstat(source.fileno()))
        if not 0 <= time.time_ns() - stamp.modified < _TICK:
            return stamp
        time.sleep(_TICK / 1e9)
    return None


def open_regular(path: Path, *, follow: bool = True) -> BinaryIO:
    """Open for reading, never waiting for a pipe or a device; a link in the last place only with `follow`."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW))
    except OSError as error:
        raise source_failure(error, path) from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise InputError(f"{path.name} is not a file.", "Name scans (PDF, TIFF, PNG, JPEG, WebP) or texts.")
    return os.fdopen(fd, "rb", buffering=0)


def source_failure(error: OSError, path: Path) -> DauError:
    """An operating-system error met while reading an input, as a failure with advice."""
    name = path.name or str(path)
    if isinstance(error, FileNotFoundError):
        return InputError(f"{name} is not there (any more).", "Put it back, or leave it out, and run again.")
    if isinstance(error, PermissionError):
        return InputError(f"{name} may not be read.", "Give yourself the right to read it (chmod u+r), then run again.")
    return InputError(
        f"{name} cannot be read: {error.strerror or error}.", "Check the disk or the network share, then run again."
    )


def _clone(source: BinaryIO, temporary: Path) -> bool:
    """Share the blocks of the open source, copied on write; False where the file system cannot."""
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        fcntl.ioctl(fd, _FICLONE, source.fileno())
        return True
    except OSError:
        temporary.unlink()
        return False
    finally:
        os.close(fd)


def _link(source: BinaryIO, path: Path, temporary: Path) -> bool:
    """Hard-link the open source; False where the file system cannot."""
    try:
        os.link(path.resolve(strict=True), temporary)
    except OSError:
        return False
    if os.fstat(source.fileno()).st_ino == temporary.stat().st_ino:
        return True
    temporary.unlink()  # the name was given to another file after it was opened
    return False


def _hash(file: BinaryIO, path: Path) -> tuple[str, Stamp]:
    digest = hashlib.sha256()
    count = 0
    while chunk := _read(file, path):
        digest.update(chunk)
        count += len(chunk)
    return digest.hexdigest(), replace(Stamp.of(os.fstat(file.fileno())), bytes=count)


def _copy(source: BinaryIO, path: Path, temporary: Path) -> tuple[str, Stamp]:
    digest = hashlib.sha256()
    try:
        with temporary.open("xb") as kept:
            while chunk := _read(source, path):
                digest.update(chunk)
                kept.write(chunk)
            kept.flush()
            os.fsync(kept.fileno())
            return digest.hexdigest(), Stamp.of(os.fstat(kept.fileno()))
    except OSError as error:
        raise failure_of(error, temporary) from error


def _read(file: BinaryIO, path: Path) -> bytes:
    try:
        return file.read(_CHUNK)
    except OSError as error:
        raise source_failure(error, path) from error


def _remove(temporary: Path | None) -> None:
    if temporary is not None:
        temporary.unlink(missing_ok=True)
