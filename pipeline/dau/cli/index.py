"""`dau index`: make the index of an archive, or bring it up to date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dau.index.build import FILE_NAME, Progress, Updated, keeps_relations, update

from . import link as linking
from .terminal import complain, emit, print_json, printable, stderr

if TYPE_CHECKING:
    from dau.index.relations import Linked


def register(app: typer.Typer) -> None:
    app.command(name="index")(index)


def index(
    archive: Path = typer.Argument(..., help="A folder that `dau run --out` wrote."),
    rebuild: bool = typer.Option(False, "--rebuild", help="Make it anew even where it can be brought up to date."),
    link: bool | None = typer.Option(
        None, "--link/--no-link", show_default=False,
        help="Bring the relations up to date with it (`dau link`), or leave them; where it was linked once, they are.",
    ),
    as_json: bool = typer.Option(False, "--json", help="What was done, as JSON."),
    quiet: bool = typer.Option(False, "--quiet", help="No progress."),
) -> int:
    """Make index.sqlite, which `dau search`, `dau query` and the server ask, or bring it up to date with the archive.

    Exit code 1: some documents could not be read and are not in it.
    """
    with _shown(quiet) as progress:
        done = update(archive, rebuild=rebuild, progress=progress)
    for name, reason in done.failed:
        complain(f"{name} is not in the index: {reason}")
    linked = _linked(archive, quiet) if (keeps_relations(archive) if link is None else link) else None
    if as_json:
        relations = linking.as_record(linked) if linked else None
        print_json(asdict(done) | {"failed": dict(done.failed), "relations": relations})
    else:
        emit([_summary(archive, done), *([f"relations: {linking.counts(linked)}"] if linked else [])])
    return 1 if done.failed or (linked and linked.failed) else 0


def _linked(archive: Path, quiet: bool) -> Linked:
    from dau.index.relations.relate import relate

    with linking.shown(quiet) as progress:
        linked, _ = relate(archive, progress=progress)
    for name, reason in linked.failed:
        complain(f"{name} is not in the relations: {reason}")
    return linked


def _summary(archive: Path, done: Updated) -> str:
    how = "made" if done.rebuilt else "up to date"
    counts = f"{done.added} new, {done.changed} changed, {done.removed} removed, {done.unchanged} as they were"
    return f"{printable(str(archive / FILE_NAME))} {how}: {counts}"


@contextmanager
def _shown(quiet: bool) -> Iterator[Progress | None]:
    """A bar on a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress as Bar

    with Bar(console=stderr(), transient=True) as bar:
        task = bar.add_task("indexing", total=None)
        yield lambda count, total: bar.update(task, completed=count, total=total)
