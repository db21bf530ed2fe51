"""One conversion after the other, in this process."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType

from ..archive.outcome import Outcome, Task
from ..collector import settle
from ..document.errors import StageTimeout
from .runner import Convert, Outcomes, Report, call


class _TimeIsUp(BaseException):
    """Not an Exception: isolation of pages must not take it for a page that failed."""


def timed_out(limit: float) -> StageTimeout:
    return StageTimeout(
        f"The document took longer than {limit:g} s.",
        "Run it again by itself with a longer --time-limit, or split it.",
    )


@dataclass(frozen=True)
class Serial:
    """`time_limit` in seconds for a document (None: no limit). It holds in the main thread only, and ends a
    conversion at its next step of Python; one that hangs inside a library is only ended by the pool."""

    time_limit: float | None = None

    def run(self, tasks: Iterable[Task], convert: Convert, report: Report) -> Outcomes:
        settle()
        for task in tasks:
            yield task, self._convert(task, convert, report)

    def _convert(self, task: Task, convert: Convert, report: Report) -> Outcome:
        began = time.monotonic()
        try:
            with _alarm(self.time_limit):
                outcome = call(convert, task, lambda done, pages: report(task, done, pages))
        except _TimeIsUp:
            outcome = Outcome.failed(timed_out(self.time_limit or 0.0))
        return outcome if outcome.seconds else replace(outcome, seconds=time.monotonic() - began)


@contextmanager
def _alarm(limit: float | None) -> Iterator[None]:
    if limit is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
