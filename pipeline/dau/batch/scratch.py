"""The folder for temporary files of a run and its workers, and what killed runs left of theirs.

It lies where the system keeps temporary files, and holds a lock file for as long as its run lives. Page images may
be confidential, so that a run begins by removing such folders whose run is no more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_PREFIX = "dau-run-"
_LOCK = "lock"
_YOUNG = 10.0  # seconds in which a folder may exist before it is locked


class Scratch:
    """A temporary folder that tells by a lock that its run lives."""

    def __init__(self, where: Path | None = None) -> None:
        sweep()
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=where))
        self._lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def folder(self) -> Path:
        """A new folder in it."""
        return Path(tempfile.mkdtemp(dir=self.path))

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def sweep() -> int:
    """Remove the folders of runs of this user that were killed; returns how many there were."""
    count = 0
    for path in Path(tempfile.gettempdir()).glob(_PREFIX + "*"):
        with suppress(OSError):
            status = path.lstat()
            if status.st_uid == os.getuid() and time.time() - status.st_ctime > _YOUNG and _abandoned(path):
                shutil.rmtree(path, ignore_errors=True)
                count += 1
    return count


def _abandoned(path: Path) -> bool:
    fd = os.open(path / _LOCK, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(fd)
    return True
