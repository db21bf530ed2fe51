"""What stands before every endpoint: Host, cross-site requests, who may what, limits on size and time, headers.

Plain ASGI, so that streams pass through unbuffered. Answers of its own are problem details; whatever goes wrong behind
it is answered without a word about the server's inside.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import Answer, Problem
from .sessions import CSRF_HEADER, Sessions, User
from .settings import WebSettings

UPLOADS = "/api/v1/uploads"
UPLOAD_PAGE = "/upload"
SESSION = "/api/v1/session"
LOGIN = "/login"
EXPLORER = "/data"
_OPEN = (LOGIN, "/logout", SESSION, "/api/v1/health")
_OPEN_FOLDERS = ("/static/", f"{EXPLORER}/-/static/")
_READING_POSTS = ("/api/v1/query",)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_UPLOAD_SECONDS = 3600.0
_FORM_OVERHEAD = 64 << 10
_LET_PASS_SECONDS, _LET_PASS_BYTES = 2.0, 8 << 20

CONTENT_SECURITY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
EXPLORER_SECURITY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "sandbox allow-scripts allow-forms allow-downloads"
)
"""Datasette's pages have scripts in them. In a sandbox they are of no origin: they can neither use the session of a
reviewer nor read another page of this server."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers send forms with `Origin: null`
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_log = logging.getLogger("dau.web")


class Guard:
    """Middleware around the whole application. Puts the `User` into the request's state as `user`. `answer` shows a
    problem to whoever asked."""

    def __init__(self, app: ASGIApp, settings: WebSettings, sessions: Sessions, answer: Answer) -> None:
        self.app, self.settings, self.sessions, self.answer = app, settings, sessions, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no endpoint speaks WebSocket
            await send({"type": "websocket.close", "code": 1008})
            return
        body = _In(receive, self._most(scope), self.settings.stall_seconds)
        out = _Out(send, body, self.settings.stall_seconds, scope["path"])
        try:
            self._admit(scope, Headers(scope=scope))
            if scope["method"] == "HEAD":  # the server below leaves the body away
                scope = {**scope, "method": "GET"}
            await self._within_time(scope, body, out)
        except _LoginFirst as login:
            await RedirectResponse(f"{LOGIN}?next={quote(login.path)}", 303)(scope, receive, out)
        except Problem as problem:
            await self._answer(problem, scope, receive, out)
        except Exception as error:
            _log.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            detail = "This is a defect of dau. The log of the server says more."
            await self._answer(Problem(500, "internal", detail), scope, receive, out)

    async def _answer(self, problem: Problem, scope: Scope, receive: Receive, out: _Out) -> None:
        if out.started:
            return
        try:
            response = self.answer(Request(scope), problem)
        except Exception as error:  # a page of an error must not fail for the same reason
            _log.error("%s %s: no page for %s", scope["method"], scope["path"], problem.code, exc_info=error)
            response = problem.response()
        await response(scope, receive, out)

    def _most(self, scope: Scope) -> int:
        """Bytes that the body may have."""
        upload = scope["path"] in (UPLOADS, UPLOAD_PAGE) and scope["method"] == "POST"
        return self.settings.upload + _FORM_OVERHEAD if upload else self.settings.body

    async def _within_time(self, scope: Scope, receive: Receive, out: _Out) -> None:
        limit = _UPLOAD_SECONDS if scope["path"] in (UPLOADS, UPLOAD_PAGE) else self.settings.request_seconds
        try:
            async with asyncio.timeout(limit) as clock:
                out.on_start = lambda: clock.reschedule(None)
                try:
                    await self.app(scope, receive, out)
                finally:
                    out.on_start = _nothing
        except TimeoutError as error:
            detail = "The answer took too long. Ask for less at a time."
            raise Problem(503, "timeout", detail, headers={"Retry-After": "10"}) from error

    # -- who may what ------------------------------------------------------------------------------------------

    def _admit(self, scope: Scope, headers: Headers) -> None:
        path, method = str(scope["path"]), str(scope["method"])
        self._check_host(headers)
        if "\0" in path:
            raise Problem(400, "bad_request", "The address holds a NUL.")
        length = headers.get("content-length", "")
        if length.isascii() and length.isdecimal() and int(length) > self._most(scope):
            raise too_large()
        user = self.sessions.user(headers.get("authorization"), _cookies(headers))
        if user is None:
            raise _unauthorised("The token is wrong.")
        scope.setdefault("state", {})["user"] = user
        if path.startswith(_OPEN_FOLDERS):
            return
        _refuse_other_sites(headers, method)
        if path in _OPEN:
            if method not in _SAFE:
                _require_same_origin(headers, required=False)
        elif not user.may_read:
            if method in _SAFE and not path.startswith("/api/") and "text/html" in headers.get("accept", ""):
                raise _LoginFirst(path)
            raise _unauthorised("This server asks for a token.")
        elif method not in _SAFE and path not in _READING_POSTS:
            self._admit_writer(path, user, headers)

    def _admit_writer(self, path: str, user: User, headers: Headers) -> None:
        if path == EXPLORER or path.startswith(f"{EXPLORER}/"):
            raise Problem(405, "method_not_allowed", "Data are only read here.", headers={"Allow": "GET, HEAD"})
        if not self.settings.write:
            raise Problem(403, "read_only", "This server only reads. Start it with --write to review and upload.")
        if not user.may_write:
            raise _unauthorised("Writing needs a token.")
        if user.kind == "session":
            _require_same_origin(headers, required=True)
            shown = headers.get(CSRF_HEADER)
            if shown is None and _is_form(headers):
                return  # the endpoint finds it in the form: depends.writer
            if shown is None or not self.sessions.right_csrf(user, shown):
                raise forged()

    def _check_host(self, headers: Headers) -> None:
        """Only names under which this server is known, and bare addresses: a page of another site that lets its own
        name lead here (DNS rebinding) comes with that name."""
        given = headers.getlist("host")
        name = _host_name(given[0]) if len(given) == 1 else None
        if name is None:
            raise Problem(400, "bad_host", "The Host header is not a name or address with at most a port.")
        known = {"localhost", self.settings.host.lower(), *(each.lower() for each in self.settings.hosts)}
        if name.lower() not in known and not _is_address(name):
            raise Problem(421, "unknown_host", "This server is not known under that name. Add it with --allow-host.")


