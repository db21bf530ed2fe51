"""The words of a text layer held against the ink of the page as drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from dau.document.page import Image
from dau.document.transcript import BBox

from .layout import PlacedWord

_DARK = 140
_INK = 200
_RULE = 24.0  # points; letters have no straight run so long
_MARK_HEIGHT = 5.0  # points
_MARK_INK = 20.0  # square points
_APART = (7.0, 2.4)  # points: ink nearer than this across and down belongs together
_MOST_MARKS = 20


@dataclass(frozen=True)
class Ink:
    """`explained`: share of the dark pixels that lie in word boxes, rules and black areas left out; `words_inked`:
    share of the words that have ink of any colour in their box; `marks`: boxes, in points, of dark ink of some size
    that is in no word box, such as a signature, or a signer's name that was put in as a picture."""

    explained: float
    words_inked: float
    marks: tuple[BBox, ...]


def ink_of(words: Sequence[PlacedWord], drawn: Image, size: tuple[float, float]) -> Ink:
    """Compare words with the page image; `size` in points."""
    darkest = drawn if drawn.ndim == 2 else drawn.min(axis=2)
    dark = ((drawn if drawn.ndim == 2 else drawn.max(axis=2)) < _DARK).astype(np.uint8)
    across, down = dark.shape[1] / size[0], dark.shape[0] / size[1]
    dark[_ruled(dark, int(_RULE * across), int(_RULE * down)) > 0] = 0
    total = int(np.count_nonzero(dark))
    inked = 0
    for word in words:
        box = _pixels(word, across, down)
        inked += bool((darkest[box] < _INK).any())
        dark[box] = 0
    explained = 1 - int(np.count_nonzero(dark)) / total if total else 1.0
    return Ink(explained, inked / max(1, len(words)), _marks(dark, across, down))


def _marks(dark: Image, across: float, down: float) -> tuple[BBox, ...]:
    """The largest pieces of ink that is left, from top to bottom."""
    wide, high = round(_APART[0] / 2 * across), round(_APART[1] / 2 * down)
    grown = cv2.dilate(dark, np.ones((2 * high + 1, 2 * wide + 1), dtype=np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(grown)
    amounts = np.bincount(labels[dark > 0].ravel(), minlength=count)
    found = [
        (
            int(amounts[n]),
            ((x + wide) / across, (y + high) / down, (x + width - wide) / across, (y + height - high) / down),
        )
        for n, (x, y, width, height, _) in enumerate(stats.tolist())
        if n and height - 2 * high >= _MARK_HEIGHT * down and amounts[n] >= _MARK_INK * across * down
    ]
    largest = sorted(found, reverse=True)[:_MOST_MARKS]
    return tuple(sorted((box for _, box in largest), key=lambda box: (box[1], box[0])))


def _ruled(dark: Image, across: int, down: int) -> Image:
    """Runs longer than letters have: the rules of tables and what is filled with black."""
    wide = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, max(3, across)), dtype=np.uint8))
    high = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((max(3, down), 1), dtype=np.uint8))
    return np.bitwise_or(wide, high).astype(np.uint8)


def _pixels(word: PlacedWord, across: float, down: float) -> tuple[slice, slice]:
    x0, y0, x1, y1 = word.bbox
    return (
        slice(max(0, int(y0 * down)), max(0, int(y1 * down) + 1)),
        slice(max(0, int(x0 * across)), max(0, int(x1 * across) + 1)),
    )
