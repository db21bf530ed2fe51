"""Human corrections: an append-only log for each source, `reviews/<hash>.jsonl`, that outlives every run.

An event says who looked at what and what is right. It names its target by what is printed (page, box, raw text, text
of a duty), not by its place in one result, so that it can be found again in the results of later runs; applying it is
`dau.corrected`'s affair. Events are never rewritten or removed: an `undo` is an event of its own.

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
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    Field,
    FiniteFloat,
    SerializerFunctionWrapHandler,
    ValidationError,
    field_validator,
    model_serializer,
)
from pydantic import model_validator as validator

from ..document.directive import Assignee, Deadline, Modality, ReviewCode, TaskKind
from ..document.errors import InputError
from ..document.orthography import nfc
from ..document.transcript import Boundary, Frozen
from .failures import ArchiveBusy, failure_of
from .folder import sync_directory
from .manifest import Damaged, last_newline, reason_of, require

log = logging.getLogger(__name__)

REVIEWS = "reviews"
EMPTY = ""
"""As `expected_last`: nobody has written yet."""

Action = Literal["correct_word", "correct_field", "correct_task", "set_boundary", "accept", "undo"]
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(r"([0-9a-f]{16})\.jsonl")
_LONGEST_LINE = 1 << 18
_LOCK_SECONDS = 10.0

Read = Annotated[str, Field(max_length=20_000)]
"""Text as a machine read it: anything."""
VALUES: Mapping[str, str] = {
    "type": "name", "number": "text", "issuer": "name", "issued": "date", "effective": "date", "signer": "name",
}  # fmt: skip
"""What of a field is meant where only the field is named."""
FIELDS: frozenset[str] = frozenset(
    f"/metadata/{name}"
    for name in (
        "type", "type/name", "type/symbol", "number", "number/text", "number/serial", "number/year",
        "number/type_symbol", "number/issuer_symbol", "number/unit_symbol", "subject", "issuer", "issuer/name",
        "issuer/symbol", "issuer/parent", "place", "issued", "issued/date", "effective", "effective/date", "signer",
        "signer/name", "signer/position", "signer/authority", "signer/on_behalf_of", "secrecy", "urgency",
    )
)  # fmt: skip
"""What of document.json may be corrected as a field. `raw` may not: it is what was read."""


class WordTarget(Frozen):
    """A word, or several in a row, where they are printed. `raw` is what was read there, words joined by one space;
    `bbox` (points of the page as displayed) is around them all. `line` and `start` (characters of the line's raw text
    before it) are where it stood in the result the reviewer saw: hints, the only ones where a text has no boxes."""

    kind: Literal["word"] = "word"
    page: int = Field(ge=1)
    raw: Read = Field(min_length=1)
    bbox: tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat] | None = None
    line: Annotated[str, Field(max_length=40)] | None = None
    start: int | None = Field(default=None, ge=0)


class LineTarget(Frozen):
    """A line as it is printed: `raw` is what was read; `bbox` and `line` as for words."""

    kind: Literal["line"] = "line"
    page: int = Field(ge=1)
    raw: Read = Field(min_length=1)
    bbox: tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat] | None = None
    line: Annotated[str, Field(max_length=40)] | None = None


class FieldTarget(Frozen):
    """A field of the metadata by its JSON pointer in document.json: `/metadata/number`, `/metadata/signer/position`.
    `raw` is what the reviewer saw it read as."""

    kind: Literal["field"] = "field"
    field: str
    raw: Read | None = None

    @field_validator("field")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in FIELDS:
            raise ValueError(f"not a field that can be reviewed: {value[:80]}")
        return value

    @property
    def place(self) -> tuple[str, str | None]:
        """Field of the metadata and key within it: `/metadata/number` and `/metadata/number/text` are the same."""
        _, _, name, *key = self.field.split("/")
        return name, key[0] if key else VALUES.get(name)


class TaskTarget(Frozen):
    """A duty by its node and its text as the reviewer saw them; without text, one that is to be added to the node.
    `id` is its id in that result: a hint."""

    kind: Literal["task"] = "task"
    node: Annotated[str, Field(max_length=1000)]
    text: Read | None = None
    id: Annotated[str, Field(max_length=64)] | None = None


class FlagTarget(Frozen):
    """A doubt of the review list: one of this code, on this field or node, about this reading."""

    kind: Literal["flag"] = "flag"
    code: ReviewCode
    field: Annotated[str, Field(max_length=1000)] | None = None
    node: Annotated[str, Field(max_length=1000)] | None = None
    page: int | None = None
    raw: Read | tuple[Read, ...] | None = None


class DocumentTarget(Frozen):
    """The document as a whole, as it read then: `content` is `dau.corrected.fingerprint` of it."""

    kind: Literal["document"] = "document"
    content: str = Field(pattern=r"^[0-9a-f]{64}$")


class EventTarget(Frozen):
    """An earlier event of the same log."""

    kind: Literal["event"] = "event"
    event: str


Target = Annotated[
    WordTarget | LineTarget | FieldTarget | TaskTarget | FlagTarget | DocumentTarget | EventTarget,
    Field(discriminator="kind"),
]


class TaskValue(Frozen):
    """What is said of a duty. Keys that are absent leave what is there; `null` says that there is none."""

    text: Read | None = None
    kind: TaskKind | None = None
    modality: Modality | None = None
    assignees: tuple[Assignee, ...] = ()
    field: Read | None = None
    deadline: Deadline | None = None

    @field_validator("text")
    @classmethod
    def _some(cls, value: str | None) -> str:
        if not value or not value.strip():
            raise ValueError("a duty has a text")
        return value

    @model_serializer(mode="wrap")
    def _said(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if key in self.model_fields_set}

    @property
    def said(self) -> dict[str, Any]:
        """The keys that are there, with their values."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}


