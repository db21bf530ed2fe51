"""Keeps the index after the archive while the server runs: looks now and then whether the manifest or a review has
changed, and takes up what is new; then the relations after the index. Readers go on meanwhile."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dau.archive.manifest import FILE_NAME
from dau.archive.reviews import REVIEWS
from dau.document.errors import DauError

from .linking import Linker

_LOOK_SECONDS = 3.0
_REST = 4
"""Times as long as it took to bring the index up to date it is then left alone, and the relations likewise: a run
changes the archive all the time, and the answers need the processor too."""
_PATIENCE = 60.0
"""Seconds until relations that could not be brought up to date are tried again: a process is begun for it."""
_log = logging.getLogger("dau.web")


class Follower:
    """`build` brings the index up to date; it is called in a thread of its own, one call at a time. `linker` brings the
    relations up to date, in the same thread after it: the index is written by one at a time."""

    def __init__(self, archive: Path, build: Callable[[], object], linker: Linker | None = None) -> None:
        self._archive, self._build, self._linker = archive, build, linker
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._seen: object = None
        self._told = ""
        self._behind = False
        self._not_before = 0.0
        """When relations may be taken up again, on the monotonic clock."""

    def start(self) -> None:
        self._stopping, self._seen = False, None
        if self._linker is not None:
            self._linker.start()
        self._thread = threading.Thread(target=self._loop, name="index", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        if self._linker is not None:
            self._linker.stop()
        if self._thread is not None:
            self._thread.join(30)

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    def _loop(self) -> None:
        while not self._stopping:
            rest = self._follow()
            if self._behind and not self._stopping and time.monotonic() >= self._not_before:
                self._relate()
            self._wake.wait(max(_LOOK_SECONDS, rest))
            self._wake.clear()

    def _follow(self) -> float:
        """Take up what has changed; how many seconds the index is then left alone."""
        try:
            now = self._signature()
        except OSError as error:  # the manifest is out of the way for a moment, or its disk
            self._tell("the archive cannot be looked at", error)
            return 0.0
        if now == self._seen:
            return 0.0
        began = time.monotonic()
        try:
            self._build()
            self._seen, self._behind, self._told = now, True, ""
        except (DauError, MemoryError) as error:  # busy, or no room: later
            self._tell("the index is not up to date", error)
        except Exception:
            _log.exception("the index could not be brought up to date")
            self._seen = now
        return _REST * (time.monotonic() - began)

    def _relate(self) -> None:
        """Relate some of the documents that are not, and remember whether others are left."""
        began, wait = time.monotonic(), 0.0
        try:
            self._behind = self._linker is not None and self._linker.behind() and self._linker()
            self._told = ""
        except (DauError, OSError, MemoryError) as error:  # the same
            self._tell("the relations are not up to date", error)
            wait = _PATIENCE
        except Exception:
            _log.exception("the relations could not be brought up to date")
            self._behind = False
        if not self._behind or wait:  # else the rest of them goes before a rest
            self._not_before = time.monotonic() + max(wait, _REST * (time.monotonic() - began))

    def _tell(self, what: str, error: Exception) -> None:
        """Once, as long as it is the same."""
        if repr(error) != self._told:
            _log.warning("%s: %r", what, error)
        self._told = repr(error)

    def _signature(self) -> tuple[object, ...]:
        """Changes with the manifest and with each review. What comes and goes meanwhile (files that a program which
        copies logs in gives another name) is passed over."""
        manifest = (self._archive / FILE_NAME).stat()
        logs = []
        with suppress(FileNotFoundError), os.scandir(self._archive / REVIEWS) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    found = entry.stat(follow_symlinks=False)
                    logs.append((entry.name, found.st_size, found.st_mtime_ns))
        return manifest.st_ino, manifest.st_size, *sorted(logs)
