"""The tree of a component as Akoma Ntoso's hierarchy; rows of tables as tables where the grid holds their words."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dau.document.directive import Node, Table

from .parts import File

_ELEMENTS = {
    "part": "part",
    "chapter": "chapter",
    "section": "section",
    "subsection": "subsection",
    "article": "article",
    "clause": "paragraph",
    "point": "point",
    "item": "paragraph",
    "bullet": "indent",
    "paragraph": "alinea",
}
"""kind → element; what is not here is an `hcontainer` with the kind as its name. A khoản is a `paragraph`, and so is
an item of a plan (1.), below another one `subparagraph` (1.1.); an unnumbered paragraph is an `alinea`."""
_DEEPEST = 200
"""Levels: libxml2 reads 256, and a file must be readable again. Deeper ones stand beside each other."""


def hierarchy(file: File, parent: Any, nodes: list[Node], prefix: str) -> None:
    """The nodes below `parent`, in order; at least one element, as the schema asks."""
    if not nodes:
        empty = file.xml.add(parent, "hcontainer", name="empty", eId=file.ids.make(prefix, "hcontainer"))
        file.xml.add(file.xml.add(empty, "content"), "p")
        return
    _level(file, parent, nodes, prefix, None, 0)


def _level(file: File, parent: Any, nodes: list[Node], prefix: str, above: str | None, depth: int) -> None:
    grids = _grids(file, nodes)
    inside: set[str] = set()
    for node in nodes:
        if node.id in grids:
            table, rows = grids[node.id]
            _table(file, parent, table, rows, prefix)
            inside |= {row.id for row in rows}
        elif node.id not in inside:
            _unit(file, parent, node, prefix, above, depth)


def _unit(file: File, parent: Any, node: Node, prefix: str, above: str | None, depth: int) -> None:
    xml = file.xml
    name = _ELEMENTS.get(node.kind, "hcontainer")
    if node.kind == "item" and above == "item":
        name = "subparagraph"
    element = xml.add(parent, name, name=node.kind if name == "hcontainer" else None)
    file.identified(element, node, file.ids.make(prefix, name, node.number))
    if node.number is not None:
        xml.add(element, "num", node.number)
    if node.heading is not None:
        file.references.fill(xml.add(element, "heading"), node.heading, node.id)
    children = file.below(node)
    deep = depth >= _DEEPEST
    if not children or deep:
        file.paragraphs(xml.add(element, "content"), node.text, node)
    else:
        if node.text is not None:
            file.paragraphs(xml.add(element, "intro"), node.text, node)
        _level(file, element, children, element.get("eId"), node.kind, depth + 1)
    if children and deep:
        for child in children:
            _unit(file, parent, child, prefix, node.kind, depth)


def _grids(file: File, nodes: list[Node]) -> dict[str, tuple[Table, list[Node]]]:
    """First row's node → its table and rows, for tables of which every row has the same words as its nodes, row by
    row: then the grid can stand for them and nothing is lost or said twice."""
    rows = [node for node in nodes if node.kind == "table_row"]
    if not rows:
        return {}
    parents = {node.parent for node in rows}
    bags = {node.id: _words(file, node) for node in rows}
    found: dict[str, tuple[Table, list[Node]]] = {}
    used: set[str] = set()
    for table in file.directive.tables:
        if table.node not in parents or not table.rows:
            continue
        wanted = [Counter(" ".join(row).split()) for row in table.rows]
        for start, node in enumerate(nodes):
            run = nodes[start : start + len(wanted)]
            if (
                node.id in bags
                and bags[node.id] == wanted[0]
                and len(run) == len(wanted)
                and all(each.id in bags and each.id not in used for each in run)
                and all(bags[each.id] == words for each, words in zip(run, wanted, strict=True))
            ):
                found[node.id] = (table, run)
                used |= {each.id for each in run}
                break
    return found


def _words(file: File, node: Node) -> Counter[str]:
    words = Counter(" ".join(text for text in (node.number, node.heading, node.text) if text).split())
    for child in file.below(node):
        words.update(_words(file, child))
    return words


def _table(file: File, parent: Any, table: Table, rows: list[Node], prefix: str) -> None:
    """The element of a row stands for all nodes below the row."""
    xml = file.xml
    eid = file.ids.make(prefix, "hcontainer")
    holder = xml.add(parent, "hcontainer", name="table", eId=eid)
    grid = xml.add(xml.add(holder, "content"), "table", eId=file.ids.make(eid, "table"), title=table.title)
    grid.set("wId", xml.fit("_".join(table.id.split()) or "_"))
    if table.columns:
        head = xml.add(grid, "tr")
        for column in table.columns:
            file.paragraphs(xml.add(head, "th"), column)
    for node, cells in zip(rows, table.rows, strict=True):
        row = xml.add(grid, "tr")
        file.identified(row, node, file.ids.make(grid.get("eId"), "tr"))
        _stand_for(file, node, row.get("eId"))
        for cell in cells or ("",):
            file.paragraphs(xml.add(row, "td"), cell)


def _stand_for(file: File, node: Node, eid: str) -> None:
    for child in file.below(node):
        file.eids[child.id] = eid
        _stand_for(file, child, eid)
