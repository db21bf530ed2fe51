"""`dau parse --html`: a self-contained page that shows what was understood of each unit, and where it stands."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dau.cli.app import exit_code
from dau.cli.html import document_page
from dau.document.transcript import Transcript, TranscriptPage, lines_of_text
from dau.structure import parse

from .conftest import GOOD

HOSTILE = GOOD.replace("2. Sở Tài chính", "2. <script>alert('x')</script> Sở Tài chính").replace(
    "Phát triển thông tin", 'Phát triển "><img src=x onerror=alert(1)> & thông tin'
)


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def page_of(text: str) -> Page:
    transcript = Transcript(pages=(TranscriptPage(number=1, text_source="text", lines=lines_of_text(text)),))
    return Page(document_page(parse(transcript), transcript))


def test_every_unit_has_a_caption_and_its_findings() -> None:
    page = page_of(GOOD)
    assert "ke-hoach/1 · tr. 1" in page.text
    rows = re.sub(r"\s+", " ", page.text)
    for label, found in (
        ("chủ trì", "Sở Thông tin và Truyền thông"),
        ("phối hợp", "Sở Tài chính"),
        ("thời hạn", "trước ngày 30/9/2021"),
        ("quan hệ", "phối hợp với"),
    ):
        assert f"{label} {found}" in rows, label


def test_a_date_is_not_torn_apart() -> None:
    assert any(text.strip() == "30/9/2021." for text in page_of(GOOD).texts)


def test_text_of_the_document_is_escaped_everywhere() -> None:
    page = page_of(HOSTILE)
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert page.text.count("<script>alert('x')</script>") >= 3  # in the tree, among the findings, in the text


def test_ids_and_labels_are_escaped() -> None:
    transcript = Transcript(pages=(TranscriptPage(number=1, text_source="text", lines=lines_of_text(GOOD)),))
    directive = parse(transcript)
    nodes = tuple(n.model_copy(update={"id": f"<script>{n.id}", "kind": "<script>"}) for n in directive.nodes)
    page = Page(document_page(directive.model_copy(update={"nodes": nodes}), transcript))
    assert "script" not in {tag for tag, _ in page.tags}


def test_nothing_is_fetched() -> None:
    page = page_of(HOSTILE)
    assert not [attrs for _, attrs in page.tags if {"src", "href", "srcset", "action"} & set(attrs)]
    assert not re.search(r"url\(|@import|https?://", " ".join(a.get("style") or "" for _, a in page.tags))


@pytest.mark.parametrize("text", ["", " \n", "1.", "\x00", "QUYẾT ĐỊNH\n" * 3])
def test_any_text_gives_a_page(text: str) -> None:
    assert page_of(text).tags[0][0] == "html"


@pytest.mark.slow
def test_a_hundred_pages_take_seconds() -> None:
    line = "Sở Tài chính chủ trì, phối hợp với Sở Nội vụ thực hiện Chỉ thị số 34-CT/TW ngày 07/4/2014 trước ngày 30/9."
    text = GOOD + "\n".join(f"{n}. {line} {line}" for n in range(3, 800))
    began = time.process_time()
    page_of(text)
    assert time.process_time() - began < 20


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "plan.txt"
    source.write_text(HOSTILE, encoding="utf-8")
    assert exit_code(["parse", str(source), "--html", "--no-restore"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("<!doctype html>") and "<script" not in page
