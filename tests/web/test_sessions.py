"""Sessions without a server: what a cookie is worth, and for how long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.responses import Response

from dau.web.sessions import READING, WRITING, Sessions, User
from dau.web.settings import WebSettings

SETTINGS = WebSettings(write=True, token=SecretStr("0123456789abcdef"))


def cookies(sessions: Sessions, name: str = "Lan") -> dict[str, str]:
    response = Response()
    sessions.begin(response, name, secure=True)
    set_cookies = response.headers.getlist("set-cookie")
    assert all("Secure" in each and "HttpOnly" in each for each in set_cookies)
    return dict(each.partition(";")[0].split("=", 1) for each in set_cookies)


def test_it_survives_a_restart_with_the_same_token_and_no_other() -> None:
    given_out = cookies(Sessions(SETTINGS))
    assert Sessions(SETTINGS).user(None, given_out).may_write  # type: ignore[union-attr]
    other = Sessions(SETTINGS.model_copy(update={"token": SecretStr("another token, as long")}))
    assert other.user(None, given_out).kind == "anonymous"  # type: ignore[union-attr]


def test_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(SETTINGS)
    given_out = cookies(sessions)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + SETTINGS.session_seconds - 2)
    assert sessions.user(None, given_out).kind == "session"  # type: ignore[union-attr]
    monkeypatch.setattr(time, "time", lambda: now + SETTINGS.session_seconds + 2)
    assert sessions.user(None, given_out).kind == "anonymous"  # type: ignore[union-attr]


def test_without_a_token_there_are_no_sessions() -> None:
    sessions = Sessions(WebSettings())
    assert not sessions.right_token("")
    assert sessions.user(None, cookies(sessions)).kind == "anonymous"  # type: ignore[union-attr]


@given(st.text(max_size=100))
def test_any_name_comes_back_printable_and_bounded(name: str) -> None:
    found = Sessions(SETTINGS).user(None, cookies(Sessions(SETTINGS), name))
    assert found is not None and found.kind == "session"
    assert len(found.name) <= 80 and (found.name.isprintable() or not found.name)


@given(st.text(max_size=200))
def test_no_made_up_cookie_or_header_is_taken(value: str) -> None:
    sessions = Sessions(SETTINGS)
    found = sessions.user(None, {WRITING: value, READING: value})
    assert found == User("anonymous", may_read=True)
    assert sessions.user(value, {}) is None
