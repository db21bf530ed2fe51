"""A Vietnamese syllable as onset and rime: "nghiêng" is "ngh" + "iêng", "ủy" is "" + "ủy"."""

from __future__ import annotations

import re
import unicodedata

_VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
_SYLLABLE = re.compile(
    rf"(ngh|ng|nh|th|tr|ch|kh|gh|ph|gi(?=[{_VOWELS}])|qu(?=[{_VOWELS}])|[bcdđghklmnprstvx])?"
    rf"([{_VOWELS}]{{1,3}}(?:ch|ng|nh|[cmnptk])?)"
)


_STOPPED = re.compile("(?:ch|[cpt])$")
_OPEN = re.compile("[ăâ]$|uơ(?=[a-z])")
_TONES = {"\u0301", "\u0323"}


def pronounceable(word: str) -> bool:
    """Whether a syllable by its letters can be one by its sound: before c, ch, p, t the tone is sắc or nặng, and ă, â
    do not end a syllable. What fails is a typist's or a converter's error, of which any corpus has some."""
    lower = word.lower()
    if _STOPPED.search(lower):
        return bool(_TONES & set(unicodedata.normalize("NFD", lower)))
    return _OPEN.search(lower) is None


def divide(word: str) -> tuple[str, str] | None:
    """Onset and rime, case kept; None where the word is no Vietnamese syllable by its letters."""
    match = _SYLLABLE.fullmatch(word.lower())
    if match is None:
        return None
    cut = len(match[1] or "")
    return word[:cut], word[cut:]
