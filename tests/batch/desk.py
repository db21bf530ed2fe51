"""An archive and a run over it, as short as the tests need them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conversions import plain

from dau.archive.store import Archive
from dau.archive.verify import verify
from dau.batch import Event, Finished, Runner, RunSettings, Serial, Summary, run
from dau.batch.runner import Convert

DIGEST = "ab" * 32


class Desk:
    """A folder of inputs, an archive, and what the last run told."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inputs = root / "in"
        self.inputs.mkdir(exist_ok=True)
        self.archive = root / "A"
        self.events: list[Event] = []

    def put(self, name: str, text: str) -> Path:
        path = self.inputs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(
        self, *named: Path, convert: Convert = plain, runner: Runner | None = None, digest: str = DIGEST,
        on_event: Callable[[Event], None] = lambda event: None, **options: object,
    ) -> Summary:
        self.events = []

        def note(event: Event) -> None:
            self.events.append(event)
            on_event(event)

        with Archive.open(self.archive) as archive:
            return run(
                named or [self.inputs], archive, convert, runner or Serial(), settings="{}", digest=digest,
                options=RunSettings(**{"free_space": 0, **options}),  # type: ignore[arg-type]
                on_event=note,
            )

    def finished(self) -> dict[str, Finished]:
        return {event.source.rsplit("/", 1)[-1]: event for event in self.events if isinstance(event, Finished)}

    def problems(self) -> list[str]:
        return [f"{d.code} {d.path}" for d in verify(self.archive)]

    def manifest(self) -> bytes:
        return (self.archive / "manifest.jsonl").read_bytes()

    def documents(self) -> dict[str, bytes]:
        root = self.archive / "documents"
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
