"""What the language pipeline saw in a text, as plain data that outlives the pipeline's documents."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple


class Mark(NamedTuple):
    """Tokens `first` up to, not including, `last`; `label` says what they are, `kind` which of its sort."""

    first: int
    last: int
    label: str
    kind: str = ""


@dataclass(frozen=True)
class Reading:
    """A text as tokens (`words` at offsets `starts`) with its marks, each sort in order of place."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    marks: dict[str, tuple[Mark, ...]] = field(default_factory=dict)
    _begin: dict[str, dict[int, Mark]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of(self, label: str) -> tuple[Mark, ...]:
        """All marks of a sort: predicate, agency, coordinate, opener …"""
        return self.marks.get(label, ())

    def at(self, label: str, token: int) -> Mark | None:
        """The mark of a sort that begins at a token."""
        begin = self._begin.get(label)
        if begin is None:
            begin = self._begin[label] = {mark.first: mark for mark in reversed(self.of(label))}
        return begin.get(token)

    def end(self, token: int) -> int:
        """The offset behind a token."""
        return self.starts[token] + len(self.words[token])

    def slice(self, first: int, last: int) -> str:
        """The text of tokens `first` up to `last`, as printed; empty where there are none."""
        return self.text[self.starts[first] : self.end(last - 1)] if first < last else ""

    def span(self, mark: Mark) -> str:
        """The text of a mark."""
        return self.slice(mark.first, mark.last)

    def token(self, offset: int) -> int:
        """The first token that begins at or after an offset; the number of tokens where there is none."""
        return bisect_left(self.starts, offset)
