"""What was uploaded, on the disk: `uploads/<id>/job.json` in the archive, with the file beside it until it is done.

A folder is written under a temporary name and renamed when the file is whole, so that an upload that breaks off leaves
nothing. The manifest says what came of a file; the job only remembers which file it was.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import threading
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pydantic import Field, ValidationError

from dau.archive.failures import failure_of
from dau.archive.folder import TEMPORARY, sync_directory
from dau.archive.outcome import Status
from dau.document.errors import Category
from dau.document.transcript import Frozen
from dau.scan.sniff import SUPPORTED, classify

from ..problems import Problem

UPLOADS = "uploads"
JOB_ID = r"^[0-9a-f]{32}$"
_HEAD = 1 << 16
_KEPT = 1000
_LONGEST_NAME = 200

State = Literal["queued", "running", "done", "failed"]


class Job(Frozen):
    """An upload. `state`: `done` when there is a document, whole or partial; `status`, `category` and `message` are
    those of the manifest. `pages_done` of `pages` are read while it runs."""

    id: str = Field(pattern=JOB_ID)
    filename: str
    media_type: str
    bytes: int
    sha256: str
    by: str = ""
    received: str
    state: State = "queued"
    attempts: int = 0
    pages_done: int = 0
    pages: int | None = None
    status: Status | None = None
    category: Category | None = None
    message: str | None = None
    document: str | None = None
    finished: str | None = None

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed")


class Incoming:
    """A file that is being received. Nothing of it stays unless `finish` is called."""

    def __init__(self, folder: Path, filename: str, most: int) -> None:
        self._folder, self._most = folder, most
        self.filename = safe_name(filename)
        self._file = (folder / self.filename).open("xb")
        self._hash = hashlib.sha256()
        self._head = b""
        self.bytes = 0
        self.media_type = ""

    def write(self, chunk: bytes) -> None:
        """Raises a Problem: 413 for more than the limit, 415 for what cannot be read, as soon as either shows."""
        self.bytes += len(chunk)
        if self.bytes > self._most:
            detail = f"An upload may have {self._most} bytes."
            raise Problem(413, "too_large", detail, headers={"Connection": "close"})
        if len(self._head) < _HEAD:
            self._head += chunk[: _HEAD - len(self._head)]
            if len(self._head) == _HEAD:
                self._classify()
        self._hash.update(chunk)
        self._file.write(chunk)

    def finish(self, by: str) -> Job:
        """The whole file is there: on the disk when this returns."""
        if not self.bytes:
            raise Problem(400, "empty", "The upload is empty.")
        self._classify()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Job(
            id=uuid.uuid4().hex, filename=self.filename, media_type=self.media_type, bytes=self.bytes,
            sha256=self._hash.hexdigest(), by=by, received=now(),
        )

    def close(self) -> None:
        self._file.close()

    def _classify(self) -> None:
        """What it is by what it holds; names and declared types are not believed."""
        kind, self.media_type, what = classify(self._head)
        if kind == "other":
            raise Problem(415, "unsupported", f"This is {what}. Send one of {SUPPORTED}.")


class JobStore:
    """All jobs of an archive. Use from any thread."""

    def __init__(self, archive: Path) -> None:
        self.root = archive / UPLOADS
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def open(self) -> None:
        """Sweep what broke off, read what is there; what was running waits again. Raises ArchiveUnusable where the
        archive cannot be written."""
        try:
            self.root.mkdir(exist_ok=True)
        except OSError as error:
            raise failure_of(error, self.root) from error
        for folder in self.root.iterdir():
            if folder.name.startswith(TEMPORARY):
                shutil.rmtree(folder, ignore_errors=True)
                continue
            job = self._read(folder)
            if job is not None:
                self._jobs[job.id] = job if job.over else job.model_copy(update={"state": "queued"})
        over = sorted((job for job in self._jobs.values() if job.over), key=lambda job: job.finished or "")
        for job in over[:-_KEPT]:
            self.remove(job.id)

    def get(self, job_id: str) -> Job | None:
        with self._lock:
            return self._jobs.get(job_id)

    def all(self) -> list[Job]:
        """The newest first."""
        with self._lock:
            return sorted(self._jobs.values(), key=lambda job: (job.received, job.id), reverse=True)

    def waiting(self) -> list[Job]:
        """The oldest first."""
        return [job for job in reversed(self.all()) if job.state == "queued"]

    def path(self, job: Job) -> Path:
        """The file that was uploaded; there until the job is over."""
        return self.root / job.id / job.filename

    @contextmanager
    def receiving(self, filename: str, most: int) -> Iterator[Incoming]:
        """A place to receive a file of at most `most` bytes; gone afterwards unless `add` moved it."""
        try:
            folder = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=self.root))
        except OSError as error:
            raise failure_of(error, self.root) from error
        incoming = Incoming(folder, filename, most)
        try:
            yield incoming
        except OSError as error:
            raise failure_of(error, self.root) from error
        finally:
            incoming.close()
            shutil.rmtree(folder, ignore_errors=True)

    def add(self, incoming: Incoming, by: str) -> Job:
        """Keep a file that was received whole; it waits from now on, even if the power fails."""
        job = incoming.finish(by)
        folder = incoming._folder
        self._write(folder, job)
        folder.rename(self.root / job.id)
        sync_directory(self.root)
        with self._lock:
            self._jobs[job.id] = job
        return job

    def update(self, job_id: str, *, durable: bool = True, **changes: Any) -> Job:
        """A job with changes. `durable`: also on the disk; progress need not be."""
        with self._lock:
            job = self._jobs[job_id] = self._jobs[job_id].model_copy(update=changes)
            if durable:
                self._write(self.root / job_id, job)
        return job

    def end(self, job_id: str, state: State, **changes: Any) -> None:
        """Record what came of it and let the uploaded file go: the archive has its original."""
        job = self.update(job_id, state=state, finished=now(), **changes)
        self.path(job).unlink(missing_ok=True)

    def remove(self, job_id: str) -> None:
        with self._lock:
            if self._jobs.pop(job_id, None) is not None:
                shutil.rmtree(self.root / job_id, ignore_errors=True)

    def _read(self, folder: Path) -> Job | None:
        with suppress(OSError, ValidationError):
            job = Job.model_validate_json((folder / "job.json").read_bytes())
            return job if job.id == folder.name else None
        return None

    @staticmethod
    def _write(folder: Path, job: Job) -> None:
        temporary = folder / "job.json.tmp"
        with temporary.open("wb") as file:
            file.write(job.model_dump_json().encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / "job.json")
        sync_directory(folder)


def safe_name(name: str) -> str:
    """The last part of a name that somebody sent, fit to be a file: no path, no control characters, not hidden, not
    the job's own record, at most 200 bytes with its suffix kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    last = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip().lstrip(".")
    stem, suffix = PurePosixPath(last).stem, PurePosixPath(last).suffix
    suffix = suffix if len(suffix.encode()) <= 16 else ""
    stem = stem.encode()[: _LONGEST_NAME - 16].decode("utf-8", "ignore") or "upload"
    return f"{stem}{suffix}" if not f"{stem}{suffix}".startswith("job.json") else f"upload-{stem}{suffix}"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
