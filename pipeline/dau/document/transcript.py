"""transcript.json: what was read, where, and what the restorer made of it.

Boxes are `(x0, y0, x1, y1)` in PDF points (1/72 inch) from the top left of the original page as displayed
(after /Rotate and EXIF, before deskew). Offsets are characters of a line's `raw` and `restored` text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

BBox = tuple[float, float, float, float]

ChangeReason = Literal["diacritics", "confusion", "join", "split", "symbol", "reviewer"]
"""Why a word was changed: `diacritics` (same base letters), `confusion` (letters an OCR engine is known to
confuse), `join` / `split` (spaces lost or inserted), `symbol` (letters of a document symbol, e.g. QD → QĐ),
`reviewer` (a person said so)."""

TextSource = Literal["ocr", "text_layer", "text", "blank", "failed"]

OverlayKind = Literal[
    "seal", "received_stamp", "signature_note", "urgency_stamp", "secrecy_stamp",
    "watermark", "handwriting", "ghost", "noise",
]


Rescan = Literal[
    "mirrored", "show_through", "illegible", "doubtful", "unread", "cut_left", "cut_right", "cut_top", "cut_bottom",
]
"""What is wrong with a page's image, so that the page should be scanned again: it is seen in a mirror; the other side
shows through; `illegible`, hardly a word can be made out; `doubtful`, many words are probably wrong; `unread`, much of
what is printed was not found; text runs into an edge of the image."""


def box_around(boxes: Iterable[BBox | None]) -> BBox | None:
    """The smallest box around those that are there; None where none is."""
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    x0, y0, x1, y1 = zip(*known, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


class Frozen(BaseModel):
    """Immutable, strict about unknown keys: a misspelt field is an error, not silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reviewed(Frozen):
    """A person looked here: `event` is the id of what they said in reviews/, `machine` and `confidence` what the run
    had made of it. Never in the files of a run: only in what comes of them with the reviews applied."""

    event: str
    by: str
    at: str
    action: Literal["corrected", "accepted", "added"]
    machine: JsonValue = None
    confidence: float | None = None


def absent(value: object) -> bool:
    """Whether an optional key is left out of the file."""
    return not value


class Change(Frozen):
    """One edit of the restorer; `raw[raw_start:raw_end] → restored[start:end]`, `score` in 0…1 is the model's
    posterior that the restored form is right."""

    raw_start: int = Field(ge=0)
    raw_end: int = Field(ge=0)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    raw: str
    restored: str
    reason: ChangeReason
    score: float = Field(ge=0, le=1)


class WordAlternative(Frozen):
    """What else a word may be, and how likely; `value` is the whole word."""

    value: str
    confidence: float = Field(ge=0, le=1)


class Word(Frozen):
    """A word of a line. Joined words are one `Word` with a space in `raw` ("T hong" → "Thông"), split words one
    with a space in `restored` ("doankét" → "đoàn kết"), so that the words in order always reproduce the line.

    `readings` is what each engine read there, "digits" the reader of digit strings; `alternatives` are other forms of a
    word whose digits were read once more, best first."""

    bbox: BBox | None = None
    raw: str
    restored: str
    confidence: float | None = Field(default=None, ge=0, le=1)
    readings: dict[str, str] = Field(default_factory=dict)
    alternatives: tuple[WordAlternative, ...] = ()
    reviewed: Reviewed | None = Field(default=None, exclude_if=absent)

    @property
    def read_apart(self) -> bool:
        """Whether the engines read other letters or digits."""
        return len({"".join(filter(str.isalnum, reading)) for reading in self.readings.values()}) > 1


class Cell(Frozen):
    """A cell of a ruled table: `table` counts the tables of a page from 1, `row` and `column` the lines of its grid
    from 0; a merged cell spans several."""

    table: int = Field(ge=1)
    row: int = Field(ge=0)
    column: int = Field(ge=0)
    row_span: int = Field(default=1, ge=1)
    column_span: int = Field(default=1, ge=1)


Boundary = Literal["starts", "continues", "body", "noise", "body_begins", "body_ends"]
"""What a person says of a line: a paragraph starts with it; it continues the one before; it is text of the body,
however it looks; it is no text of the document (a page number, a stamp, a speck); the body begins with it, and what is
before is header, title or addressee; the body ends with it, and what is behind is signature or recipients."""


class Line(Frozen):
    """A line of text in reading order. `raw` and `restored` are the words joined by one space. `cell` is where it
    stands in a table with rules; None outside of tables and in text that was not read from a page. `boundary`, and
    `reviewed` with it, only where a person said so."""

    id: str = Field(pattern=r"^p\d{4,}-l\d{4,}$")
    bbox: BBox | None = None
    words: tuple[Word, ...] = ()
    changes: tuple[Change, ...] = ()
    cell: Cell | None = None
    boundary: Boundary | None = Field(default=None, exclude_if=absent)
    reviewed: Reviewed | None = Field(default=None, exclude_if=absent)

    @property
    def raw(self) -> str:
        return " ".join([w.raw for w in self.words])

    @property
    def restored(self) -> str:
        return " ".join([w.restored for w in self.words])


class Overlay(Frozen):
    """Something on the page that is not its text: a seal, a stamp, a signature note. Kept as evidence."""

    kind: OverlayKind
    bbox: BBox | None = None
    text: str | None = None


class TranscriptPage(Frozen):
    """`width` and `height` in points; `rotation` is what was undone (clockwise degrees), `skew` in degrees. `parts`:
    how many pages the image shows, read from left to right; `rescan`: why the page should be scanned again."""

    number: int = Field(ge=1)
    width: float | None = None
    height: float | None = None
    rotation: Literal[0, 90, 180, 270] = 0
    skew: float = 0.0
    dpi: float | None = None
    text_source: TextSource
    lines: tuple[Line, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    parts: int = Field(default=1, ge=1)
    rescan: tuple[Rescan, ...] = ()


class Transcript(Frozen):
    schema_version: Literal["1.0"] = "1.0"
    pages: tuple[TranscriptPage, ...] = ()

    def text(self, *, raw: bool = False) -> str:
        """All lines, LF between lines, form feed between pages."""
        return "\f".join(
            "".join((line.raw if raw else line.restored) + "\n" for line in page.lines) for page in self.pages
        )


def line_id(page: int, line: int) -> str:
    """`p0001-l0007`; both counted from 1."""
    return f"p{page:04d}-l{line:04d}"


def lines_of_text(text: str, page: int = 1) -> tuple[Line, ...]:
    """Plain text as transcript lines without boxes: one line for each line of the text, empty ones included."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    if rows and rows[-1] == "":
        rows.pop()
    return tuple(
        Line(id=line_id(page, n), words=tuple(Word(raw=w, restored=w) for w in row.split()))
        for n, row in enumerate(rows, 1)
    )
