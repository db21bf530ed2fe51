"""An archive in the formats of others: tables, exchange formats, training data.

`formats` what a format is asked and answers
`target`  a file or folder that is there whole or not at all
`select`  which documents
`jsonl`   …    one module a format

To add a format: a module with a function of the type `formats.Export`, and a line in `FORMATS`. Packages that only
some install are imported inside the function.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .. import __version__
from ..document.errors import InputError
from . import akn, csv, ead, edxml, graphml, ics, jsonl, pairs, parquet, target
from .formats import Format, Options, Report
from .held import Held

__all__ = ["FORMATS", "Format", "Options", "Report", "export"]

FORMATS: dict[str, Format] = {
    "jsonl": Format(jsonl.export, "file", "JSON Lines: a document.json a line, or the rows of a table", tables=True),
    "parquet": Format(
        parquet.export, "folder", "a typed file a table, documents nested beside their columns", tables=True
    ),
    "csv": Format(
        csv.export, "folder", "a file a table, for spreadsheets", {"separator": "comma, semicolon or tab"}, tables=True
    ),
    "akn": Format(akn.export, "folder", "Akoma Ntoso 1.0: an XML file a document, articles, clauses and citations"),
    "edxml": Format(
        edxml.export, "folder", "edXML (QCVN 102:2016/BTTTT): a message header a document", edxml.SETTINGS
    ),
    "ics": Format(ics.export, "file", "iCalendar: the deadlines of tasks as to-dos", ics.SETTINGS),
    "pairs": Format(pairs.export, "file", "training pairs: what was read, what people say it is (dau train --pairs)"),
    "ead": Format(ead.export, "folder", "EAD_doc (Thông tư 05/2025/TT-BNV): documents within dossiers", ead.SETTINGS),
    "graphml": Format(graphml.export, "file", "GraphML: works and their relations, as `dau link` found them"),
}


class NothingToExport(InputError):
    """No document was left to write."""


def export(documents: Iterable[Held], to: str, out: Path, options: Options, *, overwrite: bool = False) -> Report:
    """Write documents in a format, whole or not at all.

    Raises TargetRefused where the place is taken, NothingToExport where there is no document (nothing is written
    then), DependencyError where a package is missing, ArchiveFull where there is no room.
    """
    chosen = FORMATS[to]
    target.check(out, chosen.shape, overwrite=overwrite)
    if chosen.shape == "file":
        with target.whole_file(out, overwrite=overwrite) as path:
            return _written(chosen, documents, path, options)
    about: dict[str, object] = {"format": to, "dau": __version__}
    with target.whole_folder(out, about, overwrite=overwrite) as path:
        report = _written(chosen, documents, path, options)
        about |= {"documents": report.documents, "rows": report.rows}
        return report


def _written(chosen: Format, documents: Iterable[Held], path: Path, options: Options) -> Report:
    report = chosen.export(documents, path, options)
    if not report.documents:
        reason = next(iter((*report.left_out.values(), *report.notes)), "")
        raise NothingToExport(
            f"No document was exported, and nothing was written. {reason}".strip(),
            "" if reason else "See `dau status` for what the archive holds; take back options that select.",
        )
    return report
