"""What a runner is: tasks in, outcomes out, as they come."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterable
from typing import Any, Protocol

from ..archive.outcome import Answer, Outcome, Task

Progress = Callable[[int, int], None]
"""Called by a conversion with the number of pages done and of pages in all."""

Report = Callable[[Task, int, int], None]
"""Called by a runner with the task, pages done, pages in all."""

Convert = Callable[..., Answer]
"""`convert(task)`, or `convert(task, progress)` where it tells its pages. A plain function of a module (it crosses
processes by its name) that returns failures as data and writes the document's folder itself. Only where the task
names a folder in common may it answer anything but an outcome."""

Outcomes = Generator[tuple[Task, Outcome], None, None]


class Runner(Protocol):
    """Converts tasks in any order, few in flight at a time, and answers for each exactly once."""

    def run(self, tasks: Iterable[Task], convert: Convert, report: Report) -> Outcomes: ...


def takes_progress(convert: Callable[..., Any]) -> bool:
    """Whether a conversion wants to tell its pages: it has a second parameter that is not keyword-only."""
    positional = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    return len([p for p in inspect.signature(convert).parameters.values() if p.kind in positional]) > 1


def call(convert: Convert, task: Task, progress: Progress) -> Outcome:
    """One conversion as a whole; whatever it raises becomes a failed outcome."""
    answer = ask(convert, task, progress)
    assert isinstance(answer, Outcome), "nobody offered to divide the document"
    return answer


def ask(convert: Convert, task: Task, progress: Progress) -> Answer:
    """One conversion, or a step of one that several workers share; whatever it raises becomes a failed outcome."""
    try:
        return convert(task, progress) if takes_progress(convert) else convert(task)
    except Exception as error:
        return Outcome.failed(error)
