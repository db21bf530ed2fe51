"""Keeps the index after the archive while the server runs: looks now and then whether the manifest or a review has
changed, and takes up what is new. Readers go on meanwhile."""

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

_LOOK_SECONDS = 3.0
_REST = 4
"""Times as long as it took to bring the index up to date it is then left alone: a run changes the archive all the
time, and the answers need the processor too."""
_log = logging.getLogger("dau.web")


class Follower:
    """`build` brings the index up to date; it is called in a thread of its own, one call at a time."""

    def __init__(self, archive: Path, build: Callable[[], object]) -> None:
        self._archive, self._build = archive, build
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping = False
        self._thread = threading.Thread(target=self._loop, name="index", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(30)

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    def _loop(self) -> None:
        seen: object = None
        told = ""
        while not self._stopping:
            rest, began = 0.0, time.monotonic()
            try:
                now: object = self._signature()
            except OSError as error:  # the manifest is out of the way for a moment, or its disk
                now = seen
                if repr(error) != told:
                    _log.warning("the archive cannot be looked at: %r", error)
                told = repr(error)
            if now != seen:
                try:
                    self._build()
                    seen, told = now, ""
                except (DauError, MemoryError) as error:  # busy, or no room: later
                    if repr(error) != told:
                        _log.warning("the index is not up to date: %r", error)
                    told = repr(error)
                except Exception:
                    _log.exception("the index could not be brought up to date")
                    seen = now
                rest = _REST * (time.monotonic() - began)
            self._wake.wait(max(_LOOK_SECONDS, rest))
            self._wake.clear()

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
