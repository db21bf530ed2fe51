"""`dau export`: an archive in the formats of others."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from dau.corrected import documents
from dau.export import FORMATS, Options, Report, export
from dau.export.formats import Format
from dau.export.select import ReviewStatus, Selected, Selection
from dau.index.tables import TABLES

from .terminal import complain, printable, stderr

_DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    app.command(name="export", help=_help())(run)


def _help() -> str:
    listed = "\n\n".join(f"{name}: {each.says} (a {each.shape}{_settable(each)})" for name, each in FORMATS.items())
    return f"Write the documents of an archive, corrections applied, in another format.\n\n{listed}"


def _settable(chosen: Format) -> str:
    return f"; --set {', '.join(chosen.settings)}" if chosen.settings else ""


def run(
    archive: Path = typer.Argument(..., help="A folder that `dau run --out` wrote."),
    to: str = typer.Option(..., "--to", help=f"Format: {', '.join(FORMATS)}."),
    out: Path = typer.Option(..., "--out", help="File or folder to write; it must not be there yet."),
    overwrite: bool = typer.Option(False, "--overwrite", help="Replace a file, or the folder of an earlier export."),
    table: list[str] = typer.Option([], "--table", help="Only this flat table (jsonl, csv, parquet)."),
    document: list[str] = typer.Option([], "--document", help="Only this document: folder, SHA-256 or number."),
    kind: list[str] = typer.Option([], "--type", help="Only this type of document: `Quyết định`, `QĐ`."),
    since: datetime | None = typer.Option(None, "--since", formats=_DAY, help="Only those issued that day or later."),
    until: datetime | None = typer.Option(None, "--until", formats=_DAY, help="Only those issued until that day."),
    status: list[ReviewStatus] = typer.Option([], "--status", help="Only those that people got this far with."),
    settings: list[str] = typer.Option([], "--set", help="A setting of the format, NAME=VALUE."),
) -> int:
    chosen = FORMATS.get(to)
    if chosen is None:
        raise typer.BadParameter(f"there is no format {to!r}; there are {', '.join(FORMATS)}", param_hint="--to")
    if table and not chosen.tables:
        raise typer.BadParameter(f"{to} has no flat tables to choose from", param_hint="--table")
    if strange := sorted(set(table) - set(TABLES)):
        raise typer.BadParameter(f"no table {strange[0]!r}; there are {', '.join(TABLES)}", param_hint="--table")
    wish = Selection(
        tuple(document), tuple(kind), since.date() if since else None, until.date() if until else None, tuple(status)
    )
    selected = Selected(documents(archive), wish)
    options = Options(archive, tuple(table), _settings(to, chosen, settings))
    report = export(selected, to, out, options, overwrite=overwrite)
    return _told(report, selected, out)


def _told(report: Report, selected: Selected, out: Path) -> int:
    """Say what was written and what was not; 1 where a document that was asked for is missing."""
    left_out = {**selected.unreadable, **report.left_out}
    for name, reason in left_out.items():
        complain(f"{name} was left out: {reason}")
    for name in selected.unnamed:
        complain(f"The archive holds no document {name!r}.")
    if selected.undated:
        count = len(selected.undated)
        found = "1 document was" if count == 1 else f"{count} documents were"
        complain(f"{found} left out for want of a legible date of issue.")
    for note in report.notes:
        complain(note)
    counted = ", ".join(f"{count} {name}" for name, count in report.rows.items())
    stderr().print(f"Written: {printable(str(out))} ({report.documents} of {selected.seen} documents: {counted})")
    return 1 if left_out or selected.unnamed else 0


def _settings(to: str, chosen: Format, given: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name not in chosen.settings:
            known = "; ".join(f"{each}: {says}" for each, says in chosen.settings.items()) or "none"
            raise typer.BadParameter(f"{text!r} is no setting of {to}. It knows: {known}", param_hint="--set")
        found[name] = value
    return found
