"""Errors as problem details (RFC 9457). What a caller did is told; what the server is made of is not.

This stands below everything else of the server. How a problem is shown, as details or as a page, is given by the
application (`app.py`): pages are made of all the rest.
"""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import Response

from dau.archive.failures import ArchiveBusy, ArchiveFull
from dau.document.errors import DauError, DependencyError

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger("dau.web")
_PATH = re.compile(r"(?<![\w/])/(?:[^\s/:'\"“”]+/)*[^\s/:'\"“”,;.]+")


class ProblemDetails(BaseModel):
    """An error (RFC 9457). `code` is a word for programs, `detail` says what to do; some have further members."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [{
        "type": "about:blank", "title": "Not Found", "status": 404, "code": "not_found",
        "detail": "There is no such document.",
    }]})  # fmt: skip

    type: str
    title: str
    status: int
    code: str
    detail: str


_SCHEMA = {MEDIA_TYPE: {"schema": ProblemDetails.model_json_schema()}}
DESCRIBED: dict[int | str, dict[str, Any]] = {
    422: {"description": "Some part of the request is not as described here.", "content": _SCHEMA},
    "default": {"description": "An error, as problem details.", "content": _SCHEMA},
}
"""Errors as OpenAPI describes them, the same for every operation."""


class Problem(Exception):
    """An answer that is an error. `code` is a word for programs, `detail` says what to do, `more` what is known."""

    def __init__(self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None,
                 **more: Any) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.more = dict(headers or {}), more

    def response(self) -> Response:
        return Response(self.content(), self.status, media_type=MEDIA_TYPE,
                        headers={"Cache-Control": "no-store", **self.headers})

    def content(self) -> bytes:
        body = {"type": "about:blank", "title": HTTPStatus(self.status).phrase, "status": self.status,
                "code": self.code, "detail": self.detail, **self.more}
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")


def sends(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """A success that is a file of one of these kinds, for OpenAPI."""
    kinds = {kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}
    return {200: {"description": "The file.", "content": kinds}, 304: {"description": "It has not changed."}}


def not_found(what: str) -> Problem:
    return Problem(404, "not_found", f"There is no such {what}.")


def of_failure(error: DauError) -> Problem:
    """A failure of the library as an answer; paths of this machine are left out of its words."""
    status, code = 500, "internal"
    if isinstance(error, ArchiveBusy):
        return Problem(409, "archive_busy", "Another run is writing the archive. Try again when it has ended.",
                       headers={"Retry-After": "30"})
    if isinstance(error, ArchiveFull):
        return Problem(507, "no_room", "There is no room left on the disk of the archive.")
    if isinstance(error, DependencyError):
        status, code = 501, "not_installed"
    elif error.category in ("input", "encrypted"):
        status, code = 400, "bad_request"
    elif error.category == "timeout":
        status, code = 503, "timeout"
    elif error.category == "capacity":
        status, code = 413, "too_much"
    return Problem(status, code, without_paths(str(error)))


def without_paths(text: str) -> str:
    """Absolute paths shortened to their last part."""
    return _PATH.sub(lambda match: match.group().rsplit("/", 1)[-1], text)


Answer = Callable[[Request, Problem], Response]
"""How a problem is shown to whoever asked."""


def install(app: FastAPI, answer: Answer) -> None:
    """Every error of an app, foreseen or not, becomes a problem and is shown by `answer`."""

    async def problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(request, error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(error.status_code, "http_error")
        detail = {404: "There is nothing at this address.", 405: "This address does not take that method."}
        said = detail.get(error.status_code, HTTPStatus(error.status_code).phrase)
        return answer(request, Problem(error.status_code, code, said, headers=error.headers))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if all(each["loc"][0] == "path" for each in error.errors()):  # an id that cannot be one
            return answer(request, not_found("document"))
        wrong = [{"where": ".".join(str(part) for part in each["loc"]), "what": each["msg"]}
                 for each in error.errors()[:20]]
        said = "Some part of the request is not as the API describes it."
        return answer(request, Problem(422, "invalid", said, errors=wrong))

    async def failure(request: Request, error: Exception) -> Response:
        assert isinstance(error, DauError)
        return answer(request, of_failure(error))

    async def index(request: Request, error: Exception) -> Response:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
            return answer(request, Problem(503, "timeout", "The question took too long. Ask for less at a time."))
        _log.warning("%s %s: the index: %s", request.method, request.url.path, error)
        detail = "The index is being made anew, or is of another version. Try again; else run `dau index`."
        return answer(request, Problem(503, "index_unusable", detail, headers={"Retry-After": "10"}))

    async def memory(request: Request, error: Exception) -> Response:
        _log.warning("%s %s: no memory left", request.method, request.url.path)
        detail = "The server has no memory left for this. Try again later, or ask for less at a time."
        return answer(request, Problem(503, "no_memory", detail, headers={"Retry-After": "30"}))

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(DauError, failure)
    app.add_exception_handler(sqlite3.Error, index)
    app.add_exception_handler(MemoryError, memory)
