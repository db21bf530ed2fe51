"""Facts taken from a document: its own header, its citations with the words around them, its doubts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dau.document import directive as d
from dau.document.orthography import skeleton
from dau.structure.facts.dates import find_dates
from dau.structure.facts.symbols import find_symbols, issuer_of

from . import identity as who
from .facts import (
    DOUBTED_CITATION,
    DOUBTED_DATE,
    DOUBTED_NUMBER,
    DOUBTED_WORDS,
    NOTE,
    Cited,
    Doubt,
    Facts,
    Held,
    Mention,
)
from .identity import Identity
from .kinds import Kind, kind_of

_WORDS = 200
"""Characters of a unit that are kept as evidence around a mention."""
_PARTIAL = re.compile(r"\bngay\s+(\d{1,2})\s?[/.-]\s?(\d{1,2})(?![\d/.-])(?:\s?[/.-]\s?((?:19|20)\d\d))?")
_SIGNED = re.compile(r"\b(?:ky|ban hanh)\b")
_MONTH = re.compile(r"th[a-z]{1,3}g\W*(\d{1,2})\W*n[a-z]{1,2}m\W*((?:19|20)\d\d)(?!\d)")
_NOTE = re.compile(r"\b(?:ban hanh\s+)?kem theo\s+[a-z ]{0,24}(?:so\s*:?\s*)?(?=\d)")
_BEFORE_SYMBOL = re.compile(r"(?:\b[^\W\d_]+\s+){0,4}?[Ss]ố\s*:?\s*$")
_PERSON = "reviewer"
"""Kind of the witness that a person's word is (`dau.corrected`)."""


def facts_of(held: Held, length: int) -> Facts:
    """The facts of a document; `length` is that of its text in syllables."""
    directive = held.directive
    meta = directive.metadata
    doubts = tuple(_doubts(directive.review))
    home = who.home_of(meta.issuer.name, meta.issuer.parent)
    if home is None and who.local(who.organ_of(meta.number.text), meta.issuer.name):
        home = who.home_of(meta.place)
    serial = who.serial_of(meta.number.text or meta.number.raw)
    month = _MONTH.search(skeleton(meta.issued.raw or ""))
    movement = directive.emulation.movement if directive.emulation else d.Movement()
    named = [(name, part) for name, part in ((movement.name, "own"), (movement.parent, "parent")) if name]
    return Facts(
        document=held.id,
        sha256=held.sha256,
        synthetic=any(item.code == "synthetic" for item in directive.review),
        who=_own(meta, home),
        symbol=meta.type.symbol or (meta.type.name and "L" if meta.type.name in ("Luật", "Bộ luật") else None),
        number_raw=meta.number.raw,
        serial=serial,
        number_sure=meta.number.text is not None and not _doubted(directive.review, "/metadata/number"),
        date_raw=meta.issued.raw,
        date_sure=meta.issued.date is not None and not _doubted(directive.review, "/metadata/issued"),
        month=(int(month[2]), int(month[1])) if month else None,
        pages=(_page(meta.evidence.get("number")), _page(meta.evidence.get("issued"))),
        length=length,
        cited=(*_cited(directive, home, doubts), *_attached(directive)),
        doubts=doubts,
        movements=tuple(named),
        filename=directive.source.filename if directive.source else None,
    )


def _own(meta: d.Metadata, home: str | None) -> Identity:
    number = meta.number.text
    symbol = meta.number.issuer_symbol
    organ = who.organ_of(number) or (who.organ_of(f"0/{symbol}") if symbol else None)
    return Identity(
        type=meta.type.name,
        number=number,
        key=who.number_key(number),
        organ=organ,
        authority=who.authority_of(organ, meta.issuer.name, home),
        year=who.year_of(number, meta.issued.date),
        date=meta.issued.date,
        title=meta.subject,
        issuer=meta.issuer.name,
    )


def _doubts(review: Sequence[d.ReviewItem]) -> Iterator[Doubt]:
    wanted = DOUBTED_NUMBER | DOUBTED_DATE | DOUBTED_WORDS
    for index, item in enumerate(review):
        if item.code in wanted and not _settled(item):
            raw = item.raw if isinstance(item.raw, str) else None
            offered = tuple(a.value for a in item.alternatives)
            yield Doubt(index, item.code, item.field, item.node, raw, item.resolved, offered)


