"""A browser for all tests of the desk, and servers whose pages it opens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from dau.corrected import documents
from dau.index.build import update, writing
from dau.index.relations import link
from dau.web.settings import WebSettings
from tests.web.making import TOKEN, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Desk:
    """A server that is written to, a browser that is logged in, and what its console complained of."""

    address: str
    archive: Path
    documents: tuple[str, ...]
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def heard(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once for all tests here."""
    from playwright.sync_api import sync_playwright

    if (chromium := shutil.which("chromium") or shutil.which("google-chrome")) is None:
        pytest.skip("there is no Chromium: scripts/setup test installs it")
    with sync_playwright() as started:
        # as root, which containers often are, Chromium runs without its sandbox or not at all
        opened = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def linked(made: tuple[Path, tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small archive, indexed and linked."""
    root = tmp_path_factory.mktemp("pages") / "archive"
    shutil.copytree(made[0], root, ignore=shutil.ignore_patterns("index.sqlite*", ".index.lock"))
    update(root)
    with writing(root) as index:
        link(index, documents(root))
    return root


@pytest.fixture(scope="module")
def desk(browser: Browser, linked: Path, made: tuple[Path, tuple[str, ...]]) -> Iterator[Desk]:
    settings = WebSettings(write=True, token=SecretStr(TOKEN), upload=4 << 20)
    with serving(linked, settings) as address, LoggedIn(browser, address, linked, made[1]) as desk:
        yield desk


class LoggedIn:
    """A new browser context that has shown the token."""

    def __init__(self, browser: Browser, address: str, archive: Path, names: tuple[str, ...]) -> None:
        self.browser, self.address, self.archive, self.names = browser, address, archive, names

    def __enter__(self) -> Desk:
        self.context = self.browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
        self.context.set_default_timeout(15_000)
        page = self.context.new_page()
        desk = Desk(self.address, self.archive, self.names, self.context, page)
        page.on("console", desk.heard)
        page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (desk.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        desk.open("/login")
        page.wait_for_selector("[name=name]:focus")
        page.keyboard.type("Lan")
        page.keyboard.press("Tab")
        page.keyboard.type(TOKEN)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.address}/")
        return desk

    def __exit__(self, *_: object) -> None:
        self.context.close()
