"""A question has one answer, whoever is asked: `dau query`, DuckDB over Parquet, or the desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from dau.index.questions import questions
from dau.index.tables import TABLES

from .answering import WAYS, Asked, command

OTHER_VALUES = {
    "coordinators": {"agency": "Vụ Pháp chế"},
    "deadlines-between": {"first": "2021-01-01", "last": "2025-12-31"},
    "documents-citing": {"number": "07-KL/TW"},
    "duties-of-agency": {"agency": "Sở Thông tin và Truyền thông"},
    "overdue-by-agency": {"day": "2021-10-01"},
}
"""Beside the examples that a question names itself."""


@pytest.mark.parametrize("name", sorted(questions()))
def test_the_ten_questions(name: str, archive: Path, tables: Path, capfd: pytest.CaptureFixture[str]) -> None:
    question = questions()[name]
    example = {each.name: each.example for each in question.parameters}
    answers = {way: ask(Asked(archive, tables, question.sql, example, name)) for way, ask in WAYS.items()}
    assert answers["index"], "the samples have something to say to every question"
    for way, rows in answers.items():
        assert rows == answers["index"], way
    capfd.readouterr()
    assert command(archive, name, example, lambda: capfd.readouterr().out) == answers["index"]


@pytest.mark.parametrize("name", sorted(OTHER_VALUES))
def test_with_other_values(name: str, archive: Path, tables: Path) -> None:
    asked = Asked(archive, tables, questions()[name].sql, OTHER_VALUES[name], name)
    assert WAYS["parquet"](asked) == WAYS["desk"](asked) == WAYS["index"](asked)


def test_there_are_ten() -> None:
    assert len(questions()) == 10


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_is_the_same(table: str, archive: Path, tables: Path) -> None:
    names = ", ".join(f'"{column.name}"' for column in TABLES[table].columns)
    order = ", ".join(f'"{column}"' for column in TABLES[table].key)
    asked = Asked(archive, tables, f"SELECT {names} FROM {table} ORDER BY {order}", {})
    assert WAYS["parquet"](asked) == WAYS["index"](asked)