class ReviewEvent(Frozen):
    """One line of the log. `at`: UTC in ISO 8601; `by`: who looked. `before` is what the reviewer saw, `after` what is
    right: a text for a word, a text or null (there is none) for a field, a `TaskValue` or null (it is no duty) for a
    task, a `Boundary` for a line, nothing otherwise. Text in `after` is NFC and holds no control characters."""

    schema_version: Literal["1.0"] = "1.0"
    id: str = Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")
    at: str
    by: str = Field(min_length=1, max_length=200)
    action: Action
    target: Target
    before: Read | TaskValue | None = None
    after: Read | TaskValue | None = None
    note: Read | None = None

    @field_validator("at")
    @classmethod
    def _utc(cls, value: str) -> str:
        if datetime.fromisoformat(value).utcoffset() != timedelta(0):
            raise ValueError("not a time in UTC, as 2026-11-22T10:59:41+00:00")
        return value

    @field_validator("by")
    @classmethod
    def _name(cls, value: str) -> str:
        return _clean(value)

    @field_validator("after")
    @classmethod
    def _text(cls, value: str | TaskValue | None) -> str | TaskValue | None:
        if isinstance(value, str):
            return _clean(value)
        if value is None:
            return None
        tidied: dict[str, object] = {}
        if value.text is not None:
            tidied["text"] = "\n".join(map(_clean, value.text.split("\n")))
        if "assignees" in value.model_fields_set:
            tidied["assignees"] = tuple(
                each.model_copy(update={"name": nfc(" ".join(each.name.split()))}) for each in value.assignees
            )
        return value.model_copy(update=tidied) if tidied else value

    @validator(mode="after")
    def _fits(self) -> ReviewEvent:
        wanted = TARGETS[self.action]
        if self.target.kind not in wanted:
            raise ValueError(f"{self.action} is about {' or '.join(wanted)}, not {self.target.kind}")
        if self.action == "correct_word" and not (isinstance(self.after, str) and self.after):
            raise ValueError("correct_word says in `after` what is printed there")
        if self.action == "accept" and self.target.kind == "word" and not isinstance(self.before, str):
            raise ValueError("a word is accepted as it was seen: `before` says how")
        if self.action == "correct_field" and isinstance(self.target, FieldTarget):
            _check_value(self.target, self.after)
        if self.action == "correct_task" and isinstance(self.after, str):
            raise ValueError("correct_task says in `after` an object or null")
        if self.action == "set_boundary" and self.after not in get_args(Boundary):
            raise ValueError(f"set_boundary says in `after` one of {', '.join(get_args(Boundary))}")
        adds = isinstance(self.target, TaskTarget) and self.target.text is None
        if adds and not (isinstance(self.after, TaskValue) and self.after.text):
            raise ValueError("a task that is added has a text in `after`")
        return self

    def encoded(self) -> bytes:
        return self.model_dump_json().encode("utf-8") + b"\n"


def _check_value(target: FieldTarget, after: str | TaskValue | None) -> None:
    if isinstance(after, TaskValue) or after == "":
        raise ValueError("correct_field says in `after` a text or null")
    if after is not None and target.place[1] == "date" and date.fromisoformat(after).isoformat() != after:
        raise ValueError("a date is given as 2021-09-15")


TARGETS: dict[Action, tuple[str, ...]] = {
    "correct_word": ("word",),
    "correct_field": ("field",),
    "correct_task": ("task",),
    "set_boundary": ("line",),
    "accept": ("word", "field", "task", "flag", "document"),
    "undo": ("event",),
}
"""What each action is about."""


def new_event(
    by: str, action: Action, target: Target, *, before: str | TaskValue | None = None,
    after: str | TaskValue | None = None, note: str | None = None,
) -> ReviewEvent:
    """An event of now, with an id of its own. Raises pydantic's ValidationError (a ValueError) where it makes no
    sense."""
    return ReviewEvent(
        id=uuid.uuid4().hex, at=datetime.now(UTC).isoformat(timespec="milliseconds"), by=by, action=action,
        target=target, before=before, after=after, note=note,
    )


def _clean(text: str) -> str:
    """What a person typed: NFC, one space between words. Raises ValueError for control characters: they are not
    printed, and some turn the order of what is."""
    text = nfc(" ".join(text.split(" ")).strip())
    if any(unicodedata.category(c)[0] == "C" for c in text):
        raise ValueError("holds control characters")
    return " ".join(text.split())


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
