"""The envelope around the header: trace, body, attachment."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..choices import choice
from ..doubts import KEEP, Record
from ..fit import Replacing
from ..held import Held
from ..markup import Tree
from .agencies import Agencies, load, types
from .header import Header

EDXML = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
XLINK = "http://www.w3.org/1999/xlink"
_ACTOR = "http://schemas.xmlsoap.org/soap/actor/next"
_LARGEST = 512 * 1024 * 1024


@dataclass(frozen=True)
class Wishes:
    """What the settings ask for."""

    agencies: Agencies
    types: Mapping[str, tuple[str, str | None]]
    dates: str
    sent: str | None
    attach: bool
    write_doubtful: bool


def wishes(settings: Mapping[str, str]) -> Wishes:
    return Wishes(
        load(settings.get("agencies")),
        types(settings.get("types")),
        choice(settings, "dates", ("YYYY/MM/DD", "DD/MM/YYYY", "YYYY-MM-DD")),
        settings.get("sent") or None,
        choice(settings, "attach", ("none", "pdf")) == "pdf",
        choice(settings, KEEP, ("leave_out", "write")) == "write",
    )


def build(held: Held, wish: Wishes, record: Record, fit: Replacing) -> Any:
    """Root element `edXML` of the message about one document."""
    xml = Tree(EDXML, {None: EDXML, "xlink": XLINK}, fit)
    root = xml.root("edXML")
    envelope = xml.add(root, "edXMLEnvelope")
    head = xml.add(envelope, "edXMLHeader")
    sender = Header(
        held.id, held.directive, wish.agencies, wish.types, wish.dates, wish.write_doubtful, xml, record
    ).write(xml.add(head, "MessageHeader"))  # fmt: skip
    if sender and wish.sent:
        trace = xml.add(
            xml.add(head, "TraceHeaderList", version="1.0", mustUnderstand="1", actor=_ACTOR), "TraceHeader"
        )
        xml.add(trace, "OrganId", sender.code)
        xml.add(trace, "Timestamp", wish.sent)
    else:
        xml.remark(head, "TraceHeaderList: the sending system writes it (OrganId, Timestamp)")
    manifest = xml.add(xml.add(envelope, "edXMLBody"), "edXMLManifest", version="1.0")
    if wish.attach:
        _attach(held, root, manifest, xml, record)
    return root


def _attach(held: Held, root: Any, manifest: Any, xml: Tree, record: Record) -> None:
    """searchable.pdf, named after the input; its id follows from its content, so that two exports are alike."""
    path = held.folder / "searchable.pdf"
    if not path.is_file() or path.stat().st_size > _LARGEST:
        record.say(held.id, "Attachment", "the archive holds no searchable.pdf")
        return
    source = held.directive.source
    name = f"{source.filename.rpartition('.')[0] or source.filename if source else held.id}.pdf"
    cid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"dau:{held.id}/searchable.pdf"))
    reference = xml.add(manifest, "Reference", **{f"{{{XLINK}}}href": f"cid:{cid}", f"{{{XLINK}}}type": "simple"})
    attachment = xml.add(xml.add(root, "AttachmentEncoded"), "Attachment")
    for base, prefix in ((reference, "cid:"), (attachment, "")):
        xml.add(base, "ContentType", "application/pdf")
        xml.add(base, "ContentId", f"{prefix}{cid}")
        xml.add(base, "Description", "Bản quét, văn bản nhận dạng ở dưới")
        if base is attachment:
            xml.add(base, "ContentTransferEncoded", base64.b64encode(path.read_bytes()).decode("ascii"))
        xml.add(base, "AttachmentName", name)
