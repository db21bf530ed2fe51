"""Citations (văn bản viện dẫn) and legal bases (căn cứ): one entry for each cited document.

Mentions (`mentions`) are resolved as a clerk does: the same number is the same document; a symbol that differs only
in how the issuer is abbreviated, with the same date, is a variant of it and flagged; a law without a number is known
by its name and date. The first entry, C00, is the document itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from dau.document.directive import Citation, LegalBasis, Metadata, Node, ReviewItem
from dau.document.orthography import fold

from ..facts.agencies import full_name
from ..facts.dates import day_of
from ..facts.symbols import Symbol
from ..language.damage import with_ministry
from .mentions import Mention, find_mentions
from .unread import unread_numbers

ITSELF = "C00"
"""The id under which a document is among its own citations."""

_NO_BASIS = re.compile(
    r"^\s*Căn cứ\s+(?:vào\s+)?(?:các\s+)?"
    r"(?:chức năng|nhiệm vụ|tình hình|thành tích|kết quả|yêu cầu|điều kiện|nhu cầu|khả năng)",
    re.IGNORECASE,
)
_ATTACHED = re.compile(r"^\s*\(?\s*(?:Ban hành\s+)?kèm theo\b", re.IGNORECASE)


@dataclass
class _Entry:
    """A cited document as it takes shape; the best of all its mentions."""

    first: Mention
    number: str | None
    nodes: list[str] = field(default_factory=list)
    spellings: list[str] = field(default_factory=list)
    others: list[Mention] = field(default_factory=list)

    @property
    def mentions(self) -> list[Mention]:
        return [self.first, *self.others]

    def add(self, mention: Mention, node: str) -> None:
        if mention is not self.first:
            self.others.append(mention)
        if node not in self.nodes:
            self.nodes.append(node)
        if mention.symbol and mention.symbol.number not in self.spellings:
            self.spellings.append(mention.symbol.number)

    @property
    def iso(self) -> str | None:
        return next((m.date.iso for m in self.mentions if m.date and m.date.iso), None)

    def first_of(self, name: str) -> str | None:
        return next((value for m in self.mentions if (value := getattr(m, name))), None)


def text_of(node: Node) -> str:
    """Heading and text of a node as one text; a heading that the text repeats is not said twice."""
    heading, text = node.heading or "", node.text or ""
    if heading and text.startswith(heading):
        return text
    return "\n".join(part for part in (heading, text) if part)


def _key(text: str | None) -> str:
    return re.sub(r"[\s.,;:“”\"'()]+", " ", fold(text or "")).strip()


def _related(a: Symbol, b: Symbol) -> bool:
    """Two spellings of one issuer: `CT-TTTT` and `CT-BTTTT`."""
    left, right = a.organ, b.organ
    return left != right and (left.endswith(right) or right.endswith(left) or Levenshtein.distance(left, right) <= 1)


def _variant(entry: _Entry, mention: Mention) -> bool:
    a, b = entry.first.symbol, mention.symbol
    if not a or not b or (a.serial, a.year, a.type_symbol) != (b.serial, b.year, b.type_symbol):
        return False
    day = mention.date.iso if mention.date else None
    return _related(a, b) and entry.iso is not None and entry.iso == day


def _same_name(entry: _Entry, mention: Mention) -> bool:
    """Without a number: the same type and title, and no second date; or the same wording."""
    if entry.number and mention.symbol:
        return False
    if mention.title and entry.first.title and not mention.name and not entry.first.name:
        day = mention.date.iso if mention.date else None
        return (
            entry.first.type == mention.type
            and _key(entry.first_of("title")) == _key(mention.title)
            and (not day or not entry.iso or day == entry.iso)
        )
    return bool(mention.name and entry.first.name and _key(mention.name) == _key(entry.first.name))


def _home(entries: Sequence[_Entry], mention: Mention) -> _Entry | None:
    """The entry a mention belongs to, if its document was cited before."""
    for entry in entries:
        if mention.symbol and entry.number and mention.symbol.number in entry.spellings:
            return entry
    return next((e for e in entries if _variant(e, mention) or _same_name(e, mention)), None)


def _own(mention: Mention, metadata: Metadata, node_text: str) -> bool:
    """Whether a mention is of the document itself."""
    if not mention.symbol:
        return False
    own = metadata.number.text
    return (own is not None and _key(own) == _key(mention.symbol.number)) or bool(
        _ATTACHED.match(node_text) and mention.start < 80 and own is None
    )


def _self(metadata: Metadata, component: str, in_header: bool) -> Citation:
    """The document itself; "Số:" stands before its number in a header only."""
    number = metadata.number
    raw = (number.raw or number.text or "").strip()
    raw = re.sub(r"^[Ss]ố\s*:?\s*", "", raw)
    return Citation(
        id=ITSELF,
        type=metadata.type.name,
        number=number.text or raw or None,
        issuer=metadata.issuer.name,
        date=metadata.issued.date,
        raw=(f"Số: {raw}" if in_header else raw) if raw else None,
        mentions=(component,),
    )


def _best_number(entry: _Entry, metadata: Metadata) -> str | None:
    """Of several spellings the one whose issuer is known or the document's own; else the first."""
    if not entry.number or len(entry.spellings) < 2:
        return entry.number
    own = metadata.number.issuer_symbol
    by_own = [s for s in entry.spellings if own and re.split(r"[-/]", s, maxsplit=1)[-1].endswith(own)]
    exact = [s for s in by_own if s.endswith(f"-{own}")]
    return (exact or by_own or [max(entry.spellings, key=len)])[0]


