"""Two readings of every line of a page → one reading.

The engines fail on different words: Tesseract keeps diacritics that trueocr drops or changes (năm → nãm), trueocr
keeps letters and digits that Tesseract loses. The readings of a line are aligned by letters; where both put a space at
the same place the line falls into pieces, and for each piece one reading is chosen, never a mixture. What the other
engine read stays with the word.

The choice is a logistic regression over the engines' confidences, the form of the words and, where a language model is
given, how well each reading goes with the words around it. Its weights are learned by
`dau.training.fusion` from pages with exact truth, and lie in models/fusion.json.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rapidfuzz.distance import Levenshtein

from dau.document.errors import DependencyError
from dau.document.orthography import canonical_tone, skeleton
from dau.resources import models_dir

from .glued import parted
from .lines import TextLine, Token
from .syllables import is_syllable, trimmed

_DIGITS = re.compile(r"\d")
_ABBREVIATION = re.compile(r"[A-ZĐ&]{1,6}([-/][A-ZĐ&]{1,8})*|[A-Za-z]/[a-z]{1,2}|TTg|TTr|CTr")  # also V/v, b/c
_BULLETS = frozenset("-+–•*")
_MARKS = _BULLETS | {"...", "…", "./.", "/", "=", "&", "%", "“", "”", '"', "(", ")"}
_FORMS = {"V/v", "v/v"}
_DOTS = re.compile(r"(\S{1,12}?:?)?[.…]+[.,…]*")
_CONTEXT = 3
"""Words on each side by which the language model judges a piece."""
_OTHER_DIGITS = -1.0
"""Log odds for the first reading of a number at most, where the readings differ in nothing but digits."""
_PASSES = 2
"""Pieces are one another's context: choices are made again with their neighbours' choices known."""

Weights = Mapping[str, float]


class Language(Protocol):
    """What tells how likely a row of words is; the restorer's language model is one. `digest` names it."""

    @property
    def digest(self) -> str: ...

    def log_probabilities(self, rows: Sequence[Sequence[str]]) -> Sequence[float]:
        """ln P of each row of words as printed."""
        ...


@dataclass(frozen=True)
class Piece:
    """What each engine read between two places at which both see a space."""

    first: tuple[Token, ...]
    second: tuple[Token, ...]

    @property
    def disputed(self) -> bool:
        return bool(self.first) and bool(self.second) and _text(self.first) != _text(self.second)


@dataclass(frozen=True)
class Model:
    """Weights by feature: `alone`, and `language` for where a language model helps; `digest` is that of the file."""

    alone: Weights
    language: Weights
    digest: str


def load_model() -> Model:
    """models/fusion.json. Raises DependencyError where it is missing or broken."""
    path = models_dir() / "fusion.json"
    try:
        content = path.read_bytes()
        weights = json.loads(content)["weights"]
        return Model(weights["alone"], weights["language"], hashlib.sha256(content).hexdigest()[:16])
    except (OSError, ValueError, KeyError) as error:
        message = f"The weights of the fusion in {path} cannot be read: {error}."
        raise DependencyError(message, "Install dau again.") from error


def fused(
    first: Sequence[TextLine], second: Sequence[TextLine], names: tuple[str, str], model: Model,
    language: Language | None = None,
) -> list[TextLine]:
    """One reading of each line from two readings of the same boxes; `names` are those of the engines.

    The weights are those learned for Tesseract as the first engine and trueocr as the second.
    """
    page = [
        list(pieces(parted(a.tokens, b.tokens), parted(b.tokens, a.tokens)))
        for a, b in zip(first, second, strict=True)
    ]
    odds = [[_weighed(piece, model.alone) if piece.disputed else _undisputed(piece) for piece in line] for line in page]
    for _ in range(_PASSES if language is not None else 0):
        assert language is not None
        odds = _with_language(page, odds, model.language, language)
    chosen = [
        [t for piece, value in zip(line, values, strict=True) for t in _chosen(piece, value, names)]
        for line, values in zip(page, odds, strict=True)
    ]
    dirt = [
        tuple(t for piece, value in zip(line, values, strict=True) if not _taken(piece, value) for t in _left(piece))
        for line, values in zip(page, odds, strict=True)
    ]
    return [TextLine(a.box, tuple(taken), left) for a, taken, left in zip(first, chosen, dirt, strict=True)]


def single(line: TextLine, name: str) -> TextLine:
    """A line only one engine has read."""
    return replace(line, tokens=tuple(replace(t, readings={name: t.text}) for t in line.tokens))


