"""Who may what, and what never gets through: tables of attacks against a real server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from dau.web.catalogue import Catalogue
from dau.web.settings import WebSettings, is_loopback

from .asking import raw
from .conftest import Site
from .making import BEARER, TOKEN, serving

REVIEW = {"action": "correct_field", "target": {"kind": "field", "field": "/metadata/place"}, "after": "Hà Nội"}
ID = "0123456789abcdef-01234567"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/documents/../../../../etc/passwd", "/api/v1/documents/..%2f..%2f..%2fetc%2fpasswd",
        "/api/v1/documents/%2e%2e/%2e%2e/manifest.jsonl", "/api/v1/documents/..%5c..%5cmanifest.jsonl",
        f"/api/v1/documents/{ID}/files/..%2f..%2fmanifest.jsonl", f"/api/v1/documents/{ID}/files/%2e%2e",
        f"/api/v1/documents/{ID}%00/document.json", f"/api/v1/documents/{ID}/files/document.json%00.pdf",
        f"/api/v1/documents/{ID}%0a", f"/api/v1/documents/{ID.upper()}", f"/api/v1/documents/{ID[:-1]}０",
        f"/api/v1/documents/{ID[:-1]}%EF%BC%90", "/api/v1/documents/%c0%ae%c0%ae", "/api/v1/documents/%F0%9F%92%A9",
        "/static/../../manifest.jsonl", "/static/%2e%2e/%2e%2e/app.py", "/static/..%2fapp.py",
        "/static/%2fetc%2fpasswd",
        "/data/../manifest.jsonl", "/data/~2E~2E~2Fmanifest", "/data/-/databases.json", "/data/-/plugins",
        "/data/-/metadata.json", "/data/index.db", "//etc/passwd", "/api/v1/exports/..%2fmanifest.jsonl",
        "/api/v1/uploads/..%2f..", f"/api/v1/documents/{ID}/pages/..%2f0001.webp",
        f"/api/v1/documents/{ID}/pages/0001%2f..%2f0001.webp", f"/api/v1/documents/{ID}/pages/００01.webp",
    ],
)  # fmt: skip
def test_no_address_leads_out_of_the_archive(site: Site, path: str) -> None:
    """Refused or not there, whatever the encoding; the id is that of a document where one is needed."""
    status, body = raw(site.address, quote(path.replace(ID, site.documents[0]), safe="/%"))
    assert 400 <= status < 500
    for leak in (b"root:", b"Traceback", b'"event":"received"', str(site.archive).encode()):
        assert leak not in body


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("localhost:8484", 200), ("127.0.0.1", 200), ("[::1]:80", 200), ("LOCALHOST", 200),
        ("evil.example", 421), ("evil.example:8484", 421), ("localhost.evil.example", 421), ("127.0.0.1.nip.io", 421),
        ("", 421), ("xn--lcalhost-9fg", 421), ("127.1.evil", 421), ("[::1]", 200), ("[::2]:8484", 200),
        ("[evil.example]", 400), ("[::1", 400), ("localhost@evil.example", 400),
        # something behind the port, or that is none
        ("localhost:8484.evil.example", 400), ("127.0.0.1:80@evil.example", 400), ("localhost:x", 400),
        ("localhost:80:80", 400), ("[::1]:80.evil.example", 400), ("[::1].evil.example", 400), ("localhost:-1", 400),
        ("localhost:80/evil.example", 400), ("localhost,evil.example", 421),
        ("localhost evil.example", 400), ("localhost:123456", 400),
    ],
)  # fmt: skip
def test_only_names_it_is_known_by(site: Site, host: str, status: int) -> None:
    """DNS rebinding: a page of another site whose name was made to lead here still says that name."""
    assert raw(site.address, "/api/v1/health", (("Host", host),))[0] == status


def test_a_name_can_be_made_known(site: Site) -> None:
    with serving(site.archive, WebSettings(hosts=("kho.example",), refresh=False, explorer=False)) as address:
        assert raw(address, "/api/v1/health", (("Host", "kho.example:8484"),))[0] == 200
        assert raw(address, "/api/v1/health", (("Host", "x.kho.example"),))[0] == 421


WRITES = [
    ("POST", f"/documents/{ID}/reviews"), ("POST", "/uploads"), ("PUT", "/uploads"), ("DELETE", f"/documents/{ID}"),
    ("PATCH", f"/documents/{ID}"), ("POST", "/statistics"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("headers", [{}, BEARER, {"Authorization": "Bearer wrong"}])
def test_a_server_that_only_reads_writes_for_nobody(
    site: Site, method: str, path: str, headers: dict[str, str]
) -> None:
    path = path.replace(ID, site.documents[0])
    assert site.client.request(method, f"{site.api}{path}", headers=headers).status_code in (401, 403)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401), ({"Authorization": ""}, 401), ({"Authorization": "Bearer"}, 401), ({"Authorization": TOKEN}, 401),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401), ({"Authorization": f"Bearer {TOKEN[:-1]}"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401), ({"Cookie": f"dau_session={TOKEN}"}, 401),
        ({"Cookie": "dau_session=eyJ9.00"}, 401), ({"Cookie": "dau_session=."}, 401), ({"Cookie": "=;;;,\"\\"}, 401),
        ({"X-Token": TOKEN}, 401), (BEARER, 428), ({"authorization": f"bearer {TOKEN}"}, 428),
    ],
)  # fmt: skip
def test_writing_needs_the_token(desk: Site, headers: dict[str, str], status: int) -> None:
    answer = desk.client.post(f"{desk.api}/documents/{desk.documents[0]}/reviews", json=REVIEW, headers=headers)
    assert answer.status_code == status  # 428: it got through to what is asked next
    assert TOKEN not in answer.text


def test_beyond_loopback_reading_needs_the_token_too(site: Site) -> None:
    settings = WebSettings(host="0.0.0.0", token=SecretStr(TOKEN), refresh=False)
    with serving(site.archive, settings) as address:
        for path in ("/api/v1/documents", "/api/v1/openapi.json", "/data/", "/data/index", "/api/v1/search?q=a"):
            assert httpx.get(f"{address}{path}").status_code == 401
            assert httpx.get(f"{address}{path}", headers=BEARER).status_code == 200
        assert httpx.get(f"{address}/api/v1/health").status_code == 200


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("0.0.0.0", False), ("::", False),
        ("192.168.1.2", False), ("example.org", False), ("localhost.example.org", False), ("", False),
    ],
)  # fmt: skip
def test_what_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_a_token_that_can_be_guessed_is_none() -> None:
    with pytest.raises(ValidationError):
        WebSettings(token=SecretStr("short"))
    assert TOKEN not in repr(WebSettings(token=SecretStr(TOKEN)))


class TestSessions:
    """A cookie for somebody who showed the token, and what other sites cannot do with it."""

    @contextmanager
    def login(self, desk: Site) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=desk.api) as client:
            answer = client.post("/session", json={"token": TOKEN, "name": "Lan"})
            assert answer.status_code == 204
            for cookie in answer.headers.get_list("set-cookie"):
                assert "HttpOnly" in cookie and "SameSite=" in cookie and TOKEN not in cookie
            assert "samesite=strict" in answer.headers.get_list("set-cookie")[0].lower()
            yield client

    def post(self, desk: Site, client: httpx.Client, headers: dict[str, str]) -> int:
        return client.post(f"/documents/{desk.documents[0]}/reviews", json=REVIEW, headers=headers).status_code

    def test_with_all_that_belongs_to_it_it_writes(self, desk: Site) -> None:
        with self.login(desk) as client:
            who = client.get("/session").json()
            assert (who["kind"], who["name"], who["may_write"]) == ("session", "Lan", True)
            headers = {"Origin": desk.address, "X-CSRF-Token": who["csrf"], "If-Match": '"none"'}
            path = f"/documents/{desk.documents[3]}/reviews"
            answer = client.post(path, json={**REVIEW, "by": "somebody else"}, headers=headers)
            assert (answer.status_code, answer.json()["by"]) == (201, "Lan")

    @pytest.mark.parametrize(
        ("changed", "status"),
        [
            ({}, 428), ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Origin": None}, 403),
            ({"Origin": None, "Sec-Fetch-Site": "same-origin"}, 428), ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403), ({"X-CSRF-Token": None}, 403), ({"X-CSRF-Token": "x"}, 403),
            ({"X-CSRF-Token": ""}, 403), ({"Origin": "http://localhost:1"}, 403),
        ],
    )  # fmt: skip
    def test_a_request_that_another_site_made_up(self, desk: Site, changed: dict[str, str], status: int) -> None:
        with self.login(desk) as client:
            right = {"Origin": desk.address, "X-CSRF-Token": client.get("/session").json()["csrf"]}
            headers = {name: value for name, value in {**right, **changed}.items() if value is not None}
            assert self.post(desk, client, headers) == status

    def test_the_cookie_that_reads_does_not_write(self, desk: Site) -> None:
        with self.login(desk) as client:
            reading = {"Cookie": f"dau_reader={client.cookies['dau_reader']}"}
        assert desk.get("/session", headers=reading).json()["may_read"]
        assert not desk.get("/session", headers=reading).json()["may_write"]
        swapped = {"Cookie": f"dau_session={client.cookies['dau_reader']}"}
        assert desk.get("/session", headers=swapped).json()["kind"] == "anonymous"

    def test_a_cookie_that_was_changed_is_none(self, desk: Site) -> None:
        with self.login(desk) as client:
            value = client.cookies["dau_session"]
        for n in range(0, len(value), 7):
            forged = value[:n] + ("A" if value[n] != "A" else "B") + value[n + 1 :]
            shown = desk.get("/session", headers={"Cookie": f"dau_session={forged}"}).json()
            assert shown["kind"] == "anonymous"

    def test_a_wrong_token_gets_no_cookie(self, desk: Site) -> None:
        answer = desk.client.post(f"{desk.api}/session", json={"token": "wrong", "name": "x"})
        assert answer.status_code == 401 and "set-cookie" not in answer.headers

    def test_another_site_cannot_log_somebody_in(self, desk: Site) -> None:
        body = {"token": TOKEN, "name": "x"}
        answer = desk.client.post(f"{desk.api}/session", json=body, headers={"Origin": "http://evil.example"})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("fetch", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
    ],
)
def test_other_sites_cannot_fetch_behind_ones_back(site: Site, fetch: dict[str, str], status: int) -> None:
    answer = site.get("/documents", headers={**fetch, "Origin": "http://evil.example"})
    assert answer.status_code == status
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/api/v1/documents", "/api/v1/nothing", "/nothing", "/data/", "/api/v1/documents/x", "/static/x.js"]
)
def test_every_answer_says_what_a_browser_may_do(site: Site, path: str) -> None:
    headers = site.client.get(f"{site.address}{path}").headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    if path.startswith("/data"):
        assert "sandbox" in policy and "allow-same-origin" not in policy
    else:
        assert "unsafe" not in policy and "default-src 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


@pytest.mark.parametrize("size", [2 << 20, 1 << 40])
def test_a_request_that_announces_too_much_is_refused_unread(desk: Site, size: int) -> None:
    headers = (("Host", "localhost"), ("Content-Length", str(size)), ("Authorization", f"Bearer {TOKEN}"))
    assert raw(desk.address, "/api/v1/query", headers, "POST")[0] == 413


def test_a_caller_that_stalls_is_let_go(made: tuple[Path, tuple[str, ...]]) -> None:
    settings = WebSettings(stall_seconds=0.5, refresh=False, explorer=False)
    with serving(made[0], settings) as address:
        where = urlsplit(address)
        with socket.create_connection((where.hostname, where.port), timeout=20) as connection:
            connection.sendall(b"POST /api/v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            assert connection.recv(100).startswith(b"HTTP/1.1 408")


def test_an_answer_that_takes_too_long_is_not_waited_for(made: tuple[Path, tuple[str, ...]]) -> None:
    settings = WebSettings(request_seconds=0.5, sql_seconds=3, explorer=False)
    with serving(made[0], settings) as address:
        sql = "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x"
        answer = httpx.get(f"{address}/api/v1/query", params={"sql": sql}, timeout=30)
        assert (answer.status_code, answer.json()["code"]) == (503, "timeout")
        assert httpx.get(f"{address}/api/v1/statistics").status_code == 200


def test_a_defect_shows_nothing_of_the_inside(
    made: tuple[Path, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An injected fault: what goes wrong unforeseen is logged, and answered without path or traceback."""

    def broken(*_: object) -> None:
        raise RuntimeError(f"secret of {made[0]}")

    monkeypatch.setattr(Catalogue, "outcome", broken)
    with serving(made[0], WebSettings(refresh=False, explorer=False)) as address:
        answer = httpx.get(f"{address}/api/v1/documents/{made[1][0]}")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text and str(made[0]) not in answer.text
    assert "content-security-policy" in answer.headers


