"""The token, shown once: the browser keeps a signed cookie from then on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from ..api.session import by_tls, log_in
from ..depends import CurrentContext
from ..problems import Problem
from .rendering import render

router = APIRouter()


@router.get("/login", name="desk_login")
def login_page(request: Request) -> Response:
    return render(request, "login.html", wrong=False)


@router.post("/login", name="desk_log_in")
async def log_in_by_form(
    request: Request,
    context: CurrentContext,
    token: Annotated[str, Form(max_length=500)],
    name: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """Back to the inbox with a session, or once more to the form."""
    response = RedirectResponse("/", 303)
    try:
        await log_in(context, response, token, name, secure=by_tls(request))
    except Problem as problem:
        if problem.status != 401:
            raise
        return render(request, "login.html", status=401, wrong=True)
    return response


@router.post("/logout", name="desk_log_out")
def log_out(context: CurrentContext) -> Response:
    response = RedirectResponse("/", 303)
    context.sessions.end(response)
    return response
