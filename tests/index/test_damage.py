"""An index with broken pages: every command says so and what to do, and that helps."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dau.cli.app import exit_code


def _break(archive: Path, table: str) -> None:
    """Overwrite the first page of a table, whatever it holds."""
    path = archive / "index.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


@pytest.mark.parametrize(
    ("table", "command"),
    [
        ("nodes", ["query", "{A}", "SELECT count(text) FROM nodes"]),
        ("documents", ["search", "{A}", "thi đua"]),
        ("edges", ["link", "{A}"]),
        ("edges", ["export", "{A}", "--to", "graphml", "--out", "{A}.graphml"]),
    ],
)
def test_damage_is_told_with_what_helps(
    archive: Path, capsys: pytest.CaptureFixture[str], table: str, command: list[str]
) -> None:
    told = [part.replace("{A}", str(archive)) for part in command]
    assert exit_code(["link", str(archive), "--quiet"]) == 0
    _break(archive, table)
    capsys.readouterr()
    assert exit_code(told) == 4
    assert "damaged" in (said := capsys.readouterr().err) and "dau index --rebuild" in said
    assert exit_code(["index", str(archive), "--rebuild", "--quiet"]) == 0
    assert exit_code(["link", str(archive), "--quiet"]) == 0
    assert exit_code(told) == 0
