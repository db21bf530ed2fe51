"""The application as an object: it can be started again, and what runs beside it ends with it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from dau.archive.failures import ArchiveUnusable
from dau.archive.store import Archive
from dau.document.errors import DauError
from dau.web.app import create_app
from dau.web.follow import Follower
from dau.web.settings import WebSettings
from tests.batch.waiting import wait_for

from .making import TOKEN, put, read


def test_it_starts_again_and_leaves_nothing_running(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    with Archive.open(root) as archive:
        put(archive, "1.pdf", read(1401))
    app = create_app(root, WebSettings(write=True, token=SecretStr(TOKEN), explorer=False))
    before = threading.active_count()
    for _ in range(2):
        with TestClient(app, base_url="http://localhost") as client:
            wait_for(lambda: client.get("/api/v1/documents").status_code == 200)
    wait_for(lambda: threading.active_count() <= before)


def test_a_folder_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveUnusable):
        create_app(tmp_path)


def test_an_archive_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    Archive.open(tmp_path / "archive").close()
    (tmp_path / "archive" / "uploads").write_text("in the way")
    with pytest.raises(DauError):
        create_app(tmp_path / "archive", WebSettings(write=True, token=SecretStr(TOKEN)))


def test_the_index_follows_what_changes_and_nothing_else(tmp_path: Path) -> None:
    """Once at the start, once for each change it is woken for; an error of one round does not end it."""
    root = tmp_path / "archive"
    Archive.open(root).close()
    built: list[int] = []

    def build() -> None:
        built.append(1)
        if len(built) == 2:
            raise RuntimeError("injected")

    follower = Follower(root, build)
    follower.start()
    try:
        wait_for(lambda: len(built) == 1)
        for n in range(2, 5):
            with Archive.open(root) as archive:
                put(archive, f"{n}.pdf", read(1401))
            wait_for(lambda n=n: follower.wake() or len(built) >= n)
        for _ in range(20):
            follower.wake()
    finally:
        follower.stop()
    assert len(built) <= 1 + 3 * 2  # each document is two lines of the manifest


def test_what_comes_and_goes_does_not_end_the_following(tmp_path: Path) -> None:
    """A file that is listed and no longer there, a manifest that is put in place of another: looked at again later."""
    root = tmp_path / "archive"
    with Archive.open(root) as archive:
        put(archive, "1.pdf", read(1401))
    (root / "reviews").mkdir()
    (root / "reviews" / ".copied.jsonl.x7").symlink_to(tmp_path / "gone")
    built: list[int] = []
    follower = Follower(root, lambda: built.append(1))
    follower.start()
    try:
        wait_for(lambda: len(built) == 1)
        aside = (root / "manifest.jsonl").rename(tmp_path / "manifest.jsonl")
        for _ in range(5):
            follower.wake()
        aside.rename(root / "manifest.jsonl")
        log = root / "reviews" / f"{'0' * 16}.jsonl"
        for text in ("one", "two"):  # as long as the other
            known = len(built)
            log.write_text(text)
            wait_for(lambda n=known: follower.wake() or len(built) > n)
    finally:
        follower.stop()
