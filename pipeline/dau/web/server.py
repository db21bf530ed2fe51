"""How uvicorn runs the application: one process, HTTP/1.1, within limits, saying nothing of itself."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

from .settings import WebSettings

_MOST_CONNECTIONS = 1000
HEADER_BYTES = 64 << 10
"""Of the first line and the headers of a request; what has more is refused before it is a request."""
_IDLE_SECONDS = 10


def config(app: FastAPI, settings: WebSettings) -> uvicorn.Config:
    """Access is not logged: addresses hold what people search for. Headers of proxies are not believed."""
    return uvicorn.Config(
        app, host=settings.host, port=settings.port, log_level="warning", access_log=False, server_header=False,
        http="h11", ws="none", timeout_keep_alive=_IDLE_SECONDS, limit_concurrency=_MOST_CONNECTIONS,
        h11_max_incomplete_event_size=HEADER_BYTES, proxy_headers=False, timeout_graceful_shutdown=_IDLE_SECONDS,
    )  # fmt: skip
