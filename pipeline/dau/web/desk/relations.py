"""How documents belong together: the neighbourhood of one as a drawing and a table, and where to begin."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from dau.export import Options, export
from dau.index.flatten import number_key
from dau.index.relations.standing import is_stale, standing

from ..api.relations import require_links, works_of
from ..depends import DOCUMENT_ID, CurrentContext, document, index
from . import graph
from .rendering import render, with_query

router = APIRouter()
Connection = Annotated[sqlite3.Connection, Depends(index)]
OfDocument = Annotated[str, Query(alias="document", pattern=DOCUMENT_ID)]
_MOST_WORKS = 40
_A_STEP = 14
"""Works that are drawn beside one in the second step."""
_A_PAGE = 50
_EDGE = "id, source, target, kind, confidence, inferred, ambiguous, directed"


@router.get("/relations", name="desk_relations")
def relations_page(
    request: Request,
    connection: Connection,
    context: CurrentContext,
    chosen: Annotated[str | None, Query(alias="document", pattern=DOCUMENT_ID)] = None,
    steps: Annotated[int, Query(ge=1, le=2)] = 1,
    number: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """Around a document, or a list of those with most relations. `number` narrows that list."""
    require_links(connection)
    if chosen is None:
        return render(
            request, "relations.html", kinds=_kinds(connection), works=_busiest(connection, number), number=number,
            **_age(connection),
        )  # fmt: skip
    document(chosen, context)  # 404, 410
    work = works_of(connection, chosen)[0]
    edges, left_out = _around(connection, work, steps)
    works = _works(connection, {work, *(each[end] for each in edges for end in ("source", "target"))})
    return render(
        request, "neighbourhood.html", document=chosen, work=works[work], works=works, edges=_told(connection, edges),
        drawing=graph.drawn(works, edges, work), box=(graph.WIDTH, graph.HEIGHT), left_out=left_out, steps=steps,
        other_steps=with_query(request, steps=3 - steps), most=_MOST_WORKS, stale=is_stale(connection, chosen),
        **_age(connection),
    )  # fmt: skip


@router.get("/relations.graphml", name="desk_relations_graphml")
def relations_graphml(chosen: OfDocument, context: CurrentContext) -> Response:
    """The relations of one document as GraphML, as `dau export --to graphml` writes them."""
    entry = document(chosen, context)
    folder = Path(tempfile.mkdtemp(prefix="dau-graphml-"))
    clean = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    try:
        out = folder / "relations.graphml"
        export([context.held(entry)], "graphml", out, Options(context.archive))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(out, media_type="application/graphml+xml", filename=f"{entry.id}.graphml", background=clean)


def _age(connection: sqlite3.Connection) -> dict[str, Any]:
    """How old the relations are, and how many documents they are behind."""
    known = standing(connection)
    when = datetime.fromisoformat(known.linked).astimezone(UTC).strftime("%d/%m/%Y %H:%M UTC") if known.linked else "?"
    return {"behind": known.behind, "linked": when}


def _around(connection: sqlite3.Connection, work: str, steps: int) -> tuple[list[dict[str, Any]], int]:
    """Relations of a work, the surest first, then those of its neighbours; and how many are left out."""
    edges, left_out = _of(connection, work, _MOST_WORKS)
    known = {work, *(each[end] for each in edges.values() for end in ("source", "target"))}
    if steps > 1:
        for neighbour in sorted(known - {work}):
            more, hidden = _of(connection, neighbour, _A_STEP)
            left_out += hidden
            for key, edge in more.items():
                others = {edge["source"], edge["target"]} - known
                if len(known | others) <= _MOST_WORKS:
                    edges[key], known = edge, known | others
                elif key not in edges:
                    left_out += 1
    return list(edges.values()), left_out


def _of(connection: sqlite3.Connection, work: str, most: int) -> tuple[dict[int, dict[str, Any]], int]:
    sql = f"SELECT {_EDGE} FROM edges WHERE (source = ?1 OR target = ?1) AND source <> target"
    count = connection.execute(f"SELECT count(*) FROM ({sql})", (work,)).fetchone()[0]
    rows = connection.execute(f"{sql} ORDER BY confidence DESC, id LIMIT ?2", (work, most)).fetchall()
    return {row["id"]: dict(row) for row in rows}, max(0, count - most)


def _works(connection: sqlite3.Connection, wanted: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Works by id in the order of their labels, each with a document of the archive where there is one."""
    names = sorted(wanted)
    marks = ",".join("?" * len(names))
    sql = (
        "SELECT w.id, w.label, w.external, w.type, w.number, w.number_state, w.issued, w.issuer, w.title,"
        " (SELECT min(document) FROM work_documents WHERE work = w.id) AS document"
        f" FROM works w WHERE w.id IN ({marks}) ORDER BY w.label, w.id"
    )
    return {row["id"]: dict(row) for row in connection.execute(sql, names)}


def _told(connection: sqlite3.Connection, edges: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Edges with the first place that says so."""
    sql = "SELECT document, page, words, other_document, other_page FROM edge_evidence WHERE edge = ? LIMIT 1"
    return [{**edge, "evidence": connection.execute(sql, (edge["id"],)).fetchone()} for edge in edges]


def _kinds(connection: sqlite3.Connection) -> list[tuple[str, int, int]]:
    sql = "SELECT kind, count(*) AS n, sum(inferred) AS inferred FROM edges GROUP BY kind ORDER BY n DESC, kind"
    return [(row["kind"], row["n"], row["inferred"]) for row in connection.execute(sql)]


def _busiest(connection: sqlite3.Connection, number: str) -> list[sqlite3.Row]:
    """Works of the archive with the most relations; of a number or a part of it where one is given."""
    key = number_key(number) if number.strip() else None
    where, values = ("WHERE d.number_key LIKE ? ESCAPE '\\'", (f"%{_escaped(key)}%",)) if key else ("", ())
    sql = (
        "SELECT w.label, w.title, min(d.id) AS document, (SELECT count(*) FROM edges WHERE source = w.id)"
        " + (SELECT count(*) FROM edges WHERE target = w.id) AS relations FROM works w"
        f" JOIN work_documents o ON o.work = w.id JOIN documents d ON d.id = o.document {where}"
        " GROUP BY w.id ORDER BY relations DESC, w.label LIMIT ?"
    )
    return connection.execute(sql, (*values, _A_PAGE)).fetchall()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