def _settled(item: d.ReviewItem) -> bool:
    return any(w.kind == _PERSON for w in item.witnesses)


def _doubted(review: Sequence[d.ReviewItem], field: str) -> bool:
    """Whether anything that a person must look at, or that a witness may settle, is said against a field."""
    codes = DOUBTED_NUMBER | DOUBTED_DATE
    return any(x.field == field and (x.code in codes or x.needs_review) and not _settled(x) for x in review)


def _any(doubts: Sequence[Doubt], codes: frozenset[str], field: str) -> bool:
    return any(x.code in codes and x.field == field for x in doubts)


def _page(evidence: Sequence[d.Evidence] | None) -> int | None:
    return evidence[0].page if evidence else None


# ------------------------------------------------------------------- citations


def _cited(directive: d.Directive, home: str | None, doubts: Sequence[Doubt]) -> Iterator[Cited]:
    nodes = {node.id: node for node in directive.nodes}
    based = {(c, basis.node) for basis in directive.legal_bases for c in basis.citations}
    places = {c.id: _places(c, nodes) for c in directive.citations}
    titles = _title_spans(directive, nodes)
    symbol = directive.metadata.type.symbol
    kinds = _kinds(nodes, places, titles, based, symbol)
    for n, citation in enumerate(directive.citations):
        if n == 0:  # the document itself
            continue
        mentions, partial = [], None
        for k, node_id in enumerate(citation.mentions):
            evidence = citation.evidence[k] if k < len(citation.evidence) else None
            node, place = nodes.get(node_id), places[citation.id].get(node_id)
            words = _around(text_of(node), place) if node else citation.raw or ""
            page = evidence.page if evidence else _page(node.evidence if node else None)
            mentions.append(Mention(node_id, page, words, kinds.get((citation.id, node_id), "cites")))
            if node and place and not citation.date and partial is None:
                partial = _partial_date(text_of(node), place[0])
        yield Cited(
            citation.id,
            n,
            _their(citation, home),
            not _any(doubts, DOUBTED_CITATION - {"citation_malformed"}, f"/citations/{n}/number"),
            tuple(mentions),
            *(partial or (None, None)),
        )


def _their(citation: d.Citation, home: str | None) -> Identity:
    organ = who.organ_of(citation.number)
    return Identity(
        type=citation.type,
        number=citation.number,
        key=who.number_key(citation.number),
        organ=organ,
        authority=who.authority_of(organ, citation.issuer, home),
        year=who.year_of(citation.number, citation.date),
        date=citation.date,
        title=citation.title,
        issuer=citation.issuer,
    )


def _attached(directive: d.Directive) -> Iterator[Cited]:
    """The document that this one is issued with, by the note below its title: "(Kèm theo Quyết định số … ngày …)".

    Only where the note is that of the document as a whole: a decision and its plan in one file are one document.
    """
    main = next((c.id for c in directive.components if c.role == "main"), None)
    own = who.number_key(directive.metadata.number.text)
    for block in directive.blocks:
        m = _NOTE.search(skeleton(block.text)) if block.kind == "title" and block.component == main else None
        symbol = next(find_symbols(block.text[m.start() :]), None) if m else None
        if m is None or symbol is None or who.number_key(symbol.number) == own:
            continue
        note = block.text[m.start() :]
        day = next(find_dates(note), None)
        iso, kind = (day.iso if day else None), symbol.type_name
        organ = who.organ_of(symbol.number)
        identity = Identity(
            type=kind, number=symbol.number, key=who.number_key(symbol.number), organ=organ,
            year=who.year_of(symbol.number, iso), date=iso, issuer=issuer_of(symbol),
        )  # fmt: skip
        page = next((line_page(line) for line in block.lines if isinstance(line, str)), None)
        sure = not (symbol.mended or symbol.digits_joined)
        yield Cited(NOTE, -1, identity, sure, (Mention(None, page, _cut(note, 0, _WORDS), "attached"),))
        return


def line_page(line: str) -> int:
    """The page in a line's id: p0003-l0012 → 3."""
    return int(line[1:].split("-")[0])


def text_of(node: d.Node) -> str:
    """Heading and text; a heading that the text repeats is not said twice."""
    heading, text = node.heading or "", node.text or ""
    return text if heading and text.startswith(heading) else "\n".join(part for part in (heading, text) if part)


