"""What people said about a document: read, and added to."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Query, Request, Response
from pydantic import BaseModel, Field, ValidationError

from dau.archive.review_events import Action, ReviewEvent, Target, TaskValue
from dau.archive.reviews import EMPTY, ReviewConflict, ReviewRefused, append_review, read_reviews
from dau.corrected import Reason
from dau.document.directive import NotAppliedReason

from ..depends import CurrentContext, CurrentDocument, CurrentWriter
from ..files import REVALIDATE, not_modified, unchanged
from ..jobs.store import now
from ..problems import Problem

router = APIRouter(tags=["reviews"])
_NONE = "none"

_EXAMPLE = {
    "action": "correct_field", "target": {"kind": "field", "field": "/metadata/number", "raw": "4423 OP-BTTTT"},
    "before": "4423 OP-BTTTT", "after": "1423/QĐ-BTTTT", "note": "so với bản giấy",
}


class NewReview(BaseModel):
    """What is said of a document. `id`: made up by the caller, so that the same event may be sent again when its answer
    was lost. `by`: who says so, where the caller is no session."""

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")] | None = None
    action: Action
    target: Target
    before: str | TaskValue | None = None
    after: str | TaskValue | None = None
    note: str | None = None
    by: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class Why(BaseModel):
    """Why an event could not be applied: a code of a closed list, what it names (`now`: what stands there instead), and
    the same as a sentence in Vietnamese and English."""

    code: NotAppliedReason
    values: dict[str, str]
    vi: str
    en: str


class Reviews(BaseModel):
    """`last`: the id of the last event; as ETag it is to be sent back in If-Match. Where that was asked for: `fates`,
    what became of each event in the document as it is now, and `reasons`, why those that are `unapplied` are so; both
    by the event's id."""

    document: str
    last: str | None
    events: list[ReviewEvent]
    fates: dict[str, str] | None = None
    reasons: dict[str, Why] | None = None


def _tag(events: tuple[ReviewEvent, ...]) -> str:
    return f'"{events[-1].id if events else _NONE}"'


@router.get("/documents/{document_id}/reviews", name="list_reviews", response_model=Reviews)
def list_reviews(
    request: Request,
    response: Response,
    entry: CurrentDocument,
    context: CurrentContext,
    fates: Annotated[bool, Query(description="Whether to say what became of each, and why.")] = False,
) -> Any:
    """All events about the content of a document, in the order they were written, undone ones too. The ETag names the
    last of them; what became of them changes with a later run too, and is always answered in full."""
    events = read_reviews(context.archive, entry.sha256)
    if not fates and unchanged(request, _tag(events)):
        return not_modified(_tag(events), REVALIDATE)
    response.headers["ETag"] = _tag(events)
    response.headers["Cache-Control"] = REVALIDATE
    found = Reviews(document=entry.id, last=events[-1].id if events else None, events=list(events))
    if fates:
        held = context.held(entry)
        found.fates = dict(held.fates)
        found.reasons = {each.event.id: _why(each.reason) for each in held.unapplied}
    return found


def _why(reason: Reason) -> Why:
    return Why(code=reason.code, values=dict(reason.values), vi=reason.said("vi"), en=reason.said("en"))


@router.post("/documents/{document_id}/reviews", name="create_review", status_code=201, response_model=ReviewEvent)
def create_review(
    response: Response,
    entry: CurrentDocument,
    context: CurrentContext,
    user: CurrentWriter,
    review: Annotated[NewReview, Body(examples=[_EXAMPLE])],
    if_match: Annotated[str | None, Header(max_length=200, description='The ETag; `"none"` for no review.')] = None,
) -> ReviewEvent:
    """Add an event. If-Match must name the last one the caller knows of: 428 without it, 412 where another was written
    since."""
    if if_match is None:
        raise Problem(428, "if_match_missing", "Say in If-Match which reviews you have seen: their ETag.")
    event = _event(review, user.name or review.by or user.kind)
    known = next((each for each in read_reviews(context.archive, entry.sha256) if each.id == event.id), None)
    if known is not None and known.model_copy(update={"at": event.at}) == event:
        event = known  # sent again: append_review takes what is there word for word
    expected = if_match.strip().removeprefix("W/").strip('"')
    try:
        append_review(
            context.archive, entry.sha256, event,
            expected_last=None if expected == "*" else EMPTY if expected == _NONE else expected,
        )  # fmt: skip
    except ReviewConflict as error:
        detail = "Somebody else has reviewed meanwhile. Read again, then decide."
        raise Problem(412, "changed_meanwhile", detail) from error
    except ReviewRefused as error:
        raise Problem(409, "refused", str(error)) from error
    response.headers["ETag"] = f'"{event.id}"'
    context.changed()
    return event


def _event(review: NewReview, by: str) -> ReviewEvent:
    """The event as it is recorded. Raises a Problem (422) for one that makes no sense."""
    try:
        return ReviewEvent(
            id=review.id or uuid.uuid4().hex, at=now(), by=by, action=review.action, target=review.target,
            before=review.before, after=review.after, note=review.note,
        )
    except ValidationError as error:
        wrong = [
            {"where": ".".join(str(part) for part in each["loc"]), "what": each["msg"]}
            for each in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise Problem(422, "invalid", "The event makes no sense.", errors=wrong) from error
