"""GraphML: the works of an archive and their relations, for Gephi, Cytoscape, yEd or networkx.

http://graphml.graphdrawing.org/specification.html. Written as a stream, an element at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import IO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from .fit import Replacing
from .formats import Options, Report
from .held import Held

_NODE = {
    "label": "string", "external": "boolean", "synthetic": "boolean", "type": "string", "number": "string",
    "number_state": "string", "witnessed_number": "string", "issued": "string", "witnessed_issued": "string",
    "issuer": "string", "title": "string", "documents": "string",
}  # fmt: skip
_EDGE = {
    "kind": "string", "confidence": "double", "inferred": "boolean", "ambiguous": "boolean", "directed": "boolean",
    "evidence": "int", "words": "string",
}  # fmt: skip
_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_ADVICE = "Run `dau link` on the archive."


def export(documents: Iterable[Held], out: Path, options: Options) -> Report:
    """A node a work, an edge a relation. Where documents were selected: their works and those these are related to.

    Where the direction of an edge says nothing, its `directed` is false (as a value and not as GraphML's attribute of
    that name: readers refuse graphs of both kinds). The scans and copies that are a work are in its `documents`; edges
    from a work to itself are left out.
    """
    from ..index.reader import reading
    from ..index.relations import schema

    report = Report()
    with reading(options.archive) as index:
        index.row_factory = sqlite3.Row
        work_of = dict(index.execute("SELECT document, work FROM work_documents")) if schema.linked(index) else {}
        chosen: set[str] = set()
        for held in documents:
            work = work_of.get(held.id)
            if work is None:
                report.left_out[held.id] = f"It is not related to the others yet. {_ADVICE}"
                continue
            chosen.add(work)
            report.documents += 1
        if report.documents:
            _write(index, chosen, out, report)
    return report


def _write(index: sqlite3.Connection, chosen: set[str], out: Path, report: Report) -> None:
    held = {work for (work,) in index.execute("SELECT id FROM works WHERE NOT external")}
    edges = [
        row
        for row in index.execute("SELECT * FROM edges WHERE source <> target ORDER BY id")
        if chosen >= held or row["source"] in chosen or row["target"] in chosen
    ]
    wanted = chosen.union(*((row["source"], row["target"]) for row in edges))
    with out.open("wb") as stream:
        writer = _Writer(stream)
        writer.begin()
        for row in index.execute("SELECT * FROM works ORDER BY id"):
            if row["id"] in wanted:
                scans = index.execute("SELECT document FROM work_documents WHERE work = ? ORDER BY 1", (row["id"],))
                writer.node(row, " ".join(document for (document,) in scans))
        for row in edges:
            query = "SELECT words FROM edge_evidence WHERE edge = ? ORDER BY rowid"
            said = index.execute(query, (row["id"],)).fetchall()
            writer.edge(row, said[0]["words"] if said else None, len(said))
        writer.end()
    report.rows |= {"works": len(wanted), "relations": len(edges)}
    if writer.fit.replaced:
        report.notes.append(f"{writer.fit.replaced} characters that XML does not allow were replaced.")


class _Writer:
    """GraphML as it is written: `begin`, nodes, edges, `end`."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.fit = Replacing()
        self._xml = XMLGenerator(stream, "utf-8", short_empty_elements=True)

    def _open(self, tag: str, **attributes: str) -> None:
        named = {name.replace("_", "."): value for name, value in attributes.items()}
        self._xml.startElement(tag, AttributesImpl(named))

    def begin(self) -> None:
        self._xml.startDocument()
        self._open("graphml", xmlns=_NAMESPACE)
        for owner, keys in (("node", _NODE), ("edge", _EDGE)):
            for name, kind in keys.items():
                self._open("key", **{"id": f"{owner}_{name}", "for": owner, "attr_name": name, "attr_type": kind})
                self._xml.endElement("key")
        self._open("graph", id="archive", edgedefault="directed")

    def node(self, row: sqlite3.Row, documents: str) -> None:
        self._open("node", id=self.fit(row["id"]))
        self._data("node", _NODE, {name: row[name] for name in _NODE if name != "documents"} | {"documents": documents})
        self._xml.endElement("node")

    def edge(self, row: sqlite3.Row, words: str | None, evidence: int) -> None:
        self._open("edge", id=f"e{row['id']}", source=self.fit(row["source"]), target=self.fit(row["target"]))
        known = {name: row[name] for name in ("kind", "confidence", "inferred", "ambiguous", "directed")}
        self._data("edge", _EDGE, known | {"evidence": evidence, "words": words})
        self._xml.endElement("edge")

    def end(self) -> None:
        self._xml.endElement("graph")
        self._xml.endElement("graphml")
        self._xml.endDocument()

    def _data(self, owner: str, kinds: dict[str, str], values: dict[str, object]) -> None:
        for name, kind in kinds.items():
            value = values[name]
            if value is None or value == "":
                continue
            text = str(bool(value)).lower() if kind == "boolean" else str(value)
            self._open("data", key=f"{owner}_{name}")
            self._xml.characters(self.fit(text))
            self._xml.endElement("data")
