"""A content being converted, and the inputs that came with it meanwhile: they share what comes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from ..archive.manifest import SourceFile
from ..archive.originals import Taken
from ..archive.outcome import Outcome
from .intake import recorded


@dataclass
class Flight:
    """A content being converted for `source`. `followers` came with the same content; with what was taken of each,
    None where it was taken by an earlier run."""

    source: SourceFile
    taken: Taken
    followers: list[tuple[SourceFile, Taken | None]] = field(default_factory=list)

    def has(self, path: str) -> bool:
        return path in {self.source.path, *(follower.path for follower, _ in self.followers)}

    def fellows(self, original: str | None) -> list[SourceFile]:
        """The followers, with the name of the original they share and with what proves them unchanged."""
        return [
            (recorded(source, taken) if taken is not None else source).model_copy(update={"original": original})
            for source, taken in self.followers
        ]


def same_fate(outcome: Outcome, source: SourceFile, other: SourceFile) -> bool:
    """Whether what came of an input is true of another with equal content: what failed under one extension may be right
    under another, a text that was called .pdf, say."""
    return outcome.document is not None or _suffix(source) == _suffix(other)


def told_of(outcome: Outcome, source: SourceFile, other: SourceFile) -> Outcome:
    """The outcome of an input as that of another: its message names the other file, and it took no time."""
    name, message = _name(source), outcome.message
    if message is not None and PurePath(name).suffix:
        message = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", lambda match: _name(other), message)
    return replace(outcome, message=message, seconds=0.0)


def _name(source: SourceFile) -> str:
    return source.path.rsplit("/", 1)[-1]


def _suffix(source: SourceFile) -> str:
    return PurePath(_name(source)).suffix.lower() if source.group is None else ""
