"""The process that converts: started warm, given one task at a time, ended without ceremony.

It leads a session and process group of its own, so that the supervisor can end it with everything it started
(Tesseract, poppler). It watches a pipe from the supervisor: when that closes, because the supervisor was killed,
it removes its temporary files and ends its whole group.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

import psutil

from ..archive.outcome import Answer, Outcome, Task
from ..collector import settle
from ..document.errors import DauError
from .runner import Convert, ask

Message = (
    tuple[Literal["ready"]] | tuple[Literal["unfit"], DauError]
    | tuple[Literal["page"], int, int] | tuple[Literal["done"], Answer]
)

OUTPUT = "output.txt"
"""What a worker and the programs it starts print goes here, in its scratch folder."""

_OOM_SCORE = "500"  # of −1000 … 1000: when memory runs out, the kernel ends a worker before anything else


def serve(channel: Connection, alive: Connection, scratch: Path, convert: Convert, warm: Callable[[], None]) -> None:
    """Main function of a worker: tasks in, outcomes out, until the channel closes."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
    tempfile.tempdir = os.environ["TMPDIR"] = str(scratch)
    _redirect_output(scratch / OUTPUT)
    threading.Thread(target=_watch, args=(alive, scratch), daemon=True).start()
    try:
        warm()
    except DauError as error:
        channel.send(("unfit", error))
        return
    settle()
    channel.send(("ready",))
    while True:
        try:
            task: Task | None = channel.recv()
        except EOFError:
            return
        if task is None:
            return
        os.ftruncate(2, 0)
        channel.send(("done", _convert(convert, task, channel)))


def _convert(convert: Convert, task: Task, channel: Connection) -> Answer:
    try:
        return ask(convert, task, lambda done, pages: channel.send(("page", done, pages)))
    except BaseException as error:  # sys.exit() in a library is a failure of this document only
        return Outcome.failed(error)


def _redirect_output(path: Path) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(fd, 1)
    os.dup2(fd, 2)
    os.close(fd)


def _watch(alive: Connection, scratch: Path) -> None:
    """Wait for the supervisor's end; then end everything of ours, and leave as little as possible behind (what is
    left all the same, the next run sweeps)."""
    with suppress(EOFError, OSError):
        alive.recv()
    with suppress(psutil.Error):
        for child in psutil.Process().children(recursive=True):
            child.kill()
    shutil.rmtree(scratch, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def no_warm_up() -> None:
    """For conversions that need none."""
