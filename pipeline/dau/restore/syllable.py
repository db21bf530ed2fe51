"""A Vietnamese syllable as onset and rime: "nghiêng" is "ngh" + "iêng", "ủy" is "" + "ủy"."""

from __future__ import annotations

import re

_VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
_SYLLABLE = re.compile(
    rf"(ngh|ng|nh|th|tr|ch|kh|gh|ph|gi(?=[{_VOWELS}])|qu(?=[{_VOWELS}])|[bcdđghklmnprstvx])?"
    rf"([{_VOWELS}]{{1,3}}(?:ch|ng|nh|[cmnptk])?)"
)


def divide(word: str) -> tuple[str, str] | None:
    """Onset and rime, case kept; None where the word is no Vietnamese syllable by its letters."""
    match = _SYLLABLE.fullmatch(word.lower())
    if match is None:
        return None
    cut = len(match[1] or "")
    return word[:cut], word[cut:]
