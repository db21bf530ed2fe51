"""Conclusions: the signature as printed and as understood, the recipients (Nơi nhận)."""

from __future__ import annotations

from typing import Any

from dau.document.directive import Component

from .meta import ROLE, SIGNER
from .parts import File


def conclusions(file: File, parent: Any, component: Component, prefix: str, *, main: bool) -> None:
    xml = file.xml
    base = xml.add(parent, "conclusions")
    for block in file.blocks(component, "signature"):
        file.paragraphs(base, block.text, css="signature")
    if main:
        _signer(file, base)
        _recipients(file, base, component, prefix)
    else:
        for block in file.blocks(component, "recipients"):
            file.paragraphs(base, block.text, css="recipients")
    if not len(base):
        parent.remove(base)


def _signer(file: File, base: Any) -> None:
    xml, signer = file.xml, file.directive.metadata.signer
    if not signer.position and not signer.name:
        return
    signature = xml.add(xml.add(base, "p", **{"class": "signer"}), "signature")
    if signer.position:
        xml.add(signature, "role", signer.position, refersTo=f"#{ROLE}")
    if signer.name:
        xml.add(signature, "person", signer.name, refersTo=f"#{SIGNER}")


def _recipients(file: File, base: Any, component: Component, prefix: str) -> None:
    """A list of the recipients; the block as printed where none was made out."""
    xml = file.xml
    if not file.directive.recipients:
        for block in file.blocks(component, "recipients"):
            file.paragraphs(base, block.text, css="recipients")
        return
    eid = file.ids.make(prefix, "blockList")
    items = xml.add(base, "blockList", eId=eid, **{"class": "noi-nhan"})
    for count, recipient in enumerate(file.directive.recipients, 1):
        item = xml.add(items, "item", eId=file.ids.make(eid, "item", str(count)))
        file.paragraphs(item, recipient.raw)
