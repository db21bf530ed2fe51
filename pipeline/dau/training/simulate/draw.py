"""From placed words to pixels: a clean page at a resolution, with the exact box of every word's ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from dau.document.page import Image
from dau.document.transcript import BBox, Overlay

from . import fonts, pen, stamps
from .compose import Mark, PageLayout, PlacedLine, PlacedWord
from .fonts import Mask

PixelBox = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels, x1 and y1 exclusive."""

# Inks as BGR: what is printed, the ballpoint pens in use, the seal, the electronic signature's note.
BLACK, BLUE, RED, NOTE = (0, 0, 0), (150, 40, 20), (60, 40, 215), (170, 60, 30)


@dataclass(frozen=True)
class DrawnWord:
    text: str
    box: PixelBox
    hand: bool


@dataclass(frozen=True)
class DrawnLine:
    placed: PlacedLine
    words: tuple[DrawnWord, ...]


@dataclass(frozen=True)
class DrawnPage:
    """`image` BGR or grey, 255 paper. `text_ink` is the coverage of the text alone, without overlays."""

    image: Image
    text_ink: Mask
    lines: tuple[DrawnLine, ...]
    overlays: tuple[tuple[Overlay, PixelBox], ...]
    width: float
    height: float
    dpi: float


def draw(layout: PageLayout, dpi: float, rng: np.random.Generator, *, colour: bool) -> DrawnPage:
    """Draw a page at `dpi` pixels an inch; in grey the inks keep their luminance."""
    scale = dpi / 72
    shape = (round(layout.height * scale), round(layout.width * scale))
    print_ink: Mask = np.zeros(shape, np.uint8)
    pen_ink: Mask = np.zeros(shape, np.uint8)
    lines = tuple(_line(line, scale, print_ink, pen_ink, rng) for line in layout.lines)
    text_ink = np.maximum(print_ink, pen_ink)
    for x0, y0, x1, y1, thickness in layout.rules:
        t = max(1, round(thickness * scale))
        cv2.rectangle(print_ink, (round(x0 * scale), round(y0 * scale)),
                      (round(x1 * scale) + (t - 1 if x0 == x1 else 0), round(y1 * scale) + (t - 1 if y0 == y1 else 0)),
                      255, -1)  # fmt: skip
    image: Image = np.full((*shape, 3), 255, np.uint8) if colour else np.full(shape, 255, np.uint8)
    lay(image, print_ink, BLACK)
    lay(image, pen_ink, BLUE if rng.random() < 0.7 else BLACK)
    overlays = tuple(_mark(mark, image, scale, rng) for mark in layout.marks)
    return DrawnPage(image, text_ink, lines, overlays, layout.width, layout.height, dpi)


def lay(image: Image, mask: Mask, bgr: tuple[int, int, int], strength: float = 1.0) -> None:
    """Ink on what is there, in place, as light passes through both: image × (1 − coverage × (1 − ink))."""
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(ys):
        return
    window = (slice(ys[0], ys[-1] + 1), slice(xs[0], xs[-1] + 1))
    coverage = mask[window].astype(np.float32) * (strength / 255)
    if image.ndim == 2:
        level = (0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2]) / 255
        image[window] = (image[window] * (1 - coverage * (1 - level))).astype(np.uint8)
        return
    ink = np.array(bgr, np.float32) / 255
    image[window] = (image[window] * (1 - coverage[..., None] * (1 - ink))).astype(np.uint8)


def _line(line: PlacedLine, scale: float, print_ink: Mask, pen_ink: Mask, rng: np.random.Generator) -> DrawnLine:
    drawn = (_word(word, scale, print_ink, pen_ink, rng) for word in line.words)
    return DrawnLine(line, tuple(w for w in drawn if w is not None))


