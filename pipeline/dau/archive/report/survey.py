"""Every input of an archive with its outcome and its document, one document in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...document.directive import SEVERITY_RANK, Directive, ReviewItem
from ...document.errors import InputError
from .. import state as states
from ..documents import Reader, as_made
from ..manifest import ManifestLine, read_at, require
from ..state import Current


@dataclass(frozen=True)
class Row:
    """`line` is what is told of an input: its last outcome (see `State.told`), or what was received where there is none
    yet. `current` is the document that counts of its content, as everywhere (a later failure takes none away), None
    where there is none; `made` is the outcome that made it, often `line` itself; `directive` what it says, None where
    it cannot be read (`unreadable`)."""

    line: ManifestLine
    directive: Directive | None = None
    unreadable: bool = False
    current: Current | None = None
    made: ManifestLine | None = None

    @property
    def pending(self) -> bool:
        return self.line.event == "received"

    @property
    def document(self) -> str | None:
        """The name of its folder."""
        return self.current.done.document if self.current else None

    @property
    def settled(self) -> int:
        """How many doubts a human had to look at and need not any more."""
        return sum(item.settled for item in self.directive.review) if self.directive else 0

    @property
    def doubts(self) -> list[ReviewItem]:
        """What a human must look at still, the gravest first."""
        found = [item for item in self.directive.review if item.open] if self.directive else []
        return sorted(found, key=lambda item: (SEVERITY_RANK[item.severity], -(item.expected_loss or 0.0)))

    @property
    def confidence(self) -> float | None:
        given = self.directive.confidence if self.directive else None
        return given.document if given else None


def survey(archive: Path, read: Reader | None = None) -> Iterator[Row]:
    """The inputs in the order of their paths. Works while a run writes; raises ArchiveUnusable where it is no archive.

    What the manifest says is kept as a few words an input (see `state`); documents are read as they come up, by `read`,
    without it as their run wrote them (see `status`).
    """
    manifest = require(archive)
    state = states.load(manifest)
    read = read or as_made(archive)
    current = {each.sha256: each for each in state.current().values()}
    keys = {key for key in state.outcomes if not state.superseded(key)} | set(state.pending)
    for key in sorted(keys, key=lambda key: (key[0], key[1] or "")):
        waiting = state.pending.get(key)
        if waiting is not None:
            yield Row(waiting)
            continue
        line = read_at(manifest, state.told(key).offset)
        line = line.model_copy(update={"source": line.source.model_copy(update={"path": key[0]})})
        yield _row(manifest, line, current.get(key[1] or ""), read)


def _row(manifest: Path, line: ManifestLine, current: Current | None, read: Reader) -> Row:
    if current is None:
        return Row(line)
    made = line if line.document == current.done.document else read_at(manifest, current.done.offset)
    return loaded(Row(line, current=current, made=made), read)


def loaded(row: Row, read: Reader) -> Row:
    """A row with what its document says."""
    assert row.current is not None
    try:
        return replace(row, directive=read(row.current))
    except InputError:
        return replace(row, unreadable=True)
