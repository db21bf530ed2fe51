"""Requests as they stand, which no client has tidied."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit


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
