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
    _tops: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    _below: dict[int, list[Node]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Arranges the nodes as trees. Each gets one place, whatever the ids say: a second use of an id has nothing
        below it; a node whose parent is unknown, or whose way up goes in a circle, stands at the top of the first
        part."""
        nodes, components = self.directive.nodes, {component.id for component in self.directive.components}
        first: dict[str, int] = {}
        for position, node in enumerate(nodes):
            first.setdefault(node.id, position)
        above = [None if node.parent in components else first.get(node.parent) for node in nodes]
        for position, node in enumerate(nodes):
            if _circles(above, position):
                above[position] = None
            parent = above[position]
            if parent is not None:
                self._below[parent].append(node)
            else:
                top = node.parent if node.parent in components else self.directive.components[0].id
                self._tops[top].append(node)
        self._position = {id(node): position for position, node in enumerate(nodes)}

    def tops(self, component: Component) -> list[Node]:
        """The nodes at the top of a component, in order; asked again, as by a second use of its id, none."""
        return self._tops.pop(component.id, [])

    def below(self, node: Node) -> list[Node]:
        """The nodes directly below a node, in order."""
        return self._below[self._position[id(node)]]

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


def _circles(above: list[int | None], position: int) -> bool:
    """Whether the way up from a node never ends."""
    met: set[int] = set()
    up: int | None = position
    while up is not None and up not in met:
        met.add(up)
        up = above[up]
    return up is not None


def _one_word(text: str) -> str:
    return "_".join(text.split()) or "_"
