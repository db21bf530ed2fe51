"""One page of a document as the desk shows it: its lines word by word, with boxes, beside its picture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlencode

from dau.document.directive import Directive
from dau.document.transcript import BBox, Line, Overlay, Transcript, TranscriptPage, Word

DOUBTFUL = 0.85
"""Confidence below which a word is shaded: of such words about one in three is wrong (docs/results.md, calibration)."""
_WORD = re.compile(r"(p\d{4,}-l\d{4,}):(\d{1,4})")


@dataclass(frozen=True)
class ShownWord:
    """A word of a page. `key` finds it again: its line and its place in it."""

    key: str
    word: Word

    @property
    def changed(self) -> bool:
        return self.word.raw != self.word.restored

    @property
    def doubtful(self) -> bool:
        known = self.word.confidence
        return self.word.reviewed is None and known is not None and known < DOUBTFUL

    @property
    def others(self) -> list[str]:
        """What else it may be: other forms of its digits, then what each engine read."""
        found = [a.value for a in self.word.alternatives] + list(self.word.readings.values()) + [self.word.raw]
        return [each for each in dict.fromkeys(found) if each and each != self.word.restored]

    @property
    def marks(self) -> str:
        """Class names."""
        marks = ("changed", self.changed), ("doubtful", self.doubtful), ("reviewed", self.word.reviewed is not None)
        return " ".join(["word", *(name for name, holds in marks if holds)])


@dataclass(frozen=True)
class Place:
    """Where the parser has put a line: `part` is "body" or the kind of its block (header, title, signature …), `node`
    its unit of the body, `begins` whether that begins with it."""

    part: str = "noise"
    node: str | None = None
    begins: bool = False


def places_of(directive: Directive) -> Mapping[str, Place]:
    """Where each line stands, by its id."""
    found = {str(line): Place(block.kind) for block in directive.blocks for line in block.lines}
    for node in directive.nodes:
        held = [str(line) for each in node.evidence for line in each.lines or ()]
        found |= {line: Place("body", node.id, n == 0) for n, line in enumerate(held)}
    return found


@dataclass(frozen=True)
class ShownLine:
    """A line with where it stands; `opens`: it is the first of its part on the page."""

    line: Line
    words: tuple[ShownWord, ...]
    place: Place = Place()
    opens: bool = False


@dataclass(frozen=True)
class Sheet:
    """A page. `picture`: whether there is one; boxes are in points from its top left."""

    number: int
    count: int
    width: float
    height: float
    picture: bool
    source: str
    lines: tuple[ShownLine, ...]
    overlays: tuple[Overlay, ...]

    @property
    def words(self) -> list[ShownWord]:
        return [word for line in self.lines for word in line.words]

    def beside(self, line: str) -> tuple[str | None, str | None]:
        """The ids of the lines above and below one."""
        ids = [None, *(each.line.id for each in self.lines), None]
        at = ids.index(line) if line in ids else 0
        return (ids[at - 1], ids[at + 1]) if at else (None, None)


def sheet_of(page: TranscriptPage, count: int, places: Mapping[str, Place], *, picture: bool) -> Sheet:
    printed = [(line, places.get(line.id, Place())) for line in page.lines if line.words]
    parts = [None, *(place.part for _, place in printed)]
    lines = tuple(
        ShownLine(line, tuple(ShownWord(f"{line.id}:{n}", word) for n, word in enumerate(line.words)), place, a != b)
        for (line, place), (a, b) in zip(printed, pairwise(parts), strict=True)
    )
    return Sheet(
        page.number, count, page.width or 595.0, page.height or 842.0, picture, page.text_source, lines,
        tuple(overlay for overlay in page.overlays if overlay.bbox),
    )  # fmt: skip


@dataclass(frozen=True)
class WordPlace:
    """A word in a transcript: `line.words[word]`."""

    page: TranscriptPage
    line: Line
    word: int


def place_of(transcript: Transcript, key: str) -> WordPlace | None:
    """Where the word of a key stands; None for what is no key, or names nothing that is there."""
    asked = _WORD.fullmatch(key)
    if asked is None:
        return None
    for page in transcript.pages:
        for line in page.lines:
            if line.id == asked[1] and int(asked[2]) < len(line.words):
                return WordPlace(page, line, int(asked[2]))
    return None


def page_and_line(transcript: Transcript, line: str) -> tuple[TranscriptPage, Line] | None:
    """A printed line by its id; None where there is none."""
    pages = [page for page in transcript.pages if line.startswith(f"p{page.number:04d}-")]
    return next(((page, each) for page in pages for each in page.lines if each.id == line and each.words), None)


def crop_address(document: str, page: int, box: BBox, margin: float = 10.0) -> str:
    """Where the picture of a box is."""
    query = urlencode({"box": ",".join(f"{each:.1f}" for each in box), "margin": f"{margin:g}"})
    return f"/api/v1/documents/{document}/pages/{page}/crop.webp?{query}"


def page_address(document: str, page: int) -> str:
    """Where the picture of a page is."""
    return f"/api/v1/documents/{document}/pages/{page:04d}.webp"
