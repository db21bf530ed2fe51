"""What docs/export.md tells readers to do works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.export import FORMATS
from dau.export.csv import cell_of
from dau.export.select import ReviewStatus
from dau.index.tables import TABLES

from .making import HOSTILE, TEXTS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "export.md").read_text(encoding="utf-8")


def reader() -> Any:
    """`text_of` as the page writes it."""
    (code,) = (block for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "def text_of" in block)
    names: dict[str, Any] = {}
    exec(code, names)
    return names["text_of"]


@given(TEXTS | st.text() | st.text("'=+-@ \t\n\\ x0u") | st.sampled_from(HOSTILE).map(lambda text: f"'{text}"))
def test_cells_are_read_back_as_the_page_says(text: str) -> None:
    assert READ(cell_of(text)) == text


READ = reader()


@pytest.mark.parametrize("name", [*FORMATS, *ReviewStatus])
def test_every_format_and_status_is_described(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_tables_that_are_named_are_there() -> None:
    sentence = PAGE[PAGE.index("The tables are those of the index") :].partition(" …")[0]
    named = set(re.findall(r"`(\w+)`", sentence)) - {"dau query"}
    assert named and named <= set(TABLES)
