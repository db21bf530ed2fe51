"""Diacritics of document symbols: QD → QĐ, HDND → HĐND. Digits and separators are never looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
