"""The shipped restorer, loaded once for all tests of this folder."""

from __future__ import annotations

import pytest

from dau import restore
from dau.restore import Restorer, RestoreSettings


@pytest.fixture(scope="session")
def restorer() -> Restorer:
    return restore.load(RestoreSettings())


@pytest.fixture(scope="session")
def legacy() -> Restorer:
    return restore.load(RestoreSettings(channel="legacy"))


@pytest.fixture(scope="session")
def scan() -> Restorer:
    return restore.load(RestoreSettings(channel="scan"))
