"""A page image between scan and ocr."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .transcript import BBox, Line, Overlay

Image = npt.NDArray[np.uint8]
"""Grey `(height, width)` or BGR `(height, width, 3)`, 0 black."""


@dataclass(frozen=True)
class Page:
    """One page as displayed, upright after cleaning.

    `image` is the page as opened (grey or BGR), `clean` what engines should read (grey; equal to `image` until
    cleaned). `to_points` is the 2 × 3 affine map from pixels of `clean` to points of the original page.
    `text_layer` holds the lines of a usable PDF text layer; where it is there, no engine need read the page.
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
    text_layer: tuple[Line, ...] | None = None
    overlays: tuple[Overlay, ...] = ()

    @property
    def readable(self) -> Image:
        return self.image if self.clean is None else self.clean

    def box_in_points(self, x0: float, y0: float, x1: float, y1: float) -> BBox:
        """Axis-parallel hull, in points of the original page, of a pixel box of `readable`; clipped to the page."""
        corners = np.array([[x0, y0, 1], [x1, y0, 1], [x0, y1, 1], [x1, y1, 1]], dtype=np.float64)
        xy = corners @ self.to_points.T
        lo, hi = xy.min(axis=0), xy.max(axis=0)
        clip = [
            min(max(float(v), 0.0), limit)
            for v, limit in zip((*lo, *hi), (self.width, self.height, self.width, self.height), strict=True)
        ]
        return (round(clip[0], 2), round(clip[1], 2), round(clip[2], 2), round(clip[3], 2))
