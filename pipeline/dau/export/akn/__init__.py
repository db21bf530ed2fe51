"""Akoma Ntoso 1.0 (OASIS LegalDocML, namespace …/akn/3.0): one XML file a document, in a folder.

`uri`      IRIs of documents
`eids`     ids of elements
`meta`     identification, lifecycle, references
`front`    cover page, preface, preamble
`body`     the tree of articles, clauses, points, items and tables
`back`     signature and recipients
`extra`    what Akoma Ntoso has no place for, in a namespace of our own
`document` puts them together
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..formats import Options, Report
from ..held import Held
from ..needed import package


def export(documents: Iterable[Held], out: Path, options: Options) -> Report:
    """`<document>.xml` for each document, valid against the official schema. Raises DependencyError without lxml."""
    package("lxml.etree")
    from ..fit import Replacing
    from ..markup import write
    from .document import build

    report = Report()
    fit = Replacing()
    undated = 0
    for held in documents:
        write(build(held, fit), out / f"{held.id}.xml")
        report.documents += 1
        undated += held.directive.metadata.issued.date is None
    report.rows["files"] = report.documents
    if undated:
        report.notes.append(
            f"{undated} documents have no legible date of issue: they carry the date 0001-01-01, which stands for none."
        )
    if fit.replaced:
        report.notes.append(f"{fit.replaced} characters that XML cannot carry were replaced by a visible sign.")
    return report
