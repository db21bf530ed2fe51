"""A file sent from the browser: followed to its document, with and without scripts; refused with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from dau.archive.store import Archive
from dau.settings import Settings
from dau.web.settings import WebSettings
from tests.batch.waiting import wait_for
from tests.web.making import TOKEN, put, read, serving

from .conftest import Desk, LoggedIn

if TYPE_CHECKING:
    from playwright.sync_api import Browser

QUICK = Settings.model_validate({"restore": {"model": "ngram", "margin_scan": 0.95}})
TEXT = "ỦY BAN NHÂN DÂN\nSố: 12/QĐ-UBND\nHà Nội, ngày 3 tháng 5 năm 2024\nQUYẾT ĐỊNH\nVề việc khen thưởng\n"


@pytest.fixture(scope="module")
def taking(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("upload") / "archive"
    with Archive.open(root) as archive:
        names = (put(archive, "1.pdf", read(1401)),)
    settings = WebSettings(write=True, token=SecretStr(TOKEN), upload=1 << 20, conversion=QUICK)
    with serving(root, settings) as address, LoggedIn(browser, address, root, names) as desk:
        yield desk


def sent(desk: Desk, file: Path) -> None:
    desk.open("/upload")
    desk.page.set_input_files("[name=file]", file)
    with desk.page.expect_navigation():
        desk.page.click("main form button")


@pytest.mark.slow
def test_a_text_becomes_a_document(taking: Desk, tmp_path: Path) -> None:
    file = tmp_path / "<b>quyết định<i>.txt"
    file.write_text(TEXT, encoding="utf-8")
    sent(taking, file)
    assert "/upload/" in taking.page.url
    assert taking.page.locator("h1").inner_text() == file.name
    taking.page.wait_for_selector("a.button", timeout=120_000)
    taking.page.click("a.button")
    taking.page.wait_for_url("**/documents/*")
    assert "12/QĐ-UBND" in taking.page.locator("h1").inner_text()
    taking.open("/upload")
    assert taking.page.locator("tbody tr").count() == 1
    assert taking.complaints == []


def test_what_is_no_scan_is_refused_on_the_page(taking: Desk, tmp_path: Path) -> None:
    before = len(list((taking.archive / "uploads").iterdir()))
    file = tmp_path / "scan.pdf"
    file.write_bytes(b"PK\x03\x04word/document")
    sent(taking, file)
    assert taking.page.locator("[role=alert]").count() == 1
    file.write_bytes(b"%PDF-1.7\n" + b"\0" * (2 << 20))
    sent(taking, file)
    assert taking.page.locator("[role=alert]").count() == 1
    assert len(list((taking.archive / "uploads").iterdir())) == before


@pytest.mark.slow
def test_without_scripts_the_page_loads_itself_anew(browser: Browser, taking: Desk, tmp_path: Path) -> None:
    file = tmp_path / "second.txt"
    file.write_text(TEXT.replace("12/", "13/"), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, storage_state=taking.context.storage_state())
    page = context.new_page()
    page.goto(f"{taking.address}/upload")
    page.set_input_files("[name=file]", file)
    with page.expect_navigation():
        page.click("main form button")
    assert page.locator("meta[http-equiv=refresh]").count() == 1 or page.locator("a.button").count() == 1
    page.wait_for_selector("a.button", timeout=120_000)
    page.click("a.button")
    assert "13/QĐ-UBND" in page.locator("h1").inner_text()
    context.close()


def test_nobody_uploads_without_the_session(browser: Browser, taking: Desk, tmp_path: Path) -> None:
    """Without a login there is no form, and one that is made up is refused."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{taking.address}/upload")
    assert page.locator("[type=file]").count() == 0
    answer = context.request.post(f"{taking.address}/upload", multipart={"file": "x"}, headers={"Accept": "text/html"})
    assert answer.status == 401 and "text/html" in answer.headers["content-type"]
    forged = taking.context.request.post(
        f"{taking.address}/upload", multipart={"file": "x", "csrf_token": "x"}, headers={"Origin": taking.address}
    )
    assert forged.status == 403
    context.close()


def test_where_nothing_is_written_there_is_no_upload(browser: Browser, taking: Desk) -> None:
    with serving(taking.archive, WebSettings(refresh=False)) as address:
        page = browser.new_page()
        answer = page.goto(f"{address}/upload")
        assert answer is not None and answer.status == 403
        wait_for(lambda: page.locator("nav a[href='/search']").count() == 1)
        assert page.locator("nav a[href='/upload']").count() == 0
        page.close()
