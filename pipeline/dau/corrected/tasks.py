"""Duties as people corrected, rejected, added or accepted them.

A duty is found by its node and text. In a later run the numbering of the nodes or a letter of the text may differ: the
one that is nearly the same is meant, if there is only one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import JsonValue
from rapidfuzz import fuzz

from dau.archive.review_events import ReviewEvent, TaskTarget, TaskValue
from dau.document.directive import Deadline, Directive, ReviewItem, Task
from dau.document.orthography import letters
from dau.document.transcript import Transcript
from dau.structure.layout.lines import read_lines
from dau.structure.places import Places

from .fields import settle
from .ledger import Ledger, reviewed
from .reasons import Reason

_ALIKE_IN_NODE, _ALIKE_ELSEWHERE = 85.0, 95.0
"""How alike (Levenshtein ratio of bare letters, in per cent) two texts of one duty are, in its node and elsewhere."""


@dataclass
class _Draft:
    """A duty on its way: `place` is its index in the machine's list, None of one that was added."""

    task: Task
    place: int | None
    names: set[tuple[str, str]]
    """Node and letters of the text, each as the machine or a reviewer ever had them."""
    said: list[tuple[ReviewEvent, frozenset[str]]] = field(default_factory=list)
    """Corrections in force, and the keys they set."""
    acceptances: list[ReviewEvent] = field(default_factory=list)
    """Of what it says now."""
    rejected: ReviewEvent | None = None
    machine: JsonValue = None
    """What the machine had in the keys that were set."""

    @property
    def accepted(self) -> ReviewEvent | None:
        return self.acceptances[-1] if self.acceptances else None

    @property
    def event(self) -> ReviewEvent | None:
        """Who spoke of it last."""
        return self.rejected or self.accepted or (self.said[-1][0] if self.said else None)


def correct_tasks(
    directive: Directive, transcript: Transcript, events: Sequence[ReviewEvent], ledger: Ledger
) -> tuple[Directive, tuple[Task, ...]]:
    """The directive with the task events applied, and the tasks that people said are none; pointers of the review list
    follow the tasks they mean."""
    drafts = [_Draft(task, n, {_name(task)}) for n, task in enumerate(directive.tasks)]
    for event in events:
        assert isinstance(event.target, TaskTarget)
        if event.target.text is None:
            _add(directive, event, drafts, ledger)
            continue
        draft = _find(event.target, drafts, directive)
        if isinstance(draft, Reason):
            ledger.unapplied(event, draft)
        elif event.action == "accept":
            _accept(event, draft, ledger)
        else:
            _correct(event, draft, ledger)
    if not any(draft.event for draft in drafts):
        return directive, ()
    kept = _in_order([draft for draft in drafts if draft.rejected is None], directive)
    places = Places(directive.nodes, read_lines(transcript))
    tasks = tuple(_marked(draft, places) for draft in kept)
    review = tuple(_followed(directive.review, drafts, kept))
    rejected = tuple(draft.task for draft in drafts if draft.rejected is not None and draft.place is not None)
    return directive.model_copy(update={"tasks": tasks, "review": review}), rejected


def _name(task: Task) -> tuple[str, str]:
    return task.node, letters(task.text)


# --------------------------------------------------------------------- finding


def _find(target: TaskTarget, drafts: Sequence[_Draft], directive: Directive) -> _Draft | Reason:
    text = letters(target.text or "")
    same = [draft for draft in drafts if (target.node, text) in draft.names]
    if len(same) > 1:
        same = [draft for draft in same if draft.task.id == target.id] or same
    if len(same) == 1:
        return same[0]
    if same:
        return Reason("task_ambiguous")
    inside = _most_alike(text, (d for d in drafts if any(node == target.node for node, _ in d.names)), _ALIKE_IN_NODE)
    here = next((node for node in directive.nodes if node.id == target.node), None)
    if inside is None and here is not None and text and text in letters(_said(here.heading, here.text)):
        # the same words elsewhere are another duty
        return Reason("task_no_duty")
    return inside or _most_alike(text, drafts, _ALIKE_ELSEWHERE) or Reason("task_gone")


def _most_alike(text: str, drafts: Iterator[_Draft] | Sequence[_Draft], least: float) -> _Draft | None:
    """The draft whose text is most alike, at least so; None where there is none or two are equally so."""
    found = [(max(fuzz.ratio(text, known, score_cutoff=least) for _, known in d.names), n, d)
             for n, d in enumerate(drafts)]  # fmt: skip
    found = sorted((each for each in found if each[0] >= least and text), key=lambda each: -each[0])
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][2]


def _node_for(directive: Directive, event: ReviewEvent) -> str | None:
    """The node a task is added to: the one that is named, or the only one that says what the task says."""
    assert isinstance(event.target, TaskTarget) and isinstance(event.after, TaskValue)
    text = letters(event.after.text or "")
    named = [node for node in directive.nodes if node.id == event.target.node]
    if named and (not text or text in letters(_said(named[0].heading, named[0].text))):
        return named[0].id
    holding = [node.id for node in directive.nodes if text and text in letters(_said(node.heading, node.text))]
    if len(holding) == 1:
        return holding[0]
    return named[0].id if named else None


def _said(*parts: str | None) -> str:
    return " ".join(filter(None, parts))


# -------------------------------------------------------------------- applying


