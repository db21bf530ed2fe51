"""A human correction as an event: who looked at what, when, and what is right.

An event names its target by what is printed (page, box, raw text, text of a duty), not by its place in one result, so
that it can be found again in the results of later runs; applying it is `dau.corrected`'s affair. Events are kept in a
log for each source (`archive/reviews.py`) and never rewritten or removed: an `undo` is an event of its own.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    Field,
    FiniteFloat,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
)
from pydantic import model_validator as validator

from ..document.directive import Assignee, Deadline, Modality, ReviewCode, TaskKind
from ..document.orthography import nfc
from ..document.transcript import Boundary, Frozen

Action = Literal["correct_word", "correct_field", "correct_task", "set_boundary", "accept", "undo"]

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
