"""Two pages on one image: an open book, or two sheets laid side by side on the glass."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image

_SHAPE = (1.15, 2.1)  # width by height; two A4 pages have 1.41, two of Letter 1.55
_MIDDLE = (0.40, 0.60)  # of the width: where the gutter is
_LEAST_GUTTER = 0.035  # of the width: the margins of both pages
_NARROW_GUTTER = 0.012  # of the width: what a signature or a stamp that reaches into the margin may leave of it
_REACHED_INTO = 0.2  # of the height: what reaches into the margins is a few marks, not all that stands there
_WIDTH = 800  # pixels of the reduced image
_BARE = 0.004  # of the height: dust in a gutter
_SHADOW = 0.6  # of the height: a gutter that is dark is dark from top to bottom
_LEAST_ROWS, _LEAST_SPAN, _LEAST_BREADTH = 6, 0.25, 0.4

Columns = npt.NDArray[np.bool_]


def has_room(grey: Image) -> bool:
    """Whether an image has the shape of two pages side by side."""
    height, width = grey.shape
    return bool(_SHAPE[0] <= width / max(1, height) <= _SHAPE[1])


def gutter(grey: Image) -> int | None:
    """The column between two pages on an upright image with white paper; None where it shows one page.

    In the middle there is a strip, as wide as the margins of two pages, that nothing crosses and hardly anything
    reaches into, and on both sides there are rows of text that take up most of a page's width. What is set across, as
    the lines of a landscape table are, leaves no such strip.
    """
    if not has_room(grey):
        return None
    scale = min(1.0, _WIDTH / grey.shape[1])
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = small < 160
    edge = max(1, round(0.02 * ink.shape[0]))
    share = ink[edge:-edge].mean(axis=0)
    clear = _bridged(np.asarray((share <= _BARE) | (share >= _SHADOW)))
    runs = _runs(clear, *(round(m * ink.shape[1]) for m in _MIDDLE))
    run = next((run for run in runs if _is_gutter(ink[edge:-edge], *run)), None)
    if run is None:
        return None
    if not (_is_page(ink[edge:-edge, edge : run[0]]) and _is_page(ink[edge:-edge, run[1] : -edge])):
        return None
    dark = np.flatnonzero(share[run[0] : run[1]] >= _SHADOW)
    middle = run[0] + (float(dark.mean()) if len(dark) else _between_pages(run, ink))
    return int((middle + 0.5) / scale)


def _is_gutter(ink: Columns, x0: int, x1: int) -> bool:
    """Whether a run of clear columns is as wide as the margins of two pages, or would be but for marks at one side of
    it or the other, which have nothing across from them."""
    least = _LEAST_GUTTER * ink.shape[1]
    if x1 - x0 >= least:
        return True
    if x1 - x0 < _NARROW_GUTTER * ink.shape[1]:
        return False
    more = round(least) - (x1 - x0)
    left, right = ink[:, max(0, x0 - more) : x0].any(axis=1), ink[:, x1 : x1 + more].any(axis=1)
    return not (left & right).any() and float((left | right).mean()) <= _REACHED_INTO


def _bridged(clear: Columns) -> Columns:
    """One or two columns between clear ones are clear too: the edge of a dark gutter is neither bare nor dark."""
    closed = cv2.morphologyEx(clear.astype(np.uint8)[None, :], cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    return np.asarray(closed[0] > 0)


def _runs(clear: Columns, low: int, high: int) -> list[tuple[int, int]]:
    """The runs of clear columns that have their middle between two columns, the widest first."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], clear.astype(np.int8), [0]])))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if low <= (a + b) / 2 < high]
    return sorted(runs, key=lambda run: run[0] - run[1])


def _between_pages(run: tuple[int, int], ink: Columns) -> float:
    """Where the pages meet in a bare gutter, from its left: the middle of the image if that lies in it."""
    width = run[1] - run[0]
    return float(min(max(ink.shape[1] / 2 - run[0], 0.2 * width), 0.8 * width))


def _is_page(ink: Columns) -> bool:
    """Whether there are rows of text, over a good part of the height, and most of the width is used."""
    if 0 in ink.shape:
        return False
    rows = ink.mean(axis=1) > 0.02
    count = int(np.count_nonzero(np.diff(rows.astype(np.int8)) == 1))
    used = np.flatnonzero(rows)
    columns = np.flatnonzero(ink.mean(axis=0) > _BARE)
    if count < _LEAST_ROWS or len(used) == 0 or len(columns) == 0:
        return False
    span = (used[-1] - used[0]) / ink.shape[0]
    breadth = (columns[-1] - columns[0]) / ink.shape[1]
    return bool(span >= _LEAST_SPAN and breadth >= _LEAST_BREADTH)
