"""Spellings of a Vietnamese word that are the same word, and words without their marks."""

from __future__ import annotations

import re

from dau.document.orthography import bare, canonical_tone

_OLD = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa", "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe",
    "oẹ": "ọe", "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_PAIRS = _OLD | {new.title(): old.title() for new, old in _OLD.items()}
_PAIRS |= {new.upper(): old.upper() for new, old in _OLD.items()}
_NEW = re.compile("(?<![qQ])(?:" + "|".join(_PAIRS) + r")(?!\w)")


def old_tone(text: str) -> str:
    """The new tone placement onto the old, "hoà" → "hòa", "Uỷ" → "Ủy"; "quý" has but one."""
    return _NEW.sub(lambda match: _PAIRS[match.group()], text)


def placements(word: str) -> tuple[str, ...]:
    """A word in lower case with its tone mark placed in the old way and in the new, as written first.

    >>> placements("Hòa"), placements("quý")
    (('hòa', 'hoà'), ('quý',))
    """
    lower = word.lower()
    return tuple(dict.fromkeys((lower, old_tone(lower), canonical_tone(lower))))


def is_bare(word: str) -> bool:
    """Whether a word carries no diacritics, so that it may have been typed without."""
    return bare(word) == word
