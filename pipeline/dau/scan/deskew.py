"""Skew: how far the text rows lean, and straightening them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image

MAX_DEGREES = 10.0
"""Real scans lean 1.8° at most, photographs a little more."""
FARTHEST_DEGREES = 40.0
"""Looked at where no lean up to `MAX_DEGREES` makes clear rows: a sheet thrown on the glass."""

_COARSE_SIDE, _FINE_SIDE = 500, 1000
_LEAST_GAIN = 1.02  # a lean that sharpens the rows by less than this is noise
_LEAST_INK = 0.002
_CLEAR = 4.0  # times the usual sharpness over all angles; rows of text have ten times as much
_FARTHER = 2.0  # times as sharp as the best of the nearer angles
_GROWING = 3.0  # degrees from which corners of the page would be lost were the image not made larger


def estimate_skew(grey: Image) -> float:
    """Degrees, counter-clockwise, by which the page must be turned to make its text rows level; −40 … 40.

    The angle whose row profile of ink changes most sharply from row to row (Postl 1986), searched coarse to fine in
    steps of 1°, 0.25° and 0.05°; beyond 10° only where rows are not clear before and very clear there. A page without
    rows (blank, a photograph) gives 0.
    """
    fine = ink_of(grey, _FINE_SIDE)
    if fine.mean() < _LEAST_INK * 255:
        return 0.0
    half = _COARSE_SIDE / _FINE_SIDE
    coarse = np.asarray(cv2.resize(fine, None, fx=half, fy=half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    best = _coarse(coarse)
    limit = max(MAX_DEGREES, abs(best) + 1.0)
    best = _sharpest(fine, np.arange(best - 1.0, best + 1.01, 0.25))
    best = _sharpest(fine, np.arange(best - 0.25, best + 0.26, 0.05))
    if abs(best) < 0.05 or _sharpness(fine, best) < _LEAST_GAIN * _sharpness(fine, 0.0):
        return 0.0
    return round(float(np.clip(best, -limit, limit)), 2)


def _coarse(ink: Image) -> float:
    """The sharpest angle, in whole degrees."""
    near = np.arange(-MAX_DEGREES, MAX_DEGREES + 0.5, 1.0)
    scores = np.array([_sharpness(ink, float(a)) for a in near])
    best = int(np.argmax(scores))
    if scores[best] >= _CLEAR * np.median(scores) and abs(near[best]) < MAX_DEGREES - 1.0:
        return float(near[best])
    far = np.arange(MAX_DEGREES + 1.0, FARTHEST_DEGREES + 0.5, 1.0)
    far = np.concatenate([-far, far])
    sharp = np.array([_sharpness(ink, float(a)) for a in far])
    farthest = int(np.argmax(sharp))
    clear = _CLEAR * float(np.median(np.concatenate([scores, sharp])))
    if sharp[farthest] >= clear and sharp[farthest] >= _FARTHER * scores[best]:
        return float(far[farthest])
    return float(near[best])


def rotation_about_centre(height: int, width: int, degrees: float) -> npt.NDArray[np.float64]:
    """The 2 × 3 map that turns an image counter-clockwise about its centre; see `size_turned`."""
    matrix = _about_centre(height, width, degrees)
    across, down = size_turned(height, width, degrees)
    matrix[:, 2] += (across - width) / 2, (down - height) / 2
    return matrix


def _about_centre(height: int, width: int, degrees: float) -> npt.NDArray[np.float64]:
    """The turn on a canvas of the same size."""
    return np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), dtype=np.float64)


def size_turned(height: int, width: int, degrees: float) -> tuple[int, int]:
    """Width and height of the turned image: as before where it leans a little, else so that all of it is on it."""
    if abs(degrees) < _GROWING:
        return width, height
    sine, cosine = abs(np.sin(np.deg2rad(degrees))), abs(np.cos(np.deg2rad(degrees)))
    return round(width * cosine + height * sine), round(width * sine + height * cosine)


def straighten(image: Image, degrees: float) -> Image:
    """The image turned counter-clockwise about its centre; corners that come into view are white."""
    height, width = image.shape[:2]
    matrix = rotation_about_centre(height, width, degrees)
    white = (255,) * (1 if image.ndim == 2 else image.shape[2])
    turned = cv2.warpAffine(
        image, matrix, size_turned(height, width, degrees), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT,
        borderValue=white,
    )
    return np.asarray(turned, dtype=np.uint8)


def ink_of(grey: Image, side: int) -> Image:
    """255 − grey, shrunk to `side` pixels on the long side; what leans at the very edge is scanner, not text."""
    scale = side / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = np.asarray(255 - small, dtype=np.uint8)
    margin = max(1, side // 50)
    for edge in (ink[:margin], ink[-margin:], ink[:, :margin], ink[:, -margin:]):
        edge[...] = 0
    return ink


def _sharpness(ink: Image, degrees: float) -> float:
    height, width = ink.shape
    matrix = _about_centre(height, width, degrees)
    turned = cv2.warpAffine(ink, matrix, (width, height))
    profile = turned.sum(axis=1, dtype=np.int64).astype(np.float64)
    return float(np.square(np.diff(profile)).sum())


def _sharpest(ink: Image, angles: npt.NDArray[np.float64]) -> float:
    scores = [_sharpness(ink, float(a)) for a in angles]
    return float(angles[int(np.argmax(scores))])
