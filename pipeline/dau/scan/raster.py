"""Pages of TIFF, PNG, JPEG and WebP files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dau.document.errors import CapacityError
from dau.document.page import Page

from .decode import decode_image, frame_indexes
from .settings import ScanSettings

A4_WIDTH = 210 / 25.4 * 72
"""Points. An image that states no resolution is taken to be as wide as A4."""


def frames_of(path: Path, kind: str, settings: ScanSettings) -> list[int]:
    """Where the pages are in the file: one for each but TIFF. Raises CapacityError above `max_pages`."""
    if kind != "tiff":
        return [0]
    frames = frame_indexes(path, settings)
    if len(frames) > settings.max_pages:
        raise too_many_pages(f"more than {settings.max_pages}", settings)
    return frames


def image_page(path: Path, frame: int, number: int, settings: ScanSettings, notes: list[str]) -> Page:
    """The page as displayed, upright by EXIF; sizes in points by the stated resolution. Errors: `decode_image`."""
    decoded = decode_image(path, frame, settings)
    across, down = decoded.size
    if decoded.dpi is None:
        width = A4_WIDTH
        height = width * down / across
        notes.append(f"page {number}: states no resolution a scanner would; taken as A4 wide")
    else:
        width, height = across / decoded.dpi[0] * 72, down / decoded.dpi[1] * 72
    return page_of(decoded.pixels, number, width, height)


def page_of(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], number: int, width: float, height: float) -> Page:
    """A page of `width` × `height` points whose image fills it."""
    rows, columns = pixels.shape[:2]
    scale = np.array([[width / columns, 0, 0], [0, height / rows, 0]], dtype=np.float64)
    return Page(
        number=number,
        image=pixels,
        width=round(width, 2),
        height=round(height, 2),
        dpi=round(columns / width * 72, 2),
        to_points=scale,
    )


def too_many_pages(count: str, settings: ScanSettings) -> CapacityError:
    return CapacityError(
        f"The file has {count} pages; the limit is {settings.max_pages}.",
        "Raise scan.max_pages in the settings, or split the file.",
    )
