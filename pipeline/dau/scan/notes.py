"""The note an electronic signature leaves on a page: who signed for whom, and when.

Not text of the document (Nghị định 30/2020, Phụ lục I, mục II.3 puts it beside), yet evidence for its date: kept as
an overlay, on scans as well, where it is often all there is in the text layer.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence

from dau.document.transcript import Overlay

from .layout import PlacedWord, Row, hull, rounded, rows_of, segments

_SIGNED = re.compile(
    r"(người ký|ký (số )?bởi|thời gian ký|ngày ký|giờ ký|digitally signed|signature (not )?(valid|verified)"
    r"|signed by|signing time)\b(?=.*:)|(?<!\d)\d{1,2}:\d{2}:\d{2}(?!\d)",
    re.IGNORECASE,
)
_BODY_WORDS = 60
_SMALL = 0.85
_MOST_NOTES = 8
_MOST_LINES = 24


def signature_notes(words: Sequence[PlacedWord]) -> tuple[tuple[Overlay, ...], list[PlacedWord]]:
    """Overlays of kind `signature_note` with their text, and the words that are in none of them.

    A note begins with a line that speaks of signing or tells the time to the second, set smaller than the body where
    the page has one; lines of about its size that touch it belong to it.
    """
    parts = [part for row in rows_of(words) for part in segments(row)]
    tallest = _SMALL * statistics.median(w.height for w in words) if len(words) > _BODY_WORDS else float("inf")
    small = [part for part in parts if _height(part) <= tallest]
    notes: list[list[Row]] = []
    for seed in (part for part in small if _SIGNED.search(_text(part))):
        if len(notes) < _MOST_NOTES and not any(seed in note for note in notes):
            notes.append(_grown(seed, [part for part in small if not any(part in note for note in notes)]))
    taken = {id(word) for note in notes for part in note for word in part}
    overlays = tuple(
        Overlay(
            kind="signature_note",
            bbox=rounded(hull([w for part in note for w in part])),
            text="\n".join(_text(part) for part in note),
        )
        for note in notes
    )
    return overlays, [word for word in words if id(word) not in taken]


def _grown(seed: Row, parts: list[Row]) -> list[Row]:
    """The lines that hang together with `seed`, from top to bottom."""
    note: list[Row] = []
    waiting = [seed]
    while waiting and len(note) < _MOST_LINES:
        part = waiting.pop()
        note.append(part)
        near = [other for other in parts if other not in note and other not in waiting and _touch(part, other)]
        waiting.extend(near)
    return sorted(note, key=lambda part: (hull(part)[1], hull(part)[0]))


def _touch(one: Row, other: Row) -> bool:
    a, b = hull(one), hull(other)
    height = _height(one)
    if not 0.7 <= _height(other) / height <= 1.4:
        return False
    apart = max(a[1], b[1]) - min(a[3], b[3])
    beside = max(a[0], b[0]) < min(a[2], b[2])
    return beside and apart < 0.7 * height


def _height(part: Row) -> float:
    return statistics.median(w.height for w in part)


def _text(part: Row) -> str:
    return " ".join(w.text for w in part)
