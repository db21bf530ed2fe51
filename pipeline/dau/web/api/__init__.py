"""The HTTP API, version 1: one module a subject."""

from __future__ import annotations

from fastapi import APIRouter

from ..problems import DESCRIBED
from . import contents, documents, exports, query, relations, reviews, search, session, statistics, uploads

router = APIRouter(responses=DESCRIBED)
for module in (session, search, query, documents, contents, reviews, relations, uploads, exports, statistics):
    router.include_router(module.router)
