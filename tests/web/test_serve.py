"""`dau serve` as somebody types it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from dau.cli.app import exit_code

from .making import TOKEN

DAU = [sys.executable, "-m", "dau.cli"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_asked_to_end(
    made: tuple[Path, tuple[str, ...]], tmp_path: Path, number: int
) -> None:
    shutil.copytree(made[0], tmp_path / "archive")
    command = [*DAU, "serve", str(tmp_path / "archive"), "--port", "0", "--write"]
    environment = {**os.environ, "DAU_TOKEN": TOKEN}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", server.stderr.readline())
        assert found is not None
        headers = {"Authorization": f"Bearer {TOKEN}"}
        for _ in range(100):
            try:
                who = httpx.get(f"{found[0]}/api/v1/session", headers=headers).json()
                break
            except httpx.TransportError:
                continue
        assert who["may_write"]
        server.send_signal(number)
        assert server.wait(60) == 0
        assert "Traceback" not in server.stderr.read()


ENDED_AT = {
    "told": """
from dau.cli import serve
class Telling:
    def print(self, text):
        print(text, file=sys.stderr, flush=True)
        os.kill(os.getpid(), number)
serve.stderr = Telling
""",
    "loading": """
import uvicorn
load = uvicorn.Config.load
def loading(self):
    os.kill(os.getpid(), number)
    load(self)
uvicorn.Config.load = loading
""",
    "starting": """
import uvicorn
startup = uvicorn.Server.startup
async def starting(self, sockets=None):
    os.kill(os.getpid(), number)
    await startup(self, sockets=sockets)
uvicorn.Server.startup = starting
""",
}
"""Code that sends a signal to its own process at a moment of the start."""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("moment", sorted(ENDED_AT))
def test_asked_to_end_while_it_starts_it_ends(
    made: tuple[Path, tuple[str, ...]], tmp_path: Path, moment: str, number: int
) -> None:
    """From the moment it says that it serves."""
    shutil.copytree(made[0], tmp_path / "archive")
    script = (
        f"import os, signal, sys\nnumber = {int(number)}\n{ENDED_AT[moment]}"
        "from dau.cli.app import exit_code\nsys.exit(exit_code(['serve', sys.argv[1], '--port', '0']))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "archive")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "Serving at" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "token", "code", "told"),
    [
        (["--host", "0.0.0.0"], None, 2, "token"), (["--host", "example.org"], None, 2, "token"),
        (["--write"], "short", 2, "token"), (["--token-file", "/nowhere"], None, 2, "cannot be read"),
        (["--port", "99999"], None, 2, "--port"), ([], None, 4, "not an archive"),
    ],
)  # fmt: skip
def test_what_cannot_be_served(
    tmp_path: Path, options: list[str], token: str | None, code: int, told: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The last one is right but for the folder."""
    monkeypatch.delenv("DAU_TOKEN", raising=False)
    if token:
        monkeypatch.setenv("DAU_TOKEN", token)
    assert exit_code(["serve", str(tmp_path), *options]) == code
    said = capsys.readouterr().err
    assert told in said and "Traceback" not in said
    assert token is None or token not in said


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1x", "a" * 70 + ".b", "203.0.113.1"])
def test_an_address_that_is_not_to_be_had(
    made: tuple[Path, tuple[str, ...]], host: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The first is taken, the others are none of this machine."""
    monkeypatch.setenv("DAU_TOKEN", TOKEN)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert exit_code(["serve", str(made[0]), "--host", host, "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert f"cannot listen at {host}" in said and ("--port" if host == "127.0.0.1" else "--host") in said
