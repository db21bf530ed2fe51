"""The committed notebook is what an execution gives, cell by cell."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest

from dau.index.questions import questions

from .notebook import COMMITTED, executed


@pytest.fixture(scope="module")
def made(tables: Path) -> str:
    return executed(tables.parent)


def test_the_committed_outputs_are_those_of_an_execution(made: str, regenerate: bool) -> None:
    """On a deliberate change: pytest tests/answers --regenerate-notebook"""
    if regenerate:
        COMMITTED.parent.mkdir(exist_ok=True)
        COMMITTED.write_text(made, encoding="utf-8")
    assert made == COMMITTED.read_text(encoding="utf-8")


def test_no_cell_fails_and_every_question_has_an_answer(made: str) -> None:
    notebook = nbformat.reads(made, as_version=4)
    nbformat.validate(notebook)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert all(output["output_type"] == "stream" and output["name"] == "stdout" for output in outputs)
    shown = [output["text"] for output in outputs]
    assert len(shown) == len(questions()) + 2 and not any(re.search(r"\b0 rows", text) for text in shown)


def test_ci_never_regenerates(regenerate: bool) -> None:
    assert not (regenerate and os.environ.get("CI")), "what is shown is reviewed by people, not rewritten by CI"
