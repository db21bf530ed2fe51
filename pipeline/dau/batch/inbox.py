"""The folder that files arrive in: which of them have been written to the end.

It is looked at again and again with `os.scandir`. Notifications of the kernel (inotify) would spare that, but tell
nothing of what another machine writes on a network share, lose events when their queue overflows, and say of a closed
file neither that it is whole nor that its writer will not open it again: looking would be needed all the same.

A file is ready when size, times and inode have stayed the same for the settle time, by the clock of this process (that
of a file server may differ), and nobody has it open for writing, where the kernel tells.
"""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..archive.originals import Stamp, source_failure
from ..archive.store import is_archive
from ..document.errors import InputError
from .discover import EXTENSIONS
from .groups import DECLARATION
from .outbox import DONE, FAILED, is_note

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download", "~")


@dataclass(frozen=True)
class Arrival:
    """A file that is ready, with its stamp as it was when it proved steady."""

    path: Path
    stamp: Stamp

    def unchanged(self) -> bool:
        """Whether the same content still lies under the name."""
        try:
            return Stamp.of(self.path.lstat()).same_content(self.stamp)
        except OSError:
            return False


@dataclass(slots=True)
class _Seen:
    """`since` is when the stamp was first seen; `handled`: with this stamp there is nothing more to do."""

    stamp: Stamp
    since: float
    handled: bool = False


class Inbox:
    """`settle` in seconds; `tell` is called once for each thing worth knowing. Memory grows with the number of files
    that lie in the folder, by some hundred bytes each."""

    def __init__(self, root: Path, settle: float, tell: Callable[[str], None]) -> None:
        """Hold the folder: one watcher at a time, by a lock that a killed process does not leave behind."""
        self.root = root.resolve()
        self.settle = settle
        self._tell = tell
        self._seen: dict[str, _Seen] = {}
        self._told: dict[str, str] = {}
        self._current: set[str] = set()
        self._lock = _hold(self.root)

    def close(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def ready(self, most: int) -> list[Arrival]:
        """Look at the folder; what is ready, at most so many, in the order of the names."""
        now = time.monotonic()
        before, self._seen, self._current = self._seen, {}, set()
        for path, status in self._files():
            stamp, known = Stamp.of(status), before.get(path)
            self._seen[path] = known if known is not None and known.stamp == stamp else _Seen(stamp, now)
        self._told = {about: text for about, text in self._told.items() if about in self._current}
        return self._steady(now, most)

    def _steady(self, now: float, most: int) -> list[Arrival]:
        found: list[Arrival] = []
        for path in sorted(self._seen, key=os.fsencode):
            seen = self._seen[path]
            if seen.handled or now - seen.since < self.settle:
                continue
            if open_for_writing(path):
                seen.since = now
                continue
            found.append(Arrival(Path(path), seen.stamp))
            if len(found) >= most:
                break
        return found

    @property
    def waiting(self) -> int:
        """How many files were seen and are not done with."""
        return sum(not seen.handled for seen in self._seen.values())

    def handled(self, path: Path) -> None:
        """There is nothing more to do for a file as it is now; it comes up again when it changes."""
        with suppress(OSError):
            stamp = Stamp.of(path.lstat())
            self._seen[os.fspath(path)] = _Seen(stamp, time.monotonic(), handled=True)

    def tell_once(self, about: str, text: str) -> None:
        """Tell what was not told before of something that lies there; again only after it was gone or is otherwise."""
        self._current.add(about)
        if self._told.get(about) != text:
            self._told[about] = text
            self._tell(text)

    # -- looking -----------------------------------------------------------------------------------------------

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        """Everything in the folder and below that may be an input: no links, nothing hidden or unfinished, no
        archives, not what is done with."""
        stack = [os.fspath(self.root)]
        while stack:
            folder = stack.pop()
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        yield from self._entry(entry, stack)
            except OSError as error:
                self.tell_once(folder, str(source_failure(error, Path(folder))))

    def _entry(self, entry: os.DirEntry[str], stack: list[str]) -> Iterator[tuple[str, os.stat_result]]:
        name, path = entry.name, entry.path
        if name.startswith(".") or name.lower().endswith(_UNFINISHED):
            return
        if entry.is_symlink():
            self.tell_once(path, f"{name} is a link and is not followed. Move the file itself into the inbox.")
        elif entry.is_dir(follow_symlinks=False):
            if self._is_ours(path):
                return
            if os.path.lexists(f"{path}/{DECLARATION}"):  # its pages are no documents by themselves
                self.tell_once(path, f"{name} is one document by its {DECLARATION}: give it to `dau run`.")
            else:
                stack.append(path)
        elif Path(name).suffix.lower() not in EXTENSIONS:
            self.tell_once(path, f"{name} is no scan and no text by its extension; it is left where it is.")
        elif is_note(path):
            self.tell_once(path, f"{name} is a note about a file that failed; it is left where it is.")
        else:
            with suppress(FileNotFoundError):  # moved away while we looked
                yield path, entry.stat(follow_symlinks=False)

    def _is_ours(self, path: str) -> bool:
        return path in (f"{self.root}/{DONE}", f"{self.root}/{FAILED}") or is_archive(Path(path))


def open_for_writing(path: str) -> bool:
    """Whether some process of this machine has a file open for writing; False also where that cannot be told.

    The kernel answers by a lease for reading, which it gives only where there is no writer. It asks that the file is
    ours (or CAP_LEASE), and that the file system has leases: network shares have none.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False  # whoever converts it will say why it cannot be read
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return False
        fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGURG)  # a writer that comes now is told to us so; SIGIO would end us
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(fd)


def _hold(root: Path) -> int:
    """A lock on the folder itself, -1 where the file system has none."""
    fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(fd)
        raise InputError(f"{root} is being watched already.", "Stop the other `dau watch`, or name another folder.") \
            from error
    except OSError:
        os.close(fd)
        return -1
    return fd
