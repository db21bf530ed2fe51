"""Fields of the metadata as people corrected or accepted them. What was read (`raw`) stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dau.archive.review_events import VALUES, FieldTarget, ReviewEvent
from dau.document.directive import Confidence, DatedText, Directive, DocumentType, Metadata, Number, ReviewItem
from dau.document.transcript import Reviewed
from dau.structure.confidence import of_document
from dau.structure.facts.numbers import read_number
from dau.structure.facts.types import type_of_name

from .ledger import Ledger, reviewed, witness
from .reasons import Reason

Place = tuple[str, str | None]


@dataclass
class _Field:
    """A field as it stands: who said something of it last, and whether they changed it."""

    machine: str | None
    correction: ReviewEvent | None = None
    acceptances: list[ReviewEvent] = field(default_factory=list)

    @property
    def event(self) -> ReviewEvent | None:
        return self.acceptances[-1] if self.acceptances else self.correction


def correct_fields(directive: Directive, events: Sequence[ReviewEvent], ledger: Ledger) -> Directive:
    """The directive with the field events applied."""
    metadata = directive.metadata
    found: dict[Place, _Field] = {}
    for event in events:
        assert isinstance(event.target, FieldTarget)
        place = event.target.place
        state = found.setdefault(place, _Field(value_at(directive.metadata, place)))
        if event.action == "correct_field":
            for earlier in _overtaken(found, place):
                ledger.superseded(earlier)
            metadata = _with_value(metadata, place, event.after if isinstance(event.after, str) else None)
            found[place] = _Field(state.machine, event)
            ledger.applied(event)
        else:
            _accept(value_at(metadata, place), event, state, ledger)
    said = {place: state for place, state in found.items() if state.event is not None}
    return _marked(directive, metadata, said) if said else directive


def _overtaken(found: dict[Place, _Field], place: Place) -> list[ReviewEvent]:
    """What was said before of a field that is now corrected; a number that is given anew brings its parts along, a type
    its symbol."""
    whole = place in (("number", "text"), ("type", "name"))
    gone = [place, *(other for other in found if whole and other[0] == place[0])]
    events = []
    for each in dict.fromkeys(gone):
        state = found.pop(each)
        events += [e for e in (state.correction, *state.acceptances) if e is not None]
    return events


def _accept(now: str | None, event: ReviewEvent, state: _Field, ledger: Ledger) -> None:
    """An acceptance is of a value, not of whatever a later run may read there."""
    if event.before != now:
        ledger.unapplied(event, value_differs(now))
    else:
        state.acceptances.append(event)
        ledger.applied(event)


def value_differs(now: str | None) -> Reason:
    """That a field says something else than what was accepted."""
    return Reason("field_empty") if now is None else Reason("field_differs", {"now": now})


def value_at(metadata: Metadata, place: Place) -> str | None:
    """What a field says."""
    name, key = place
    held = getattr(metadata, name)
    value: str | None = held if key is None or held is None else getattr(held, key)
    return value


def _with_value(metadata: Metadata, place: Place, value: str | None) -> Metadata:
    name, key = place
    if key is None:
        return metadata.model_copy(update={name: value})
    make = _WHOLE.get(place)
    if make is not None:
        return metadata.model_copy(update={name: make(metadata, value)})
    return metadata.model_copy(update={name: getattr(metadata, name).model_copy(update={key: value})})


def _number(metadata: Metadata, value: str | None) -> Number:
    """The parts of a number come of it by its grammar, as when it is read; those of one that fits none stay open."""
    parts = read_number(value, letter=metadata.type.symbol is None).number if value else Number()
    if parts.text != value:
        parts = Number(text=value)
    return parts.model_copy(update={"raw": metadata.number.raw})


def _type(metadata: Metadata, value: str | None) -> DocumentType:
    known = type_of_name(value) if value else None
    return DocumentType(name=value, symbol=known.symbol if known else None)


def _effective(metadata: Metadata, value: str | None) -> DatedText | None:
    raw = metadata.effective.raw if metadata.effective else None
    return DatedText(raw=raw, date=value) if raw is not None or value is not None else None


_WHOLE: Mapping[Place, Callable[[Metadata, str | None], object]] = {
    ("number", "text"): _number,
    ("type", "name"): _type,
    ("effective", "date"): _effective,
}


# ------------------------------------------------------------------------ marks


def _marked(directive: Directive, metadata: Metadata, said: Mapping[Place, _Field]) -> Directive:
    """Who said so beside each field; its doubts settled; its confidence that of a person."""
    marks: dict[str, Reviewed] = {}
    known = dict(directive.confidence.metadata) if directive.confidence else {}
    review = directive.review
    for (name, key), state in sorted(said.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        event = state.event
        assert event is not None
        whole = key is None or VALUES.get(name) == key
        marks[name if whole else f"{name}/{key}"] = reviewed(
            event, "corrected" if state.correction else "accepted", state.machine, known.get(name) if whole else None
        )
        if whole and name in known:
            known[name] = 1.0
        pointer = f"/metadata/{name}" if whole else f"/metadata/{name}/{key}"
        review = settled(review, pointer, event, value_at(metadata, (name, key)))
    metadata = metadata.model_copy(update={"reviewed": dict(sorted(marks.items()))})
    return directive.model_copy(
        update={"metadata": metadata, "review": review, "confidence": _confidence(directive.confidence, known)}
    )


def _confidence(held: Confidence | None, fields: dict[str, float | None]) -> Confidence | None:
    if held is None:
        return None
    pages = {page.page: page.confidence for page in held.pages}
    return held.model_copy(update={"metadata": fields, "document": of_document(fields, pages)})


def settled(
    review: Iterable[ReviewItem], pointer: str, event: ReviewEvent, value: str | None
) -> tuple[ReviewItem, ...]:
    """The review list with the doubts about a field, and what is below it, settled; they stay in the list."""
    return tuple(
        settle(item, event, value) if item.field == pointer or (item.field or "").startswith(f"{pointer}/") else item
        for item in review
    )


def settle(item: ReviewItem, event: ReviewEvent, value: str | None) -> ReviewItem:
    """A doubt that a person settled: with what, and who and when."""
    found = value if value is not None else "không có"
    return item.model_copy(update={"resolved": found, "witnesses": (*item.witnesses, witness(event))})
