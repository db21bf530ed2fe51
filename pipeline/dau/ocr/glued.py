"""Words that one engine ran together, parted where the other sees a space.

trueocr drops spaces around marks and between words set close (`-Lưu:VT,VP`, `BộGDĐT`). Next to `- Lưu: VT, VP` such a
word cannot be weighed: it is right in its letters and no word. It is parted where the other engine has a space at the
same letters and the parts look like words of their own; a space alone parts nothing, since engines also see spaces
within words. Words of a date are parted from their digits without a witness (`ngày23`): what is written into the
blanks of a printed date is run together with them by both engines, and nothing else is spelled so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from dau.document.orthography import skeleton

from .lines import TextLine, Token
from .syllables import is_syllable, trimmed

_DASHES = "-–+•*"
_MARKS = ",;:.)"
_OF_A_DATE = re.compile(r"(ngày|tháng|năm)(\d{1,4}[.,;:)]*)", re.IGNORECASE)


def parted(tokens: Sequence[Token], beside: Sequence[Token]) -> tuple[Token, ...]:
    """The words of a line by one engine, parted by the spaces of the other's reading of the line."""
    text, other = (" ".join(t.text for t in part) for part in (tokens, beside))
    spaces = _spaces_of_the_other(text, other)
    out: list[Token] = []
    at = 0
    for token in tokens:
        places = [k - at for k in spaces if at < k < at + len(token.text)]
        out += _cut(token, [k for k in places if _are_words(token.text, k)])
        at += len(token.text) + 1
    return tuple(out)


def _spaces_of_the_other(text: str, other: str) -> list[int]:
    """Positions in `text` before which the other reading has a space and this one none."""
    return [
        op.dest_start
        for op in Levenshtein.opcodes(skeleton(other), skeleton(text))
        if op.tag == "delete" and " " in other[op.src_start : op.src_end]
        and not other[op.src_start : op.src_end].strip(_DASHES + " ")
    ]  # fmt: skip


def _are_words(word: str, at: int) -> bool:
    """Whether a word looks like two, run together before the letter at `at`."""
    before, after = word[:at], word[at:]
    if not after[0].isalpha():
        return False
    if before[-1] in _MARKS or not before.strip(_DASHES):
        return True
    left, right = trimmed(before), trimmed(after)
    if before[-1].islower() and after[0].isupper():
        return is_syllable(left) or is_syllable(right)
    if left.isupper() and right.islower():
        return len(left) >= 2 and is_syllable(right)
    return not is_syllable(word) and is_syllable(left) and is_syllable(right)


def _cut(token: Token, places: Sequence[int]) -> list[Token]:
    """A word cut before some of its letters, each part as wide as its letters."""
    x0, y0, x1, y1 = token.box
    step = (x1 - x0) / max(1, len(token.text))
    bounds = [0, *places, len(token.text)]
    return [
        replace(token, text=token.text[a:b], box=(x0 + step * a, y0, x0 + step * b, y1))
        for a, b in pairwise(bounds)
    ] if places else [token]  # fmt: skip


def dates_parted(line: TextLine) -> TextLine:
    """The line with the words of dates and their digits apart; both parts are as sure as the whole was."""
    tokens = tuple(part for token in line.tokens for part in _word_and_digits(token))
    return replace(line, tokens=tokens) if len(tokens) > len(line.tokens) else line


def _word_and_digits(token: Token) -> tuple[Token, ...]:
    found = _OF_A_DATE.fullmatch(token.text)
    if found is None:
        return (token,)
    at = found.end(1)
    word, digits = _cut(token, [at])
    word_key = skeleton(found[1])
    own = [(engine, skeleton(reading)[:at] == word_key, reading) for engine, reading in token.readings.items()]
    return (
        replace(word, readings={e: r[:at] if cut else r for e, cut, r in own}, alternatives=()),
        replace(
            digits, readings={e: r[at:].strip() if cut else r for e, cut, r in own if not cut or r[at:].strip()},
            alternatives=tuple((text[at:], sure) for text, sure in token.alternatives),
        ),
    )
