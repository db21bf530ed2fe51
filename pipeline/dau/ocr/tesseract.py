"""The Tesseract engine, through pytesseract.

Lines whose place is known are handed over as a multi-page TIFF, a line a page (`--psm 7`): one process a page, and no
layout analysis that could merge columns or read a seal. On the development pages this halves the errors of
Tesseract's own layout at two thirds of its time.
"""

from __future__ import annotations

import math
import os
import signal
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytesseract
from PIL import Image as PillowImage

from dau.document.errors import NO_ROOM, CapacityError, DauError, DependencyError, StageTimeout
from dau.document.page import Image, Page

from .lines import Box, TextLine, Token, hull

_APT = "Install it: apt-get install tesseract-ocr tesseract-ocr-vie"
_LINE_HEIGHT = 34  # pixels of a line box with its padding; Tesseract itself scales lines to 36
_PAD_X, _PAD_Y = 0.3, 0.08  # of the line's height
_MARGIN = 10
_INK = 170
_WORD = 5  # level of a word in Tesseract's TSV
_NUMBERS = ("level", "page_num", "block_num", "par_num", "line_num", "left", "top", "width", "height", "conf")


class Tesseract:
    """`tesseract -l LANGUAGE` with a time limit of `seconds` a page.

    Raises DependencyError where the program or the language is missing.
    """

    name = "tesseract"

    def __init__(self, language: str = "vie", seconds: float = 60.0) -> None:
        try:
            languages = pytesseract.get_languages(config="")
            version = str(pytesseract.get_tesseract_version())
        except (pytesseract.TesseractNotFoundError, OSError) as error:
            raise DependencyError("The program tesseract is not installed.", _APT) from error
        except SystemExit as error:  # what pytesseract does with a version it cannot parse
            raise DependencyError("The program tesseract does not tell its version.", _APT) from error
        missing = [part for part in language.split("+") if part not in languages]
        if missing:
            raise DependencyError(
                f"Tesseract lacks the language {missing[0]}.", f"Install it: apt-get install tesseract-ocr-{missing[0]}"
            )
        self.version = f"{version} ({language})"
        self._language = language
        self._seconds = seconds
        # One thread: pages run side by side in processes. pytesseract hands the environment on as it is.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")

    def read(self, page: Page) -> list[TextLine]:
        """Lines by Tesseract's own layout analysis (`--psm 3`)."""
        data = self._run(PillowImage.fromarray(page.readable), f"--psm 3 --dpi {round(max(70.0, page.dpi))}")
        lines: dict[tuple[int, int, int], list[Token]] = {}
        for i in _words(data):
            key = (int(data["block_num"][i]), int(data["par_num"][i]), int(data["line_num"][i]))
            lines.setdefault(key, []).append(_token(data, i, 1.0, 0.0, 0.0))
        return [TextLine(hull([t.box for t in tokens]), tuple(tokens)) for tokens in lines.values()]

    def read_lines(self, grey: Image, boxes: Sequence[Box]) -> list[TextLine]:
        crops = [_crop(grey, box) for box in boxes]
        inked = [n for n, crop in enumerate(crops) if crop[0].min() < _INK]  # on white Tesseract reads words too
        tokens: list[list[Token]] = [[] for _ in boxes]
        if not inked:
            return [TextLine(box) for box in boxes]
        with tempfile.TemporaryDirectory(prefix="dau-ocr-") as folder:
            path = Path(folder) / "lines.tif"
            images = [PillowImage.fromarray(crops[n][0]) for n in inked]
            images[0].save(path, save_all=True, append_images=images[1:])
            data = self._run(str(path), "--psm 7 --dpi 300 -c tessedit_do_invert=0")
        for i in _words(data):
            if not 1 <= int(data["page_num"][i]) <= len(inked):
                raise DauError("Tesseract speaks of lines it was not given.", "Run the page again.")
            line = inked[int(data["page_num"][i]) - 1]
            _, scale, x, y = crops[line]
            tokens[line].append(_token(data, i, scale, x, y))
        return [TextLine(box, tuple(line)) for box, line in zip(boxes, tokens, strict=True)]

    def _run(self, image: PillowImage.Image | str, config: str) -> Mapping[str, list[Any]]:
        try:
            data: Mapping[str, list[Any]] = pytesseract.image_to_data(
                image, lang=self._language, config=config, timeout=self._seconds, output_type=pytesseract.Output.DICT
            )
        except pytesseract.TesseractNotFoundError as error:
            raise DependencyError("The program tesseract is no longer there.", _APT) from error
        except pytesseract.TesseractError as error:
            if error.status == -signal.SIGKILL:
                raise CapacityError(
                    "Tesseract was killed while it read the page: memory ran out.", "Run it again with fewer jobs."
                ) from error
            raise DauError(
                f"Tesseract failed on the page (status {error.status}): {str(error.message)[:200]}.",
                "Scan or save the page anew; if it recurs, report the page.",
            ) from error
        except RuntimeError as error:  # how pytesseract reports that its time is up
            raise StageTimeout(
                f"Tesseract was still reading the page after {self._seconds:g} s and was stopped.",
                "Raise ocr.seconds in the settings.",
            ) from error
        except (OSError, ValueError, OverflowError, KeyError) as error:  # the program died, or its table is not one
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                raise
            raise DauError(f"Tesseract gave no reading of the page: {error}.", "Run the page again.") from error
        if not _is_table(data):
            raise DauError("Tesseract gave no reading of the page: its table makes no sense.", "Run the page again.")
        return data


