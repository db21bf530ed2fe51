"""`dau restore`: damaged text in, restored text out, line for line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from dau import scan
from dau import settings as run_settings
from dau.batch.text import restore_lines
from dau.document.errors import InputError
from dau.document.orthography import nfc
from dau.document.transcript import Line

from .terminal import emit, path_or_stdin


def register(app: typer.Typer) -> None:
    app.command(name="restore")(restore)


def restore(
    file: Path | None = typer.Argument(None, help="A text file; standard input when absent or -."),
    json_lines: bool = typer.Option(False, "--json", help="A JSON object a line, with every change and its score."),
    settings: Path | None = typer.Option(None, "--settings", help="Settings file (TOML)."),
    jobs: int = typer.Option(os.cpu_count() or 1, "--jobs", min=1, help="Processes, for a text of thousands of lines."),
) -> None:
    """Restore the diacritics of a text; every line in gives one line out."""
    restored = restore_lines(_lines(path_or_stdin(file)), run_settings.load(settings), jobs)
    emit(_as_json(line) if json_lines else line.restored for line in restored)


def _as_json(line: Line) -> str:
    return json.dumps(
        {"raw": line.raw, "restored": line.restored, "changes": [change.model_dump() for change in line.changes]},
        ensure_ascii=False,
    )


def _lines(file: Path | None) -> Iterator[str]:
    """The lines of a UTF-8 text without their ends; bytes that are not UTF-8 are shown as U+FFFD.

    Only LF (and CR LF) ends a line: a form feed or U+2028 inside one stays there, so that line numbers agree with
    every other tool's.
    """
    if file is not None and not scan.is_text(file):
        raise InputError(f"{file} is not text.", "Read a scan with `dau ocr`, or all of it with `dau run`.")
    with sys.stdin.buffer if file is None else file.open("rb") as stream:
        for row in stream:
            if b"\0" in row:
                raise InputError("The input is not text: it holds NUL bytes.", "Give it as UTF-8 text.")
            yield nfc(row.decode("utf-8", "replace").rstrip("\n").rstrip("\r"))
