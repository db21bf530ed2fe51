"""The manifest folded: what is done under which settings, and what was interrupted.

Kept small: for each input a few words, for each document the byte offset of its outcome line, from which the rest
is read where it is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .manifest import Damaged, ManifestLine, SourceFile, read
from .outcome import Status

InputKey = tuple[str, str | None]
"""Path as text, and SHA-256 (None where the file could not be read)."""


@dataclass(frozen=True, slots=True)
class Done:
    """A recorded outcome: `offset` is where its line starts in the manifest."""

    status: Status
    settings: str
    offset: int
    document: str | None


@dataclass(slots=True)
class State:
    """What the manifest says. Changed only by `add`, in the order of its lines."""

    outcomes: dict[InputKey, Done] = field(default_factory=dict)
    pending: dict[InputKey, ManifestLine] = field(default_factory=dict)
    """Received, and no outcome since."""
    contents: dict[tuple[str, str], Done] = field(default_factory=dict)
    """Last outcome with a document by SHA-256 and settings, whatever the path. Failures are not here: what failed
    under one path may be the path's own fault (a file changed while it was read)."""
    sources: dict[str, SourceFile] = field(default_factory=dict)
    """Last seen source by path."""
    hashes: dict[str, str] = field(default_factory=dict)
    """First 16 digits of each known SHA-256 → all of it."""
    documents: set[str] = field(default_factory=set)
    """Every folder that an outcome has ever named."""
    damaged: list[Damaged] = field(default_factory=list)
    unmatched: list[tuple[int, InputKey, str]] = field(default_factory=list)
    """Lines that break the alternation of received and outcome: offset, input, what is wrong."""

    def add(self, line: ManifestLine, offset: int) -> None:
        key = (line.source.path, line.source.sha256)
        if line.source.sha256 is not None:
            self.hashes.setdefault(line.source.sha256[:16], line.source.sha256)
        if line.event == "received":
            if key in self.pending:
                self.unmatched.append((offset, key, "received twice without an outcome between"))
            self.pending[key] = line
            self.sources[line.source.path] = _brief(line.source)
            return
        if self.pending.pop(key, None) is None:
            self.unmatched.append((offset, key, "an outcome for an input that was not received"))
        if self.sources.get(line.source.path, line.source).sha256 == line.source.sha256:
            self.sources[line.source.path] = _brief(line.source)
        done = Done(line.status or "failed", line.settings, offset, line.document)
        self.outcomes[key] = done
        if line.document is not None:
            self.documents.add(line.document)
            if line.source.sha256 is not None:
                self.contents[line.source.sha256, line.settings] = done

    def current_documents(self) -> set[str]:
        """The folders that count: named by the last outcome of some input."""
        return {done.document for done in self.outcomes.values() if done.document is not None}

    def superseded(self, key: InputKey) -> bool:
        """Whether an unreadable file was read since: the failure is history then."""
        path, sha256 = key
        last = self.sources.get(path)
        return sha256 is None and last is not None and last.sha256 is not None


def _brief(source: SourceFile) -> SourceFile:
    """A source without the list of its page files, of which there may be thousands."""
    return source if source.group is None else source.model_copy(update={"group": None})


def load(path: Path) -> State:
    """Fold a manifest file."""
    state = State()
    for entry in read(path):
        if isinstance(entry, Damaged):
            state.damaged.append(entry)
        else:
            state.add(entry.line, entry.offset)
    return state
