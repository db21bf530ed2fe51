"""What an archive holds: counts, what failed and why, which documents a human should look at first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ..document.directive import SEVERITY_RANK, ReviewItem
from ..document.errors import Category, InputError
from . import state as states
from .documents import Reader, as_made
from .manifest import ManifestLine, read_at, require
from .outcome import PageStatus, Status
from .state import Current, State

_SPARE = 100  # more than are asked for, before the least urgent are dropped


@dataclass(frozen=True)
class Failure:
    """An input that failed or is partial. `message` says what to do."""

    source: str
    status: Status
    category: Category | None
    message: str
    document: str | None
    failed_pages: tuple[int, ...] = ()


@dataclass(frozen=True)
class Doubtful:
    """A document with open doubts (`ReviewItem.open`), the worst first. `settled`: how many more of high or medium
    severity a person, or evidence, has settled."""

    source: str
    document: str
    number: str | None
    confidence: float | None
    doubts: tuple[ReviewItem, ...]
    settled: int = 0

    @property
    def urgency(self) -> tuple[int, int, float, str]:
        """For sorting: more high doubts first, then more medium ones, then the lower confidence."""
        high = sum(doubt.severity == "high" for doubt in self.doubts)
        return (-high, high - len(self.doubts), 1.0 if self.confidence is None else self.confidence, self.source)


@dataclass
class ArchiveStatus:
    """`statuses` counts inputs by their last outcome (where that is over fewer pages than the document that stays
    current, by the outcome of that one; `fewer_pages` says of how many), `pending` are received and without outcome (a
    run is going on, or was interrupted), `pages` counts the pages of each document once. `unreadable`: documents whose
    files are missing or do not fit their schema (`verify` says more). `failures` and `doubtful` are the first
    of so many as were asked for; how many there are is in `failed` and `doubted`. `open` and `settled` count the doubts
    of high or medium severity of all documents."""

    statuses: Counter[Status] = field(default_factory=Counter)
    categories: Counter[Category] = field(default_factory=Counter)
    pages: Counter[PageStatus] = field(default_factory=Counter)
    documents: int = 0
    fewer_pages: int = 0
    pending: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    failed: int = 0
    doubtful: list[Doubtful] = field(default_factory=list)
    doubted: int = 0
    open: int = 0
    settled: int = 0
    unreadable: list[str] = field(default_factory=list)
    damaged_lines: int = 0


def status(archive: Path, most: int | None = None, read: Reader | None = None) -> ArchiveStatus:
    """Sum up an archive, also while a run writes it. Raises ArchiveUnusable where it is no archive.

    `most`: so many failures (the first) and doubtful documents (the most urgent) are kept, all without it; memory does
    not grow with the others. `read`: how a document is read; without it as its run wrote it, with the machine's doubts
    whatever people said of them (`dau.corrected.as_reviewed` is the other). A file that could not be read, and could
    later, counts as what came of it then.
    """
    manifest = require(archive)
    state = states.load(manifest)
    result = _counted(manifest, state, most)
    read = read or as_made(archive)
    for current in state.current().values():
        _look_into(current, read, result)
        if most is not None and len(result.doubtful) > 2 * most + _SPARE:
            _keep(result, most)
    _keep(result, most)
    return result


def counts(archive: Path) -> ArchiveStatus:
    """The counts of an archive alone: no document is read, nothing is listed but what is unfinished."""
    manifest = require(archive)
    return _counted(manifest, states.load(manifest), 0)


def _counted(manifest: Path, state: State, most: int | None) -> ArchiveStatus:
    """What the manifest says."""
    result = ArchiveStatus(
        pending=[path for path, _ in state.pending],
        damaged_lines=sum(not damage.torn for damage in state.damaged),
    )
    for key in state.outcomes:
        if key in state.pending or state.superseded(key):
            continue
        result.fewer_pages += state.fewer_pages(key)
        done = state.told(key)
        line = read_at(manifest, done.offset)
        result.statuses[done.status] += 1
        if done.status != "success":
            if line.category is not None:
                result.categories[line.category] += 1
            result.failed += 1
            if most is None or len(result.failures) < most:
                result.failures.append(_failure(key[0], line))
    for current in state.current().values():
        result.documents += 1
        result.pages.update(read_at(manifest, current.done.offset).pages.values())
    return result


def _keep(result: ArchiveStatus, most: int | None) -> None:
    """The most urgent; what is equally urgent stays in its order, as if all had been sorted at once."""
    result.doubtful.sort(key=lambda doubtful: doubtful.urgency)
    if most is not None:
        del result.doubtful[most:]


def _failure(source: str, line: ManifestLine) -> Failure:
    pages = tuple(sorted(number for number, page in line.pages.items() if page == "failed"))
    return Failure(source, line.status or "failed", line.category, line.message or "", line.document, pages)


def _look_into(current: Current, read: Reader, result: ArchiveStatus) -> None:
    document = current.done.document or ""
    try:
        directive = read(current)
    except InputError:
        result.unreadable.append(document)
        return
    doubts = sorted((item for item in directive.review if item.open), key=lambda item: SEVERITY_RANK[item.severity])
    settled = sum(item.settled for item in directive.review)
    result.open += len(doubts)
    result.settled += settled
    if doubts:
        result.doubted += 1
        number = directive.metadata.number.text or directive.metadata.number.raw
        confidence = directive.confidence.document if directive.confidence else None
        result.doubtful.append(Doubtful(current.inputs[0], document, number, confidence, tuple(doubts), settled))
