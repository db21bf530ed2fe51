"""Doubts and whole documents that people accepted ("looked at, right"), and the doubts that reviews raise."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from pydantic import JsonValue

from dau.archive.review_events import (
    FIELDS,
    DocumentTarget,
    FieldTarget,
    FlagTarget,
    LineTarget,
    ReviewEvent,
    TaskTarget,
    WordTarget,
)
from dau.document.directive import Directive, NotApplied, ReviewItem, Severity

from .fields import settle, value_at, value_differs
from .ledger import Ledger, Unapplied, reviewed
from .reasons import Reason

_AS_READ = "đúng như đã đọc"
_ABOUT = frozenset({"evidence", "lines", "confidence", "reviewed"})
_INDEX = re.compile(r"/\d+(?=/|$)")


def accept_flags(
    directive: Directive, machine: Directive, events: Sequence[ReviewEvent], ledger: Ledger, order: Sequence[str]
) -> Directive:
    """The directive with the accepted doubts settled. One that the machine raised and that corrections have done away
    with needs no settling, nor does one about something that was corrected afterwards; `order` has the ids of all
    events as they were written."""
    written = {ident: n for n, ident in enumerate(order)}
    review = list(directive.review)
    for event in events:
        assert isinstance(event.target, FlagTarget)
        places = _places(review, event.target)
        if not places:
            if _places(machine.review, event.target):
                ledger.superseded(event)
            else:
                ledger.unapplied(event, Reason("flag_gone"))
        elif any(written.get(ident, -1) > written[event.id] for place in places for ident in _settlers(review[place])):
            ledger.superseded(event)
        elif (other := _another_value(directive, event)) is not None:
            ledger.unapplied(event, other)
        else:
            for place in places:
                item = review[place]
                said = item.resolved if any(_settlers(item)) and item.resolved is not None else None
                review[place] = settle(item, event, said or event.note or _AS_READ)
            ledger.applied(event)
    return directive.model_copy(update={"review": tuple(review)})


def _settlers(item: ReviewItem) -> Iterator[str]:
    """Ids of the events that settled a doubt so far."""
    for each in item.witnesses:
        if each.kind == "reviewer" and each.where:
            yield each.where.removeprefix("reviews#")


def _another_value(directive: Directive, event: ReviewEvent) -> Reason | None:
    """That the field of a doubt does not say any more what was accepted (`before`)."""
    assert isinstance(event.target, FlagTarget)
    if not isinstance(event.before, str) or event.target.field not in FIELDS:
        return None
    now = value_at(directive.metadata, FieldTarget(field=event.target.field).place)
    return None if now == event.before else value_differs(now)


def _places(review: Sequence[ReviewItem], target: FlagTarget) -> list[int]:
    """Where the doubt is in the list: of this code, about this reading, on this field and page; where several are, on
    this node. A doubt about another reading is another doubt."""
    found = [
        n for n, item in enumerate(review)
        if item.code == target.code and item.raw == target.raw and item.page == target.page
        and _unnumbered(item.field) == _unnumbered(target.field)
    ]
    same = [n for n in found if review[n].node == target.node]
    exact = [n for n in same if review[n].field == target.field]
    return exact or (same if len(same) == 1 else []) or (found if len(found) == 1 else [])


def _unnumbered(pointer: str | None) -> str | None:
    """A pointer without the indices of lists, which differ from run to run."""
    return None if pointer is None else _INDEX.sub("/#", pointer)


# --------------------------------------------------------------------- document


def fingerprint(directive: Directive) -> str:
    """SHA-256 of what a document says, wherever it stands on the page and however sure that is: metadata, tree,
    tasks, awards, tables, recipients."""
    said = directive.model_dump(mode="json", exclude={"id", "source", "review", "confidence", "reviewed"})
    plain = json.dumps(_said(said), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def _said(value: JsonValue) -> JsonValue:
    """Without what only says where something stands, or how sure it is."""
    if isinstance(value, dict):
        return {key: _said(each) for key, each in value.items() if key not in _ABOUT}
    return [_said(each) for each in value] if isinstance(value, list) else value


def accept_document(
    directive: Directive, machine: Directive, events: Sequence[ReviewEvent], ledger: Ledger
) -> Directive:
    """The directive marked as accepted, its open doubts settled, where a person accepted what the machine says now."""
    content = fingerprint(machine) if events else ""
    for event in events:
        assert isinstance(event.target, DocumentTarget)
        if event.target.content != content:
            ledger.unapplied(event, Reason("document_differs"))
            continue
        ledger.applied(event)
        known = directive.confidence
        was = machine.confidence.document if machine.confidence else None
        directive = directive.model_copy(
            update={
                "review": tuple(
                    settle(item, event, event.note or _AS_READ) if item.resolved is None else item
                    for item in directive.review
                ),
                "confidence": known.model_copy(update={"document": 1.0}) if known else None,
                "reviewed": reviewed(event, "accepted", None, was),
            }
        )
    return directive


# -------------------------------------------------------------------- unapplied


def unapplied_flags(found: Iterable[Unapplied]) -> tuple[ReviewItem, ...]:
    """A doubt for each event that found no place: what a person said must not be lost because a machine reads
    otherwise now. One, where the same was said again on the same day."""
    items: dict[ReviewItem, ReviewItem] = {}
    for each in found:
        flag = ReviewItem(code="review_unapplied", severity=_severity(each.event), message=_message(each))
        flag = _place(flag, each.event)
        items.setdefault(flag, flag.model_copy(update={"unapplied": not_applied(each)}))
    return tuple(items.values())


def not_applied(each: Unapplied) -> NotApplied:
    """The event and why, as the review list holds them."""
    event = each.event
    return NotApplied(
        event=event.id, by=event.by, at=event.at, action=event.action,
        after=event.after if isinstance(event.after, str) else None,
        reason=each.reason.code, values=dict(each.reason.values),
    )  # fmt: skip


def _severity(event: ReviewEvent) -> Severity:
    """A correction that is not applied may leave the error standing; an acceptance leaves a doubt that is shown."""
    if event.action not in ("accept", "undo"):
        return "medium"
    return "info" if isinstance(event.target, FlagTarget | WordTarget) else "low"


_SAID = {
    "set_boundary": "chia lại đoạn", "correct_word": "sửa chữ", "correct_field": "sửa trường",
    "correct_task": "sửa nhiệm vụ", "accept": "chấp nhận",
    "undo": "huỷ một ý kiến",
}  # fmt: skip


def _message(each: Unapplied) -> str:
    event = each.event
    to = f' thành "{event.after[:160]}"' if isinstance(event.after, str) else ""
    what = f"{_SAID[event.action]}{to}"
    return f"Ý kiến rà soát của {event.by} ({event.at[:10]}, {what}) chưa áp dụng được: {each.reason.said('vi')}"


def _place(item: ReviewItem, event: ReviewEvent) -> ReviewItem:
    """The flag with where on the page or in the document the event was meant."""
    target = event.target
    where: dict[str, object] = {}
    if isinstance(target, WordTarget | LineTarget):
        where = {"page": target.page, "raw": target.raw}
    elif isinstance(target, FieldTarget):
        where = {"field": target.field, "raw": target.raw}
    elif isinstance(target, TaskTarget):
        where = {"node": target.node, "raw": target.text}
    elif isinstance(target, FlagTarget):
        where = {"page": target.page, "node": target.node, "raw": target.raw}
    return item.model_copy(update=where)
