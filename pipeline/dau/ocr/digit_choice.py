"""What several readers say of one row of digits → one reading, its confidence, and what else it may be.

Each string that a reader offers is judged by all of them: by the probability the digit reader gives it, and by how
likely an engine would have read it as it did. The calendar speaks in the ranking only. Nothing is decided for good: a
reading chosen here never gets the confidence of print, so that the doubt is shown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .digit_slots import Kind, Slot
from .lines import Box, TextLine, Token

Ranked = list[tuple[str, float]]
"""Digit strings with their probabilities, best first."""

NAME = "digits"
"""The digit reader among the readings of a word."""
SURE = 0.999
"""Two engines that read the same and are as sure as this have read print: it is left alone."""
_SURE_ALONE = 0.96
MOST_SURE, MOST_SURE_ALONE = 0.9, 0.6
"""Confidence at most of a word whose digits were chosen here, and of digits no engine has read."""
_ALTERNATIVES = 5
_FLOOR = 2e-3  # P of a string the digit reader does not offer
_SAME, _ALIKE, _MISTAKEN, _OTHER_DIGIT, _OTHER_SIGN = 0.6, 0.3, 0.12, 0.03, 0.07  # P(sign an engine reads | digit)
_OTHER_LENGTH, _NO_DIGITS = 0.01, 0.1  # … at least, also where lengths differ; where it has no digit at all
_TOGETHER = 0.7  # engines err together: their evidence counts less than that of independent ones
_UNUSUAL = 0.02  # weight of a day the calendar does not have
_CONFIRMED = 0.5  # P the digit reader gives to what engines agree on, below which it is doubted
_FILLS, _NOTHING = 0.5, 0.2  # P of what is put where no engine read anything, and of nothing standing there

_LOOKS = {
    "0": "OoØøÔÖÓƠQD©", "1": "lI|ÌÍÎĨỊịijJ!/†][L", "2": "Zz", "3": "ỗ", "4": "AÁÂHqÉ", "5": "Ss$Š",
    "6": "bG", "7": "?‡fTYỹF", "8": "B&§@", "9": "gq",
}  # fmt: skip
"""Signs that engines read for a digit. The first digit whose sign it is replaces a letter among digits."""
_TAKEN_FOR = {
    "0": "69", "1": "47AÁHM", "2": "8", "3": "8", "4": "9Ệ", "5": "6", "6": "05", "7": "19†Ị", "8": "36", "9": "04",
}  # fmt: skip
"""What a written digit is taken for: a 1 with a long flag for a 4, a 7 without a bar for a 1."""
_EDGES = " ._,'’`-–:;"
_NOISE = re.compile(rf"[\s{re.escape(_EDGES)}]+")
_WIDTHS: Mapping[Kind, range] = {"number": range(1, 7), "day": range(1, 3), "month": range(1, 3), "year": range(4, 5)}


def cleared(reading: str) -> str:
    """A reading without the dots, dashes and spaces of the leader."""
    return _NOISE.sub("", reading)


def doubtful(slot: Slot, line: TextLine) -> bool:
    """Whether the digits of a slot should be read once more: not where engines agree and are sure."""
    said = {cleared(reading) for reading in slot.readings.values()}
    value = cleared(slot.read)
    if said != {value} or not _fits(slot.kind, value):
        return True
    words = [line.tokens[n] for n in _touched(line, slot)]
    least = SURE if len(slot.readings) > 1 else _SURE_ALONE
    return min((word.confidence for word in words), default=0.0) < least


def settled(line: TextLine, slot: Slot, offered: Ranked) -> TextLine:
    """The line with the digits of a slot as all readers together have them; the same line where nothing is gained."""
    ranked = weighed(slot.kind, offered, list(slot.readings.values()))
    if not ranked:
        return line
    said = {cleared(reading) for reading in slot.readings.values()}
    value = cleared(slot.read)
    if len(slot.readings) > 1 and said == {value} and _fits(slot.kind, value):
        return _questioned(line, slot, ranked, offered)
    if not any(said):
        return _filled(line, slot, ranked, offered)
    return _rewritten(line, slot, ranked, MOST_SURE, _best(offered))


def weighed(kind: Kind, offered: Ranked, heard: Sequence[str]) -> Ranked:
    """All strings that some reader offers, each with its share of the evidence of all readers."""
    given = dict(offered)
    said = [cleared(reading) for reading in heard]
    pool = {s for s in (*given, *said, *map(_as_digits, said)) if s and _fits(kind, s)}
    scores = {s: _usual(kind, s) * max(given.get(s, 0.0), _FLOOR) for s in pool}
    scores = {s: score * math.prod(_heard_as(h, s) for h in said if h) ** _TOGETHER for s, score in scores.items()}
    nothing = _FLOOR * math.prod(_OTHER_LENGTH for h in said if h) ** _TOGETHER
    total = sum(scores.values()) + nothing
    ranked = sorted(((s, score / total) for s, score in scores.items()), key=lambda x: (-x[1], x[0]))
    return [(s, round(p, 3)) for s, p in ranked]


# ---------------------------------------------------------------------- evidence


def _fits(kind: Kind, text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) in _WIDTHS[kind]


def _usual(kind: Kind, text: str) -> float:
    """How far a calendar has it; a number may be any."""
    most = {"day": 31, "month": 12, "year": 2099}.get(kind)
    if most is None:
        return 1.0
    least = 1900 if kind == "year" else 1
    return 1.0 if least <= int(text) <= most else _UNUSUAL


def _as_digits(reading: str) -> str:
    """A reading with letters taken for the digits they are read for: `2O` → `20`, `l6` → `16`."""
    return "".join(c if c.isdecimal() else next((d for d, looks in _LOOKS.items() if c in looks), c) for c in reading)


def _heard_as(reading: str, text: str) -> float:
    """How likely an engine reads `text` as `reading`."""
    least = _OTHER_LENGTH if any(c.isdecimal() for c in reading) else _NO_DIGITS
    return max(least, math.prod(map(_sign, reading, text))) if len(reading) == len(text) else least


def _sign(sign: str, digit: str) -> float:
    if sign == digit:
        return _SAME
    if sign in _LOOKS[digit]:
        return _ALIKE
    if sign in _TAKEN_FOR[digit]:
        return _MISTAKEN
    return _OTHER_DIGIT if sign.isdecimal() else _OTHER_SIGN


# ---------------------------------------------------------------------- the words


def _questioned(line: TextLine, slot: Slot, ranked: Ranked, offered: Ranked) -> TextLine:
    """Engines agree, if not as surely as on print: what they read stands, and is doubted where the digits' own reader
    does not confirm it."""
    value, best = cleared(slot.read), _best(offered)
    given = dict(offered)
    if given.get(value, 0.0) >= _CONFIRMED:
        return line
    stands = [(value, dict(ranked).get(value, 0.0)), *((s, p) for s, p in ranked if s != value)]
    return _rewritten(line, slot, stands, MOST_SURE, best)


def _filled(line: TextLine, slot: Slot, ranked: Ranked, offered: Ranked) -> TextLine:
    """No engine read anything there: only what is hardly nothing is put in, and never surely."""
    if ranked[0][1] < _FILLS or dict(offered).get("", 0.0) > _NOTHING:
        return line
    return _rewritten(line, slot, ranked, MOST_SURE_ALONE, _best(offered))


def _rewritten(line: TextLine, slot: Slot, ranked: Ranked, most: float, own: str) -> TextLine:
    """The line with the first of `ranked` in the slot; the words it touches become one, which keeps all readings."""
    value, sure = ranked[0]
    touched = _touched(line, slot)
    words = [line.tokens[n] for n in touched]
    joined = " ".join(word.text for word in words)
    at = _starts(line)[touched[0]] if touched else slot.start
    before, inside = joined[: slot.start - at], joined[slot.start - at : slot.end - at]
    behind = joined[slot.end - at :] if touched else ""
    text = joined if inside.strip(_EDGES) == value else before + value + behind
    readings = _joined_readings(words) if words else {e: r for e, r in slot.readings.items() if r}
    readings[NAME] = before + own + behind
    confidence = min([most, sure, *(word.confidence for word in words)])
    others = tuple((before + s + behind, p) for s, p in ranked[1 : 1 + _ALTERNATIVES])
    token = Token(text, _hull(line, slot, words), round(confidence, 3), dict(sorted(readings.items())), others)
    first = touched[0] if touched else sum(start < slot.start for start in _starts(line))
    last = touched[-1] + 1 if touched else first
    return replace(line, tokens=(*line.tokens[:first], token, *line.tokens[last:]))


def _joined_readings(words: Sequence[Token]) -> dict[str, str]:
    """What each engine read of several words; a reading that spans them stands with each and counts once."""
    out: dict[str, list[str]] = {}
    for word in words:
        for engine, reading in word.readings.items():
            if out.get(engine, [""])[-1] != reading or reading == word.text:
                out.setdefault(engine, []).append(reading)
    return {engine: " ".join(parts) for engine, parts in out.items()}


def _best(offered: Iterable[tuple[str, float]]) -> str:
    return next((s for s, _ in offered), "")


def _starts(line: TextLine) -> list[int]:
    """Where each word begins in the text of the line."""
    starts, at = [], 0
    for token in line.tokens:
        starts.append(at)
        at += len(token.text) + 1
    return starts


def _touched(line: TextLine, slot: Slot) -> list[int]:
    """The words that hold a part of the slot; the one it lies in, where it is an empty place within a word."""
    spans = [(start, start + len(token.text)) for start, token in zip(_starts(line), line.tokens, strict=True)]
    if slot.start == slot.end:
        return [n for n, (a, b) in enumerate(spans) if a < slot.start < b]
    return [n for n, (a, b) in enumerate(spans) if a < slot.end and slot.start < b]


def _hull(line: TextLine, slot: Slot, words: Sequence[Token]) -> Box:
    if not words:
        return slot.box
    return (words[0].box[0], min(w.box[1] for w in words), words[-1].box[2], max(w.box[3] for w in words))
