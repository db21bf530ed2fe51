"""What the parts of a file share while it is built."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dau.document.directive import Block, Component, Directive, Node

from ..markup import Tree
from .eids import Ids
from .inline import References
from .uri import Uri

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
DAU = "https://dau.invalid/ns/document/1"
"""Namespace of `<proprietary>`: a name and no address (`.invalid`, RFC 2606), from which nothing is fetched."""


@dataclass
class File:
    """One document being written. `eids` gives for each node id the eId of the element that holds its text."""

    directive: Directive
    xml: Tree
    uri: Uri
    references: References
    made: str
    """ISO date on which the document was read, `0001-01-01` where that is not recorded."""
    ids: Ids = field(default_factory=Ids)
    eids: dict[str, str] = field(default_factory=dict)
    children: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        known = {component.id for component in self.directive.components} | {n.id for n in self.directive.nodes}
        first = self.directive.components[0].id if self.directive.components else ""
        for node in self.directive.nodes:
            self.children[node.parent if node.parent in known else first].append(node)

    def blocks(self, component: Component, *kinds: str) -> Iterable[Block]:
        """Blocks of a component; those of none belong to the first."""
        first = self.directive.components[0].id
        return [b for b in self.directive.blocks if b.kind in kinds and (b.component or first) == component.id]

    def paragraphs(self, parent: Any, text: str | None, node: Node | None = None, css: str | None = None) -> None:
        """A text as one `<p>` a line, with references where the node names documents."""
        for line in (text or "").split("\n"):
            self.references.fill(self.xml.add(parent, "p", **{"class": css}), line, node.id if node else None)

    def identified(self, element: Any, node: Node, eid: str) -> None:
        """Ties an element to its node: the node's id is its `wId`."""
        element.set("eId", eid)
        element.set("wId", self.xml.fit(_one_word(node.id)))
        self.eids[node.id] = eid


def _one_word(text: str) -> str:
    return "_".join(text.split()) or "_"
