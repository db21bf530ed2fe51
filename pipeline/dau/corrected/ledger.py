"""What became of each event: nothing a reviewer said is dropped in silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from dau.archive.review_events import EventTarget, ReviewEvent
from dau.document.directive import Witness
from dau.document.transcript import Reviewed

from .reasons import Reason

Fate = Literal["applied", "superseded", "undone", "unapplied"]
"""`superseded`: a later event says something else of the same place."""


@dataclass(frozen=True)
class Unapplied:
    """An event that found no place in this result, and why."""

    event: ReviewEvent
    reason: Reason


@dataclass
class Ledger:
    """The fate of each event by its id."""

    fates: dict[str, Fate] = field(default_factory=dict)
    found_no_place: list[Unapplied] = field(default_factory=list)

    def applied(self, event: ReviewEvent) -> None:
        self.fates[event.id] = "applied"

    def superseded(self, event: ReviewEvent) -> None:
        self.fates[event.id] = "superseded"

    def unapplied(self, event: ReviewEvent, reason: Reason) -> None:
        self.fates[event.id] = "unapplied"
        self.found_no_place.append(Unapplied(event, reason))


def in_force(events: Sequence[ReviewEvent], ledger: Ledger) -> list[ReviewEvent]:
    """The events that no later one undoes, in the order of the log. An undo may itself be undone; one that names no
    earlier event is not applied."""
    known = {event.id: n for n, event in enumerate(events)}
    off: set[str] = set()
    for n in range(len(events) - 1, -1, -1):
        event = events[n]
        if isinstance(event.target, EventTarget) and event.id not in off:
            if known.get(event.target.event, n) < n:
                off.add(event.target.event)
                ledger.applied(event)
            else:
                ledger.unapplied(event, Reason("event_unknown"))
    for event in events:
        if event.id in off:
            ledger.fates[event.id] = "undone"
    return [event for event in events if event.id not in off and event.action != "undo"]


def reviewed(
    event: ReviewEvent,
    action: Literal["corrected", "accepted", "added"],
    machine: JsonValue = None,
    confidence: float | None = None,
) -> Reviewed:
    return Reviewed(
        event=event.id, by=event.by, at=event.at, action=action, machine=machine, confidence=confidence
    )


def witness(event: ReviewEvent) -> Witness:
    """Who settled a doubt, and when."""
    said = f"{event.by}, {event.at}" + (f": {event.note}" if event.note else "")
    return Witness(kind="reviewer", text=said, where=f"reviews#{event.id}")


def fates_of(events: Iterable[ReviewEvent], ledger: Ledger) -> Mapping[str, Fate]:
    """The fate of every event; one without would be a defect."""
    return {event.id: ledger.fates[event.id] for event in events}
