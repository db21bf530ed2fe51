"""A template filled in, with what every page of the desk shows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from ..context import Context
from ..sessions import CSRF_FIELD, User
from .flags import kind_name
from .language import COOKIE, PARAMETER, asked, language_of

_YEAR = 365 * 24 * 3600
NAVIGATION = (
    ("inbox", "/"), ("search", "/search"), ("tasks", "/tasks"), ("questions", "/questions"),
    ("statistics", "/statistics"), ("relations", "/relations"),
)  # fmt: skip
"""Key of each page in the bar, and its address."""
UPLOAD = ("upload", "/upload")
"""The same where uploads are taken."""


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page. Nothing of it is kept by browsers or proxies: it shows what the archive says now, to who may see it."""
    context: Context = request.app.state.context
    user: User = request.state.user
    language = language_of(request)
    response = context.templates.TemplateResponse(
        request,
        template,
        {
            "t": language, "user": user, "csrf_field": CSRF_FIELD,
            "navigation": (*NAVIGATION, UPLOAD) if context.queue else NAVIGATION,
            "may_log_in": context.settings.token is not None and user.kind == "anonymous",
            "writes": context.settings.write, "other_language": with_query(request, **{PARAMETER: language.other}),
            "explorer": context.settings.explorer, "here": request.url.path, "flag_name": kind_name, **values,
        },
        status_code=status,
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip
    if (chosen := asked(request)) is not None:
        response.set_cookie(COOKIE, chosen, max_age=_YEAR, samesite="lax", httponly=True, path="/")
    return response


def with_query(request: Request, **changed: str | int | None) -> str:
    """The address of this page with some of its parameters changed; None takes one out."""
    kept = {name: value for name, value in request.query_params.items() if name not in changed}
    kept |= {name: str(value) for name, value in changed.items() if value is not None}
    path = "/" + request.url.path.lstrip("/\\")  # `//name` would be another server
    return f"{path}?{urlencode(kept)}" if kept else path
