"""Whether letters can be a Vietnamese syllable at all: onset, vowels, coda. What cannot is damaged or foreign."""

from __future__ import annotations

import re

from dau.document.orthography import bare, skeleton

_SYLLABLE = re.compile(r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")


def norm(text: str) -> str:
    """Bare letters in lower case: the key under which matchers look a syllable up."""
    return bare(text).lower()


def plausible(word: str) -> bool:
    """Whether a word, its diacritics aside, is built like a syllable: "trước" is, "trieée" and "vig¢c" are not."""
    return _SYLLABLE.fullmatch(skeleton(word)) is not None
