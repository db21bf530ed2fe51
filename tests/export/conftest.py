"""The switch that rewrites the golden files of the exports; never used by CI."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate-exports", action="store_true", default=False, help="write tests/golden/export anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Holds a text against a golden file, or writes it with `pytest tests/export --regenerate-exports`."""
    regenerate = bool(request.config.getoption("--regenerate-exports", default=False))
    assert not (regenerate and os.environ.get("CI")), "golden files are reviewed by people, not rewritten by CI"

    def compare(path: Path, made: str) -> None:
        if regenerate:
            path.write_text(made, encoding="utf-8", newline="")
        assert made == path.read_bytes().decode("utf-8"), f"{path.name} differs; see --regenerate-exports"

    return compare
