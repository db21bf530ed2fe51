"""A box cut out of the picture of a page, for the eye of a reviewer."""

from __future__ import annotations

import io
import json
import math
import threading
from functools import lru_cache
from pathlib import Path

from PIL import Image

from .problems import Problem, not_found

MOST_MARGIN = 200.0
_MOST_SIDE = 2000
_MOST_BYTES = 20 << 20
_MOST_PIXELS = 60_000_000
_AT_A_TIME = threading.BoundedSemaphore(2)
"""Pictures open at the same time: a large page takes 180 MB."""

Box = tuple[float, float, float, float]


def parsed_box(text: str) -> Box:
    """`x0,y0,x1,y1` in points from the top left of the page. Raises a Problem (422)."""
    parts = text.split(",")
    try:
        x0, y0, x1, y1 = (float(part) for part in parts)
    except ValueError:
        raise _wrong("A box is four numbers: x0,y0,x1,y1.") from None
    if not all(math.isfinite(each) and abs(each) < 1e5 for each in (x0, y0, x1, y1)) or x1 <= x0 or y1 <= y0:
        raise _wrong("The box is empty or beyond any page.")
    return x0, y0, x1, y1


def cut(folder: Path, version: str, page: int, box: Box, margin: float) -> bytes:
    """WebP of a box with a margin around it (points), at most 2000 pixels wide and high. `version` changes with the
    transcript.

    Raises a Problem: 404 where there is no picture, 422 where the box is not on the page.
    """
    path = folder / "pages" / f"{page:04d}.webp"
    width = _widths(folder, version).get(page)
    if not width or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise not_found("page picture")
    with _AT_A_TIME, Image.open(path, formats=("WEBP",)) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise not_found("page picture")
        part = image.crop(_pixels(box, margin, image.width / width, image.size)).convert("RGB")
    part.thumbnail((_MOST_SIDE, _MOST_SIDE))
    out = io.BytesIO()
    part.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def _pixels(box: Box, margin: float, scale: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = box
    left, top = max(0, math.floor((x0 - margin) * scale)), max(0, math.floor((y0 - margin) * scale))
    right, bottom = min(size[0], math.ceil((x1 + margin) * scale)), min(size[1], math.ceil((y1 + margin) * scale))
    if right <= left or bottom <= top:
        raise _wrong("The box is not on the page.")
    return left, top, right, bottom


@lru_cache(maxsize=2048)
def _widths(folder: Path, version: str) -> dict[int, float]:
    """Points across each page."""
    try:
        pages = json.loads((folder / "transcript.json").read_bytes())["pages"]
    except FileNotFoundError:
        return {}
    return {int(page["number"]): float(page["width"]) for page in pages if page["width"]}


def _wrong(detail: str) -> Problem:
    return Problem(422, "bad_box", detail)
