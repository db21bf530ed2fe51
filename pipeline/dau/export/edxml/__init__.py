"""edXML, the message of document management systems by QCVN 102:2016/BTTTT and its amendment 1:2022: one file a
document. Sources and what could not be held against the official text: docs/exchange.md.

`agencies` the codes of agencies that the user supplies
`header`   the message header
`message`  envelope, trace, attachment
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..doubts import KEEP, KEEP_SAYS, Record, open_record
from ..formats import Options, Report
from ..held import Held
from ..needed import package

SETTINGS = {
    "agencies": "CSV of agencies with their codes (name, organ_id, …): who is From and To",
    "types": "CSV of types of documents with their codes (name, type, type_detail)",
    "dates": "YYYY/MM/DD (as if not said), DD/MM/YYYY or YYYY-MM-DD",
    "sent": "time of sending for the trace, as it shall stand there",
    "attach": "pdf to enclose searchable.pdf, or none (as if not said)",
    KEEP: KEEP_SAYS,
}


def export(documents: Iterable[Held], out: Path, options: Options) -> Report:
    """`<document>.edxml` for each document and `report.jsonl`. Raises DependencyError without lxml, TableRefused for
    a table that cannot be used, SettingRefused for a setting without that value."""
    package("lxml.etree")
    from ..fit import Replacing
    from ..markup import write
    from .message import build, wishes

    wish = wishes(options.settings)
    report, fit = Report(), Replacing()
    with open_record(out) as stream:
        record = Record(stream)
        for held in documents:
            write(build(held, wish, record, fit), out / f"{held.id}.edxml")
            report.documents += 1
    report.rows["messages"] = report.documents
    report.notes += record.notes()
    if fit.replaced:
        report.notes.append(f"{fit.replaced} characters that XML cannot carry were replaced by a visible sign.")
    return report
