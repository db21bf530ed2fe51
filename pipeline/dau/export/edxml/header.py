"""`MessageHeader`: fields 1.1 to 1.14, in their order. A value that is unknown or in doubt is left out: a comment
stands in its place and a line in the record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dau.document.directive import Directive

from ..doubts import Record, doubt
from ..markup import Tree
from ..moments import day
from .agencies import DETAILS, Agencies, Agency, type_key

URGENCY = {"khẩn": "1", "thượng khẩn": "2", "hỏa tốc": "3", "hoả tốc": "3", "hỏa tốc hẹn giờ": "4"}
LENGTHS = {
    "CodeNumber": 11, "CodeNotation": 30, "Place": 50, "Subject": 500, "TypeName": 100, "Competence": 100,
    "Position": 100, "FullName": 50, "OrganName": 200, "Appendix": 250,
}  # fmt: skip
"""Longest values, as open implementations check them. A longer one is written whole and said."""
_COPIES = re.compile(r"^-?\s*Lưu\b.*\((\d{1,4})\)\s*\.?$")
_DATES = {"YYYY/MM/DD": "{0}/{1}/{2}", "DD/MM/YYYY": "{2}/{1}/{0}", "YYYY-MM-DD": "{0}-{1}-{2}"}


@dataclass
class Header:
    """Writes the header of one document."""

    document: str
    directive: Directive
    agencies: Agencies
    types: Mapping[str, tuple[str, str | None]]
    dates: str
    write_doubtful: bool
    xml: Tree
    record: Record

    def write(self, base: Any) -> Agency | None:
        """Returns the sender, where the table knows it."""
        sender = self._sender(base)
        self._receivers(base)
        code = self._code(base)
        date = self._promulgation(base)
        self._type(base)
        self._value(base, "Subject", self.directive.metadata.subject, "/metadata/subject")
        self._signer(base)
        self._places(base)
        self._other(base)
        if sender and code and date:
            self.xml.add(base, "DocumentId", f"{sender.code},{date},{code}")
        else:
            self._missing(base, "DocumentId", "needs code of the sender, date and number")
        return sender

    # ------------------------------------------------------------------ who

    def _sender(self, base: Any) -> Agency | None:
        issuer = self.directive.metadata.issuer
        held = self.xml.add(base, "From")
        name = self._settled(held, "OrganName", issuer.name, "/metadata/issuer")
        sender = self.agencies.find(name)
        if sender is None:
            self._missing(held, "OrganId", "not in the table of agencies", name=name)
        self._agency(held, sender, name, None if sender and "in_charge" in sender.details else issuer.parent)
        return sender

    def _receivers(self, base: Any) -> None:
        """To is who the table has a code for; everybody stands in ToPlaces as printed."""
        seen: set[str] = set()
        if not self.agencies.given:
            self._missing(base, "To", "no table of agencies was given")
            return
        for recipient in self.directive.recipients:
            for name in recipient.organisations:
                agency = self.agencies.find(name)
                if agency is None:
                    self.record.say(self.document, "To/OrganId", "not in the table of agencies", name=name)
                elif agency.code not in seen:
                    seen.add(agency.code)
                    self._agency(self.xml.add(base, "To"), agency, name, None)
        if not seen:
            self.xml.remark(base, "To: no recipient with a code")

    def _agency(self, held: Any, agency: Agency | None, name: str | None, parent: str | None) -> None:
        details = agency.details if agency else {}
        if agency:
            self.xml.add(held, "OrganId", agency.code)
        in_charge = details.get("in_charge") or parent
        if in_charge:
            self.xml.add(held, DETAILS["in_charge"], in_charge)
        if name:
            self._write(held, "OrganName", name)
        for column, element in DETAILS.items():
            if column != "in_charge" and column in details:
                self.xml.add(held, element, details[column])

    # ------------------------------------------------------------------ what and when

    def _code(self, base: Any) -> str | None:
        """Số và ký hiệu; the notation is all that stands behind the serial and its separator."""
        number = self.directive.metadata.number
        held = self.xml.add(base, "Code")
        text = self._settled(held, "CodeNumber", number.text, "/metadata/number")
        if not text or not number.serial or not text.startswith(number.serial):
            if text:
                self._missing(held, "CodeNumber", "the number has no serial", raw=text)
            return None
        notation = text[len(number.serial) :].lstrip("/-")
        self._write(held, "CodeNumber", number.serial)
        self._write(held, "CodeNotation", notation)
        return f"{number.serial}/{notation}"

    def _promulgation(self, base: Any) -> str | None:
        meta = self.directive.metadata
        held = self.xml.add(base, "PromulgationInfo")
        self._value(held, "Place", meta.place, "/metadata/place")
        issued = day(meta.issued.date)
        date = self._settled(
            held, "PromulgationDate", issued.isoformat() if issued else None, "/metadata/issued", raw=meta.issued.raw
        )
        if not date:
            return None
        written = _DATES[self.dates].format(*date.split("-"))
        self.xml.add(held, "PromulgationDate", written)
        return written

    def _type(self, base: Any) -> None:
        held = self.xml.add(base, "DocumentType")
        name = self._settled(held, "TypeName", self.directive.metadata.type.name, "/metadata/type")
        if not name:
            return
        code, detail = self.types.get(type_key(name), (None, None))
        if code:
            self.xml.add(held, "Type", code)
        else:
            self._missing(held, "Type", "not in the table of types", name=name)
        self._write(held, "TypeName", name)
        if detail:
            self.xml.add(held, "TypeDetail", detail)

    def _signer(self, base: Any) -> None:
        signer = self.directive.metadata.signer
        held = self.xml.add(base, "SignerInfo")
        item = doubt(self.directive, "/metadata/signer")
        if item and not self.write_doubtful:
            self._missing(held, "SignerInfo", "in doubt", code=item.code, raw=signer.name)
            return
        competence = (
            " ".join(part for part in (signer.authority, signer.on_behalf_of) if part) if signer.authority else ""
        )
        for element, value in (("Competence", competence), ("Position", signer.position), ("FullName", signer.name)):
            if value:
                self._write(held, element, value)
            elif element != "Competence":
                self._missing(held, element, "not read")

    def _places(self, base: Any) -> None:
        if self.directive.recipients:
            held = self.xml.add(base, "ToPlaces")
            for recipient in self.directive.recipients:
                self.xml.add(held, "Place", recipient.raw)

    def _other(self, base: Any) -> None:
        """Only what the paper says: no stamp is no statement of ordinary urgency."""
        directive = self.directive
        held = self.xml.add(base, "OtherInfo")
        urgency = URGENCY.get(" ".join((directive.metadata.urgency or "").casefold().split()))
        if urgency:
            self.xml.add(held, "Priority", urgency)
        elif directive.metadata.urgency:
            self._missing(held, "Priority", "no known degree of urgency", raw=directive.metadata.urgency)
        copies = [m.group(1) for r in directive.recipients if (m := _COPIES.match(r.raw))]
        if len(copies) == 1:
            self.xml.add(held, "PromulgationAmount", copies[0])
        pages = directive.source.pages if directive.source else None
        if pages and directive.source and directive.source.media_type != "text/plain":
            self.xml.add(held, "PageAmount", str(pages))
        appendixes = [c.title or c.type or c.id for c in directive.components if c.role != "main"]
        if appendixes:
            listed = self.xml.add(held, "Appendixes")
            for title in appendixes:
                self._write(listed, "Appendix", title)
        if not len(held):
            base.remove(held)

    # ------------------------------------------------------------------ one value

    def _value(self, base: Any, element: str, value: str | None, pointer: str) -> None:
        settled = self._settled(base, element, value, pointer)
        if settled:
            self._write(base, element, settled)

    def _settled(
        self, base: Any, element: str, value: str | None, pointer: str, raw: str | None = None
    ) -> str | None:  # fmt: skip
        """The value, None where it is not known or in doubt; then that is said."""
        item = doubt(self.directive, pointer)
        if value and (item is None or self.write_doubtful):
            if item:
                self.xml.remark(base, f"{element}: in doubt ({item.code})")
            return value
        if item:
            self._missing(base, element, "in doubt", code=item.code, raw=raw or value)
        else:
            self._missing(base, element, "not read", raw=raw)
        return None

    def _write(self, base: Any, element: str, value: str) -> None:
        self.xml.add(base, element, value)
        if len(value) > LENGTHS.get(element, len(value)):
            why = f"written, but longer than the {LENGTHS[element]} characters receivers allow"
            self.record.say(self.document, element, why, value=value)

    def _missing(self, base: Any, element: str, why: str, **more: str | None) -> None:
        self.xml.remark(base, f"{element}: {why}")
        self.record.say(self.document, element, why, **more)
