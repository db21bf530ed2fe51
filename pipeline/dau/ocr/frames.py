"""Frames in which something may be stamped, found by their straight strokes."""

from __future__ import annotations

import cv2
import numpy as np

from dau.document.page import Image

from .lines import Box

_ANALYSIS_DPI = 100.0
_WIDTH_MM, _HEIGHT_MM = (28.0, 80.0), (12.0, 40.0)
_REACH_MM = 3.0  # corners of a stamp are often missing
_LEAST_OF_A_SIDE = 0.6


def stamp_frames(grey: Image, dpi: float) -> list[Box]:
    """Rectangles of the size of a received stamp (28–80 × 12–40 mm) that stand alone, in pixels.

    Cells of a table are none: strokes less than 3 mm apart are one thing, and a table is larger. Candidates only:
    what is read inside decides.
    """
    scale = min(1.0, _ANALYSIS_DPI / dpi)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    px = dpi * scale / 25.4
    ink = cv2.dilate(np.asarray((small < 170) * 255, dtype=np.uint8), np.ones((2, 2), np.uint8))
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(2, round(8 * px))), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(2, round(5 * px)), 1), np.uint8))
    strokes = np.asarray(cv2.bitwise_or(across, down), dtype=np.uint8)
    reach = max(3, round(_REACH_MM * px))
    grown = cv2.dilate(strokes, np.ones((reach, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(grown, connectivity=8)
    frames: list[Box] = []
    for i in range(1, count):
        x, y = (int(stats[i, k]) + reach // 2 for k in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP))
        width, height = (int(stats[i, k]) - reach + 1 for k in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
        fits = _WIDTH_MM[0] * px <= width <= _WIDTH_MM[1] * px and _HEIGHT_MM[0] * px <= height <= _HEIGHT_MM[1] * px
        if fits and _is_frame(strokes[max(0, y) : y + height, max(0, x) : x + width]):
            frames.append((x / scale, y / scale, (x + width) / scale, (y + height) / scale))
    return frames


def _is_frame(part: Image) -> bool:
    """Whether strokes run along at least three of the four sides."""
    return sum(_bordered(np.rot90(part, turns)) for turns in range(4)) >= 3


def _bordered(part: Image) -> bool:
    """Whether most columns have ink in the upper fifth: of a stamp set down aslant a side is often half there."""
    return float((part[: max(2, part.shape[0] // 5)].max(axis=0) > 0).mean()) >= _LEAST_OF_A_SIDE