def pieces(first: Sequence[Token], second: Sequence[Token]) -> Iterator[Piece]:
    """Split two readings at the spaces they have in common."""
    a, b = _text(first), _text(second)
    common = _common_spaces(a, b)
    i = j = 0
    for at_a, at_b in [*common, (len(a), len(b))]:
        end_i, end_j = a[:at_a].count(" ") + 1 if a else 0, b[:at_b].count(" ") + 1 if b else 0
        if end_i > i or end_j > j:
            yield Piece(tuple(first[i:end_i]), tuple(second[j:end_j]))
        i, j = end_i, end_j


def _common_spaces(a: str, b: str) -> list[tuple[int, int]]:
    """Positions of spaces that the alignment of the bare letters pairs with each other."""
    spaces = []
    for op in Levenshtein.opcodes(skeleton(a), skeleton(b)):
        if op.tag == "equal":
            spaces += [
                (op.src_start + k, op.dest_start + k)
                for k in range(op.src_end - op.src_start)
                if a[op.src_start + k] == " "
            ]
    return spaces


def features(piece: Piece, gain: float = 0.0) -> dict[str, float]:
    """What speaks for the first reading of a disputed piece (positive) or the second; `gain` is the language model's
    ln P of the first less that of the second."""
    a, b = _text(piece.first), _text(piece.second)
    sure_a, sure_b = _logit(_sureness(piece.first)), _logit(_sureness(piece.second))
    letters_a, letters_b = _letters(a), _letters(b)
    same = float(skeleton(a) == skeleton(b))
    digits = float(bool(_DIGITS.search(a) or _DIGITS.search(b)))
    marks = float(letters_a == letters_b)
    return {
        "bias": 1.0,
        "sure_first": sure_a,
        "sure_second": sure_b,
        "well_formed": _well_formed(piece.first) - _well_formed(piece.second),
        "same_letters": same,
        "digits": digits,
        "punctuation_only": marks,
        "case_only": float(not marks and letters_a.lower() == letters_b.lower()),
        "more_words": float(len(piece.first) - len(piece.second)),
        "more_punctuation": marks * (len(a) - len(b)),
        "more_dirt": float(_dirt(piece.first) - _dirt(piece.second)),
        "language": max(-15.0, min(15.0, gain)),
        "digits_sure_first": digits * sure_a,
        "digits_sure_second": digits * sure_b,
        "same_sure_first": same * sure_a,
    }


def score(values: Mapping[str, float], weights: Weights) -> float:
    """Log odds that the first reading is the better one."""
    return sum(weights[name] * value for name, value in values.items())


def contexts(
    line: Sequence[Piece], odds: Sequence[float], k: int
) -> tuple[list[str], list[str]]:
    """The words around piece `k` as chosen so far, with the first and with the second reading in it."""
    taken = [[t.text for t in _taken(piece, value)] for piece, value in zip(line, odds, strict=True)]
    left = [word for words in taken[max(0, k - _CONTEXT) : k] for word in words][-_CONTEXT:]
    right = [word for words in taken[k + 1 : k + 1 + _CONTEXT] for word in words][:_CONTEXT]
    first, second = ([t.text for t in tokens] for tokens in (line[k].first, line[k].second))
    return [*left, *first, *right], [*left, *second, *right]


def _with_language(
    page: list[list[Piece]], odds: list[list[float]], weights: Weights, language: Language
) -> list[list[float]]:
    """The odds of all disputed pieces of a page, each judged among its neighbours' choices so far."""
    places = [(n, k) for n, line in enumerate(page) for k, piece in enumerate(line) if piece.disputed]
    rows = [row for n, k in places for row in contexts(page[n], odds[n], k)]
    logs = language.log_probabilities(rows)
    new = [list(values) for values in odds]
    for (n, k), first, second in zip(places, logs[::2], logs[1::2], strict=True):
        new[n][k] = _weighed(page[n][k], weights, first - second)
    return new


def _weighed(piece: Piece, weights: Weights, gain: float = 0.0) -> float:
    """Odds of a disputed piece: what a rule knows goes before what the weights say."""
    return _known(piece) or _with_digits(piece, score(features(piece, gain), weights))


def _known(piece: Piece) -> float:
    """Odds for a reading that is a fixed form: a subject begins with `V/v`, which no language model has seen often; a
    row of dots to fill in (`Về việc: ……`) is what trueocr says it is; a quotation opens as Tesseract says."""
    if _dotted(piece):
        return -9.0
    if _quoted(piece):
        return 9.0
    fixed = [any(t.text in _FORMS for t in tokens) for tokens in (piece.first, piece.second)]
    return 0.0 if fixed[0] == fixed[1] else 9.0 if fixed[0] else -9.0


