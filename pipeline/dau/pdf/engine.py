"""OCRmyPDF with an engine that reads nothing: it hands over the words of the transcript.

Only the process that makes a PDF imports this (see `worker`).
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import ocrmypdf
from ocrmypdf import BoundingBox, OcrClass, OcrElement, OcrEngine, OcrOptions, OrientationConfidence, hookimpl
from ocrmypdf._plugin_manager import get_plugin_manager
from ocrmypdf.builtin_plugins.tesseract_ocr import TesseractOptions
from PIL import Image
from pydantic import BaseModel

from dau.document.errors import DauError

from .job import PageWords
from .placing import Run, runs_of

_POINTS = 72.0  # dots an inch: boxes are handed over in points

_UNUSED = ("tesseract_ocr", "null_ocr")

Size = tuple[float, float]


def graft(base: Path, output: Path, pages: Mapping[int, PageWords], sizes: Mapping[int, Size]) -> None:
    """Lay the words of `pages` (by number from 1; `sizes` in points, as displayed) under the pages of `base`.

    What was invisible text on these pages is gone then: another program's reading. Everything else stays as it is.
    """
    ocrmypdf.configure_logging(ocrmypdf.Verbosity.quiet)
    plugins = get_plugin_manager([])
    for name in _UNUSED:  # it would look for a Tesseract that nothing here needs
        plugins.pluggy_manager.unregister(import_module(f"ocrmypdf.builtin_plugins.{name}"))
    plugins.pluggy_manager.register(_Plugin(pages, sizes))
    status = ocrmypdf.ocr(
        base,
        output,
        plugin_manager=plugins,
        mode="redo",
        pages=",".join(map(str, sorted(pages))),
        output_type="pdf",  # made PDF/A, and checked, once everything is in it: see `finish`
        ocr_engine="none",  # of those it knows itself
        optimize=0,
        fast_web_view=1e6,  # MB: never
        jobs=1,
        use_threads=True,
        progress_bar=False,
    )
    if status != ocrmypdf.ExitCode.ok:
        raise DauError(f"OCRmyPDF ended with status {int(status)}.")


class _Plugin:
    """Takes the place of OCRmyPDF's own engines and of its drawing of pages, which nothing here looks at."""

    def __init__(self, pages: Mapping[int, PageWords], sizes: Mapping[int, Size]) -> None:
        self._engine = TranscriptEngine(pages, sizes)

    @hookimpl
    def register_options(self) -> dict[str, type[BaseModel]]:
        return {"tesseract": TesseractOptions}  # OCRmyPDF looks at them whether or not Tesseract is there

    @hookimpl
    def get_ocr_engine(self, options: OcrOptions | None) -> OcrEngine:
        return self._engine

    @hookimpl
    def rasterize_pdf_page(self, output_file: Path) -> Path:
        Image.new("L", (1, 1), 255).save(output_file, "PNG", dpi=(_POINTS, _POINTS))
        return output_file


class TranscriptEngine(OcrEngine):
    """What was read, by page. Its pages are upright already, and so are the words."""

    def __init__(self, pages: Mapping[int, PageWords], sizes: Mapping[int, Size]) -> None:
        self._pages = pages
        self._sizes = sizes

    def __str__(self) -> str:
        return "dau"

    def version(self) -> str:  # type: ignore[override]  # OCRmyPDF calls all of these on an instance
        return "1"

    def creator_tag(self, options: OcrOptions) -> str:  # type: ignore[override]
        return "dau"

    def languages(self, options: OcrOptions) -> Set[str]:  # type: ignore[override]
        return frozenset()

    def get_orientation(self, input_file: Path, options: OcrOptions) -> OrientationConfidence:  # type: ignore[override]
        return OrientationConfidence(0, 0.0)

    def supports_generate_ocr(self) -> bool:  # type: ignore[override]
        return True

    def generate_ocr(  # type: ignore[override]
        self, input_file: Path, options: OcrOptions, page_number: int = 0
    ) -> tuple[OcrElement, str]:
        number = page_number + 1
        width, height = self._sizes[number]
        page = OcrElement(OcrClass.PAGE, BoundingBox(0, 0, width, height), dpi=_POINTS, page_number=page_number)
        page.children = [line_element(run) for run in runs_of(self._pages[number])]
        return page, ""

    def generate_hocr(self, *_: object) -> NoReturn:  # type: ignore[override]
        raise NotImplementedError

    def generate_pdf(self, *_: object) -> NoReturn:  # type: ignore[override]
        raise NotImplementedError


def line_element(run: Run) -> OcrElement:
    """A run as OCRmyPDF's line; it fits the text to the boxes."""
    words = [OcrElement(OcrClass.WORD, BoundingBox(*box), text=text, language="vie") for box, text in run.words]
    return OcrElement(OcrClass.LINE, BoundingBox(*run.bbox), children=words, language="vie")
