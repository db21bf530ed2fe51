"""What is restored of names with digits: diacritics of document symbols (QD → QĐ, HDND → HĐND), and the space read
into a name that ends in a number (Covid- 19). Digits and separators themselves are never changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

_PART = re.compile(r"[^\W\d_]+")
_SYMBOL = re.compile(r"\d+[/-](?:\d{4}/)?[^\W\d_]+(?:[-/&][^\W\d_]+)*(?:\d{1,2})?")


class Symbols:
    """`table`: the letters of a part of a symbol as they are read without diacritics → (as they are written, the
    share of the symbols in the training text where that is so)."""

    def __init__(self, table: Mapping[str, tuple[str, float]]) -> None:
        self._table = dict(table)

    def restored(self, symbol: str) -> tuple[str, float]:
        """The symbol with its diacritics and the least share that went into it (1 where nothing changed)."""
        share = 1.0
        if "/" not in symbol or not _SYMBOL.fullmatch(symbol):
            return symbol, share

        def part(match: re.Match[str]) -> str:
            nonlocal share
            text, certain = self._table.get(match[0], (match[0], 1.0))
            share = min(share, certain)
            return text

        return _PART.sub(part, symbol), share


_BEFORE_NUMBER = re.compile(r"[^\w\s]*([^\W\d_]+)-")
_NUMBER = re.compile(r"(\d+)[^\w\s]*")


class NumberedNames:
    """`table`: a name in lower case → (the number that nearly always follows its hyphen, the share of the name's
    occurrences in the training text where it does)."""

    def __init__(self, table: Mapping[str, tuple[str, float]]) -> None:
        self._table = dict(table)

    def broken(self, words: Sequence[str]) -> Iterator[tuple[int, float]]:
        """Places where a space stands between name and number, as the index of the name's word, with the share."""
        for n, (left, right) in enumerate(pairwise(words)):
            name, number = _BEFORE_NUMBER.fullmatch(left), _NUMBER.fullmatch(right)
            if name and number and name[1].lower() in self._table:
                usual, share = self._table[name[1].lower()]
                if usual == number[1]:
                    yield n, share
