"""The manifest folded: what is done under which settings, and what was interrupted.

Kept small: for each input a few words, for each document the byte offset of its outcome line, from which the rest
is read where it is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from .manifest import Damaged, ManifestLine, SourceFile, read
from .outcome import Status

InputKey = tuple[str, str | None]
"""Path as text, and SHA-256 (None where the file could not be read)."""


@dataclass(frozen=True, slots=True)
class Done:
    """A recorded outcome: `offset` is where its line starts in the manifest, `pages` how many did not fail."""

    status: Status
    settings: str
    offset: int
    document: str | None
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Current:
    """The document that counts of a content: `done` is the last outcome that names it, `inputs` the paths the content
    came from, as the manifest writes them."""

    sha256: str
    done: Done
    inputs: tuple[str, ...]


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
    best: dict[InputKey, Done] = field(default_factory=dict)
    """The outcome with the most pages that were read, the latest of several: what holds when a later run fails."""
    documents: dict[str, Done] = field(default_factory=dict)
    """Every folder that an outcome has ever named, with the last that did."""
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
        read = sum(status != "failed" for status in line.pages.values())
        done = Done(line.status or "failed", line.settings, offset, line.document, read)
        self.outcomes[key] = done
        if line.document is not None:
            self.documents[line.document] = done
            if key not in self.best or read >= self.best[key].pages:
                self.best[key] = done
            if line.source.sha256 is not None:
                self.contents[line.source.sha256, line.settings] = done

    def current(self) -> dict[str, Current]:
        """The documents that count, by name and in the order of their names; one for each content.

        Of an input it is the document of its last outcome; where the last run failed, the best one from before: a
        failure replaces nothing. Where equal content under several paths was run with different settings (a file was
        moved, say, and run again), it is the one with the most pages, the latest of several.
        """
        found: dict[str, list[Done]] = {}
        inputs: dict[str, list[str]] = {}
        for path, sha256 in self.outcomes:
            done = self._standing((path, sha256))
            if done is not None and sha256 is not None:
                found.setdefault(sha256, []).append(done)
                inputs.setdefault(sha256, []).append(path)
        made = [
            Current(sha256, max(each, key=attrgetter("pages", "offset")), tuple(sorted(inputs[sha256])))
            for sha256, each in found.items()
        ]
        return {each.done.document or "": each for each in sorted(made, key=lambda each: each.done.document or "")}

    def _standing(self, key: InputKey) -> Done | None:
        """What holds of an input: the last outcome of the document it has; None where it never had one."""
        last = self.outcomes[key]
        done = last if last.document is not None else self.best.get(key)
        return self.documents[done.document] if done is not None and done.document is not None else None

    def current_documents(self) -> set[str]:
        """The folders that must be there: what counts, and what the last outcome of any input names."""
        named = {done.document for done in self.outcomes.values() if done.document is not None}
        return named | self.current().keys()

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
