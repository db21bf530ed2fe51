"""What the commands share at the terminal: the two consoles, complaints, input texts."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

_PIPE_WIDTH = 160

CONTROL = {code: None for code in (*range(0x00, 0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0))}
"""Control characters of file names and documents would steer the terminal: they are dropped before printing."""


def stdout() -> Console:
    """Console for tables: as wide as the terminal; in a file or a pipe wide enough for a row a line."""
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(highlight=False, markup=False, width=width)


def stderr() -> Console:
    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def printable(text: str) -> str:
    """`text` on one line, without control characters or undecodable bytes."""
    one_line = " ".join(text.translate(CONTROL).split())
    return one_line.encode("utf-8", "backslashreplace").decode("utf-8")


def complain(message: str) -> None:
    """A line on stderr."""
    stderr().print(f"dau: {printable(message)}")


def print_json(value: Any) -> None:
    """One JSON value on stdout, Vietnamese left readable."""
    emit([json.dumps(value, ensure_ascii=False, indent=2)])


def emit(lines: Iterable[str]) -> None:
    """Lines on stdout as UTF-8 whatever the locale says: the result is data, not prose.

    Where the reader went away (`dau … | head`) there is nothing more to say: ends the command with success.
    """
    out = sys.stdout.buffer if hasattr(sys.stdout, "buffer") else None
    try:
        for line in lines:
            if out is None:
                sys.stdout.write(line + "\n")
            else:
                out.write((line + "\n").encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more at its end
        raise typer.Exit(0) from None


def path_or_stdin(file: Path | None) -> Path | None:
    """`None` and `-` mean standard input."""
    return None if file is None or str(file) == "-" else file
