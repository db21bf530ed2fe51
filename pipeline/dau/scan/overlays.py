"""What lies over the text of a page: seals and boxed stamps in colour, and black seals.

Colour does most: on a scan in colour the ink of a red seal is bright in the red channel, and the black text under it
is not. A black seal is found by its ring; its ink cannot be told from the text's, so it is only located here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image

Box = tuple[int, int, int, int]
"""Pixels: x0, y0, x1, y1."""

Shape = Literal["round", "frame"]

_CHROMA = 25  # red − max(green, blue) of stamp ink after the paper was made white
_TINGE, _BRIGHT = 15, 120
_ANALYSIS_DPI = 100.0
_ANGLES = np.linspace(0, 2 * np.pi, 180, endpoint=False)
_COSINES, _SINES = np.cos(_ANGLES)[None, :], np.sin(_ANGLES)[None, :]
_SEAL_MM = (14.0, 50.0)  # electronic seals are printed small, seals of the state measure 36–38 mm


@dataclass(frozen=True)
class Mark:
    """A seal (`round`) or a boxed stamp (`frame`) on the page image."""

    box: Box
    shape: Shape
    colour: Literal["red", "blue", "black"]


def coloured_marks(image: Image, dpi: float) -> list[Mark]:
    """Round and boxed regions of red or blue ink on a BGR image whose paper is white.

    Ink within 2 mm counts as one region. Coloured ink of any other shape is left alone: it may be text, such as a
    number stamped in red, or handwriting.
    """
    small, scale = _reduced(image, dpi)
    blue, green, red = (small[:, :, i].astype(np.int16) for i in range(3))
    marks: list[Mark] = []
    for colour, excess in (("red", red - np.maximum(green, blue)), ("blue", blue - np.maximum(green, red))):
        mask = (excess > _CHROMA).astype(np.uint8)
        for box in _regions(mask, dpi * scale):
            shape = _shape_of(mask, box, dpi * scale)
            whole = _scaled(box, 1 / scale, image)
            if shape is not None and not any(_overlapping(whole, mark.box) for mark in marks):
                marks.append(Mark(whole, shape, "red" if colour == "red" else "blue"))
    return marks


def without_coloured(image: Image, marks: list[Mark], dpi: float) -> Image:
    """Grey image in which the ink of coloured marks is gone and what lies under them stays.

    Inside a mark the channel of its own colour is taken, in which that ink is nearly as bright as the paper; what is
    coloured and bright there is whitened.
    """
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    margin = round(dpi / 25.4)
    for mark in marks:
        x0, y0, x1, y1 = _grown(mark.box, margin, image)
        part = image[y0:y1, x0:x1].astype(np.int16)
        own, other = (2, 0) if mark.colour == "red" else (0, 2)
        coloured = part[:, :, own] - np.maximum(part[:, :, 1], part[:, :, other]) > _TINGE
        channel = part[:, :, own]
        grey[y0:y1, x0:x1] = np.where(coloured & (channel > _BRIGHT), 255, channel).astype(np.uint8)
    return grey


def ring_seals(grey: Image, dpi: float) -> list[Mark]:
    """Round seals on a grey or 1-bit page, by the ring: a circle of 7–25 mm radius that is drawn on most of its length
    while the circle a little larger is mostly bare, which tells a ring from a field of letters."""
    small, scale = _reduced(grey, dpi)
    ink = np.asarray((small < 150) * 255, dtype=np.uint8)
    marks: list[Mark] = []
    for rough in _rough_rings(ink, dpi * scale):
        x, y, r = _best_ring(ink, *rough)
        if ring_cover(ink, x, y, r) >= 0.72 and ring_cover(ink, x, y, 1.12 * r) <= 0.45:
            box = _scaled((round(x - r), round(y - r), round(x + r), round(y + r)), 1 / scale, grey)
            if not any(_overlapping(box, mark.box) for mark in marks):
                marks.append(Mark(box, "round", "black"))
    return marks


def _rough_rings(ink: Image, dpi: float) -> list[tuple[float, float, float]]:
    """Candidates (x, y, radius), best first: where the ink on a circle most exceeds that on one a little larger.

    A correlation with drawn circles at 40 dpi; a few candidates for each radius, since letters score too.
    """
    scale = 40.0 / dpi
    coarse = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    drawn = np.asarray(coarse > 40, dtype=np.float32)
    px = 40.0 / 25.4
    found = []
    for radius in np.arange(_SEAL_MM[0] / 2 * px, _SEAL_MM[1] / 2 * px, 1.5):
        kernel = _ring(radius) - _ring(1.15 * radius, of=radius)
        contrast = cv2.filter2D(drawn, -1, kernel, borderType=cv2.BORDER_CONSTANT)
        for _ in range(3):
            _, best, _, (x, y) = cv2.minMaxLoc(contrast)
            found.append((float(best), (x / scale, y / scale, float(radius) / scale)))
            cv2.circle(contrast, (x, y), round(0.5 * radius), -1.0, -1)
    return [ring for _, ring in sorted(found, reverse=True)[:12]]


def _ring(radius: float, of: float | None = None) -> npt.NDArray[np.float32]:
    """A circle two pixels thick whose pixels sum to one, in the array of `1.15 · (of or radius)`."""
    half = int(np.ceil(1.15 * (of or radius))) + 2
    rows, columns = np.mgrid[-half : half + 1, -half : half + 1]
    kernel = (np.abs(np.hypot(rows, columns) - radius) <= 1.0).astype(np.float32)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def _best_ring(ink: Image, x: float, y: float, r: float) -> tuple[float, float, float]:
    """The circle near a rough one with the most ink on it."""
    for step in (3.0, 1.0):
        near = [
            (x + step * dx, y + step * dy, r + step * dr) for dx in (-1, 0, 1) for dy in (-1, 0, 1) for dr in (-1, 0, 1)
        ]
        x, y, r = max(near, key=lambda ring: ring_cover(ink, *ring))
    return x, y, r


def _overlapping(a: Box, b: Box) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])


def ring_cover(ink: Image, x: float, y: float, radius: float) -> float:
    """Share of a circle's directions in which there is ink within 2 % of the radius; the part outside the image
    counts as bare."""
    radii = radius * np.array([[0.98], [1.0], [1.02]])
    u = np.round(x + radii * _COSINES).astype(int)
    v = np.round(y + radii * _SINES).astype(int)
    inside = (u >= 0) & (v >= 0) & (u < ink.shape[1]) & (v < ink.shape[0])
    hit = np.zeros(u.shape, dtype=bool)
    hit[inside] = ink[v[inside], u[inside]] > 0
    return float(hit.any(axis=0).mean())


def _reduced(image: Image, dpi: float) -> tuple[Image, float]:
    scale = min(1.0, _ANALYSIS_DPI / dpi)
    small = image if scale == 1.0 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8), scale


def _regions(mask: npt.NDArray[np.uint8], dpi: float) -> list[Box]:
    reach = max(1, round(2 * dpi / 25.4))
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    least = 8 * dpi / 25.4
    boxes = []
    for x, y, width, height, area in (tuple(int(v) for v in stats[i]) for i in range(1, count)):
        if min(width, height) >= least and area >= 0.08 * width * height:
            boxes.append((x, y, x + width, y + height))
    return sorted(boxes, key=lambda b: (b[0] - b[2]) * (b[3] - b[1]))  # the largest first


def _shape_of(mask: npt.NDArray[np.uint8], box: Box, dpi: float) -> Shape | None:
    """Round where height and width are alike, in the range of seals, and the corners are bare; a frame where ink runs
    along at least three of the four sides."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    part = mask[y0:y1, x0:x1]
    low, high = (mm * dpi / 25.4 for mm in _SEAL_MM)
    if 0.7 <= width / height <= 1.43 and low * 0.7 <= max(width, height) <= high:
        corner = max(1, min(width, height) // 8)
        corners = (part[:corner, :corner], part[:corner, -corner:], part[-corner:, :corner], part[-corner:, -corner:])
        if sum(float(c.mean()) for c in corners) / 4 < 0.25:
            return "round"
    sides = sum(_bordered(np.rot90(part, turns)) for turns in range(4))
    return "frame" if sides >= 3 and max(width, height) <= 110 * dpi / 25.4 else None


def _bordered(part: npt.NDArray[np.uint8]) -> bool:
    """Whether ink runs along the upper side: most columns have some in the upper fifth."""
    reach = max(2, part.shape[0] // 5)
    return float((part[:reach].max(axis=0) > 0).mean()) >= 0.7


def _scaled(box: Box, factor: float, image: Image) -> Box:
    height, width = image.shape[:2]
    x0, y0, x1, y1 = (round(v * factor) for v in box)
    return max(0, x0), max(0, y0), min(width, x1), min(height, y1)


def _grown(box: Box, margin: int, image: Image) -> Box:
    height, width = image.shape[:2]
    x0, y0, x1, y1 = box
    return max(0, x0 - margin), max(0, y0 - margin), min(width, x1 + margin), min(height, y1 + margin)
