"""What feeders, hands and telephones do to a page: folded corners, fingers, shadows, blur, dirt on the glass.

Each is done to an image that is known, as in `geometry`, and deterministic. Lengths are in millimetres of the paper.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from dau.document.page import Image
from dau.training.geometry import Shown, curved, grey, photographed, spread, turned

_SEED = 11


def dog_eared(page: Shown, _: Shown, side: float = 35.0, under: int = 245) -> Shown:
    """The upper right corner folded over: its blank back lies on the page, with a shadow; what lay there is `under`."""
    height, width = page.image.shape[:2]
    fold = round(side * page.dpi / 25.4)
    x, y = np.arange(width)[None, :] - (width - fold), np.arange(height)[:, None]
    gone, back = (x > y), (x >= 0) & (x <= y) & (y <= fold)
    shade = np.where(back, np.clip(0.75 + (y - x) / (0.3 * fold), 0.75, 1.0), 1.0)
    image = page.image.copy()
    image[back] = 250
    image = (image * (shade if image.ndim == 2 else shade[..., None])).astype(np.uint8)
    image[gone] = under
    return Shown(image, page.dpi)


def with_finger(page: Shown, _: Shown, reach: float = 25.0, at: float = 0.55) -> Shown:
    """A finger that holds the page down at its left side, with the shadow beside it."""
    image = _coloured(page.image)
    px = page.dpi / 25.4
    middle, size = (0, round(at * image.shape[0])), (round(reach * px), round(9 * px))
    shadow, finger = np.zeros(image.shape[:2], np.float32), np.zeros(image.shape[:2], np.float32)
    cv2.ellipse(shadow, (middle[0], middle[1] + round(4 * px)), size, 8, 0, 360, 1.0, -1)
    cv2.ellipse(finger, middle, size, 8, 0, 360, 1.0, -1)
    shadow, finger = _soft(shadow, 3 * px), _soft(finger, 0.4 * px)
    shaded = image * (1 - 0.5 * shadow[..., None])
    skin = np.array([120.0, 155.0, 205.0])
    return Shown(_bytes(shaded * (1 - finger[..., None]) + skin * finger[..., None]), page.dpi)


def in_shadow(page: Shown, _: Shown, depth: float, edge: float = 8.0, lean: float = 0.25) -> Shown:
    """The right half in the shadow of the hand that holds the camera; its edge is `edge` millimetres wide."""
    height, width = page.image.shape[:2]
    x, y = np.arange(width)[None, :], np.arange(height)[:, None]
    beyond = (x - 0.5 * width + lean * (y - 0.5 * height)) / (edge * page.dpi / 25.4)
    shade = 1 - depth / (1 + np.exp(-np.clip(beyond, -30, 30)))
    return _shaded(page, shade)


def beside_another(page: Shown, other: Shown, strip: float = 45.0, shadow: float = 0.6, left: bool = False) -> Shown:
    """The page with a strip of its neighbour in the book at one edge."""
    height, width = page.image.shape[:2]
    wide = round(strip * page.dpi / 25.4)
    beside = cv2.resize(grey(other.image), (round(other.image.shape[1] * height / other.image.shape[0]), height))
    parts = [beside[:, -wide:], grey(page.image)] if left else [grey(page.image), beside[:, :wide]]
    distance = np.abs(np.arange(width + wide) - (wide if left else width)) / (page.dpi / 25.4 * 8)
    shade = np.broadcast_to((1 - shadow * np.exp(-(distance**2)))[None, :], (height, width + wide))
    return _shaded(Shown(np.hstack(parts), page.dpi), shade)


def beside_blank(page: Shown, _: Shown, shadow: float = 0.5, first: bool = True) -> Shown:
    """Two pages, one of them empty: the second, or the first where `first` is false."""
    blank = Shown(np.full_like(page.image, 248), page.dpi)
    return spread(page, blank, shadow) if first else spread(blank, page, shadow)


def beside_upside_down(page: Shown, other: Shown) -> Shown:
    """Two pages of which the second lies upside down."""
    return spread(page, turned(other, page, turns=2))


def leaning_spread(page: Shown, other: Shown, degrees: float = 3.0, shadow: float = 0.4) -> Shown:
    return turned(spread(page, other, shadow), page, degrees=degrees)


def curved_spread(page: Shown, other: Shown, lift: float = 0.03) -> Shown:
    """An open book pressed on the glass: both pages bend towards the spine."""
    left = curved(Shown(np.ascontiguousarray(page.image[:, ::-1]), page.dpi), other, lift)
    right = curved(other, page, lift)
    return spread(Shown(np.ascontiguousarray(left.image[:, ::-1]), page.dpi), right)


def photographed_sideways(page: Shown, other: Shown) -> Shown:
    return turned(photographed(page, other, back=0.08, lean=4.0), other, turns=1)


def photographed_spread(page: Shown, other: Shown, back: float = 0.1) -> Shown:
    """An open book on a desk, from the foot of the page."""
    both = spread(page, other, shadow=0.4)
    return Shown(photographed(both, both, back=back, side=0.03, lean=2.0).image, page.dpi)


def lid_open(page: Shown, _: Shown) -> Shown:
    """Scanned with the lid open, a little askew: nothing but dark around the page, which fades where it lifts."""
    height, width = page.image.shape[:2]
    x = np.minimum(np.arange(width), np.arange(width)[::-1])[None, :] / (page.dpi / 25.4 * 6)
    y = np.minimum(np.arange(height), np.arange(height)[::-1])[:, None] / (page.dpi / 25.4 * 6)
    faded = _shaded(page, np.clip(0.6 + 0.4 * np.minimum(x, y), 0, 1))
    bed = np.full((round(1.3 * height), round(1.25 * width), *page.image.shape[2:]), 12, np.uint8)
    middle = (bed.shape[1] / 2, bed.shape[0] / 2)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 2.0, 1.0)
    matrix[:, 2] += middle[0] - width / 2, middle[1] - height / 2
    size = bed.shape[1], bed.shape[0]
    seen = cv2.warpAffine(faded.image, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(12,) * 3)
    return Shown(np.asarray(seen, np.uint8), page.dpi)


def compressed(page: Shown, _: Shown, quality: int) -> Shown:
    """As JPEG."""
    done, data = cv2.imencode(".jpg", page.image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if done else None
    assert image is not None
    return Shown(np.asarray(image, np.uint8), page.dpi)


def on_yellow(page: Shown, _: Shown) -> Shown:
    """Old paper: strongly yellow, stained, with a grain."""
    rng = np.random.default_rng(_SEED)
    height, width = page.image.shape[:2]
    stains = cv2.resize(rng.normal(0, 1, (12, 9)), (width, height), interpolation=cv2.INTER_CUBIC)
    grain = rng.normal(0, 4, (height, width, 1))
    tint = np.array([105.0, 185.0, 225.0]) * (1 + 0.06 * np.clip(stains, -2, 2)[..., None])
    return Shown(_bytes(_coloured(page.image) / 255.0 * tint + grain), page.dpi)


def underexposed(page: Shown, other: Shown, light: float = 0.22, noise: float = 4.0) -> Shown:
    """A photograph in bad light: dark, noisy, compressed."""
    photo = photographed(page, other, back=0.05, lean=1.5)
    rng = np.random.default_rng(_SEED)
    dark = _bytes(photo.image * light + rng.normal(0, noise, photo.image.shape))
    return compressed(Shown(dark, photo.dpi), other, 80)


def blurred(page: Shown, _: Shown, length: float, kind: Literal["motion", "focus"] = "motion") -> Shown:
    """Shaken by `length` millimetres along 30°, or out of focus by as much (standard deviation)."""
    pixels = length * page.dpi / 25.4
    if kind == "focus":
        return Shown(np.asarray(cv2.GaussianBlur(page.image, (0, 0), pixels), np.uint8), page.dpi)
    half = int(np.ceil(pixels / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    for step in np.linspace(-pixels / 2, pixels / 2, 64):
        dx, dy = step * np.cos(np.deg2rad(30)), step * np.sin(np.deg2rad(30))
        kernel[half + round(dy), half + round(dx)] += 1
    image = cv2.filter2D(page.image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
    return Shown(np.asarray(image, np.uint8), page.dpi)


def streaked(page: Shown, _: Shown, count: int = 6, width: float = 0.25) -> Shown:
    """Dirt on the glass of a feeder: dark lines from top to bottom."""
    rng = np.random.default_rng(_SEED)
    image = page.image.copy()
    wide = max(1, round(width * page.dpi / 25.4))
    for x in rng.uniform(0.05, 0.95, count) * image.shape[1]:
        image[:, int(x) : int(x) + wide] = 60
    return Shown(image, page.dpi)


def negative(page: Shown, _: Shown) -> Shown:
    """White on black: microfilm, or a 1-bit file of the wrong polarity."""
    return Shown(np.asarray(255 - page.image, np.uint8), page.dpi)


def faded(page: Shown, _: Shown, contrast: float = 0.2) -> Shown:
    """Toner nearly gone."""
    return Shown(_bytes(255 - contrast * (255.0 - page.image)), page.dpi)


def glared(page: Shown, _: Shown, size: float = 40.0) -> Shown:
    """The light of the flash in the middle of the page, in which nothing is seen."""
    height, width = page.image.shape[:2]
    x, y = np.arange(width)[None, :] - 0.55 * width, np.arange(height)[:, None] - 0.45 * height
    far = np.hypot(x, y) / (size / 2 * page.dpi / 25.4)
    light = np.clip(1.6 - far, 0, 1)
    light = light if page.image.ndim == 2 else light[..., None]
    return Shown(_bytes(page.image * 0.88 * (1 - light) + 255 * light), page.dpi)


def crumpled(page: Shown, _: Shown, folds: int = 2) -> Shown:
    """Folded like a letter: dark creases across, each panel lit otherwise."""
    height = page.image.shape[0]
    y = np.arange(height)[:, None] / height
    shade = np.ones((height, 1))
    for n in range(1, folds + 1):
        crease = (y - n / (folds + 1)) * height / (page.dpi / 25.4)
        shade = shade * (1 - 0.35 * np.exp(-np.abs(crease) / 2.0)) * np.where(crease > 0, 0.93, 1.0)
    return _shaded(page, np.broadcast_to(shade, page.image.shape[:2]))


def on_landscape(page: Shown, _: Shown, turns: int = 1) -> Shown:
    """The page in the middle of a sheet wider than high, which lies on its side in a portrait document."""
    height, width = page.image.shape[:2]
    sheet = np.full((height, round(height * 1.414), *page.image.shape[2:]), 250, np.uint8)
    x = (sheet.shape[1] - width) // 2
    sheet[:, x : x + width] = page.image
    return turned(Shown(sheet, page.dpi), page, turns=turns)


def _shaded(page: Shown, shade: npt.NDArray[np.float64]) -> Shown:
    return Shown(_bytes(page.image * (shade if page.image.ndim == 2 else shade[..., None])), page.dpi)


def _coloured(image: Image) -> Image:
    return image if image.ndim == 3 else np.asarray(cv2.cvtColor(grey(image), cv2.COLOR_GRAY2BGR), np.uint8)


def _soft(mask: npt.NDArray[np.float32], sigma: float) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.float32)


def _bytes(values: npt.NDArray[np.floating]) -> Image:
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)
