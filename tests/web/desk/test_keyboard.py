"""Words, boundaries and duties corrected by keyboard alone, wherever they stand; what is recorded, and what is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from dau.web.settings import WebSettings
from tests.web.making import TOKEN, serving

from .conftest import NARROW, WIDE, Desk, LoggedIn

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

STARTS, CONTINUES, BODY, NOISE, BEGINS, ENDS = "123456"
"""Digits of what a line may be said to be."""
AUTHORITY, BASIS, LAST = "BỘ TRƯỞNG BỘ THÔNG TIN", "Căn cứ Luật", "Điều 2."


@pytest.fixture
def keyed(browser: Browser, linked: Path, made: tuple[Path, tuple[str, ...]], tmp_path: Path) -> Iterator[Desk]:
    """A copy that nobody has reviewed, and a browser at its first document."""
    root = tmp_path / "archive"
    shutil.copytree(linked, root)
    shutil.rmtree(root / "reviews", ignore_errors=True)
    settings = WebSettings(write=True, token=SecretStr(TOKEN), refresh=False, explorer=False)
    with serving(root, settings) as address, LoggedIn(browser, address, root, made[1]) as desk:
        desk.open(f"/documents/{desk.documents[0]}")
        yield desk


def events(desk: Desk) -> list[dict[str, Any]]:
    """What was recorded, in order."""
    rows = [row for log in (desk.archive / "reviews").glob("*.jsonl") for row in log.read_bytes().splitlines()]
    return [json.loads(row) for row in rows]


def press(page: Page, key: str) -> None:
    """A key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def walk_to(page: Page, key: str, begin: str, most: int = 60) -> None:
    """Press a key until the word or line with the focus begins so."""
    for _ in range(most):
        page.keyboard.press(key)
        focused = "document.activeElement.closest('{}')?.textContent ?? ''"
        text = page.evaluate(focused.format(".line" if key in "lL" else "a.word"))
        if text.replace("¶", "").strip().startswith(begin):
            return
    pytest.fail(f"{key} does not lead to {begin}")


def parts(page: Page) -> dict[str, str]:
    """Of each line of the page, by its text: the heading that it stands under."""
    read = """[...document.querySelectorAll('.lines > p')].map(p => [p.className.split(' ')[0],
           [...p.querySelectorAll('a:not(.at)')].map(a => a.textContent).join(' ')])"""
    found, part = {}, ""
    for kind, text in page.evaluate(read):
        if kind == "part":
            part = text
        else:
            found[text] = part
    return found


def part_of(page: Page, begin: str) -> str:
    return next(part for text, part in parts(page).items() if text.startswith(begin))


def test_a_header_is_parted_from_the_body(keyed: Desk) -> None:
    """By keyboard alone, in both directions; recorded with who and when; undone; shown where it stands now."""
    page = keyed.page
    assert (part_of(page, AUTHORITY), part_of(page, BASIS)) == ("Nội dung", "Nội dung")
    walk_to(page, "l", BASIS)
    press(page, "b")
    assert page.locator("#panel .value").inner_text().startswith(BASIS)
    press(page, BEGINS)
    assert "said=saved" in page.url and "line=" in page.url
    assert (part_of(page, AUTHORITY), part_of(page, BASIS)) == ("Tên loại, trích yếu", "Nội dung")
    assert AUTHORITY in page.locator(".subject").inner_text()
    (event,) = events(keyed)
    assert (event["action"], event["after"], event["by"]) == ("set_boundary", "body_begins", "Lan")
    assert event["at"].endswith("+00:00") and event["target"]["raw"].startswith(BASIS)
    press(page, "u")
    assert part_of(page, AUTHORITY) == "Nội dung" and AUTHORITY not in page.locator(".subject").inner_text()
    assert [each["action"] for each in events(keyed)] == ["set_boundary", "undo"]
    walk_to(page, "l", "Về việc")
    press(page, "b")
    press(page, BODY)
    assert part_of(page, "Về việc") == "Nội dung" and part_of(page, "QUYẾT ĐỊNH") == "Tên loại, trích yếu"
    assert keyed.complaints == []


def test_a_signature_is_parted_from_the_body(keyed: Desk) -> None:
    page = keyed.page
    assert part_of(page, "KT. BỘ TRƯỞNG") == "Chữ ký"
    walk_to(page, "L", "KT. BỘ TRƯỞNG")
    press(page, "b")
    press(page, ENDS)
    assert (part_of(page, "KT. BỘ TRƯỞNG"), part_of(page, "THỨ TRƯỞNG")) == ("Nội dung", "Chữ ký")
    press(page, "u")
    assert part_of(page, "KT. BỘ TRƯỞNG") == "Chữ ký"
    walk_to(page, "l", "3. Vụ Tài chính")
    press(page, "b")
    press(page, ENDS)
    assert part_of(page, LAST) == "Chữ ký"


