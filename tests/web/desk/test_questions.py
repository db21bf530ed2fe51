"""The ten questions show in the browser the rows that `dau query` answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dau.index.build import update
from dau.index.questions import questions
from dau.web.desk.language import words
from dau.web.settings import WebSettings
from tests.answers.answering import command
from tests.answers.samples import sample_archive
from tests.web.making import serving

ROWS = (
    "[...document.querySelectorAll('.answer tbody tr')]"
    ".map(row => [...row.cells].map(cell => cell.dataset.value ?? cell.textContent))"
)
"""What each cell says; the value behind words of the interface (a role, a kind of doubt)."""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    root = sample_archive(tmp_path_factory.mktemp("questions") / "archive")
    update(root)
    with serving(root, WebSettings(refresh=False)) as address:
        yield address, root


@pytest.mark.parametrize("name", sorted(questions()))
def test_the_same_rows(
    browser: Any, samples: tuple[str, Path], name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    address, root = samples
    values = {each.name: each.example for each in questions()[name].parameters}
    capfd.readouterr()
    asked = [tuple(map(_shown, row)) for row in command(root, name, values, lambda: capfd.readouterr().out)]
    page = browser.new_page()
    page.goto(f"{address}/questions/{name}")
    shown = [tuple(cell.strip() for cell in row) for row in page.evaluate(ROWS)]
    page.close()
    assert asked and shown == asked


def _shown(value: Any) -> str:
    return "" if value is None else str(value).strip()


def test_every_question_and_value_has_its_words() -> None:
    keys = {f"question.{name}" for name in questions()}
    keys |= {f"question.{each.name}.note" for each in questions().values() if each.note}
    keys |= {f"parameter.{value.name}" for each in questions().values() for value in each.parameters}
    assert keys <= set(words())
