"""A line's words as the restorer sees them: pieces of letters to be restored between what stays as it is.

`“phong,chong` holds the pieces `phong` and `chong`; the marks around them are carried through. Marks that an engine
leaves in the place of a letter (`hi¢n`, `ti€u`, `chu'a`) belong to the piece. The same division serves training.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from dau.document.orthography import canonical_tone, nfc

from . import guard

STRAY = "&€¢§@¥£©®°"
"""Marks read where a letter stood."""

_CORE = re.compile(rf"(?:[^\W_]|[{STRAY}])+(?:['’‘`?]+(?:[^\W_]|[{STRAY}])+)*")
_STOP = re.compile(r"[.;:!?…][\"'“”’)\]»]*$")

_ABBREVIATION = re.compile(r"[^\W\d_a-zđ]*(?:TT|[BCDĐGHKLMNPQRSTVX]{3,})[^\W\d_a-zđ]*")
"""Capitals that no syllable holds: BTTTT, UBND, HĐND."""

NUMBER, SYMBOL = "<num>", "<sym>"


@dataclass(frozen=True)
class Piece:
    """`word[start:end]`; `key` is the form the language model knows: lower case, one tone placement, or a class
    (`<num>`, `<sym>`) where the piece is protected (`fixed`)."""

    start: int
    end: int
    key: str
    fixed: bool


def key(text: str) -> str:
    """The form under which the language model counts a word."""
    return canonical_tone(nfc(text).lower())


def ends_sentence(word: str) -> bool:
    """Whether context does not reach beyond this word."""
    return _STOP.search(word[-8:]) is not None


@lru_cache(maxsize=200_000)
def pieces(word: str, previous: str = "") -> tuple[Piece, ...]:
    """The pieces of an NFC word without spaces; `previous` is the word before it on the line."""
    if guard.is_protected(word, previous):
        inner = guard.core(word)
        start = word.index(inner) if inner else 0
        name = SYMBOL if any(c.isalpha() for c in inner) else NUMBER
        return (Piece(start, start + len(inner), name, True),)
    if len(word) > 60:
        return ()
    parts = re.split("[-/]", guard.core(word))
    if len(parts) > 1 and all(p.isupper() and p.isalpha() for p in parts) and any(map(_ABBREVIATION.fullmatch, parts)):
        start = word.index(guard.core(word))  # letters of a symbol whose number stands apart: OP-BTTTT
        return (Piece(start, start + len(guard.core(word)), SYMBOL, True),)
    found = []
    misread = guard.is_misread_word(word, previous)
    for match in _CORE.finditer(word):
        text = match[0]
        if any(c.isnumeric() for c in text) and not misread:
            found.append(Piece(match.start(), match.end(), SYMBOL if any(c.isalpha() for c in text) else NUMBER, True))
        elif _foreign(text, word[match.end() : match.end() + 1]):
            found.append(Piece(match.start(), match.end(), SYMBOL, True))
        elif any(c.isalpha() for c in text) or misread or (len(text) == len(guard.core(word)) and text in STRAY):
            found.append(Piece(match.start(), match.end(), key(text), False))
    return tuple(found)


def _foreign(text: str, after: str) -> bool:
    """Whether letters are of another script (α, 中), or bear a mark that no single letter is written with."""
    if text.isascii() and after.isascii():
        return False
    return bool(after and unicodedata.combining(after)) or any(c.isalpha() and not _latin(c) for c in text)


@lru_cache(maxsize=10_000)
def _latin(letter: str) -> bool:
    return letter < "\u0250" or "LATIN" in unicodedata.name(letter, "")
