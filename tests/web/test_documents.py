"""Documents over HTTP: the list, files, pictures, entity tags, what is gone."""

from __future__ import annotations

import io
import json
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dau.archive.store import Archive
from dau.web.files import disposition

from .asking import all_pages
from .conftest import COUNT, Site
from .making import indexed, put, read, serving


@pytest.mark.parametrize("order", ["id", "issued", "-issued", "confidence", "-to_review"])
@pytest.mark.parametrize("limit", [1, 2, 3, COUNT, 100])
def test_every_document_once_in_any_order_and_any_size_of_page(site: Site, order: str, limit: int) -> None:
    found = [item["id"] for item in all_pages(site, "/documents", order=order, limit=limit)]
    assert sorted(found) == sorted(site.documents)


def test_a_list_stays_as_it_is_while_documents_are_added(tmp_path: Path) -> None:
    """None that was there is left out or comes twice, wherever the new ones fall."""
    root = tmp_path / "archive"
    with Archive.open(root) as archive:
        old = [put(archive, f"{n}.pdf", read(1401)) for n in range(8)]
    with serving(root) as address:
        indexed(address, 8)
        found, cursor, added = [], None, 8
        while True:
            shown = {"limit": 2, **({"cursor": cursor} if cursor else {})}
            part = httpx.get(f"{address}/api/v1/documents", params=shown).json()
            found += [item["id"] for item in part["items"]]
            cursor = part["next"]
            if cursor is None:
                break
            with Archive.open(root) as archive:
                put(archive, f"new {added}.pdf", read(1401))
            added += 1
            indexed(address, added)
    assert len(found) == len(set(found))
    assert set(old) <= set(found)
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"number": "1403/qd-bttt t"}, 1), ({"number": "1403/QĐ-BTTTT"}, 1), ({"number": "9/QĐ-BTTTT"}, 0),
        ({"year": 2021}, COUNT), ({"year": 2020}, 0), ({"type": "Quyết định"}, COUNT), ({"type": "QĐ"}, COUNT),
        ({"issued_from": "2021-09-14", "issued_to": "2021-09-14"}, COUNT), ({"issued_from": "2021-09-15"}, 0),
        ({"type": "' OR 1=1 --"}, 0), ({"agency": "\"; DROP TABLE documents; --"}, 0),
    ],
)  # fmt: skip
def test_filters(site: Site, asked: dict[str, object], count: int) -> None:
    found = site.get("/documents", params={**asked, "count": True}).json()
    assert (found["total"], len(found["items"])) == (count, count)


@pytest.mark.parametrize(
    "cursor", ["x", "e30", "W10", "WzFd", "bnVsbA", "%00", "WyIxIiwgWzFdXQ", "WzFlOTk5XQ", "A" * 1999, "W251bGxd"]
)
def test_a_cursor_that_is_none_is_refused(site: Site, cursor: str) -> None:
    answer = site.get("/documents", params={"cursor": cursor})
    assert answer.status_code in (200, 400)  # `[1]` is a cursor of the right form: it leads somewhere or nowhere
    assert answer.status_code == 200 or answer.json()["code"] == "bad_cursor"


@pytest.mark.parametrize("name", ["document.json", "transcript.json", "text.txt"])
@pytest.mark.parametrize("folder", ["", "files/"])
def test_files_are_those_of_the_run_and_are_not_sent_twice(site: Site, name: str, folder: str) -> None:
    path = f"/documents/{site.documents[0]}/{folder}{name}"
    first = site.get(path)
    assert first.content == (site.archive / "documents" / site.documents[0] / name).read_bytes()
    for shown in (first.headers["etag"], f'"x", {first.headers["etag"]}', "*", f'W/{first.headers["etag"]}'):
        again = site.get(path, headers={"If-None-Match": shown})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert site.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_page_is_kept_by_the_browser_for_ever(site: Site) -> None:
    answer = site.get(f"/documents/{site.documents[0]}/pages/0001.webp")
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    assert site.get(f"/documents/{site.documents[0]}/pages/0002.webp").status_code == 404


