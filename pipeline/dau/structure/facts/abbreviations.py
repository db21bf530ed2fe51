"""Abbreviations with several meanings, and the one that their place decides: data/abbreviations.json.

`VT` is văn thư behind "Lưu:" and Cục Viễn thông in a list of cục; `CT` is Chủ tịch before "UBND" and Chỉ thị in a
symbol. Where nothing decides, there is no meaning, and the caller leaves what is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ..language.lexicon import data

_NAME, _END = "<tên riêng>", "<hết>"


@dataclass(frozen=True)
class Sense:
    """One meaning, the kind of place that decides for it, and the words looked for there."""

    name: str
    when: str
    words: tuple[str, ...]


@cache
def _senses() -> dict[str, tuple[Sense, ...]]:
    return {
        entry["abbr"]: tuple(Sense(s["name"], s["when"], tuple(s.get("words", ()))) for s in entry["senses"])
        for entry in data("abbreviations")["ambiguous"]
    }


def ambiguous(word: str) -> bool:
    """Whether an abbreviation stands for several things."""
    return word in _senses()


def meaning(word: str, text: str, start: int, issuer: str | None = None) -> str | None:
    """What an ambiguous abbreviation at `text[start:]` stands for; None where its place does not decide.

    >>> meaning("CT", "CT, PCT UBND tỉnh", 0), meaning("CT", "Website CT", 8)
    ('Chủ tịch', None)
    """
    rest = re.sub(r"^[\s,]*(?:và\s+)?", "", text[start + len(word) :])
    left = text[:start].rstrip(" ,(")
    for sense in _senses()[word]:
        fits = (
            (sense.when == "before" and any(_begins(rest, w) for w in sense.words))
            or (sense.when == "behind" and any(re.search(rf"(?<!\w){re.escape(w)}$", left) for w in sense.words))
            or (sense.when == "whole" and not left and not rest.strip(" .;:"))
            or (sense.when == "issuer" and any(re.search(rf"\b{w}\b", issuer or "") for w in sense.words))
        )
        if fits:
            return sense.name
    return None


def _begins(rest: str, word: str) -> bool:
    if word == _END:
        return not rest.strip(" .;:")
    if word == _NAME:
        return re.match(r"[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][a-zà-ỹ]", rest) is not None
    return re.match(rf"{re.escape(word)}(?!\w)", rest) is not None


def filed(word: str) -> str | None:
    """What an abbreviation stands for behind "Lưu:"; None for one that is not decided there."""
    return next((s.name for s in _senses().get(word, ()) if s.when == "filing"), None)


def senses(when: str) -> Iterator[tuple[str, Sense]]:
    """All abbreviations with the meaning they have in one kind of place."""
    for abbr, known in _senses().items():
        yield from ((abbr, s) for s in known if s.when == when)
