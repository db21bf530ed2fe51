"""Count words held against the lists they announce: "06 lĩnh vực", then seven; "03 nhiệm vụ sau:", then two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dau.document.directive import Node, ReviewItem
from dau.document.orthography import skeleton

from ..computed import plain
from .sections import Tree

_FIELDS = re.compile(r"\b(?P<count>0?[2-9]|[1-4]\d) linh vuc\b")
_ANNOUNCED = re.compile(
    r"\b(?P<count>0?[2-9]|[1-4]\d) (?:nhom )?(?:nhiem vu|giai phap|noi dung|viec|yeu cau)\b"
    r"[^.;:]{0,80}\bsau(?: day)?\s*:?\s*$"
)
_COUNTED = re.compile(r"\d [^\W\d_]")
"""What both have: a figure and a word."""
_LISTED = frozenset({"item", "point", "bullet", "clause"})


def _flag(node: Node, said: str, count: int, what: str) -> ReviewItem:
    return ReviewItem(
        code="internal_inconsistency",
        severity="medium",
        node=node.id,
        raw=said,
        message=f'Nói "{said}" nhưng liệt kê {count} {what}',
    )


def _list_under(node: Node, tree: Tree) -> int:
    """How many units a lead-in announces: those under it, else those behind it among its siblings."""
    under = [child for child in tree.children.get(node.id, ()) if child.kind in _LISTED]
    if under:
        return len(under)
    group = tree.children.get(node.parent, ())
    place = next((i for i, other in enumerate(group) if other is node), len(group))
    behind = [other for other in group[place + 1 :] if other.kind in _LISTED]
    kinds = {other.kind for other in behind[:1]}
    return sum(other.kind in kinds for other in behind)


def check_counts(nodes: Sequence[Node]) -> Iterator[ReviewItem]:
    """Where a number of fields, tasks or measures differs from the list it speaks of."""
    tree = Tree(nodes, ())
    fields = [n for n in nodes if skeleton(n.heading or "").startswith("linh vuc ")]
    largest = max((sum(f.parent == other.parent for other in fields) for f in fields), default=0)
    for node in nodes:
        text = node.text or ""
        if not _COUNTED.search(text):
            continue
        key = plain(text)
        said = _FIELDS.search(key) if "linh vuc" in key else None
        if said and largest >= 2 and int(said["count"]) != largest:
            yield _flag(node, text[said.start() : said.end()], largest, "lĩnh vực")
        announced = _ANNOUNCED.search(key.rstrip(" .")) if "sau" in key else None
        if announced:
            count = _list_under(node, tree)
            if count >= 2 and count != int(announced["count"]):
                yield _flag(node, text[announced.start() : announced.end()].strip(), count, "mục")
