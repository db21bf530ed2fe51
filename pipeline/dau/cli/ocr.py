"""`dau ocr`: a scan → its text as read, before restoration."""

from __future__ import annotations

from pathlib import Path

import typer

from dau import convert
from dau import settings as run_settings

from .terminal import emit


def register(app: typer.Typer) -> None:
    app.command(name="ocr")(ocr)


def ocr(
    file: Path = typer.Argument(..., help="A PDF, TIFF, PNG, JPEG or WebP."),
    pages: str | None = typer.Option(None, "--pages", help="Pages to read, e.g. 1-3,7,10-"),
    as_json: bool = typer.Option(False, "--json", help="transcript.json: words with boxes and confidence."),
    settings: Path | None = typer.Option(None, "--settings", help="Settings file (TOML)."),
) -> None:
    """Read a scan and print its text in reading order, a form feed between pages."""
    chosen = convert.without_restoring(run_settings.load(settings, pages=pages))
    transcript = convert.read_document(file, chosen).transcript
    emit([transcript.model_dump_json(indent=1) if as_json else transcript.text(raw=True).rstrip("\n")])
