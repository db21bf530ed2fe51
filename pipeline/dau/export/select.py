"""Which documents of an archive an export takes. Few questions, each with one meaning."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from .held import Held


@dataclass(frozen=True)
class Selection:
    """What a document must be; what is empty asks for nothing.

    `documents`: folder's name or its beginning (at least four characters), SHA-256 or its beginning, or the document's
    number as a whole. `types`: name or symbol of the type (`Quyết định`, `QĐ`). `since`, `until`: its date of issue,
    both days included. Letter case does not count.
    """

    documents: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass
class Selected:
    """Iterates over the chosen documents, and has counted afterwards: `seen`, and `undated`, left out because their
    date of issue could not be read while days were asked for."""

    source: Iterable[Held]
    selection: Selection
    seen: int = 0
    undated: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Held]:
        for held in self.source:
            self.seen += 1
            if self._wanted(held):
                yield held

    def _wanted(self, held: Held) -> bool:
        wish = self.selection
        if wish.documents and not any(_named(held, name) for name in wish.documents):
            return False
        if wish.types and not any(_typed(held, name) for name in wish.types):
            return False
        if wish.since is None and wish.until is None:
            return True
        issued = held.directive.metadata.issued.date
        if issued is None:
            self.undated.append(held.id)
            return False
        day = date.fromisoformat(issued)
        return (wish.since is None or wish.since <= day) and (wish.until is None or day <= wish.until)


def _named(held: Held, name: str) -> bool:
    wanted = _folded(name)
    if len(wanted) >= 4 and (held.id.startswith(wanted) or held.sha256.startswith(wanted)):
        return True
    number = held.directive.metadata.number.text
    return number is not None and _folded(number) == wanted


def _typed(held: Held, name: str) -> bool:
    kind = held.directive.metadata.type
    return _folded(name) in {_folded(value) for value in (kind.name, kind.symbol) if value}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
