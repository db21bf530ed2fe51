"""Was a page read at all? What is measured of a reading, and when it is no reading.

A page that lies on its side, is seen in a mirror or shows the other side through the paper is read too, as words that
are none. Then hardly a word is a syllable on which the engines agree, and they are unsure of all of them; or most of
what is printed lies outside of the lines that were found. Real pages are far from that: of 256 scanned pages the worst
has 56 % of its words made out (a page read wrongly has 5 %) and 95 % of its letters in the lines (else 50 % or less),
but for one that lies on its side.

Between that and a page that was read there are those of which many words are wrong: the other side shows through the
text, the print is broken. How many are right is expected from the words themselves, see `share_right`.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np

from dau.document.page import Image, Page
from dau.document.transcript import BBox, Line, Overlay, Word

from .syllables import is_syllable, trimmed

_ENOUGH_WORDS, _ENOUGH_LETTERS = 15, 120  # fewer tell nothing: signatures, tables of figures, a page number
_MADE_OUT, _SURE, _COVERED = 0.25, 0.85, 0.9
READS_WELL = 0.5
"""Share of words made out from which a line or a page is text beyond doubt."""
_ANALYSIS_DPI = 75.0
_LINE_MADE_OUT, _LINE_SURE, _LINE_WORDS = 0.15, 0.8, 2
_FAINT = 50  # grey levels by which the ink of a line is lighter than that of the page
_GHOST_INK = 0.45  # of the grey of the paper; print is darker, what shines through is not

_STEPS = (0.6, 0.8, 0.9, 0.95, 0.98, 0.995)
_RIGHT = {  # (a syllable, the engines agree): by steps of confidence, how many of such words are right
    (True, True): (0.80, 0.80, 0.80, 0.80, 0.88, 0.97, 1.00),
    (True, False): (0.48, 0.77, 0.83, 0.90, 0.97, 0.99, 1.00),
    (False, True): (0.25, 0.40, 0.40, 0.60, 0.80, 0.80, 0.97),
    (False, False): (0.03, 0.15, 0.20, 0.30, 0.30, 0.75, 0.90),
}
"""Counted on 96 readings (50,000 words) of known pages of one half of the documents: plain, photographed, with the
other side showing through. On 58 readings of the other half what is expected of a page is off by 0.013 in the mean, by
0.06 at most on all but one, of which a third is wrong (0.12)."""
_LEAST_RIGHT, _ERRORS = 0.93, 2.0
"""Share of right words below which many are wrong, and by how many standard errors a page must lie below it: a list of
90 words tells less than a page of 500. Of 256 scanned pages two such lists have 0.90 and 0.93, all others 0.97 and
more; of a blurred page of 270 words of which nine tenths are right 0.89 is expected, which is told."""
_DOTS = re.compile(r"[.…]{2}|…")


@dataclass(frozen=True)
class Legibility:
    """`words` of two letters or more; the share of them `made_out`; their mean `confidence`; the marks on the page
    that may be `letters` (0 where all but a few are in lines); the share of those `covered` by lines and overlays; the
    share of words that is expected to be `right`."""

    words: int
    made_out: float
    confidence: float
    letters: int
    covered: float
    right: float

    @property
    def illegible(self) -> bool:
        """Words that are none."""
        return self.words >= _ENOUGH_WORDS and self.made_out < _MADE_OUT and self.confidence < _SURE

    @property
    def unread(self) -> bool:
        """Most of the page was not found."""
        return self.letters >= _ENOUGH_LETTERS and self.covered < _COVERED

    @property
    def made_out_letters(self) -> float:
        """How much was made out, to compare two readings of a page by."""
        return self.words * self.made_out * self.covered


def legibility(page: Page, lines: Sequence[Line], overlays: Sequence[Overlay]) -> Legibility:
    words = [w for line in lines for w in line.words if _is_word(w)]
    made_out = sum(map(_made_out, words))
    boxes = [line.bbox for line in lines] + [overlay.bbox for overlay in overlays]
    letters, covered = _covered(page, [box for box in boxes if box])
    count = max(1, len(words))
    sure = sum(w.confidence or 0.0 for w in words) / count
    return Legibility(len(words), made_out / count, sure, letters, covered, share_right(lines))


def share_right(lines: Iterable[Line]) -> float:
    """The share of words that is expected to be right; 1 where there are too few to tell.

    A word counts as often right as words were, on pages with known text, that are as sure, are a syllable or not, and
    on which the engines agree or not. Words that only one engine read do not count (how sure it is means something
    else), nor do lines with dots to fill in, as forms have: there engines see words in the dots, on the best of scans.
    """
    odds = _odds(lines)
    return sum(odds) / len(odds) if len(odds) >= _ENOUGH_WORDS else 1.0


def is_doubtful(lines: Iterable[Line]) -> bool:
    """Whether many words are probably wrong."""
    odds = _odds(lines)
    if len(odds) < _ENOUGH_WORDS:
        return False
    right = sum(odds) / len(odds)
    return right + _ERRORS * math.sqrt(right * (1 - right) / len(odds)) < _LEAST_RIGHT


def _odds(lines: Iterable[Line]) -> list[float]:
    """How likely each word is right, of those that count."""
    words = [w for line in lines if not any(_DOTS.search(w.raw) for w in line.words) for w in line.words if _is_word(w)]
    return [_right(w) for w in words if len(_readings(w)) >= 2]


def _right(word: Word) -> float:
    agreed = len(set(_readings(word))) == 1
    return _RIGHT[is_syllable(word.raw), agreed][bisect_right(_STEPS, word.confidence or 0.0)]


def _readings(word: Word) -> list[str]:
    """What the engines read that read the whole page."""
    return [text for engine, text in word.readings.items() if engine != "digits"]


def _is_word(word: Word) -> bool:
    core = trimmed(word.raw)
    return len(core) >= 2 and any(c.isalpha() for c in core) and not any(c.isdigit() for c in core)


def _made_out(word: Word) -> bool:
    """A syllable on which both engines agree; where only one has read, one that it is sure of."""
    readings = _readings(word)
    agreed = len(set(readings)) == 1 if len(readings) >= 2 else (word.confidence or 0.0) >= _SURE
    return agreed and is_syllable(word.raw)


def _covered(page: Page, boxes: Iterable[BBox]) -> tuple[int, float]:
    """How many marks on the page are as large as letters, and the share of them that lies in boxes (points).

    Those outside are counted first: of a page that was read there are so few that the others need no counting.
    """
    scale = min(1.0, _ANALYSIS_DPI / page.dpi)
    small = cv2.resize(page.readable, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    px = page.dpi * scale / 25.4
    ink = np.asarray(small < 150, dtype=np.uint8)
    bare = ink.copy()
    reach = max(1, round(0.6 * px))
    for box in boxes:
        x0, y0, x1, y1 = (round(v * scale) for v in page.box_in_pixels(box))
        bare[max(0, y0 - reach) : max(0, y1 + reach + 1), max(0, x0 - reach) : max(0, x1 + reach + 1)] = 0
    outside = _letters(bare, px)
    if outside <= (1 - _COVERED) * _ENOUGH_LETTERS:
        return 0, 1.0
    letters = max(outside, _letters(ink, px))
    return letters, 1 - outside / letters


def _letters(ink: Image, px: float) -> int:
    """Marks as large as letters, or as words of joined letters."""
    if cv2.countNonZero(ink) < px * px:  # less than three of them
        return 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    width, height, area = (stats[1:, i] for i in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    letters = (height >= 1.2 * px) & (height <= 6 * px) & (width >= 0.5 * px) & (width <= 15 * px)
    return int((letters & (area >= 0.4 * px * px)).sum())


def ghost_lines(page: Page, lines: Sequence[Line]) -> set[str]:
    """Ids of lines that are the other side showing through: nothing in them was made out, and their ink is lighter
    than that of the lines that read well. In doubt a line is none of them."""
    suspect, sound = [], []
    for line in lines:
        words = [w for w in line.words if _is_word(w)]
        made_out = sum(map(_made_out, words)) / max(1, len(words))
        if len(words) < _LINE_WORDS or line.bbox is None:
            continue
        sure = sum(w.confidence or 0.0 for w in words) / len(words)
        if made_out <= _LINE_MADE_OUT and sure < _LINE_SURE:
            suspect.append(line)
        elif made_out >= READS_WELL:
            sound.append(line)
    if not suspect or len(sound) < 3:
        return set()
    usual = median(_ink_of(page, line) for line in sound)
    return {line.id for line in suspect if _ink_of(page, line) >= usual + _FAINT}


def _ink_of(page: Page, line: Line) -> float:
    """The grey of a line's darkest strokes, few as they may be: a word beside a row of dots is no ghost."""
    assert line.bbox is not None
    x0, y0, x1, y1 = (max(0, round(v)) for v in page.box_in_pixels(line.bbox))
    part = page.readable[y0:y1, x0:x1]
    return float(np.percentile(part, 0.5)) if part.size else 255.0


def is_faint(page: Page) -> bool:
    """Whether all that is on the page as opened is lighter than print: so the other side looks through the paper."""
    image = page.image[::2, ::2]
    grey = image if image.ndim == 2 else image.max(axis=2)
    paper = max(1.0, float(np.percentile(grey, 80)))
    ink = grey[grey < 0.75 * paper]
    return bool(ink.size == 0 or float(np.percentile(ink, 10)) > _GHOST_INK * paper)