def _add(directive: Directive, event: ReviewEvent, drafts: list[_Draft], ledger: Ledger) -> None:
    node = _node_for(directive, event)
    if node is None:
        ledger.unapplied(event, Reason("node_gone"))
        return
    assert isinstance(event.after, TaskValue)
    task = Task.model_validate({"id": f"R-{event.id}", "node": node, "text": "", **event.after.said})
    drafts.append(_Draft(task, None, {_name(task)}, [(event, frozenset())]))
    ledger.applied(event)


def _correct(event: ReviewEvent, draft: _Draft, ledger: Ledger) -> None:
    ledger.applied(event)
    values: Mapping[str, Any] = event.after.said if isinstance(event.after, TaskValue) else {}
    for earlier in (*draft.acceptances, draft.rejected):
        if earlier is not None:
            ledger.superseded(earlier)
    draft.acceptances.clear()
    draft.rejected = None
    if not isinstance(event.after, TaskValue):
        for known, _ in draft.said:
            ledger.superseded(known)
        draft.rejected = event
        return
    for known, keys in [each for each in draft.said if each[1] and each[1] <= values.keys()]:
        ledger.superseded(known)
        draft.said.remove((known, keys))
    if draft.place is not None:
        before = draft.task.model_dump(mode="json", include=set(values))
        draft.machine = before | (draft.machine if isinstance(draft.machine, dict) else {})
    draft.task = draft.task.model_copy(update=dict(values))
    draft.names.add(_name(draft.task))
    draft.said.append((event, frozenset(values)))


def _accept(event: ReviewEvent, draft: _Draft, ledger: Ledger) -> None:
    """An acceptance is of what the reviewer saw: `before`, as far as it says anything; a text alone is the duty's."""
    seen = event.before.said if isinstance(event.before, TaskValue) else {}
    if isinstance(event.before, str):
        seen = {"text": event.before}
    differing = [key for key, value in seen.items() if _said_of(getattr(draft.task, key)) != _said_of(value)]
    if draft.rejected or differing:
        other = Reason("task_differs", {"keys": ", ".join(differing)}) if differing else Reason("task_rejected")
        ledger.unapplied(event, other)
        return
    draft.acceptances.append(event)
    ledger.applied(event)


def _said_of(value: Any) -> Any:
    """A value without where it stands, which differs from run to run."""
    return value.model_copy(update={"evidence": ()}) if isinstance(value, Deadline) else value


# ----------------------------------------------------------------------- marks


def _in_order(drafts: Sequence[_Draft], directive: Directive) -> list[_Draft]:
    """The machine's order; what was added comes behind the last task that stands before it in the document."""
    order = {node.id: n for n, node in enumerate(directive.nodes)}
    kept = [draft for draft in drafts if draft.place is not None]
    added = [draft for draft in drafts if draft.place is None]
    for draft in sorted(added, key=lambda d: (order.get(d.task.node, -1), d.task.text, d.task.id)):
        where = order.get(draft.task.node, -1)
        before = [n for n, other in enumerate(kept) if order.get(other.task.node, -1) <= where]
        kept.insert(before[-1] + 1 if before else 0, draft)
    return kept


def _marked(draft: _Draft, places: Places) -> Task:
    event = draft.event
    if event is None:
        return draft.task
    task = draft.task
    changed = frozenset().union(*(keys for _, keys in draft.said))
    if draft.place is None or changed & {"text", "deadline"}:
        deadline = task.deadline
        if deadline is not None:
            deadline = deadline.model_copy(update={"evidence": places.node(task.node, deadline.raw).evidence})
        where = places.node(task.node, task.text).evidence
        task = task.model_copy(update={"evidence": where, "deadline": deadline})
    action: Literal["added", "corrected", "accepted"] = (
        "added" if draft.place is None else "corrected" if draft.said else "accepted"
    )
    mark = reviewed(event, action, draft.machine, None if draft.place is None else draft.task.confidence)
    return task.model_copy(update={"confidence": 1.0, "reviewed": mark})


def _followed(review: Sequence[ReviewItem], drafts: Sequence[_Draft], kept: Sequence[_Draft]) -> Iterator[ReviewItem]:
    """The review list with its pointers to tasks led to where these are now, and their doubts settled."""
    by_place = {draft.place: draft for draft in drafts if draft.place is not None}
    now = {draft.task.id: n for n, draft in enumerate(kept)}
    for item in review:
        _, *parts = (item.field or "").split("/")
        if len(parts) < 2 or parts[0] != "tasks" or not parts[1].isdecimal() or int(parts[1]) not in by_place:
            yield item
            continue
        draft = by_place[int(parts[1])]
        if draft.rejected:
            yield settle(item.model_copy(update={"field": None}), draft.rejected, "không phải nhiệm vụ")
            continue
        item = item.model_copy(update={"field": "/".join(["", "tasks", str(now[draft.task.id]), *parts[2:]])})
        yield _settled(item, parts[2:], draft)


def _settled(item: ReviewItem, below: Sequence[str], draft: _Draft) -> ReviewItem:
    """A doubt about the task as a whole is settled by whoever corrected or accepted it; one about a part of it by who
    accepted it or corrected that part."""
    correcting = [event for event, keys in draft.said if not below or below[0] in keys]
    event = draft.accepted or (correcting[-1] if correcting else None)
    return settle(item, event, draft.task.text[:160] if not below else "đã rà soát") if event else item
