"""Tables that a user supplies with `--set NAME=FILE.csv`: what no scan says and nobody may invent."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from dau.document.errors import InputError

_LARGEST = 64 * 1024 * 1024


class TableRefused(InputError):
    """A supplied table cannot be used as it is."""


def rows(path: Path, needed: Sequence[str], known: Sequence[str]) -> list[dict[str, str]]:
    """Rows of a CSV file in UTF-8 (comma, semicolon or tab), by the names in its first line, values trimmed.

    Raises TableRefused where the file cannot be read, a needed column is missing or a column is unknown.
    """
    text = _text(path)
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        names = [(name or "").strip() for name in reader.fieldnames or ()]
        _check(path, names, needed, known)
        reader.fieldnames = names
        return [_row(path, reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise TableRefused(f"{path} is not a table: {error}.", "Save it as CSV in UTF-8.") from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise TableRefused(
                f"{path} has more than {_LARGEST} bytes.", "Give a table of the documents concerned only."
            )
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise TableRefused(f"{path} cannot be read: {error.strerror}.", "Name an existing CSV file.") from error
    except UnicodeDecodeError as error:
        raise TableRefused(f"{path} is not UTF-8.", "Save it as CSV in UTF-8.") from error


def _check(path: Path, names: Sequence[str], needed: Sequence[str], known: Sequence[str]) -> None:
    missing = [name for name in needed if name not in names]
    strange = [name for name in names if name not in known]
    twice = sorted({name for name in names if names.count(name) > 1})
    if missing or strange or twice:
        found = [
            f"{what}: {', '.join(repr(name) for name in each)}"
            for what, each in (("missing", missing), ("unknown", strange), ("twice", twice))
            if each
        ]
        raise TableRefused(f"Columns of {path}, {'; '.join(found)}.", f"It may have: {', '.join(known)}.")


def _row(path: Path, line: int, row: Mapping[str | None, str | list[str] | None]) -> dict[str, str]:
    if None in row:
        raise TableRefused(f"{path}, line {line}: more cells than columns.", "Put values with a separator in quotes.")
    return {str(name): value.strip() for name, value in row.items() if isinstance(value, str)}
