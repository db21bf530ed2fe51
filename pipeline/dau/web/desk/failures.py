"""Errors as pages, for somebody who came by browser: the same status, in their language, with a way on."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from ..problems import Problem
from ..sessions import User
from .language import language_of, words
from .rendering import render, with_query

_MACHINES = ("/api/", "/data/", "/static/")
_PASSING = (409, 503)
"""What may be otherwise in a moment."""


def answer(request: Request, problem: Problem) -> Response:
    """A page for somebody who asked for one by browser, problem details for everybody else."""
    return page_of(request, problem) if for_people(request) else problem.response()


def for_people(request: Request) -> bool:
    """Whether a page is asked for: by a browser, and not of the API or the explorer."""
    path = request.url.path
    return "text/html" in request.headers.get("accept", "") and not f"{path}/".startswith(_MACHINES)


def page_of(request: Request, problem: Problem) -> Response:
    """The page of an error; what is known of its kind is said in the reader's language, else in the problem's words."""
    if not hasattr(request.state, "user"):  # refused before anybody was asked for
        request.state.user = User("anonymous")
    known = words().get(f"problem.{problem.code}")
    told = known[language_of(request).code] if known else problem.detail
    passing = request.method in ("GET", "HEAD") and problem.status in _PASSING
    response = render(
        request, "problem.html", status=problem.status, problem=problem, told=told, current=problem.more.get("current"),
        again=with_query(request) if passing else None,
    )  # fmt: skip
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response
