"""Where the pages of the desk come from: Jinja2 templates, escaped always, and static files of the package."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

_HERE = Path(__file__).parent
TEMPLATES, STATIC = _HERE / "templates", _HERE / "static"


def templates() -> Jinja2Templates:
    """The templates. Every value is escaped whatever the file is called; a name that is not given is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )
    return Jinja2Templates(env=environment)


def mount_static(app: FastAPI) -> None:
    """Scripts and styles of the package at /static."""
    if STATIC.is_dir():
        app.mount("/static", StaticFiles(directory=STATIC), name="static")
