"""One archive of the samples for all tests here, indexed and exported; and the switch that writes the notebook anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from dau.corrected import documents
from dau.export import Options, export
from dau.index.build import update

from .samples import sample_archive


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate-notebook", action="store_true", default=False, help="write docs/notebooks anew")


@pytest.fixture
def regenerate(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--regenerate-notebook", default=False))


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = sample_archive(tmp_path_factory.mktemp("answers") / "archive")
    assert update(root).added == 5
    return root


@pytest.fixture(scope="session")
def tables(archive: Path) -> Path:
    folder = archive.parent / "tables"
    export(documents(archive), "parquet", folder, Options(archive))
    return folder
