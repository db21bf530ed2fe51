"""A whole run over an archive: every input ends with exactly one recorded outcome, whenever the run is killed.

For each input: brought in and hashed → `received` line on the disk → original in place → converted (the worker
renames the finished folder into place) → `outcome` line on the disk. A kill leaves an input without outcome, which
the next run takes up again, from the original kept, even if it is not named again. A folder whose outcome was not
recorded is removed and made again: nothing then needs to be guessed about it.

An input that is done (its last outcome is for this content under these settings) is skipped and leaves no trace in
the manifest; where size and times of the file are those recorded, it is not even read. Equal content under several
paths is converted once.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain
from os import PathLike

from ..archive.failures import ArchiveFull, ArchiveUnusable
from ..archive.folder import DOCUMENTS, checksums_of, folder_name, remove_document, sha256_of
from ..archive.manifest import ManifestLine, SourceFile
from ..archive.originals import ORIGINALS, OriginalsMode, Stamp, Taken
from ..archive.outcome import Outcome, Task
from ..archive.paths import path_of
from ..archive.state import InputKey
from ..archive.store import Archive
from ..document.errors import CapacityError, DauError, InputError
from ..document.transcript import Frozen
from .candidate import Candidate
from .discover import candidate_of, discover
from .events import Discovered, Event, Finished, PageDone, Skipped, Started, Summary, Warned
from .flight import Flight, same_fate, told_of
from .groups import Limits
from .intake import behind_a_link, bring_in, is_known, kept_as, recorded
from .runner import Convert, Runner


class RunSettings(Frozen):
    """How a run goes about it; none of this changes what a document's files contain.

    `originals` see `archive.originals`; `retry_failed` takes up again what failed or is partial; `free_space` in
    bytes: with less on the archive's disk no further document is begun; `follow_links`: whether inputs may be reached
    by symbolic links; `group`: whether the images of each folder are one document; `limits` of what is brought in.
    """

    originals: OriginalsMode = "link"
    retry_failed: bool = False
    free_space: int = 64 << 20
    follow_links: bool = True
    group: bool = False
    limits: Limits = Limits()


def run(
    named: Iterable[str | PathLike[str] | Candidate],
    archive: Archive,
    convert: Convert,
    runner: Runner,
    *,
    settings: str,
    digest: str,
    options: RunSettings | None = None,
    on_event: Callable[[Event], None] = lambda event: None,
    stop: Callable[[], bool] = lambda: False,
) -> Summary:
    """Convert what is named into an archive.

    `settings` is the JSON handed to each conversion, `digest` the hex digest of all that decides the result
    (settings, versions of engines and models); `on_event` is called in this thread. Once `stop` answers true nothing
    more is taken up; what is in hand is finished.

    Raises ArchiveFull where the disk is full. That, KeyboardInterrupt, and a kill leave an archive that the next
    run goes on with.
    """
    began = time.monotonic()
    work = _Run(archive, settings, digest, options or RunSettings(), on_event, stop)
    for message in archive.repairs:
        on_event(Warned(message))
    work.go(named, convert, runner)
    work.summary.seconds = time.monotonic() - began
    return work.summary


class _Run:
    def __init__(
        self, archive: Archive, settings: str, digest: str, options: RunSettings, on_event: Callable[[Event], None],
        stop: Callable[[], bool],
    ) -> None:
        self.archive = archive
        self.settings = settings
        self.digest = digest
        self.options = options
        self.emit = on_event
        self.stop = stop
        self.summary = Summary()
        self.flying: dict[str, Flight] = {}
        self.again: list[Candidate] = []
        self.named: set[str] = set()
        self.resumed: set[str] = set()
        self.recorded: set[InputKey] = set()
        self.fresh: set[str] = set()

    def go(self, named: Iterable[str | PathLike[str] | Candidate], convert: Convert, runner: Runner) -> None:
        found = discover(named, group=self.options.group)
        self.named = {candidate.name for candidate in found.inputs}
        interrupted = [line.source for line in self.archive.state.pending.values()]
        unnamed = {source.path: source for source in interrupted if source.path not in self.named}
        self.summary.total = len(self.named) + len(unnamed)
        self.summary.ignored = found.ignored
        self.emit(Discovered(self.summary.total, found.ignored))
        left = (candidate_of(unnamed[name]) for name in sorted(unnamed) if name not in self.resumed)
        self._convert(self._tasks(interrupted, chain(found.inputs, left)), convert, runner)
        while self.again and not self.stop():
            again, self.again = self.again, []
            self._convert(self._tasks([], again), convert, runner)

    def _convert(self, tasks: Iterator[Task], convert: Convert, runner: Runner) -> None:
        outcomes = runner.run(tasks, convert, lambda task, done, pages: self.emit(PageDone(task.source, done, pages)))
        with closing(outcomes):
            for task, outcome in outcomes:
                self._finish(task, outcome)

    # -- taking up ---------------------------------------------------------------------------------------------

    def _tasks(self, interrupted: list[SourceFile], candidates: Iterable[Candidate]) -> Iterator[Task]:
        """What is to be converted, each recorded as received when it is handed out."""
        for source in interrupted:
            if self.stop():
                return
            yield from self._resume(source)
        for candidate in candidates:
            if self.stop():
                return
            if candidate.name not in self.resumed or candidate.name in self.named:
                yield from self._take_up(candidate)
        for source in interrupted:
            self._give_up(source)

    def _resume(self, source: SourceFile) -> Iterator[Task]:
        """An interrupted input, from its original where that is there and right."""
        if source.sha256 is None:
            return
        original = self.archive.original(source.sha256, kept_as(source))
        if original is None:
            return
        if sha256_of(original) != source.sha256:
            original.unlink()  # a hard link to a file that was since written to: no longer what its name says
            return
        self.summary.resumed += 1
        self.resumed.add(source.path)
        flight = self.flying.get(source.sha256)
        if flight is not None:
            flight.followers.append((source, None))
            return
        stamp = Stamp.of(original.stat())
        taken = Taken(source.sha256, stamp.bytes, original, stamp, stamp, settled=False)
        if not self._shared(source, taken):
            yield self._task(source, taken)

    def _give_up(self, source: SourceFile) -> None:
        """An interrupted input that is gone: neither its original nor its file has that content any more."""
        key = (source.path, source.sha256)
        if key in self.archive.state.pending and (source.sha256 is None or source.sha256 not in self.flying):
            error = InputError(
                f"{path_of(source.path).name} changed or vanished after the run that took it up was interrupted.",
                "Put that version back and run again, if it is still wanted.",
            )
            self._record(source, Outcome.failed(error))

    def _take_up(self, candidate: Candidate) -> Iterator[Task]:
        name = candidate.name
        if candidate.problem is None and self._done_unread(candidate):
            return
        problem = candidate.problem or (None if self.options.follow_links else behind_a_link(candidate))
        if problem is not None:
            self._source_failed(name, problem)
            return
        try:
            taken = bring_in(candidate, self.archive, self.options.originals, self.options.limits)
        except (ArchiveUnusable, ArchiveFull):
            raise
        except (InputError, CapacityError) as error:
            self._source_failed(name, error)
            return
        source = SourceFile(path=name, sha256=taken.sha256, bytes=taken.bytes, group=taken.group)
        try:
            if self._skipped((name, taken.sha256)) or self._attached(source, taken):
                taken.discard()
                return
            self._receive(source)
            taken.commit()
        except BaseException:
            taken.discard()
            raise
        if self._shared(source, taken):
            taken.release()
        else:
            yield self._task(source, taken)

    def _task(self, source: SourceFile, taken: Taken) -> Task:
        self._require_space()
        self.flying[taken.sha256] = Flight(source, taken)
        self.emit(Started(source.path, taken.bytes))
        return Task(
            path=taken.path, source=source.path, sha256=taken.sha256, bytes=taken.bytes, archive=self.archive.root,
            folder=folder_name(taken.sha256, self.digest), settings=self.settings, digest=self.digest,
        )

    def _receive(self, source: SourceFile) -> None:
        if (source.path, source.sha256) not in self.archive.state.pending:
            self.archive.append(self._received(source))

    def _require_space(self) -> None:
        free = shutil.disk_usage(self.archive.root).free
        if free < self.options.free_space:
            raise ArchiveFull(
                f"Only {free >> 20} MiB are free on the disk of {self.archive.root}.",
                "Make room on that disk, then run the same command again: it goes on where it stopped.",
            )

    # -- what need not be done ---------------------------------------------------------------------------------

    def _done_unread(self, candidate: Candidate) -> bool:
        """Skipped without reading, because size and times (or what else proves it) are those of what is done."""
        known = self.archive.state.sources.get(candidate.name)
        if known is None or not is_known(candidate, known, self.options.limits):
            return False
        return self._skipped((candidate.name, known.sha256))

    def _skipped(self, key: InputKey) -> bool:
        if key in self.recorded:  # taken up again at the start of this run, and done since
            return True
        state = self.archive.state
        done = state.outcomes.get(key)
        if done is None or key in state.pending or done.settings != self.digest:
            return False
        if state.sources[key[0]].sha256 != key[1]:  # the file was something else in between: record its return
            return False
        if self.options.retry_failed and done.status != "success":
            return False
        if done.document is not None and not (self.archive.root / DOCUMENTS / done.document).is_dir():
            return False
        self._skip(key)
        return True

    def _skip(self, key: InputKey) -> None:
        status = self.archive.state.outcomes[key].status
        self.summary.skip(status, self.archive.state.fewer_pages(key))
        self.emit(Skipped(key[0], status))

    def _attached(self, source: SourceFile, taken: Taken) -> bool:
        """Whether the content is being converted; this input then shares the outcome."""
        flight = self.flying.get(source.sha256 or "")
        if flight is None:
            return False
        if not flight.has(source.path):
            self._receive(source)
            flight.followers.append((source, taken))
        return True

    def _shared(self, source: SourceFile, taken: Taken) -> bool:
        """Record the outcome of equal content under these settings, if its folder proves right."""
        sha256 = source.sha256 or ""
        done = self.archive.state.contents.get((sha256, self.digest))
        if done is None or done.document is None:
            return False
        if done.status != "success" and self.options.retry_failed and sha256 not in self.fresh:
            return False
        line = self.archive.outcome_at(done)
        folder = self.archive.root / DOCUMENTS / done.document
        if not folder.is_dir() or checksums_of(folder) != line.files:
            return False
        outcome = Outcome(
            status=done.status, category=line.category, message=line.message, document=line.document,
            pages=line.pages, files=line.files, engines=line.engines,
        )
        self._record(self._stamped(source, taken), outcome, shared=True)
        return True

    # -- recording ---------------------------------------------------------------------------------------------

    def _finish(self, task: Task, outcome: Outcome) -> None:
        flight = self.flying[task.sha256]
        if outcome.stop:
            raise ArchiveFull(outcome.message or "There is no room left in the archive.")
        if not flight.taken.unchanged():
            self._changed(task, flight)
            return
        del self.flying[task.sha256]
        outcome = self._checked(task, outcome)
        replaced = outcome.document is not None and outcome.document in self.archive.state.documents
        source = self._stamped(flight.source, flight.taken)
        self._record(source, outcome)
        flight.taken.release()
        for other in [*flight.fellows(source.original), *(self._others_with(task) if replaced else ())]:
            if same_fate(outcome, source, other):
                self._record(other, told_of(outcome, source, other), shared=True)
            else:
                self.again.append(candidate_of(other))

    def _others_with(self, task: Task) -> list[SourceFile]:
        """Inputs not of this run whose outcome names the folder that was just made anew, and its old checksums."""
        state = self.archive.state
        return [
            self.archive.outcome_at(state.outcomes[key]).source
            for key in self._holders.get(task.folder, ())
            if key not in self.recorded and key not in state.pending
        ]

    @cached_property
    def _holders(self) -> dict[str, list[InputKey]]:
        """The inputs whose outcome names a folder, by folder: gathered once, for it takes a look at every outcome. What
        this run records since then is in `recorded`."""
        holders: dict[str, list[InputKey]] = {}
        for key, done in self.archive.state.outcomes.items():
            if done.document is not None:
                holders.setdefault(done.document, []).append(key)
        return holders

    def _changed(self, task: Task, flight: Flight) -> None:
        """The file was written to while it was converted: what came out is of neither content."""
        del self.flying[task.sha256]
        if task.folder not in self.archive.state.documents:
            remove_document(self.archive.root, task.folder)
        if flight.taken.temporary is not None:
            flight.taken.path.unlink(missing_ok=True)  # a hard link to the file, no longer what its name says
        error = InputError(
            f"{path_of(task.source).name} changed while it was being converted.",
            "Wait until it has been written to the end, then run again.",
        )
        self._record(flight.source, Outcome.failed(error))
        self.again += [candidate_of(follower) for follower, _ in flight.followers]

    def _checked(self, task: Task, outcome: Outcome) -> Outcome:
        """An outcome that names files which are not there is a failure, whatever it says of itself."""
        if outcome.status == "failed" and outcome.document is None:
            return outcome
        folder = self.archive.root / DOCUMENTS / task.folder
        missing = [name for name in outcome.files if not (folder / name).is_file()]
        if outcome.document == task.folder and outcome.files and not missing:
            return outcome
        error = DauError(
            f"The conversion ended without writing {missing[0] if missing else 'the document'}.",
            "This is a defect of dau: please report it with this file.",
        )
        return Outcome.failed(error, outcome.seconds, outcome.engines)

    def _record(self, source: SourceFile, outcome: Outcome, shared: bool = False) -> None:
        started = datetime.now(UTC) - timedelta(seconds=outcome.seconds)
        line = ManifestLine(
            event="outcome", source=source, status=outcome.status, category=outcome.category,
            message=outcome.message, document=outcome.document, pages=dict(outcome.pages),
            files=dict(outcome.files), settings=self.digest, engines=dict(outcome.engines),
            started=_utc(started), seconds=round(outcome.seconds, 3),
        )
        key = (source.path, source.sha256)
        received = () if key in self.archive.state.pending else (self._received(source),)
        self.archive.append(*received, line)
        self.recorded.add(key)
        self.fresh.add(source.sha256 or "")
        self.summary.count(outcome, shared, self.archive.state.fewer_pages(key))
        self.emit(Finished(source.path, outcome, shared))

    def _source_failed(self, name: str, error: DauError) -> None:
        """A file that cannot be read; recorded once for as long as it stays so."""
        key = (name, None)
        state = self.archive.state
        outcome = Outcome.failed(error)
        done = state.outcomes.get(key)
        known = done is not None and key not in state.pending and not state.superseded(key)
        if known and done is not None and self.archive.outcome_at(done).message == outcome.message:
            self._skip(key)
        else:
            self._record(SourceFile(path=name), outcome)

    def _received(self, source: SourceFile) -> ManifestLine:
        return ManifestLine(event="received", source=source, settings=self.digest, started=_utc(datetime.now(UTC)))

    def _stamped(self, source: SourceFile, taken: Taken) -> SourceFile:
        """The source with the name of its original, and with its times where they let the next run skip it unread."""
        if taken.path.parent == self.archive.root / ORIGINALS and taken.path != taken.temporary:
            source = source.model_copy(update={"original": taken.path.name})
        return recorded(source, taken)


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
