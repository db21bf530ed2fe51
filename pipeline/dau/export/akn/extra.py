"""What Akoma Ntoso has no place for, in `<proprietary>` and a namespace of our own: where each unit stands on the page,
tasks, deadlines, awards, recipients, doubts and confidence, field names as in document.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from dau.document.directive import Evidence

from ..markup import Tree
from .meta import SOURCE
from .parts import DAU, File


def proprietary(file: File, meta: Any) -> None:
    """Everything of document.json but the nodes' own words, which are in the body; `nodes` ties each to its element."""
    directive = file.directive
    base = file.xml.add(meta, "proprietary", source=SOURCE)
    own = Tree(DAU, {}, file.xml.fit)
    about = own.add(base, "document", id=directive.id, schema_version=directive.schema_version)
    for name in type(directive).model_fields:
        if name not in ("schema_version", "id", "nodes"):
            _value(own, about, name, getattr(directive, name))
    nodes = own.add(about, "nodes")
    for node in directive.nodes:
        row = own.add(nodes, "node", wId=node.id, eId=file.eids.get(node.id), kind=node.kind)
        for place in node.evidence:
            _place(own, row, place)


def _place(own: Tree, parent: Any, place: Evidence) -> None:
    """A place on a page, as attributes."""
    own.add(
        parent,
        "evidence",
        page=str(place.page) if place.page is not None else None,
        bbox=" ".join(f"{edge:g}" for edge in place.bbox) if place.bbox else None,
        lines=" ".join(map(str, place.lines or ())) or None,
    )


def _value(own: Tree, parent: Any, name: str, value: Any) -> None:
    """A value as elements: fields of the schema are names, keys of an object attributes of `entry`; what is empty is
    left out."""
    if value is None or (isinstance(value, Sequence | Mapping) and not value):
        return
    if isinstance(value, Evidence):
        _place(own, parent, value)
        return
    if isinstance(value, str | int | float):
        own.add(parent, name, str(value).lower() if isinstance(value, bool) else str(value))
        return
    element = own.add(parent, name)
    if isinstance(value, BaseModel):
        for key in type(value).model_fields:
            _value(own, element, key, getattr(value, key))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            _value(own, own.add(element, "entry", key=key), "value", each)
    else:
        for each in value:
            _value(own, element, "item", each)
