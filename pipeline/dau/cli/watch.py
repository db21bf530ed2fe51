"""`dau watch`: the same as `dau run`, as files arrive."""

from __future__ import annotations

import json
import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import typer

from dau import batch, convert
from dau import settings as run_settings
from dau.archive.paths import text_of
from dau.batch.watch import Moved, WatchEvent, WatchSettings

from .progress import outcome_text
from .run import Originals, _cores
from .show import summary_json, summary_lines
from .terminal import emit, printable, stderr


def register(app: typer.Typer) -> None:
    app.command(name="watch")(watch)


def watch(
    inbox: Path = typer.Argument(..., exists=True, file_okay=False, help="The folder that files arrive in."),
    out: Path = typer.Option(..., "--out", help="The archive; made if it is not there, continued if it is."),
    jobs: int = typer.Option(0, "--jobs", min=0, help="Documents at a time; 0 takes one for each core."),
    settings: Path | None = typer.Option(None, "--settings", help="Settings file (TOML)."),
    settle: float = typer.Option(10.0, "--settle", min=0, help="Seconds for which a file must stay the same."),
    patience: float = typer.Option(
        600.0, "--patience", min=0, help="Seconds that a folder with a document.toml may lack pages before it fails."
    ),
    interval: float = typer.Option(5.0, "--interval", min=0.1, help="Seconds between looks at the inbox."),
    keep: bool = typer.Option(False, "--keep", help="Leave inputs where they are, instead of in done/ and failed/."),
    once: bool = typer.Option(False, "--once", help="Process what is there, then end with the exit code of a run."),
    originals: Originals = typer.Option(Originals.link, "--originals", help="How inputs are kept in the archive."),
    time_limit: float = typer.Option(1800.0, "--time-limit", min=1, help="Seconds a document may take."),
    quiet: bool = typer.Option(False, "--quiet", help="Nothing but warnings, failures and the summary."),
    as_json: bool = typer.Option(False, "--json", help="A JSON line for each outcome and at the end, on stdout."),
) -> int:
    """Convert what arrives in a folder until stopped: SIGTERM or Ctrl-C ends it after the documents in hand."""
    chosen = run_settings.load(settings)
    with stop_by_signal() as stop:
        summary = batch.watch(
            inbox, out, convert.convert, batch.Pool(jobs=jobs or _cores(), time_limit=time_limit),
            settings=chosen.model_dump_json(), digest=run_settings.digest(chosen, convert.versions(chosen)),
            stop=stop,
            options=WatchSettings(
                settle=settle, patience=patience, interval=interval, keep=keep, once=once, originals=originals.value,
                limits=batch.Limits(pages=chosen.scan.max_pages, bytes=chosen.scan.max_bytes),
            ),
            on_event=_Teller(quiet=quiet, as_json=as_json).on_event,
        )
    if as_json:
        _json_line({"event": "stopped", **summary_json(out, summary)})
    else:
        for line in summary_lines(out, summary):
            stderr().print(line)
    return summary.exit_code if once and not stop.requested and summary.total else 0


class _Teller:
    """A line for each outcome; with `as_json` a line on stdout for each outcome and each move."""

    def __init__(self, *, quiet: bool, as_json: bool) -> None:
        self._console, self._quiet, self._as_json = stderr(), quiet, as_json

    def on_event(self, event: WatchEvent) -> None:
        if isinstance(event, batch.Warned):
            self._console.print(f"warning: {printable(event.message)}")
        elif isinstance(event, batch.Finished) and (not self._quiet or event.outcome.status != "success"):
            self._console.print(outcome_text(event))
        if self._as_json:
            self._tell_json(event)

    def _tell_json(self, event: WatchEvent) -> None:
        if isinstance(event, batch.Finished):
            outcome = event.outcome
            _json_line({
                "event": "outcome", "source": event.source, "status": outcome.status, "category": outcome.category,
                "message": outcome.message, "document": outcome.document, "shared": event.shared,
                "seconds": round(outcome.seconds, 3),
            })
        elif isinstance(event, Moved):
            _json_line({"event": "moved", "source": event.source, "target": text_of(event.target)})


def _json_line(value: dict[str, Any]) -> None:
    emit([json.dumps(value, ensure_ascii=False)])


class SignalledStop:
    """Asked to stop by a signal. The handler does nothing but set a flag and write into a pipe, which wakes the wait;
    a second signal interrupts what is in hand."""

    def __init__(self) -> None:
        self.requested = False
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def handle(self, _signal: int, _frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        with suppress(BlockingIOError):
            os.write(self._write, b".")

    def wait(self, seconds: float) -> None:
        if not self.requested:
            select.select([self._read], [], [], seconds)

    def close(self) -> None:
        os.close(self._read)
        os.close(self._write)


@contextmanager
def stop_by_signal() -> Iterator[SignalledStop]:
    """SIGTERM and SIGINT ask to stop, for as long as this lasts."""
    stop = SignalledStop()
    before = {number: signal.signal(number, stop.handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        stop.close()
