"""An archive whose index is not there, or is none: documents are shown, the rest says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dau.web.settings import WebSettings
from tests.web.making import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SAID = {"vi": "chưa có chỉ mục", "en": "no index"}


@pytest.fixture(params=["none", "broken"])
def bare(
    request: pytest.FixtureRequest, made: tuple[Path, tuple[str, ...]], tmp_path: Path
) -> Iterator[tuple[str, str]]:
    root = tmp_path / "archive"
    shutil.copytree(made[0], root, ignore=shutil.ignore_patterns("index.sqlite*", ".index.lock"))
    if request.param == "broken":
        (root / "index.sqlite").write_bytes(b"no database" * 500)
    with serving(root, WebSettings(refresh=False, explorer=False)) as address:
        yield address, made[1][0]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_documents_are_shown_and_the_rest_says_what_to_do(
    browser: Browser, bare: tuple[str, str], language: str
) -> None:
    address, document = bare
    page = browser.new_page()
    for path in (f"/documents/{document}", f"/documents/{document}/structure"):
        answer = page.goto(f"{address}{path}?lang={language}")
        assert answer is not None and answer.status == 200, path
    page.goto(f"{address}/documents/{document}?lang={language}")
    note = page.locator(".note", has_text="dau index")
    assert note.count() == 1 and SAID[language] in note.inner_text()
    assert page.locator(".lines a.word").count() > 20 and page.locator(".sheet image").count() == 1
    for path in ("/", "/search?q=thi", "/tasks", "/statistics", "/questions/flags"):
        answer = page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        assert answer is not None and answer.status == 503, path
        told = page.locator("[role=alert]").inner_text()
        assert SAID[language] in told and "dau index" in told
    page.close()
