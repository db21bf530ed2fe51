"""Flags as the desk shows them: where they stand on paper, what else it may be, what may be done about them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from dau.archive.review_events import FIELDS, VALUES
from dau.document.directive import Directive, Evidence, ReviewCode, ReviewItem, Task

_OF_THE_FILE: frozenset[ReviewCode] = frozenset({"needs_rescan", "synthetic"})


@dataclass(frozen=True)
class Doubt:
    """A flag. `key` finds it again after something else was corrected. `field`: the field of the metadata that may be
    corrected here; `task`: the duty it is about; `value`: what that field says now; `proposed`: what other documents
    of the archive witness, which settles nothing until a person says so."""

    key: str
    item: ReviewItem
    evidence: tuple[Evidence, ...]
    field: str | None
    task: Task | None
    value: str | None
    proposed: str | None = None

    @property
    def open(self) -> bool:
        return self.item.open

    @property
    def page(self) -> int:
        at = next((e.page for e in self.evidence if e.page), None)
        return at or self.item.page or 1

    @property
    def boxes(self) -> list[Evidence]:
        """Where to look, a few places at most."""
        return [e for e in self.evidence if e.page and e.bbox][:3]

    @property
    def read(self) -> str:
        """What was read; nothing where the flag is about the page or file, and `raw` says only which of its kind."""
        if self.item.code in _OF_THE_FILE:
            return ""
        raw = self.item.raw
        return " | ".join(raw) if isinstance(raw, tuple) else raw or ""

    @property
    def others(self) -> list[tuple[str, float | None]]:
        """Other values on offer, with how likely each is; nine at most, for they are chosen by a digit."""
        found = {a.value: a.confidence for a in self.item.alternatives if a.value and a.value != self.value}
        return list(found.items())[:9]


def doubts_of(directive: Directive, witnessed: Directive | None = None) -> tuple[Doubt, ...]:
    """All flags of a document in the order of their weight; `witnessed` is the same document with what others say."""
    said = (witnessed or directive).review
    return tuple(_doubt(item, told, directive) for item, told in zip(directive.review, said, strict=True))


def key_of(item: ReviewItem) -> str:
    """Stays the same while code, place and reading do: positions in lists may shift."""
    raw = " | ".join(item.raw) if isinstance(item.raw, tuple) else item.raw
    return key_from(item.code, item.field, item.node, item.page, raw, item.message)


def key_from(
    code: str, field: str | None, node: str | None, page: int | None, raw: str | None, message: str
) -> str:
    """The same from a row of the index (`flags`)."""
    pointer = "/".join(part for part in (field or "").split("/") if not part.isdecimal())
    told = "\0".join([code, pointer, node or "", str(page), raw or "", message])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _doubt(item: ReviewItem, told: ReviewItem, directive: Directive) -> Doubt:
    field = _metadata_field(item.field)
    task = _item_at(directive.tasks, "tasks", item.field)
    return Doubt(
        key_of(item), told.model_copy(update={"resolved": item.resolved}), _evidence(item, directive), field,
        task if isinstance(task, Task) else None, field_value(directive, field) if field else None,
        told.resolved if item.resolved is None else None,
    )  # fmt: skip


def _metadata_field(pointer: str | None) -> str | None:
    """The field of the metadata that a flag is about, as a review names it."""
    return pointer if pointer in FIELDS else None


def field_value(directive: Directive, pointer: str) -> str | None:
    """What a field says: `/metadata/number` and `/metadata/number/text` are the same."""
    _, _, name, *key = pointer.split("/")
    value = getattr(directive.metadata, name)
    inner = key[0] if key else VALUES.get(name)
    if inner is not None and value is not None:
        value = getattr(value, inner)
    return None if value is None else str(value)


def _evidence(item: ReviewItem, directive: Directive) -> tuple[Evidence, ...]:
    """Where what the flag is about was read: its field, else the thing it points to, else its node."""
    parts = (item.field or "").strip("/").split("/")
    if parts[0] == "metadata" and len(parts) > 1:
        return directive.metadata.evidence.get(parts[1], ())
    lists: dict[str, Sequence[object]] = {
        "tasks": directive.tasks, "citations": directive.citations, "awards": directive.awards,
        "tables": directive.tables, "nodes": directive.nodes,
    }  # fmt: skip
    found = _item_at(lists.get(parts[0], ()), parts[0], item.field)
    if found is not None:
        return tuple(getattr(found, "evidence", None) or ())
    node = next((node for node in directive.nodes if node.id == item.node), None) if item.node else None
    return tuple(node.evidence or ()) if node is not None else ()


def _item_at(items: Sequence[object], name: str, pointer: str | None) -> object | None:
    parts = (pointer or "").strip("/").split("/")
    if parts[0] != name or len(parts) < 2 or not parts[1].isdecimal() or int(parts[1]) >= len(items):
        return None
    return items[int(parts[1])]
