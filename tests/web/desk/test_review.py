"""A misread number is corrected by keyboard alone; search, exports and later runs know it from then on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from dau.index.build import update
from dau.web.settings import WebSettings
from tests.batch.waiting import wait_for
from tests.web.making import TOKEN, serving

from .conftest import Desk, LoggedIn

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TEXT = """BỘ THÔNG TIN VÀ TRUYỀN THÔNG
Số: 4423 OP-BTTTT
Hà Nội, ngày 14 tháng 9 năm 2021
QUYẾT ĐỊNH
Về việc phát động phong trào thi đua
BỘ TRƯỞNG BỘ THÔNG TIN VÀ TRUYỀN THÔNG
Căn cứ Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003;
QUYẾT ĐỊNH:
Điều 1. Tổ chức thực hiện
1. Vụ Bưu chính chủ trì, phối hợp với Văn phòng Bộ xây dựng kế hoạch trước ngày 30/9/2021.
Điều 2. Quyết định này có hiệu lực kể từ ngày ký.
KT. BỘ TRƯỞNG
THỨ TRƯỞNG
Phạm Anh Tuấn
"""
RIGHT = "1423/QĐ-BTTTT"


def dau(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "dau.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def run(folder: Path, margin: float) -> None:
    """`dau run` of the text, with settings of its own."""
    settings = folder / "settings.toml"
    settings.write_text(f'[restore]\nmodel = "ngram"\nmargin_scan = 0.95\nmargin_legacy = {margin}\n')
    dau("run", folder / "misread.txt", "--out", folder / "archive", "--settings", settings, "--runner", "serial",
        "--quiet")  # fmt: skip


def exported(folder: Path, name: str) -> list[Any]:
    out = folder / name
    dau("export", folder / "archive", "--to", "jsonl", "--out", out)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.tagName"))


def tab_to(page: Page, wanted: str, most: int = 60) -> None:
    """Tab until a link is reached whose address begins so."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page).startswith(wanted):
            return
    pytest.fail(f"no way by keyboard to {wanted}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    (folder / "misread.txt").write_text(TEXT, encoding="utf-8")
    run(folder, 0.2)
    update(folder / "archive")
    return folder


@pytest.fixture(scope="module")
def reviewing(browser: Browser, folder: Path) -> Iterator[Desk]:
    archive = folder / "archive"
    names = tuple(path.name for path in (archive / "documents").iterdir())
    settings = WebSettings(write=True, token=SecretStr(TOKEN))
    with serving(archive, settings) as address, LoggedIn(browser, address, archive, names) as desk:
        yield desk


@pytest.mark.slow
def test_from_the_inbox_to_the_next_run(reviewing: Desk, folder: Path) -> None:
    page, keys = reviewing.page, reviewing.page.keyboard
    before = reviewing.documents[0]
    tab_to(page, f"/documents/{before}")
    keys.press("Enter")
    page.wait_for_url("**?doubt=*")
    assert "4423 OP-BTTTT" in page.locator("#panel").inner_text()
    with page.expect_navigation():
        keys.press("1")  # the first of what else it may be, which is wrong too
    assert "4423/QĐ-BTTTT" in page.locator("dl.fields").inner_text()
    with page.expect_navigation():
        keys.press("u")
    assert "4423/QĐ-BTTTT" not in page.locator("dl.fields").inner_text()
    while "4423 OP-BTTTT" not in " ".join(page.locator("#panel").all_inner_texts()):
        with page.expect_navigation():
            keys.press("j")
    keys.press("e")
    keys.press("Control+a")
    keys.type(RIGHT)
    keys.press("Enter")
    page.wait_for_url("**said=*")
    while page.locator("#panel [data-accept]").count():  # what else is doubtful is right
        with page.expect_navigation():
            keys.press("Enter")
    assert "said=all_done" in page.url
    assert page.locator("dl.fields").inner_text().count(RIGHT) == 1
    search_finds(reviewing, before)
    (line,) = exported(folder, "first.jsonl")
    assert number_of(line) == RIGHT
    run(folder, 0.3)
    documents = sorted(path.name for path in (folder / "archive" / "documents").iterdir())
    (after,) = [name for name in documents if name != before]
    (line,) = exported(folder, "second.jsonl")
    assert number_of(line) == RIGHT
    wait_for(lambda: reviewing.context.request.get(f"{reviewing.address}/api/v1/documents/{after}").status == 200)
    search_finds(reviewing, after)
    reviewing.open(f"/documents/{after}")
    assert RIGHT in page.locator("dl.fields").inner_text()
    assert "Lan" in page.locator(".history").inner_text()
    assert reviewing.open("/").locator(".inbox > li").count() == 0
    assert reviewing.complaints == []


def number_of(line: dict[str, Any]) -> str:
    return str((line.get("content") or line)["metadata"]["number"]["text"])


def search_finds(desk: Desk, document: str) -> None:
    """The search page leads to the document by its right number, as soon as the index has followed."""

    def there() -> bool:
        desk.open("/search")
        desk.page.focus("[name=q]")
        desk.page.keyboard.type(RIGHT)
        desk.page.keyboard.press("Enter")
        desk.page.wait_for_url("**q=*")
        found = desk.page.locator(".hit h3 a").first
        return desk.page.locator(".hit").count() == 1 and (found.get_attribute("href") or "").endswith(document)

    wait_for(there)
    desk.page.locator(".hit h3 a").first.click()
    desk.page.wait_for_url(f"**/documents/{document}*")
