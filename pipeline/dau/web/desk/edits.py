"""What a reviewer sends from the document page, as review events. The page names what is meant by its key; the target
of the event is made here, from the document as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from dau.archive.review_events import (
    Action,
    DocumentTarget,
    EventTarget,
    FieldTarget,
    FlagTarget,
    ReviewEvent,
    Target,
    TaskTarget,
    TaskValue,
    new_event,
)
from dau.archive.reviews import ReviewConflict, ReviewRefused, append_review
from dau.corrected import Held, line_target, word_target
from dau.document.directive import Assignee, Task
from dau.document.orthography import nfc

from ..depends import CurrentContext, CurrentDocument, CurrentWriter
from ..sessions import User
from .deadlines import deadline_of
from .document import Selection, selected
from .doubts import doubts_of, field_value
from .language import words
from .sheet import page_and_line, place_of

router = APIRouter()
Key = Annotated[str | None, Form(max_length=120)]
Text = Annotated[str | None, Form(max_length=20_000)]
_ROLES = ("lead", "perform", "coordinate", "report_to")
_ROLE_WORDS = {
    nfc(text).casefold(): role for role in _ROLES for text in (role, *words()[f"role.{role}"].values())
}  # fmt: skip
"""What may stand for a role in the form of a duty: its name in document.json, or in either language of the desk."""


@dataclass(frozen=True)
class _Duty:
    """What the form of a duty says."""

    assignees: str = ""
    deadline_raw: str = ""
    due: str = ""


_NO_DUTY = _Duty()


def _duty(
    assignees: Annotated[str, Form(max_length=20_000)] = "",
    deadline_raw: Annotated[str, Form(max_length=20_000)] = "",
    due: Annotated[str, Form(max_length=40)] = "",
) -> _Duty:
    return _Duty(assignees, deadline_raw, due)


class _Refused(Exception):
    """What was sent cannot be recorded; the message is a key of the interface's words."""


@router.post("/documents/{document_id}/review", name="desk_review")
def review(
    entry: CurrentDocument,
    context: CurrentContext,
    user: CurrentWriter,
    do: Annotated[Literal["accept", "correct", "reject", "undo", "accept_document", "boundary"], Form()] = "correct",
    seen: Annotated[str, Form(max_length=64)] = "",
    page: Annotated[int, Form(ge=1, le=99_999)] = 1,
    doubt: Key = None,
    word: Key = None,
    field: Key = None,
    task: Key = None,
    line: Key = None,
    value: Text = None,
    none: Annotated[bool, Form()] = False,
    event: Key = None,
    duty: Annotated[_Duty, Depends(_duty)] = _NO_DUTY,
) -> Response:
    """Record one event, then show the next doubt. `seen`: the last event that the page showed; where another was
    written since, nothing is recorded and the page is shown anew with a note."""
    held = context.held(entry)
    chosen = {"doubt": doubt, "word": word, "field": field, "task": task, "line": line}
    selection = selected(held, doubts_of(held.directive), **chosen)
    try:
        made = _event(held, selection, user, do, None if none else value, event, duty)
        append_review(context.archive, entry.sha256, made, expected_last=seen)
    except ReviewConflict:
        return _back(entry.id, page, "conflict", **chosen)
    except (ReviewRefused, ValidationError):
        return _back(entry.id, page, "refused", **chosen)
    except _Refused as refusal:
        return _back(entry.id, page, str(refusal), **chosen)
    context.changed()
    after = context.held(entry)
    if after.fates.get(made.id) == "unapplied":
        return _back(entry.id, page, "unapplied", **chosen)
    return _onwards(after, doubt, line, page)


def _event(
    held: Held, selection: Selection, user: User, do: str, value: str | None, event: str | None, duty: _Duty
) -> ReviewEvent:
    by = user.name or user.kind
    if do == "undo":
        return new_event(by, "undo", EventTarget(event=event or ""))
    if do == "accept_document":
        return new_event(by, "accept", DocumentTarget(content=held.content))
    if selection.line is not None:
        return _about_line(held, selection.line.id, by, do, value)
    if selection.word is not None:
        return _about_word(held, selection.word.key, by, do, value)
    if selection.task is not None:
        return _about_task(held, selection.task, by, do, duty)
    if selection.doubt is None and selection.field is None:
        raise _Refused("gone")
    if do == "accept" and selection.doubt is not None:
        return new_event(by, "accept", _flag(selection), before=selection.doubt.value)
    return _about_field(held, selection, by, do, value)


