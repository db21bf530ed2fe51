"""A document whose words and file name are markup, scripts and formulas stays text on every page."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

import pytest

from dau.web.desk.structure import Piece, pieces
from tests.web.making import HOSTILE

from .conftest import Desk

PAGES = (
    "/", "/search?q=script", "/search?q={hostile}", "/search?q=x&type={hostile}&agency={hostile}", "/tasks",
    "/tasks?agency={hostile}&type={hostile}", "/documents/{id}", "/documents/{id}/structure",
    "/relations?document={id}", "/relations?number={hostile}", "/questions/duties-without-deadline",
    "/questions/duties-of-agency?agency={hostile}", "/statistics", "/?type={hostile}&issuer={hostile}",
    "/documents/{id}?said={hostile}", "/nothing/{hostile}",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_it_runs(desk: Desk, path: str) -> None:
    """No dialog opens, no element of it is made, and the policy has nothing to refuse."""
    desk.complaints.clear()
    page = desk.open(path.format(id=desk.documents[-1], hostile=quote(HOSTILE[:100])))
    page.wait_for_load_state()
    found = page.evaluate("""[...document.querySelectorAll('*')].filter(
        (each) => each.tagName === 'SCRIPT' && !each.src
            || each.tagName === 'IMG' && each.getAttribute('src') === 'x'
            || [...each.attributes].some((one) => one.name.startsWith('on') || one.name === 'style')
    ).map((each) => each.outerHTML)""")
    assert found == []
    assert [said for said in desk.complaints if "404" not in said] == []
    assert "${7*7}" not in path and ">49<" not in page.content()


def test_its_words_are_shown_as_they_are(desk: Desk) -> None:
    page = desk.open(f"/documents/{desk.documents[-1]}/structure")
    assert "<script>alert('x')</script>" in page.locator(".tree").inner_text()
    page = desk.open("/search?q=alert")
    assert page.locator(".hit").count() == 1
    assert page.locator(".hit mark").first.inner_text() == "alert"


def test_formulas_are_defused_in_csv(desk: Desk) -> None:
    """What a question answers can be opened in a spreadsheet."""
    answer = desk.context.request.get(f"{desk.address}/questions/duties-without-deadline.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"))))
    assert len(rows) > 1
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+@\t\r")]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []), ("abc", []), ("abc", [(0, 3, "x")]), ("abcdef", [(0, 4, "x"), (2, 6, "y")]),
        ("abcdef", [(0, 6, "x"), (2, 3, "y"), (2, 3, "z")]), ("abc", [(2, 9, "x"), (1, 1, "y"), (-1, 2, "z")]),
    ],
)  # fmt: skip
def test_pieces_are_the_text(text: str, spans: list[tuple[int, int, str]]) -> None:
    found = pieces(text, spans)
    assert "".join(piece.text for piece in found) == text
    whole = [(start, end, label) for start, end, label in spans if 0 <= start < end <= len(text)]
    assert sorted(label for piece in found for label in piece.ends) == sorted(label for *_, label in whole)
    at = 0
    for piece in found:
        assert {label for start, end, label in whole if start <= at < end} == set(piece.labels)
        at += len(piece.text)


def test_the_narrowest_comes_first() -> None:
    assert pieces("abc", [(0, 3, "x"), (1, 2, "y")])[1] == Piece("b", ("y", "x"), ("y",))