def _citation(entry: _Entry, index: int, metadata: Metadata) -> Citation:
    issuer = entry.first_of("issuer")
    return Citation(
        id=f"C{index:02d}",
        type=entry.first_of("type"),
        number=_best_number(entry, metadata),
        issuer=full_name(with_ministry(issuer), metadata.issuer.name, day_of(entry.iso)) if issuer else None,
        date=entry.iso,
        title=entry.first_of("title"),
        raw=entry.first.raw,
        mentions=tuple(entry.nodes),
    )


def _flags(entry: _Entry, citation: Citation, place: int, metadata: Metadata) -> Iterable[ReviewItem]:
    """What is doubtful about one cited document."""
    where, field_ = entry.nodes[0], f"/citations/{place}"
    for mention in entry.mentions:
        symbol = mention.symbol
        if symbol and symbol.digits_joined:
            yield ReviewItem(
                code="citation_number_misread",
                severity="high",
                field=f"{field_}/number",
                node=where,
                raw=symbol.raw,
                message=f'Số hiệu đọc rời "{symbol.raw}": cần đối chiếu ảnh',
                resolved=None,
            )
        elif symbol and symbol.mended:
            yield ReviewItem(
                code="citation_malformed",
                severity="medium",
                field=f"{field_}/number",
                node=where,
                raw=symbol.raw,
                message=f'Ký hiệu in sai mẫu "{symbol.raw}"',
                resolved=symbol.number,
            )
        if mention.date and mention.date.status == "impossible":
            yield ReviewItem(
                code="citation_date_impossible",
                severity="high",
                field=f"{field_}/date",
                node=where,
                raw=mention.date.raw,
                message=f'Ngày không có trong lịch: "{mention.date.raw}"',
            )
    if len(entry.spellings) > 1:
        yield ReviewItem(
            code="citation_variant",
            severity="medium",
            field=f"{field_}/number",
            node=where,
            raw=tuple(entry.spellings),
            message=f"Một văn bản, nhiều cách ghi: {', '.join(entry.spellings)}",
            resolved=citation.number,
        )
    days = sorted({m.date.iso for m in entry.mentions if m.symbol and m.date and m.date.iso})
    if len(days) > 1:
        yield ReviewItem(
            code="citation_variant",
            severity="medium",
            field=f"{field_}/date",
            node=where,
            raw=tuple(days),
            message=f"Một số hiệu, nhiều ngày: {', '.join(days)}; có thể là hai văn bản, hoặc một ngày đọc sai",
        )
    if citation.date and metadata.issued.date and citation.date > metadata.issued.date:
        yield ReviewItem(
            code="citation_after_document",
            severity="high",
            field=f"{field_}/date",
            node=where,
            raw=citation.raw,
            message=f"Văn bản viện dẫn ngày {citation.date} sau ngày ban hành {metadata.issued.date}",
        )


def find_citations(
    nodes: Sequence[Node], metadata: Metadata, in_header: bool = True
) -> tuple[list[Citation], list[LegalBasis], list[ReviewItem]]:
    """Cited documents in order of first mention (C00 the document itself), the legal bases, and what is doubtful.

    A căn cứ without a document in it ("Căn cứ chức năng, nhiệm vụ được giao") is no legal basis. `in_header` says that
    the document's own number was read there, and not borrowed from what is attached.
    """
    entries: list[_Entry] = []
    held: dict[str, list[_Entry]] = {}
    review: list[ReviewItem] = []
    for node in nodes:
        text = text_of(node)
        mentions = find_mentions(text)
        review.extend(unread_numbers(text, mentions, node.id))
        for mention in mentions:
            if _own(mention, metadata, text):
                continue
            entry = _home(entries, mention)
            if entry is None:
                entry = _Entry(mention, mention.symbol.number if mention.symbol else None)
                entries.append(entry)
            entry.add(mention, node.id)
            entry.number = entry.number or (mention.symbol.number if mention.symbol else None)
            if node.kind == "legal_basis" and not mention.nested and entry not in held.setdefault(node.id, []):
                held[node.id].append(entry)
    component = nodes[0].parent if nodes else "van-ban"
    citations = [_self(metadata, component, in_header)]
    for index, entry in enumerate(entries, 1):
        citation = _citation(entry, index, metadata)
        citations.append(citation)
        review.extend(_flags(entry, citation, index, metadata))
    place = {id(entry): f"C{index:02d}" for index, entry in enumerate(entries, 1)}
    bases = [
        LegalBasis(node=n.id, text=n.text or "", citations=tuple(place[id(e)] for e in held.get(n.id, ())))
        for n in nodes
        if n.kind == "legal_basis" and not (_NO_BASIS.match(n.text or "") and n.id not in held)
    ]
    return citations, bases, review
