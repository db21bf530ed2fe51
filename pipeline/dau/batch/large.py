"""Large documents that several workers read: what is out, what is back, and what it cost so far.

A worker opens the document and answers into which portions it can be divided. Each portion is a task like any other;
what is read is left in a folder of the run. When the last is back, one more task puts them together. To all others the
document is one task with one outcome.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..archive.outcome import Divided, PortionRead, Task


@dataclass
class _Large:
    """`began` on the monotonic clock; `seconds` that workers have spent; `missing` portions; pages done by portion."""

    task: Task
    began: float
    pages: int
    missing: set[str]
    seconds: float
    done: dict[str, int] = field(default_factory=dict)


class LargeDocuments:
    """Those in flight, by the hash of their content. What is read of them lies below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._large: dict[str, _Large] = {}

    def offered(self, task: Task) -> Task:
        """The task with the offer to divide it, or to go on with it where it is divided."""
        return replace(task, common=self._folder / task.folder)

    def next(self, task: Task, answer: Divided | PortionRead, seconds: float) -> Sequence[Task]:
        """The tasks to follow a step of a large document, which took so many seconds."""
        if isinstance(answer, Divided):
            began = time.monotonic() - seconds
            self._large[task.sha256] = _Large(task, began, answer.pages, set(answer.portions), seconds)
            return [replace(task, portion=portion, portions=answer.portions) for portion in answer.portions]
        large, portion = self._large[task.sha256], task.portion or ""
        large.seconds += seconds
        large.done[portion] = answer.pages
        large.missing.discard(portion)
        return [] if large.missing else [replace(task, portion=None)]

    def progress(self, task: Task, done: int, pages: int) -> tuple[Task, int, int]:
        """What to tell of a document when `done` of the `pages` of a task are read."""
        large = self._large.get(task.sha256)
        if large is None:
            return task, done, pages
        if task.portion is not None:
            large.done[task.portion] = done
        return large.task, sum(large.done.values()), large.pages

    def spent(self, task: Task) -> float:
        """Seconds that workers have spent on its document in steps that are done."""
        large = self._large.get(task.sha256)
        return large.seconds if large else 0.0

    def close(self, task: Task) -> tuple[Task, float | None]:
        """There is an outcome: the task of the whole document, and the wall time it took if it was divided."""
        large = self._large.pop(task.sha256, None)
        if large is None:
            return task, None
        shutil.rmtree(self._folder / task.folder, ignore_errors=True)
        return large.task, time.monotonic() - large.began
