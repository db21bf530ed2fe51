"""The folder that files arrive in: which of them, and which folders that are one document, are whole.

It is looked at again and again with `os.scandir`. Notifications of the kernel (inotify) would spare that, but tell
nothing of what another machine writes on a network share, lose events when their queue overflows, and say of a closed
file neither that it is whole nor that its writer will not open it again: looking would be needed all the same.

A file is ready when size, times and inode have stayed the same for the settle time, by the clock of this process (that
of a file server may differ), and nobody has it open for writing, where the kernel tells. A folder that is one document
is ready when that holds for all its files and its document.toml can be used and names only what is there; or when it
has waited for that in vain, so that its failure says what is wrong. What arrives in which order nobody promises: images
that lie in one folder wait until none of them has come for the settle time, for a document.toml may yet follow.
"""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..archive.originals import Stamp
from ..document.errors import DauError, InputError
from .candidate import Candidate
from .groups import Limits, LocalFolder, is_image, mark_of
from .look import DocumentFolder, FolderStamp, Look, document_folder


@dataclass(frozen=True)
class Arrival:
    """A file or folder that is ready, with its stamp as it was when it proved steady."""

    path: Path
    stamp: Stamp | FolderStamp

    def unchanged(self, moved_to: Path | None = None) -> bool:
        """Whether the same content still lies under the name, or where it was moved to; in a folder, also whether
        nothing came that would be, or was, carried off with it."""
        path = moved_to or self.path
        try:
            if isinstance(self.stamp, Stamp):
                return Stamp.of(path.lstat()).same_content(self.stamp)
            now = document_folder(path)
        except OSError:
            return False
        return now is not None and now.hindrance is None and now.stamp().same_content(self.stamp)

    @property
    def named(self) -> Path | Candidate:
        """As a run is told of it: of a folder only the document, for what else lies there is looked at by itself."""
        if isinstance(self.stamp, Stamp):
            return self.path
        return Candidate(self.path, group=LocalFolder(self.path))

    @property
    def times(self) -> tuple[int | None, int]:
        """What the manifest would record of it (see `intake.recorded`)."""
        return self.stamp.modified if isinstance(self.stamp, Stamp) else None, self.stamp.changed


@dataclass(slots=True)
class _Seen:
    """`since` is when the stamp was first seen; `handled`: with this stamp there is nothing more to do."""

    stamp: Stamp | FolderStamp
    since: float
    handled: bool = False


class Inbox:
    """`settle` in seconds; so is `patience`: for how long a folder that is one document may lack something of it.
    `limits` of such a folder. `tell` is called once for each thing worth knowing. Memory grows with the number of files
    that lie in the folder, by some hundred bytes each."""

    def __init__(
        self, root: Path, settle: float, tell: Callable[[str], None], *, patience: float = 600.0,
        limits: Limits | None = None,
    ) -> None:
        """Hold the folder: one watcher at a time, by a lock that a killed process does not leave behind."""
        self.root = root.resolve()
        self.settle = settle
        self.patience = patience
        self.limits = limits or Limits()
        self._tell = tell
        self._seen: dict[str, _Seen] = {}
        self._transfers: dict[str, _Seen] = {}
        self._look = Look(os.fspath(self.root))
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
        self._current = set()
        look = self._look = Look(os.fspath(self.root), self.tell_once, self._look.said)
        look.walk(look.root)
        look.said = {path: said for path, said in look.said.items() if path in look.folders}
        folders = {path: folder.stamp() for path, folder in look.folders.items()}
        self._seen = _known(self._seen, {**look.files, **folders}, now)
        self._transfers = _known(self._transfers, look.transfers, now)
        found = self._steady(now, most)
        self._told = {about: text for about, text in self._told.items() if about in self._current}
        return found

    def _steady(self, now: float, most: int) -> list[Arrival]:
        found: list[Arrival] = []
        filling = self._filling(now)
        for path in sorted(self._seen, key=os.fsencode):
            seen, folder = self._seen[path], self._look.folders.get(path)
            if seen.handled or now - seen.since < self.settle:
                continue
            if folder is None and is_image(path) and _parent(path) in filling and now - seen.since < self.patience:
                continue
            if any(open_for_writing(file) for file in (folder.files if folder is not None else (path,))):
                seen.since = now
                continue
            if folder is None or self._whole(folder, now - seen.since):
                found.append(Arrival(Path(path), seen.stamp))
            if len(found) >= most:
                break
        return found

    def _filling(self, now: float) -> set[str]:
        """The folders in which images are still arriving: not the inbox itself, where they always may."""
        coming = {
            _parent(path)
            for those in (self._seen, self._transfers)
            for path, seen in those.items()
            if not seen.handled and now - seen.since < self.settle and (those is self._transfers or is_image(path))
        }
        return coming - {os.fspath(self.root)}

    def _whole(self, folder: DocumentFolder, rested: float) -> bool:
        """Whether a folder in which nothing was touched for so many seconds is to be taken up: other inputs in it come
        first, so that it carries off nothing that was not done."""
        if any(not self._seen[path].handled for path in folder.inside if path in self._seen):
            return False
        name = Path(folder.path).name
        if folder.hindrance is not None:
            self.tell_once(folder.path, f"{name} is one document and waits: {folder.hindrance}.", again=False)
            return False
        try:
            mark_of(LocalFolder(Path(folder.path)), self.limits)
        except DauError as error:
            if rested >= self.patience:
                return True  # the conversion says what is wrong
            until = f"It fails when nothing changes in it for {self.patience:g} seconds."
            self.tell_once(folder.path, f"{name} is one document and waits: {error.message} {until}", again=False)
            return False
        return True

    @property
    def waiting(self) -> int:
        """How many files and folders were seen and are not done with."""
        return sum(not seen.handled for seen in self._seen.values())

    def handled(self, arrival: Arrival) -> None:
        """There is nothing more to do for it as it is now; it comes up again when it changes."""
        path = os.fspath(arrival.path)
        stamp: Stamp | FolderStamp
        with suppress(OSError):
            if isinstance(arrival.stamp, Stamp):
                stamp = Stamp.of(arrival.path.lstat())
            elif (folder := document_folder(arrival.path)) is not None:
                stamp = folder.stamp()
            else:
                return
            self._seen[path] = _Seen(stamp, time.monotonic(), handled=True)

    def tell_once(self, about: str, text: str, again: bool = True) -> None:
        """Tell what was not told before of something that lies there; again only after it was gone or (with `again`)
        is otherwise."""
        self._current.add(about)
        if about not in self._told or (again and self._told[about] != text):
            self._told[about] = text
            self._tell(text)


def _known(before: Mapping[str, _Seen], now_there: Mapping[str, Stamp | FolderStamp], now: float) -> dict[str, _Seen]:
    """What is there, since when it is as it is."""
    found = {}
    for path, stamp in now_there.items():
        known = before.get(path)
        if known is not None and known.stamp == stamp:
            known.stamp = stamp  # of a folder, with its own time of change
            found[path] = known
        else:
            found[path] = _Seen(stamp, now)
    return found


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


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
