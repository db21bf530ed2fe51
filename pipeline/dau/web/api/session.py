"""Logging in and out, and whether the server is there."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from dau import __version__

from ..context import Context
from ..depends import CurrentContext, CurrentUser
from ..problems import Problem
from ..sessions import User

router = APIRouter(tags=["session"])
_WRONG_TOKEN_SECONDS = 0.5


class Login(BaseModel):
    token: Annotated[str, Field(max_length=500, examples=["the token that the server was started with"])]
    name: Annotated[str, Field(max_length=80, description="Under which reviews are recorded.", examples=["Lan"])] = ""


class Whoami(BaseModel):
    """`csrf`: what a session sends as X-CSRF-Token with everything that writes."""

    kind: Literal["anonymous", "token", "session"]
    name: str
    may_read: bool
    may_write: bool
    csrf: str


class Health(BaseModel):
    status: Literal["ok"] = "ok"
    version: str = __version__


async def log_in(context: Context, response: Response, token: str, name: str, *, secure: bool = False) -> None:
    """Set the cookies of a new session on a response; `secure`: they are sent over TLS only. Raises a Problem (401),
    after a moment, for a wrong token."""
    if not context.sessions.right_token(token):
        await asyncio.sleep(_WRONG_TOKEN_SECONDS)
        raise Problem(401, "unauthorised", "The token is wrong.")
    context.sessions.begin(response, name, secure=secure)


def by_tls(request: Request) -> bool:
    """Whether the browser came by TLS, to this server or to a proxy in front of it."""
    return request.url.scheme == "https" or request.headers.get("origin", "").startswith("https://")


def shown(user: User) -> Whoami:
    return Whoami(kind=user.kind, name=user.name, may_read=user.may_read, may_write=user.may_write, csrf=user.csrf)


@router.get("/health", name="get_health")
def get_health() -> Health:
    """Whether the server answers; needs no token."""
    return Health()


@router.get("/session", name="get_session", response_model=Whoami)
def get_session(user: CurrentUser) -> Whoami:
    """Who asks, and what they may do."""
    return shown(user)


@router.post("/session", name="create_session", status_code=204, response_class=Response)
async def create_session(request: Request, login: Login, context: CurrentContext) -> Response:
    """Show the token once and get a cookie for a browser. Programs send the token itself as a bearer token."""
    response = Response(status_code=204)
    await log_in(context, response, login.token, login.name, secure=by_tls(request))
    return response


@router.delete("/session", name="delete_session", status_code=204, response_class=Response)
def delete_session(context: CurrentContext) -> Response:
    """Forget the cookie."""
    response = Response(status_code=204)
    context.sessions.end(response)
    return response