def test_a_browser_without_the_token_is_led_to_the_login(made: tuple[Path, tuple[str, ...]]) -> None:
    """Pages only; a program is told 401. The way back is a path of this server."""
    settings = WebSettings(host="0.0.0.0", token=SecretStr(TOKEN), refresh=False, explorer=False)
    with serving(made[0], settings) as address:
        for path, back in (("/documents/x", "/documents/x"), ("//evil.example", "/evil.example"), ("/a?b", "/a")):
            answer = httpx.get(f"{address}{path}", headers={"Accept": "text/html"})
            assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={back}")
        assert httpx.get(f"{address}/api/v1/documents", headers={"Accept": "text/html"}).status_code == 401
        assert httpx.get(f"{address}/documents").status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((("Host", "evil.example"),), 421), ((("Host", "localhost"), ("Authorization", "Bearer wrong")), 401),
        ((("Host", "localhost"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")), 403),
        ((("Host", "localhost"),), 404),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_to_people_too(
    site: Site, headers: tuple[tuple[str, str], ...], status: int
) -> None:
    """A page, though nothing is known yet of who asks; its script cannot be anybody's."""
    found, body = raw(site.address, "/<script>alert(1)</script>", (*headers, ("Accept", "text/html")))
    assert found == status
    assert b"<script>alert(1)" not in body and b"Traceback" not in body


def test_a_page_does_not_link_to_another_server(site: Site) -> None:
    """Not even where the address that was asked for looks like one."""
    for path in ("//evil.example/a", "///evil.example", "/\\evil.example"):
        status, body = raw(site.address, path, (("Host", "localhost"), ("Accept", "text/html")))
        assert status == 404
        assert b'="//' not in body and b'="/\\' not in body
