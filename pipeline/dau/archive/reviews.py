"""Human corrections: an append-only log for each source, `reviews/<hash>.jsonl`, that outlives every run.

What an event says is in `review_events.py`. Events are never rewritten or removed: an `undo` is an event of its own.

Several processes may append at once: each holds the kernel's lock (flock) on the file while it writes. An append is
one write and one fsync. What a kill or a power cut leaves of a line at the end was never acknowledged: readers pass
over it, and the next writer cuts it off and says so in the log of the program.
"""

from __future__ import annotations

import fcntl
import io
import logging
import os
import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pydantic import (
    ValidationError,
)

from ..document.errors import InputError
from .failures import ArchiveBusy, failure_of
from .folder import sync_directory
from .manifest import Damaged, last_newline, reason_of, require
from .review_events import EventTarget, ReviewEvent, TaskValue

log = logging.getLogger(__name__)

REVIEWS = "reviews"
EMPTY = ""
"""As `expected_last`: nobody has written yet."""

_FILE = re.compile(r"([0-9a-f]{16})\.jsonl")
_LONGEST_LINE = 1 << 18
_LOCK_SECONDS = 10.0
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ReviewConflict(InputError):
    """Somebody else wrote since the reviewer looked: read again, then decide."""


class ReviewRefused(InputError):
    """An event that cannot be of this log: its id is taken, or it undoes what is not there."""


def review_path(archive: Path, sha256: str) -> Path:
    """The log of a source. Raises ValueError where `sha256` is none."""
    if _SHA256.fullmatch(sha256) is None:
        raise ValueError(f"not a SHA-256 in hexadecimal: {sha256!r}")
    return archive / REVIEWS / f"{sha256[:16]}.jsonl"


def read_reviews(archive: Path, sha256: str) -> tuple[ReviewEvent, ...]:
    """The events of a source in the order they were written. Damaged lines are left out; see `log_rows`."""
    rows = log_rows(log_bytes(review_path(archive, sha256)))
    return tuple(row for row in rows if isinstance(row, ReviewEvent))


