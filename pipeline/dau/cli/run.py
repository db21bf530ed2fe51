"""`dau run`: from scans to an archive."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

import typer

from dau import batch, convert
from dau import settings as run_settings
from dau.archive.originals import OriginalsMode
from dau.archive.store import Archive

from .progress import Progress, progress_for
from .show import show_documents, summary_json, summary_lines
from .terminal import emit, print_json, stderr


class RunnerName(StrEnum):
    serial = "serial"
    pool = "pool"


class Originals(StrEnum):
    link = "link"
    copy = "copy"
    none = "none"


def register(app: typer.Typer) -> None:
    app.command(name="run")(run)


def run(
    inputs: list[str] = typer.Argument(..., help="Files, folders, globs: PDF, TIFF, PNG, JPEG, WebP, text."),
    out: Path = typer.Option(..., "--out", help="The archive; made if it is not there, continued if it is."),
    jobs: int = typer.Option(0, "--jobs", min=0, help="Documents at a time; 0 takes one for each core."),
    runner: RunnerName = typer.Option(RunnerName.pool, "--runner", help="One process, or a pool of them."),
    retry_failed: bool = typer.Option(False, "--retry-failed", help="Take up again what failed or is partial."),
    pages: str | None = typer.Option(None, "--pages", help="Pages to read, e.g. 1-3,7,10-"),
    settings: Path | None = typer.Option(None, "--settings", help="Settings file (TOML)."),
    originals: Originals = typer.Option(Originals.link, "--originals", help="How inputs are kept in the archive."),
    time_limit: float = typer.Option(1800.0, "--time-limit", min=1, help="Seconds a document may take."),
    quiet: bool = typer.Option(False, "--quiet", help="Nothing but warnings and the summary."),
    show: bool = typer.Option(False, "--show", help="End with a table of the documents."),
    as_json: bool = typer.Option(False, "--json", help="The summary as JSON on stdout."),
) -> int:
    """Read, restore and structure every input; what is done already is skipped."""
    chosen = run_settings.load(settings, pages=pages)
    digest = run_settings.digest(chosen, convert.versions(chosen))
    with Archive.open(out) as archive, progress_for(quiet=quiet) as progress:
        summary = batch.run(
            inputs,
            archive,
            convert.convert,
            _runner(runner, jobs, time_limit),
            settings=chosen.model_dump_json(),
            digest=digest,
            options=batch.RunSettings(originals=_mode(originals), retry_failed=retry_failed),
            on_event=progress.on_event,
        )
    _report(out, summary, progress, show=show, as_json=as_json)
    return summary.exit_code


def _runner(name: RunnerName, jobs: int, time_limit: float) -> batch.Runner:
    if name is RunnerName.serial:
        return batch.Serial(time_limit=time_limit)
    return batch.Pool(jobs=jobs or _cores(), time_limit=time_limit)


def _cores() -> int:
    """Cores this process may use, which in a container can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _mode(originals: Originals) -> OriginalsMode:
    return originals.value


def _report(out: Path, summary: batch.Summary, progress: Progress, *, show: bool, as_json: bool) -> None:
    if as_json:
        print_json(summary_json(out, summary))
        return
    if show:
        show_documents(out)
    lines = summary_lines(out, summary)
    if show:
        emit(lines)
    else:
        for line in lines:
            stderr().print(line)
