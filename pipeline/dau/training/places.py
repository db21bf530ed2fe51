"""Two readings of one page, place by place, without a transcription: where which of them is the better one.

A word stands against what the other reading has at the same place of the page. Where they differ, the one that is
spelled like Vietnamese is the better, and of two that are, the one that goes better with the words around it. Digits
are never judged: neither spelling nor the language model knows them. What only one of them has is a gain where it is
read surely and spelled well.

`dau.training.engines_alone` shows on pages with a transcription how far this tracks the truth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from rapidfuzz import fuzz

from dau.document.orthography import canonical_tone
from dau.document.transcript import Overlay
from dau.ocr.fuse import Language, Piece, pieces
from dau.ocr.landmarks import key
from dau.ocr.lines import Box, Token, hull, share_inside
from dau.ocr.syllables import is_syllable, trimmed

from .bare_engines import Row

Verdict = Literal["theirs", "ours", "open"]

SURE = 0.6
"""Confidence of an engine from which a word counts as read."""
MARGIN = 2.0
"""Nats by which a reading must go better with its neighbours to be the better one."""
_CONTEXT = 3
_ABBREVIATION = re.compile(r"[A-ZĐ]{2,6}([-/][A-ZĐ]{1,8})*|V/v|TTg|TTr|CTr")
_DIGIT = re.compile(r"\d")
_ACROSS, _DOWN = 2.0, 0.15
"""Heights of a word that it may lie beside, above or below the word it is next to in a line."""


@dataclass(frozen=True)
class Place:
    """Where two readings differ. `row` is the index of our line there, None where we have no line; `gain` how much
    better theirs goes with its neighbours (nats)."""

    ours: tuple[Token, ...]
    theirs: tuple[Token, ...]
    row: int | None
    verdict: Verdict
    gain: float = 0.0

    @property
    def box(self) -> Box:
        return hull([t.box for t in (*self.ours, *self.theirs)])

    @property
    def words(self) -> int:
        """How many words it is about."""
        better = self.theirs if self.verdict == "theirs" else self.ours
        return max(1, sum(map(readable, better)))


@dataclass(frozen=True)
class SetAside:
    """Words of theirs that stand in an overlay of ours: not lost, but not text either."""

    overlay: int
    theirs: Row


@dataclass(frozen=True)
class Compared:
    """Two readings of a page: where they differ, what of theirs is in our overlays, and the words of both counted."""

    places: tuple[Place, ...]
    aside: tuple[SetAside, ...]
    words: int

    def won(self, verdict: Verdict) -> int:
        """Words at places of a verdict."""
        return sum(place.words for place in self.places if place.verdict == verdict)

    @property
    def margin(self) -> float:
        """Share of the words by which ours is better; negative where theirs is."""
        return (self.won("ours") - self.won("theirs")) / max(1, self.words)


def readable(token: Token) -> bool:
    """Whether a word is spelled like Vietnamese, or is one of the forms that stand in directives."""
    core = trimmed(token.text)
    return len(core) >= 2 and (is_syllable(core) or _ABBREVIATION.fullmatch(core) is not None)


def compare(ours: Sequence[Row], overlays: Sequence[Overlay], theirs: Sequence[Row], language: Language) -> Compared:
    """Two readings of one page; boxes in points of the page, lines level. Order of lines does not matter."""
    beside, apart = _standing(ours, theirs)
    places: list[Place] = []
    for n, (row, others) in enumerate(zip(ours, beside, strict=True)):
        places += _differences(n, row, tuple(sorted(others, key=lambda t: t.box[0])))
    aside: list[SetAside] = []
    for run in apart:
        kept, rest = _in_overlay(run, overlays)
        aside += [SetAside(at, words) for at, words in kept]
        if rest:
            places.append(Place((), rest, None, _alone(rest, "theirs")))
    words = sum(readable(t) for row in ours for t in row)
    return Compared(tuple(_judged(places, ours, language)), tuple(aside), words)


# ---------------------------------------------------------------------- by place


def _standing(ours: Sequence[Row], theirs: Sequence[Row]) -> tuple[list[list[Token]], list[Row]]:
    """Their words beside each of our lines, and runs of their words where we have no line."""
    beside: list[list[Token]] = [[] for _ in ours]
    apart: list[Row] = []
    boxes = np.array([t.box for row in ours for t in row], dtype=np.float64).reshape(-1, 4)
    rows = [n for n, row in enumerate(ours) for _ in row]
    for row in theirs:
        run: list[Token] = []
        for token in row:
            at = _nearest(token.box, boxes)
            if at is not None:
                beside[rows[at]].append(token)
            if at is None:
                run.append(token)
            elif run:
                apart.append(tuple(run))
                run = []
        if run:
            apart.append(tuple(run))
    return beside, apart


def _nearest(box: Box, boxes: np.ndarray) -> int | None:
    """Index of the word in whose line another stands: the nearest at its height, not far from it."""
    if not len(boxes):
        return None
    middle, height = (box[1] + box[3]) / 2, np.maximum(boxes[:, 3] - boxes[:, 1], box[3] - box[1])
    height = np.minimum(height, 2.5 * (boxes[:, 3] - boxes[:, 1]))
    level = (boxes[:, 1] - _DOWN * height < middle) & (middle < boxes[:, 3] + _DOWN * height)
    aside = np.maximum(0.0, np.maximum(boxes[:, 0] - box[2], box[0] - boxes[:, 2]))
    off = np.abs((boxes[:, 1] + boxes[:, 3]) / 2 - middle)
    cost = np.where(level & (aside < _ACROSS * height), aside + off, np.inf)
    best = int(np.argmin(cost))
    return best if np.isfinite(cost[best]) else None


def _differences(n: int, row: Row, others: Row) -> Iterator[Place]:
    """What two readings of a line do not have in common but for marks, case and the place of a tone mark."""
    for piece in pieces(row, others):
        if _said(piece.first) == _said(piece.second):
            continue
        yield Place(piece.first, piece.second, n, _by_form(piece))


def _said(tokens: Sequence[Token]) -> str:
    return " ".join(filter(None, (canonical_tone(trimmed(t.text)).casefold() for t in tokens)))


def _in_overlay(run: Row, overlays: Sequence[Overlay]) -> tuple[list[tuple[int, Row]], Row]:
    """The words of a run that some overlay holds and has read, by overlay, and the others."""
    kept: dict[int, list[Token]] = {}
    rest = []
    for token in run:
        at = next((n for n, o in enumerate(overlays) if o.bbox and share_inside(token.box, o.bbox) >= 0.5
                   and (not readable(token) or _holds(o, token))), None)  # fmt: skip
        if at is None:
            rest.append(token)
        else:
            kept.setdefault(at, []).append(token)
    return [(n, tuple(words)) for n, words in kept.items()], tuple(rest)


def _holds(overlay: Overlay, token: Token) -> bool:
    return fuzz.partial_ratio(key(token.text), key(overlay.text or "")) >= 75


# ---------------------------------------------------------------------- judging


def _by_form(piece: Piece) -> Verdict:
    """Which reading is spelled better: has more words that are, less those that are not. Open where both are alike, or
    digits are in it."""
    if not piece.first or not piece.second:
        return _alone(piece.first, "ours") if piece.first else _alone(piece.second, "theirs")
    if any(_DIGIT.search(t.text) for t in (*piece.first, *piece.second)):
        return "open"
    a, b = (_spelled(tokens) for tokens in (piece.first, piece.second))
    if a == b:
        return "open"
    return "ours" if a > b else _if_sure(piece.second)


def _alone(tokens: Sequence[Token], whose: Verdict) -> Verdict:
    """What only one reading has is a gain where it is well read."""
    return whose if any(readable(t) and t.confidence >= SURE for t in tokens) else "open"


def _spelled(tokens: Sequence[Token]) -> int:
    """Words with letters that are spelled well, less those that are not."""
    return sum(1 if readable(t) else -1 for t in tokens if any(c.isalpha() for c in t.text))


def _if_sure(theirs: Sequence[Token]) -> Verdict:
    """Theirs, if the engine is sure of it."""
    return "theirs" if min(t.confidence for t in theirs) >= SURE else "open"


def _judged(places: Sequence[Place], ours: Sequence[Row], language: Language) -> Iterator[Place]:
    """Places with what the language model says; it decides between as many words that are all spelled well."""
    asked = [p for p in places if p.ours and p.theirs and p.row is not None]
    rows = [words for p in asked for words in _contexts(p, ours[p.row or 0])]
    logs = language.log_probabilities(rows)
    gains = {id(p): b - a for p, a, b in zip(asked, logs[::2], logs[1::2], strict=True)}
    for place in places:
        gain = round(gains.get(id(place), 0.0), 2)
        decides = place.verdict == "open" and abs(gain) >= MARGIN and _comparable(place)
        verdict = place.verdict if not decides else "ours" if gain < 0 else _if_sure(place.theirs)
        yield replace(place, gain=gain, verdict=verdict)


def _comparable(place: Place) -> bool:
    """Whether the language model can choose: as many words on both sides, and nothing but well-spelled ones."""
    return len(place.ours) == len(place.theirs) and all(map(readable, (*place.ours, *place.theirs)))


def _contexts(place: Place, row: Row) -> tuple[list[str], list[str]]:
    """The words around a place, with our words in it and with theirs."""
    start = next(n for n, t in enumerate(row) if t is place.ours[0])
    left = [t.text for t in row[max(0, start - _CONTEXT) : start]]
    right = [t.text for t in row[start + len(place.ours) :][:_CONTEXT]]
    first, second = ([t.text for t in tokens] for tokens in (place.ours, place.theirs))
    return [*left, *first, *right], [*left, *second, *right]
