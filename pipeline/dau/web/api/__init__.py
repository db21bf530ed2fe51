"""The HTTP API, version 1: one module a subject."""

from __future__ import annotations

from fastapi import APIRouter

from . import documents

router = APIRouter()
for module in (documents,):
    router.include_router(module.router)
