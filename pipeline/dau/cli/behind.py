"""Tells who asks an index that the archive has gone on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from dau.index.build import is_behind

from .terminal import complain


def warn_behind(connection: sqlite3.Connection, archive: Path) -> None:
    """A line on stderr where the answers are those of an earlier state of the archive."""
    if is_behind(connection, archive):
        complain("The archive has changed since its index was made; `dau index` brings the index up to date.")