def _places(citation: d.Citation, nodes: dict[str, d.Node]) -> dict[str, tuple[int, int]]:
    """Where in each of its units the document is named first, as offsets; units where it is not found are left out."""
    found: dict[str, tuple[int, int]] = {}
    serial, key = who.serial_of(citation.number), who.number_key(citation.number)
    for node_id in citation.mentions:
        text = text_of(nodes[node_id]) if node_id in nodes else ""
        at = text.find(citation.raw) if citation.raw else -1
        if at >= 0 and citation.raw:
            found[node_id] = (at, at + len(citation.raw))
            continue
        spans = [s for s in find_symbols(text) if who.number_key(s.number) == key or who.serial_of(s.number) == serial]
        if key and spans:
            best = next((s for s in spans if who.number_key(s.number) == key), spans[0])
            before = _BEFORE_SYMBOL.search(text[: best.start])
            found[node_id] = (before.start() if before else best.start, best.end)
        elif citation.title and (at := text.find(citation.title)) >= 0:
            found[node_id] = (at, at + len(citation.title))
    return found


def _title_spans(directive: d.Directive, nodes: dict[str, d.Node]) -> dict[str, list[tuple[str, int, int]]]:
    """Where the titles of cited documents stand: by unit, (citation, first, end)."""
    found: dict[str, list[tuple[str, int, int]]] = {}
    for citation in directive.citations[1:]:
        if not citation.title or not citation.number:
            continue
        for node_id in citation.mentions:
            text = text_of(nodes[node_id]) if node_id in nodes else ""
            at = text.find(citation.title)
            if at >= 0:
                found.setdefault(node_id, []).append((citation.id, at, at + len(citation.title)))
    return found


def _kinds(
    nodes: dict[str, d.Node],
    places: dict[str, dict[str, tuple[int, int]]],
    titles: dict[str, list[tuple[str, int, int]]],
    based: set[tuple[str, str]],
    symbol: str | None,
) -> dict[tuple[str, str], Kind]:
    """The relation of each (citation, unit), unit by unit in the order in which it names documents."""
    by_node: dict[str, list[tuple[int, int, str]]] = {}
    for citation, spots in places.items():
        for node_id, (first, end) in spots.items():
            by_node.setdefault(node_id, []).append((first, end, citation))
    kinds: dict[tuple[str, str], Kind] = {}
    for node_id, spots_here in by_node.items():
        node, text = nodes[node_id], text_of(nodes[node_id])
        carried: Kind | None = None
        last = 0
        for first, end, citation in sorted(spots_here):
            if re.search(r";|\.\s", text[last:first]):
                carried = None
            named = any(c != citation and a <= first < b for c, a, b in titles.get(node_id, ()))
            if node.kind == "legal_basis":
                kind: Kind = "based_on" if (citation, node_id) in based and symbol else "cites"
            else:
                kind = kind_of(text[:first], node.kind, symbol, named=named, carried=carried)
            kinds[citation, node_id] = kind
            if not named:
                carried, last = kind, end
    return kinds


def _around(text: str, place: tuple[int, int] | None) -> str:
    """The words around a mention, cut at word boundaries."""
    if place is None:
        return _cut(text, 0, _WORDS)
    first = max(0, place[0] - _WORDS // 2)
    return _cut(text, first, max(place[1], first + _WORDS))


def _cut(text: str, first: int, end: int) -> str:
    words = " ".join(text[first:end].split())
    if first > 0:
        words = "… " + words.split(" ", 1)[-1]
    return words.rsplit(" ", 1)[0] + " …" if end < len(text) and " " in words else words


def _partial_date(text: str, at: int) -> tuple[tuple[int, int], str] | None:
    """Day and month in the sentence before a mention that says when it was signed or issued, and the words."""
    first = max(text.rfind("\n", 0, at), text.rfind(". ", 0, at)) + 1
    sentence = skeleton(text[first:at])
    dates = list(_PARTIAL.finditer(sentence))
    if len(dates) != 1 or dates[0][3] or not _SIGNED.search(sentence[dates[0].end() :]):
        return None
    day, month = int(dates[0][1]), int(dates[0][2])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return (day, month), " ".join(text[first + dates[0].start() : at].split())
