"""A page as opened → a page as an engine should see it: upright, straight, on white paper, without seals."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image, Page
from dau.document.transcript import Overlay

from .blank import is_blank
from .clean_image import is_bilevel, stretched, white_paper, without_bands, without_specks
from .deskew import estimate_skew, rotation_about_centre, straighten
from .orientation import quarter_turns, turned_back
from .overlays import Mark, coloured_marks, ring_seals, without_coloured
from .settings import ScanSettings

_LEAST_SKEW = 0.1  # degrees; below, a row of an A4 page leans less than a third of a millimetre


def clean(page: Page, settings: ScanSettings) -> Page:
    """The page with `clean`, `rotation`, `skew`, `blank`, `overlays` and `to_points` set.

    `clean` is grey, upright and straight, the paper white, dark bands along the edges, dust and coloured seals gone.
    `image` stays as opened, and boxes in pixels of `clean` map to points of the page as displayed. Overlays are seals
    and coloured stamps, located but not read. A page with a text layer needs no image and comes back as it is.
    """
    if page.text_layer is not None:
        return page
    grey, marks = _grey(page)
    turns = quarter_turns(grey)
    matrix = _turned_matrix(page.image.shape[1], page.image.shape[0], turns)
    grey = turned_back(grey, turns)
    skew = estimate_skew(grey)
    if abs(skew) >= _LEAST_SKEW:
        matrix = _after(rotation_about_centre(grey.shape[0], grey.shape[1], skew), matrix)
        grey = straighten(grey, skew)
    else:
        skew = 0.0
    grey = without_specks(without_bands(grey, page.dpi), page.dpi)
    back = np.asarray(cv2.invertAffineTransform(matrix), dtype=np.float64)
    straight = replace(page, clean=grey, rotation=90 * turns, skew=skew, to_points=_after(page.to_points, back))
    overlays = [_overlay(page, mark) for mark in marks]
    overlays += [_overlay(straight, mark) for mark in ring_seals(grey, page.dpi)]
    return replace(straight, blank=is_blank(grey, page.dpi), overlays=(*page.overlays, *overlays))


def _grey(page: Page) -> tuple[Image, list[Mark]]:
    """The page in grey on white paper, and the coloured marks that were taken off it."""
    image = white_paper(page.image, page.dpi)
    if image.ndim == 2:
        return stretched(image), []
    if is_bilevel(page.image):
        return np.ascontiguousarray(image[:, :, 1]), []
    marks = coloured_marks(image, page.dpi)
    return stretched(without_coloured(image, marks, page.dpi)), marks


def _overlay(page: Page, mark: Mark) -> Overlay:
    """`page` is the one in whose pixels the mark was found."""
    return Overlay(kind="seal" if mark.shape == "round" else "received_stamp", bbox=page.box_in_points(*mark.box))


def _turned_matrix(width: int, height: int, turns: int) -> npt.NDArray[np.float64]:
    """The 2 × 3 map from pixel corners of an image to those of the image turned clockwise by quarter turns."""
    rows = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, -1, height], [1, 0, 0]],
        2: [[-1, 0, width], [0, -1, height]],
        3: [[0, 1, 0], [-1, 0, width]],
    }
    return np.array(rows[turns % 4], dtype=np.float64)


def _after(second: npt.NDArray[np.float64], first: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The affine map that does `first`, then `second`."""
    square = np.vstack([first, [0.0, 0.0, 1.0]])
    return np.asarray(second @ square, dtype=np.float64)
