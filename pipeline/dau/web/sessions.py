"""Who a caller is: a bearer token, or a signed cookie for somebody who showed the token once.

A session is kept by the browser alone: name and end of the session, signed with a key made from the token
(HMAC-SHA256). It survives a restart of the server and ends with its time or with a new token. Two cookies are given
out: one that writes, sent to pages of this server only (SameSite=Strict), and one that only reads, sent when somebody
follows a link here too (SameSite=Lax).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from .settings import WebSettings

WRITING, READING = "dau_session", "dau_reader"
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf_token"
_MOST_NAME = 80


@dataclass(frozen=True)
class User:
    """`kind`: how the caller was recognised. `name`: what a session was begun under, for the record of reviews. `csrf`:
    what a session must send along with everything that writes."""

    kind: Literal["anonymous", "token", "session"]
    name: str = ""
    may_read: bool = False
    may_write: bool = False
    csrf: str = ""


class Sessions:
    """Gives out and checks tokens and cookies under one set of settings."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        token = settings.token.get_secret_value() if settings.token is not None else None
        self._token = token.encode() if token is not None else None
        self._key = hmac.digest(self._token or secrets.token_bytes(32), b"dau session 1", "sha256")

    def right_token(self, shown: str) -> bool:
        """Compared in constant time: digests, so that not even the length shows."""
        if self._token is None:
            return False
        digests = [hashlib.sha256(each).digest() for each in (shown.encode("utf-8", "replace"), self._token)]
        return hmac.compare_digest(*digests)

    def user(self, authorization: str | None, cookies: Mapping[str, str]) -> User | None:
        """Who shows this; None where a token is shown that is wrong."""
        if authorization is not None:
            scheme, _, shown = authorization.partition(" ")
            if scheme.lower() != "bearer" or not self.right_token(shown.strip()):
                return None
            return User("token", may_read=True, may_write=self._settings.write)
        for cookie, writes in ((WRITING, True), (READING, False)):
            name = self._name(cookie, cookies.get(cookie, ""))
            if name is not None:
                csrf = self._sign("csrf", cookies[cookie]) if writes else ""
                return User("session", name, True, writes and self._settings.write, csrf)
        return User("anonymous", may_read=self._settings.open_to_read)

    def begin(self, response: Response, name: str, *, secure: bool) -> None:
        """Set the cookies of a new session. The caller has checked the token."""
        name = "".join(char for char in name if char.isprintable()).strip()[:_MOST_NAME]
        until = int(time.time()) + self._settings.session_seconds
        said = json.dumps([name, until, secrets.token_hex(8)], ensure_ascii=False).encode()
        payload = base64.urlsafe_b64encode(said).decode().rstrip("=")
        for cookie, same_site in ((WRITING, "strict"), (READING, "lax")):
            response.set_cookie(
                cookie, f"{payload}.{self._sign(cookie, payload)}", max_age=self._settings.session_seconds,
                httponly=True, secure=secure, samesite="strict" if same_site == "strict" else "lax", path="/",
            )

    def end(self, response: Response) -> None:
        for cookie in (WRITING, READING):
            response.delete_cookie(cookie, path="/", httponly=True)

    def right_csrf(self, user: User, shown: str) -> bool:
        return bool(user.csrf) and hmac.compare_digest(user.csrf.encode(), shown.encode("utf-8", "replace"))

    def _name(self, cookie: str, value: str) -> str | None:
        payload, _, signature = value.partition(".")
        if self._token is None or not payload:
            return None
        if not hmac.compare_digest(self._sign(cookie, payload).encode(), signature.encode("utf-8", "replace")):
            return None
        name, until, _ = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(name) if until > time.time() else None

    def _sign(self, purpose: str, what: str) -> str:
        return hmac.digest(self._key, f"{purpose}\0{what}".encode("utf-8", "replace"), "sha256").hex()
