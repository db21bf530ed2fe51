"""`dau link`: relate the documents of an archive to each other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from dau.index.build import FILE_NAME, update

from .terminal import complain, emit, print_json, printable, stderr

if TYPE_CHECKING:
    from dau.index.relations import Linked
    from dau.index.relations.link import Progress
    from dau.index.relations.summary import Summary


def register(app: typer.Typer) -> None:
    app.command(name="link")(run)


def run(
    archive: Path = typer.Argument(..., help="A folder that `dau run --out` wrote."),
    rebuild: bool = typer.Option(False, "--rebuild", help="Relate them anew, whatever is known of them."),
    as_json: bool = typer.Option(False, "--json", help="What was found, as JSON."),
    quiet: bool = typer.Option(False, "--quiet", help="No progress."),
) -> int:
    """Resolve citations within the archive, find passages that documents share and witnesses for doubtful readings.

    Brings index.sqlite up to date first, and keeps the relations in it: tables works, edges, edge_evidence,
    citation_links, passages, witnesses, work_movements (docs/relations.md). Work is done for what is new. Once that is
    done `dau index` and the server keep the relations up to date with the index. Exit code 1: some documents could not
    be read and are left out.
    """
    from dau.index.relations.relate import relate

    update(archive)
    with shown(quiet) as progress:
        done, found = relate(archive, rebuild=rebuild, progress=progress)
    for name, reason in done.failed:
        complain(f"{name} is left out: {reason}")
    if as_json:
        print_json(as_record(done) | asdict(found))
    else:
        emit(_lines(archive, done, found))
    return 1 if done.failed else 0


def as_record(done: Linked) -> dict[str, Any]:
    """What was done, for JSON."""
    return asdict(done) | {"failed": dict(done.failed)}


def counts(done: Linked) -> str:
    """What was done, on a line."""
    return f"{done.read} documents read, {done.removed} removed, {done.unchanged} as they were"


def _lines(archive: Path, done: Linked, found: Summary) -> list[str]:
    edges = ", ".join(f"{count} {kind}" for kind, count in found.edges.items()) or "none"
    citations = ", ".join(f"{count} {status}" for status, count in found.citations.items()) or "none"
    return [
        f"{printable(str(archive / FILE_NAME))}: {counts(done)}",
        f"works      {found.works} ({found.several_documents} of several documents), {found.external} only cited",
        f"citations  {citations}",
        f"edges      {edges} ({found.inferred} inferred, {found.ambiguous} ambiguous)",
        f"passages   {found.passages}",
        f"witnesses  {found.witnessed} doubts, {found.resolved} of them resolved",
    ]


@contextmanager
def shown(quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done, of: None
        return
    from rich.progress import Progress as Bar

    with Bar(console=stderr(), transient=True) as bar:
        task = bar.add_task("documents", total=None)
        yield lambda stage, done, of: bar.update(task, description=stage, completed=done, total=of or None)