def _word(
    word: PlacedWord, scale: float, print_ink: Mask, pen_ink: Mask, rng: np.random.Generator
) -> DrawnWord | None:
    boxes: list[PixelBox] = []
    x = word.x
    hand_text = any(run.hand and run.text for run in word.word)
    for run in word.word:
        baseline = round(word.baseline * scale)
        if not run.hand:
            mask, dx, dy = fonts.ink(run.text, run.style, round(word.size * scale, 2))
            left, top = round(x * scale) + dx, baseline + dy
            pen.add(print_ink, mask, left, top)
            x += fonts.width(run.text, run.style, word.size)
        elif run.text:
            mask = pen.handwriting(run.text, word.size * scale * rng.uniform(0.78, 1.0), rng)
            rest = sum(fonts.width(r.text, r.style, word.size) for r in word.word if not r.hand)
            room = word.width - rest
            left = round((x + room / 2) * scale) - mask.shape[1] // 2
            top = baseline - mask.shape[0] + round(rng.uniform(-1.0, 2.5) * scale)
            pen.add(pen_ink, mask, left, top)
            x += room
        else:
            x = word.x + word.width - sum(fonts.width(r.text, r.style, word.size) for r in word.word if not r.hand)
            continue
        if mask.size:
            boxes.append((left, top, left + mask.shape[1], top + mask.shape[0]))
    if not boxes or not word.text:
        return None
    x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
    return DrawnWord(word.text, (min(x0s), min(y0s), max(x1s), max(y1s)), hand_text)


def _mark(mark: Mark, image: Image, scale: float, rng: np.random.Generator) -> tuple[Overlay, PixelBox]:
    x0, y0, x1, y1 = (round(v * scale) for v in mark.box)
    layer: Mask = np.zeros(image.shape[:2], np.uint8)
    ink, strength = BLUE, 0.95
    if mark.kind == "seal":
        x0, y0 = x0 + round(rng.normal(0, 4) * scale), y0 + round(rng.normal(0, 3) * scale)
        mask = pen.seal(x1 - round(mark.box[0] * scale), mark.lines, rng)
        turn = cv2.getRotationMatrix2D((mask.shape[1] / 2, mask.shape[0] / 2), rng.normal(0, 6), 1.0)
        pen.add(layer, cv2.warpAffine(mask, turn, mask.shape[::-1]).astype(np.uint8), x0, y0)
        ink, strength = RED, 0.85
    elif mark.kind == "handwriting":
        pen.add(layer, pen.signature(x1 - x0, y1 - y0, rng), x0, y0)
    elif mark.kind == "received_stamp":
        pen.add(layer, stamps.received(mark.lines, scale, rng), x0, y0)
        ink = RED if rng.random() < 0.6 else BLUE
    elif mark.kind == "urgency_stamp":
        pen.add(layer, stamps.urgency(mark.lines[0], scale, rng), x0, y0)
        ink = RED
    else:
        _note(mark, layer, scale)
        ink, strength = NOTE, 0.9
    lay(image, layer, ink, strength)
    ys, xs = np.flatnonzero(layer.any(axis=1)), np.flatnonzero(layer.any(axis=0))
    box = (int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1)
    text = stamps.received_text(mark.lines) if mark.kind == "received_stamp" else "\n".join(mark.lines)
    return Overlay(kind=mark.kind, text=text or None), box


def _note(mark: Mark, layer: Mask, scale: float) -> None:
    """A star in a disc and tiny lines, as signing programs print them."""
    x0, y0, _, _ = mark.box
    centre, r = ((x0 + 13) * scale, (y0 + 13) * scale), 12 * scale
    cv2.circle(layer, (round(centre[0] * 16), round(centre[1] * 16)), round(r * 16), 255, max(1, round(scale)),
               cv2.LINE_AA, 4)  # fmt: skip
    angles = np.arange(10) * np.pi / 5 - np.pi / 2
    radii = np.where(np.arange(10) % 2, 0.3, 0.75) * r
    star = np.column_stack([centre[0] + radii * np.cos(angles), centre[1] + radii * np.sin(angles)])
    cv2.fillPoly(layer, [np.round(star * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    for n, text in enumerate(mark.lines):
        mask, dx, dy = fonts.ink(text, "regular", round(7.5 * scale, 2))
        pen.add(layer, mask, round((x0 + 30) * scale) + dx, round((y0 + 7 + n * 8.4) * scale) + dy)


def in_points(box: tuple[float, float, float, float], scale: float, width: float, height: float) -> BBox:
    """Pixels to points, clipped to the page."""
    x0, y0, x1, y1 = (v / scale for v in box)
    return (
        round(min(max(x0, 0.0), width), 2), round(min(max(y0, 0.0), height), 2),
        round(min(max(x1, 0.0), width), 2), round(min(max(y1, 0.0), height), 2),
    )
