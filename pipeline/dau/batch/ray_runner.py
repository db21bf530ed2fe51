"""Conversions on a cluster of machines, by Ray (`pip install 'dau[ray]'`), over a file system they all share.

Ray carries names of files to the machines and outcomes back; nothing that must last lies with it. The workers write
the folders of documents, this process alone writes the manifest, and Ray, a machine or this process may die at any
moment: the next run goes on. On its machine each actor is a pool of one (see `pool`), which is where a crash, a hang
and a document too large end as they do without a cluster. What is added here is the loss of actors and machines.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..archive.outcome import Outcome, Task
from ..document.errors import CapacityError, DauError
from .pool import Pool
from .queues import Queues
from .ray_actor import Bench
from .ray_session import Session
from .runner import Convert, Outcomes, Report
from .serial import timed_out
from .worker import no_warm_up

_PATIENCE = 5.0  # seconds between looks at what has taken too long
_GRACE = 300.0  # seconds beyond the time limit after which an actor that did not keep it is given up
_START_LIMIT = 600.0  # seconds without anything under way after which a cluster without ready actors is given up
_END = 10.0  # seconds for idle actors to put their things away
_LOSSES = 3  # losses of the actor by which a task has failed; before the last it is tried alone


@dataclass(frozen=True)
class RayRunner:
    """`jobs` actors of one processor and one thread each; 0: as many as the cluster has processors.

    `address` of a cluster (`host:port`, `auto`), None to start one on this machine for the time of the run.
    `time_limit`, `tasks_per_worker` and `warm` are those of `Pool`. More jobs than processors is a way to say that
    machines which join later are to be used.

    Raises DependencyError where Ray is not installed, DauError where the cluster cannot be reached, where a machine
    does not see the archive, or where `warm` fails on one.
    """

    jobs: int = 0
    address: str | None = None
    time_limit: float | None = 3600.0
    tasks_per_worker: int = 500
    warm: Callable[[], None] = no_warm_up

    def run(self, tasks: Iterable[Task], convert: Convert, report: Report) -> Outcomes:
        with Session(self.address, self.jobs) as session:
            jobs = self.jobs or session.processors
            pool = Pool(1, self.time_limit, tasks_per_worker=self.tasks_per_worker, warm=self.warm)
            driver = _Driver(session.ray, jobs, (pool, convert), report)
            try:
                yield from driver.outcomes(iter(tasks))
            finally:
                driver.stop()


@dataclass(eq=False)
class _Actor:
    """`handle` of Ray's; `pending` is what it will say next: that it is ready, or what becomes of its task."""

    handle: Any
    pending: Any
    ready: bool = False
    task: Task | None = None
    began: float = 0.0


