"""Vietnamese orthography: normal forms, bare letters, tone placement, syllables.

Both tone placements (hòa / hoà) are right and occur side by side; `canonical_tone` maps the old onto the new
for comparison only, never for output.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

_OLD_NEW = {
    "òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ",
    "òe": "oè", "óe": "oé", "ỏe": "oẻ", "õe": "oẽ", "ọe": "oẹ",
    "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ",
}
_PAIRS = {
    **_OLD_NEW,
    **{a.upper(): b.upper() for a, b in _OLD_NEW.items()},
    **{a.title(): b.title() for a, b in _OLD_NEW.items()},
}
_TONE = re.compile("(" + "|".join(_PAIRS) + r")(?!\w)")
_BARE_D = str.maketrans("đĐ", "dD")

VIETNAMESE_LETTERS = frozenset(
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
)


_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{31}"
)


def nfc(text: str) -> str:
    """Canonical composition; the form in which all text is kept.

    Rows of more than 30 combining marks, which no language has (UAX #15, stream-safe text), are composed in pieces:
    ordering them takes time by the square of their number.
    """
    if unicodedata.is_normalized("NFC", text):
        return text
    if _MARKS.search(text) is None:
        return unicodedata.normalize("NFC", text)
    out, done = [], 0
    for match in _MARKS.finditer(text):
        out.append(unicodedata.normalize("NFC", text[done : match.end() - 1]))
        done = match.end() - 1
    return "".join((*out, unicodedata.normalize("NFC", text[done:])))


def bare(text: str) -> str:
    """Letters without diacritics, case kept: "Quyết định" → "Quyet dinh"."""
    decomposed = unicodedata.normalize("NFD", text.translate(_BARE_D))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def canonical_tone(text: str) -> str:
    """Old tone placement onto the new at the end of a syllable: "hòa" → "hoà", "Ủy" → "Uỷ"."""
    return _TONE.sub(lambda m: _PAIRS[m.group(1)], text)


def fold(text: str) -> str:
    """The key under which two spellings are the same word: NFC, canonical tone, case folded."""
    return canonical_tone(nfc(text)).casefold()


@lru_cache(maxsize=8192)
def _bare_letter(char: str) -> str:
    if char in "đĐ":
        return "d"
    base = unicodedata.normalize("NFD", char)[0]
    return base.lower()[:1] or base


CODE_PAGE = (
    "\0\t\n"
    + "".join(map(chr, range(0x20, 0x7F)))
    + "".join(sorted(c for c in VIETNAMESE_LETTERS | {c.upper() for c in VIETNAMESE_LETTERS} if not c.isascii()))
    + "…“”‘’–—•·«»\u00a0≤≥÷×±½²³°→□"
).ljust(256, "\ufffe")
"""The characters of nearly all Vietnamese text: they fit one byte each, so that the codecs' charmap, in C, maps a
whole text to its bare letters at once. It begins with NUL, as a code page must to be compiled."""
_TO_BYTES = codecs.charmap_build(CODE_PAGE)
_BARE_LETTERS = "".join(map(_bare_letter, CODE_PAGE))


def skeleton(text: str) -> str:
    """Bare lower-case letters, character for character, so that offsets in the result are offsets in `text`."""
    try:
        coded, _ = codecs.charmap_encode(text, "strict", _TO_BYTES)
    except UnicodeEncodeError:  # a sign that is not of the code page
        return "".join(map(_bare_letter, text))
    return codecs.charmap_decode(coded, "strict", _BARE_LETTERS)[0]


_NO_LETTERS = re.compile(r"[\W_]+")
_DROPPED = {n: None for n in range(128) if not chr(n).isalnum()}
"""The same for ASCII, where a table is quicker."""


def letters(text: str) -> str:
    """Only the bare lower-case letters and digits: what survives spacing and punctuation errors."""
    return only_letters(skeleton(text))


def only_letters(key: str) -> str:
    """`letters` of a text whose skeleton is known."""
    return key.translate(_DROPPED) if key.isascii() else _NO_LETTERS.sub("", key)


def slug(text: str) -> str:
    """ASCII slug of a name: "Kế hoạch" → "ke-hoach"."""
    return re.sub(r"[^a-z0-9]+", "-", bare(text).lower()).strip("-")
