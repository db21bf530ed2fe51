"""`dau status`: what is done, failed, doubtful."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from dau.archive.paths import path_of
from dau.archive.status import ArchiveStatus, Doubtful, Failure
from dau.archive.status import status as archive_status

from .show import counts_text
from .terminal import emit, print_json, printable


def register(app: typer.Typer) -> None:
    app.command(name="status")(status)


def status(
    archive: Path = typer.Argument(..., help="A folder that `dau run --out` wrote."),
    limit: int = typer.Option(20, "--limit", min=0, help="Failures and doubtful documents to list; 0 lists all."),
    as_json: bool = typer.Option(False, "--json", help="Everything, as JSON."),
) -> None:
    """Sum up an archive: counts, failures with advice, the documents to look at first."""
    found = archive_status(archive)
    if as_json:
        print_json(_as_json(found))
        return
    emit(_lines(found, limit))


def _lines(found: ArchiveStatus, limit: int) -> list[str]:
    most = limit or None
    lines = [
        f"inputs     {counts_text(found.statuses) or 'none'}",
        f"documents  {found.documents}",
        f"pages      {counts_text(found.pages) or 'none'}",
    ]
    if found.pending:
        lines.append(f"unfinished {len(found.pending)} received without an outcome: run again to finish them")
    if found.damaged_lines or found.unreadable:
        lines.append("damaged    see `dau verify`")
    if found.failures:
        lines += ["", f"failed or partial ({counts_text(found.categories)})"]
        lines += [_failure(failure) for failure in found.failures[:most]]
        lines += _more(len(found.failures), limit)
    if found.doubtful:
        lines += ["", "to review first"]
        lines += [_doubtful(doubtful) for doubtful in found.doubtful[:most]]
        lines += _more(len(found.doubtful), limit)
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
        "pending": found.pending,
        "damaged_lines": found.damaged_lines,
        "unreadable": found.unreadable,
        "failures": [asdict(failure) for failure in found.failures],
        "doubtful": [
            {
                "source": doubtful.source,
                "document": doubtful.document,
                "number": doubtful.number,
                "confidence": doubtful.confidence,
                "doubts": [doubt.model_dump() for doubt in doubtful.doubts],
            }
            for doubtful in found.doubtful
        ],
    }
