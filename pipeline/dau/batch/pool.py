"""Conversions in several processes, none of which can take the run down.

A worker that dies (a crash in native code, the kernel's out-of-memory killer) costs its own task only: that is
tried once more, alone, after all others, and failed if it dies again. One that runs past the time limit is ended
with all it started. `concurrent.futures` has neither: its pool breaks with the first worker that dies.

A document of many pages is read by several workers, see `large`.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

import psutil

from ..archive.outcome import Answer, Outcome, Task
from ..document.errors import CapacityError, DauError
from .large import LargeDocuments
from .queues import Queues
from .runner import Convert, Outcomes, Report
from .scratch import Scratch
from .serial import timed_out
from .worker import OUTPUT, Message, no_warm_up, serve

_ONE_THREAD = (
    "OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM",
)
_MEMORY_EVERY = 0.5  # seconds between looks at the memory of the workers
_MEMORY_SHARE = 0.8  # of the machine's memory, where no limit is given
_FAILED_STARTS = 3
_TOLD = 1.0  # seconds until it is known how a worker ended whose channel has closed
_STARTING = 60.0  # seconds in which a worker loads its models, on a machine with much to do


@dataclass(frozen=True)
class Pool:
    """`jobs` worker processes, one thread each.

    `time_limit` in seconds for a document, None for none; `memory_limit` in bytes for all workers with all they
    started, None for 80 % of the machine's: beyond it the largest is ended. `tasks_per_worker`: a worker is
    replaced after so many, which bounds what leaks. `warm` is called in each worker before its first task; a DauError
    it raises ends the run.
    """

    jobs: int
    time_limit: float | None = 3600.0
    memory_limit: int | None = None
    tasks_per_worker: int = 500
    warm: Callable[[], None] = no_warm_up

    def run(self, tasks: Iterable[Task], convert: Convert, report: Report) -> Outcomes:
        supervisor = Supervisor(self, convert, report)
        try:
            yield from supervisor.outcomes(iter(tasks))
        finally:
            supervisor.stop()


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    channel: Connection
    scratch: Path
    ready: bool = False
    served: int = 0
    task: Task | None = None
    began: float = 0.0
    too_large: bool = False

    def begin(self, task: Task) -> None:
        self.task, self.began = task, time.monotonic()
        with suppress(OSError):  # it has died meanwhile, which its sentinel tells
            self.channel.send(task)

    def end(self) -> int | None:
        """Kill the worker with all it started, and wait for it; returns how it ended if it had by itself."""
        code = None
        pid = self.process.pid or 0
        if wait([self.process.sentinel], timeout=0):  # not reaped before here, so that its group's id is still its own
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            self.process.join()
            code = self.process.exitcode
        else:
            started = self._started()
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            self.process.kill()
            for program in started:  # those of `subprocesses` lead groups of their own
                with suppress(psutil.Error):
                    program.kill()
            self.process.join()
        self.channel.close()
        shutil.rmtree(self.scratch, ignore_errors=True)
        return code

    def last_words(self) -> str:
        """Last line the worker, or a program it ran, printed."""
        with suppress(OSError):
            with (self.scratch / OUTPUT).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - 2000))
                lines = file.read().decode("utf-8", "replace").split("\n")
            return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")
        return ""

    def memory(self) -> int:
        """Bytes resident in the worker and all it started."""
        total = 0
        with suppress(psutil.Error):
            for member in (psutil.Process(self.process.pid), *self._started()):
                with suppress(psutil.Error):
                    total += member.memory_info().rss
        return total

    def _started(self) -> list[psutil.Process]:
        with suppress(psutil.Error):
            return list(psutil.Process(self.process.pid).children(recursive=True))
        return []


class Supervisor:
    """`start`: how a worker begins. With `forkserver` it is no child of this process, for whoever ends that with its
    children and nothing below them."""

    def __init__(
        self, pool: Pool, convert: Convert, report: Report, start: Literal["spawn", "forkserver"] = "spawn"
    ) -> None:
        self.pool = pool
        self.convert = convert
        self.report = report
        self.queues = Queues()
        self.workers: list[_Worker] = []
        self.failed_starts = 0
        self.next_look = 0.0
        self.memory_limit = pool.memory_limit or int(_memory_of_machine() * _MEMORY_SHARE)
        self.context: Any = multiprocessing.get_context(start)
        self.alive_there, self.alive_here = self.context.Pipe(duplex=False)
        self.scratch = Scratch()
        self.large = LargeDocuments(self.scratch.path)

    def outcomes(self, tasks: Iterator[Task]) -> Outcomes:
        queues = self.queues
        while True:
            fed = queues.feed(tasks, self.pool.jobs)
            self._assign()
            if not any(worker.task for worker in self.workers) and not fed:
                if not queues.next_alone():
                    return
                self._dismiss_all()
                continue
            yield from self._events(0.0 if fed else self._patience())

    def attempt(self, task: Task, last: bool) -> Iterator[Outcome | None]:
        """One task on a worker that stays warm for the next: None whenever there may be pages to report, at the end
        its outcome. Where the worker dies there is none, unless this is the `last` attempt: it has then failed."""
        queues = self.queues = Queues(deque([task]), exhausted=True, alone=last)
        while not queues.suspects:
            self._assign()
            for _, outcome in self._events(self._patience()):
                yield outcome
                return
            yield None

    def stop(self) -> None:
        self._dismiss_all()
        self.alive_here.close()
        self.alive_there.close()
        self.scratch.remove()

    # -- work to workers ---------------------------------------------------------------------------------------

    def _assign(self) -> None:
        while self.queues.ready:
            worker = next((w for w in self.workers if w.task is None), None)
            if worker is None:
                if len(self.workers) >= (1 if self.queues.alone else self.pool.jobs):
                    return
                worker = self._start()
            task = self.queues.ready.popleft()
            worker.begin(self.large.offered(task) if self.pool.jobs > 1 else task)

    def _start(self) -> _Worker:
        scratch = self.scratch.folder()
        here, there = self.context.Pipe()
        process = self.context.Process(
            target=serve, args=(there, self.alive_there, scratch, self.convert, self.pool.warm), daemon=True
        )
        with one_thread(scratch), _interrupts_held():
            process.start()
        there.close()
        worker = _Worker(process, here, scratch)
        self.workers.append(worker)
        return worker

    # -- outcomes from workers ---------------------------------------------------------------------------------

    def _patience(self) -> float:
        """Seconds until a limit must be looked at."""
        now = time.monotonic()
        times = [max(0.0, self.next_look - now)]
        if self.pool.time_limit is not None:
            times += [max(0.0, w.began + self._allowed(w, w.task) - now) for w in self.workers if w.task]
        return min(times)

    def _events(self, timeout: float) -> Outcomes:
        handles: dict[object, _Worker] = {}
        for worker in self.workers:
            handles[worker.channel] = handles[worker.process.sentinel] = worker
        happened = wait(list(handles), timeout)  # type: ignore[arg-type]
        for worker in dict.fromkeys(handles[handle] for handle in happened):
            yield from self._hear(worker)
        yield from self._end_overdue()
        self._end_too_large()

    def _hear(self, worker: _Worker) -> Outcomes:
        """All that a worker has said, and its death if it died."""
        while worker in self.workers:
            try:
                if not worker.channel.poll():
                    break
                message: Message = worker.channel.recv()
            except Exception:  # closed, or broken off in mid-sentence
                yield from self._bury(worker)
                return
            if message[0] == "ready":
                worker.ready, worker.began = True, time.monotonic()
                self.failed_starts = 0
            elif message[0] == "unfit":
                raise message[1]
            elif message[0] == "page" and worker.task is not None:
                self.report(*self.large.progress(worker.task, message[1], message[2]))
            elif message[0] == "done" and worker.task is not None:
                yield from self._done(worker, worker.task, message[1])
        if worker in self.workers and wait([worker.process.sentinel], timeout=0):
            yield from self._bury(worker)

    def _done(self, worker: _Worker, task: Task, answer: Answer) -> Outcomes:
        seconds = time.monotonic() - worker.began
        worker.task = None
        worker.served += 1
        if worker.served >= self.pool.tasks_per_worker or self.queues.alone:
            self._dismiss(worker)
        if isinstance(answer, Outcome):
            yield self._concluded(task, answer if answer.seconds else replace(answer, seconds=seconds))
        else:
            self.queues.ready.extendleft(reversed(self.large.next(task, answer, seconds)))

    def _concluded(self, task: Task, outcome: Outcome) -> tuple[Task, Outcome]:
        """The outcome of a document. Where it failed in one of its portions, nobody goes on with the others."""
        document, seconds = self.large.close(task)
        if seconds is None:
            return document, outcome
        self.queues.forget(document)
        for worker in list(self.workers):
            if worker.task is not None and worker.task.sha256 == document.sha256:
                self._dismiss(worker)
        return document, replace(outcome, seconds=seconds)

    def _dismiss(self, worker: _Worker) -> int | None:
        self.workers.remove(worker)
        return worker.end()

    def _dismiss_all(self) -> None:
        for worker in list(self.workers):
            self._dismiss(worker)

    def _bury(self, worker: _Worker) -> Outcomes:
        """A worker died: its task goes alone at the end, or has failed if it was alone already."""
        wait([worker.process.sentinel], _TOLD)
        words, task = worker.last_words(), worker.task
        code = self._dismiss(worker)
        if task is None:
            return
        if not worker.ready:
            self.failed_starts += 1
            if self.failed_starts >= _FAILED_STARTS:
                raise DauError(f"Workers cannot start: {words or code}.", "Run `dau doctor` to see what is missing.")
            self.queues.ready.appendleft(task)
        elif not self.queues.alone:
            self.queues.suspects.append(task)
        else:
            cause = _cause(code, worker.too_large, words)
            yield self._concluded(task, Outcome.failed(cause, time.monotonic() - worker.began))

    def _end_overdue(self) -> Outcomes:
        limit = self.pool.time_limit
        if limit is None:
            return
        for worker in list(self.workers):
            task, seconds = worker.task, time.monotonic() - worker.began
            if worker in self.workers and task is not None and seconds >= self._allowed(worker, task):
                self._dismiss(worker)
                yield self._concluded(task, Outcome.failed(timed_out(limit), seconds))

    def _allowed(self, worker: _Worker, task: Task) -> float:
        """Seconds a worker may be at its task: a slow start is not the fault of the document."""
        allowed = (self.pool.time_limit or 0.0) - self.large.spent(task)
        return allowed if worker.ready else allowed + _STARTING

    def _end_too_large(self) -> None:
        """Keep the machine from thrashing: beyond the limit on memory the largest worker is ended."""
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + _MEMORY_EVERY
        sizes = [(worker.memory(), worker) for worker in self.workers if worker.task is not None]
        if sum(size for size, _ in sizes) > self.memory_limit:
            _, largest = max(sizes, key=lambda pair: pair[0])
            largest.too_large = True
            largest.process.kill()  # its sentinel tells the rest


def _cause(code: int | None, too_large: bool, words: str) -> DauError:
    """Why a worker died, as far as can be told."""
    said = f" (it last said: {words})" if words else ""
    if too_large or code == -signal.SIGKILL:
        return CapacityError(
            "The document needs more memory than there is, even with no other beside it.",
            "Split it, scan it at a lower resolution, or run it on a machine with more memory.",
        )
    crashed = code is not None and code < 0
    how = f"crashed with {signal.Signals(-(code or 0)).name}" if crashed else f"ended with code {code}"
    return DauError(
        f"The process converting the document {how}, twice{said}.",
        "The file may be damaged: open and save it with another program, then run again; or report it.",
    )


def cores() -> int:
    """Processors this process may use, which in a container can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory_of_machine() -> int:
    """Bytes of memory there are for this process: the machine's, or what its container may use."""
    total: int = psutil.virtual_memory().total
    with suppress(OSError, ValueError):  # absent without control groups; "max" where nothing is set
        total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return total


@contextmanager
def one_thread(scratch: Path) -> Iterator[None]:
    """What processes started meanwhile inherit: one thread for numeric libraries, which read it as they load, and a
    scratch folder."""
    wanted = {name: os.environ.get(name, "1") for name in _ONE_THREAD} | {"TMPDIR": str(scratch)}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C reaches this process only, also in the moment before a worker has its own process group."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
