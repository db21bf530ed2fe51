"""What is hardly to be seen on a page that passes as blank, or nearly: rows of marks far lighter than any print.

Toner nearly gone, a carbon copy, a scanner set too bright – or the other side showing through, which the reader tells
from text. Dust, the grain of paper, shading and the noise of JPEG stand in no rows of letters.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image

_DPI = 100.0  # at which marks are looked for: noise is averaged, letters are still apart
_PAPER_MM = 6.0  # within which paper is of one grey; larger than half of any letter
_LEAST = 8.0  # grey levels below the paper: 3 % of contrast; JPEG leaves blocks of 3 to 7
_NOISE = 3.5  # standard deviations
_PRINT, _BESIDE_MM = 105.0, 1.0  # grey levels from which ink is print that is seen anyway, and what is its fringe
_MARGIN_MM = 4.0  # shadows of the sheet's edge
_HEIGHT_MM, _WIDTH_MM, _AREA_MM2 = (0.8, 6.0), (0.3, 12.0), 0.25  # of letters, or words whose letters touch
_GAP_MM, _ROW_HEIGHT_MM = 5.0, 9.0
_ROW_MM = 45.0  # a gap included; a seal, which may stand alone on the back of a page, measures 38
_ROW_MARKS, _LEAST_MARKS = 10, 20
"""Marks of a row, and of all rows together: none on 6 blank pages and 40 empty parts of scanned pages, and on 106 of
108 blank pages as drawn (two have rows of dots to write on); print of 5 % contrast has 175 and more in noise of 4 grey
levels, and 400 and more without."""
_BARE, _OF_DEVIATION = 0.8, 0.559
"""Share of a page that bears no ink, and the mean of the least 0.8 of normal deviations, by their standard one."""
_SMOOTH_MM = 0.1  # a third of a stroke
_NOISY = 0.08  # of the depth of the ink: from there on noise is smoothed
_FOOT, _HEAD = 0.25, 0.9  # of the depth of the ink: what is lighter is paper, what is darker is black

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Depth:
    """By how many grey levels each pixel is darker than the paper around it, and the standard deviation of that on
    bare paper."""

    values: Numbers
    noise: float


def made_dark(grey: Image, dpi: float) -> Image | None:
    """The page with marks that stand in rows as dark as print; None where there are no such marks.

    `grey` is the page with its light evened out, its colour taken off.
    """
    if min(grey.shape) < _ROW_HEIGHT_MM * dpi / 25.4 or max(grey.shape) < _ROW_MM * dpi / 25.4:
        return None  # too small for a row
    scale = min(1.0, _DPI / dpi)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    depth = _depth(np.asarray(small, np.uint8), dpi * scale)
    marks = _marks(depth, dpi * scale / 25.4)
    if marks is None:
        return None
    fine = _depth(grey, dpi)
    ink = cv2.resize(marks, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_NEAREST) > 0
    dark = float(np.percentile(fine.values[ink], 80))
    if fine.noise > _NOISY * dark:
        fine = _depth(np.asarray(cv2.GaussianBlur(grey, (0, 0), _SMOOTH_MM * dpi / 25.4), np.uint8), dpi)
        dark = float(np.percentile(fine.values[ink], 80))
    seen = _print(_depth(grey, dpi), dpi / 25.4)
    spread = (fine.values - _FOOT * dark) * (255 / max(1.0, (_HEAD - _FOOT) * dark))
    return np.where(seen, grey, 255 - np.clip(spread, 0, 255)).astype(np.uint8)


def _print(depth: Depth, px: float) -> npt.NDArray[np.bool_]:
    """Where print is that is dark enough to be read, and what is beside it."""
    reach = max(1, round(_BESIDE_MM * px))
    dark = (depth.values >= _PRINT).astype(np.uint8)
    return np.asarray(cv2.dilate(dark, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0)


def _depth(grey: Image, dpi: float) -> Depth:
    scale = min(1.0, 50.0 / dpi)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(small, max(3, round(_PAPER_MM * dpi * scale / 25.4) | 1))
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    values = np.asarray(paper, np.float32) - grey
    off = np.abs(values[::3, ::3]).ravel()
    paper_only = np.partition(off, int(_BARE * (off.size - 1)))[: int(_BARE * (off.size - 1)) + 1]
    return Depth(values, float(paper_only.mean()) / _OF_DEVIATION)


def _marks(depth: Depth, px: float) -> Image | None:
    """The marks that stand in rows across or down the page, as a mask; None where there are too few."""
    mask = (depth.values >= max(_LEAST, _NOISE * depth.noise)).astype(np.uint8)
    mask[_print(depth, px)] = 0
    rim = max(1, round(_MARGIN_MM * px))
    inner = np.zeros_like(mask)
    inner[rim:-rim, rim:-rim] = mask[rim:-rim, rim:-rim]
    across = _in_rows(inner, px)
    down = _in_rows(np.ascontiguousarray(inner.T), px)
    count, found = max((across, (down[0], down[1].T)), key=lambda each: each[0])
    return np.ascontiguousarray(found) if count >= _LEAST_MARKS else None


def _in_rows(mask: Image, px: float) -> tuple[int, Image]:
    """How many marks as large as letters stand in rows of them, and these marks."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    x, y, width, height, area = stats.T
    letters = (height >= _HEIGHT_MM[0] * px) & (height <= _HEIGHT_MM[1] * px) & (area >= _AREA_MM2 * px * px)
    letters &= (width >= _WIDTH_MM[0] * px) & (width <= _WIDTH_MM[1] * px)
    letters[0] = False
    bars, at = np.zeros_like(mask), np.flatnonzero(letters)
    for n in at:  # a bar through the middle of each letter, long enough to reach the next one
        middle, reach = y[n] + height[n] / 2, 0.3 * height[n]
        bars[int(middle - reach) : int(middle + reach) + 1, x[n] : x[n] + width[n] + round(_GAP_MM * px)] = 1
    _, rows, shapes, _ = cv2.connectedComponentsWithStats(bars, connectivity=4)
    row_of = rows[(y[at] + height[at] / 2).astype(int), x[at] + width[at] // 2]
    marks = np.bincount(row_of, minlength=len(shapes))
    is_row = (marks >= _ROW_MARKS) & (shapes[:, cv2.CC_STAT_WIDTH] >= _ROW_MM * px)
    is_row &= shapes[:, cv2.CC_STAT_HEIGHT] <= _ROW_HEIGHT_MM * px
    is_row[0] = False
    kept = np.zeros(len(stats), dtype=np.uint8)
    kept[at[is_row[row_of]]] = 1
    return int(kept.sum()), kept[labels]
