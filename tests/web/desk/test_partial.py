"""A document of which a part is missing says so in the reader's language, beside the message as recorded."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dau.archive.manifest import ManifestLine
from dau.archive.store import Archive
from dau.web.settings import WebSettings
from tests.web.making import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MESSAGE = "Page 1: <b>tesseract</b> crashed with SIGSEGV, twice."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", ("một phần", "Không đọc được trang 1", "lỗi của dau")),
        ("en", ("Only a part", "page 1", "a defect of dau")),
    ],
)
def test_what_is_missing(
    browser: Browser, made: tuple[Path, tuple[str, ...]], tmp_path: Path, language: str, said: tuple[str, ...]
) -> None:
    root, document = tmp_path / "archive", made[1][0]
    shutil.copytree(made[0], root, ignore=shutil.ignore_patterns("index.sqlite*", ".index.lock"))
    with Archive.open(root) as archive:
        lines = (ManifestLine.model_validate_json(row) for row in (root / "manifest.jsonl").read_bytes().splitlines())
        done = next(line for line in lines if line.document == document)
        failed = {"status": "partial", "category": "internal", "message": MESSAGE, "pages": {1: "failed"}}
        archive.append(done.model_copy(update=failed))
    with serving(root, WebSettings(refresh=False, explorer=False)) as address:
        page = browser.new_page()
        page.goto(f"{address}/documents/{document}?lang={language}")
        note = page.locator(".note.bad")
        assert all(each in note.inner_text() for each in said)
        assert MESSAGE in note.inner_text() and note.locator("b").count() == 0
        page.close()
