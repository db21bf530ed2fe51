"""What the process that makes a PDF is asked, and what it answers; both cross over as JSON."""

from __future__ import annotations

from typing import Literal

from dau.document.transcript import BBox, Frozen, TranscriptPage

Fact = Literal["signed", "pdfa", "restricted", "attachments"]
"""What is true of the original and not of its copy: it is digitally signed, is PDF/A already (by its own word), is
encrypted with the owner's restrictions, carries other files."""


class PageWords(Frozen):
    """A page that was read. `number` from 1; `width` and `height` in points as displayed, None where it failed;
    `rotation` is clockwise what makes it upright, `skew` how far its rows lean (see Page). `own_text`: the text of the
    file itself was taken. `lines`: of each word box and text."""

    number: int
    width: float | None
    height: float | None
    rotation: int
    skew: float
    own_text: bool
    lines: tuple[tuple[tuple[BBox, str], ...], ...]


class ImageFile(Frozen):
    """An image file that holds pages, the places of these in it in `frames`."""

    path: str
    frames: tuple[int, ...]


class Job(Frozen):
    """`source` is a PDF, unless `images` names the image files that hold the pages, one after the other.
    `drawn`: image files for pages to be drawn anew, by page number. `output`: where to write; `identity`: hex digits
    that the file's ID is made from. `information`: values of the document's properties, see `properties`."""

    source: str
    images: tuple[ImageFile, ...]
    pages: tuple[PageWords, ...]
    drawn: dict[int, str]
    output: str
    flavour: str
    identity: str
    information: dict[str, str]


class Answer(Frozen):
    """`redraw`: pages that cannot go into PDF/A as they are; nothing was written then. `facts` of the original;
    `flattened`: how many annotations (stamps, seals of signatures) were made part of their pages."""

    redraw: tuple[int, ...] = ()
    facts: tuple[Fact, ...] = ()
    flattened: int = 0


def page_words(page: TranscriptPage) -> PageWords:
    """What the PDF needs of a page of the transcript."""
    return PageWords(
        number=page.number,
        width=page.width,
        height=page.height,
        rotation=page.rotation,
        skew=page.skew,
        own_text=page.text_source == "text_layer",
        lines=tuple(
            words
            for line in page.lines
            if (words := tuple((w.bbox, w.restored) for w in line.words if w.bbox is not None and w.restored.strip()))
        ),
    )
