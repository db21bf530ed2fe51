"""An inbox, an archive, and a watcher over them: in this process for so many looks, or in one that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from conversions import obedient
from desk import DIGEST

from dau.archive.manifest import Entry, read
from dau.archive.outcome import Outcome, Task
from dau.archive.paths import path_of
from dau.archive.verify import verify
from dau.batch import Event, Serial, Summary, Warned, WatchSettings, watch
from dau.batch.watch import Moved


class Rounds:
    """Asked to stop after so many looks at the inbox; `between` is done instead of waiting."""

    def __init__(self, rounds: int, between: Callable[[int], None] = lambda turn: None) -> None:
        self.rounds, self.between, self.turn, self.asked = rounds, between, 0, False

    @property
    def requested(self) -> bool:
        return self.asked or self.turn >= self.rounds

    def wait(self, seconds: float) -> None:
        self.turn += 1
        self.between(self.turn)


class Bench:
    """An inbox, an archive, and what the watcher told."""

    def __init__(self, root: Path) -> None:
        self.inbox, self.out = root / "inbox", root / "A"
        self.inbox.mkdir()
        self.events: list[Event | Moved] = []

    def put(self, name: str, text: str) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def watch(
        self, rounds: int | Rounds = 2, convert: Callable[..., Outcome] = obedient,
        hook: Callable[[Event | Moved], None] = lambda event: None, **options: object,
    ) -> Summary:
        def note(event: Event | Moved) -> None:
            self.events.append(event)
            hook(event)

        stop = rounds if isinstance(rounds, Rounds) else Rounds(rounds)
        settings = WatchSettings(**{"settle": 0, "free_space": 0, **options})  # type: ignore[arg-type]
        return watch(self.inbox, self.out, convert, Serial(), settings="{}", digest=DIGEST, stop=stop,
                     options=settings, on_event=note)  # fmt: skip

    def files(self) -> dict[str, str]:
        """What lies in the inbox; texts by their names."""
        found = {p.relative_to(self.inbox).as_posix(): p for p in sorted(self.inbox.rglob("*")) if p.is_file()}
        return {name: path.read_text(encoding="utf-8", errors="replace") for name, path in found.items()}

    def outcomes(self) -> list[tuple[str, str]]:
        entries = [e.line for e in read(self.out / "manifest.jsonl") if isinstance(e, Entry)]
        return [
            (path_of(line.source.path).relative_to(self.inbox).as_posix(), str(line.status))
            for line in entries if line.event == "outcome"
        ]

    def warnings(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Warned)]

    def problems(self) -> list[str]:
        return [f"{found.code} {found.path}" for found in verify(self.out)]


def never(task: Task) -> Outcome:
    raise AssertionError(f"{task.source} was converted again")


SCRIPT = """
import sys
sys.path.insert(0, {here!r})
from conversions import obedient
from pathlib import Path
from dau import batch
from dau.cli.watch import stop_by_signal
with stop_by_signal() as stop:
    summary = batch.watch(Path({inbox!r}), Path({out!r}), obedient, {runner}, settings="{{}}", digest={digest!r},
        stop=stop, options=batch.WatchSettings(settle=0.05, interval={interval}, free_space=0))
print(sum(summary.statuses.values()))
"""


@contextmanager
def watching(bench: Bench, runner: str = "batch.Serial()", interval: float = 0.02) -> Iterator[subprocess.Popen[bytes]]:
    script = SCRIPT.format(here=str(Path(__file__).parent), inbox=str(bench.inbox), out=str(bench.out), digest=DIGEST,
                           runner=runner, interval=interval)  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               start_new_session=True)  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def until(condition: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise AssertionError(f"it never came to that: {process.communicate()}")
        time.sleep(0.002)
