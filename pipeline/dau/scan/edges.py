"""Text that runs into the edge of the image: the page lay askew on the glass, or was cut too closely."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image
from dau.document.transcript import Rescan

_DPI = 100.0
_INK = 140
_STRIP_MM = 14.0
_ROW_MM = (0.8, 8.0)
_LEAST_ROWS, _LEAST_SHARE = 6, 0.25
_LEAST_LETTERS = 12  # of a row that is cut lengthwise, above or below
_LEAST_RUN = 0.25  # of the width
_LEAST_DEPTH = 1.2  # mm; what is seen less of cannot be told from the rim of the glass

_MARGIN_MM, _LEAST_ROW = 3.0, 25  # printers leave 4 mm bare; letters of a row of text
_SHEET, _ITS_SHAPE = 297 / 210, 0.09  # Letter paper is as much less high; scans of A4 may lack a margin

_EDGES: tuple[Rescan, ...] = ("cut_left", "cut_top", "cut_right", "cut_bottom")


def cut_edges(grey: Image, dpi: float) -> tuple[Rescan, ...]:
    """The edges of an upright page with white paper that cut through its text.

    At a side: letters touch the edge in six rows or more, and in a quarter of the rows that are there. Above and below:
    a row of a dozen letters touches it. Below, on an image less high than a sheet: a row of text stands nearer to the
    edge than any margin is wide (above, that is where the notes of electronic signatures stand). Bands and rules that
    run along an edge are no letters.
    """
    scale = min(1.0, _DPI / dpi)
    px = dpi * scale / 25.4
    rim = max(1, round(_STRIP_MM / scale * px))
    short = _is_short(grey)
    found: list[Rescan] = []
    for turns, reason in enumerate(_EDGES):
        strip = _strip(grey, turns, rim)  # the edge in question is the left side of the strip
        near = _MARGIN_MM * px if short and turns == 3 else 0.0
        if strip[:, : max(1, round((near + 1) / scale))].min(initial=255) >= _INK:
            continue
        small = cv2.resize(strip, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        ink = (small < _INK).astype(np.uint8)
        if _rows_cut(ink, px) if turns % 2 == 0 else _letters_cut(ink, px) or (near and _row_within(ink, px, near)):
            found.append(reason)
    return tuple(found)


def _strip(grey: Image, turns: int, width: int) -> Image:
    """What lies within `width` of an edge, turned so that the edge is the left side."""
    part = (grey[:, :width], grey[:width], grey[:, -width:][:, ::-1], grey[-width:][::-1])[turns]
    return np.ascontiguousarray(part if turns % 2 == 0 else part.T)


def _is_short(grey: Image) -> bool:
    """Whether an image is less high than A4 paper of its width, upright or across, would be."""
    shape = grey.shape[0] / max(1, grey.shape[1])
    return bool((1 + _ITS_SHAPE) / _SHEET < shape < (1 - _ITS_SHAPE) * _SHEET)


def _row_within(ink: npt.NDArray[np.uint8], px: float, near: float) -> bool:
    """Whether a row of text stands within so many pixels of the edge."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    boxes = np.asarray(stats[1:count], dtype=np.int32)
    breadth, depth = boxes[:, cv2.CC_STAT_HEIGHT], boxes[:, cv2.CC_STAT_WIDTH]
    letters = boxes[(breadth >= 0.3 * px) & (breadth <= 6 * px) & (depth >= _LEAST_DEPTH * px) & (depth <= 6 * px)]
    places = letters[letters[:, cv2.CC_STAT_LEFT] <= near, cv2.CC_STAT_TOP]
    return len(places) >= _LEAST_ROW and bool(np.ptp(places) >= _LEAST_RUN * ink.shape[0])


def _touching(ink: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
    """Rows of (x, y, width, height, area) of the connected ink that touches the left side."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    boxes = np.asarray(stats[1:count], dtype=np.int32)
    return np.asarray(boxes[boxes[:, cv2.CC_STAT_LEFT] == 0], dtype=np.int32)


def _rows_cut(ink: npt.NDArray[np.uint8], px: float) -> bool:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    rules = np.flatnonzero(size > _ROW_MM[1] * px)  # 0 among them, which is no ink
    letters = ink * ~np.isin(labels, rules)
    written = letters[:, round(px) :].mean(axis=1) > 0.08
    edges = np.flatnonzero(np.diff(np.concatenate([[0], written.astype(np.int8), [0]])))
    rows = [
        letters[y0:y1] for y0, y1 in zip(edges[::2], edges[1::2], strict=True)
        if _ROW_MM[0] * px <= y1 - y0 <= _ROW_MM[1] * px
    ]  # fmt: skip
    cut = sum(bool(row[:, :2].any()) and _goes_on(row, px) for row in rows)
    return cut >= _LEAST_ROWS and cut >= _LEAST_SHARE * len(rows)


def _goes_on(row: npt.NDArray[np.uint8], px: float) -> bool:
    """Whether letters follow close upon the edge: dirt along it stands alone."""
    return float(row[:, 2 : 2 + round(6 * px)].any(axis=0).mean()) >= 0.4


def _letters_cut(ink: npt.NDArray[np.uint8], px: float) -> bool:
    """Here the edge is the top or the bottom, so that what is height on the strip is width on the page."""
    boxes = _touching(ink)
    breadth, depth = boxes[:, cv2.CC_STAT_HEIGHT], boxes[:, cv2.CC_STAT_WIDTH]
    letters = boxes[(breadth >= 0.3 * px) & (breadth <= 6 * px) & (depth >= _LEAST_DEPTH * px) & (depth <= 6 * px)]
    if len(letters) < _LEAST_LETTERS:
        return False
    places = letters[:, cv2.CC_STAT_TOP]
    return bool(np.ptp(places) >= _LEAST_RUN * ink.shape[0])
