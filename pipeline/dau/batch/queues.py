"""The tasks of a run that wait for somebody to convert them: one discipline for a pool and for a cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..archive.outcome import Task


@dataclass
class Queues:
    """`ready` are received and wait for a worker; `suspects` have seen a worker die, or were lost again and again, and
    go `alone` at the end. `exhausted`: there are no more to take up."""

    ready: deque[Task] = field(default_factory=deque)
    suspects: deque[Task] = field(default_factory=deque)
    exhausted: bool = False
    alone: bool = False

    def feed(self, tasks: Iterator[Task], jobs: int) -> bool:
        """Take up one more task, so that workers find the next one ready; at most as many as there are jobs wait, so
        that a kill costs twice that at most."""
        if self.exhausted or len(self.ready) >= jobs:
            return False
        task = next(tasks, None)
        if task is None:
            self.exhausted = True
            return False
        self.ready.append(task)
        return True

    def next_alone(self) -> bool:
        """From here on one suspect after the other: make the next one ready; False where there is none left."""
        if not self.suspects:
            return False
        self.alone = True
        self.ready.append(self.suspects.popleft())
        return True

    def forget(self, document: Task) -> None:
        """Take out every task of a document."""
        self.ready = deque(task for task in self.ready if task.sha256 != document.sha256)
        self.suspects = deque(task for task in self.suspects if task.sha256 != document.sha256)
