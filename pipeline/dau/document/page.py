"""A page image between scan and ocr."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from .transcript import BBox, Line, Overlay, Rescan

Image = npt.NDArray[np.uint8]
"""Grey `(height, width)` or BGR `(height, width, 3)`, 0 black."""


@dataclass(frozen=True)
class Page:
    """One page as displayed, upright after cleaning.

    `image` is the page as opened (grey or BGR), `clean` what engines should read (grey; equal to `image` until
    cleaned). `to_points` maps pixels of `clean` to points of the original page: 2 × 3 where it is affine, 3 × 3 where
    a photographed page was rectified. `text_layer` holds the lines of a usable PDF text layer; where it is there, no
    engine need read the page. `parts` are the pages of an image that shows two, left before right: they are read in
    place of the whole, into the same page. `mirrored`: `clean` is `image` seen in a mirror. `rescan`: what is wrong
    with the image, so that it should be made anew. `faint`: what is on the page
    is hardly to be seen; `clean` has it as dark as print, and whether it is text or the other side showing through is
    for the reader to tell. `darkened`: of a page with little on it, the same page with what is hardly to be seen.
    """

    number: int
    image: Image
    width: float
    height: float
    dpi: float
    clean: Image | None = None
    to_points: npt.NDArray[np.float64] = field(default_factory=lambda: np.array([[1.0, 0, 0], [0, 1.0, 0]]))
    rotation: int = 0
    skew: float = 0.0
    blank: bool = False
    faint: bool = False
    text_layer: tuple[Line, ...] | None = None
    overlays: tuple[Overlay, ...] = ()
    mirrored: bool = False
    rescan: tuple[Rescan, ...] = ()
    parts: tuple[Page, ...] = ()
    darkened: Page | None = None

    @property
    def readable(self) -> Image:
        return self.image if self.clean is None else self.clean

    @property
    def as_displayed(self) -> bool:
        """Whether `clean` shows the page as `image` does, a small lean and a margin aside."""
        return self.rotation == 0 and not self.mirrored and self.to_points.shape[0] == 2

    def box_in_points(self, x0: float, y0: float, x1: float, y1: float) -> BBox:
        """Axis-parallel hull, in points of the original page, of a pixel box of `readable`; clipped to the page."""
        hull = _hull(self.to_points, (x0, y0, x1, y1))
        clip = [
            min(max(v, 0.0), limit)
            for v, limit in zip(hull, (self.width, self.height, self.width, self.height), strict=True)
        ]
        return (round(clip[0], 2), round(clip[1], 2), round(clip[2], 2), round(clip[3], 2))

    def box_in_pixels(self, box: BBox) -> tuple[float, float, float, float]:
        """A box in points of the original page as the hull of its corners in pixels of `readable`."""
        return _hull(np.asarray(np.linalg.inv(_square(self.to_points)), dtype=np.float64), box)

    def turned(self, turns: int) -> Page:
        """The page with `clean` turned clockwise by quarter turns."""
        if turns % 4 == 0:
            return self
        height, width = self.readable.shape[:2]
        back = np.linalg.inv(np.vstack([quarter_turn(width, height, turns), [0.0, 0.0, 1.0]]))
        return replace(
            self,
            clean=np.ascontiguousarray(np.rot90(self.readable, -turns)),
            to_points=self.to_points @ back,
            rotation=(self.rotation + 90 * turns) % 360,
        )

    def in_mirror(self) -> Page:
        """The page with left and right of `clean` exchanged."""
        flip = np.array([[-1.0, 0.0, self.readable.shape[1]], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
        flipped = np.ascontiguousarray(self.readable[:, ::-1])
        return replace(self, clean=flipped, to_points=self.to_points @ flip, mirrored=not self.mirrored)


def quarter_turn(width: int, height: int, turns: int) -> npt.NDArray[np.float64]:
    """The 2 × 3 map from pixel corners of an image to those of the image turned clockwise by quarter turns."""
    rows = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, -1, height], [1, 0, 0]],
        2: [[-1, 0, width], [0, -1, height]],
        3: [[0, 1, 0], [-1, 0, width]],
    }
    return np.array(rows[turns % 4], dtype=np.float64)


def _square(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return matrix if matrix.shape[0] == 3 else np.vstack([matrix, [0.0, 0.0, 1.0]])


def _hull(matrix: npt.NDArray[np.float64], box: tuple[float, float, float, float]) -> BBox:
    """Hull of where the corners of a box come to lie; `matrix` is affine or projective."""
    corners = np.array([[x, y, 1.0] for x in (box[0], box[2]) for y in (box[1], box[3])], dtype=np.float64)
    xy = corners @ matrix.T
    if matrix.shape[0] == 3:
        xy = xy[:, :2] / xy[:, 2:]
    low, high = xy.min(axis=0), xy.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
