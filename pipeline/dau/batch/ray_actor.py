"""What Ray runs on the machines of a cluster: a pool of one, warm for as long as the run lasts."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from typing import Literal

from ..archive.outcome import Outcome, Task
from ..archive.store import is_archive
from ..document.errors import DauError
from .pool import Pool, Supervisor
from .runner import Convert

Said = (
    tuple[Literal["ready"], str] | tuple[Literal["unfit"], DauError]
    | tuple[Literal["page"], tuple[int, int]] | tuple[Literal["done"], Outcome | None]
)


class Bench:
    """An actor: one worker process, given one task at a time. It says everything as data, failures included."""

    def __init__(self, pool: Pool, convert: Convert) -> None:
        vars(sys.modules["__main__"]).pop("__file__", None)  # Ray's program, which the worker need not load again
        self._pages: list[tuple[int, int]] = []
        self._host = socket.gethostname()
        # Ray kills an actor with its children, but not theirs: the worker is none, and ends by itself with its own
        self._supervisor = Supervisor(pool, convert, self._report, start="forkserver")

    def ready(self) -> Said:
        return "ready", self._host

    def convert(self, task: Task, last: bool) -> Iterator[Said]:
        """Pages as they are done; then the outcome, or None where the worker died and this is not the `last` try."""
        outcome = None
        try:
            self._require_archive(task)
            for answer in self._supervisor.attempt(task, last):
                outcome = answer
                for page in self._pages:
                    yield "page", page
                self._pages.clear()
        except DauError as error:
            yield "unfit", type(error)(f"On {self._host}: {error.message}", error.advice)
            return
        yield "done", outcome

    def stop(self) -> None:
        self._supervisor.stop()

    def _report(self, _task: Task, done: int, pages: int) -> None:
        self._pages.append((done, pages))

    def _require_archive(self, task: Task) -> None:
        if not is_archive(task.archive):
            raise DauError(
                f"the archive {task.archive} is not there.",
                "All machines must see it under the same path: put it on a file system that they share.",
            )