def _flag(selection: Selection) -> FlagTarget:
    assert selection.doubt is not None
    item = selection.doubt.item
    return FlagTarget(code=item.code, field=item.field, node=item.node, page=item.page, raw=item.raw)


def _about_field(held: Held, selection: Selection, by: str, do: str, value: str | None) -> ReviewEvent:
    pointer = selection.field or (selection.doubt.field if selection.doubt else None)
    if pointer is None:
        raise _Refused("gone")
    before = field_value(held.directive, pointer)
    action: Action = "accept" if do == "accept" else "correct_field"
    target: Target = FieldTarget(field=pointer, raw=selection.doubt.read if selection.doubt else before)
    after = None if action == "accept" else (value or "").strip() or None
    if action == "correct_field" and after is None and value is not None:
        raise _Refused("empty")
    return new_event(by, action, target, before=before, after=after)


def _about_word(held: Held, key: str, by: str, do: str, value: str | None) -> ReviewEvent:
    at = place_of(held.transcript, key)
    if at is None:
        raise _Refused("gone")
    target, before = word_target(at.page, at.line, at.word), at.line.words[at.word].restored
    if do == "accept":
        return new_event(by, "accept", target, before=before)
    return new_event(by, "correct_word", target, before=before, after=value)


def _about_line(held: Held, ident: str, by: str, do: str, value: str | None) -> ReviewEvent:
    at = page_and_line(held.transcript, ident)
    if at is None or do != "boundary":
        raise _Refused("gone")
    return new_event(by, "set_boundary", line_target(*at), before=at[1].raw, after=value)


def _about_task(held: Held, task: Task, by: str, do: str, duty: _Duty) -> ReviewEvent:
    target = TaskTarget(node=task.node, text=task.text, id=task.id)
    if do == "reject":
        return new_event(by, "correct_task", target, before=task.text, after=None)
    said = {} if do == "accept" else _said(held, task, duty)
    if not said:
        return new_event(by, "accept", target, before=_seen(task))
    return new_event(by, "correct_task", target, before=_seen(task), after=TaskValue.model_validate(said))


def _said(held: Held, task: Task, duty: _Duty) -> dict[str, object]:
    """What the form says otherwise than the duty. An assignee that stays as it is stays inferred where it was."""
    said: dict[str, object] = {}
    known = {(each.role, each.name): each for each in task.assignees}
    actors = tuple(known.get((each.role, each.name), each) for each in _assignees(duty.assignees))
    if actors != task.assignees:
        said["assignees"] = actors
    issued = held.directive.metadata.issued.date
    deadline = deadline_of(task.deadline, duty.deadline_raw.strip(), duty.due.strip(), issued)
    if deadline != task.deadline:
        said["deadline"] = deadline
    return said


def _seen(task: Task) -> TaskValue:
    """All that the reviewer saw of a duty; not where it stands, which differs from run to run."""
    deadline = task.deadline.model_copy(update={"evidence": ()}) if task.deadline else None
    return TaskValue(
        text=task.text, kind=task.kind, modality=task.modality, assignees=task.assignees, field=task.field,
        deadline=deadline,
    )  # fmt: skip


def _assignees(text: str) -> tuple[Assignee, ...]:
    """One a line, `role: name`, the role in any of its forms. Raises _Refused where a line is not so."""
    found = []
    for row in filter(None, map(str.strip, text.splitlines())):
        said, colon, name = row.partition(":")
        role = _ROLE_WORDS.get(nfc(" ".join(said.split())).casefold())
        if not colon or role is None or not name.strip():
            raise _Refused("bad_assignee")
        found.append(Assignee.model_validate({"role": role, "name": name.strip()}))
    return tuple(found)


def _onwards(held: Held, dealt_with: str | None, line: str | None, page: int) -> Response:
    """To the next open doubt, where one was dealt with; back to the line, to be seen where it is now; else to the
    page."""
    if line is not None:
        return _back(held.id, page, "saved", line=line)
    if dealt_with is None:
        return _back(held.id, page, "saved")
    doubts = doubts_of(held.directive)
    places = [n for n, each in enumerate(doubts) if each.key == dealt_with]
    start = places[0] + 1 if places else 0
    following = next((each for each in (*doubts[start:], *doubts[:start]) if each.open), None)
    if following is None:
        return _back(held.id, page, "all_done")
    return _back(held.id, None, "saved", doubt=following.key)


def _back(document: str, page: int | None, said: str, **chosen: str | None) -> Response:
    query = {name: value for name, value in chosen.items() if value is not None}
    if page is not None and not query:
        query["page"] = str(page)
    return RedirectResponse(f"/documents/{document}?{urlencode({**query, 'said': said})}", 303)
