"""The data explorer: Datasette over index.sqlite at /data, for looking around freely and nothing else.

It reads the one file and no other, through connections that refuse all but reading, within limits of time and size. Its
pages about itself, which name paths, and plug-ins that happen to be installed are shut out.
"""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from .problems import Problem, not_found

MOUNT = "/data"
_MOST_ROWS = 1000
_ERRORS = "datasette.handle_exception"
_OWN_PAGES = "/-/"
_STATIC = "/-/static/"


class Explorer:
    """An ASGI application for `MOUNT`. `seconds` is what a query may take."""

    def __init__(self, index: Path, seconds: float) -> None:
        self._index, self._seconds = index, seconds
        self._made: tuple[int, ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["path"]).removeprefix(MOUNT)
        if path.startswith(_OWN_PAGES) and not path.startswith(_STATIC):
            raise not_found("page of the explorer")
        await self._application()(scope, receive, send)

    def _application(self) -> ASGIApp:
        """Made when first asked for, and anew when the index was put in place of another."""
        try:
            inode = self._index.stat().st_ino
        except FileNotFoundError:
            detail = "The archive has no index yet. Make it with `dau index`."
            raise Problem(503, "no_index", detail, headers={"Retry-After": "30"}) from None
        if self._made is None or self._made[0] != inode:
            self._made = inode, _datasette(self._index, self._seconds)
        return self._made[1]


def _datasette(index: Path, seconds: float) -> ASGIApp:
    from datasette.app import Datasette

    _only_our_plugin()
    settings = {
        "base_url": f"{MOUNT}/", "allow_download": False, "sql_time_limit_ms": int(seconds * 1000),
        "facet_time_limit_ms": 300, "max_returned_rows": _MOST_ROWS, "allow_csv_stream": False, "suggest_facets": False,
        "default_page_size": 50, "default_cache_ttl": 0, "allow_signed_tokens": False,
    }  # fmt: skip
    metadata = {"title": "Dấu", "description": "The index of the archive, to be read freely."}
    application: ASGIApp = Datasette([str(index)], settings=settings, metadata=metadata).app()
    return application


def _only_our_plugin() -> None:
    """Plug-ins that are installed on this machine are not asked; ours guards every connection."""
    from datasette.plugins import pm

    from . import explorer_plugin

    for plugin, _ in pm.list_plugin_distinfo():
        pm.unregister(plugin)
    if pm.has_plugin(_ERRORS):
        pm.unregister(name=_ERRORS)
    if not pm.is_registered(explorer_plugin):
        pm.register(explorer_plugin)
