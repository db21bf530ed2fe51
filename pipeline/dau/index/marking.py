"""Where the terms of a query stand in a text, and pieces of the text with them marked.

The text is never mixed with markers: a piece is a row of segments, each marked or not, so that whoever shows it can
escape every segment and put around it what they like.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from dau.document.orthography import skeleton

from .phrasing import Term, numerals
from .spelling import is_bare, placements

_LONGEST = 260
"""Characters of a piece."""
_BEFORE = 60
"""Characters shown before the first mark."""
_APART = "\0"
"""Between two texts that are looked through together."""
_END, _GAP, _REST = r"(?![^\W_])", r"(?:[^\w\0]|_)+", r"[^\W_]*"


@dataclass(frozen=True, slots=True)
class Segment:
    """Some text, and whether it is what was looked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A term (by its place in the query) at `start:end` of a text."""

    start: int
    end: int
    term: int


class Finder:
    """Finds the wanted terms of a query in texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._patterns = [_Pattern(term) for term in terms if not term.excluded]

    def find(self, text: str) -> list[Found]:
        """All places in a text, in order; where two overlap the first and longest counts."""
        return self.find_each([text]).get(0, [])

    def find_each(self, texts: Sequence[str]) -> dict[int, list[Found]]:
        """All places in several texts, by the number of the text; texts without any are left out."""
        lower, letters = _APART.join(map(_lower, texts)), _APART.join(map(skeleton, texts))
        starts = [0, *accumulate(len(text) + 1 for text in texts)]
        places = [
            (start, -end, number)
            for number, pattern in enumerate(self._patterns)
            for start, end in pattern.places(lower, letters)
        ]
        within: dict[int, list[Found]] = {}
        last = 0
        for start, minus_end, term in sorted(places):
            if start >= last:
                last = -minus_end
                at = bisect_right(starts, start) - 1
                within.setdefault(at, []).append(Found(start - starts[at], last - starts[at], term))
        return within

    def has_all(self, texts: Iterable[str]) -> bool:
        """Whether each term stands in one of the texts."""
        missing = self._patterns
        for text in texts:
            lower, letters = _lower(text), skeleton(text)
            missing = [pattern for pattern in missing if next(pattern.places(lower, letters), None) is None]
            if not missing:
                break
        return not missing


class _Pattern:
    """A term as a pattern on bare letters; words that were typed with marks are then held against the marked text."""

    def __init__(self, term: Term) -> None:
        words = [re.escape(skeleton(word)) for word in term.words]
        # behind the first word, so that the search for its letters is quick
        words[0] = f"{words[0]}(?<![^\\W_]{words[0]})"
        if term.symbol and re.fullmatch(r"\d{1,3}", term.words[0], re.ASCII):
            words[0] = "|".join(f"{word}(?<![^\\W_]{word})" for word in numerals(term.words[0]))
        rest = _REST if term.prefix else ""
        groups = [f"({word})" for word in words[:-1]] + [f"((?:{words[-1]}){rest})"]
        self._letters = re.compile(_GAP.join(groups) + _END)
        self._marked = [
            (group, placements(word), term.prefix and group == len(words))
            for group, word in enumerate(term.words, 1)
            if not is_bare(word)
        ]

    def places(self, lower: str, letters: str) -> Iterator[tuple[int, int]]:
        """Start and end of each place in a text, given in lower case and as bare letters."""
        for match in self._letters.finditer(letters):
            if all(_is(lower[slice(*match.span(group))], words, more) for group, words, more in self._marked):
                yield match.span()


def _is(written: str, words: tuple[str, ...], more: bool) -> bool:
    return written.startswith(words) if more else written in words


def segments(text: str, found: Sequence[Found], start: int = 0, end: int | None = None) -> tuple[Segment, ...]:
    """`text[start:end]` as segments, what was found in it marked."""
    end = len(text) if end is None else end
    parts, at = [], start
    for one in found:
        if one.start >= at and one.end <= end:
            parts += [Segment(text[at : one.start], False), Segment(text[one.start : one.end], True)]
            at = one.end
    parts.append(Segment(text[at:end], False))
    return tuple(part for part in parts if part.text)


def piece(text: str, found: Sequence[Found]) -> tuple[Segment, ...]:
    """The part of a text that shows most of what was found, in one line, with an ellipsis where it is cut."""
    line = re.sub(r"\s", " ", text)
    start, end = _window(line, found)
    before = (Segment("… ", False),) if start > 0 else ()
    after = (Segment(" …", False),) if end < len(line) else ()
    return (*before, *segments(line, found, start, end), *after)


def _window(line: str, found: Sequence[Found]) -> tuple[int, int]:
    if len(line) <= _LONGEST:
        return 0, len(line)
    best = max(found, key=lambda one: (_seen(found, one.start), -one.start), default=None)
    start = max(0, (best.start if best else 0) - _BEFORE)
    if start > 0:
        start = line.find(" ", start, best.start if best else start) + 1 or (best.start if best else start)
    end = min(len(line), start + _LONGEST)
    if end < len(line):
        last = max((one.end for one in found if one.end <= end), default=start)
        end = max(line.rfind(" ", start, end), last) if line.rfind(" ", start, end) > start else end
    return start, end


def _seen(found: Sequence[Found], start: int) -> int:
    """How many different terms a piece that begins at the place would show."""
    return len({one.term for one in found if start <= one.start and one.end <= start + _LONGEST - _BEFORE})


def _lower(text: str) -> str:
    """Lower case, character for character."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
