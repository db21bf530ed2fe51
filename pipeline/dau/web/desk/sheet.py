"""One page of a document as the desk shows it: its lines word by word, with boxes, beside its picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

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
class ShownLine:
    line: Line
    words: tuple[ShownWord, ...]


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


def sheet_of(page: TranscriptPage, count: int, *, picture: bool) -> Sheet:
    lines = tuple(
        ShownLine(line, tuple(ShownWord(f"{line.id}:{n}", word) for n, word in enumerate(line.words)))
        for line in page.lines
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


def crop_address(document: str, page: int, box: BBox, margin: float = 10.0) -> str:
    """Where the picture of a box is."""
    query = urlencode({"box": ",".join(f"{each:.1f}" for each in box), "margin": f"{margin:g}"})
    return f"/api/v1/documents/{document}/pages/{page}/crop.webp?{query}"


def page_address(document: str, page: int) -> str:
    """Where the picture of a page is."""
    return f"/api/v1/documents/{document}/pages/{page:04d}.webp"
