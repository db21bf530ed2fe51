"""The document as it was understood: its tree with what was found in each unit, duties, awards, citations, recipients.

What is found in the texts is shown by class names and labels, never by colour alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from dau.corrected import Held
from dau.document.directive import Assignee, Directive, Node
from dau.document.orthography import slug

from ..depends import CurrentContext, CurrentDocument, index_if_any
from .rendering import render, with_query

router = APIRouter()
Connection = Annotated[sqlite3.Connection | None, Depends(index_if_any)]
_A_PAGE = 120
"""Units whose text is looked through for one page: a second or so."""
_DEEPEST = 8
_LONGEST = 6_000
"""Characters of a unit that are looked through; what is behind stands there unmarked."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text. `labels` are what it is part of, the narrowest first; `ends` those that end here."""

    text: str
    labels: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unit:
    """A node with its depth, where it begins, and its text in pieces."""

    node: Node
    anchor: str
    depth: int
    page: int | None
    pieces: list[Piece]


@router.get("/documents/{document_id}/structure", name="desk_structure")
def structure_page(
    request: Request,
    entry: CurrentDocument,
    context: CurrentContext,
    connection: Connection,
    part: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """A part of the tree, and all lists."""
    from dau.structure.annotations import COLOURS

    held = context.held(entry)
    directive = held.directive
    nodes = directive.nodes[(part - 1) * _A_PAGE : part * _A_PAGE]
    return render(
        request, "structure.html", entry=entry, directive=directive, units=_units(held, nodes), labels=list(COLOURS),
        slug=slug, part=part, parts=max(1, -(-len(directive.nodes) // _A_PAGE)), address=_addresses(directive),
        cited=_cited(connection, entry.id),
        before=with_query(request, part=part - 1) if part > 1 else None,
        after=with_query(request, part=part + 1) if part * _A_PAGE < len(directive.nodes) else None,
    )  # fmt: skip


def _units(held: Held, nodes: Sequence[Node]) -> list[Unit]:
    from dau.structure.annotations import SPANS, annotate, unit_text
    from dau.structure.facts.dates import day_of

    directive = held.directive
    parents = {node.id: node.parent for node in directive.nodes}
    roles: dict[str, list[Assignee]] = {}
    for task in directive.tasks:
        roles.setdefault(task.node, []).extend(task.assignees)
    issued = day_of(directive.metadata.issued.date)
    units = []
    for node in nodes:
        text = unit_text(node)
        head = text[:_LONGEST]
        spans = []
        if head:
            doc = annotate(head, roles.get(node.id, ()), issued)  # its spans live as long as it does
            spans = [(span.start_char, span.end_char, span.label_) for span in doc.spans[SPANS]]
        page = next((e.page for e in node.evidence if e.page), None)
        units.append(Unit(node, anchor_of(node.id), _depth(node.id, parents), page, pieces(text, spans)))
    return units


def pieces(text: str, spans: Iterable[tuple[int, int, str]]) -> list[Piece]:
    """A text cut wherever a span begins or ends; together the pieces are the text. Spans may overlap."""
    spans = [(start, end, label) for start, end, label in spans if 0 <= start < end <= len(text)]
    edges = sorted({0, len(text), *(place for start, end, _ in spans for place in (start, end))})
    found = []
    for start, end in pairwise(edges):
        within = sorted((span for span in spans if span[0] <= start and span[1] >= end), key=lambda s: s[1] - s[0])
        labels = tuple(dict.fromkeys(label for *_, label in within))
        ends = tuple(dict.fromkeys(label for _, last, label in within if last == end))
        found.append(Piece(text[start:end], labels, ends))
    return found


def anchor_of(node: str) -> str:
    """The id of a node as the id of an element."""
    return "node-" + "".join(char if char.isascii() and char.isalnum() else f"_{ord(char):x}_" for char in node)


def _depth(node: str, parents: Mapping[str, str]) -> int:
    depth, seen = 0, {node}
    above = parents.get(node, "")
    while above in parents and above not in seen and depth < _DEEPEST:
        seen.add(above)
        depth, above = depth + 1, parents[above]
    return depth


def _addresses(directive: Directive) -> dict[str, str]:
    """Where each node is shown: part and anchor."""
    return {
        node.id: f"?part={number // _A_PAGE + 1}#{anchor_of(node.id)}" for number, node in enumerate(directive.nodes)
    }


def _cited(connection: sqlite3.Connection | None, document: str) -> dict[str, str]:
    """Citations that are documents of this archive, by their number; none where there is no index."""
    if connection is None:
        return {}
    sql = (
        "SELECT c.id, min(d.id) AS document FROM citations c JOIN documents d ON d.number_key = c.number_key"
        " WHERE c.document = ? AND NOT c.own AND d.id <> c.document GROUP BY c.id"
    )
    return {row["id"]: row["document"] for row in connection.execute(sql, (document,))}
