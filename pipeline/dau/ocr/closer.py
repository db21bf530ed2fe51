"""A second, closer look at a part of the page: text beside a black seal, small print of notes, coloured stamps.

A detector that sees the whole page at once misses what is half covered or set very small; shown the part alone, and so
enlarged, it finds more of it.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from dau.document.page import Image, Page

from .lines import Box, TextLine, share_inside
from .overlay_text import Found
from .trueocr import TrueOcr

_LINE_ASPECT = 2.5  # strokes of a seal or a signature are found as boxes of a letter or two


def beside_seals(finder: TrueOcr, grey: Image, seals: list[Box], lines: list[TextLine]) -> list[TextLine]:
    """Lines that begin under a black seal and were not found before: the signer's title and name (pixels)."""
    found: list[TextLine] = []
    for x0, y0, x1, y1 in seals:
        radius = (x1 - x0) / 2
        part = (x0 - 0.3 * radius, y0 - 0.3 * radius, x1 + 3 * radius, y1 + 0.3 * radius)
        for line in look(finder, grey, part):
            known = any(_same_place(line.box, other.box) for other in (*lines, *found))
            if not known and line.width >= _LINE_ASPECT * line.height and line.confidence >= 0.6:
                found.append(line)
    return found


def read_closer(finder: TrueOcr, page: Page, overlay: Found) -> Found:
    """The overlay with its text read anew, if that gives at least as much of it.

    Notes are read on the cleaned page, stamps on the page as opened, where their colour still is; on a page that was
    turned they stay as they are.
    """
    if overlay.kind == "signature_note":
        lines = look(finder, page.readable, overlay.box)
    elif overlay.kind == "received_stamp" and page.as_displayed:
        x0, y0, x1, y1 = (v * page.dpi / 72 for v in page.box_in_points(*overlay.box))
        lines = look(finder, _grey(page.image), (x0, y0, x1, y1))
    else:
        return overlay
    lines = [line for line in lines if line.width > 1.2 * line.height]
    before, after = (sum(len(line.text) * line.confidence for line in part) for part in (overlay.lines, lines))
    return replace(overlay, lines=tuple(lines)) if after >= 0.9 * before and lines else overlay


def look(finder: TrueOcr, grey: Image, part: Box) -> list[TextLine]:
    """The lines in a part of the page, found on the part alone; boxes in pixels of the page."""
    height, width = grey.shape
    x0, y0 = max(0, int(part[0])), max(0, int(part[1]))
    x1, y1 = min(width, round(part[2])), min(height, round(part[3]))
    if x1 - x0 < 8 or y1 - y0 < 8:
        return []
    boxes = [
        (b[0] + x0, b[1] + y0, b[2] + x0, b[3] + y0)
        for b in finder.find_lines(np.ascontiguousarray(grey[y0:y1, x0:x1]))
    ]
    return [line for line in finder.read_lines(grey, boxes) if line.tokens]


def _same_place(a: Box, b: Box) -> bool:
    return max(share_inside(a, b), share_inside(b, a)) >= 0.25


def _grey(image: Image) -> Image:
    return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
