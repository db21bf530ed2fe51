"""Rows of text that converge: a page seen from the side whose sheet does not stand out from what it lies on.

On a page seen from straight above, rows are parallel. Seen from the side they run towards a point: how much each of
them leans changes evenly from the top of the page to its foot. That change is measured on the rows themselves, so no
edge of paper is needed, and undone by the homography that moves the point to infinity.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image

from .deskew import ink_of

Matrix = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.float32]

_SIDE = 1000  # pixels of the long side, on which all below is measured
_STRIPS = 12  # across the page, each next one compared with the one before
_WINDOW, _STEP = 101, 50  # pixels of height: some six rows
_REACH = 8  # pixels up or down; rows are twice as far apart
_ALIKE = 0.5  # correlation of two windows from which their shift is one
_LEAST_ENERGY = 10.0  # a pixel of a window: below there is no text
_LEAST_PLACES = 40
_LEAST = 0.04
"""Change of slope over the page's height. Of 262 scanned pages one, which the feeder pulled, has 0.034; photographs
from the side have 0.07 and more. With less, a row as wide as the page rises by no more than half the way to the
next."""
_EXPLAINED = 0.7  # what is left of the slopes' usual size where they are explained
_BESIDE, _ABOVE, _LEAST_BESIDE = 0.2, 0.1, 6  # of the width and height from the middle; places there
_BENT = 0.055
"""Slope in a quarter of the page. Level pages have 0.014 at most, one that lifts off the glass by 4 % of its width
0.05, by 8 % 0.06 to 0.1; then lines stand in each other's way."""
_FLOOR = 0.003  # of slope: what cannot be measured


def convergence(grey: Image) -> tuple[float, float] | None:
    """Slope of the rows in the middle of an upright page (y points down), and how much more it is at the foot than at
    the top; None where rows are parallel, or there are too few to tell."""
    return convergence_of(row_slopes(grey))


