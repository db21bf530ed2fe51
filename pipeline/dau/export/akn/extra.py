"""What Akoma Ntoso has no place for, in `<proprietary>` and a namespace of our own: where each unit stands on the page,
tasks, deadlines, awards, recipients, doubts and confidence, field names as in document.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..markup import Tree
from .meta import SOURCE
from .parts import DAU, File

_SECTIONS = (
    "source", "metadata", "components", "blocks", "legal_bases", "citations", "tasks", "emulation", "awards", "tables",
    "recipients", "review", "confidence",
)  # fmt: skip
_PLACE = frozenset({"page", "bbox", "lines"})


def proprietary(file: File, meta: Any) -> None:
    """Everything of document.json but the nodes' own words, which are in the body; `nodes` ties each to its element."""
    directive = file.directive
    base = file.xml.add(meta, "proprietary", source=SOURCE)
    own = Tree(DAU, {}, file.xml.fit)
    about = own.add(base, "document", id=directive.id, schema_version=directive.schema_version)
    content = directive.model_dump(mode="json", exclude={"nodes"}, exclude_none=True)
    for name in _SECTIONS:
        if content.get(name):
            _value(own, about, name, content[name])
    nodes = own.add(about, "nodes")
    for node in directive.nodes:
        row = own.add(nodes, "node", wId=node.id, eId=file.eids.get(node.id), kind=node.kind)
        for place in node.evidence:
            _place(own, row, place.model_dump())


def _place(own: Tree, parent: Any, place: Mapping[str, Any]) -> None:
    """A place on a page, as attributes."""
    page, bbox = place.get("page"), place.get("bbox")
    own.add(
        parent,
        "evidence",
        page=str(page) if page is not None else None,
        bbox=" ".join(f"{edge:g}" for edge in bbox) if bbox else None,
        lines=" ".join(map(str, place.get("lines") or ())) or None,
    )


def _value(own: Tree, parent: Any, name: str, value: Any) -> None:
    """A value as elements: keys of the schema are names, others (`entry`) attributes; what is empty is left out."""
    if isinstance(value, Mapping):
        if value.keys() <= _PLACE:
            _place(own, parent, value)
            return
        element = own.add(parent, name)
        free = name == "evidence" or (name == "metadata" and all(isinstance(v, int | float) for v in value.values()))
        for key, each in value.items():
            _value(own, own.add(element, "entry", key=key) if free else element, "value" if free else key, each)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        element = own.add(parent, name) if value else None
        for each in value:
            _value(own, element, "item", each)
    elif value is not None:
        own.add(parent, name, str(value).lower() if isinstance(value, bool) else str(value))
