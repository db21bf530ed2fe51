"""The fault tests run over the same archive and conversions as those of batch."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BATCH = str(Path(__file__).resolve().parent.parent / "batch")
if BATCH not in sys.path:
    sys.path.insert(0, BATCH)

from desk import Desk  # noqa: E402


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
