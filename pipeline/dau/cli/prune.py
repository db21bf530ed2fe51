"""`dau prune`: remove superseded results."""

from __future__ import annotations

from pathlib import Path

import typer

from dau.archive.prune import prune as prune_archive
from dau.archive.prune import would_prune
from dau.archive.store import Archive

from .terminal import emit, print_json


def register(app: typer.Typer) -> None:
    app.command(name="prune")(prune)


def prune(
    archive: Path = typer.Argument(..., help="A folder that `dau run --out` wrote."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what would be removed."),
    as_json: bool = typer.Option(False, "--json", help="What was removed, as JSON."),
) -> int:
    """Remove the folders of earlier runs that no last outcome names any more; originals and reviews stay. Exit code 1:
    some were kept, because what replaced them is not whole."""
    if dry_run:
        pruned = would_prune(archive)
    else:
        with Archive.open(archive, create=False) as opened:
            pruned = prune_archive(opened)
    if as_json:
        print_json({
            "documents": pruned.documents, "bytes": pruned.bytes, "kept": pruned.kept, "dry_run": dry_run,
        })  # fmt: skip
        return 1 if pruned.kept else 0
    emit(f"documents/{name}" for name in pruned.documents)
    verb = "would be removed" if dry_run else "removed"
    emit([f"{len(pruned.documents)} superseded folders {verb}, {pruned.bytes / 1e6:.1f} MB."])
    emit(f"kept: documents/{name}, for what replaced it is not whole: see `dau verify`" for name in pruned.kept)
    return 1 if pruned.kept else 0
