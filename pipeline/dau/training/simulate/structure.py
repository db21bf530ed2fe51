"""What is known of a sheet's structure without reading it: metadata, components, nodes, recipients.

Nodes follow the numbering as set: Điều › La Mã › 1. › 1.1. › a) › dash, ids as in document.json. A paragraph without a
marker belongs to the nearest open marker. What takes judgement (tasks, closing paragraphs, citations) is not here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from dau.document.directive import (
    Component,
    DatedText,
    DocumentType,
    Issuer,
    Metadata,
    Node,
    NodeKind,
    Number,
    Recipient,
    Signer,
)
from dau.document.orthography import slug

from .sheet import MERGED_ABOVE, MERGED_LEFT, Paragraph, Part, Sheet, Table, plain

_MARKERS: tuple[tuple[NodeKind, int, re.Pattern[str]], ...] = (
    ("article", 0, re.compile(r"(Điều (\d+[a-zđ]?)\.)\s")),
    ("section", 1, re.compile(r"(([IVXL]+)\.)\s")),
    ("item", 3, re.compile(r"((\d{1,2}(?:\.\d{1,2})+)\.?)\s")),
    ("item", 2, re.compile(r"((\d{1,2})\.)\s")),
    ("point", 4, re.compile(r"(([a-zđ])\))\s")),
    ("bullet", 5, re.compile(r"(([-–]))\s")),
    ("bullet", 6, re.compile(r"((\+))\s")),
)  # fmt: skip
_NUMBER = re.compile(r"(?P<serial>\d*)\s*/\s*(?:(?P<year>(?:19|20)\d\d)/)?(?P<type>[^-/\s]+)-(?P<issuer>\S+)")
_DATE = re.compile(r"(?P<place>.+?),\s*ngày (\d{1,2}) tháng (\d{1,2}) năm (\d{4})")
_AUTHORITY = re.compile(r"(KT|TM|TL|TUQ|Q)\.\s*(.+)")
_SYMBOLS = {"quyết định": "QĐ", "chỉ thị": "CT", "kế hoạch": "KH", "thông báo": "TB", "báo cáo": "BC"}


def metadata(sheet: Sheet) -> Metadata:
    """Metadata of the main part; what was left blank for the hand is null."""
    part = next((p for p in sheet.parts if p.role == "main"), None)
    if part is None:
        return Metadata()
    raw = plain(part.date or "")
    date = _DATE.match(raw)
    iso = f"{int(date[4]):04d}-{int(date[3]):02d}-{int(date[2]):02d}" if date else None
    symbol = _SYMBOLS.get(part.type.lower())
    number = _number(part)
    issuer = Issuer(name=" ".join(part.issuer) or None, symbol=number.issuer_symbol,
                    parent=" ".join(part.parent) or None)  # fmt: skip
    return Metadata(
        type=DocumentType(name=part.type or None, symbol=symbol), number=number,
        subject=" ".join(map(plain, part.subject)) or None, issuer=issuer, place=raw.split(",")[0].strip() or None,
        issued=DatedText(raw=raw or None, date=iso), signer=_signer(part),
    )  # fmt: skip


def components(sheet: Sheet) -> tuple[Component, ...]:
    """The parts, in order; parts of one type are numbered."""
    ids = _component_ids(sheet)
    return tuple(
        Component(id=i, role=p.role, type=p.type or None, title=" ".join(map(plain, (*p.title, *p.subject))) or None)
        for i, p in zip(ids, sheet.parts, strict=True)
    )


def nodes(sheet: Sheet) -> tuple[Node, ...]:
    """The paragraphs of all parts as a flat tree, in document order; table rows are nodes of kind table_row."""
    out: list[Node] = []
    for identity, part in zip(_component_ids(sheet), sheet.parts, strict=True):
        tree = _Tree(identity)
        for item in part.body:
            if isinstance(item, Table):
                tree.table(item)
            else:
                tree.paragraph(item)
        out += tree.nodes
    return tuple(out)


def recipients(sheet: Sheet) -> tuple[Recipient, ...]:
    """Items of Nơi nhận as set, with the purpose in brackets where there is one."""
    items = [plain(r) for p in sheet.parts for r in p.recipients]
    purposes = (re.search(r"\((để [^)]*)\)", r) for r in items)
    return tuple(Recipient(raw=r, purpose=m[1] if m else None) for r, m in zip(items, purposes, strict=True))


def _component_ids(sheet: Sheet) -> list[str]:
    slugs = [slug(p.type) or "document" for p in sheet.parts]
    total, seen = Counter(slugs), Counter[str]()
    ids = []
    for s in slugs:
        seen[s] += 1
        ids.append(s if total[s] == 1 else f"{s}-{seen[s]}")
    return ids


def _number(part: Part) -> Number:
    raw = plain(part.number or "").removeprefix("Số:").strip()
    m = _NUMBER.fullmatch(raw)
    if m is None:
        return Number(raw=raw or None)
    return Number(
        raw=raw, text=raw if m["serial"] else None, serial=m["serial"] or None, year=m["year"],
        type_symbol=m["type"], issuer_symbol=m["issuer"],
    )  # fmt: skip


def _signer(part: Part) -> Signer:
    stack = tuple(map(plain, part.signer))
    prefixed = [m for m in map(_AUTHORITY.match, stack) if m]
    last = prefixed[-1] if prefixed else None
    return Signer(
        authority=f"{last[1]}." if last else None, on_behalf_of=last[2] if last else None,
        position=stack[-1] if stack else None, name=part.signed, stack=stack,
    )  # fmt: skip


@dataclass
class _Tree:
    """Open markers, outermost first, as (level, id); and how many children of each sort an id has."""

    component: str
    nodes: list[Node] = field(default_factory=list)
    open: list[tuple[int, str]] = field(default_factory=list)
    bullets: Counter[str] = field(default_factory=Counter)
    paragraphs: Counter[str] = field(default_factory=Counter)

    def paragraph(self, item: Paragraph) -> None:
        text = item.text if item.literal else plain(item.text)
        if not self.open and (special := self._preamble(text, item)):
            self._append(*special, text)
            return
        for kind, level, pattern in _MARKERS:
            if m := pattern.match(text):
                self._marked(kind, level, m[1], m[2], text[m.end() :].strip(), item.setting == "bold")
                return
        self._unmarked(text)

    def table(self, item: Table) -> None:
        parent = self.open[-1][1] if self.open else self.component
        identity = f"{parent}/table"
        self._append(identity, parent, "table", "")
        for row in item.rows[item.heads :]:
            texts = [cell for cell in row if cell not in (MERGED_LEFT, MERGED_ABOVE)]
            cells = [" ".join(plain(p) for p in cell.split("¶")) for cell in texts]
            self._append(f"{self.component}/{slug(cells[0])}", identity, "table_row", " | ".join(cells))

    def _preamble(self, text: str, item: Paragraph) -> tuple[str, str, NodeKind] | None:
        c = self.component
        if item.setting == "centre":
            if text.endswith(":"):
                return f"{c}/enacting", c, "enacting_formula"
            return f"{c}/authority", c, "authority"
        if item.setting == "italic" and text.startswith("Căn cứ"):
            self.bullets["can-cu"] += 1
            return f"{c}/can-cu-{self.bullets['can-cu']}", c, "legal_basis"
        return (f"{c}/de-nghi", c, "proposal") if text.startswith("Theo đề nghị") else None

    def _marked(self, kind: NodeKind, level: int, marker: str, number: str, text: str, heading: bool) -> None:
        while self.open and self.open[-1][0] >= level:
            self.open.pop()
        parent = self.open[-1][1] if self.open else self.component
        if kind == "bullet":
            self.bullets[parent] += 1
            identity = f"{parent}/-{self.bullets[parent]}"
        else:
            identity = f"{parent}/dieu-{number}" if kind == "article" else f"{parent}/{number}"
            self.paragraphs[identity] = 0 if heading else 1
        self.open.append((level, identity))
        self.nodes.append(Node(id=identity, parent=parent, kind=kind, number=None if kind == "bullet" else marker,
                               heading=text if heading else None, text=None if heading else text))  # fmt: skip

    def _unmarked(self, text: str) -> None:
        parent = self.open[-1][1] if self.open else self.component
        if self.open and parent not in self.paragraphs:
            self.paragraphs[parent] = 1  # the paragraph with the marker is the first
        self.paragraphs[parent] += 1
        inner = parent if self.open else f"{parent}/preamble"
        self._append(f"{inner}/p{self.paragraphs[parent]}", parent, "paragraph", text)

    def _append(self, identity: str, parent: str, kind: NodeKind, text: str) -> None:
        self.nodes.append(Node(id=identity, parent=parent, kind=kind, text=text or None))
