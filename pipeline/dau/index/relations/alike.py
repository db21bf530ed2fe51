"""How alike two titles are, whatever their diacritics, and with what is abbreviated in one of them written out."""

from __future__ import annotations

import re

from rapidfuzz.distance import Indel

from dau.document.orthography import bare

from .text import syllables

_ABBREVIATION = re.compile(r"(?<!\w)[A-ZĐ][A-ZĐ&.]*[A-ZĐ](?!\w)")
_LEAD = re.compile(r"^(?:(?:v/v|ve|viec|ve viec|phe duyet|ban hanh)\s+)+")
_LINKING = frozenset(["va", "cua", "cac", "ve"])
_LONGEST = 200
"""Syllables of a title that are compared."""


def title_likeness(one: str | None, other: str | None) -> float:
    """Part of the syllables that two titles have in common, in order; 0…1, 0 where one of them is missing.

    >>> title_likeness("Về việc triển khai Phong trào “Ngành TT&TT đoàn kết”",
    ...                "triển khai Phong trào “Ngành Thông tin và Truyền thông đoàn kết”")
    1.0
    """
    if not one or not other:
        return 0.0
    left, right = _without_lead(one), _without_lead(other)
    left, right = _written_out(left, one, right), _written_out(right, other, left)
    if min(len(left), len(right)) < 2:
        return 0.0
    return round(Indel.normalized_similarity(left[:_LONGEST], right[:_LONGEST]), 4)


def _without_lead(title: str) -> list[str]:
    words = " ".join(syllables(title))
    return _LEAD.sub("", words + " ").split()


def _written_out(words: list[str], title: str, other: list[str]) -> list[str]:
    """The words with each abbreviation in capitals replaced by the run of the other title whose initials it is."""
    out = list(words)
    for m in _ABBREVIATION.finditer(title):
        parts = syllables(m.group())
        initials = re.sub(r"[^a-z]", "", bare(m.group()).lower())
        run = _run(initials, other)
        for at in range(len(out) - len(parts) + 1):
            if run and out[at : at + len(parts)] == parts:
                out[at : at + len(parts)] = run
                break
    return out


def _run(initials: str, words: list[str]) -> list[str]:
    for first in range(len(words)):
        taken, at = 0, first
        while at < len(words) and taken < len(initials):
            if words[at][0] == initials[taken]:
                taken += 1
            elif words[at] not in _LINKING or taken == 0:
                break
            at += 1
        if taken == len(initials) and at - first > 1:
            return words[first:at]
    return []