@pytest.mark.parametrize(
    ("box", "status"),
    [
        ("72,72,300,100", 200), ("0,0,595,842", 200), ("-50,-50,9000,9000", 200), ("72.5,72,73,72.1", 200),
        ("600,0,700,10", 422), ("10,10,10,10", 422), ("20,20,10,10", 422), ("nan,0,1,1", 422), ("0,0,inf,1", 422),
        ("1e300,0,1e301,1", 422), ("1,2,3", 422), ("1,2,3,4,5", 422), ("a,b,c,d", 422), ("", 422),
        ("1,2,3,4" * 30, 422),
    ],
)  # fmt: skip
def test_crops(site: Site, box: str, status: int) -> None:
    answer = site.get(f"/documents/{site.documents[0]}/pages/1/crop.webp", params={"box": box, "margin": 0})
    assert answer.status_code == status
    if status == 200:
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert max(picture.size) <= 2000


def test_head_says_what_get_would(site: Site) -> None:
    path = f"{site.api}/documents/{site.documents[0]}/document.json"
    head, get = site.client.head(path), site.client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get.headers["etag"]


def test_what_was_superseded_is_gone_and_leads_on(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    with Archive.open(root) as archive:
        old = put(archive, "1.pdf", read(1401))
        new = put(archive, "1.pdf", read(1401), settings="cd" * 32)
    with serving(root) as address:
        gone = httpx.get(f"{address}/api/v1/documents/{old}")
        assert gone.status_code == 410
        assert gone.headers["content-type"] == "application/problem+json"
        assert gone.json()["current"] == new
        assert httpx.get(f"{address}/api/v1/documents/{new}").status_code == 200
        missing = httpx.get(f"{address}/api/v1/documents/{'0' * 16}-{'0' * 8}")
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


def test_a_run_that_goes_on_is_seen_at_once(tmp_path: Path) -> None:
    """Documents and their files need no index and no restart."""
    root = tmp_path / "archive"
    with Archive.open(root) as archive:
        put(archive, "1.pdf", read(1401))
        with serving(root) as address:
            for n in range(2, 5):
                ident = put(archive, f"{n}.pdf", read(1401))
                assert httpx.get(f"{address}/api/v1/documents/{ident}/document.json").status_code == 200


def test_script_and_sql_in_texts_and_names_stay_text(site: Site) -> None:
    """JSON and text are sent as such, and a browser is told not to guess."""
    base = f"/documents/{site.hostile}"
    for path in (base, f"{base}/document.json", f"{base}/text.txt", "/documents", "/search?q=script"):
        answer = site.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] in ("application/json", "text/plain")
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<script>alert('x')</script>" in site.get(f"{base}/text.txt").text
    download = site.get(f"{base}/files/document.json", params={"download": True})
    assert "set-cookie" not in download.headers
    assert download.headers["content-disposition"].startswith("attachment; ")
    assert site.get("/documents", params={"count": True}).json()["total"] == COUNT


NAMES = ('a"b.pdf', "a\r\nX: y", "../../etc/passwd", "\u202egpj.exe", "Đơn.pdf")


@given(st.text(max_size=300) | st.sampled_from(NAMES))
def test_a_file_name_cannot_leave_its_header(name: str) -> None:
    """RFC 6266: printable ASCII, one quoted string, one RFC 8187 value, no path in either."""
    value = disposition(name)
    assert value.isascii() and value.isprintable()
    kind, plain, whole = value.split("; ")
    assert kind == "attachment"
    quoted = plain.removeprefix('filename="').removesuffix('"')
    assert '"' not in quoted and "\\" not in quoted and "/" not in quoted and quoted
    decoded = unquote(whole.removeprefix("filename*=UTF-8''"))
    assert not {"/", "\\", "\0", "\n", "\r"} & set(decoded) and decoded.strip(".")


def test_the_export_has_every_document_and_every_row(site: Site) -> None:
    lines = site.get("/exports/documents.jsonl").text.splitlines()
    assert sorted(json.loads(line)["archive"]["document"] for line in lines) == sorted(site.documents)
    tasks = [json.loads(line) for line in site.get("/exports/tasks.jsonl").text.splitlines()]
    assert len(tasks) == site.get("/statistics").json()["indexed"]["tasks"] > 0
    assert site.get("/exports/sqlite_schema.jsonl").status_code == 404
