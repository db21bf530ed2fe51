"""Questions that analysts ask, as named SQL that SQLite answers from the index, and DuckDB from exported tables.

A file begins with comments: what is asked, a line `$name = example: what it is` for each value that is to be given,
and what is to be known of the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_PARAMETER = re.compile(r"\$(\w+) = (.+?): (.+)")


@dataclass(frozen=True)
class Parameter:
    """A value that a question asks for; `example` stands in for it where none is given."""

    name: str
    example: str
    description: str


@dataclass(frozen=True)
class Question:
    """A named query. `note` says what is to be known of its answer."""

    name: str
    title: str
    parameters: tuple[Parameter, ...]
    note: str
    sql: str


@cache
def questions() -> dict[str, Question]:
    """All questions by name."""
    found = (entry for entry in files(__name__).iterdir() if entry.name.endswith(".sql"))
    read = (_question(entry.name.removesuffix(".sql"), entry.read_text(encoding="utf-8")) for entry in found)
    return {question.name: question for question in sorted(read, key=lambda question: question.name)}


def _question(name: str, text: str) -> Question:
    rows = text.splitlines()
    comments = [row.removeprefix("--").strip() for row in rows if row.startswith("--")]
    parameters = tuple(Parameter(*match.groups()) for row in comments if (match := _PARAMETER.fullmatch(row)))
    notes = [row for row in comments[1:] if not _PARAMETER.fullmatch(row)]
    sql = "\n".join(row for row in rows if not row.startswith("--"))
    return Question(name, comments[0], parameters, " ".join(notes), sql.strip())
