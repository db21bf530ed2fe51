"""Fields of first pages as a reader of digits gets them: a number or a day written, stamped or printed between words.

A field is a strip of `HEIGHT` pixels, two em high, in which a digit string stands on a leader of dots or on nothing,
between what is printed at its left ("Số:", "ngày") and right ("/QĐ-UBND", "tháng"), worn like a scan. The target is the
string; words, strokes and the digits of a year behind "/" are none of it. Some fields are blank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from dau.ocr.digits import HEIGHT, WIDEST, stretched
from dau.training.digit_glyphs import Mask, drawn_digit, font_files, printed, rise, written_digit
from dau.training.simulate.fonts import Style, font_path

Grey = npt.NDArray[np.float32]

_EM = HEIGHT / 2
_SERIF: tuple[Style, ...] = ("regular", "italic", "bold", "regular")
_TYPES = ("QĐ", "CT", "TTr", "BC", "KH", "TB", "CV", "NQ", "UBND", "VP", "SNV", "NĐ", "TT", "CP", "STP", "BB", "GM")
_ISSUERS = ("UBND", "BTC", "HĐND", "CP", "TTg", "KTTH", "STNMT", "BGDĐT", "VX", "TH", "NC", "BCĐ", "BCA", "SYT")
_ABOVE = ("NHÂN DÂN", "Độc lập - Tự do", "V/v", "QUẢNG", "_______", "g y p q")


@dataclass(frozen=True)
class Field:
    """A strip `(HEIGHT, width)`, grey, 0 black, and the digits that stand in it."""

    image: Mask
    text: str


def compose(written: Mapping[str, Sequence[Mask]], rng: np.random.Generator) -> Field:
    """One field; the same generator state gives the same field with the same fonts and versions."""
    kind = str(rng.choice(["number", "day", "month", "year"], p=[0.5, 0.3, 0.14, 0.06]))
    text = "" if rng.random() < 0.06 else _string(kind, rng)
    ink = _digits(text, written, rng)
    left, right = _words(kind, rng)
    strip = _set(ink, left, right, rng)
    return Field(stretched(_worn(strip, rng)), text)


def printed_field(left: str, text: str, right: str) -> Mask:
    """A clean field in type, with an em of what stands beside it, for trying a reader."""
    em = round(_EM)
    before, inside, after = (printed(word, font_path("regular"), em) for word in (left, text, right))
    words = [before[:, -em:], inside, after[:, :em]]
    strip = np.full((HEIGHT, min(WIDEST, sum(w.shape[1] + 6 for w in words) + (0 if text else em))), 255, np.float32)
    places = (0, words[0].shape[1] + 5, strip.shape[1] - words[2].shape[1])
    for word, said, x in zip(words, (left, text, right), places, strict=True):
        if word.size:
            _ink(strip, word, x, HEIGHT * 0.5 + em * 0.32 - rise(said, font_path("regular"), em), 0)
    return stretched(strip.astype(np.uint8))


def _string(kind: str, rng: np.random.Generator) -> str:
    """Digits as the field has them; short numbers with leading zeros are frequent."""
    if kind == "day":
        day = int(rng.integers(1, 32))
        return f"{day:02d}" if day > 9 or rng.random() < 0.8 else str(day)
    if kind == "month":
        month = int(rng.integers(1, 13))
        return f"{month:02d}" if month > 9 or rng.random() < 0.5 else str(month)
    if kind == "year":
        return str(int(rng.integers(1990, 2040)))
    length = int(rng.choice([1, 2, 3, 4, 5], p=[0.04, 0.3, 0.3, 0.31, 0.05]))
    return "".join(str(int(rng.integers(0, 10))) for _ in range(length))


def _digits(text: str, written: Mapping[str, Sequence[Mask]], rng: np.random.Generator) -> Mask:
    """The string as ink: written by one hand, with one stamp, or in one type."""
    if not text:
        return np.zeros((0, 0), np.uint8)
    if rng.random() < 0.3:
        fonts = font_files()
        font = _serif(rng) if rng.random() < 0.4 or not fonts else fonts[int(rng.integers(len(fonts)))]
        return printed(text, font, round(float(rng.uniform(0.8, 1.35)) * _EM))
    height, weight = float(rng.uniform(0.55, 1.3)) * _EM, float(rng.random())
    slant, drawn = float(rng.uniform(-0.1, 0.35)), float(rng.choice([0.2, 0.5, 0.9]))
    thickness = float(rng.uniform(1.0, 3.0))
    glyphs = []
    for digit in text:
        size = height * float(rng.uniform(0.85, 1.15)) * (0.75 if digit == "0" and rng.random() < 0.35 else 1.0)
        if rng.random() < drawn:
            glyphs.append(drawn_digit(digit, size, thickness, slant, rng))
        else:
            masks = written[digit]
            tilt = slant * 0.5 + float(rng.normal(0, 0.05))
            glyphs.append(written_digit(masks[int(rng.integers(len(masks)))], size, weight, tilt))
    return _row(glyphs, height, rng)


def _row(glyphs: Sequence[Mask], height: float, rng: np.random.Generator) -> Mask:
    """Digits side by side, touching or apart, each a little above or below the others."""
    gap = float(rng.uniform(-0.12, 0.3)) * height
    total = sum(g.shape[1] + int(abs(gap)) + 3 for g in glyphs) + 8
    high = round(height * 1.7)
    row: Mask = np.zeros((high, total), np.uint8)
    x, climb = 0.0, float(rng.normal(0, 0.05)) * height
    for n, glyph in enumerate(glyphs):
        lift = (height - glyph.shape[0]) * float(rng.uniform(0.0, 1.0)) + 0.3 * height + n * climb
        y = int(np.clip(round(lift), 0, max(0, high - glyph.shape[0])))
        part = row[y : y + glyph.shape[0], round(x) : round(x) + glyph.shape[1]]
        np.maximum(part, glyph[: part.shape[0], : part.shape[1]], out=part)
        x = max(x + 1.0, x + glyph.shape[1] + gap + float(rng.normal(0, 0.04)) * height)
    ys, xs = np.flatnonzero(row.any(axis=1)), np.flatnonzero(row.any(axis=0))
    return row[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1] if len(ys) else row[:0, :0]


def _words(kind: str, rng: np.random.Generator) -> tuple[str, str]:
    """What is printed at the left and right of a field."""
    if kind == "number":
        organ = str(rng.choice(_ISSUERS))
        symbol = f"{rng.choice(_TYPES)}-{organ}"
        if rng.random() < 0.4:
            symbol = f"{rng.integers(2005, 2030)}/{symbol}"
        tail = f"-{rng.choice(_TYPES)}/TW" if rng.random() < 0.05 else f"/{symbol}"
        return str(rng.choice(["Số:", "Số:", "Số: ", "Số"])), tail
    if kind == "day":
        return "ngày", "tháng"
    return ("tháng", "năm") if kind == "month" else ("năm", str(rng.choice(["", "", ".", ";"])))


def _serif(rng: np.random.Generator) -> Path:
    return font_path(_SERIF[int(rng.integers(len(_SERIF)))])


def _set(ink: Mask, left: str, right: str, rng: np.random.Generator) -> Grey:
    """The strip: words, leader, digits; cut somewhere in the words at both ends."""
    pixels = round(_EM * float(rng.uniform(0.85, 1.2)))
    font = _serif(rng)
    before, after = printed(left, font, pixels), printed(right, font, pixels)
    room = ink.shape[1] + _EM * float(rng.uniform(0.0, 1.2)) + (0 if ink.size else _EM)
    slack = float(rng.uniform(0, max(0.0, room - ink.shape[1])))
    # a word is cut by the edge, or stands whole with paper beside it: where the edge is must tell nothing
    keep_left, keep_right = int(rng.uniform(0.0, 2.6) * _EM), int(rng.uniform(0.2, 2.4) * _EM)
    wide = int(np.clip(keep_left + room + keep_right + 4, 24, WIDEST))
    strip = np.full((HEIGHT, wide), float(rng.uniform(225, 255)), np.float32)
    base = HEIGHT * 0.5 + pixels * 0.32 + float(rng.normal(0, 0.06)) * _EM
    dark = float(rng.uniform(0, 90))
    _ink(strip, before, keep_left - before.shape[1], base - rise(left, font, pixels), dark)
    if right:
        _ink(strip, after, wide - keep_right, base - rise(right, font, pixels), dark)
    if rng.random() < 0.45:
        _leader(strip, (keep_left, wide - keep_right), base, dark, rng)
    if ink.size:
        pen = dark if rng.random() < 0.3 else float(rng.uniform(0, 150))
        foot = max(base + float(rng.normal(0.08, 0.14)) * _EM, 0.9 * ink.shape[0])
        _ink(strip, ink, round(keep_left + 1 + slack), foot - ink.shape[0], pen)
    _strangers(strip, dark, rng)
    return strip


def _leader(strip: Grey, ends: tuple[int, int], base: float, dark: float, rng: np.random.Generator) -> None:
    """Dots, dashes or a line under the digits."""
    step, y = int(rng.integers(2, 6)), int(np.clip(base + rng.uniform(-1, 3), 0, HEIGHT - 2))
    solid = rng.random() < 0.2
    for x in range(*ends, 1 if solid else step):
        strip[y : y + int(rng.integers(1, 3)), x : x + 1] *= float(rng.uniform(0.3, 0.8)) if not solid else dark / 255


def _strangers(strip: Grey, dark: float, rng: np.random.Generator) -> None:
    """Letters of the lines above and below, and the arc of a stamp."""
    for below in (False, True):
        if rng.random() < 0.25:
            word = printed(str(rng.choice(_ABOVE)), _serif(rng), round(_EM))
            seen = int(rng.integers(2, 6))
            y = HEIGHT - seen if below else seen - word.shape[0]
            _ink(strip, word, int(rng.integers(-20, max(-19, strip.shape[1] - 10))), y, dark)
    if rng.random() < 0.12:
        arc: Mask = np.zeros(strip.shape, np.uint8)
        centre = (int(rng.integers(-40, strip.shape[1] + 40)), int(rng.integers(-60, HEIGHT + 60)))
        cv2.circle(arc, centre, int(rng.integers(40, 110)), (255,), int(rng.integers(1, 4)), cv2.LINE_AA)
        _ink(strip, arc, 0, 0, float(rng.uniform(60, 200)))


def _ink(strip: Grey, mask: Mask, x: float, y: float, grey: float) -> None:
    """Lay ink of a grey value on the strip in place; what falls outside is cut off."""
    column, line = round(x), round(y)
    high, wide = mask.shape
    x0, y0 = max(column, 0), max(line, 0)
    x1, y1 = min(column + wide, strip.shape[1]), min(line + high, strip.shape[0])
    if x0 < x1 and y0 < y1:
        cover = mask[y0 - line : y1 - line, x0 - column : x1 - column].astype(np.float32) / 255
        strip[y0:y1, x0:x1] *= 1 - cover * (1 - grey / 255)


def _worn(strip: Grey, rng: np.random.Generator) -> Mask:
    """What printing and scanning do: a coarser resolution, skew, blur, noise, specks, one bit."""
    high, wide = strip.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), float(rng.normal(0, 0.8)), 1.0)
    turn[1, 2] += float(rng.normal(0, 1.2))
    worn = np.asarray(cv2.warpAffine(strip, turn, (wide, high), borderMode=cv2.BORDER_REPLICATE), np.float32)
    if rng.random() < 0.3:
        scale = float(rng.uniform(0.55, 0.95))
        small = cv2.resize(worn, (max(8, round(wide * scale)), round(high * scale)), interpolation=cv2.INTER_AREA)
        worn = np.asarray(cv2.resize(small, (wide, high), interpolation=cv2.INTER_LINEAR), np.float32)
    if rng.random() < 0.5:
        worn = np.asarray(cv2.GaussianBlur(worn, (0, 0), float(rng.uniform(0.3, 0.9))), np.float32)
    worn = worn + rng.normal(0, float(rng.uniform(0, 10)), worn.shape).astype(np.float32)
    if rng.random() < 0.2:
        worn[rng.random(worn.shape) < 0.004] = float(rng.uniform(0, 120))
    if rng.random() < 0.2:
        bits = np.where(worn < rng.uniform(120, 200), 0, 255).astype(np.float32)
        worn = np.asarray(cv2.GaussianBlur(bits, (0, 0), 0.5), np.float32)
    return np.clip(worn, 0, 255).astype(np.uint8)
