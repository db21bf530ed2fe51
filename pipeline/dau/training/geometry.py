"""Pages turned, mirrored, photographed, curved, cropped: one transcribed page → the same page lying otherwise.

Each transformation is what happens between a sheet of paper and its image, done to an image that is known. All of
them are deterministic.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image


@dataclass(frozen=True)
class Shown:
    """An image and its resolution."""

    image: Image
    dpi: float


def turned(page: Shown, _: Shown, turns: int = 0, degrees: float = 0.0) -> Shown:
    """Quarter turns counter-clockwise, then degrees on a bed large enough."""
    image = np.ascontiguousarray(np.rot90(page.image, turns))
    return Shown(_leaning(image, degrees) if degrees else image, page.dpi)


def _leaning(image: Image, degrees: float) -> Image:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = round(width * cosine + height * sine), round(height * cosine + width * sine)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return np.asarray(cv2.warpAffine(image, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(255,) * 3), np.uint8)


def mirrored(page: Shown, _: Shown, turns: int = 0) -> Shown:
    return Shown(np.ascontiguousarray(np.rot90(page.image[:, ::-1], turns)), page.dpi)


def ghost(page: Shown, other: Shown, strength: float, blank: bool = False) -> Shown:
    """The other page mirrored, blurred a little, `strength` of its ink showing through."""
    height, width = page.image.shape[:2]
    verso = cv2.resize(grey(other.image)[:, ::-1], (width, height), interpolation=cv2.INTER_AREA)
    verso = cv2.GaussianBlur(verso, (0, 0), page.dpi / 72 * 0.5)
    veil = 1 - strength * (255 - verso.astype(np.float32)) / 255
    paper = np.full_like(page.image, 245) if blank else page.image
    return Shown((paper * (veil if paper.ndim == 2 else veil[..., None])).astype(np.uint8), page.dpi)


def grey(image: Image) -> Image:
    return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


def spread(page: Shown, other: Shown, shadow: float = 0.0, turns: int = 0, gap: int = 0) -> Shown:
    """Both pages on one image; `shadow`: how dark the gutter is; `gap` pixels of black between loose sheets."""
    height = page.image.shape[0]
    right = cv2.resize(grey(other.image), (round(other.image.shape[1] * height / other.image.shape[0]), height))
    between = np.full((height, gap), 30, np.uint8)
    image = np.hstack([grey(page.image), between, right])
    if shadow:
        distance = np.abs(np.arange(image.shape[1]) - page.image.shape[1]) / (page.dpi / 25.4 * 8)
        image = (image * (1 - shadow * np.exp(-(distance**2)))[None, :]).astype(np.uint8)
    return Shown(np.ascontiguousarray(np.rot90(image, turns)), page.dpi)


def photographed(page: Shown, _: Shown, back: float = 0.0, side: float = 0.0, lean: float = 0.0, desk: int = 60,
                 dim: float = 0.25) -> Shown:  # fmt: skip
    """A photograph on a desk: the far edge narrower by `back`, the right one shorter by `side`, turned by `lean`
    degrees, light falling off by `dim`. The image states no resolution that would be true."""
    height, width = page.image.shape[:2]
    border = round(0.09 * width)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    seen = corners.copy()
    seen[:2] += [[back / 2 * width, 0.25 * back * height], [-back / 2 * width, 0.25 * back * height]]
    seen[1:3] += [[-0.15 * side * width, side / 2 * height], [-0.15 * side * width, -side / 2 * height]]
    angle = np.deg2rad(lean)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    seen = (seen - [width / 2, height / 2]) @ turn.T
    low, high = seen.min(axis=0), seen.max(axis=0)
    seen += border - low
    size = round(high[0] - low[0] + 2 * border), round(high[1] - low[1] + 2 * border)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))
    surface = _desk(size, desk)
    paper = cv2.warpPerspective(page.image, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(255,) * 3)
    where = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, size, flags=cv2.INTER_LINEAR)
    where = where if paper.ndim == 2 else where[..., None]
    surface = surface if paper.ndim == 2 else np.dstack([surface * 0.7, surface * 0.85, surface])
    light = np.linspace(1.0, 1.0 - dim, size[0])[None, :] * np.linspace(1.0, 1.0 - dim / 2, size[1])[:, None]
    shade = light if paper.ndim == 2 else light[..., None]
    image = np.clip((where * (paper * 0.92) + (1 - where) * surface) * shade, 0, 255).astype(np.uint8)
    blurred = cv2.GaussianBlur(image, (0, 0), 0.6)
    return Shown(np.asarray(blurred, np.uint8), round(image.shape[1] / (210 / 25.4), 2))


def _desk(size: tuple[int, int], level: int) -> npt.NDArray[np.float64]:
    """Wood: a grain along the rows."""
    rng = np.random.default_rng(7)
    grain = rng.normal(0, 7, (size[1], 1 + size[0] // 64))
    drawn = cv2.resize(cv2.GaussianBlur(grain, (0, 0), 1.5), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(level + 2 * drawn, dtype=np.float64)


def curved(page: Shown, _: Shown, lift: float, reach: float = 0.35) -> Shown:
    """A bound page pressed on the glass: towards the spine (left) rows bend down by `lift` of the width at most, and
    what is there is narrower and darker."""
    height, width = page.image.shape[:2]
    x = np.arange(width, dtype=np.float32)[None, :].repeat(height, 0)
    y = np.arange(height, dtype=np.float32)[:, None].repeat(width, 1)
    near = np.clip(1 - x / (reach * width), 0, 1)
    bend = lift * width * near**2 * (1 - 2 * y / height)
    squeeze = x - 0.5 * lift * width * near**2
    image = cv2.remap(page.image, squeeze, y + bend, cv2.INTER_CUBIC, borderValue=(255,) * 3)
    shade = 1 - 0.5 * near**3
    return Shown((image * (shade if image.ndim == 2 else shade[..., None])).astype(np.uint8), page.dpi)


def on_bed(page: Shown, _: Shown, level: int, share: float = 1.6) -> Shown:
    """On a bed `share` times as wide and high."""
    height, width = page.image.shape[:2]
    shape = (round(height * share), round(width * share), *page.image.shape[2:])
    bed = np.full(shape, level, np.uint8)
    y, x = round(0.3 * (shape[0] - height)), round(0.6 * (shape[1] - width))
    bed[y : y + height, x : x + width] = page.image
    return Shown(bed, page.dpi)


def cropped(page: Shown, _: Shown, left: float = 0.0, right: float = 0.0, top: float = 0.0) -> Shown:
    height, width = page.image.shape[:2]
    kept = page.image[round(top * height) :, round(left * width) : width - round(right * width)]
    return Shown(np.ascontiguousarray(kept), page.dpi)


def coarse(page: Shown, _: Shown, dpi: float, bilevel: bool = False) -> Shown:
    scale = min(1.0, dpi / page.dpi)
    small = cv2.resize(page.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if bilevel:
        small = np.where(grey(np.asarray(small, np.uint8)) > 160, 255, 0)
    return Shown(np.asarray(small, np.uint8), page.dpi * scale)
