"""`dau doctor`: are the engines, languages, models and fonts there, and what to do where they are not."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Literal

import typer
from rich.table import Table

from dau import convert, structure
from dau.document.errors import DauError
from dau.settings import Settings
from dau.training.simulate.fonts import font_path

from . import exit_codes
from .terminal import print_json, stdout


@dataclass(frozen=True)
class Finding:
    """One thing looked for. `needed` tells whether a run can do without it."""

    name: str
    status: Literal["ok", "missing"]
    detail: str
    needed: bool = True


def register(app: typer.Typer) -> None:
    app.command(name="doctor")(doctor)


def doctor(as_json: bool = typer.Option(False, "--json", help="The findings as JSON.")) -> None:
    """Check the installation; exit code 3 if something a run needs is missing."""
    findings = examine()
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        table = Table(box=None, pad_edge=False)
        for column in ("", "what", "found, or what to do"):
            table.add_column(column, overflow="fold")
        for finding in findings:
            table.add_row(
                "✓" if finding.status == "ok" else "✗" if finding.needed else "–", finding.name, finding.detail
            )
        stdout().print(table)
    if any(finding.needed and finding.status == "missing" for finding in findings):
        raise typer.Exit(exit_codes.DEPENDENCY_MISSING)


def examine() -> list[Finding]:
    """Look for everything a run, and the training, uses."""
    return [
        _program("tesseract", ("tesseract", "--version"), "apt-get install tesseract-ocr"),
        _language("vie", "apt-get install tesseract-ocr-vie"),
        _program("poppler: pdfinfo", ("pdfinfo", "-v"), "apt-get install poppler-utils"),
        _program("poppler: pdftoppm", ("pdftoppm", "-v"), "apt-get install poppler-utils"),
        _package("trueocr", needed=False),
        _package("spacy"),
        _package("ocrmypdf"),
        _restorer(),
        _units(),
        _attempt("font Liberation Serif (simulated scans only)", lambda: str(font_path("regular")), needed=False),
        _package("ray", needed=False, purpose="clusters only: pip install 'dau[ray]'"),
        _package("torch", needed=False, purpose="training only: scripts/setup train"),
        _package("transformers", needed=False, purpose="training only: scripts/setup train"),
    ]


def _output(command: tuple[str, ...]) -> str | None:
    """What a program prints, or `None` if it cannot be started."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def _program(name: str, command: tuple[str, ...], advice: str) -> Finding:
    output = _output(command)
    if output is None:
        return Finding(name, "missing", advice)
    return Finding(name, "ok", output.strip().splitlines()[0])


def _language(language: str, advice: str) -> Finding:
    output = _output(("tesseract", "--list-langs")) or ""
    found = language in output.split()
    return Finding(f"tesseract language {language}", "ok" if found else "missing", "installed" if found else advice)


def _package(name: str, *, needed: bool = True, purpose: str = "scripts/setup run") -> Finding:
    if importlib.util.find_spec(name) is None:
        return Finding(f"Python package {name}", "missing", purpose, needed)
    return Finding(f"Python package {name}", "ok", version(name), needed)


def _restorer() -> Finding:
    return _attempt("restorer model", lambda: convert.restorer_digest(Settings())[:16])


def _units() -> Finding:
    return _attempt("model of units", lambda: "".join(structure.model_versions(Settings().structure).values())[:16])


def _attempt(name: str, load: Callable[[], str], *, needed: bool = True) -> Finding:
    try:
        return Finding(name, "ok", load(), needed)
    except DauError as error:
        return Finding(name, "missing", str(error), needed)
