"""The data explorer: all of the index, nothing but the index."""

from __future__ import annotations

import shutil

import pytest
from pydantic import SecretStr

from dau.web.settings import WebSettings

from .asking import raw
from .conftest import Site
from .making import TOKEN, serving


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/data/", 200), ("/data/index", 200), ("/data/index/tasks", 200), ("/data/index/v_duties", 200),
        ("/data/index/search", 200), ("/data/index/tasks.json?_size=2", 200), ("/data/-/static/app.css", 200),
        ("/data/index.db", 403), ("/data/_internal", 403), ("/data/_memory", 404), ("/data/other", 404),
        ("/data/-/databases.json", 404), ("/data/-/metadata.json", 404), ("/data/-/plugins.json", 404),
        ("/data/-/threads.json", 404), ("/data/-/auth-token", 404), ("/data/-/permissions", 404),
        ("/data/-/actor.json", 404), ("/data/-/static/../../secret", 404),
    ],
)  # fmt: skip
def test_pages(site: Site, path: str, status: int) -> None:
    answer = site.client.get(f"{site.address}{path}")
    assert answer.status_code == status
    assert str(site.archive) not in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/data//-/databases.json", "/data/%2d/databases.json", "/data/-%2fdatabases.json", "/data/./-/databases.json",
        "/data/x/../-/databases.json", "/data/-/static/../databases.json", "/data/-/static/%2e%2e/databases.json",
        "/data/-%2fstatic%2f../index", "/data/-/static/..%2f..%2fapp.py", "/data/-/static//etc/passwd",
        "/data/~2D/databases.json", "/data/%2Fetc%2Fpasswd", "/data/index/..%2f..%2fmanifest.jsonl",
    ],
)  # fmt: skip
def test_no_spelling_of_an_address_leads_elsewhere(site: Site, path: str) -> None:
    """Nor past the token, which only the static files do without."""
    status, body = raw(site.address, path)
    assert 300 <= status < 500
    assert str(site.archive).encode() not in body and b"root:" not in body
    settings = WebSettings(host="0.0.0.0", token=SecretStr(TOKEN), refresh=False)
    if "static" in path:
        with serving(site.archive, settings) as address:
            assert 300 <= raw(address, path)[0] < 500


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        ("select count(*) from tasks", 200), ("with x as (select 1) select * from x", 200),
        ("select file from pragma_database_list", 400), ("select * from pragma_table_info('tasks')", 200),
        ("select load_extension('x')", 400), ("select readfile('/etc/passwd')", 400),
        ("attach '/etc/passwd' as x", 400), ("delete from tasks", 400), ("select zeroblob(100000000)", 400),
        ("select 1; delete from tasks", 400), ("pragma writable_schema = 1", 400), ("vacuum into '/tmp/x'", 400),
        ("with recursive x(n) as (select 1 union all select n + 1 from x) select count(*) from x", 400),
        ("with x as (select 1) delete from tasks", 400), ("with x as (select 1) update tasks set text = ''", 400),
        ("select json_group_array(hex(zeroblob(400000))) from tasks a, tasks b, tasks c", 400),
        ("/* select */ delete from tasks", 400), ("select * from fts5vocab('search', 'row')", 400),
    ],
)  # fmt: skip
def test_sql_reads_this_file_and_nothing_else(desk: Site, sql: str, status: int) -> None:
    answer = desk.client.get(f"{desk.address}/data/index.json", params={"sql": sql})
    assert answer.status_code == status
    assert str(desk.archive) not in answer.text
    assert desk.client.get(f"{desk.address}/data/index/tasks.json?_size=1").json()["rows"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/data", "/data/", "/data/index", "/data/index/tasks", "/data/-/messages"])
def test_it_takes_nothing(desk: Site, method: str, path: str) -> None:
    answer = desk.client.request(method, f"{desk.address}{path}", headers={"Authorization": "Bearer nobody"})
    assert answer.status_code == 401
    answer = desk.client.request(method, f"{desk.address}{path}")
    assert answer.status_code == 405


def test_texts_of_documents_are_escaped(site: Site) -> None:
    page = site.client.get(f"{site.address}/data/index/tasks?_size=100&document={site.hostile}").text
    assert "<script>alert(" not in page
    assert "<img src=x" not in page
    found = site.client.get(f"{site.address}/data/index/documents?_size=100").text
    assert "<script>alert(1)" not in found and "&lt;script&gt;alert(1)" in found


@pytest.mark.slow
def test_in_a_browser_it_works_and_is_shut_off_from_the_rest(site: Site) -> None:
    """Its pages are of no origin: they have their style and lead on, but cannot read another page of this server."""
    from playwright.sync_api import sync_playwright

    if (chromium := shutil.which("chromium") or shutil.which("google-chrome")) is None:
        pytest.skip("there is no Chromium")
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{site.address}/data/index")
        page.click('a[href="/data/index/tasks"] >> nth=0')
        page.wait_for_load_state()
        assert page.url.endswith("/data/index/tasks")
        assert page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
        assert page.evaluate("window.origin") == "null"
        asked = "fetch('/api/v1/documents').then(answer => answer.text()).catch(error => 'refused')"
        assert page.evaluate(asked) == "refused"
        browser.close()
