"""Where an item stands on the page, and how well it was read there: its words found again in its lines.

The parser works on joined text without markers and markup, so that an item is found by its letters and digits alone,
in order, whatever lies between them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dau.document.directive import Evidence, Node
from dau.document.orthography import nfc
from dau.document.transcript import Word, box_around

from .computed import once
from .layout.lines import TextLine
from .numbering.nodes import evidence

_NO_LETTERS = re.compile(r"[\W_]+")
_IN_WORDS = re.compile(r"[^\w\n]+|_+")
_LEAST_HEAD = 12
"""So many letters of an item's beginning and end find it where its middle is not as printed (a hyphen undone)."""


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return _NO_LETTERS.sub("", nfc(text).casefold())


@dataclass(frozen=True)
class Place:
    """The lines and words an item was found in, in order; words only where the lines have any."""

    lines: tuple[TextLine, ...] = ()
    words: tuple[tuple[TextLine, Word], ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """One entry a page: the box around the item's words, or around its lines where words have no box."""
        if not any(word.bbox for _, word in self.words):
            return evidence(self.lines)
        out = []
        for page in dict.fromkeys(line.page for line in self.lines):
            box = box_around(word.bbox for line, word in self.words if line.page == page)
            out.append(Evidence(page=page, bbox=box, lines=tuple(x.id for x in self.lines if x.page == page)))
        return tuple(out)

    @property
    def confidences(self) -> list[float]:
        """Confidence of its words, where they have any."""
        return [word.confidence for _, word in self.words if word.confidence is not None]


@dataclass(frozen=True)
class _Passage:
    """Lines that belong together, as one run of letters."""

    lines: tuple[TextLine, ...]

    @once
    def _words(self) -> list[tuple[TextLine, Word]]:
        return [(line, word) for line in self.lines for word in line.line.words]

    @once
    def _keys(self) -> list[str]:
        # a whole passage at once; a word with a line break of its own would be taken for two
        keys = _IN_WORDS.sub("", nfc("\n".join([word.restored for _, word in self._words])).casefold()).split("\n")
        return keys if len(keys) == len(self._words) else [_key(word.restored) for _, word in self._words]

    @once
    def _text(self) -> str:
        return "".join(self._keys)

    @once
    def _ends(self) -> list[int]:
        ends, at = [], 0
        for key in self._keys:
            at += len(key)
            ends.append(at)
        return ends

    @property
    def whole(self) -> Place:
        """Everything in the passage."""
        return Place(tuple(line for line in self.lines if not line.blank), tuple(self._words))

    def _by_its_ends(self, wanted: str) -> tuple[int, int]:
        """Where a text stands whose middle, or one end, is not as printed; (-1, -1) where neither end is there."""
        start = self._text.find(wanted[:_LEAST_HEAD])
        tail = self._text.find(wanted[-_LEAST_HEAD:], max(0, start))
        if start < 0 and tail < 0:
            return -1, -1
        if start < 0:
            return max(0, tail + _LEAST_HEAD - len(wanted)), tail + _LEAST_HEAD
        return start, tail + _LEAST_HEAD if tail >= 0 else min(len(self._text), start + len(wanted))

    def find(self, text: str) -> Place | None:
        """The first stretch of words that spells `text`, or begins and ends as it does; None where none does."""
        wanted = _key(text)
        if not wanted:
            return None
        start = self._text.find(wanted)
        end = start + len(wanted)
        if start < 0 and len(wanted) > 2 * _LEAST_HEAD:
            start, end = self._by_its_ends(wanted)
        if start < 0 or end <= start:
            return None
        first, last = bisect_right(self._ends, start), bisect_left(self._ends, end)
        words = tuple(self._words[first : last + 1])
        return Place(tuple({line.id: line for line, _ in words}.values()), words)


class Places:
    """Finds items in the nodes of a document."""

    def __init__(self, nodes: Sequence[Node], lines: Sequence[TextLine]) -> None:
        by_id = {line.id: line for line in lines}
        self._nodes: Mapping[str, Node] = {node.id: node for node in nodes}
        self._by_id = by_id
        self._passages: dict[str, _Passage] = {}

    def _lines(self, ident: str) -> tuple[TextLine, ...]:
        node = self._nodes.get(ident)
        held = (str(x) for e in node.evidence for x in e.lines or ()) if node else ()
        return tuple(self._by_id[x] for x in held if x in self._by_id)

    def node(self, ident: str | None, text: str | None = None) -> Place:
        """Where `text` stands in a node; all of the node where it is not found there or not asked for."""
        return self.first(ident, (text,))

    def first(self, ident: str | None, texts: Iterable[str | None]) -> Place:
        """Where the first of several texts that is found in a node stands there; all of the node where none is."""
        if ident is None or ident not in self._nodes:
            return Place()
        if ident not in self._passages:
            self._passages[ident] = _Passage(self._lines(ident))
        passage = self._passages[ident]
        return next((found for text in texts if text and (found := passage.find(text))), passage.whole)

    def nodes(self, idents: Iterable[str]) -> Place:
        """All that stands in several nodes."""
        return _Passage(tuple(line for ident in idents for line in self._lines(ident))).whole

    @staticmethod
    def among(lines: Iterable[TextLine], text: str | None = None) -> Place:
        """Likewise among lines that are in no node: header, recipients, signature."""
        passage = _Passage(tuple(lines))
        return (passage.find(text) if text else None) or passage.whole
