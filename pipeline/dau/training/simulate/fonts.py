"""The Times-metric free fonts pages are set in, and how wide and how black their words are.

Liberation Serif has the metrics of Times New Roman, which Nghị định 30/2020/NĐ-CP (Phụ lục I) prescribes, and all
Vietnamese letters. Layout is done in points on unhinted advances, so that it does not depend on the resolution.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ImageFont

from dau.document.errors import DependencyError

Style = Literal["regular", "bold", "italic", "bold_italic"]
Mask = npt.NDArray[np.uint8]
"""Ink coverage `(height, width)`, 0 paper, 255 full ink."""

FONT_FOLDERS = (
    Path("/usr/share/fonts/truetype/liberation2"),
    Path("/usr/share/fonts/truetype/liberation"),
    Path("/usr/share/fonts/liberation-serif"),
    Path("/usr/share/fonts/liberation"),
)
_FILES: dict[Style, str] = {
    "regular": "LiberationSerif-Regular.ttf",
    "bold": "LiberationSerif-Bold.ttf",
    "italic": "LiberationSerif-Italic.ttf",
    "bold_italic": "LiberationSerif-BoldItalic.ttf",
}
_MEASURE = 512.0  # pixels per em at which widths are measured
_OVER = 4  # times as large as asked words are drawn before they are averaged down


@lru_cache(maxsize=8)
def font_path(style: Style) -> Path:
    """The font file of a style, of version 2: version 1 (Debian 12's fonts-liberation) has no ế, ộ, ữ.

    Raises DependencyError where no font with the Vietnamese letters is installed.
    """
    for folder in FONT_FOLDERS:
        path = folder / _FILES[style]
        if path.is_file() and _has_vietnamese(path):
            return path
    raise DependencyError(
        "The font Liberation Serif, version 2, is missing.",
        "Install the package fonts-liberation2 (where there is none: fonts-liberation).",
    )


def _has_vietnamese(path: Path) -> bool:
    """A font draws letters it lacks alike: as the letter nobody has."""
    font = ImageFont.truetype(str(path), 40, layout_engine=ImageFont.Layout.BASIC)
    return bytes(font.getmask("ệ")) != bytes(font.getmask("\uffff"))


@lru_cache(maxsize=1)
def font_digest() -> str:
    """First 16 hex digits of the SHA-256 over the four font files; pixels are reproducible where it is equal."""
    digest = hashlib.sha256()
    for style in _FILES:
        digest.update(font_path(style).read_bytes())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=256)
def _font(style: Style, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_path(style)), pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=200_000)
def _units(text: str, style: Style) -> float:
    return float(_font(style, _MEASURE).getlength(text)) / _MEASURE


def width(text: str, style: Style, size: float) -> float:
    """Advance width in points of `text` set at `size` points."""
    return _units(text, style) * size


@lru_cache(maxsize=20_000)
def ink(text: str, style: Style, pixels: float) -> tuple[Mask, int, int]:
    """Coverage of `text` at `pixels` per em, cut to the ink, with the offset (dx, dy) of its top left corner from
    the pen position on the baseline. A word without ink has an empty mask.

    Drawn four times as large and averaged: hinting would round every letter's advance to whole pixels, which no
    printer does, and words would be wider than `width` says.
    """
    core, (left, top) = _font(style, pixels * _OVER).getmask2(text, mode="L", anchor="ls")
    columns, rows = core.size
    if not columns or not rows:
        return np.zeros((0, 0), np.uint8), 0, 0
    dx, dy = math.floor(left / _OVER), math.floor(top / _OVER)
    x, y = int(left) - dx * _OVER, int(top) - dy * _OVER
    big: Mask = np.zeros((-(-(rows + y) // _OVER) * _OVER, -(-(columns + x) // _OVER) * _OVER), np.uint8)
    big[y : y + rows, x : x + columns] = np.array(core, dtype=np.uint8).reshape(rows, columns)
    h, w = big.shape[0] // _OVER, big.shape[1] // _OVER
    mask: Mask = np.asarray(cv2.resize(big, (w, h), interpolation=cv2.INTER_AREA), np.uint8)
    solid = mask > 24
    ys, xs = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    if not len(ys):
        return np.zeros((0, 0), np.uint8), 0, 0
    cut = np.ascontiguousarray(mask[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1])
    cut.setflags(write=False)  # shared through the cache
    return cut, int(dx + xs[0]), int(dy + ys[0])
