"""What tests of processes share: which are there, and waiting until something holds."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil


def processes(*command: str) -> list[psutil.Process]:
    """Those that run this command, begun since the tests were: what an earlier run left behind is none of ours."""
    began = psutil.Process().create_time()
    return [
        process
        for process in psutil.process_iter(["cmdline", "status", "create_time"])
        if process.info["cmdline"] == list(command)
        and process.info["status"] != psutil.STATUS_ZOMBIE
        and process.info["create_time"] >= began
    ]


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Until it holds; fails where it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
