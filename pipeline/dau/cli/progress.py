"""How far a run is: a live bar on a terminal, plain lines otherwise, nothing but warnings when quiet."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from dau.batch import Discovered, Event, Finished, PageDone, Skipped, Started, Warned

from .terminal import printable, stderr


class Progress(Protocol):
    def on_event(self, event: Event) -> None: ...


@contextmanager
def progress_for(*, quiet: bool) -> Iterator[Progress]:
    """What suits stderr: a bar on a terminal, otherwise lines."""
    console = stderr()
    if not quiet and sys.stderr.isatty():
        with _bar(console) as bar:
            yield LiveProgress(bar)
    else:
        yield PlainProgress(console, quiet=quiet)


def _bar(console: Console) -> Bar:
    return Bar(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("documents"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        console=console,
    )


class PlainProgress:
    """A line for each outcome."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet
        self._total = 0
        self._done = 0

    def on_event(self, event: Event) -> None:
        if isinstance(event, Discovered):
            self._total = event.total
            self._tell(f"{event.total} inputs" + ignored_text(event))
        elif isinstance(event, Warned):
            self._console.print(f"warning: {printable(event.message)}")
        elif isinstance(event, Skipped):
            self._done += 1
        elif isinstance(event, Finished):
            self._done += 1
            self._tell(f"{self._done}/{self._total} {outcome_text(event)}")

    def _tell(self, line: str) -> None:
        if not self._quiet:
            self._console.print(line)


class LiveProgress:
    """A bar over documents with pages a minute and the time left; failures stay above it as lines.

    Time left is estimated from bytes: the pages of an input are not known before it is opened.
    """

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("reading", total=None, rate="", left="")
        self._began = time.monotonic()
        self._finished_pages = 0
        self._open_pages: dict[str, int] = {}
        self._done = 0
        self._skipped = 0
        self._total = 0

    def on_event(self, event: Event) -> None:
        if isinstance(event, Discovered):
            self._total = event.total
            self._bar.update(self._task, total=event.total)
            if event.ignored:
                self._bar.console.print(f"{event.total} inputs{ignored_text(event)}")
        elif isinstance(event, Warned):
            self._bar.console.print(f"warning: {printable(event.message)}")
        elif isinstance(event, Started):
            self._bar.update(self._task, description=_short(event.source))
        elif isinstance(event, PageDone):
            self._open_pages[event.source] = event.done
            self._bar.update(self._task, description=f"{_short(event.source)} {event.done}/{event.pages}")
        elif isinstance(event, Skipped):
            self._skipped += 1
            self._bar.advance(self._task)
        elif isinstance(event, Finished):
            self._done += 1
            self._open_pages.pop(event.source, None)
            self._finished_pages += len(event.outcome.pages)
            self._bar.advance(self._task)
            if event.outcome.status != "success":
                self._bar.console.print(outcome_text(event))
        self._rate()

    def _rate(self) -> None:
        seconds = time.monotonic() - self._began
        pages = self._finished_pages + sum(self._open_pages.values())
        waiting = self._total - self._skipped - self._done
        left = f"about {duration_text(seconds / self._done * waiting)} left" if self._done and waiting else ""
        self._bar.update(self._task, rate=f"{60 * pages / max(seconds, 1e-9):.1f} pages/min", left=left)


def outcome_text(event: Finished) -> str:
    """One line about an outcome: status, name, pages, and what to do where it failed."""
    outcome = event.outcome
    what = f"{outcome.status:8} {_short(event.source)}"
    if event.shared:
        return f"{what} (same content as another input)"
    if outcome.status == "failed":
        return f"{what} [{outcome.category}] {printable(outcome.message or '')}"
    detail = f"{len(outcome.pages)} pages, {outcome.seconds:.1f} s" if outcome.pages else f"{outcome.seconds:.1f} s"
    return f"{what} ({detail})" + (f" {printable(outcome.message)}" if outcome.message else "")


def ignored_text(event: Discovered) -> str:
    """`; left out: 3 hidden files, …`, or nothing."""
    if not event.ignored:
        return ""
    return "; left out: " + ", ".join(f"{count} {reason}" for reason, count in sorted(event.ignored.items()))


def duration_text(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _short(source: str) -> str:
    return printable(source.rsplit("/", 1)[-1])
