"""The fault tests run over the same archive and conversions as those of batch."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

BATCH = str(Path(__file__).resolve().parent.parent / "batch")
if BATCH not in sys.path:
    sys.path.insert(0, BATCH)

from desk import Desk  # noqa: E402


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def quick_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: hundreds of runs, each of which waits for the disk many times."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    path = Path(tempfile.mkdtemp(dir=memory, prefix="dau-test-"))
    yield path
    shutil.rmtree(path)
