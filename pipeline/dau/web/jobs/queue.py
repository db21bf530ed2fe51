"""Takes up what was uploaded: all that waits goes into one conversion, the next when that has ended.

What came of a file is read from the manifest, not from what the conversion told: a server that is killed and started
again finds there what was done meanwhile.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dau.archive.paths import text_of
from dau.archive.store import LOCK
from dau.settings import Settings

from .. import children
from ..catalogue import Catalogue
from .order import BUSY, Order
from .store import Job, JobStore

_MOST = 100  # files a conversion
_ATTEMPTS = 3
_WAIT = 5.0

_log = logging.getLogger("dau.web")


class JobQueue:
    """One thread that waits for uploads and runs conversions. `on_done` is called in it after each."""

    def __init__(
        self, archive: Path, store: JobStore, catalogue: Catalogue, settings: Settings, jobs: int,
        on_done: Callable[[], None] = lambda: None,
    ) -> None:
        self.archive, self.store, self.catalogue = archive, store, catalogue
        self._settings, self._jobs, self._on_done = settings, jobs, on_done
        self._wake = threading.Event()
        self._stopping = False
        self._child: subprocess.Popen[str] | None = None
        self._running = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping = False
        self.store.open()
        self._thread = threading.Thread(target=self._loop, name="conversions", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Interrupt what runs; it waits for the next start."""
        self._stopping = True
        self._wake.set()
        child = self._child
        if child is not None:
            children.end(child)
        if self._thread is not None:
            self._thread.join(children.END_SECONDS)

    def wake(self) -> None:
        self._wake.set()

    def held_by_others(self) -> bool:
        """Whether another process is writing the archive. The lock itself is tried only where its file says that
        somebody has it: a free one is never touched, or a run that starts just now would find it taken."""
        if self._running:
            return False
        try:
            fd = os.open(self.archive / LOCK, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            if not os.pread(fd, 1, 0):
                return False
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
        except BlockingIOError:
            return True
        finally:
            os.close(fd)

    def _loop(self) -> None:
        while not self._stopping:
            waiting = self.store.waiting()[:_MOST]
            busy = not waiting or self.held_by_others()
            if not busy:
                try:
                    busy = not self._convert(waiting)
                except Exception:
                    _log.exception("a conversion could not be run")
                    busy = True
            if busy and not self._stopping:
                self._wake.wait(_WAIT)
                self._wake.clear()

    def _convert(self, waiting: list[Job]) -> bool:
        """Whether the archive could be had."""
        jobs = {text_of(self.store.path(job)): job.id for job in waiting}
        self._running = True
        try:
            for job in waiting:
                self.store.update(job.id, state="running", attempts=job.attempts + 1)
            code, refusal = self._run(waiting, jobs)
        finally:
            self._running = False
        if code == BUSY:
            for job in waiting:
                self.store.update(job.id, state="queued", attempts=job.attempts)
            return False
        self._settle([job.id for job in waiting], refusal)
        self._on_done()
        return True

    def _run(self, waiting: list[Job], jobs: dict[str, str]) -> tuple[int, str | None]:
        """Exit code of the conversion, and why it could not go on, where it said so."""
        order = Order(
            archive=self.archive, files=tuple(self.store.path(job) for job in waiting), settings=self._settings,
            jobs=self._jobs,
        )
        refusal = None
        self._child = child = children.begin(f"{__package__}.conversion")
        assert child.stdin is not None and child.stdout is not None
        with child, suppress(BrokenPipeError):
            child.stdin.write(order.model_dump_json() + "\n")
            child.stdin.flush()
            for row in child.stdout:
                refusal = self._told(json.loads(row), jobs) or refusal
            code = child.wait()
            self._child = None
            return code, refusal
        return child.wait(), refusal

    def _told(self, event: dict[str, object], jobs: dict[str, str]) -> str | None:
        if event["event"] == "refused":
            return str(event["message"])
        job_id = jobs.get(str(event["source"]))
        if job_id is None:
            return None
        if event["event"] == "pages":
            self.store.update(job_id, durable=False, pages_done=event["done"], pages=event["pages"])
        elif event["event"] == "over":
            self._settle([job_id], None)
        return None

    def _settle(self, job_ids: list[str], refusal: str | None) -> None:
        """End each job whose file has an outcome; one that has none waits again, three times at most."""
        outcomes = self.catalogue.outcomes()
        for job_id in job_ids:
            job = self.store.get(job_id)
            if job is None or job.over:
                continue
            done = outcomes.get((text_of(self.store.path(job)), job.sha256))
            if done is not None:
                line = self.catalogue.line_at(done.offset)
                self.store.end(
                    job_id, "failed" if done.document is None else "done", status=done.status, category=line.category,
                    message=line.message, document=done.document, pages=len(line.pages) or None,
                    pages_done=len(line.pages),
                )
            elif self._stopping:
                self.store.update(job_id, state="queued", attempts=job.attempts - 1)
            elif job.attempts < _ATTEMPTS:
                self.store.update(job_id, state="queued", message=refusal)
                time.sleep(0.1)
            else:
                message = refusal or "The conversion ended without an outcome. See the log of the server."
                self.store.end(job_id, "failed", status="failed", category="internal", message=message)