def row_slopes(grey: Image) -> Numbers:
    """How the rows of an upright page lean, place by place: rows of y (of the height, from the middle), slope and x
    (of the width, from the middle)."""
    step = max(1, max(grey.shape) // _SIDE)  # every other row and column of a scan tells as much, at half the cost
    return _slopes(ink_of(np.ascontiguousarray(grey[::step, ::step]), _SIDE))


def is_bent(places: Numbers) -> bool:
    """Whether rows that are level in the middle of the page run up or down towards a side, as where a bound page does
    not lie flat: what stands there may be read wrongly."""
    if len(places) < _LEAST_PLACES:
        return False
    y, x = places[:, 0], places[:, 2]
    slope = places[:, 1] - np.median(places[:, 1])
    quarters = (slope[beside & half] for beside in (x < -_BESIDE, x > _BESIDE) for half in (y < -_ABOVE, y > _ABOVE))
    return any(len(part) >= _LEAST_BESIDE and abs(float(np.median(part))) >= _BENT for part in quarters)


def convergence_of(places: Numbers) -> tuple[float, float] | None:
    """As `convergence`, of slopes that are known."""
    if len(places) < _LEAST_PLACES:
        return None
    y, slope = places[:, 0], places[:, 1]
    middle, change = _fitted(y, slope)
    left = float(np.median(np.abs(slope - middle - change * y)))
    usual = float(np.median(np.abs(slope - np.median(slope))))
    if abs(change) < _LEAST or left > max(_FLOOR, _EXPLAINED * usual):
        return None
    return middle, change


def made_parallel(height: int, width: int, middle: float, change: float) -> tuple[Matrix, tuple[int, int]]:
    """The 3 × 3 map from an image whose rows converge so to one where they are level, and its width and height, large
    enough for all of it."""
    towards = -change / height  # 1 / the distance, to the right of the middle, of the point where the rows meet
    level = np.array([[1.0, 0.0, 0.0], [-middle, 1.0, 0.0], [-towards, 0.0, 1.0]])
    level = level @ _shift(-width / 2, -height / 2)
    corners = np.array([[0, width, width, 0], [0, 0, height, height], [1, 1, 1, 1]], dtype=np.float64)
    seen = level @ corners
    low, high = (seen[:2] / seen[2]).min(axis=1), (seen[:2] / seen[2]).max(axis=1)
    size = round(float(high[0] - low[0])), round(float(high[1] - low[1]))
    return np.asarray(_shift(-low[0], -low[1]) @ level, dtype=np.float64), size


def _shift(x: float, y: float) -> Matrix:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def _slopes(ink: Image) -> Numbers:
    """The slope of text is by how much the rows of a strip of the page are to be shifted to lie on those of the
    next."""
    height, width = ink.shape
    across = width // _STRIPS
    if across < 1 or height < 2 * _WINDOW:
        return np.zeros((0, 3), np.float32)
    strips = cv2.resize(ink[:, : across * _STRIPS], (_STRIPS, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    strips -= cv2.blur(strips, (1, 25))
    one, next_one = np.ascontiguousarray(strips[:, :-1]), np.ascontiguousarray(strips[:, 1:])
    energy, other = _summed(one * one), _summed(next_one * next_one)
    alike = np.stack([_correlation(one, next_one, energy, other, by) for by in range(-_REACH, _REACH + 1)])
    best = alike.argmax(axis=0)
    at = np.clip(best, 1, 2 * _REACH - 1)[None]
    before, here, after = (np.take_along_axis(alike, at + by, axis=0)[0] for by in (-1, 0, 1))
    bend = np.minimum(before - 2 * here + after, -1e-6)
    shift = at[0] + (before - after) / (2 * bend) - _REACH
    inside = (best > 0) & (best < 2 * _REACH)
    sound = inside & (here >= _ALIKE) & (_sampled(energy) >= _LEAST_ENERGY * _WINDOW)
    y = (_middles(height) / height - 0.5).astype(np.float32)[:, None].repeat(_STRIPS - 1, axis=1)
    x = (np.arange(1, _STRIPS) / _STRIPS - 0.5).astype(np.float32)[None, :].repeat(len(y), axis=0)
    return np.asarray(np.stack([y[sound], shift[sound] / across, x[sound]], axis=1), dtype=np.float32)


def _correlation(one: Numbers, other: Numbers, energy: Numbers, energy_other: Numbers, by: int) -> Numbers:
    """How alike windows of a strip are to those of the next `by` pixels farther down, −1 … 1."""
    product = _sampled(_summed(one * np.roll(other, -by, axis=0)))
    size = np.sqrt(_sampled(energy) * _sampled(np.roll(energy_other, -by, axis=0)))
    return np.asarray(product / np.maximum(size, 1.0), dtype=np.float32)


def _summed(values: Numbers) -> Numbers:
    """Sums over the windows around each pixel of each strip."""
    return np.asarray(cv2.boxFilter(values, -1, (1, _WINDOW), normalize=False), dtype=np.float32)


def _middles(height: int) -> npt.NDArray[np.int64]:
    reach = _WINDOW // 2 + _REACH
    return np.arange(reach, height - reach, _STEP, dtype=np.int64)


def _sampled(values: Numbers) -> Numbers:
    return values[_middles(len(values))]


def _fitted(y: Numbers, slope: Numbers) -> tuple[float, float]:
    """Slope in the middle and its change over the height, by least squares in which what lies far off counts little."""
    terms = np.stack([np.ones_like(y), y], axis=1)
    weights = np.ones_like(y)
    for _ in range(6):
        middle, change = np.linalg.lstsq(terms * weights[:, None], slope * weights, rcond=None)[0]
        off = slope - middle - change * y
        usual = max(_FLOOR, 1.48 * float(np.median(np.abs(off))))
        weights = np.sqrt(1 / (1 + (off / (2 * usual)) ** 2))
    return float(middle), float(change)
