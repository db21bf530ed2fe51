"""Cover page (as printed), preface (as understood), preamble (căn cứ and what stands around them)."""

from __future__ import annotations

from typing import Any

from dau.document.directive import Component, Node

from .meta import ISSUER
from .parts import File
from .uri import NULL_DATE

PREAMBLE = frozenset({"authority", "legal_basis", "proposal", "enacting_formula"})
_FORMULAS = {"authority": "authority", "enacting_formula": "enactingFormula"}


def cover(file: File, parent: Any, component: Component) -> None:
    """Header and title line by line as they were read."""
    blocks = file.blocks(component, "header", "title")
    if blocks:
        page = file.xml.add(parent, "coverPage")
        for block in blocks:
            file.paragraphs(page, block.text, css=block.kind)


def preface(file: File, parent: Any, component: Component, *, main: bool) -> None:
    """Type, number, date, issuer and title, each an element of its own; then the addressee (Kính gửi)."""
    xml, about = file.xml, file.directive.metadata
    base = xml.add(parent, "preface")
    if main:
        if about.issuer.name:
            xml.add(xml.add(base, "p"), "docProponent", about.issuer.name, refersTo=f"#{ISSUER}")
        number = about.number.text or about.number.raw
        if number:
            xml.add(xml.add(base, "p"), "docNumber", number)
        if about.issued.raw or about.issued.date:
            date = file.uri.dated
            words = about.issued.raw or date
            row = xml.add(base, "p")
            if date != NULL_DATE:
                xml.add(row, "docDate", words, date=date)
            else:
                row.text = xml.fit(words)
                row.set("class", "date-not-understood")
    kind = component.type or (about.type.name if main else None)
    if kind:
        xml.add(xml.add(base, "p"), "docType", kind)
    title = (about.subject if main else None) or component.title
    if title:
        xml.add(xml.add(base, "p"), "docTitle", title)
    for block in file.blocks(component, "addressee"):
        file.paragraphs(base, block.text, css="addressee")
    if not len(base):
        parent.remove(base)


def split(nodes: list[Node]) -> tuple[list[Node], list[Node]]:
    """The nodes of a component before its body, and the body: up to the last of what only a preamble holds, as long as
    nothing but unnumbered paragraphs stands between."""
    end = 0
    for position, node in enumerate(nodes):
        if node.kind in PREAMBLE or "/preamble/" in node.id:
            end = position + 1
        elif node.kind != "paragraph":
            break
    return nodes[:end], nodes[end:]


def preamble(file: File, parent: Any, nodes: list[Node], prefix: str) -> None:
    """Căn cứ as citations, authority and enacting formula as formulas, anything else as a container."""
    if not nodes:
        return
    base, citations = file.xml.add(parent, "preamble"), None
    for node in nodes:
        if node.kind == "legal_basis":
            if citations is None:
                citations = file.xml.add(base, "citations", eId=file.ids.make(prefix, "citations"))
            element = file.xml.add(citations, "citation")
            file.identified(element, node, file.ids.make(citations.get("eId"), "citation"))
        else:
            citations = None
            name = "formula" if node.kind in _FORMULAS else "container"
            element = file.xml.add(base, name, name=_FORMULAS.get(node.kind, node.kind))
            file.identified(element, node, file.ids.make(prefix, name))
        _texts(file, element, node)


def _texts(file: File, element: Any, node: Node) -> None:
    """Text of a node and of all below it as paragraphs: a citation has no hierarchy inside."""
    marker = " ".join(part for part in (node.number, node.heading) if part)
    if marker:
        file.paragraphs(element, marker, css="marker")
    if node.text is not None or not marker:
        file.paragraphs(element, node.text, node)
    for child in file.below(node):
        file.eids[child.id] = element.get("eId")
        _texts(file, element, child)
