"""`dau serve`: API, pages and data explorer over an archive."""

from __future__ import annotations

import errno
import logging
import os
import secrets
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dau.document.errors import DependencyError

from .terminal import stderr

if TYPE_CHECKING:
    from dau.web.settings import WebSettings

_MIB = 1 << 20


def register(app: typer.Typer) -> None:
    app.command(name="serve")(serve)


def serve(
    archive: Path = typer.Argument(..., help="A folder that `dau run --out` wrote."),
    host: str = typer.Option("127.0.0.1", "--host", help="Address to listen on; any but a loopback one needs a token."),
    port: int = typer.Option(8484, "--port", min=0, max=65535, help="Port; 0 takes a free one."),
    write: bool = typer.Option(False, "--write", help="Take reviews and uploads from whoever has the token."),
    token_file: Path | None = typer.Option(None, "--token-file", help="File with the token; else DAU_TOKEN."),
    allow_host: list[str] = typer.Option([], "--allow-host", help="A name under which the server is reached."),
    upload_limit: int = typer.Option(256, "--upload-limit", min=1, help="MiB that an upload may have."),
    jobs: int = typer.Option(1, "--jobs", min=1, help="Processes that convert uploads."),
    explorer: bool = typer.Option(True, "--explorer/--no-explorer", help="Data explorer (Datasette) at /data."),
) -> None:
    """Serve an archive to browsers and programs, read-only and to this machine alone unless told otherwise."""
    try:
        import uvicorn

        from dau.web.app import create_app
        from dau.web.server import config
        from dau.web.settings import WebSettings, is_loopback
    except ModuleNotFoundError as error:
        raise DependencyError(f"The server needs {error.name}.", 'Install it: pip install "dau[web]"') from error
    token = _token(token_file)
    if token is None and not is_loopback(host):
        raise typer.BadParameter("needs a token: --token-file or DAU_TOKEN", param_hint="--host")
    if token is None and write:
        token = secrets.token_urlsafe(24)
        stderr().print(f"Token for this run: {token}")
    settings = _settings(
        WebSettings, host=host, port=port, write=write, token=token, hosts=tuple(allow_host),
        upload=upload_limit * _MIB, jobs=jobs, explorer=explorer,
    )
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    chosen = config(create_app(archive, settings), settings)
    server = uvicorn.Server(chosen)
    listening = _listening(host, port)
    name = f"[{host}]" if ":" in host else host
    for number in (signal.SIGTERM, signal.SIGINT):  # before uvicorn listens, and once more at its end
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    stderr().print(f"Serving at http://{name}:{listening.getsockname()[1]}/ — Ctrl-C ends it.")
    server.run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address; uvicorn's own way would end the process with a code of its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        both = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
        return socket.create_server((host, port), family=family, backlog=2048, dualstack_ipv6=both)
    except (OSError, UnicodeError) as error:
        said = getattr(error, "strerror", None) or str(error)
        hint = "--port" if getattr(error, "errno", None) in (errno.EADDRINUSE, errno.EACCES) else "--host"
        message = f"cannot listen at {host}, port {port}: {said}. Give another."
        raise typer.BadParameter(message, param_hint=hint) from error


def _token(path: Path | None) -> str | None:
    if path is None:
        return os.environ.get("DAU_TOKEN", "").strip() or None
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path} cannot be read", param_hint="--token-file") from error


def _settings(kind: type[WebSettings], **values: object) -> WebSettings:
    from pydantic import ValidationError

    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise typer.BadParameter(f"{first['loc'][0]}: {first['msg']}") from error
