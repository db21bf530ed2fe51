"""The application: API, pages and data explorer over one archive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from dau import __version__

from . import api, desk, pages, problems
from .catalogue import Catalogue
from .context import Context
from .desk.failures import answer
from .explorer import MOUNT as EXPLORER
from .explorer import Explorer
from .follow import Follower
from .index import Index
from .jobs import JobQueue, JobStore
from .linking import Linker
from .security import Guard
from .sessions import Sessions
from .settings import WebSettings

_DESCRIPTION = """Documents of an archive that `dau run` made: their text, structure, doubts, pages, and what has been
said about them since. Errors are problem details (RFC 9457). Ids are stable; lists are cut into pages by a cursor."""


def create_app(archive: Path, settings: WebSettings | None = None) -> FastAPI:
    """An ASGI application for an archive.

    Raises ArchiveUnusable where the folder is no archive, or is to be written and cannot be.
    """
    settings = settings or WebSettings()
    context = _context(archive.resolve(), settings)
    app = FastAPI(
        title="Dấu", version=__version__, description=_DESCRIPTION, openapi_url="/api/v1/openapi.json",
        docs_url=None, redoc_url=None, lifespan=_lifespan, generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    app.state.context = context
    problems.install(app, answer)
    app.include_router(api.router, prefix="/api/v1")
    app.include_router(desk.router)
    pages.mount_static(app)
    if settings.explorer:
        app.mount(EXPLORER, Explorer(context.index.path, settings.sql_seconds), name="explorer")
    app.add_middleware(Guard, settings=settings, sessions=context.sessions, answer=answer)
    return app


def _context(root: Path, settings: WebSettings) -> Context:
    index = Index(root, settings.sql_seconds)
    context = Context(root, settings, Catalogue(root), index, Sessions(settings), pages.templates())
    if settings.refresh:
        context.follower = Follower(root, lambda: _update_index(root), Linker(root))
    if settings.write:
        store = JobStore(root)
        store.open()  # an archive that cannot be written is told now, not when the server has begun
        context.queue = JobQueue(
            root, store, context.catalogue, settings.conversion, settings.jobs, on_done=context.changed
        )
    return context


def _update_index(root: Path) -> None:
    from dau.index.build import update

    update(root)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """What runs beside the answers, for as long as the server does."""
    context: Context = app.state.context
    workers = [worker for worker in (context.follower, context.queue) if worker is not None]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            await run_in_threadpool(worker.stop)
        context.index.close()
