"""The doubts of a document with what other documents of the archive say about them.

A derived view: the flag stays, the reading stays, document.json on disk stays; an item gains `witnesses` (who says
what, and where), the other readings as `alternatives`, and `resolved` where all witnesses agree. A person's word is
never touched.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from dau.document.directive import Alternative, Directive, ReviewItem, Witness

from . import schema

_COLUMNS = "item, code, field, node, kind, value, words, witness, witness_node, witness_page, resolves"


@dataclass(frozen=True)
class _Said:
    code: str
    field: str | None
    node: str | None
    kind: str
    value: str
    words: str
    where: str
    resolves: bool


def witnessed(connection: sqlite3.Connection, document: str, directive: Directive) -> Directive:
    """The document as `dau link` last saw it, its doubts with their witnesses. `directive` is the current one,
    corrections applied; a doubt that is no longer there, or was settled since, keeps what it has.

    Where there are no relations yet the document comes back as it is.
    """
    if not schema.linked(connection):
        return directive
    said: dict[int, list[_Said]] = defaultdict(list)
    rows = connection.execute(f"SELECT {_COLUMNS} FROM witnesses WHERE document = ? ORDER BY rowid", (document,))
    for item, code, field, node, kind, value, words, witness, w_node, page, resolves in rows:
        where = witness + (f"#{w_node}" if w_node else "") + (f" p.{page}" if page else "")
        said[item].append(_Said(code, field, node, kind, value, words, where, bool(resolves)))
    if not said:
        return directive
    review = tuple(
        _with(item, said[n]) if n in said and _about(item, said[n][0]) else item
        for n, item in enumerate(directive.review)
    )
    return directive.model_copy(update={"review": review})


def _about(item: ReviewItem, said: _Said) -> bool:
    same = (item.code, item.field, item.node) == (said.code, said.field, said.node)
    return same and not any(w.kind == "reviewer" for w in item.witnesses)


def _with(item: ReviewItem, said: list[_Said]) -> ReviewItem:
    witnesses = [Witness(kind=s.kind, text=s.words, where=s.where) for s in said]
    offered = {a.value for a in item.alternatives}
    new = [Alternative(value=value) for value in dict.fromkeys(s.value for s in said) if value not in offered]
    agree = all(s.resolves for s in said)
    return item.model_copy(
        update={
            "witnesses": (*item.witnesses, *witnesses),
            "alternatives": (*new, *item.alternatives),
            "resolved": (item.resolved or said[0].value) if agree else None,
        }
    )
