"""What is taken from one document for the relations, once: who it is, whom it cites and how, what is in doubt.

Everything here is a function of that document alone and is kept in the index, so that a run reads only what is new.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from pydantic import TypeAdapter

from dau.document import directive as d
from dau.document.transcript import Transcript

from .identity import Identity
from .kinds import Kind

NOTE = "note"
"""Id of the citation that the note below the title is."""
DOUBTED_NUMBER = frozenset(
    ["handwritten_number_low_confidence", "number_misread", "number_malformed", "number_blank", "number_missing"]
)
DOUBTED_DATE = frozenset(["handwritten_date_low_confidence", "date_impossible", "date_blank", "date_missing"])
DOUBTED_CITATION = frozenset(["citation_number_misread", "citation_malformed", "citation_date_impossible"])
DOUBTED_WORDS = DOUBTED_CITATION | {"low_confidence_text", "text_date_impossible"}


class Held(Protocol):
    """A document of the archive, corrections applied: `dau.corrected.Held`."""

    @property
    def id(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def stamp(self) -> str: ...
    @property
    def directive(self) -> d.Directive: ...
    @property
    def transcript(self) -> Transcript: ...


@dataclass(frozen=True)
class Mention:
    """A place where a document is named: unit, page, the words around it, and the relation they state."""

    node: str | None
    page: int | None
    words: str
    kind: Kind


@dataclass(frozen=True)
class Cited:
    """A cited document. `partial` is (day, month) where the text dates it without a year ("Ngày 16/9 vừa qua, … đã ký
    ban hành …"), `partial_words` how it says so; `sure` is False where the reading of its number is itself in doubt.
    `place`: where it stands in the document's list of citations, -1 for the note below the title."""

    id: str
    place: int
    who: Identity
    sure: bool
    mentions: tuple[Mention, ...]
    partial: tuple[int, int] | None = None
    partial_words: str | None = None


@dataclass(frozen=True)
class Doubt:
    """An item of the review list that a witness may settle; what a person settled is none. `index`: its place there."""

    index: int
    code: str
    field: str | None
    node: str | None
    raw: str | None
    resolved: str | None
    offered: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What a document says of itself and of others.

    `number_sure`, `date_sure`: they were read, and nothing doubts them. `month`: (year, month) of a day that could not
    be read. `serial`: the digits read where the number should be. `movements`: (name, own or parent).
    """

    document: str
    sha256: str
    synthetic: bool
    who: Identity
    symbol: str | None
    number_raw: str | None
    serial: str | None
    number_sure: bool
    date_raw: str | None
    date_sure: bool
    month: tuple[int, int] | None
    pages: tuple[int | None, int | None]
    length: int
    cited: tuple[Cited, ...]
    doubts: tuple[Doubt, ...]
    movements: tuple[tuple[str, str], ...]
    filename: str | None = None

    @property
    def number_doubts(self) -> tuple[Doubt, ...]:
        return tuple(x for x in self.doubts if x.code in DOUBTED_NUMBER and x.field == "/metadata/number")

    @property
    def date_doubts(self) -> tuple[Doubt, ...]:
        return tuple(x for x in self.doubts if x.code in DOUBTED_DATE and x.field == "/metadata/issued")

    def packed(self) -> bytes:
        return _adapter().dump_json(self)

    @staticmethod
    def unpacked(data: bytes) -> Facts:
        return _adapter().validate_json(data)


@cache
def _adapter() -> TypeAdapter[Facts]:
    return TypeAdapter(Facts)
