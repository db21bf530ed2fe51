"""Which documents of an archive an export takes. Few questions, each with one meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ..document.directive import Directive
from ..document.errors import InputError
from ..document.orthography import bare
from .held import Held


class ReviewStatus(StrEnum):
    """How far people got with a document. `reviewed`: something they said of it is applied, and not undone;
    `accepted`: somebody accepted it as a whole; `doubtful`: it has doubts of high or medium severity that nothing
    settled, as the desk's inbox shows them; `settled`: it has none."""

    reviewed = "reviewed"
    accepted = "accepted"
    settled = "settled"
    doubtful = "doubtful"


@dataclass(frozen=True)
class Selection:
    """What a document must be; what is empty asks for nothing.

    `documents`: folder's name or its beginning (at least four characters), SHA-256 or its beginning, or the document's
    number as a whole. `types`: name or symbol of the type (`Quyết định`, `QĐ`). `since`, `until`: its date of issue,
    both days included. `statuses`: any of these. Letter case and diacritics do not count.
    """

    documents: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    statuses: tuple[ReviewStatus, ...] = ()


@dataclass
class Selected:
    """Iterates over the chosen documents, and has counted afterwards: `seen`; `undated`, left out because their date of
    issue could not be read while days were asked for; `unreadable`, whose files are damaged, and why; `unnamed`, what
    `Selection.documents` names and the archive does not hold."""

    source: Iterable[Held]
    selection: Selection
    seen: int = 0
    undated: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    _met: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[Held]:
        for held in self.source:
            self.seen += 1
            try:
                wanted = self._wanted(held, held.directive)
            except InputError as error:
                self.unreadable[held.id] = str(error)
                continue
            if wanted:
                yield held

    @property
    def unnamed(self) -> list[str]:
        return [name for name in self.selection.documents if name not in self._met]

    def _wanted(self, held: Held, directive: Directive) -> bool:
        wish = self.selection
        names = [name for name in wish.documents if _named(held, name)]
        self._met.update(names)
        if wish.documents and not names:
            return False
        if wish.statuses and not any(_is(held, status) for status in wish.statuses):
            return False
        if wish.types and not any(_typed(held, name) for name in wish.types):
            return False
        if wish.since is None and wish.until is None:
            return True
        issued = directive.metadata.issued.date
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


def _is(held: Held, status: ReviewStatus) -> bool:
    if status is ReviewStatus.reviewed:
        return any(held.fates.get(event.id) == "applied" for event in held.events if event.action != "undo")
    if status is ReviewStatus.accepted:
        return held.directive.reviewed is not None
    return _doubtful(held.directive) == (status is ReviewStatus.doubtful)


def _doubtful(directive: Directive) -> bool:
    return any(item.open for item in directive.review)


def _typed(held: Held, name: str) -> bool:
    kind = held.directive.metadata.type
    return _folded(name) in {_folded(value) for value in (kind.name, kind.symbol) if value}


def _folded(text: str) -> str:
    return " ".join(bare(text).casefold().split())
