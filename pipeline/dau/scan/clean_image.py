"""Paper made white, scanner bands, streaks and specks taken away; the ink itself is not touched."""

from __future__ import annotations

import cv2
import numpy as np

from dau.document.page import Image

INK = 150
"""Grey below which a pixel of a normalised page is ink."""

_WHITE = 225  # normalised grey from here on is paper; bleed-through ends up above it
_FAINT = 215  # normalised grey below which a pixel may be ink of a page that has next to no darker ink
_FAINT_SHARE, _DARK_SHARE = 0.004, 0.0005  # of the page: a few rows of text, and less than a page number
_DIM = 90.0  # grey of paper below which an image was taken in the dark
_BLACK = 8.0  # grey below which there is no paper
_BAND_MM = 12.0
_BAND_LENGTH_MM = 25.0
_SPECK_MM = 0.4
_STREAK_MM = 0.5
_STREAK = 200  # grey of a normalised page below which a pixel may be one of a streak
_STREAKED = 0.96  # share of its length on which a streak is seen
_LONELY_MM = 1.5


def is_bilevel(image: Image) -> bool:
    """Whether a page is black and white already: fewer than 2 % of its pixels lie between."""
    if image.ndim == 3 and not (image[..., 0] == image[..., 2]).all():
        return False
    plane = image if image.ndim == 2 else image[..., 0]
    sample = plane[::3, ::3]
    return float(((sample > 16) & (sample < 240)).mean()) < 0.02


def white_paper(image: Image, dpi: float) -> Image:
    """Each channel divided by its background: even light, white paper, ink as dark as it was against the paper.

    The background is the brightest grey within 4 mm, smoothed; it is estimated on a reduced image.
    """
    if is_bilevel(image):
        return image
    image = _brightened(image)
    scale = min(1.0, 40.0 / dpi)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    reach = max(3, round(4 * dpi * scale / 25.4)) | 1
    background = cv2.medianBlur(cv2.dilate(small, np.ones((reach, reach), np.uint8)), reach)
    background = cv2.resize(background, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(image, np.maximum(background, 60), scale=255), dtype=np.uint8)


def _brightened(image: Image) -> Image:
    """A photograph taken in the dark as bright as one by day, its noise smoothed; else the image itself."""
    sample = image[::8, ::8]
    paper = float(np.percentile(sample if sample.ndim == 2 else sample[..., 1], 90))
    if not _BLACK <= paper < _DIM:
        return image
    smooth = cv2.GaussianBlur(image, (0, 0), 1.0)
    return np.asarray(cv2.convertScaleAbs(smooth, alpha=220.0 / paper), dtype=np.uint8)


def stretched(grey: Image) -> Image:
    """Grey values spread so that paper is 255 and the darkest ink 0; faint print becomes as dark as bold print.

    So does that of a page that has no other: what little is left of the toner, or the other side showing through, is
    for the reader to tell, who sets apart what cannot be made out.
    """
    if is_bilevel(grey):
        return grey
    ink = grey[grey < INK]
    if ink.size < _DARK_SHARE * grey.size:
        faint = grey[grey < _FAINT]
        if faint.size >= _FAINT_SHARE * grey.size:
            return _spread(grey, float(np.percentile(faint[::7], 10)), 0.5 * (_FAINT + 255))
    dark = float(np.percentile(ink[::7], 10)) if ink.size > 1000 else 0.0
    return _spread(grey, min(dark, 100.0), _WHITE)


def _spread(grey: Image, dark: float, white: float) -> Image:
    """Grey values so that `dark` becomes 0 and `white` 255."""
    table = np.clip((np.arange(256) - dark) * 255.0 / (white - dark), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(grey, table), dtype=np.uint8)


def without_bands(grey: Image, dpi: float) -> Image:
    """Dark bands along the edges (lid, spine, feeder) whitened.

    Ink that touches an edge and runs along it for 25 mm or more is erased within 12 mm of that edge, no farther: text
    that a band happens to touch stays.
    """
    px = dpi / 25.4
    ink = (grey < INK).astype(np.uint8)
    band, long = round(_BAND_MM * px), _BAND_LENGTH_MM * px
    out = grey
    for turns in range(4):  # each edge in turn is looked at as the top
        strip = np.ascontiguousarray(np.rot90(ink, turns)[:band])
        count, labels, stats, _ = cv2.connectedComponentsWithStats(strip, connectivity=8)
        doomed = [
            i for i in range(1, count)
            if stats[i, cv2.CC_STAT_TOP] <= max(1, px // 3) and stats[i, cv2.CC_STAT_WIDTH] >= long
        ]
        if doomed:
            out = out.copy() if out is grey else out
            erased = np.isin(labels, doomed).astype(np.uint8)
            erased = cv2.dilate(erased, np.ones((3, 3), np.uint8)).astype(bool)
            np.rot90(out, turns)[:band][erased] = 255
    return out


def without_streaks(grey: Image, dpi: float) -> Image:
    """Lines from edge to edge, at most half a millimetre wide, as dirt on the glass of a feeder draws them, replaced by
    what is on either side of them: strokes that cross them go on.

    They lie along the sides of the image as scanned. Rules of a table or a page border end before the edges.
    """
    out = grey
    for turned in (False, True):  # down the image, then across it
        seen = out.T if turned else out
        for x0, x1 in _streaks(seen, max(2, round(_STREAK_MM * dpi / 25.4))):
            out = out.copy() if out is grey else out
            view = out.T if turned else out
            middle = (x0 + x1 + 1) // 2  # what is nearer counts: a stroke half under the dirt is not thinned away
            view[:, x0:middle] = view[:, x0 - 1 : x0]
            view[:, middle:x1] = view[:, x1 : x1 + 1]
    return out


def _streaks(grey: Image, widest: int) -> list[tuple[int, int]]:
    """Runs of at most so many dark columns within the image, from top to bottom, with the fringe where there is one."""
    step = max(1, grey.shape[0] // 400)
    rows = grey[step // 2 :: step]
    dark = (rows < _STREAK).mean(axis=0) >= _STREAKED
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dark.astype(np.int8), [0]])))
    width = grey.shape[1]
    return [
        (int(a) - _fringed(rows[:, a - 1]), int(b) + _fringed(rows[:, b]))
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if b - a <= widest and a >= 2 and b <= width - 2
    ]


def _fringed(column: Image) -> bool:
    """Whether a column beside a streak is darker than paper along most of it."""
    return bool(np.median(column) < _WHITE)


def without_specks(grey: Image, dpi: float) -> Image:
    """Dots below 0.4 mm with nothing larger within 1.5 mm whitened: dust, never the dot of an i or a full stop."""
    px = dpi / 25.4
    ink = (grey < INK).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    tiny = size <= max(1.0, _SPECK_MM * px)
    tiny[0] = False
    if not tiny.any():
        return grey
    large = ~tiny
    large[0] = False
    reach = max(1, round(_LONELY_MM * px))
    neighbourhood = cv2.dilate(large[labels].astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    beside = np.zeros(count, dtype=bool)
    beside[np.unique(labels[(neighbourhood > 0) & (ink > 0)])] = True
    lonely = tiny & ~beside
    if not lonely.any():
        return grey
    out = grey.copy()
    erased = cv2.dilate(lonely[labels].astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    out[erased] = 255
    return out
