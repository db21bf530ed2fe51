"""`<meta>`: identification, publication, lifecycle and references of a document or of a part attached to it."""

from __future__ import annotations

from typing import Any

from dau.document.directive import Component
from dau.document.orthography import slug

from .inline import eid_of
from .parts import File
from .uri import NULL_DATE, day

SOURCE = "#dau"
ISSUER, PARENT, SIGNER, ROLE = "issuer", "issuer-parent", "signer", "signer-role"


def identification(file: File, meta: Any, component: Component, name: str, *, main: bool) -> None:
    """FRBR work, expression and manifestation. The manifestation's date is the day the scan was read."""
    xml, about, uri = file.xml, file.directive.metadata, file.uri
    author = f"#{ISSUER}" if about.issuer.name or about.issuer.symbol else ""
    base = xml.add(meta, "identification", source=SOURCE)
    title = (about.subject if main else component.title) or component.title or component.type
    for level, tag in (("work", "FRBRWork"), ("expression", "FRBRExpression"), ("manifestation", "FRBRManifestation")):
        part = xml.add(base, tag)
        xml.add(part, "FRBRthis", value=uri.of(level, name))
        xml.add(part, "FRBRuri", value=uri.whole(level))
        if level == "work" and title:
            xml.add(part, "FRBRalias", value=title, name="title")
        if level == "manifestation":
            xml.add(part, "FRBRdate", date=file.made, name="read" if file.made != NULL_DATE else "unknown")
        else:
            xml.add(part, "FRBRdate", date=uri.dated, name="issued" if uri.dated != NULL_DATE else "unknown")
        effective = day(about.effective.date) if about.effective else None
        if level == "expression" and effective:
            xml.add(part, "FRBRdate", date=effective, name="effective")
        xml.add(part, "FRBRauthor", href=author if level != "manifestation" else SOURCE)
        _properties(file, part, level, component, main=main)


def _properties(file: File, part: Any, level: str, component: Component, *, main: bool) -> None:
    xml, about = file.xml, file.directive.metadata
    if level == "work":
        xml.add(part, "FRBRcountry", value="vn")
        kind = component.type or (about.type.name if main else None)
        if kind:
            xml.add(part, "FRBRsubtype", value=slug(kind) or "van-ban")
        if main and about.number.text:
            xml.add(part, "FRBRnumber", value=about.number.text)
    elif level == "expression":
        xml.add(part, "FRBRlanguage", language="vie")
    else:
        xml.add(part, "FRBRformat", value="application/akn+xml")


def lifecycle(file: File, meta: Any) -> None:
    """Publication and lifecycle say the day of issue, and are left out where it is unknown: no gazette is invented."""
    xml, about, issued = file.xml, file.directive.metadata, file.uri.dated
    if issued == NULL_DATE:
        return
    xml.add(
        meta, "publication", date=issued, name="ban-hanh", showAs="Ban hành", number=about.number.text or None
    )  # fmt: skip
    xml.add(
        xml.add(meta, "lifecycle", source=SOURCE), "eventRef",
        date=issued, source=f"#{ISSUER}" if about.issuer.name or about.issuer.symbol else SOURCE, type="generation",
    )  # fmt: skip


def references(file: File, meta: Any) -> None:
    """Who and what is spoken of: the issuer, the signer, the documents cited."""
    xml, about = file.xml, file.directive.metadata
    base = xml.add(meta, "references", source=SOURCE)
    xml.add(base, "TLCOrganization", eId="dau", href="/ontology/organization/dau", showAs="Dấu")
    organisations = ((ISSUER, about.issuer.name or about.issuer.symbol), (PARENT, about.issuer.parent))
    for eid, name in organisations:
        if name:
            xml.add(base, "TLCOrganization", eId=eid, href=_concept("organization", name), showAs=name)
    if about.signer.name:
        xml.add(
            base, "TLCPerson", eId=SIGNER, href=_concept("person", about.signer.name), showAs=about.signer.name
        )  # fmt: skip
    if about.signer.position:
        xml.add(
            base, "TLCRole", eId=ROLE, href=_concept("role", about.signer.position), showAs=about.signer.position
        )  # fmt: skip
    taken: set[str] = set()
    for cited in file.directive.citations:
        eid = eid_of(cited)
        if eid not in taken:
            href = file.references.hrefs[cited.id]
            href = _concept("reference", cited.id) if href.startswith("#") else href
            xml.add(
                base, "TLCReference", eId=eid, href=href, showAs=cited.raw or cited.number or cited.id, name="cites"
            )
        taken.add(eid)


def _concept(kind: str, name: str) -> str:
    return f"/ontology/{kind}/vn/{slug(name) or 'unknown'}"