def _nothing() -> None:
    """What happens when an answer starts, where nothing waits for that."""


class _LoginFirst(Exception):
    """Somebody asks for a page in a browser and has not shown the token yet."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = "/" + path.lstrip("/\\")  # `//name` would be another server


def too_large() -> Problem:
    return Problem(413, "too_large", "The request is larger than this server takes.", headers={"Connection": "close"})


def forged() -> Problem:
    return Problem(403, "csrf", "The request does not carry the session's token. Load the page again.")


def _unauthorised(detail: str) -> Problem:
    return Problem(401, "unauthorised", detail, headers={"WWW-Authenticate": 'Bearer realm="dau"'})


def _refuse_other_sites(headers: Headers, method: str) -> None:
    """What a page of another site asks for behind the user's back; following a link from there is fine."""
    if headers.get("sec-fetch-site") not in ("cross-site", "same-site"):
        return
    navigation = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    if not (navigation and method in _SAFE):
        raise Problem(403, "cross_site", "Requests from other sites are not answered.")


def _require_same_origin(headers: Headers, *, required: bool) -> None:
    """`Origin` names this server, as browsers send it with everything that writes. Programs send none, which is fine
    where there is no cookie to be misused."""
    origin = headers.get("origin")
    if origin is None and (not required or headers.get("sec-fetch-site") == "same-origin"):
        return
    if origin is None or urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        raise Problem(403, "cross_site", "Requests from other sites are not answered.")


def _is_form(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("application/x-www-form-urlencoded", "multipart/form-data")


def _cookies(headers: Headers) -> dict[str, str]:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^\s\[\]:@/?#\\]*))(?::[0-9]{0,5})?", re.ASCII)


def _host_name(host: str) -> str | None:
    """The name of a Host header without port and brackets (RFC 9110, 7.2); None where it is not of that form."""
    found = _HOST.fullmatch(host)
    return (found["six"] or found["name"] or "") if found else None


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


class _In:
    """The request's body, counted as it comes, whatever its Content-Length says."""

    def __init__(self, receive: Receive, most: int, stall: float) -> None:
        self._receive, self._left, self._stall, self._whole = receive, most, stall, False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._stall)
        except TimeoutError as error:
            raise HTTPException(408) from error
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._left < 0:
                raise HTTPException(413, headers={"Connection": "close"})
        return message

    async def let_pass(self) -> None:
        """Throw away a little more: a caller that is cut off in the middle of its sending may never read the answer."""
        end, left = time.monotonic() + _LET_PASS_SECONDS, _LET_PASS_BYTES
        with suppress(TimeoutError):
            while not self._whole and left > 0 and (rest := end - time.monotonic()) > 0:
                message = await asyncio.wait_for(self._receive(), rest)
                self._whole = message["type"] == "http.disconnect" or not message.get("more_body", False)
                left -= len(message.get("body", b""))


class _Out:
    """The answer, with the headers that every answer has; a caller that takes nothing for too long is let go."""

    def __init__(self, send: Send, body: _In, stall: float, path: str) -> None:
        self._send, self._body, self._stall, self._refused = send, body, stall, False
        self._policy = EXPLORER_SECURITY if path.startswith(f"{EXPLORER}/") or path == EXPLORER else CONTENT_SECURITY
        self._static = path.startswith(_OPEN_FOLDERS)
        self._shared = path.startswith(f"{EXPLORER}/-/static/")  # pages in a sandbox are of another origin than these
        self.started = False
        self.on_start: Callable[[], None] = _nothing

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self._refused = message["status"] == 413
            self.on_start()
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            if self._shared:
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            headers["Content-Security-Policy"] = self._policy
            headers.setdefault("Cache-Control", "no-cache" if self._static else "no-store")
        elif self._refused and not message.get("more_body", False):
            await asyncio.wait_for(self._send({**message, "more_body": True}), self._stall)
            await self._body.let_pass()
            message = {"type": "http.response.body", "body": b""}
        await asyncio.wait_for(self._send(message), self._stall)
