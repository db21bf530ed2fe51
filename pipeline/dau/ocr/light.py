"""Two kinds of ink on one page: print, and what is lighter, as the other side is that shows through the paper."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image

_STEP = 10  # grey levels
_LIGHTEST = 250  # what is lighter is paper
_BETWEEN = (90, 200)  # where the two kinds of ink may part, on a page whose paper is white and whose print is black
_CORE = 7  # pixels: the darkest of a stroke is darker than all within half of that
_LEAST_STROKES = 200
_LEAST_SHARE = 0.005
_APART = 0.1  # of the most strokes of one grey among the light ones: no more lie between the two
_EDGE = 3  # pixels: what is as near as half of that to print is its edge


def light_ink(grey: Image) -> int | None:
    """The grey from which on ink is of the light kind; None where there is but one kind.

    Strokes are counted by how dark they are at their darkest. Two kinds are two heaps with hardly any between; of the
    places between the lightest is taken, where print keeps most of itself.
    """
    count = _strokes(grey)
    first, last = _BETWEEN[0] // _STEP, _BETWEEN[1] // _STEP
    near = np.convolve(count, np.ones(3) / 3, mode="same")[first : last + 1]
    least = max(_LEAST_STROKES, _LEAST_SHARE * count.sum())
    for at in range(last, first - 1, -1):
        dark, light = count[:at], count[at + 1 :]
        if min(dark.sum(), light.sum()) >= least and near[at - first] <= _APART * light.max():
            return at * _STEP + _STEP // 2
    return None


def _strokes(grey: Image) -> npt.NDArray[np.float64]:
    """How many strokes are at their darkest of what grey, in steps."""
    darkest = (grey == cv2.erode(grey, np.ones((_CORE, _CORE), np.uint8))) & (grey < _LIGHTEST)
    return np.histogram(grey[darkest], bins=np.arange(0, _LIGHTEST + 1, _STEP))[0].astype(np.float64)


def without_light(grey: Image, level: int) -> Image:
    """The page with ink from a grey on as white as the paper, but for the edges of what is darker."""
    print_ = cv2.dilate((grey < level).astype(np.uint8), np.ones((_EDGE, _EDGE), np.uint8))
    return np.where(print_ > 0, grey, 255).astype(np.uint8)
