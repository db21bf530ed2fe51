"""Processes of the server's own, for work that would hold it up or take its memory.

Such a process has a pipe from the server as its stdin, which stays open for as long as the server lives: when it
closes, the process ends as by Ctrl-C.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

END_SECONDS = 20.0
"""How long a process may take to end before it is killed."""


def begin(module: str, *arguments: str) -> subprocess.Popen[str]:
    """Start `python -m module`, in a process group of its own; stdin and stdout are pipes of text."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def end(child: subprocess.Popen[str]) -> None:
    """Have a process end, and wait for it; kill it with all it started where it takes too long."""
    with suppress(OSError):
        child.stdin and child.stdin.close()
    try:
        child.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def ending_with_server(work: Callable[[], int]) -> int:
    """In the process, once it has read what it is told: the exit code of its work, 130 where the server ended first."""
    try:
        threading.Thread(target=_wait_for_the_end, daemon=True).start()
        return work()
    except KeyboardInterrupt:
        return 130


def _wait_for_the_end() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGINT)
