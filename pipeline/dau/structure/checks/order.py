"""The order of flags in the document, and whether what they name is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dau.document.directive import SEVERITY_RANK, Directive, Node, ReviewItem


def in_order(items: Iterable[ReviewItem], directive_nodes: Sequence[Node]) -> tuple[ReviewItem, ...]:
    """By severity, then in document order; an item that names a node and no page gets the page the node begins on."""
    place = {node.id: n for n, node in enumerate(directive_nodes)}
    pages = {node.id: node.evidence[0].page for node in directive_nodes if node.evidence}
    placed = (
        item.model_copy(update={"page": pages[item.node]}) if item.page is None and item.node in pages else item
        for item in items
    )
    unique = list(dict.fromkeys(placed))
    return tuple(sorted(unique, key=lambda r: (SEVERITY_RANK[r.severity], place.get(r.node or "", -1), r.code)))


def unknown_nodes(directive: Directive) -> list[str]:
    """Node ids that some item names and the tree does not hold; empty in a sound document."""
    known = {node.id for node in directive.nodes} | {c.id for c in directive.components}
    named = (
        [t.node for t in directive.tasks] + [b.node for b in directive.legal_bases] + [t.node for t in directive.tables]
    )
    named += [m for c in directive.citations for m in c.mentions]
    return [n for n in named if n not in known]
