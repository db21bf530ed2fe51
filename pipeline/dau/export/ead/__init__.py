"""Archival description of documents within dossiers (hồ sơ), by Thông tư 05/2025/TT-BNV: EAD_doc of each document,
EAD of each dossier the archivist describes, and both as tables. Sources and doubts: docs/exchange.md.

`fields`   the elements of each profile, their lengths and codes
`values`   what of them a document says
`dossiers` the tables of the archivist: which document is where in which dossier
`writing`  files
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..choices import choice
from ..doubts import KEEP, KEEP_SAYS, Record, open_record
from ..fit import Replacing
from ..formats import Options, Report
from ..held import Held
from ..needed import package

SETTINGS = {
    "documents": "CSV of the archivist: document, file_code, ordinal, … (which document is where in which dossier)",
    "dossiers": "CSV of the archivist: file_code, title, … (what each dossier is)",
    "profile": "sip (submission, as if not said), aip (preservation) or tt02 (Thông tư 02/2019/TT-BNV)",
    KEEP: KEEP_SAYS,
}


def export(documents: Iterable[Held], out: Path, options: Options) -> Report:
    """`EAD_doc_<code>.xml` for each document in a folder a dossier, `EAD.xml` for each dossier described, the tables
    `documents.csv` and `dossiers.csv`, and `report.jsonl`. Raises DependencyError without lxml, TableRefused for a
    table that cannot be used, SettingRefused for a setting without that value."""
    package("lxml.etree")
    from .dossiers import load
    from .fields import PROFILES
    from .writing import Writing

    profile = PROFILES[choice(options.settings, "profile", tuple(PROFILES))]
    tables = load(options.settings.get("documents"), options.settings.get("dossiers"), profile)
    write_doubtful = choice(options.settings, KEEP, ("leave_out", "write")) == "write"
    report, fit = Report(), Replacing()
    with open_record(out) as stream:
        record = Record(stream)
        with Writing(out, profile, tables, record, fit, write_doubtful=write_doubtful) as writing:
            for held in documents:
                reason = writing.document(held)
                if reason:
                    report.left_out[held.id] = reason
                else:
                    report.documents += 1
            report.rows = {"documents": report.documents, "dossiers": writing.dossiers()}
    report.notes += tables.notes() + record.notes()
    if fit.replaced:
        report.notes.append(f"{fit.replaced} characters that XML cannot carry were replaced by a visible sign.")
    return report
