"""`dau parse`: text (or a scan) → document.json on stdout."""

from __future__ import annotations

from pathlib import Path

import typer

from dau import convert
from dau import settings as run_settings

from .html import document_page
from .terminal import emit, path_or_stdin


def register(app: typer.Typer) -> None:
    app.command(name="parse")(parse)


def parse(
    file: Path | None = typer.Argument(None, help="A text file or a scan; standard input (text) when absent or -."),
    no_restore: bool = typer.Option(False, "--no-restore", help="Take the text as it is, without restoring it first."),
    html: bool = typer.Option(False, "--html", help="A page to look at instead of JSON."),
    settings: Path | None = typer.Option(None, "--settings", help="Settings file (TOML)."),
) -> None:
    """Parse the structure of one document and print document.json."""
    chosen = run_settings.load(settings)
    if no_restore:
        chosen = convert.without_restoring(chosen)
    source = path_or_stdin(file)
    reading = convert.read_document(source, chosen)
    directive = convert.parse(reading, chosen, None if source is None else source.name)
    if source is not None:
        directive = convert.identify(directive, *convert.identity(source), reading)
    if html:
        emit([document_page(directive, reading.transcript)])
    else:
        emit([directive.model_dump_json(indent=2)])
