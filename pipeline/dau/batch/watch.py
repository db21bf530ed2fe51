"""An inbox watched: what arrives is converted as by `run`, and moved away when its outcome is on the disk.

The archive is held only while there is something to do, so that `dau verify` or `dau prune` can have it in between,
and no worker, model or manifest stays in memory meanwhile. Killed at any moment, the next start goes on: an input
without outcome is taken up again by the run, one with an outcome that still lies in the inbox is skipped by the run
and moved.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ..archive.failures import ArchiveBusy
from ..archive.originals import OriginalsMode
from ..archive.outcome import Status
from ..archive.paths import text_of
from ..archive.state import State
from ..archive.store import Archive
from ..document.errors import InputError
from ..document.transcript import Frozen
from .events import Event, Finished, Skipped, Summary, Warned
from .groups import Limits
from .inbox import Arrival, Inbox
from .outbox import bring_back, put_away
from .run import RunSettings, run
from .runner import Convert, Runner


class WatchSettings(Frozen):
    """`settle`: seconds for which a file must stay the same; `patience`: seconds for which a folder that is one
    document may lack something of it before it fails; `interval`: seconds between looks at the inbox; `keep`: leave
    inputs where they are; `once`: convert what is there, then end; `most`: inputs taken up at a time; `limits` of what
    is brought in."""

    settle: float = 10.0
    patience: float = 600.0
    interval: float = 5.0
    keep: bool = False
    once: bool = False
    most: int = 200
    originals: OriginalsMode = "link"
    free_space: int = RunSettings().free_space
    limits: Limits = Limits()


class Stop(Protocol):
    """How the watcher is asked to end. `wait` sleeps, and wakes when it is asked."""

    @property
    def requested(self) -> bool: ...

    def wait(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Moved:
    """An input was moved away, to `target`."""

    source: str
    target: Path


WatchEvent = Event | Moved


def watch(
    inbox: Path,
    out: Path,
    convert: Convert,
    runner: Runner,
    *,
    settings: str,
    digest: str,
    stop: Stop,
    options: WatchSettings | None = None,
    on_event: Callable[[WatchEvent], None] = lambda event: None,
) -> Summary:
    """Convert what arrives in `inbox` into the archive `out`, until asked to stop; the documents in hand are finished.

    Raises InputError where the inbox lies in the archive or is watched already, and what `run` raises where it cannot
    go on. An archive that another process holds is waited for (with `once` that is an error).
    """
    began = time.monotonic()
    root, archive = inbox.resolve(), out.resolve()
    if root.is_relative_to(archive):
        raise InputError(f"The inbox {root} lies in the archive.", "Name a folder outside of it.")
    chosen = options or WatchSettings()
    opened = Inbox(
        root, chosen.settle, lambda text: on_event(Warned(text)), patience=chosen.patience, limits=chosen.limits
    )
    with closing(opened) as box:
        work = _Watch(box, archive, convert, runner, settings, digest, stop, chosen, on_event)
        work.once() if work.options.once else work.forever()
    work.total.seconds = time.monotonic() - began
    return work.total


@dataclass
class _Watch:
    box: Inbox
    out: Path
    convert: Convert
    runner: Runner
    settings: str
    digest: str
    stop: Stop
    options: WatchSettings
    emit: Callable[[WatchEvent], None]
    total: Summary = field(default_factory=Summary)
    busy: str = ""
    mended: set[str] = field(default_factory=set)
    staying: list[Arrival] = field(default_factory=list)

    def forever(self) -> None:
        """Look, convert, wait. The first round also takes up what a killed run left unfinished."""
        unfinished = True
        while not self.stop.requested:
            ready = self.box.ready(self.options.most)
            if ready or unfinished:
                done = self._round_when_free(ready)
                unfinished = unfinished and not done
                if done and len(ready) == self.options.most:
                    continue
            self.stop.wait(self.options.interval)

    def once(self) -> None:
        """What lies there and stays the same for the settle time."""
        if not self.box.ready(self.options.most):
            self.stop.wait(self.options.settle)
        self._round(self.box.ready(self.options.most))
        while not self.stop.requested and (ready := self.box.ready(self.options.most)):
            self._round(ready)
        if self.box.waiting and not self.stop.requested:
            waiting = f"{self.box.waiting} files or folders are still being written, or have just come"
            self.emit(Warned(f"{waiting}; they stay there."))

    def _round_when_free(self, ready: Sequence[Arrival]) -> bool:
        try:
            self._round(ready)
        except ArchiveBusy as error:
            if str(error) != self.busy:
                self.busy = str(error)
                self.emit(Warned(self.busy))
            return False
        self.busy = ""
        return True

    def _round(self, ready: Sequence[Arrival]) -> None:
        """Convert what is ready. What failed before and was put back is tried again; the rest is skipped if done."""
        with Archive.open(self.out) as archive:
            self.mended.clear()
            if archive.state.pending:
                self._run(archive, {}, False)
            arrivals = {text_of(arrival.path): arrival for arrival in ready if arrival.unchanged()}
            back = {name for name, arrival in arrivals.items() if _was_put_back(archive.state, name, arrival)}
            self._run(archive, {name: arrival for name, arrival in arrivals.items() if name not in back}, False)
            if back and not self.stop.requested:
                self._run(archive, {name: arrivals[name] for name in back}, True)

    def _run(self, archive: Archive, arrivals: dict[str, Arrival], retry_failed: bool) -> None:
        shared: list[Finished] = []

        def tell(event: Event) -> None:
            if isinstance(event, Warned) and event.message in self.mended:
                return  # what was mended at opening is told by every run over the archive
            if isinstance(event, Warned):
                self.mended.add(event.message)
            self.emit(event)
            if isinstance(event, Finished) and event.shared:
                shared.append(event)  # the run may yet look for the file
            elif isinstance(event, Finished | Skipped):
                self._put_away(archive, arrivals.get(event.source), event)

        summary = run(
            [arrival.named for arrival in arrivals.values()], archive, self.convert, self.runner,
            settings=self.settings, digest=self.digest, on_event=tell, stop=lambda: self.stop.requested,
            options=RunSettings(
                originals=self.options.originals, retry_failed=retry_failed, free_space=self.options.free_space,
                follow_links=False, limits=self.options.limits,
            ),
        )
        for event in shared:
            self._put_away(archive, arrivals.get(event.source), event)
        for arrival in self.staying:  # now that no link to it comes or goes any more, which would change its times
            if arrival.unchanged():
                self.box.handled(arrival)
        self.staying.clear()
        self.total.add(summary)

    def _put_away(self, archive: Archive, arrival: Arrival | None, event: Finished | Skipped) -> None:
        """Move an input that has its outcome; one that was written to meanwhile has none, and stays. What was resumed
        without having proved steady is moved by a later round."""
        if arrival is None or not arrival.unchanged():
            return
        if self.options.keep:
            self.staying.append(arrival)
            return
        status, message = _result(archive, event)
        try:
            target = put_away(arrival.path, self.box.root, status, message)
        except OSError as error:
            self.staying.append(arrival)
            why = error.strerror or str(error)
            self.emit(Warned(f"{arrival.path.name} has its outcome ({status}) but cannot be moved away: {why}."))
        else:
            if not self._carried_off(arrival, target):
                self.emit(Moved(event.source, target))

    def _carried_off(self, arrival: Arrival, target: Path) -> bool:
        """Whether something came into a folder between the last look at it and its move, which then lies where nobody
        looks; the folder is brought back."""
        if not target.is_dir() or arrival.unchanged(target):
            return False
        try:
            bring_back(target, arrival.path)
        except OSError as error:
            self.emit(Warned(
                f"Something came into {arrival.path.name} while it was moved to {target}, and was not converted; it "
                f"cannot be brought back: {error.strerror or error}. Move what is new there into the inbox."
            ))  # fmt: skip
        return True


def _was_put_back(state: State, name: str, arrival: Arrival) -> bool:
    """Whether an input failed before and was touched since (moved away and back, say): somebody wants it tried again.
    Where its times were not recorded that cannot be told, and the failure stands."""
    known = state.sources.get(name)
    done = state.outcomes.get((name, known.sha256)) if known is not None else None
    if known is None or done is None or done.status == "success" or known.changed is None:
        return False
    return (known.modified, known.changed) != arrival.times


def _result(archive: Archive, event: Finished | Skipped) -> tuple[Status, str | None]:
    if isinstance(event, Finished):
        return event.outcome.status, event.outcome.message
    state = archive.state
    done = state.outcomes.get((event.source, state.sources[event.source].sha256))
    return event.status, archive.outcome_at(done).message if done is not None else None
