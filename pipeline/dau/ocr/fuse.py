"""Two readings of one line → one reading.

The engines fail on different words: Tesseract keeps diacritics that trueocr drops or changes (năm → nãm), trueocr
keeps letters and digits that Tesseract loses. The readings are aligned by letters; where both put a space at the same
place the line falls into pieces, and for each piece one reading is chosen, never a mixture. What the other engine
read stays with the word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from dau.document.orthography import bare, canonical_tone

from .lines import TextLine, Token
from .syllables import is_syllable, trimmed

_DIGITS = re.compile(r"\d")
_ABBREVIATION = re.compile(r"[A-ZĐ&]{1,6}([-/][A-ZĐ&]{1,8})*")
_BULLETS = frozenset("-+–•*")


@dataclass(frozen=True)
class Piece:
    """What each engine read between two places at which both see a space."""

    first: tuple[Token, ...]
    second: tuple[Token, ...]


def fused(first: TextLine, second: TextLine, names: tuple[str, str]) -> TextLine:
    """One line from two readings of the same box. `first` is the engine whose diacritics are trusted more."""
    tokens: list[Token] = []
    for piece in pieces(first.tokens, second.tokens):
        take_first = prefers_first(piece)
        chosen, other = (piece.first, piece.second) if take_first else (piece.second, piece.first)
        mine, theirs = names if take_first else names[::-1]
        tokens += _with_readings(chosen, other, mine, theirs)
    return TextLine(first.box, tuple(tokens))


def single(line: TextLine, name: str) -> TextLine:
    """A line only one engine has read."""
    return replace(line, tokens=tuple(replace(t, readings={name: t.text}) for t in line.tokens))


def pieces(first: Sequence[Token], second: Sequence[Token]) -> Iterator[Piece]:
    """Split two readings at the spaces they have in common."""
    a, b = (" ".join(t.text for t in tokens) for tokens in (first, second))
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
    for op in Levenshtein.opcodes(_skeleton(a), _skeleton(b)):
        if op.tag == "equal":
            spaces += [
                (op.src_start + k, op.dest_start + k)
                for k in range(op.src_end - op.src_start)
                if a[op.src_start + k] == " "
            ]
    return spaces


def _skeleton(text: str) -> str:
    """One bare lower-case letter for each character, so that positions stay."""
    return "".join((bare(c).lower() or c)[0] for c in text)


def prefers_first(piece: Piece) -> bool:
    """Which reading of a piece to take; see the module's docstring for what is known about the engines."""
    if not piece.first or not piece.second:
        return bool(piece.first) == _keeps(piece.first or piece.second)
    a, b = (" ".join(t.text for t in tokens) for tokens in (piece.first, piece.second))
    if canonical_tone(a) == canonical_tone(b):
        return True
    sure_a, sure_b = _sureness(piece.first), _sureness(piece.second)
    well_a, well_b = _well_formed(piece.first), _well_formed(piece.second)
    if well_a != well_b:
        return well_a > well_b
    if _skeleton(a) == _skeleton(b):  # only diacritics differ
        return sure_a >= 0.35 or sure_a >= sure_b
    if _DIGITS.search(a) or _DIGITS.search(b):
        return sure_a + 0.1 >= sure_b
    return sure_a >= sure_b


def _keeps(tokens: Sequence[Token]) -> bool:
    """Whether a piece only one engine read is a word rather than dirt."""
    return any(
        t.confidence >= 0.6 and (is_syllable(t.text) or t.text in _BULLETS or _DIGITS.search(t.text)) for t in tokens
    )


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


def _with_readings(chosen: Sequence[Token], other: Sequence[Token], mine: str, theirs: str) -> list[Token]:
    """The chosen tokens, each with what both engines read there."""
    paired = len(chosen) == len(other)
    whole = " ".join(t.text for t in other)
    out = []
    for k, token in enumerate(chosen):
        reading = other[k].text if paired else whole
        readings = {mine: token.text} | ({theirs: reading} if reading else {})
        agreed = paired and reading == token.text
        confidence = 1 - (1 - token.confidence) * (1 - other[k].confidence) if agreed else token.confidence
        out.append(replace(token, readings=dict(sorted(readings.items())), confidence=confidence))
    return out
