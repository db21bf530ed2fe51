"""What endpoints ask for, as FastAPI dependencies: the context, the user, a document by its id."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

from fastapi import Depends, Path, Request
from starlette.concurrency import run_in_threadpool

from .catalogue import Entry
from .context import Context
from .problems import Problem, not_found
from .security import forged
from .sessions import CSRF_FIELD, CSRF_HEADER, User

DOCUMENT_ID = r"^[0-9a-f]{16}-[0-9a-f]{8}$"


def context(request: Request) -> Context:
    """The context of the application that answers."""
    found: Context = request.app.state.context
    return found


def user(request: Request) -> User:
    """Who asks, as the guard found out."""
    found: User = request.state.user
    return found


async def index(context: Annotated[Context, Depends(context)]) -> AsyncIterator[sqlite3.Connection]:
    """The index, read-only and in one state until the endpoint has ended; 503 where there is none."""
    async with context.readers:
        connection = await run_in_threadpool(context.index.take)
        try:
            yield connection
        except asyncio.CancelledError:  # out of time: the endpoint's thread may still be at it
            connection.interrupt()
            raise
        else:
            context.index.give(connection)


async def index_if_any(context: Annotated[Context, Depends(context)]) -> AsyncIterator[sqlite3.Connection | None]:
    """The same for pages that can do without: None where there is no index, or none that can be opened."""
    async with AsyncExitStack() as stack:
        try:
            lent: sqlite3.Connection | None = await stack.enter_async_context(asynccontextmanager(index)(context))
        except (Problem, sqlite3.Error):
            lent = None
        yield lent


CurrentContext = Annotated[Context, Depends(context)]
CurrentUser = Annotated[User, Depends(user)]


async def writer(request: Request, context: CurrentContext, user: CurrentUser) -> User:
    """Somebody who may write. The guard has refused others already; what a form carries is seen only here."""
    if not user.may_write:
        raise Problem(401, "unauthorised", "Writing needs a token.")
    if user.kind == "session" and CSRF_HEADER not in request.headers:
        shown = (await request.form(max_files=1, max_fields=200)).get(CSRF_FIELD)
        if not isinstance(shown, str) or not context.sessions.right_csrf(user, shown):
            raise forged()
    return user


CurrentWriter = Annotated[User, Depends(writer)]

DocumentId = Annotated[
    str, Path(pattern=DOCUMENT_ID, description="Name of the document's folder.", examples=["0002defb60e1bb9a-f2f201a0"])
]


def document(document_id: DocumentId, context: CurrentContext) -> Entry:
    """A document that counts now. 404 where there never was one, 410 where it was superseded or removed."""
    entry = context.catalogue.entries().get(document_id)
    if entry is not None:
        return entry
    if not context.catalogue.known(document_id):
        raise not_found("document")
    current = context.catalogue.current_of(document_id)
    detail = "The document was made anew under other settings." if current else "The document is no longer kept."
    raise Problem(410, "gone", detail, current=current)


CurrentDocument = Annotated[Entry, Depends(document)]
