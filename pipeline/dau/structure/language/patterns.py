"""The lexicon's phrases as regular expressions: for looking whether a text is worth a reading at all.

Both allow everything the matchers of `components` would match, and a little more: phrases of several syllables by bare
letters, those of one as spelt. To be searched in `skeleton(text)` and `text.lower()`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from dau.document.orthography import skeleton

BEGIN, END = r"(?<![^\W_])", r"(?![^\W_])"
"""The edges of a token."""
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")


def bare(phrases: Iterable[str]) -> str:
    """Any of the phrases, on bare letters; within a phrase one space between syllables, beside signs none or one."""
    return _any(_spaced(_TOKEN.findall(skeleton(phrase))) for phrase in phrases)


def spelt(phrases: Iterable[str]) -> str:
    """Any of the phrases, on letters in lower case."""
    return _any(_spaced(_TOKEN.findall(phrase.lower())) for phrase in phrases)


def single(phrase: str) -> bool:
    """Whether a phrase is one token: such are matched as spelt."""
    return len(_TOKEN.findall(phrase)) == 1


def _spaced(tokens: list[str]) -> str:
    found = re.escape(tokens[0])
    for before, token in itertools.pairwise(tokens):
        found += (" " if before.isalnum() and token.isalnum() else " ?") + re.escape(token)
    return found


def _any(patterns: Iterable[str]) -> str:
    """The longer ones first, so that none hides behind its own beginning; a sign needs no edge behind it."""
    ordered = sorted(set(patterns), key=lambda p: (-len(p), p))
    words, signs = ([p for p in ordered if p[-1].isalnum() == worded] for worded in (True, False))
    return "(?:" + "|".join([*([f"(?:{'|'.join(words)}){END}"] if words else []), *signs]) + ")"
