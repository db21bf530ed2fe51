"""Whether what the items of a document name is there."""

from __future__ import annotations

from dau.document.directive import Directive


def unknown_nodes(directive: Directive) -> list[str]:
    """Node ids that some item names and the tree does not hold; empty in a sound document."""
    known = {node.id for node in directive.nodes} | {c.id for c in directive.components}
    named = (
        [t.node for t in directive.tasks] + [b.node for b in directive.legal_bases] + [t.node for t in directive.tables]
    )
    named += [m for c in directive.citations for m in c.mentions]
    return [n for n in named if n not in known]
