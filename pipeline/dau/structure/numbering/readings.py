"""What a line begins with, as restored and as read: restoring knows words, and may make one of a marker.

"a) Hinh thirc" may come back as "là) Hình thức", "V.TO CHUC" as "Về.TỔ CHỨC": the raw reading still shows the marker,
and words map one to one, so that the text behind it is known. Where several engines read the page, each one's own
reading of the first word is a witness too: the word chosen was "L" or "1.", another engine may have seen "I.".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from dau.document.orthography import nfc

from ..facts.markers import Marker, Style, markers
from ..layout.lines import TextLine

_Reader = Callable[[str], tuple[Marker, ...]]
_HEARD: frozenset[Style] = frozenset(("roman", "arabic", "decimal", "letter"))
"""Bullets are no numbering, and a word ("Điều") is not taken from a single engine."""
_SCRAP = re.compile(r"^[\W\dIVXLHTJlij]*[^\W\d_]?[\W\dIVXLHTJlij]*$")
"""What may be left of a marker: signs, strokes, figures and at most one other letter; never a word."""


def readings(line: TextLine, read: _Reader = markers) -> tuple[Marker, ...]:
    """All readings of the line's beginning as numbering; `end` is an offset of the line's text. `read` finds them in
    a text."""
    found = line.markers if read is markers else read(line.text)
    if not line.line.changes or line.markup:
        return found
    seen = {(m.style, m.values) for m in found}
    return (*found, *(m for m in _raw_readings(line, read) if (m.style, m.values) not in seen))


def heard(line: TextLine, read: _Reader = markers) -> tuple[Marker, ...]:
    """What the engines, each on its own, made of the line's first word, where it differs from the word chosen and is
    numbering. Never clean: such a reading counts only where the sequence asks for it."""
    words = line.line.words
    if len(words) < 2 or line.markup or not words[0].readings or not _SCRAP.match(words[0].raw):
        return ()
    chosen, behind = nfc(words[0].raw), " ".join(nfc(w.restored) for w in words[1:])
    end = len(nfc(words[0].restored)) + 1
    if line.text[end:] != behind or not behind.lstrip("“\"")[:1].isupper():
        return ()
    out: list[Marker] = []
    for engine, reading in words[0].readings.items():
        seen = nfc(reading)
        glued = words[1].readings.get(engine) == reading
        for marker in read(f"{seen} {behind}") if seen != chosen else ():
            # a marker that takes in more than this word, or leaves some of it, was no reading of this word
            if (seen[marker.end :].strip() and not glued) or marker.end > len(seen) + 1 or marker.style not in _HEARD:
                continue
            out.append(replace(marker, end=end, printed=line.text[:end].strip(), clean=False))
    return tuple(out)


def _raw_readings(line: TextLine, read: _Reader) -> list[Marker]:
    words = line.line.words
    raw = " ".join(nfc(w.raw) for w in words)
    if line.text != " ".join(nfc(w.restored) for w in words):
        return []
    out = []
    for marker in read(raw):
        end = _offset(line, marker.end)
        if end is not None:
            out.append(replace(marker, end=end))
    return out


def _offset(line: TextLine, raw_end: int) -> int | None:
    """The offset in the restored text that corresponds to `raw_end`: at a word's beginning, or behind the sign with
    which the marker ends within a word."""
    raw_at = text_at = 0
    for word in line.line.words:
        raw, restored = nfc(word.raw), nfc(word.restored)
        if raw_end <= raw_at:
            return text_at
        inside = raw_end - raw_at
        if inside < len(raw):
            sign = raw[inside - 1]
            found = restored.find(sign) if not sign.isalnum() else -1
            return text_at + found + 1 if found >= 0 else None
        raw_at += len(raw) + 1
        text_at += len(restored) + 1
    return None
