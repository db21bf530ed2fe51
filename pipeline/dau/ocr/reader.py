"""A cleaned page → its lines in reading order, and what lies over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from dau.document.errors import DauError, DependencyError
from dau.document.page import Page
from dau.document.transcript import Frozen, Line, Overlay, OverlayKind, Word, WordAlternative, line_id

from .cells import cut_at_cells, without_rules
from .closer import beside_seals, read_closer
from .columns import unmerged
from .digits import DigitReader, reread
from .engine import Engine, sound
from .frames import stamp_frames
from .fuse import Language, fused, load_model, single
from .glued import dates_parted
from .lines import Box, TextLine
from .overlay_text import Found, cut_at_stamps, separate, stamped, without_known
from .reading_order import in_reading_order
from .rescue import Reading, faintly_read, rescued, together, with_faint
from .ruling import RuledTable, find_tables
from .tesseract import Tesseract
from .trueocr import TrueOcr

EngineName = Literal["tesseract", "trueocr"]


class OcrSettings(Frozen):
    """Which engines read, and how long Tesseract may take for a page (seconds).

    With both, trueocr finds the lines and each engine reads each line. With Tesseract alone, or where trueocr is not
    installed, Tesseract's own layout is used.
    """

    engines: tuple[EngineName, ...] = ("tesseract", "trueocr")
    language: str = "vie"
    seconds: float = Field(default=120.0, gt=0)


class Reader:
    """Reads pages; engines are loaded once and stay warm.

    Raises DependencyError where no engine at all is there, or Tesseract lacks its language.
    """

    def __init__(self, settings: OcrSettings, language: Language | None = None) -> None:
        """`language` helps to choose between two readings of a word."""
        self.settings = settings
        self._language = language
        self._tesseract = Tesseract(settings.language, settings.seconds) if "tesseract" in settings.engines else None
        self._trueocr = _trueocr(needed=self._tesseract is None) if "trueocr" in settings.engines else None
        if self._tesseract is None and self._trueocr is None:
            raise DependencyError("No OCR engine is chosen.", "Name tesseract or trueocr in ocr.engines.")
        self._model = load_model() if self._tesseract and self._trueocr else None
        self._digits = DigitReader()

    @property
    def versions(self) -> Mapping[str, str]:
        """Engine → version of program and model; they enter the settings digest."""
        engines: tuple[Engine | None, ...] = (self._tesseract, self._trueocr)
        versions = {engine.name: engine.version for engine in engines if engine is not None}
        if self._model is not None:
            versions["fusion"] = f"{self._model.digest} {self._language.digest[:16] if self._language else 'alone'}"
        versions["digits"] = self._digits.version
        return versions

    def read(self, page: Page) -> Reading:
        """The page's text layer where it has one, nothing on a blank page, else what the engines read.

        Raises a DauError that concerns this page only.
        """
        if page.text_layer is not None:
            return Reading(page.text_layer, page.overlays)
        if page.parts:
            return together(page, [self.read(part) for part in page.parts])
        if page.blank:
            return Reading((), page.overlays, blank=True)
        if page.faint:
            return faintly_read(page, self._read, self._trueocr)
        reading = rescued(page, self._read(page), self._read, self._trueocr)
        return with_faint(page, reading, self._read, self._trueocr)

    def _read(self, page: Page) -> Reading:
        """What the engines make of the page as it lies."""
        grey = page.readable
        height, width = grey.shape[:2]
        tables = find_tables(grey, page.dpi)
        lines, stamps, failed = self._lines(page, without_rules(page, tables), tables)
        dirt = [Found("noise", t.box, (TextLine(t.box, (t,)),)) for line in lines for t in line.doubtful]
        known = [(page.box_in_pixels(o.bbox), o.text) for o in page.overlays if o.bbox and o.text]
        lines = without_known([line for line in lines if line.tokens], known)
        text, found = separate(lines, stamps, _boxes(page, "seal"), height)
        if self._trueocr is not None:
            found = [self._closer(page, overlay) for overlay in found]
        found += dirt
        ordered = reread(page, in_reading_order(text, width, height, tables), self._digits)
        ordered = [dates_parted(line) for line in ordered]
        return Reading(
            tuple(_line(page, n, line) for n, line in enumerate(ordered, 1)), _overlays(page, found),
            failed=tuple(failed),
        )

    def _closer(self, page: Page, overlay: Found) -> Found:
        """What an overlay says is a bonus: where it cannot be read, what was read before stands."""
        try:
            return read_closer(self._trueocr, page, overlay) if self._trueocr else overlay
        except DauError:
            return overlay

    def _lines(
        self, ruled: Page, page: Page, tables: list[RuledTable]
    ) -> tuple[list[TextLine], list[Box], list[DauError]]:
        """Lines as read, unordered, the boxed stamps among them, and the errors of engines that did not read. `page` is
        `ruled` without the rules of tables.

        trueocr finds the lines where it is there, since its layout is the better one. If an engine fails on the page,
        the other reads it alone.
        """
        failed: list[DauError] = []
        finders: list[Engine] = [engine for engine in (self._trueocr, self._tesseract) if engine is not None]
        for engine in finders:
            try:
                read = sound(engine, _found(engine, ruled, page))
            except DauError as error:
                if engine is finders[-1]:
                    raise
                failed.append(error)
                continue
            lines = cut_at_cells(engine, page.readable, unmerged(read, page.readable.shape[1]), tables)
            if isinstance(engine, TrueOcr):
                lines += beside_seals(engine, page.readable, _boxes(page, "seal"), lines)
            stamps = _boxes(page, "received_stamp") + stamped(lines, stamp_frames(page.readable, page.dpi))
            return self._read_again(page, engine, cut_at_stamps(lines, stamps), failed), stamps, failed
        raise AssertionError("a reader has an engine")

    def _read_again(
        self, page: Page, finder: Engine, found: list[TextLine], failed: list[DauError]
    ) -> list[TextLine]:
        """The lines one engine has found and read, fused with what Tesseract reads in the same places."""
        if self._tesseract is None or finder is self._tesseract:
            return [single(line, finder.name) for line in found]
        try:
            boxes = [line.box for line in found]
            second = sound(self._tesseract, self._tesseract.read_lines(page.readable, boxes))
        except DauError as error:
            failed.append(error)
            return [single(line, finder.name) for line in found]
        assert self._model is not None
        return fused(second, found, (self._tesseract.name, finder.name), self._model, self._language)


def _found(engine: Engine, ruled: Page, page: Page) -> list[TextLine]:
    """The lines of a page: found with the rules of its tables, which part the lines of cells side by side, and read
    without them."""
    if page is ruled or not isinstance(engine, TrueOcr):
        return engine.read(page)
    return engine.read_lines(page.readable, engine.find_lines(ruled.readable))


def _boxes(page: Page, kind: OverlayKind) -> list[Box]:
    """Where cleaning located overlays of a kind, in pixels."""
    return [page.box_in_pixels(o.bbox) for o in page.overlays if o.kind == kind and o.bbox]


def _trueocr(*, needed: bool) -> TrueOcr | None:
    """The engine; where it is missing but not needed, Tesseract reads alone."""
    try:
        return TrueOcr()
    except DependencyError:
        if needed:
            raise
        return None


def _line(page: Page, number: int, line: TextLine) -> Line:
    words = tuple(
        Word(
            bbox=page.box_in_points(*token.box), raw=token.text, restored=token.text,
            confidence=round(min(1.0, max(0.0, token.confidence)), 3), readings=dict(token.readings),
            alternatives=tuple(WordAlternative(value=text, confidence=sure) for text, sure in token.alternatives),
        )
        for token in line.tokens
    )
    return Line(id=line_id(page.number, number), bbox=page.box_in_points(*line.box), words=words, cell=line.cell)


def _overlays(page: Page, found: list[Found]) -> tuple[Overlay, ...]:
    """What the file tells, seals and stamps as located, and everything that was read and is not text."""
    kept = [o for o in page.overlays if o.kind not in ("received_stamp", "seal")]
    kept += [Overlay(kind=f.kind, bbox=page.box_in_points(*f.box), text=f.text) for f in found]
    return tuple(sorted(kept, key=lambda o: (o.bbox or (0.0, 0.0))[:2][::-1]))
