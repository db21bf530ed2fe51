"""From a transcript to a directive: lines, blocks, tree, metadata, facts, checks. Pure and total."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dau.document.directive import (
    Block,
    BlockKind,
    Component,
    DatedText,
    Directive,
    Metadata,
    Node,
    Recipient,
    ReviewItem,
    Table,
)
from dau.document.orthography import slug
from dau.document.transcript import Transcript

from .awarding import awards, emulation
from .checks import (
    check_cited_numbers,
    check_confidence,
    check_filename,
    check_layout,
    check_metadata,
    check_notices,
    second_look,
)
from .checks.typos import check_typos
from .citing import citations
from .confidence import line_confidence, page_confidences, with_confidence
from .duties import tasks
from .evidence import with_evidence
from .facts import agencies
from .facts.dates import day_of
from .facts.types import type_of_name
from .header.metadata import Facts, effective_date, read_metadata
from .layout import anchors
from .layout.blocks import Part, segment
from .layout.lines import Layout, TextLine, join_lines, measure, read_lines
from .layout.ruled import column_texts
from .layout.tables import cells
from .layout.type_names import name_lines
from .numbering.nodes import Draft, draft, finish
from .numbering.tree import build
from .numbering.units import Notice, Outline
from .places import Places
from .ranking import ranked
from .settings import StructureSettings

_BLOCK_OF: dict[str, BlockKind] = {
    "header": "header",
    "title": "title",
    "addressee": "addressee",
    "recipients": "recipients",
    "signature": "signature",
    "page_number": "page_number",
    "footnote": "footnote",
    "noise": "noise",
}


@dataclass
class _Body:
    """A component with its outline and drafts."""

    component: Component
    part: Part
    outline: Outline
    drafts: list[Draft]


def parse(transcript: Transcript, settings: StructureSettings | None = None, filename: str | None = None) -> Directive:
    """A directive from what was read. Never raises on content: what is not understood stays in the tree as a plain
    paragraph, and every line is in exactly one node or block.

    `filename` is weak evidence: it fills no field and may at most raise a flag. `id` and `source` are left to the
    caller, who knows the input's bytes.
    """
    found = analyse(transcript, settings, filename)
    directive = with_confidence(found.directive, found.places, found.facts, found.pages)
    return directive.model_copy(update={"review": ranked(directive.review, directive)})


@dataclass(frozen=True)
class Analysis:
    """Everything said of a document but how sure it is: what confidence is judged by."""

    directive: Directive
    places: Places
    facts: Facts
    pages: Mapping[int, float | None]
    """Mean word confidence by page."""


def analyse(
    transcript: Transcript, settings: StructureSettings | None = None, filename: str | None = None
) -> Analysis:
    """As `parse`, up to the confidence of fields and tasks and the order of the flags."""
    settings = settings or StructureSettings()
    lines = read_lines(transcript)
    layout = measure(lines)
    parts = segment(lines, settings)
    bodies = _bodies(parts, settings)
    facts = read_metadata(parts, _authority(bodies), transcript, settings)
    nodes, blocks = _assemble(lines, bodies)
    metadata = _effective(facts.metadata, nodes)
    pages = page_confidences(lines)
    directive = _enrich(settings, filename, lines, layout, bodies, facts, metadata, nodes, blocks, pages)
    directive = second_look(directive, facts, [b.part for b in bodies], transcript, filename)
    places = Places(nodes, lines)
    doubts = check_cited_numbers(directive.citations, places)
    directive = directive.model_copy(update={"review": (*directive.review, *doubts)})
    directive = with_evidence(directive, places, [b.part for b in bodies], facts, transcript)
    return Analysis(directive, places, facts, pages)


def _enrich(
    settings: StructureSettings,
    filename: str | None,
    lines: Sequence[TextLine],
    layout: Layout,
    bodies: Sequence[_Body],
    facts: Facts,
    metadata: Metadata,
    nodes: list[Node],
    blocks: list[Block],
    pages: dict[int, float | None],
) -> Directive:
    """Facts out of the tree, and the flags."""
    components = tuple(body.component for body in bodies)
    cited, bases, cite_flags = citations.find_citations(nodes, metadata, in_header=not facts.borrowed)
    if not nodes:
        # a title without a body cites at most itself
        cited = [c.model_copy(update={"mentions": tuple(x.id for x in components[:1])}) for c in cited]
    tables = _tables(bodies)
    duties, task_flags = tasks.find_tasks(nodes, metadata, components, cited, tables, settings.unit_model)
    review: list[ReviewItem] = [*check_metadata(facts, [b.part for b in bodies], settings), *cite_flags, *task_flags]
    review += check_notices(_located(bodies)) + check_layout(layout, [b.part for b in bodies], lines)
    review += [*check_filename(filename, facts), *check_typos(nodes)]
    review += check_confidence(_read_quality(nodes, lines), pages, settings)
    return Directive(
        metadata=metadata,
        components=components,
        nodes=tuple(nodes),
        blocks=tuple(blocks),
        legal_bases=tuple(bases),
        citations=tuple(cited),
        tasks=tuple(duties),
        emulation=emulation.find_emulation(nodes, metadata),
        awards=tuple(awards.find_awards(nodes, metadata)),
        tables=tables,
        recipients=_recipients(facts, metadata, nodes),
        review=tuple(review),
    )


# ------------------------------------------------------------------ components


def _bodies(parts: Sequence[Part], settings: StructureSettings) -> list[_Body]:
    slugs = [_slug(part) for part in parts]
    out = []
    counts: dict[str, int] = {}
    for part, name in zip(parts, slugs, strict=True):
        counts[name] = counts.get(name, 0) + 1
        ident = name if slugs.count(name) == 1 else f"{name}-{counts[name]}"
        lines = part.zone("body")
        outline = build(lines, part.layout, settings, part.role == "appendix")
        component = Component(
            id=ident,
            role=part.role,
            type=part.type.name if part.type else _untitled(part),
            title=_title(part),
            pages=_pages(part),
        )
        out.append(_Body(component, part, outline, draft(outline, ident, part.role == "appendix")))
    return out


def _untitled(part: Part) -> str | None:
    if part.role == "appendix":
        return "Phụ lục"
    letter = part.zone("addressee") or any(anchors.is_abstract(line) for line in part.zone("header"))
    found = type_of_name("Công văn") if letter else None
    return found.name if found else None


def _slug(part: Part) -> str:
    name = part.type.name if part.type else _untitled(part)
    return slug(name) if name else "van-ban"


def _title(part: Part) -> str | None:
    """The subject; of an appendix, its name and subject. Not the note in brackets that says with what it came."""
    lines = [line for line in part.zone("title") if not line.rule]
    note = next((n for n, line in enumerate(lines) if anchors.is_attached_note(line)), len(lines))
    lines = lines[0 if part.role == "appendix" else name_lines(lines, part.type) : note]
    return join_lines([line.text for line in lines]).strip(" |*_") or None


def _pages(part: Part) -> tuple[int, ...] | None:
    found = [line.page for _, line in part.lines]
    return (min(found), max(found)) if found else None


def _authority(bodies: Sequence[_Body]) -> str | None:
    for d in bodies[0].drafts if bodies else ():
        if d.unit.special == "authority":
            return "\n".join(line.text for line in d.unit.lines)
    return None


def _effective(metadata: Metadata, nodes: Sequence[Node]) -> Metadata:
    found: DatedText | None = effective_date(nodes, metadata.issued.date)
    return metadata.model_copy(update={"effective": found}) if found else metadata


# -------------------------------------------------------------- nodes and blocks


def _assemble(lines: Sequence[TextLine], bodies: Sequence[_Body]) -> tuple[list[Node], list[Block]]:
    """Every line to its node or block: printed lines by their zone, empty ones to the owner before them."""
    owner: dict[int, tuple[int, int | str]] = {}
    for b, body in enumerate(bodies):
        for zone, line in body.part.lines:
            if zone != "body":
                owner[line.index] = (b, zone)
        for line in body.outline.strays:
            owner[line.index] = (b, "title")
        for n, d in enumerate(body.drafts):
            for line in d.unit.lines:
                owner[line.index] = (b, n)
    last: tuple[int, int | str] = next((owner[x.index] for x in lines if x.index in owner), (0, "noise"))
    for line in lines:
        last = owner.setdefault(line.index, last)
    owned: list[dict[int, list[TextLine]]] = [{} for _ in bodies]
    for line in lines:
        part, place = owner[line.index]
        if isinstance(place, int):
            owned[part].setdefault(place, []).append(line)
    nodes = [node for body, mine in zip(bodies, owned, strict=True) for node in finish(body.drafts, mine)]
    return nodes, _blocks(lines, owner, bodies)


def _blocks(lines: Sequence[TextLine], owner: dict[int, tuple[int, int | str]], bodies: Sequence[_Body]) -> list[Block]:
    out: list[Block] = []
    run: list[TextLine] = []
    of: tuple[int, int | str] | None = None

    def close() -> None:
        if of is not None and isinstance(of[1], str) and run:
            component = bodies[of[0]].component.id if of[0] < len(bodies) else None
            text = "\n".join(x.text for x in run).strip("\n")
            out.append(Block(kind=_BLOCK_OF[of[1]], component=component, lines=tuple(x.id for x in run), text=text))

    for line in lines:
        if owner[line.index] != of:
            close()
            run, of = [], owner[line.index]
        run.append(line)
    close()
    return out


def reproduce(directive: Directive) -> list[str]:
    """The ids of all transcript lines that nodes and blocks hold, in reading order; equal to the transcript's own
    list if and only if nothing was lost or doubled."""
    held = [str(x) for node in directive.nodes for e in node.evidence for x in e.lines or ()]
    held += [str(x) for block in directive.blocks for x in block.lines]
    return sorted(held, key=_line_order)


def _line_order(ident: str) -> tuple[int, int]:
    page, line = ident.split("-")
    return int(page[1:]), int(line[1:])


# ------------------------------------------------------------------------ rest


def _located(bodies: Sequence[_Body]) -> list[tuple[Notice, str | None, int | None]]:
    out = []
    for body in bodies:
        ids = {id(d.unit): d.id for d in body.drafts}
        for notice in body.outline.notices:
            unit = notice.unit
            out.append((notice, ids.get(id(unit)) if unit else None, unit.lines[0].page if unit else None))
    return out


def _read_quality(nodes: Sequence[Node], lines: Sequence[TextLine]) -> list[tuple[Node, float | None]]:
    by_id = {line.id: line for line in lines}
    return [
        (node, line_confidence([by_id[str(x)] for e in node.evidence for x in e.lines or () if str(x) in by_id]))
        for node in nodes
    ]


def _recipients(facts: Facts, metadata: Metadata, nodes: Sequence[Node]) -> tuple[Recipient, ...]:
    on = day_of(metadata.issued.date)
    return tuple(
        Recipient(
            raw=item.raw,
            purpose=item.purpose,
            organisations=_pointed_to(item.raw, nodes) or agencies.organisations(item.raw, metadata.issuer.name, on),
        )
        for item in facts.recipients.items
    )


def _pointed_to(raw: str, nodes: Sequence[Node]) -> tuple[str, ...]:
    """ "Như Điều 3": whom that article of the main document puts in charge."""
    pointer = re.match(r"\W*[Nn]hư [Đđ]iều (\d+)", raw)
    if pointer is None:
        return ()
    wanted = re.compile(rf"\D*{pointer[1]}\b")
    article = next((n for n in nodes if n.kind == "article" and wanted.match(n.number or "")), None)
    return agencies.addressees(article.text or "") if article else ()


def _tables(bodies: Sequence[_Body]) -> tuple[Table, ...]:
    out: list[Table] = []
    for body in bodies:
        by_unit = {id(d.unit): d for d in body.drafts}
        inside = _inside(body.drafts, {by_unit[id(row)].id for _, _, rows in body.outline.tables for row in rows})
        lines = body.part.zone("body")
        for count, (region, holder, rows) in enumerate(body.outline.tables, 1):
            held = by_unit[id(holder)] if holder is not None else None
            columns = [cell for n in region.heads for cell in cells(lines[n]) if cell.strip(" |")]
            ruled = region.ruled
            out.append(
                Table(
                    id=f"{body.component.id}/table-{count}",
                    node=held.id if held else body.component.id,
                    title=(held.heading or held.unit.number) if held else body.component.title,
                    columns=ruled.titles if ruled else tuple(columns),
                    rows=tuple(column_texts((lines[n] for n in row), ruled.columns) for row in ruled.rows)
                    if ruled
                    else tuple(_row(d, inside.get(d.id, ())) for d in (by_unit[id(row)] for row in rows)),
                )
            )
    return tuple(out)


def _inside(drafts: Sequence[Draft], rows: set[str]) -> dict[str, list[Draft]]:
    """What stands in each of the rows, in order: the units whose ids begin with the row's."""
    found: dict[str, list[Draft]] = {}
    for d in drafts if rows else ():
        for slash in re.finditer("/", d.id):
            if (above := d.id[: slash.start()]) in rows:
                found.setdefault(above, []).append(d)
    return found


def _row(d: Draft, inside: Sequence[Draft]) -> tuple[str, ...]:
    said = [" ".join(filter(None, (x.unit.number, x.heading, x.text))) for x in inside]
    if said:
        return tuple(filter(None, (d.unit.number, d.heading, "\n".join(filter(None, [d.text, *said])))))
    first = cells(d.unit.lines[0])
    rest = [cell for line in d.unit.lines[1:] for cell in cells(line) if cell]
    head = first[0].split(maxsplit=1) if len(first) == 1 else first
    return (*head, *rest)
