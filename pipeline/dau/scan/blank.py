"""Whether there is anything to read on a page."""

from __future__ import annotations

import cv2
import numpy as np

from dau.document.page import Image

_DARK = 110  # ghosts and bleed-through are lighter than this on a page whose paper is white
_LEAST_GLYPHS = 3
_SPARSE = 100
"""Marks of a page that has hardly any text: punch holes, a page number, a signature, a few words."""


def is_blank(grey: Image, dpi: float) -> bool:
    """True where fewer than three marks on the page could be letters: dark, 1–12 mm high, not a mere line.

    `grey` is a page with white paper and without coloured seals. A lone page number of one or two digits counts as
    blank only if nothing else is there; dust, staple holes and the ghost of the other side do not count as letters.
    """
    return _glyphs(grey, dpi) < _LEAST_GLYPHS


def is_sparse(grey: Image, dpi: float) -> bool:
    """True where there is so little on the page that more may be on it than can be seen."""
    return _glyphs(grey, dpi) < _SPARSE


def _glyphs(grey: Image, dpi: float) -> int:
    """How many marks could be letters."""
    scale = min(1.0, 150.0 / dpi)
    small = grey if scale == 1.0 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    px = dpi * scale / 25.4
    dark = (small < _DARK).astype(np.uint8)
    margin = max(1, round(4 * px))
    inner = dark[margin:-margin, margin:-margin]
    if inner.size == 0:
        return 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(inner), connectivity=8)
    width, height, area = (stats[1:, i] for i in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    letters = (height >= px) & (height <= 12 * px) & (width >= 0.3 * px) & (width <= 40 * px)
    letters &= area >= 0.15 * px * px
    return int(letters.sum())
