"""`dau verify`: prove that every received input has one outcome and every file its checksum."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from dau.archive.status import status as archive_status
from dau.archive.verify import verify as discrepancies

from .show import counts_text
from .terminal import emit, print_json, printable


def register(app: typer.Typer) -> None:
    app.command(name="verify")(verify)


def verify(
    archive: Path = typer.Argument(..., help="A folder that `dau run --out` wrote."),
    as_json: bool = typer.Option(False, "--json", help="The discrepancies as JSON."),
) -> int:
    """Hold an archive against its manifest. Exit code 0: proven (recorded failures allowed); 1: a discrepancy."""
    found = list(discrepancies(archive))
    if as_json:
        print_json({"proven": not found, "discrepancies": [asdict(each) for each in found]})
    elif found:
        emit(f"{each.code}  {printable(each.path)}  {printable(each.message)}" for each in found)
        emit([f"{len(found)} discrepancies."])
    else:
        summary = archive_status(archive, most=0)
        inputs = sum(summary.statuses.values())
        outcomes = f"{inputs} inputs, one outcome each ({counts_text(summary.statuses)})"
        emit([f"Proven: {outcomes}; {summary.documents} documents, every file as recorded."])
    return 1 if found else 0
