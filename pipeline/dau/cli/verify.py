"""`dau verify`: prove that every received input has one outcome and every file its checksum."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from dau.archive.fingerprint import fingerprint
from dau.archive.manifest import FILE_NAME
from dau.archive.remedies import remedies
from dau.archive.status import counts
from dau.archive.store import reading
from dau.archive.verify import Discrepancy
from dau.archive.verify import verify as discrepancies
from dau.corrected import Notice, unplaced

from .show import counts_text
from .terminal import emit, print_json, printable


def register(app: typer.Typer) -> None:
    app.command(name="verify")(verify)


def verify(
    archive: Path = typer.Argument(..., help="A folder that `dau run --out` wrote."),
    as_json: bool = typer.Option(False, "--json", help="The discrepancies as JSON."),
) -> int:
    """Hold an archive against its manifest. Exit code 0: proven (recorded failures allowed, and reviews that apply
    nowhere now, which are listed); 1: a discrepancy."""
    with reading(archive) as root:  # no run appends to the manifest between the proof and its fingerprint
        found, notices, manifest = list(discrepancies(root)), list(unplaced(root)), fingerprint(root / FILE_NAME)
    advice = remedies(each.code for each in found)
    if as_json:
        print_json({
            "proven": not found, "discrepancies": [asdict(each) for each in found],
            "notices": [asdict(each) for each in notices], "advice": advice, "manifest": asdict(manifest),
        })  # fmt: skip
        return 1 if found else 0
    if found:
        emit(_line(each) for each in found)
        emit([f"{len(found)} discrepancies. What to do:"])
        emit(f"  {code}: {what}" for code, what in advice.items())
    else:
        summary = counts(archive)
        inputs = sum(summary.statuses.values())
        outcomes = f"{inputs} inputs, one outcome each ({counts_text(summary.statuses)})"
        emit([f"Proven: {outcomes}; {summary.documents} documents, every file as recorded."])
        emit([f"manifest.jsonl: {manifest.lines} lines, {manifest.bytes} bytes, SHA-256 {manifest.sha256}"])
    if notices:
        how = "None is lost: in the desk, say anew what still holds, and undo them."
        emit([f"Reviews that apply nowhere now: {len(notices)}. {how}"])
        emit(_line(each) for each in notices)
    return 1 if found else 0


def _line(each: Discrepancy | Notice) -> str:
    return f"{each.code}  {printable(each.path)}  {printable(each.message)}"
