"""Rubber stamps: the ĐẾN stamp of the office that received the document, and the slanted stamp of urgency."""

from __future__ import annotations

import cv2
import numpy as np

from . import fonts, pen
from .fonts import Mask

RECEIVED_SIZE = (150.0, 58.0)
"""Width and height of the ĐẾN stamp in points."""


def received(lines: tuple[str, ...], scale: float, rng: np.random.Generator) -> Mask:
    """A boxed ĐẾN stamp: agency on top, then number and date, filled in by hand where there are digits.

    `lines` are agency, number and date; what is missing stays dotted. Pressed a little crooked.
    """
    agency, number, date = (*lines, "", "", "")[:3]
    w, h = (round(v * scale) for v in RECEIVED_SIZE)
    mask: Mask = np.zeros((h, w), np.uint8)
    edge = max(1, round(1.2 * scale))
    cv2.rectangle(mask, (edge, edge), (w - 2 * edge, h - 2 * edge), 255, edge)
    cv2.line(mask, (edge, h * 2 // 7), (w - 2 * edge, h * 2 // 7), 255, edge)
    size = min(11.0, 11.0 * (RECEIVED_SIZE[0] - 10) / max(fonts.width(agency, "regular", 11.0), 1.0))
    _print(mask, agency, 5, 13, size, scale)
    _print(mask, "ĐẾN", 6, 42, 17, scale)
    for y, label, value in ((30, "Số:", number), (48, "Ngày:", date)):
        _print(mask, label + "." * 28, 48, y, 10, scale)
        if value:
            written = pen.handwriting(value, 10 * scale, rng)
            pen.add(mask, written, round(76 * scale), round((y + 1) * scale) - written.shape[0])
    return _press(mask, float(rng.normal(0, 1.2)), rng)


def urgency(text: str, scale: float, rng: np.random.Generator) -> Mask:
    """A framed word, slanted upwards, as HỎA TỐC stamps are."""
    w, h = round((fonts.width(text, "bold", 15) + 16) * scale), round(26 * scale)
    mask: Mask = np.zeros((h, w), np.uint8)
    edge = max(1, round(1.6 * scale))
    cv2.rectangle(mask, (edge, edge), (w - 2 * edge, h - 2 * edge), 255, edge)
    _print(mask, text, 8, 18.5, 15, scale, "bold")
    return _press(mask, float(rng.uniform(18, 34)), rng)


def received_text(lines: tuple[str, ...]) -> str:
    """What a reader sees on a ĐẾN stamp, line by line."""
    agency, number, date = (*lines, "", "", "")[:3]
    return f"{agency}\nĐẾN\nSố: {number}\nNgày: {date}"


def _print(
    mask: Mask, text: str, x: float, y: float, size: float, scale: float, style: fonts.Style = "regular"
) -> None:
    ink, dx, dy = fonts.ink(text, style, round(size * scale, 2))
    pen.add(mask, ink, round(x * scale) + dx, round(y * scale) + dy)


def _press(mask: Mask, degrees: float, rng: np.random.Generator) -> Mask:
    """The stamp turned by `degrees`, counter-clockwise, with the ink unevenly taken."""
    h, w = mask.shape
    turn = cv2.getRotationMatrix2D((w / 2, h / 2), degrees, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    new_w, new_h = int(h * sin + w * cos) + 2, int(h * cos + w * sin) + 2
    turn[:, 2] += ((new_w - w) / 2, (new_h - h) / 2)
    turned = cv2.warpAffine(mask, turn, (new_w, new_h))
    uneven = cv2.resize(rng.random((5, 9)).astype(np.float32), (new_w, new_h), interpolation=cv2.INTER_CUBIC)
    return np.asarray(turned * np.clip(0.6 + uneven, 0.35, 1.0), np.uint8)