def log_bytes(path: Path, *, wait: bool = False) -> bytes:
    """A log as it stands on the disk, nothing where there is none. With `wait` not while somebody writes to it: the
    last line is whole then, or broken for good."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise failure_of(error, path) from error
    try:
        if wait:
            _flock(fd, fcntl.LOCK_SH, path)
        return _content(fd)
    except OSError as error:
        raise failure_of(error, path) from error
    finally:
        os.close(fd)


def log_rows(content: bytes) -> Iterator[ReviewEvent | Damaged]:
    """The lines of a log in order."""
    for number, row in enumerate(io.BytesIO(content), 1):
        if not row.endswith(b"\n"):
            yield Damaged(number, "the line breaks off", torn=True)
            return
        try:
            yield ReviewEvent.model_validate_json(row)
        except ValidationError as error:
            yield Damaged(number, reason_of(error), torn=False)


def out_of_order(rows: Sequence[ReviewEvent | Damaged]) -> Iterator[tuple[int, str]]:
    """Number (from 1) of each line whose id is not its own, or that undoes what was not written before it; and what is
    wrong with it."""
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        if isinstance(row, Damaged):
            continue
        if (wrong := _refusal(row, seen)) is not None:
            yield number, wrong
        seen.add(row.id)


def _refusal(event: ReviewEvent, known: set[str]) -> str | None:
    if event.id in known:
        return f"the id {event.id} is that of an earlier event"
    if isinstance(event.target, EventTarget) and event.target.event not in known:
        return f"it undoes {event.target.event}, which is no earlier event"
    return None


def append_review(archive: Path, sha256: str, event: ReviewEvent, *, expected_last: str | None = None) -> None:
    """Append one event to the log of a source; it is on the disk when this returns.

    An event that is there already, word for word, is not written twice: a client may send it again when it does not
    know whether it arrived. With `expected_last`, the id of the last event the reviewer knew of (`EMPTY` for none),
    raises ReviewConflict where another one has been written since. Raises ReviewRefused for an id that is taken, an
    undo of what is not there or a duty that makes no sense, ArchiveFull where there is no room (the log is
    then as it was), ArchiveBusy where others hold the log for more than ten seconds.
    """
    path = review_path(archive, sha256)
    require(archive)
    _check_duty(event)
    data = event.encoded()
    if len(data) > _LONGEST_LINE:
        raise ReviewRefused(f"The event has {len(data)} bytes, more than {_LONGEST_LINE}.", "Say less in it.")
    try:
        with _held(path) as fd:
            _append(fd, path, event, data, expected_last)
    except OSError as error:
        raise failure_of(error, path) from error


def _check_duty(event: ReviewEvent) -> None:
    """What a duty is said to be makes sense: days are calendar days (any other text would be no day to an index and no
    error to anybody), names can be seen. Asked where an event is written, not where a log is read: what is there
    stays."""
    said = event.after if isinstance(event.after, TaskValue) else TaskValue()
    deadline = said.deadline
    for day in (deadline.date, deadline.start, deadline.end) if deadline else ():
        try:
            real = day is None or date.fromisoformat(day).isoformat() == day
        except ValueError:
            real = False
        if not real:
            raise ReviewRefused(f"{day!r:.60} is no calendar day.", "Give it as 2021-09-15, or null.")
    for each in said.assignees:
        if not each.name or any(unicodedata.category(c)[0] == "C" for c in each.name):
            raise ReviewRefused(f"{each.name!r:.60} is no name: empty, or with control characters.", "Type it anew.")


def _append(fd: int, path: Path, event: ReviewEvent, data: bytes, expected_last: str | None) -> None:
    _cut_torn_tail(fd, path)
    events = [row for row in log_rows(_content(fd)) if isinstance(row, ReviewEvent)]
    if event in events:
        os.fsync(fd)  # who wrote it may not have come to that
        return
    last = events[-1].id if events else EMPTY
    if expected_last is not None and expected_last != last:
        raise ReviewConflict(
            f"The reviews of {path.stem} have changed meanwhile: the last event is {last or 'none'}, not "
            f"{expected_last or 'none'}.", "Read them again, then decide."
        )  # fmt: skip
    if (wrong := _refusal(event, {known.id for known in events})) is not None:
        raise ReviewRefused(f"The event does not fit into the reviews of {path.stem}: {wrong}.", "Read them again.")
    end = os.fstat(fd).st_size
    try:
        written = os.write(fd, data)
        if written != len(data):
            os.write(fd, data[written:])  # the kernel says by an error why it took only a part
        os.fsync(fd)
    except OSError:
        os.ftruncate(fd, end)
        raise


def _content(fd: int) -> bytes:
    pieces, at = [], 0
    while piece := os.pread(fd, 1 << 20, at):
        pieces.append(piece)
        at += len(piece)
    return b"".join(pieces)


@contextmanager
def _held(path: Path) -> Iterator[int]:
    """The log open for appending, made where it is not there, and locked against other writers."""
    path.parent.mkdir(exist_ok=True)
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        _flock(fd, fcntl.LOCK_EX, path)
        if os.fstat(fd).st_size == 0:  # its name, and that of its folder, must outlive a power cut too
            sync_directory(path.parent)
            sync_directory(path.parent.parent)
        yield fd
    finally:
        os.close(fd)


def _flock(fd: int, kind: int, path: Path) -> None:
    end = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(fd, kind | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() > end:
                raise ArchiveBusy(f"{path.name} is being written by others.", "Try again.") from error
            time.sleep(0.01)


def _cut_torn_tail(fd: int, path: Path) -> None:
    size = os.fstat(fd).st_size
    keep = last_newline(fd, size)
    if keep < size:
        os.ftruncate(fd, keep)
        os.fsync(fd)
        log.warning("the last %d bytes of %s were a line broken off; they were cut off", size - keep, path.name)


def logs(archive: Path) -> Iterator[tuple[Path, str | None]]:
    """Every file of `reviews/` with the first 16 digits of the source it is of; None for what is no log."""
    folder = archive / REVIEWS
    for entry in sorted(os.scandir(folder), key=lambda e: e.name) if folder.is_dir() else ():
        match = _FILE.fullmatch(entry.name) if entry.is_file(follow_symlinks=False) else None
        yield Path(entry.path), match[1] if match else None
