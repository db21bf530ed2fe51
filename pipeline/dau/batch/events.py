"""What a run tells while it goes on. The library never prints: whoever calls `run` draws these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..archive.outcome import Outcome, PageStatus, Status
from ..document.errors import Category


@dataclass(frozen=True)
class Discovered:
    """`total` inputs were found; `ignored` counts what was left out in folders, by reason."""

    total: int
    ignored: Mapping[str, int]


@dataclass(frozen=True)
class Started:
    source: str
    bytes: int


@dataclass(frozen=True)
class PageDone:
    """`done` of `pages` pages of an input are converted."""

    source: str
    done: int
    pages: int


@dataclass(frozen=True)
class Finished:
    """An outcome is recorded. `shared`: taken over from an input with equal content, nothing was converted."""

    source: str
    outcome: Outcome
    shared: bool = False


@dataclass(frozen=True)
class Skipped:
    """Done by an earlier run, with this status."""

    source: str
    status: Status


@dataclass(frozen=True)
class Warned:
    message: str


Event = Discovered | Started | PageDone | Finished | Skipped | Warned


@dataclass
class Summary:
    """Counts of one run; whole once `run` has returned.

    `statuses` counts outcomes of this run, `skipped` those of earlier runs that still hold, `categories` the
    failures of this run, `shared` outcomes taken over from equal content, `pages` the pages converted by this run
    by status; `fewer_pages` counts inputs whose document is over fewer pages (`--pages`) than another of the same
    content, which stays current. `seconds` is wall time.
    """

    total: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)
    statuses: Counter[Status] = field(default_factory=Counter)
    skipped: Counter[Status] = field(default_factory=Counter)
    categories: Counter[Category] = field(default_factory=Counter)
    shared: int = 0
    resumed: int = 0
    pages: Counter[PageStatus] = field(default_factory=Counter)
    fewer_pages: int = 0
    seconds: float = 0.0

    def skip(self, status: Status, fewer_pages: bool) -> None:
        self.skipped[status] += 1
        self.fewer_pages += fewer_pages

    def count(self, outcome: Outcome, shared: bool, fewer_pages: bool) -> None:
        self.statuses[outcome.status] += 1
        self.fewer_pages += fewer_pages
        if outcome.category is not None:
            self.categories[outcome.category] += 1
        if shared:
            self.shared += 1
        else:
            self.pages.update(outcome.pages.values())

    def add(self, other: Summary) -> None:
        """Count what a further run did."""
        self.total += other.total
        self.shared += other.shared
        self.resumed += other.resumed
        self.statuses.update(other.statuses)
        self.skipped.update(other.skipped)
        self.categories.update(other.categories)
        self.pages.update(other.pages)
        self.fewer_pages += other.fewer_pages

    @property
    def exit_code(self) -> int:
        """0 every input succeeded, 1 some failed or are partial, 4 nothing could be processed."""
        both = self.statuses + self.skipped
        if both["success"] + both["partial"] == 0:
            return 4
        return 1 if both["partial"] + both["failed"] else 0