def test_what_cannot_be_applied_is_told(keyed: Desk) -> None:
    page = keyed.page
    page.keyboard.press("l")
    press(page, "b")
    press(page, CONTINUES)
    assert "said=unapplied" in page.url and "chưa áp dụng được" in page.locator("[role=status]").inner_text()
    assert [each["after"] for each in events(keyed)] == ["continues"]
    assert "chưa áp dụng được" in page.locator(".history").inner_text()
    assert "ý kiến rà soát" in page.locator("ol.doubts").inner_text().lower()
    (address,) = page.locator("ol.doubts a", has_text="Ý kiến rà soát").evaluate_all("all => all.map(a => a.search)")
    english = keyed.open(f"/documents/{keyed.documents[0]}{address}&lang=en").locator("#panel")
    assert "cannot be divided so" in english.inner_text() and "set a line's boundary" in english.inner_text()
    assert "không chia được" in english.locator("[lang=vi]").inner_text(), "as it is recorded, beside it"


def test_a_word_that_nobody_doubts(keyed: Desk) -> None:
    """Reached from a line, corrected, found changed; two undos with one key."""
    page = keyed.page
    walk_to(page, "l", "2. Cục")
    walk_to(page, "w", "hoá")
    press(page, "Enter")
    assert page.locator("#panel h2 .value").inner_text() == "hoá"
    page.keyboard.press("w")  # goes on from the chosen word
    assert page.evaluate("document.activeElement.textContent") == "báo"
    page.keyboard.press("W")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("hóa")
    press(page, "Enter")
    assert "Tin học hóa báo cáo" in " ".join(page.locator(".lines .line a.word").all_inner_texts())
    keyed.open(f"/documents/{keyed.documents[0]}?word=p0001-l0002:1")
    press(page, "Enter")
    assert [each["action"] for each in events(keyed)] == ["correct_word", "accept"]
    press(page, "u")
    press(page, "u")
    assert [each["action"] for each in events(keyed)] == ["correct_word", "accept", "undo", "undo"]
    assert "Tin học hoá báo cáo" in " ".join(page.locator(".lines .line a.word").all_inner_texts())
    assert page.locator("[data-undo]").count() == 0


@pytest.mark.parametrize(
    ("language", "typed", "roles"),
    [
        ("vi", "chủ trì: Vụ Bưu chính\nphối hợp: Văn phòng Bộ\nNhận báo cáo: Bộ", ["lead", "coordinate", "report_to"]),
        ("en", "lead: Vụ Bưu chính\nCo-ordinate: Văn phòng Bộ\nreport_to: Bộ", ["lead", "coordinate", "report_to"]),
    ],
)
def test_a_duty_in_the_words_of_the_interface(keyed: Desk, language: str, typed: str, roles: list[str]) -> None:
    page = keyed.page
    keyed.open(f"/documents/{keyed.documents[0]}?task=T001&lang={language}")
    shown = page.locator("[name=assignees]").input_value()
    assert shown.startswith("chủ trì: " if language == "vi" else "lead: ")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(typed)
    for _ in range(4):  # over the deadline, the day and "this is right" to "record"
        page.keyboard.press("Tab")
    press(page, "Enter")
    (event,) = events(keyed)
    assert [each["role"] for each in event["after"]["assignees"]] == roles
    keyed.open(f"/documents/{keyed.documents[0]}?task=T001")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("ai đó: Bộ")
    for _ in range(4):
        page.keyboard.press("Tab")
    press(page, "Enter")
    assert "said=bad_assignee" in page.url and len(events(keyed)) == 1


@pytest.mark.parametrize("asked", ["?word=p0001-l0013:1", "?line=p0001-l0013", "?field=/metadata/number", "?task=T001"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_what_is_chosen_is_in_view(keyed: Desk, asked: str, size: dict[str, int]) -> None:
    """The text beside its picture where there is room; what is asked stands on the first screen, at any width."""
    page = keyed.page
    page.set_viewport_size(size)  # type: ignore[arg-type]
    keyed.open(f"/documents/{keyed.documents[0]}{asked}")
    page.wait_for_load_state()
    places = {name: page.locator(f".{name}").bounding_box() for name in ("picture", "choice", "reading", "panel")}
    found = {name: box for name, box in places.items() if box is not None}
    assert len(found) == 4
    assert 0 <= found["choice"]["y"] < size["height"] - 200
    if size is WIDE:
        picture, reading = found["picture"], found["reading"]
        assert reading["x"] >= picture["x"] + picture["width"]
        assert reading["y"] < picture["y"] + picture["height"]
    else:
        assert found["choice"]["y"] < found["picture"]["y"] < found["reading"]["y"]


def test_without_scripts_boundaries_are_links_and_buttons(browser: Browser, keyed: Desk) -> None:
    """Nothing but Tab and Enter, in a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, storage_state=keyed.context.storage_state())
    page = context.new_page()
    page.goto(f"{keyed.address}/documents/{keyed.documents[0]}")
    page.locator(".part a", has_text="Nội dung").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**line=*")
    page.locator(f"[data-choice='{NOISE}']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**said=saved*")
    assert page.locator(".line.chosen").count() == 1
    context.close()
    assert [each["after"] for each in events(keyed)] == ["noise"]
