"""Answers that take long: so many at a time, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from .problems import Problem


def limited(places: asyncio.Semaphore, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same pieces, one place held until their end. Raises a Problem (503) where none is free."""
    if places.locked():
        raise Problem(503, "too_many", "Too many such answers are under way. Try again.", headers={"Retry-After": "30"})
    return _held(places, pieces)


async def _held(places: asyncio.Semaphore, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async with places:
        async for piece in pieces:
            yield piece
