"""Every page, in both languages, on a wide and a narrow screen: quiet console, no sideways scrolling, accessible."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import NARROW, WIDE, Desk

PAGES = {
    "inbox": "/", "login": "/login", "search": "/search?q=thi+dua", "facets": "/search?q=thi&year=2021&review=yes",
    "nothing found": "/search?q=zzzz", "duties": "/tasks?day=2021-10-01", "a column": "/tasks?column=none",
    "questions": "/questions", "question": "/questions/duties-of-agency", "statistics": "/statistics",
    "relations": "/relations", "neighbourhood": "/relations?document={id}",
    "further": "/relations?document={id}&steps=2",
    "document": "/documents/{id}", "hostile": "/documents/{hostile}", "structure": "/documents/{id}/structure",
    "doubt": "{doubt}", "duty": "/documents/{id}?task=T001", "field": "/documents/{id}?field=/metadata/number",
    "word": "/documents/{id}?word=p0001-l0002:1", "upload": "/upload",
}  # fmt: skip
FAILURES = {
    "/nothing": 404, "/documents/0000000000000000-00000000": 404, "/documents/nonsense": 404,
    "/tasks?day=2021-13-01": 422, "/tasks?column=x": 422, "/tasks?role=x": 422, "/search?year=x": 422,
    "/questions/none": 404,
    "/relations?document=x": 422, "/upload/none": 404, "/documents/{id}?page=99": 404,
}  # fmt: skip
BEYOND = """[...document.querySelectorAll('main > *, .inbox > li, .hit, .card, .column, .desk > *')]
    .filter(each => each.getBoundingClientRect().right > document.querySelector('main').getBoundingClientRect().right
        - parseFloat(getComputedStyle(document.querySelector('main')).paddingRight) + 1)
    .map(each => each.outerHTML.slice(0, 100))"""
"""What reaches into the margin of the page."""
_SERIOUS = ("serious", "critical")


def address_of(desk: Desk, template: str) -> str:
    if template == "{doubt}":
        link = desk.open("/").locator(".inbox h2 a").first
        return link.get_attribute("href") or ""
    return template.format(id=desk.documents[0], hostile=desk.documents[-1])


@pytest.mark.parametrize("name", PAGES)
def test_page(desk: Desk, name: str) -> None:
    path = address_of(desk, PAGES[name])
    desk.complaints.clear()
    for language, wide, narrow in (("vi", True, False), ("en", False, True)):
        page = desk.page
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        desk.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
        page.wait_for_load_state()
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        for size, checked in ((WIDE, wide), (NARROW, narrow)):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], size
            assert page.evaluate(BEYOND) == [], size
            if checked:
                assert violations(desk) == []
    assert desk.complaints == []


@pytest.mark.parametrize("path", FAILURES)
def test_failures_are_pages(desk: Desk, path: str) -> None:
    """With the same status as for programs, in the reader's language, and a way on."""
    answer = desk.page.goto(f"{desk.address}{address_of(desk, path)}")
    assert answer is not None and answer.status == FAILURES[path]
    assert "text/html" in answer.headers["content-type"]
    assert desk.page.locator("[role=alert]").count() == 1
    assert "Traceback" not in desk.page.content() and str(desk.archive) not in desk.page.content()
    desk.page.locator("main a").first.click()
    desk.page.wait_for_url(f"{desk.address}/")
    plain = desk.context.request.get(f"{desk.address}{address_of(desk, path)}", headers={"Accept": "application/json"})
    assert plain.status == FAILURES[path]
    assert plain.headers["content-type"].startswith("application/problem+json")


def test_the_page_of_an_error_is_accessible(desk: Desk) -> None:
    for language in ("vi", "en"):
        desk.open(f"/nothing?lang={language}")
        assert violations(desk) == []


def test_what_is_not_accessible_is_found(desk: Desk) -> None:
    """The check above is none that cannot fail."""
    desk.open("/search?q=thi")
    assert violations(desk) == []
    desk.page.evaluate("document.querySelector('[name=q]').closest('label').replaceWith(document.querySelector('[name=q]'))")
    assert "critical label" in [each.split(":")[0] for each in violations(desk)]


def violations(desk: Desk) -> list[str]:
    found = Axe().run(desk.page).response["violations"]
    return [
        f"{each['impact']} {each['id']}: {node['html'][:200]}"
        for each in found if each["impact"] in _SERIOUS for node in each["nodes"][:3]
    ]  # fmt: skip
