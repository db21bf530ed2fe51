"""Things a pen or a stamp leaves on a page: handwritten digits, a signature, a round seal, a signing note.

The seal is a specimen on purpose: it reads MẪU MÔ PHỎNG · KHÔNG CÓ GIÁ TRỊ (simulated specimen, of no value).
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from . import fonts
from .fonts import Mask

Points = npt.NDArray[np.float64]

# Control points of pen strokes in a box of width 0.6 and height 1, y downwards, as a quick hand writes them.
_Stroke = tuple[tuple[float, float], ...]
_STROKES: dict[str, tuple[_Stroke, ...]] = {
    "/": (((0.42, 0.0), (0.3, 0.5), (0.16, 1.0)),),
    "0": (
        ((0.36, 0.02), (0.12, 0.2), (0.06, 0.62), (0.24, 0.98), (0.48, 0.72), (0.5, 0.28), (0.34, 0.03)),
    ),
    "1": (
        ((0.12, 0.32), (0.24, 0.2), (0.36, 0.02)),
        ((0.36, 0.02), (0.32, 0.4), (0.26, 1.0)),
    ),
    "2": (
        ((0.1, 0.24), (0.26, 0.03), (0.48, 0.16), (0.38, 0.5), (0.06, 0.96)),
        ((0.06, 0.96), (0.28, 0.9), (0.56, 0.96)),
    ),
    "3": (
        ((0.12, 0.1), (0.36, 0.02), (0.46, 0.22), (0.24, 0.44)),
        ((0.24, 0.44), (0.52, 0.56), (0.44, 0.92), (0.06, 0.94)),
    ),
    "4": (
        ((0.3, 0.02), (0.18, 0.3), (0.06, 0.62)),
        ((0.06, 0.62), (0.3, 0.6), (0.58, 0.58)),
        ((0.42, 0.3), (0.38, 0.62), (0.34, 1.0)),
    ),
    "5": (
        ((0.2, 0.06), (0.16, 0.24), (0.12, 0.44)),
        ((0.12, 0.44), (0.42, 0.4), (0.5, 0.72), (0.28, 0.98), (0.04, 0.9)),
        ((0.2, 0.06), (0.36, 0.06), (0.54, 0.02)),
    ),
    "6": (
        ((0.42, 0.02), (0.18, 0.3), (0.06, 0.74), (0.26, 0.98), (0.48, 0.78), (0.34, 0.54), (0.1, 0.7)),
    ),
    "7": (
        ((0.08, 0.08), (0.3, 0.1), (0.54, 0.04)),
        ((0.54, 0.04), (0.38, 0.46), (0.22, 1.0)),
        ((0.18, 0.5), (0.34, 0.48), (0.5, 0.46)),
    ),
    "8": (
        (
            (0.44, 0.14), (0.26, 0.02), (0.14, 0.2), (0.32, 0.46), (0.48, 0.74),
            (0.28, 0.98), (0.08, 0.8), (0.26, 0.5), (0.46, 0.16),
        ),
    ),
    "9": (
        ((0.46, 0.14), (0.24, 0.04), (0.1, 0.28), (0.28, 0.5), (0.46, 0.2)),
        ((0.46, 0.2), (0.44, 0.6), (0.28, 1.0)),
    ),
}
_SHIFT = 4  # sub-pixel bits of cv2.polylines


def smooth(points: Points, steps: int = 10) -> Points:
    """Catmull–Rom curve through `points`."""
    p = np.vstack([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    out = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack([*out, points[-1:]])


def stroke(mask: Mask, points: Points, thickness: float) -> None:
    """Draw a curve in place; `points` in pixels, `thickness` in pixels."""
    fixed = np.round(points * (1 << _SHIFT)).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(mask, [fixed], False, 255, max(1, round(thickness)), cv2.LINE_AA, _SHIFT)


def handwriting(text: str, height: float, rng: np.random.Generator) -> Mask:
    """Digits and slashes as written by hand, cut to the ink; `height` of a digit in pixels. Other letters are left
    out."""
    slant, pad = rng.uniform(-0.05, 0.28), int(height * 0.5) + 2
    canvas: Mask = np.zeros((int(height * 1.5) + 2 * pad, int(height * 0.75 * (len(text) + 1)) + 2 * pad), np.uint8)
    x, thickness = float(pad), max(1.2, height * rng.uniform(0.05, 0.085))
    for letter in text:
        scale = height * rng.uniform(0.9, 1.12)
        turn, dy = rng.normal(0, 0.06), rng.normal(0, 0.05) * height
        for points in _STROKES.get(letter, ()):
            p = np.array(points) + rng.normal(0, 0.018, (len(points), 2))
            p[:, 0] += slant * (1 - p[:, 1]) + turn * (0.5 - p[:, 1])
            stroke(canvas, smooth(p) * scale + (x, pad + 0.15 * height + dy), thickness)
        x += scale * rng.uniform(0.58, 0.68)
    return crop(canvas)


def crop(mask: Mask) -> Mask:
    """The smallest part that holds all ink."""
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return mask[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1] if len(ys) else np.zeros((0, 0), np.uint8)


def signature(width: int, height: int, rng: np.random.Generator) -> Mask:
    """A scribble like a signature, `(height, width)`."""
    mask: Mask = np.zeros((height, width), np.uint8)
    turns, t = rng.uniform(2.5, 4.5), np.linspace(0, 1, 160)
    phase, fade = 2 * np.pi * (turns * t + rng.random()), 1 - 0.6 * t
    loops = np.column_stack([
        0.06 + 0.5 * t + 0.11 * fade * np.cos(phase),
        0.52 + 0.1 * rng.normal() * t + rng.uniform(0.26, 0.4) * fade * np.sin(phase),
    ])  # fmt: skip
    sweep = np.array([loops[-1], [0.5, 0.8], [0.08, 0.72 + rng.uniform(-0.1, 0.1)], [0.4, 0.5], [0.97, 0.2]])
    for points in (loops, smooth(sweep, 24)):
        stroke(mask, points * (width - 1, height - 1), max(1.2, height * 0.028))
    return mask


def seal(diameter: int, lines: tuple[str, ...], rng: np.random.Generator) -> Mask:
    """A round seal: two rings, a star, and the text round it; worn where the ink did not take."""
    r = diameter / 2
    mask: Mask = np.zeros((diameter, diameter), np.uint8)
    centre = (round((r - 0.5) * 16), round((r - 0.5) * 16))
    for radius, thickness in ((0.96, 0.035), (0.90, 0.015), (0.62, 0.02)):
        cv2.circle(mask, centre, round(radius * r * 16), 255, max(1, round(thickness * r)), cv2.LINE_AA, 4)
    angles = np.arange(10) * math.pi / 5 - math.pi / 2
    radii = np.where(np.arange(10) % 2, 0.13, 0.32) * r
    star = np.column_stack([r + radii * np.cos(angles), r + radii * np.sin(angles)])
    cv2.fillPoly(mask, [np.round(star * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    text = " ★ ".join(lines)
    step = 2 * math.pi / (len(text) + 1)
    for n, letter in enumerate(text):
        _letter_on_ring(mask, "*" if letter == "★" else letter, -math.pi / 2 + (n - len(text) / 4) * step, r)
    worn = cv2.resize(rng.random((9, 9)).astype(np.float32), (diameter, diameter), interpolation=cv2.INTER_CUBIC)
    return np.asarray(mask * np.clip(0.55 + worn, 0.25, 1.0), np.uint8)


def _letter_on_ring(mask: Mask, letter: str, angle: float, r: float) -> None:
    glyph, _, _ = fonts.ink(letter, "bold", float(max(6, round(0.2 * r))))
    if not glyph.size:
        return
    size = int(math.hypot(*glyph.shape)) + 4
    tile: Mask = np.zeros((size, size), np.uint8)
    y, x = (size - glyph.shape[0]) // 2, (size - glyph.shape[1]) // 2
    tile[y : y + glyph.shape[0], x : x + glyph.shape[1]] = glyph
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), -math.degrees(angle) - 90, 1.0)
    add(mask, cv2.warpAffine(tile, turn, (size, size)).astype(np.uint8),
        round(r + 0.76 * r * math.cos(angle) - size / 2), round(r + 0.76 * r * math.sin(angle) - size / 2))


def add(page: Mask, mask: Mask, x: int, y: int) -> None:
    """Lay `mask` on `page` in place with its top left at (x, y); what falls outside is cut off."""
    h, w = mask.shape[:2]
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, page.shape[1]), min(y + h, page.shape[0])
    if x0 < x1 and y0 < y1:
        part = page[y0:y1, x0:x1]
        np.maximum(part, mask[y0 - y : y1 - y, x0 - x : x1 - x], out=part)