def _is_table(data: Mapping[str, list[Any]]) -> bool:
    """Whether it has the columns of Tesseract's table, all of one length, with finite numbers where they belong."""
    if not {*_NUMBERS, "text"} <= data.keys() or len({len(column) for column in data.values()}) > 1:
        return False
    try:
        return all(math.isfinite(float(value)) for key in _NUMBERS for value in data[key])
    except (TypeError, ValueError):
        return False


def _words(data: Mapping[str, list[Any]]) -> list[int]:
    """Rows of the table that hold a word. A lone bar is the line of a table, never a word."""
    return [
        i for i, level in enumerate(data["level"])
        if int(level) == _WORD and str(data["text"][i]).strip() and str(data["text"][i]).strip("| ")
    ]


def _token(data: Mapping[str, list[Any]], i: int, scale: float, x: float, y: float) -> Token:
    """A row of the table as a token; pixels of the crop become `offset + pixel / scale`."""
    left, top, width, height = (float(data[key][i]) for key in ("left", "top", "width", "height"))
    box = (x + left / scale, y + top / scale, x + (left + width) / scale, y + (top + height) / scale)
    return Token(str(data["text"][i]).strip(), box, min(1.0, max(0.0, float(data["conf"][i]) / 100)))


def _crop(grey: Image, box: Box) -> tuple[Image, float, float, float]:
    """The line at the height Tesseract reads best on a white margin, its scale, and the page position of its corner."""
    height = max(1.0, box[3] - box[1])
    x0, y0 = max(0, int(box[0] - _PAD_X * height)), max(0, int(box[1] - _PAD_Y * height))
    x1 = max(x0 + 1, min(grey.shape[1], round(box[2] + _PAD_X * height)))
    y1 = max(y0 + 1, min(grey.shape[0], round(box[3] + _PAD_Y * height)))
    part = grey[y0:y1, x0:x1]
    scale = _LINE_HEIGHT / part.shape[0]
    scaled = cv2.resize(
        part, (max(1, round(part.shape[1] * scale)), _LINE_HEIGHT),
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
    )
    framed = cv2.copyMakeBorder(scaled, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=(255,))
    return np.asarray(framed, dtype=np.uint8), scale, x0 - _MARGIN / scale, y0 - _MARGIN / scale
