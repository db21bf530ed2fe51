"""`dau status`: what is done, failed, doubtful."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import typer

from dau.archive.failures import failure_of
from dau.archive.paths import path_of
from dau.archive.report import ReportPage, Separator, Sheet, survey
from dau.archive.status import ArchiveStatus, Doubtful, Failure
from dau.archive.status import status as archive_status
from dau.corrected import as_reviewed

from .show import counts_text
from .terminal import emit, print_json, printable, stderr


def register(app: typer.Typer) -> None:
    app.command(name="status")(status)


def status(
    archive: Path = typer.Argument(..., help="A folder that `dau run --out` wrote."),
    limit: int = typer.Option(20, "--limit", min=0, help="Failures and doubtful documents to list; 0 lists all."),
    as_json: bool = typer.Option(False, "--json", help="Everything, as JSON."),
    report: Path | None = typer.Option(None, "--report", help="Write a report for the eye (HTML) into this file."),
    table: Path | None = typer.Option(None, "--csv", help="Write a table, one row an input (CSV), into this file."),
    separator: Separator = typer.Option(Separator.comma, "--separator", help="What stands between cells of the CSV."),
) -> None:
    """Sum up an archive, reviews applied: counts, failures with advice, the documents to look at first."""
    if report is not None or table is not None:
        write_reports(archive, report, table, separator)
        if not as_json:
            return
    found = archive_status(archive, None if as_json or not limit else limit, as_reviewed(archive))
    if as_json:
        print_json(_as_json(found))
        return
    emit(_lines(found, limit))


def write_reports(archive: Path, report: Path | None, table: Path | None, separator: Separator) -> None:
    """Both in one pass through the archive, one document in memory at a time; a file is there whole or not at all."""
    with ExitStack() as files:
        sheet = Sheet(files.enter_context(_whole(table, "utf-8-sig")), separator) if table is not None else None
        page = ReportPage(archive, read=as_reviewed(archive)) if report is not None else None
        for row in survey(archive, as_reviewed(archive)):
            if sheet is not None:
                sheet.add(row)
            if page is not None:
                page.add(row)
        if report is not None and page is not None:
            files.enter_context(_whole(report, "utf-8")).writelines(page.parts())
    for path in filter(None, (report, table)):
        stderr().print(f"Written: {printable(str(path))}")


@contextmanager
def _whole(path: Path, encoding: str) -> Iterator[TextIO]:
    """A file written beside its name and renamed onto it at the end."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding=encoding, newline="", errors="backslashreplace") as text:
            yield text
        temporary.replace(path)
    except OSError as error:
        raise failure_of(error, path) from error
    finally:
        temporary.unlink(missing_ok=True)


def _lines(found: ArchiveStatus, limit: int) -> list[str]:
    lines = [
        f"inputs     {counts_text(found.statuses) or 'none'}",
        f"documents  {found.documents}",
        f"pages      {counts_text(found.pages) or 'none'}",
        f"doubts     {found.open} open in {found.doubted} documents, {found.settled} settled",
    ]
    if found.fewer_pages:
        lines.append(
            f"some pages {found.fewer_pages} run again over some pages (--pages): the document over more pages stays "
            "current"
        )
    if found.pending:
        lines.append(f"unfinished {len(found.pending)} received without an outcome: run again to finish them")
    if found.damaged_lines or found.unreadable:
        lines.append("damaged    see `dau verify`")
    if found.failures:
        lines += ["", f"failed or partial ({counts_text(found.categories)})"]
        lines += [_failure(failure) for failure in found.failures]
        lines += _more(found.failed, limit)
    if found.doubtful:
        lines += ["", "to review first"]
        lines += [_doubtful(doubtful) for doubtful in found.doubtful]
        lines += _more(found.doubted, limit)
    return lines


def _failure(failure: Failure) -> str:
    return f"  {failure.status} [{failure.category}] {_name(failure.source)}: {printable(failure.message)}"


def _doubtful(doubtful: Doubtful) -> str:
    codes = ", ".join(
        dict.fromkeys(f"{doubt.code}{'!' if doubt.severity == 'high' else ''}" for doubt in doubtful.doubts)
    )
    return f"  {_name(doubtful.source)} ({printable(doubtful.number or '?')}): {codes}"


def _more(total: int, limit: int) -> list[str]:
    return [f"  … and {total - limit} more (--limit 0 lists all)"] if limit and total > limit else []


def _name(source: str) -> str:
    return printable(path_of(source).name)


def _as_json(found: ArchiveStatus) -> dict[str, object]:
    return {
        "statuses": dict(found.statuses),
        "categories": dict(found.categories),
        "pages": dict(found.pages),
        "documents": found.documents,
        "fewer_pages": found.fewer_pages,
        "pending": found.pending,
        "damaged_lines": found.damaged_lines,
        "unreadable": found.unreadable,
        "doubts": {"open": found.open, "settled": found.settled, "documents": found.doubted},
        "failures": [asdict(failure) for failure in found.failures],
        "doubtful": [
            {
                "source": doubtful.source,
                "document": doubtful.document,
                "number": doubtful.number,
                "confidence": doubtful.confidence,
                "settled": doubtful.settled,
                "doubts": [doubt.model_dump() for doubt in doubtful.doubts],
            }
            for doubtful in found.doubtful
        ],
    }
