"""A long text restored by several processes: the same lines as by one, in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context

from .. import convert, restore
from ..document.transcript import Line
from ..settings import Settings

SHORT = 4
"""Batches up to which one process is faster than starting several."""


def restore_lines(lines: Iterable[str], settings: Settings, jobs: int = 1) -> Iterator[Line]:
    """Text of any length, line for line; only a few batches of lines are in memory at a time."""
    found = restore.batches(lines)
    first = list(islice(found, SHORT + 1)) if jobs > 1 else []
    if len(first) <= SHORT:
        yield from convert.restore_lines(chain.from_iterable(chain(first, found)), settings)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        waiting: deque[Future[list[Line]]] = deque()
        number = 1
        for rows in chain(first, found):
            waiting.append(pool.submit(convert.restore_rows, rows, number, settings))
            number += len(rows)
            if len(waiting) > 2 * jobs:
                yield from waiting.popleft().result()
        for done in waiting:
            yield from done.result()
