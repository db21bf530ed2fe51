"""What one engine alone makes of a page as it was scanned: words and where they stand, and nothing of ours.

Neither engine gets the cleaned page, our columns or our overlays: bare `tesseract -l vie` on the page image, and
trueocr with its own finder of lines on the same image.
"""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from dau.document.errors import DauError
from dau.document.page import Page
from dau.document.transcript import BBox, TranscriptPage
from dau.ocr.lines import Token
from dau.ocr.trueocr import TrueOcr

_SECONDS = 300.0
_WORD_LEVEL = "5"


Row = tuple[Token, ...]
"""The words of a line as its reader sees it; boxes in points of the page."""

Engine = Callable[[Page], list[Row]]


def engines() -> dict[str, Engine]:
    """Engine → what reads a page with it alone. Raises DependencyError where one is missing."""
    finder = TrueOcr()
    return {"tesseract": tesseract_alone, "trueocr": lambda page: trueocr_alone(finder, page)}


def tesseract_alone(page: Page) -> list[Row]:
    """`tesseract FILE stdout -l vie tsv` on the page image. Raises DauError where it fails."""
    with TemporaryDirectory(prefix="dau-bare-") as folder:
        path = Path(folder) / "page.png"
        cv2.imwrite(str(path), page.image)
        try:
            done = subprocess.run(
                ["tesseract", str(path), "stdout", "-l", "vie", "tsv"], capture_output=True, timeout=_SECONDS,
                check=True,
            )  # fmt: skip
        except (subprocess.SubprocessError, OSError) as error:
            raise DauError(f"Bare tesseract failed on the page: {error}.") from error
    return list(tesseract_rows(done.stdout.decode("utf-8", "replace"), *_points_per_pixel(page)))


def trueocr_alone(finder: TrueOcr, page: Page) -> list[Row]:
    """trueocr on the page image. Raises DauError where it fails."""
    image = page.image
    grey = image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    across, down = _points_per_pixel(page)
    return [
        tuple(Token(t.text, _scaled(t.box, across, down), t.confidence) for t in line.tokens)
        for line in finder.read_lines(grey, finder.find_lines(grey))
        if line.tokens
    ]


def rows_of(page: TranscriptPage) -> list[Row]:
    """What we made of a page: the restored words of its lines, each where it stands."""
    rows = (
        tuple(
            Token(text, box, word.confidence or 0.0)
            for word in line.words if word.bbox
            for text, box in _apart(word.restored, word.bbox)
        )
        for line in page.lines
    )
    return [row for row in rows if row]


def upright(page: TranscriptPage, rows: Iterable[Row]) -> list[Row]:
    """Rows of a page as it stands once turned: boxes are those of the page as it lies, where lines may run upwards."""
    return [tuple(replace(token, box=upright_box(page, token.box)) for token in row) for row in rows]


def upright_box(page: TranscriptPage, box: BBox) -> BBox:
    """A box of the page as it lies, where it is once the page is turned clockwise by its rotation."""
    width, height = page.width or 0.0, page.height or 0.0
    x0, y0, x1, y1 = box
    turned = {90: (height - y1, x0, height - y0, x1), 180: (width - x1, height - y1, width - x0, height - y0),
              270: (y0, width - x1, y1, width - x0)}  # fmt: skip
    return turned.get(page.rotation, box)


def _apart(text: str, box: BBox) -> Iterator[tuple[str, BBox]]:
    """A word that the restorer made two of, each with its part of the box."""
    parts = text.split()
    total, at = sum(map(len, parts)), 0
    for part in parts:
        x0, x1 = (box[0] + (box[2] - box[0]) * n / max(1, total) for n in (at, at + len(part)))
        at += len(part)
        yield part, (x0, box[1], x1, box[3])


def _points_per_pixel(page: Page) -> tuple[float, float]:
    height, width = page.image.shape[:2]
    return page.width / width, page.height / height


def _scaled(box: Iterable[float], across: float, down: float) -> BBox:
    x0, y0, x1, y1 = box
    return x0 * across, y0 * down, x1 * across, y1 * down


def tesseract_rows(table: str, across: float, down: float) -> Iterator[Row]:
    """Words of Tesseract's table by its own lines."""
    rows: dict[tuple[str, str, str], list[Token]] = {}
    for entry in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (entry["text"] or "").strip()
        if entry["level"] != _WORD_LEVEL or not text.strip("| "):
            continue
        left, top, width, height = (float(entry[key]) for key in ("left", "top", "width", "height"))
        box = _scaled((left, top, left + width, top + height), across, down)
        place = entry["block_num"], entry["par_num"], entry["line_num"]
        rows.setdefault(place, []).append(Token(text, box, min(1.0, max(0.0, float(entry["conf"]) / 100))))
    yield from map(tuple, rows.values())
