"""What is on a simulated scan, exactly: NAME.truth.json.

Boxes are in points from the top left of the page as scanned, the way transcript.json has them: they follow the
skew and the bend of the scan. Lines are in reading order: page number, left header, right header, title, body,
recipients, signature. Overlays (seal, signature, electronic-signature note) are not part of the text.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dau.document.directive import Component, Metadata, Node, Recipient
from dau.document.transcript import BBox, Frozen, Line, Overlay, Transcript, TranscriptPage, Word

from .compose import LineRole

ScanSeverity = Literal["clean", "light", "medium", "severe"]
Colour = Literal["bilevel", "grey", "colour"]


class TruthWord(Frozen):
    """`hand`: the word, or the digits in it, are written by hand."""

    text: str
    bbox: BBox
    hand: bool = False


class TruthLine(Frozen):
    """`part` is the index into `components`; `item` counts the paragraphs and tables of its body from 0; `cell` is
    row and column in a table, row 0 its header."""

    id: str
    text: str
    bbox: BBox
    role: LineRole
    part: int
    item: int | None = None
    cell: tuple[int, int] | None = None
    words: tuple[TruthWord, ...]


class TruthPage(Frozen):
    """`width` and `height` in points, `skew` in degrees, clockwise as seen on the page."""

    number: int = Field(ge=1)
    width: float
    height: float
    dpi: float
    skew: float = 0.0
    severity: ScanSeverity
    colour: Colour
    lines: tuple[TruthLine, ...] = ()
    overlays: tuple[Overlay, ...] = ()

    @property
    def text(self) -> str:
        return "".join(f"{line.text}\n" for line in self.lines)


class Generator(Frozen):
    """What made the scan: pixels are the same where font digest and versions are."""

    seed: int
    font: str
    pillow: str
    opencv: str


class Truth(Frozen):
    """`synthetic` says why the text itself is no witness (a reconstruction); every page is simulated."""

    schema_version: Literal["1.0"] = "1.0"
    simulated: Literal[True] = True
    synthetic: str | None = None
    generator: Generator
    metadata: Metadata = Metadata()
    components: tuple[Component, ...] = ()
    nodes: tuple[Node, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    pages: tuple[TruthPage, ...] = ()

    @property
    def text(self) -> str:
        """Reading order, LF between lines, form feed between pages."""
        return "\f".join(page.text for page in self.pages)

    def transcript(self) -> Transcript:
        """The transcript a faultless reader would write."""
        return Transcript(pages=tuple(map(_transcript_page, self.pages)))


def _transcript_page(page: TruthPage) -> TranscriptPage:
    lines = tuple(
        Line(
            id=line.id, bbox=line.bbox,
            words=tuple(Word(bbox=w.bbox, raw=w.text, restored=w.text) for w in line.words),
        )
        for line in page.lines
    )
    return TranscriptPage(
        number=page.number, width=page.width, height=page.height, skew=page.skew, dpi=page.dpi, text_source="ocr",
        lines=lines, overlays=page.overlays,
    )
