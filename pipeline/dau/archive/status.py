"""What an archive holds: counts, what failed and why, which documents a human should look at first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from ..document.directive import SEVERITY_RANK, Directive, ReviewItem
from ..document.errors import Category
from . import state as states
from .folder import DOCUMENTS
from .manifest import ManifestLine, read_at, require
from .outcome import PageStatus, Status

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
    """A document with doubts of high or medium severity (`review` of document.json), the worst first."""

    source: str
    document: str
    number: str | None
    confidence: float | None
    doubts: tuple[ReviewItem, ...]

    @property
    def urgency(self) -> tuple[int, int, float, str]:
        """For sorting: more high doubts first, then more medium ones, then the lower confidence."""
        high = sum(doubt.severity == "high" for doubt in self.doubts)
        return (-high, high - len(self.doubts), 1.0 if self.confidence is None else self.confidence, self.source)


@dataclass
class ArchiveStatus:
    """`statuses` counts inputs by their last outcome, `pending` are received and without outcome (a run is going
    on, or was interrupted), `pages` counts the pages of each document once. `unreadable`: documents whose
    document.json is missing or does not fit its schema (`verify` says more). `failures` and `doubtful` are the first
    of so many as were asked for; how many there are is in `failed` and `doubted`."""

    statuses: Counter[Status] = field(default_factory=Counter)
    categories: Counter[Category] = field(default_factory=Counter)
    pages: Counter[PageStatus] = field(default_factory=Counter)
    documents: int = 0
    pending: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    failed: int = 0
    doubtful: list[Doubtful] = field(default_factory=list)
    doubted: int = 0
    unreadable: list[str] = field(default_factory=list)
    damaged_lines: int = 0


def status(archive: Path, most: int | None = None) -> ArchiveStatus:
    """Sum up an archive, also while a run writes it. Raises ArchiveUnusable where it is no archive.

    `most`: so many failures (the first) and doubtful documents (the most urgent) are kept, all without it; memory does
    not grow with the others. A file that could not be read, and could later, counts as what came of it then.
    """
    manifest = require(archive)
    state = states.load(manifest)
    result = ArchiveStatus(
        pending=[path for path, _ in state.pending],
        damaged_lines=sum(not damage.torn for damage in state.damaged),
    )
    for key, done in state.outcomes.items():
        if key in state.pending or state.superseded(key):
            continue
        line = read_at(manifest, done.offset)
        result.statuses[done.status] += 1
        if done.status != "success":
            if line.category is not None:
                result.categories[line.category] += 1
            result.failed += 1
            if most is None or len(result.failures) < most:
                result.failures.append(_failure(line))
    for name, current in state.current().items():
        result.documents += 1
        result.pages.update(read_at(manifest, current.done.offset).pages.values())
        _look_into(archive, current.inputs[0], name, result)
        if most is not None and len(result.doubtful) > 2 * most + _SPARE:
            _keep(result, most)
    _keep(result, most)
    return result


def _keep(result: ArchiveStatus, most: int | None) -> None:
    """The most urgent; what is equally urgent stays in its order, as if all had been sorted at once."""
    result.doubtful.sort(key=lambda doubtful: doubtful.urgency)
    if most is not None:
        del result.doubtful[most:]


def _failure(line: ManifestLine) -> Failure:
    pages = tuple(sorted(number for number, page in line.pages.items() if page == "failed"))
    return Failure(
        line.source.path, line.status or "failed", line.category, line.message or "", line.document, pages
    )


def _look_into(archive: Path, source: str, document: str, result: ArchiveStatus) -> None:
    try:
        text = (archive / DOCUMENTS / document / "document.json").read_bytes()
        directive = Directive.model_validate_json(text)
    except (OSError, ValidationError):
        result.unreadable.append(document)
        return
    doubts = sorted(
        (item for item in directive.review if item.needs_review), key=lambda item: SEVERITY_RANK[item.severity]
    )
    if doubts:
        result.doubted += 1
        number = directive.metadata.number
        confidence = directive.confidence.document if directive.confidence else None
        result.doubtful.append(Doubtful(source, document, number.text or number.raw, confidence, tuple(doubts)))
