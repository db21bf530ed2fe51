"""Ways to ask a server."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlsplit

from .conftest import Site


def raw(address: str, target: str, headers: tuple[tuple[str, str], ...] = (), method: str = "GET") -> tuple[int, bytes]:
    """A request as it stands: no client tidies its address or headers."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in headers or (("Host", where.netloc),):
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def all_pages(site: Site, path: str, **asked: object) -> list[dict[str, Any]]:
    """Every item of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        shown = {**asked, **({"cursor": cursor} if cursor else {})}
        part = site.get(path, params=shown).raise_for_status().json()
        found += part["items"]
        cursor = part["next"]
        if cursor is None:
            return found
