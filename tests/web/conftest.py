"""Servers over a small archive: one that only reads, one that also writes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from dau.archive.store import Archive
from dau.web.settings import WebSettings

from .making import HOSTILE, HOSTILE_NAME, TOKEN, indexed, put, read, serving

COUNT = 7


@dataclass(frozen=True)
class Site:
    """A server: its address, its archive, the ids of the documents in it, `hostile` that of the hostile one."""

    address: str
    archive: Path
    documents: tuple[str, ...]
    hostile: str
    client: httpx.Client

    @property
    def api(self) -> str:
        return f"{self.address}/api/v1"

    def get(self, path: str, **options: object) -> httpx.Response:
        return self.client.get(f"{self.api}{path}", **options)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, ...]]:
    """An archive of seven documents, the last of them hostile."""
    root = tmp_path_factory.mktemp("web") / "archive"
    with Archive.open(root) as archive:
        ids = [put(archive, f"{n}.pdf", read(1400 + n)) for n in range(1, COUNT)]
        ids.append(put(archive, HOSTILE_NAME, read(1400 + COUNT, HOSTILE)))
    return root, tuple(ids)


@pytest.fixture(scope="session")
def site(made: tuple[Path, tuple[str, ...]]) -> Iterator[Site]:
    """Read-only, as `dau serve ARCHIVE` starts it."""
    root, ids = made
    with serving(root) as address, httpx.Client() as client:
        indexed(address, len(ids))
        yield Site(address, root, ids, ids[-1], client)


@pytest.fixture(scope="module")
def desk(made: tuple[Path, tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy of it that is also written, with a token."""
    root, ids = made
    copy = tmp_path_factory.mktemp("desk") / "archive"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns("index.sqlite*", ".index.lock"))
    settings = WebSettings(write=True, token=SecretStr(TOKEN), upload=4 << 20, sql_seconds=1.0)
    with serving(copy, settings) as address, httpx.Client() as client:
        indexed(address, len(ids))
        yield Site(address, copy, ids, ids[-1], client)
