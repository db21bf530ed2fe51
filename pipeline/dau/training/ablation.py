"""What each part of reading adds: the same pages with one part switched off in turn.

Parts that have no setting are replaced in the process that measures, and only there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import cv2
import numpy as np

from dau import ocr, restore, scan
from dau.document.errors import DauError
from dau.document.page import Image, Page
from dau.document.transcript import Line
from dau.ocr.engine import Engine
from dau.ocr.fuse import single
from dau.ocr.lines import TextLine
from dau.ocr.reader import EngineName, Reader
from dau.ocr.syllables import is_syllable

_SURE = 0.95


@dataclass(frozen=True)
class Variant:
    """One part switched off. `patches`: names of `dau.ocr.reader` and what stands in for them."""

    title: str
    engines: tuple[EngineName, ...] = ("tesseract", "trueocr")
    cleaned: bool = True
    restored: bool = True
    language: bool = True
    patches: Mapping[str, Any] | None = None

    def applied(self) -> AbstractContextManager[object]:
        """While this lasts, the part is off."""
        stack = ExitStack()
        for name, stand_in in (self.patches or {}).items():
            stack.enter_context(patch(f"dau.ocr.reader.{name}", stand_in))
        return stack if self.patches else nullcontext()


def _as_read(lines: list[TextLine], *_: object) -> list[TextLine]:
    return lines


def _by_height(lines: list[TextLine], *_: object) -> list[TextLine]:
    return sorted(lines, key=lambda line: line.middle)


def _all_text(lines: list[TextLine], *_: object) -> tuple[list[TextLine], list[object]]:
    return lines, []


def _no_stamps(*_: object) -> list[object]:
    return []


def _no_digits(_: Page, lines: list[TextLine], __: object) -> list[TextLine]:
    return lines


_second = Reader._read_again


def _second_in_doubt(
    self: Reader, page: Page, finder: Engine, found: list[TextLine], failed: list[DauError]
) -> list[TextLine]:
    """Tesseract reads only lines with a digit, with a word that is no syllable, or with one trueocr is not sure of."""
    sure = [_beyond_doubt(line) for line in found]
    doubtful = [line for line, known in zip(found, sure, strict=True) if not known]
    again = iter(_second(self, page, finder, doubtful, failed))
    return [single(line, finder.name) if known else next(again) for line, known in zip(found, sure, strict=True)]


def _beyond_doubt(line: TextLine) -> bool:
    return all(
        token.confidence >= _SURE and is_syllable(token.text) and not any(c.isdigit() for c in token.text)
        for token in line.tokens
    )


VARIANTS: dict[str, Variant] = {
    "all": Variant("everything"),
    "cleaning": Variant("without cleaning the page (orientation, skew, background, coloured seals)", cleaned=False),
    "masking": Variant(
        "without setting overlays apart (stamps, seals, signature notes)",
        patches={"separate": _all_text, "cut_at_stamps": _as_read, "stamped": _no_stamps, "without_known": _as_read},
    ),
    "columns": Variant(
        "without columns and blocks (lines from top to bottom)",
        patches={"unmerged": _as_read, "in_reading_order": _by_height},
    ),
    "trueocr": Variant("Tesseract alone", engines=("tesseract",)),
    "tesseract": Variant("trueocr alone", engines=("trueocr",)),
    "selective": Variant(
        "Tesseract only where trueocr is in doubt", patches={"Reader._read_again": _second_in_doubt}
    ),
    "digits": Variant("without the reader of digit strings", patches={"reread": _no_digits}),
    "language": Variant("fusion without the language model", language=False),
    "restorer": Variant("without the restorer", restored=False),
}
"""By the name of the part that is off; "all" for none."""


def reader(variant: Variant) -> Callable[[Page, scan.ScanSettings], list[Line]]:
    """Page as opened → its lines, with one part off. Models are loaded here."""
    with variant.applied():
        reading = ocr.Reader(
            ocr.OcrSettings(engines=variant.engines), restore.language() if variant.language else None
        )
    restorer = restore.load(restore.RestoreSettings(channel="auto" if variant.restored else "clean"))

    def read(page: Page, settings: scan.ScanSettings) -> list[Line]:
        with variant.applied():
            if variant.cleaned:
                page = scan.clean(page, settings)
            elif page.image.ndim == 3:
                page = replace(page, clean=_grey(page))
            return restorer.restore(reading.read(page).lines)

    return read


def _grey(page: Page) -> Image:
    return np.asarray(cv2.cvtColor(page.image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
