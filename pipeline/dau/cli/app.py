"""Puts the commands together and turns what they raise into exit codes, in this one place.

0 every input succeeded · 1 finished, but some failed or are partial · 2 usage · 3 a dependency is missing ·
4 nothing could be processed · 130 interrupted, resumable.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from dau import __version__
from dau.document.errors import DauError, DependencyError
from dau.settings import SettingsError

from . import (
    doctor,
    exit_codes,
    export,
    index,
    link,
    ocr,
    parse,
    prune,
    query,
    restore,
    run,
    schema,
    search,
    serve,
    status,
    train,
    verify,
    watch,
)
from .terminal import complain

app = typer.Typer(
    name="dau",
    help="Dấu: scans of Vietnamese administrative documents → text that can be trusted, structure that can be queried.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"dau {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Holds the options that stand before a command."""


for module in (
    run, watch, status, verify, prune, ocr, restore, parse, train, index, link, search, query, export, serve, schema,
    doctor,
):  # fmt: skip
    module.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its documented exit code."""
    sys.exit(exit_code(arguments))


def exit_code(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code instead of ending the process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Vietnamese letters shows escapes, not a traceback
            stream.reconfigure(errors="backslashreplace")
    try:
        result = int(app(args=None if arguments is None else list(arguments), standalone_mode=False) or 0)
        if result == exit_codes.INTERRUPTED:  # typer turns Ctrl-C into this result
            raise KeyboardInterrupt
        return result
    except TyperException as error:  # usage: unknown option, missing argument, bad value
        complain(f"{error.format_message()} Try `dau --help`.")
        return exit_codes.USAGE
    except (KeyboardInterrupt, typer.Abort):
        complain("Interrupted. Run the same command again to go on where it stopped.")
        return exit_codes.INTERRUPTED
    except SettingsError as error:
        complain(str(error))
        return exit_codes.USAGE
    except DependencyError as error:
        complain(str(error))
        return exit_codes.DEPENDENCY_MISSING
    except DauError as error:
        complain(str(error))
        return exit_codes.NOTHING_PROCESSED
