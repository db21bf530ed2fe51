"""Every input of an archive with its outcome and its document, one document in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from ...document.directive import SEVERITY_RANK, Directive, ReviewItem
from .. import state as states
from ..folder import DOCUMENTS
from ..manifest import ManifestLine, read_at, require


@dataclass(frozen=True)
class Row:
    """`line` is the last outcome of an input, or what was received where there is none yet; `directive` is its
    document, None where there is none or it cannot be read (`unreadable`)."""

    line: ManifestLine
    directive: Directive | None = None
    unreadable: bool = False

    @property
    def pending(self) -> bool:
        return self.line.event == "received"

    @property
    def doubts(self) -> list[ReviewItem]:
        """What a human must look at, the gravest first."""
        found = [item for item in self.directive.review if item.needs_review] if self.directive else []
        return sorted(found, key=lambda item: (SEVERITY_RANK[item.severity], -(item.expected_loss or 0.0)))

    @property
    def confidence(self) -> float | None:
        given = self.directive.confidence if self.directive else None
        return given.document if given else None


def survey(archive: Path) -> Iterator[Row]:
    """The inputs in the order of their paths. Works while a run writes; raises ArchiveUnusable where it is no archive.

    What the manifest says is kept as a few words an input (see `state`); documents are read as they come up.
    """
    manifest = require(archive)
    state = states.load(manifest)
    keys = {key for key in state.outcomes if not state.superseded(key)} | set(state.pending)
    for key in sorted(keys, key=lambda key: (key[0], key[1] or "")):
        waiting = state.pending.get(key)
        if waiting is not None:
            yield Row(waiting)
        else:
            yield load(archive, read_at(manifest, state.outcomes[key].offset))


def load(archive: Path, line: ManifestLine) -> Row:
    """An outcome with its document."""
    if line.document is None:
        return Row(line)
    try:
        path = archive / DOCUMENTS / line.document / "document.json"
        return Row(line, Directive.model_validate_json(path.read_bytes()))
    except (OSError, ValidationError):
        return Row(line, unreadable=True)
