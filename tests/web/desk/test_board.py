"""Duties by deadline, the drawing of relations, plots: every thing once, and where it belongs."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.index.build import FILE_NAME, update
from dau.web.desk import graph
from dau.web.settings import WebSettings
from tests.answers.samples import sample_archive
from tests.web.making import serving

COLUMNS = ("overdue", "soon", "later", "undated", "none")
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    root = sample_archive(tmp_path_factory.mktemp("board") / "archive")
    update(root)
    with serving(root, WebSettings(refresh=False)) as address:
        yield address, root


def rows(root: Path, sql: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(root / FILE_NAME)) as connection:
        return connection.execute(sql, values).fetchall()


def totals(page: str) -> dict[str, int]:
    """How many duties each column says it has."""
    found = re.findall(r'id="column-(\w+)">.*?<span class="number">(\d+)</span>', page)
    return {name: int(count) for name, count in found}


@pytest.mark.parametrize("day", ["2021-09-30", "2021-10-01", "0001-01-01", "9999-12-31", ""])
def test_every_duty_is_in_one_column(samples: tuple[str, Path], day: str) -> None:
    address, root = samples
    found = totals(httpx.get(f"{address}/tasks", params={"day": day}).text)
    on = date.fromisoformat(day) if day else date.today()
    last = on + timedelta(30) if on.year < 9999 else date.max
    counted = dict.fromkeys(COLUMNS, 0)
    for raw, due in rows(root, "SELECT l.raw, l.due FROM tasks t LEFT JOIN deadlines l ON l.document = t.document"
                               " AND l.task = t.id"):  # fmt: skip
        if due is None:
            counted["none" if raw is None else "undated"] += 1
        else:
            counted["overdue" if due < on.isoformat() else "soon" if due <= last.isoformat() else "later"] += 1
    assert found == counted
    assert sum(found.values()) == rows(root, "SELECT count(*) FROM tasks")[0][0] > 50


def test_filters_narrow(samples: tuple[str, Path]) -> None:
    address, root = samples
    (agency,), *_ = rows(root, "SELECT agency FROM assignees WHERE agency IS NOT NULL AND role = 'lead'")
    role = "lead"
    kind = rows(root, "SELECT d.type FROM tasks t JOIN documents d ON d.id = t.document WHERE d.type IS NOT NULL")[0][0]
    for asked, sql, values in (
        ({"agency": agency}, "SELECT DISTINCT document, task FROM assignees WHERE agency = ?", (agency,)),
        ({"agency": agency, "role": role},
         "SELECT DISTINCT document, task FROM assignees WHERE agency = ? AND role = ?", (agency, role)),
        ({"type": kind}, "SELECT t.id FROM tasks t JOIN documents d ON d.id = t.document WHERE d.type = ?", (kind,)),
    ):  # fmt: skip
        found = totals(httpx.get(f"{address}/tasks", params=asked).text)
        assert sum(found.values()) == len(rows(root, sql, *values)) > 0


def test_a_column_goes_on_to_its_end(samples: tuple[str, Path]) -> None:
    """Page after page, every duty once."""
    address, _ = samples
    seen: list[str] = []
    path: str | None = "/tasks?column=none"
    while path:
        page = httpx.get(f"{address}{path}").text
        section = page.split('<div class="board')[1]
        seen += re.findall(r'href="(/documents/[^"]+\?task=[^"]+)"', section)
        more = re.search(r'<p><a href="(/tasks\?[^"]*cursor=[^"]*)"', section)
        path = more[1].replace("&amp;", "&") if more else None
    assert len(seen) == len(set(seen)) == totals(httpx.get(f"{address}/tasks").text)["none"]


@pytest.mark.parametrize("deadline", ["dated", "undated", "none"])
def test_the_same_of_the_api(samples: tuple[str, Path], deadline: str) -> None:
    address, _ = samples
    found = httpx.get(f"{address}/api/v1/tasks", params={"deadline": deadline, "limit": 500}).json()["items"]
    state = {"dated": lambda d: d and d["due"], "undated": lambda d: d and not d["due"], "none": lambda d: d is None}
    assert found and all(state[deadline](task["deadline"]) for task in found)


def test_plots_count_every_document(samples: tuple[str, Path]) -> None:
    address, root = samples
    page = httpx.get(f"{address}/statistics").text
    for column, words in (("type", "Văn bản theo loại"), ("issuer", "Văn bản theo cơ quan ban hành")):
        (figure,) = [each for each in page.split("<figure") if f"<h2>{words}</h2>" in each]
        shown = [int(count) for count in re.findall(r'<td class="number">(\d+)</td>', figure)]
        counted = rows(root, f"SELECT count(*) FROM documents GROUP BY {column} ORDER BY 1 DESC")
        assert shown == [count for (count,) in counted]


def test_where_nothing_is_linked_the_page_says_so(samples: tuple[str, Path]) -> None:
    answer = httpx.get(f"{samples[0]}/relations", headers=HTML)
    assert answer.status_code == 503 and "dau link" in answer.text
    assert '<a href="/relations">' in answer.text.split("<main")[1], "it can be tried again"


edge = st.tuples(st.integers(0, 12), st.integers(0, 12), st.booleans()).filter(lambda each: each[0] != each[1])


@settings(max_examples=60, deadline=None)
@given(st.lists(edge, max_size=30))
def test_boxes_do_not_overlap_and_every_relation_is_drawn(edges: list[tuple[int, int, bool]]) -> None:
    made = [{"source": str(a), "target": str(b), "directed": directed} for a, b, directed in edges]
    near, size = {"0"}, 0
    while len(near) != size:
        size = len(near)
        near |= {end for each in made if near & {each["source"], each["target"]}
                 for end in (each["source"], each["target"])}  # type: ignore[misc]  # fmt: skip
    works = {name: {"label": f"Quyết định {name}"} for name in sorted(near)}
    drawing = graph.drawn(works, made, "0")
    assert len(drawing.boxes) == len(works) and sum(box.middle for box in drawing.boxes) == 1
    places = [(box.x, box.y) for box in drawing.boxes]
    for n, (x, y) in enumerate(places):
        assert 0 <= x <= drawing.width - graph.WIDTH and 0 <= y <= drawing.height - graph.HEIGHT
        assert all(abs(x - u) >= graph.WIDTH or abs(y - v) >= graph.HEIGHT for u, v in places[n + 1 :])
    assert len(drawing.arrows) == len([each for each in made if each["source"] in works])


def test_what_refers_to_it_stands_left() -> None:
    works = {name: {"label": name} for name in "abc"}
    edges = [{"source": "a", "target": "b", "directed": True}, {"source": "b", "target": "c", "directed": True}]
    left = {box.lines[0]: box.x for box in graph.drawn(works, edges, "b").boxes}
    assert left["a"] < left["b"] < left["c"]
