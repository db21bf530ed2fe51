"""A page as opened → a page as an engine should see it: upright, straight, on white paper, without seals."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image, Page, quarter_turn
from dau.document.transcript import Overlay, Rescan

from .blank import is_blank, is_sparse
from .clean_image import is_bilevel, stretched, white_paper, without_bands, without_specks, without_streaks
from .converging import convergence, convergence_of, is_bent, made_parallel, row_slopes
from .deskew import estimate_skew, rotation_about_centre, straighten
from .edges import cut_edges
from .faint import made_dark
from .folds import has_folded_corner
from .orientation import quarter_turns, turned_back
from .overlays import Mark, coloured_marks, ring_seals, without_coloured
from .perspective import Sheet, sheets
from .settings import ScanSettings
from .spread import gutter, has_room

_LEAST_SKEW = 0.1  # degrees; below, a row of an A4 page leans less than a third of a millimetre

Matrix = npt.NDArray[np.float64]


def clean(page: Page, settings: ScanSettings) -> Page:
    """The page with `clean`, `rotation`, `skew`, `blank`, `overlays`, `to_points`, `rescan` and `parts` set.

    `clean` is grey, upright and straight, the paper white, dark bands along the edges, dust and coloured seals gone.
    `image` stays as opened, and boxes in pixels of `clean` map to points of the page as displayed. Overlays are seals
    and coloured stamps, located but not read. A page with a text layer needs no image and comes back as it is. Where
    the image shows two pages, each of them is a part, cleaned by itself.
    """
    if page.text_layer is not None:
        return page
    found = _sheets(page.image) or [Sheet(page.image, np.eye(2, 3))]
    parts = [part for sheet in found for part in _pages_on(page, sheet)]
    return parts[0] if len(parts) == 1 else _together(page, parts)


def _sheets(image: Image) -> list[Sheet]:
    """The sheets on an image; not one that makes rows converge which were parallel: a shadow was taken for the desk."""
    found = sheets(image)
    if len(found) == 1 and found[0].onto.shape[0] == 3:
        seen, was = (convergence(im if im.ndim == 2 else im[:, :, 1]) for im in (found[0].image, image))
        if seen is not None and was is None:
            return []
    return found


def _together(page: Page, parts: list[Page]) -> Page:
    """The page that shows several; what is said of it as a whole is what its first part has."""
    first = parts[0]
    return replace(
        page, clean=first.clean, to_points=first.to_points, rotation=first.rotation, skew=first.skew,
        blank=all(part.blank for part in parts), overlays=tuple(o for part in parts for o in part.overlays),
        rescan=tuple(dict.fromkeys(reason for part in parts for reason in part.rescan)), parts=tuple(parts),
    )  # fmt: skip


def _pages_on(page: Page, sheet: Sheet) -> list[Page]:
    """The pages on a sheet, cleaned: two where it is an open book, else one.

    Where nothing is on it, or next to nothing, marks that are hardly to be seen are made dark, if there are any.
    """
    plain, marks = _plain(sheet.image, page.dpi)
    as_it_is = sheet.image.ndim == 3 and is_bilevel(sheet.image)
    found = _cleaned(page, sheet, plain if as_it_is else stretched(plain), marks)
    blank = all(part.blank for part in found)
    if not blank and (len(found) > 1 or not is_sparse(found[0].readable, page.dpi)):
        return found
    dark = made_dark(plain, page.dpi)
    if dark is None:
        return found
    again = [replace(part, blank=False, faint=True) for part in _cleaned(page, sheet, dark, marks)]
    if blank:
        return again
    return [replace(found[0], darkened=again[0])] if len(again) == 1 else found


def _cleaned(page: Page, sheet: Sheet, grey: Image, marks: list[Mark]) -> list[Page]:
    """As `_pages_on`, from the sheet in grey on white paper and the coloured marks that were taken off it."""
    lying = replace(page, to_points=_after(page.to_points, sheet.onto))
    if sheet.image is page.image:
        grey = without_streaks(grey, page.dpi)
    turns = quarter_turns(grey)
    overlays = (*page.overlays, *(_overlay(lying, mark) for mark in marks))
    turned = quarter_turn(sheet.image.shape[1], sheet.image.shape[0], turns)
    back = np.asarray(cv2.invertAffineTransform(turned), dtype=np.float64)
    upright = replace(
        lying, clean=turned_back(grey, turns), rotation=90 * turns, to_points=_after(lying.to_points, back),
        overlays=overlays, rescan=_missing(page, grey, turns) if sheet.image is page.image else (),
    )  # fmt: skip
    middle = gutter(upright.readable)
    if middle is None:
        upright = _level(upright)
        if upright.skew and has_room(upright.readable):  # where it leans, no column is bare from top to bottom
            middle = gutter(upright.readable)
    if middle is None:
        return [_finished(upright)]
    halves = (_columns(upright, x0, x1) for x0, x1 in ((0, middle), (middle, upright.readable.shape[1])))
    return [_finished(_level(half)) for half in halves]


def _missing(page: Page, grey: Image, turns: int) -> tuple[Rescan, ...]:
    """What of the text is not on the image: cut off by its edges, or under a corner folded over."""
    cut = cut_edges(turned_back(grey, turns), page.dpi)
    return (*cut, "unread") if has_folded_corner(page.image, grey, page.dpi) else cut


def _columns(page: Page, x0: int, x1: int) -> Page:
    """The part of an upright page between two columns, with the overlays that have their middle there."""
    shift = np.array([[1.0, 0.0, x0], [0.0, 1.0, 0.0]])
    middles = {id(o): page.box_in_pixels(o.bbox) for o in page.overlays if o.bbox}
    kept = tuple(o for o in page.overlays if id(o) in middles and x0 <= sum(middles[id(o)][::2]) / 2 < x1)
    part = np.ascontiguousarray(page.readable[:, x0:x1])
    return replace(page, clean=part, to_points=_after(page.to_points, shift), overlays=kept)


def _level(page: Page) -> Page:
    """An upright page with white paper turned so that its rows are level."""
    grey = page.readable
    skew = estimate_skew(grey)
    if abs(skew) < _LEAST_SKEW:
        return page
    matrix = rotation_about_centre(grey.shape[0], grey.shape[1], skew)
    back = np.asarray(cv2.invertAffineTransform(matrix), dtype=np.float64)
    return replace(
        page, clean=straighten(grey, skew), skew=page.skew + skew, to_points=_after(page.to_points, back)
    )  # fmt: skip


def _finished(page: Page) -> Page:
    """A level page seen from straight above, without bands and specks, its black seals located."""
    page, grey = _parallel(page, page.readable)
    grey = without_specks(without_bands(grey, page.dpi), page.dpi)
    done = replace(page, clean=grey)
    overlays = [_overlay(done, mark) for mark in ring_seals(grey, page.dpi)]
    blank = is_blank(grey, page.dpi)
    rescan = () if blank else page.rescan
    return replace(done, blank=blank, overlays=(*page.overlays, *overlays), rescan=rescan)


def _parallel(page: Page, grey: Image) -> tuple[Page, Image]:
    """The page and its image as seen from straight above, where its rows converge; with a flag where they are bent."""
    places = row_slopes(grey)
    found = convergence_of(places)
    if found is None:
        return replace(page, rescan=(*page.rescan, "doubtful")) if is_bent(places) else page, grey
    matrix, size = made_parallel(grey.shape[0], grey.shape[1], *found)
    seen = cv2.warpPerspective(grey, matrix, size, flags=cv2.INTER_CUBIC, borderValue=255)
    back = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    return replace(page, to_points=_after(page.to_points, back)), np.asarray(seen, dtype=np.uint8)


def _plain(opened: Image, dpi: float) -> tuple[Image, list[Mark]]:
    """The page in grey on white paper, its ink as it is, and the coloured marks that were taken off it."""
    image = white_paper(opened, dpi)
    if image.ndim == 2:
        return image, []
    if is_bilevel(opened):
        return np.ascontiguousarray(image[:, :, 1]), []
    marks = coloured_marks(image, dpi)
    return without_coloured(image, marks, dpi), marks


def _overlay(page: Page, mark: Mark) -> Overlay:
    """`page` is the one in whose pixels the mark was found."""
    return Overlay(kind="seal" if mark.shape == "round" else "received_stamp", bbox=page.box_in_points(*mark.box))


def _after(second: Matrix, first: Matrix) -> Matrix:
    """The map that does `first`, then `second`; 2 × 3 where both are, else 3 × 3."""
    a, b = (m if m.shape[0] == 3 else np.vstack([m, [0.0, 0.0, 1.0]]) for m in (second, first))
    both = np.asarray(a @ b, dtype=np.float64)
    return both[:2] if second.shape[0] == first.shape[0] == 2 else both
