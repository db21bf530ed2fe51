"""One document as an Akoma Ntoso file: the main part as `act` or `doc`, plans and appendixes as its attachments."""

from __future__ import annotations

from typing import Any

from dau.document.directive import Component, Directive

from ..fit import Replacing
from ..held import Held
from ..markup import Tree
from ..moments import read_at
from . import back, body, front, meta
from .extra import proprietary
from .inline import References
from .parts import AKN, DAU, File
from .uri import NULL_DATE, component_name, name_of, of_document


def build(held: Held, fit: Replacing) -> Any:
    """Root element `akomaNtoso` of a document."""
    directive = held.directive
    if not directive.components:
        only = Component(id="van-ban", role="main", type=directive.metadata.type.name)
        directive = directive.model_copy(update={"components": (only,)})
    xml = Tree(AKN, {None: AKN, "dau": DAU}, fit)
    kind = _kind(directive, directive.components[0])
    file = File(directive, xml, of_document(directive, kind), References(directive, xml), _day_read(held))
    root = xml.root("akomaNtoso")
    groups = _groups(directive.components)
    names: set[str] = set()
    main = _part(file, root, groups[0], "", names, main=True)
    if len(groups) > 1:
        others = xml.add(main, "components")
        for group in groups[1:]:
            eid = file.ids.make("", "component")
            _part(file, xml.add(others, "component", eId=eid), group, eid, names, main=False)
    proprietary(file, main[0])
    return root


def _groups(components: tuple[Component, ...]) -> list[list[Component]]:
    """Each main document with what is attached to it; a scan may hold several."""
    groups: list[list[Component]] = []
    for component in components:
        if component.role == "main" or not groups:
            groups.append([component])
        else:
            groups[-1].append(component)
    return groups


def _part(file: File, parent: Any, group: list[Component], prefix: str, names: set[str], *, main: bool) -> Any:
    """A document with its attachments; `prefix` is the eId above it."""
    document = _document(file, parent, group[0], prefix, names, main=main)
    if len(group) > 1:
        attachments = file.xml.add(document, "attachments")
        for component in group[1:]:
            eid = file.ids.make(prefix, "attachment")
            holder = file.xml.add(attachments, "attachment", eId=eid, **{"class": component.role})
            _document(file, holder, component, eid, names, main=False)
    return document


def _document(file: File, parent: Any, component: Component, prefix: str, names: set[str], *, main: bool) -> Any:
    xml = file.xml
    kind = _kind(file.directive, component)
    document = xml.add(
        parent, kind, name=name_of(component.type or (file.directive.metadata.type.name if main else ""))
    )
    about = xml.add(document, "meta")
    component_id = component_name(component, names)
    meta.identification(file, about, component, "main" if main else component_id, main=main)
    if main:
        meta.lifecycle(file, about)
        meta.references(file, about)
    before, after = front.split(file.tops(component))
    front.cover(file, document, component)
    front.preface(file, document, component, main=main)
    front.preamble(file, document, before, prefix)
    body.hierarchy(file, xml.add(document, "body" if kind == "act" else "mainBody"), after, prefix)
    back.conclusions(file, document, component, prefix, main=main)
    return document


def _kind(directive: Directive, component: Component) -> str:
    """`act` for what is written in articles (Điều), `doc` for anything else."""
    mine = f"{component.id}/"
    articles = any(node.kind == "article" and node.id.startswith(mine) for node in directive.nodes)
    return "act" if articles else "doc"


def _day_read(held: Held) -> str:
    at = read_at(held)
    return at.date().isoformat() if at else NULL_DATE