def _with_digits(piece: Piece, odds: float) -> float:
    """Odds where two readings of a number differ in nothing but digits: the second engine's stands, and is doubted.
    Of 24 such numbers on real scans it had all but one right (the first takes a 5 for a 3 in small italics); of single
    digits it had not."""
    a, b = _text(piece.first), _text(piece.second)
    number = a != b and len(_DIGITS.findall(a)) >= 2 and _DIGITS.sub("0", a) == _DIGITS.sub("0", b)
    return min(odds, _OTHER_DIGITS) if number else odds


def _dotted(piece: Piece) -> bool:
    """Whether the second engine read a row of dots where the first, Tesseract, read them as many short words that are
    none."""
    if len(piece.first) < len(piece.second) + 3 or not _DOTS.fullmatch(_text(piece.second)):
        return False
    words = sum(t.confidence >= 0.85 and len(trimmed(t.text)) > 1 and is_syllable(t.text) for t in piece.first)
    return words < 0.3 * len(piece.first)


def _quoted(piece: Piece) -> bool:
    """Whether readings differ only in the mark before them, the quotation mark “ in the first and + in the second:
    trueocr knows no other sign that looks like it."""
    first, second = _text(piece.first), _text(piece.second)
    return first[:1] == "“" and second[:1] == "+" and first[1:] == second[1:] and first[1:2].isalnum()


def _undisputed(piece: Piece) -> float:
    """Agreement takes the first reading; what only one engine read is kept if it is a word rather than dirt."""
    if piece.first and piece.second:
        return 9.0
    return 9.0 if bool(piece.first) == _keeps(piece.first or piece.second) else -9.0


def _taken(piece: Piece, odds: float) -> tuple[Token, ...]:
    return piece.first if odds > 0 else piece.second


def _left(piece: Piece) -> tuple[Token, ...]:
    """What is left out where nothing is taken of a piece: not text, but not to be lost either."""
    return tuple(t for t in piece.first or piece.second if any(c.isalnum() for c in t.text))


def _chosen(piece: Piece, odds: float, names: tuple[str, str]) -> list[Token]:
    """The tokens of a piece as they go into the line, with both readings."""
    mine, theirs = names if odds > 0 else names[::-1]
    chosen, other = (piece.first, piece.second) if odds > 0 else (piece.second, piece.first)
    sure = 1 / (1 + math.exp(-abs(odds))) if piece.disputed else None
    return _with_readings(chosen, other, mine, theirs, sure)


def _keeps(tokens: Sequence[Token]) -> bool:
    """Whether a piece only one engine read is a word rather than dirt."""
    return any(
        t.confidence >= 0.6 and (is_syllable(t.text) or t.text in _BULLETS or _DIGITS.search(t.text)) for t in tokens
    )


def _dirt(tokens: Sequence[Token]) -> int:
    """Tokens without a letter or digit that are no mark of punctuation standing alone."""
    return sum(not any(c.isalnum() for c in t.text) and t.text not in _MARKS for t in tokens)


def _sureness(tokens: Sequence[Token]) -> float:
    return min(t.confidence for t in tokens)


def _well_formed(tokens: Sequence[Token]) -> float:
    """Share of the tokens that are syllables, numbers, or capitals as in a symbol."""
    good = sum(_plausible(t.text) for t in tokens)
    return round(good / len(tokens), 2)


def _plausible(word: str) -> bool:
    core = trimmed(word)
    if not core:
        return True
    return is_syllable(word) or bool(_DIGITS.search(core)) or _ABBREVIATION.fullmatch(core) is not None


def _with_readings(
    chosen: Sequence[Token], other: Sequence[Token], mine: str, theirs: str, sure: float | None
) -> list[Token]:
    """The chosen tokens, each with what both engines read there. Where they agree their confidences add up; where they
    do not, the word is at most as sure as the choice (`sure`)."""
    paired = len(chosen) == len(other)
    out = []
    for k, token in enumerate(chosen):
        reading = other[k].text if paired else _text(other)
        readings = {mine: token.text} | ({theirs: reading} if reading else {})
        confidence = token.confidence
        if paired and canonical_tone(reading) == canonical_tone(token.text):
            confidence = 1 - (1 - confidence) * (1 - other[k].confidence)
        elif sure is not None:
            confidence = min(sure, max(confidence, 0.5))
        out.append(replace(token, readings=dict(sorted(readings.items())), confidence=confidence))
    return out


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(t.text for t in tokens)


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _logit(probability: float) -> float:
    return math.log((probability + 0.02) / (1.02 - probability))