class _Driver:
    """Gives tasks to actors that are ready, one each, and hears what becomes of them."""

    def __init__(self, ray: Any, jobs: int, bench: tuple[Pool, Convert], report: Report) -> None:
        self.ray = ray
        self.jobs = jobs
        self.bench = bench
        self.time_limit = bench[0].time_limit
        self.report = report
        self.queues = Queues()
        self.losses: Counter[str] = Counter()  # of the actor, by the folder of its task
        self.actors: list[_Actor] = []
        self.failed_starts = 0
        self.waiting_since = time.monotonic()
        self._class = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(Bench)

    def outcomes(self, tasks: Iterator[Task]) -> Outcomes:
        queues = self.queues
        while True:
            fed = queues.feed(tasks, self.jobs)
            self._assign()
            busy = any(actor.task for actor in self.actors)
            if not busy and not queues.ready and not fed:
                if not queues.next_alone():
                    return
                keep = next((actor for actor in self.actors if actor.ready), None)
                self._end([actor for actor in self.actors if actor is not keep])
                continue
            yield from self._events(0.0 if fed else _PATIENCE)

    def stop(self) -> None:
        self._end(self.actors)

    # -- work to actors ----------------------------------------------------------------------------------------

    def _assign(self) -> None:
        """Only to actors that are ready: one that waits for a machine to join keeps no task waiting with it."""
        queues = self.queues
        idle = [actor for actor in self.actors if actor.ready and actor.task is None]
        while queues.ready and idle:
            actor, task = idle.pop(), queues.ready.popleft()
            actor.task, actor.began = task, time.monotonic()
            actor.pending = actor.handle.convert.options(num_returns="streaming").remote(task, queues.alone)
        wanted = 1 if queues.alone else self.jobs
        on_their_way = sum(not actor.ready for actor in self.actors)
        for _ in range(min(len(queues.ready) - on_their_way, wanted - len(self.actors))):
            self._start()

    def _start(self) -> None:
        if not self.actors:
            self.waiting_since = time.monotonic()
        handle = self._class.remote(*self.bench)
        self.actors.append(_Actor(handle, handle.ready.remote()))

    # -- outcomes from actors ----------------------------------------------------------------------------------

    def _events(self, timeout: float) -> Outcomes:
        speaking = {actor.pending: actor for actor in self.actors if actor.task is not None or not actor.ready}
        handles = list(speaking)
        happened, _ = self.ray.wait(handles, num_returns=1, timeout=timeout) if handles else ([], [])
        if happened and len(handles) > 1:  # and whoever else has spoken by now
            happened, _ = self.ray.wait(handles, num_returns=len(handles), timeout=0)
        for handle in happened:
            yield from self._hear(speaking.pop(handle))
        yield from self._give_up_overdue(speaking.values())
        self._require_actors()

    def _hear(self, actor: _Actor) -> Outcomes:
        try:
            said = self.ray.get(actor.pending if actor.task is None else next(actor.pending))
        except (self.ray.exceptions.RayError, StopIteration) as error:
            yield from self._lost(actor, error)
            return
        kind, value = said
        if kind == "ready":
            actor.ready, self.failed_starts = True, 0
        elif kind == "unfit":
            raise value
        elif kind == "page" and actor.task is not None:
            self.report(actor.task, *value)
        elif actor.task is not None:
            task, actor.task = actor.task, None
            if value is None:
                self.queues.suspects.append(task)
            else:
                yield task, value if value.seconds else replace(value, seconds=time.monotonic() - actor.began)

    def _lost(self, actor: _Actor, error: Exception) -> Outcomes:
        """An actor died, or its machine: its task goes to another, then alone, then it has failed."""
        task = actor.task
        self._end([actor])
        if task is None:
            self.failed_starts += 1
            if self.failed_starts > self.jobs + _LOSSES:
                raise DauError(f"Workers cannot start: {_first_line(error)}", "See Ray's logs on the machines.")
            return
        queues = self.queues
        self.losses[task.folder] += 1
        if self.losses[task.folder] >= _LOSSES:
            yield task, Outcome.failed(_lost_too_often(error), time.monotonic() - actor.began)
        elif queues.alone or self.losses[task.folder] < _LOSSES - 1:
            queues.ready.appendleft(task)
        else:
            queues.suspects.append(task)

    def _give_up_overdue(self, silent: Iterable[_Actor]) -> Outcomes:
        """Actors keep the time limit themselves; this is for one whose machine hangs, so that it says nothing."""
        if self.time_limit is None:
            return
        for actor in silent:
            taken = time.monotonic() - actor.began
            if actor.task is not None and taken > self.time_limit + _GRACE:
                task = actor.task
                self._end([actor])
                yield task, Outcome.failed(timed_out(self.time_limit), taken)

    def _require_actors(self) -> None:
        if any(actor.ready for actor in self.actors):
            self.waiting_since = time.monotonic()
        elif time.monotonic() - self.waiting_since > _START_LIMIT:
            raise CapacityError(
                f"No processor of the Ray cluster became free in {_START_LIMIT:g} s.",
                "Look at `ray status`: are machines there, and is another job using them? Then run again.",
            )

    def _end(self, actors: list[_Actor]) -> None:
        """Idle actors put their things away; the others are killed, upon which their workers notice and end."""
        actors = list(actors)
        self.actors = [actor for actor in self.actors if actor not in actors]
        ends = [actor.handle.stop.remote() for actor in actors if actor.ready and actor.task is None]
        if ends:
            self.ray.wait(ends, num_returns=len(ends), timeout=_END)
        for actor in actors:
            self.ray.kill(actor.handle)


def _first_line(error: Exception) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    return (text or type(error).__name__).splitlines()[0][:300]


def _lost_too_often(error: Exception) -> DauError:
    return DauError(
        f"The machine or process converting the document was lost {_LOSSES} times ({_first_line(error)}).",
        "Run again with --retry-failed; if it comes back, look at Ray's logs on the machines.",
    )
