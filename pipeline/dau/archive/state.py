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
    """A recorded outcome: `offset` is where its line starts in the manifest, `pages` how many did not fail, `asked`
    how many have a status: fewer than the source has where only some were asked for (`--pages`)."""

    status: Status
    settings: str
    offset: int
    document: str | None
    pages: int = 0
    asked: int = 0


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
    """The outcome over the most pages, of these the one with the most that were read, the latest of several: what
    holds when a later run fails."""
    aside: dict[InputKey, Done] = field(default_factory=dict)
    """Of inputs whose last document is over fewer pages than the one before: that one, which stands."""
    widest: dict[str, int] = field(default_factory=dict)
    """By SHA-256 over how many pages there is a document; where that is more than one."""
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
        done = Done(line.status or "failed", line.settings, offset, line.document, read, len(line.pages))
        if line.document is not None:
            self._add_document(key, done)
        self.outcomes[key] = done

    def _add_document(self, key: InputKey, done: Done) -> None:
        """An outcome with a document; `outcomes` does not hold it yet."""
        document, sha256 = done.document or "", key[1]
        before = self._standing(key) if key in self.outcomes else None
        if before is not None and before.document != document and before.asked > done.asked:
            self.aside[key] = before
        else:
            self.aside.pop(key, None)
        self.documents[document] = done
        best = self.best.get(key)
        if best is None or (done.asked, done.pages) >= (best.asked, best.pages):
            self.best[key] = done
        if sha256 is not None:
            self.contents[sha256, done.settings] = done
            if done.asked > max(1, self.widest.get(sha256, 0)):
                self.widest[sha256] = done.asked

    def current(self) -> dict[str, Current]:
        """The documents that count, by name and in the order of their names; one for each content.

        Of an input it is the document of its last outcome. A failure replaces nothing: where the last run failed, it is
        the best one from before. Nor does a run over some of the pages (`--pages`) replace one over more. Where equal
        content under several paths was run with different settings (a file was moved, say, and run again), it is the
        one over the most pages, of these the one with the most that were read, the latest of several.
        """
        found: dict[str, list[Done]] = {}
        inputs: dict[str, list[str]] = {}
        for path, sha256 in self.outcomes:
            done = self._standing((path, sha256))
            if done is not None and sha256 is not None:
                found.setdefault(sha256, []).append(done)
                inputs.setdefault(sha256, []).append(path)
        made = [
            Current(sha256, max(each, key=attrgetter("asked", "pages", "offset")), tuple(sorted(inputs[sha256])))
            for sha256, each in found.items()
        ]
        return {each.done.document or "": each for each in sorted(made, key=lambda each: each.done.document or "")}

    def _standing(self, key: InputKey) -> Done | None:
        """What holds of an input: the last outcome of the document it has; None where it never had one."""
        last = self.told(key)
        done = last if last.document is not None else self.best.get(key)
        return self.documents[done.document] if done is not None and done.document is not None else None

    def told(self, key: InputKey) -> Done:
        """What is told of an input: its last outcome, failures included; where that is over fewer pages than the
        document before it, the last outcome of that document (perhaps of another input with this content)."""
        last, before = self.outcomes[key], self.aside.get(key)
        if last.document is None or before is None or before.document is None:
            return last
        return self.documents[before.document]

    def fewer_pages(self, key: InputKey) -> bool:
        """Whether the last outcome of an input is a document over fewer pages than another of the same content, which
        stays the current one."""
        done = self.outcomes[key]
        return done.document is not None and done.asked < self.widest.get(key[1] or "", 0)

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
