"""How documents belong together, where `dau link` has found out: who cites, amends, carries out, repeats whom."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from dau.index.relations.schema import linked
from dau.index.relations.standing import is_stale, standing

from ..depends import CurrentDocument, index
from ..problems import Problem

router = APIRouter(tags=["relations"])
Connection = Annotated[sqlite3.Connection, Depends(index)]
_MOST_EVIDENCE = 20


class Work(BaseModel):
    """A work: a document of the archive in one or more copies, or one that is only cited (`external`)."""

    id: str
    label: str
    external: bool
    type: str | None
    number: str | None
    issued: str | None
    issuer: str | None
    title: str | None
    documents: list[str]


class EdgeEvidence(BaseModel):
    """Where it is said, and the other side where there is one."""

    document: str | None
    node: str | None
    page: int | None
    words: str
    other_document: str | None
    other_node: str | None
    other_page: int | None
    other_words: str | None


class Edge(BaseModel):
    """`outgoing`: said of this document about the other. `inferred`: no document says so. `ambiguous`: one of several
    that may be meant."""

    kind: str
    outgoing: bool
    directed: bool
    confidence: float
    inferred: bool
    ambiguous: bool
    other: Work
    evidence: list[EdgeEvidence]


class Relations(BaseModel):
    """`linked`: when relations were last brought up to date (UTC). `behind`: documents that came, changed or left since
    then, relations with which are missing or outdated; `stale`: this document is one of them."""

    document: str
    linked: str | None
    behind: int
    stale: bool
    works: list[Work]
    edges: list[Edge]


def require_links(connection: sqlite3.Connection) -> None:
    """Raises a Problem (503) where `dau link` has not run."""
    if not linked(connection):
        raise Problem(503, "no_relations", "The documents are not linked yet. Do it with `dau link`.")


def works_of(connection: sqlite3.Connection, document: str) -> list[str]:
    """The works that a document is. Raises a Problem (503) where it is not linked yet: what it is related to is not
    known, which is something else than nothing."""
    require_links(connection)
    works = [row[0] for row in connection.execute("SELECT work FROM work_documents WHERE document = ?", (document,))]
    if not works:
        detail = "This document is not linked yet. Do it with `dau link`; a server that may write does so by itself."
        raise Problem(503, "not_linked", detail, headers={"Retry-After": "60"})
    return works


@router.get("/documents/{document_id}/relations", name="list_relations", response_model=Relations)
def list_relations(
    entry: CurrentDocument, connection: Connection, limit: Annotated[int, Query(ge=1, le=1000)] = 200
) -> dict[str, Any]:
    """The relations of a document, the surest first. 503 where `dau link` has not run (`no_relations`), or not since
    the document came (`not_linked`)."""
    works = works_of(connection, entry.id)
    known = standing(connection)
    edges = []
    for work in works:
        rows = connection.execute(
            "SELECT *, source = ?1 AS outgoing FROM edges WHERE source = ?1 OR target = ?1 "
            "ORDER BY confidence DESC, id LIMIT ?2", (work, limit),
        )  # fmt: skip
        edges += [_edge(connection, row) for row in rows.fetchall()]
    return {
        "document": entry.id, "linked": known.linked, "behind": known.behind, "stale": is_stale(connection, entry.id),
        "works": [_work(connection, work) for work in works], "edges": edges[:limit],
    }  # fmt: skip


def _edge(connection: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    columns = ", ".join(EdgeEvidence.model_fields)
    evidence = connection.execute(
        f"SELECT {columns} FROM edge_evidence WHERE edge = ? LIMIT ?", (row["id"], _MOST_EVIDENCE)
    )
    named = ("kind", "outgoing", "directed", "confidence", "inferred", "ambiguous")
    return {
        **{name: row[name] for name in named}, "evidence": [dict(each) for each in evidence],
        "other": _work(connection, row["target"] if row["outgoing"] else row["source"]),
    }  # fmt: skip


def _work(connection: sqlite3.Connection, work: str) -> dict[str, Any]:
    row = connection.execute(
        "SELECT id, label, external, type, number, issued, issuer, title FROM works WHERE id = ?", (work,)
    ).fetchone()
    documents = connection.execute("SELECT document FROM work_documents WHERE work = ? ORDER BY 1 LIMIT 50", (work,))
    return {**dict(row), "documents": [each[0] for each in documents]}
