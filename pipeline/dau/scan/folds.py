"""A corner of the page folded over, where what lies under the page is dark: what stood there cannot be read."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image

_DPI = 25.0
_DARK = 0.45  # of the grey of the paper
_LEG_MM = 15.0  # of the triangle that is missing; less lies in the margin
_LONGEST = 0.5  # of the page's width and height
_LEAST_SHAPE = 0.5  # of one leg by the other; the bed beside a page that leans by 20° has 0.36
_NEAR = 0.08  # of its height: the fold is no sharp line
_INSIDE, _OUTSIDE = 0.95, 0.1  # shares that are dark on either side of the fold
_INK = 150
_RIM = 1.0  # % of the ink that may stand outside of the text: dust, the edge of the paper
_INTO_TEXT_MM = 5.0

Mask = npt.NDArray[np.bool_]


def has_folded_corner(image: Image, grey: Image, dpi: float) -> bool:
    """Whether a corner is missing that reaches into the text, and is dark instead: a triangle whose legs lie along two
    edges of the image. The paper folded over hides as much again.

    `image` is the page as opened, `grey` the same with white paper. What lies under the page must be dark: a corner
    that shows white paper cannot be told from a bare one.
    """
    scale = min(1.0, _DPI / dpi)
    px = _DPI / 25.4 if scale < 1 else dpi / 25.4
    if min(image.shape[:2]) * scale < 2 * _LEG_MM * px:
        return False
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    light = small if small.ndim == 2 else small.max(axis=2)
    dark = np.asarray(light < _DARK * np.percentile(light, 75), dtype=np.bool_)
    if not any(dark[y, x] for y in (1, -2) for x in (1, -2)):
        return False
    ink = cv2.resize(grey, (light.shape[1], light.shape[0]), interpolation=cv2.INTER_AREA) < _INK
    flips = ((1, 1), (1, -1), (-1, 1), (-1, -1))  # each corner in turn is looked at as the upper left one
    return any(_is_folded(dark[::down, ::across], ink[::down, ::across], px) for down, across in flips)


def _is_folded(dark: Mask, ink: Mask, px: float) -> bool:
    """Whether the upper left corner is: the triangle is dark, what is beyond it is not, and text is beside it."""
    width, height = _run(dark[1]), _run(dark[:, 1])
    if min(width, height) < max(_LEG_MM * px, _LEAST_SHAPE * max(width, height)):
        return False
    if width > _LONGEST * dark.shape[1] or height > _LONGEST * dark.shape[0]:
        return False
    y, x = np.mgrid[0:height, 0:width]
    from_corner = x / width + y / height
    part = dark[:height, :width]
    inside, outside = part[from_corner < 1 - _NEAR], part[from_corner > 1 + _NEAR]
    if inside.mean() < _INSIDE or outside.mean() > _OUTSIDE:
        return False
    rest = ink.copy()
    rest[: height + 2, : width + 2] = False
    rows, columns = np.nonzero(rest)
    if not rows.size:
        return False
    reach = _INTO_TEXT_MM * px
    return bool(np.percentile(columns, _RIM) < width - reach and np.percentile(rows, _RIM) < height - reach)


def _run(line: Mask) -> int:
    """How many pixels are dark from the start of a line on."""
    return int(np.argmin(line)) if not line.all() else len(line)
