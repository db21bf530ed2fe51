"""The application: API, pages and data explorer over one archive."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from dau import __version__

from . import api, pages, problems
from .catalogue import Catalogue
from .context import Context
from .index import Index
from .security import Guard
from .sessions import Sessions
from .settings import WebSettings

_DESCRIPTION = """Documents of an archive that `dau run` made: their text, structure, doubts, pages, and what has been
said about them since. Errors are problem details (RFC 9457). Ids are stable; lists are cut into pages by a cursor."""


def create_app(archive: Path, settings: WebSettings | None = None) -> FastAPI:
    """An ASGI application for an archive.

    Raises ArchiveUnusable where the folder is no archive.
    """
    settings = settings or WebSettings()
    root = archive.resolve()
    sessions = Sessions(settings)
    app = FastAPI(
        title="Dấu", version=__version__, description=_DESCRIPTION, openapi_url="/api/v1/openapi.json",
        docs_url=None, redoc_url=None, generate_unique_id_function=lambda route: route.name,
    )
    app.state.context = Context(root, settings, Catalogue(root), Index(root), sessions, pages.templates())
    problems.install(app)
    app.include_router(api.router, prefix="/api/v1")
    pages.mount_static(app)
    _mount_desk(app)
    app.add_middleware(Guard, settings=settings, sessions=sessions)
    return app


def _mount_desk(app: FastAPI) -> None:
    """The pages, once they are there."""
