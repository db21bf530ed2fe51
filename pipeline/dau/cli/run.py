"""`dau run`: from scans to an archive."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path

import typer

from dau import batch, convert
from dau import settings as run_settings
from dau.archive.originals import OriginalsMode
from dau.archive.store import Archive
from dau.batch.pool import cores
from dau.document.errors import InputError

from .progress import Progress, progress_for
from .show import show_documents, summary_json, summary_lines
from .terminal import emit, print_json, stderr

_cores = cores


class RunnerName(StrEnum):
    serial = "serial"
    pool = "pool"
    ray = "ray"


class Originals(StrEnum):
    link = "link"
    copy = "copy"
    none = "none"


def register(app: typer.Typer) -> None:
    app.command(name="run")(run)


def run(
    inputs: list[str] = typer.Argument(
        ..., help="Files, folders, globs, s3:// URLs: PDF, TIFF, PNG, JPEG, WebP, text; a folder with a document.toml "
        "is one document."
    ),
    out: Path = typer.Option(..., "--out", help="The archive; made if it is not there, continued if it is."),
    jobs: int = typer.Option(0, "--jobs", min=0, help="Documents at a time; 0 takes one for each core."),
    runner: RunnerName = typer.Option(RunnerName.pool, "--runner", help="One process, a pool, or a Ray cluster."),
    ray_address: str | None = typer.Option(None, "--ray-address", help="The cluster, host:port; else one is started."),
    retry_failed: bool = typer.Option(False, "--retry-failed", help="Take up again what failed or is partial."),
    group: bool = typer.Option(False, "--group", help="The images of each folder are one document (2 before 10)."),
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
    _require_readable(inputs)
    digest = run_settings.digest(chosen, convert.versions(chosen))
    warm = partial(batch.require_same_results, chosen.model_dump_json(), digest)
    with Archive.open(out) as archive, progress_for(quiet=quiet) as progress:
        summary = batch.run(
            inputs,
            archive,
            convert.convert,
            _runner(runner, jobs, time_limit, ray_address, warm),
            settings=chosen.model_dump_json(),
            digest=digest,
            options=batch.RunSettings(
                originals=_mode(originals), retry_failed=retry_failed, group=group,
                limits=batch.Limits(pages=chosen.scan.max_pages, bytes=chosen.scan.max_bytes),
            ),
            on_event=progress.on_event,
        )
    _report(out, summary, progress, show=show, as_json=as_json)
    return summary.exit_code


def _require_readable(inputs: list[str]) -> None:
    try:
        batch.require_readable(inputs)
    except InputError as error:
        raise typer.BadParameter(str(error)) from error


def _runner(
    name: RunnerName, jobs: int, time_limit: float, ray_address: str | None, warm: Callable[[], None]
) -> batch.Runner:
    if ray_address is not None and name is not RunnerName.ray:
        raise typer.BadParameter("--ray-address goes with --runner ray.")
    if name is RunnerName.serial:
        return batch.Serial(time_limit=time_limit)
    if name is RunnerName.ray:
        return batch.RayRunner(jobs=jobs, address=ray_address, time_limit=time_limit, warm=warm)
    return batch.Pool(jobs=jobs or _cores(), time_limit=time_limit)


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
