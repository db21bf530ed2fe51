"""Trees of nodes written by hand for the tests: one line a node, `id | kind | heading | text`."""

from __future__ import annotations

from pathlib import Path

from dau.document.directive import Node


def outline(text: str) -> list[Node]:
    """Nodes from lines `id | kind | heading | text`; the parent is the id without its last step."""
    nodes = []
    for line in filter(str.strip, text.splitlines()):
        ident, kind, heading, said = (part.strip() for part in line.split("|", 3))
        parent = ident.rsplit("/", 1)[0].removesuffix("/preamble")
        nodes.append(
            Node.model_validate(
                {"id": ident, "parent": parent, "kind": kind, "heading": heading or None, "text": said or None}
            )
        )
    return nodes


PLAN_1423 = (Path(__file__).parent / "plan-1423.txt").read_text(encoding="utf-8")
"""Parts of the plan of Quyết định 1423/QĐ-BTTTT, its criteria out of order on purpose, `{deadline}` left open."""
