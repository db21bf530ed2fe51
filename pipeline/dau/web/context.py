"""What all requests share: one object, made by `create_app`, found by `depends.context`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi.templating import Jinja2Templates

from .catalogue import Catalogue
from .index import Index
from .sessions import Sessions
from .settings import WebSettings


@dataclass
class Context:
    """`archive` is the archive's folder, absolute."""

    archive: Path
    settings: WebSettings
    catalogue: Catalogue
    index: Index
    sessions: Sessions
    templates: Jinja2Templates
