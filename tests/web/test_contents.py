"""Lists out of the documents, search, SQL, the inbox: each against what the documents say."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from dau.index.relations.schema import prepare

from .asking import all_pages
from .conftest import COUNT, Site

LISTS = ["/nodes", "/tasks", "/citations", "/flags", "/agencies", "/documents"]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_its_table_whatever_the_size_of_its_pages(site: Site, path: str) -> None:
    with sqlite3.connect(site.archive / "index.sqlite") as index:
        (count,) = index.execute(f"SELECT count(*) FROM {path[1:]}").fetchone()
    for limit in (7, 500):
        found = all_pages(site, path, limit=limit)
        keys = {(item.get("document"), item.get("position"), item.get("id")) for item in found}
        assert len(found) == len(keys) == count > 0
    assert site.get(path, params={"count": True}).json()["total"] == count


def test_the_inbox_begins_with_the_greatest_loss(site: Site) -> None:
    losses = [item["expected_loss"] or 0 for item in all_pages(site, "/flags", limit=3)]
    assert losses == sorted(losses, reverse=True)
    open_ones = all_pages(site, "/flags", resolved=False, needs_review=True)
    assert all(item["resolved"] is None and item["severity"] in ("high", "medium") for item in open_ones)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"due_from": "2021-09-01", "due_to": "2021-09-30"}, COUNT), ({"due_to": "2021-12-31"}, 2 * COUNT),
        ({"due_from": "2022-01-01"}, 0), ({"assignee": "Vụ Bưu chính"}, COUNT), ({"assignee": "Không ai"}, 0),
        ({"assignee": "Vụ Bưu chính", "role": "lead"}, COUNT), ({"assignee": "Vụ Bưu chính", "role": "coordinate"}, 0),
        ({"assignee": "' OR '1'='1"}, 0),
    ],
)  # fmt: skip
def test_duties(site: Site, asked: dict[str, str], count: int) -> None:
    found = all_pages(site, "/tasks", **asked)
    assert len(found) == count
    for item in found:
        assert all(each["document"] == item["document"] for each in item["assignees"])
        assert item["document_number"].endswith("/QĐ-BTTTT")


@pytest.mark.parametrize("name", ["due_from", "due_to"])
@pytest.mark.parametrize("day", ["2025-13-01", "2025-02-30", "2025-2-1", "tomorrow"])
def test_a_day_no_calendar_has_is_refused(site: Site, name: str, day: str) -> None:
    answer = site.get("/tasks", params={name: day})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_duties_by_their_deadline(site: Site) -> None:
    due = [(item["deadline"] or {}).get("due") or "9999" for item in all_pages(site, "/tasks", order="due", limit=2)]
    assert due == sorted(due)


def test_of_one_document(site: Site) -> None:
    for path in ("/nodes", "/tasks", "/citations", "/flags"):
        for ident in site.documents[:2]:
            found = all_pages(site, path, document=ident)
            assert found or path == "/flags"
            assert {item["document"] for item in found} <= {ident}


@pytest.mark.parametrize(
    "q", ["phong trào thi đua", "phong trao thi dua", "1403/QĐ-BTTTT", "", '"', "a OR", "* -x \0", "'; --"]
)
def test_search(site: Site, q: str) -> None:
    answer = site.get("/search", params={"q": q, "limit": 2})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    for item in found["items"]:
        assert item["document"] in site.documents
    if q.startswith("phong"):
        assert found["total"] == COUNT
        assert any(piece["marked"] for piece in found["items"][0]["subject"])
    if q.startswith("1403"):
        assert found["items"][0]["number"] == q


def test_marks_of_what_was_found_are_no_markup(site: Site) -> None:
    """The text of a document that looks like markup is a value among others."""
    found = site.get("/search", params={"q": "script alert"}).json()
    texts = [piece["text"] for item in found["items"] for each in item["passages"] for piece in each["segments"]]
    assert "<" in "".join(texts) and "&lt;" not in "".join(texts)


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        ("SELECT count(*) FROM documents", 200), ("SELECT * FROM v_duties", 200), ("SELECT 9e999, NULL, x'00ff'", 200),
        ("SELECT 1; SELECT 2", 400), ("DELETE FROM documents", 400), ("ATTACH '/etc/passwd' AS x", 400),
        ("PRAGMA database_list", 400), ("SELECT * FROM pragma_database_list", 400), ("VACUUM INTO '/tmp/x'", 400),
        ("SELECT load_extension('x')", 400), ("SELECT readfile('/etc/passwd')", 400), ("", 400), ("\0", 400),
        ("CREATE TABLE x (y)", 400), ("SELECT fts3_tokenizer('simple')", 400), ("SELECT zeroblob(1000000000)", 400),
        ("WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x", 503),
    ],
)  # fmt: skip
def test_sql_reads_and_does_nothing_else(desk: Site, sql: str, status: int) -> None:
    """The limit is one second here. POST asks the same as GET, and no token is needed for it."""
    for answer in (
        desk.get("/query", params={"sql": sql}), desk.client.post(f"{desk.api}/query", json={"sql": sql}),
    ):  # fmt: skip
        assert answer.status_code == status
        assert str(desk.archive) not in answer.text


def test_values_of_a_query_are_bound(desk: Site) -> None:
    question = {"sql": "SELECT $a AS a", "parameters": {"a": "'; DROP TABLE documents; --"}}
    answer = desk.client.post(f"{desk.api}/query", json=question).json()
    assert answer == {"columns": ["a"], "rows": [["'; DROP TABLE documents; --"]], "truncated": False}


def test_facets_count_documents(site: Site) -> None:
    found = site.get("/facets", params={"year": 2021}).json()
    assert found["type"] == [{"value": "Quyết định", "count": COUNT}]
    assert site.get("/facets", params={"year": 1999}).json()["type"] == []


def test_relations_where_nobody_has_linked(site: Site) -> None:
    answer = site.get(f"/documents/{site.documents[0]}/relations")
    assert (answer.status_code, answer.json()["code"]) == (503, "no_relations")


def test_relations(desk: Site) -> None:
    with sqlite3.connect(desk.archive / "index.sqlite") as index:
        prepare(index)
        index.execute("INSERT INTO works VALUES ('d:1', 0, 0, 'QĐ', '1', 'read', NULL, NULL, NULL, NULL, NULL, 'a', 1)")
        index.execute("INSERT INTO works VALUES ('x:2', 1, 0, 'L', '2', 'read', NULL, NULL, NULL, NULL, NULL, 'b', 0)")
        index.execute("INSERT INTO work_documents VALUES ('d:1', ?)", (desk.documents[0],))
        index.execute("INSERT INTO edges VALUES (1, 'd:1', 'x:2', 'based_on', 0.9, 0, 0, 1)")
        index.execute(
            "INSERT INTO edge_evidence VALUES (1, ?, 'n', 1, 'Căn cứ', NULL, NULL, NULL, NULL)", (desk.documents[0],)
        )
    found = desk.get(f"/documents/{desk.documents[0]}/relations").json()
    (edge,) = found["edges"]
    assert (edge["kind"], edge["outgoing"], edge["other"]["external"]) == ("based_on", True, True)
    assert edge["evidence"][0]["words"] == "Căn cứ"
    assert found["stale"] and found["behind"] == len(desk.documents), "nothing of this was linked, only written there"
    later = desk.get(f"/documents/{desk.documents[1]}/relations")
    assert (later.status_code, later.json()["code"]) == (503, "not_linked"), "not known, which is not none"
