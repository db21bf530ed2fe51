"""What was decided, written into a line: words joined and split, raw kept, every change with its place and reason."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dau.document.orthography import bare, nfc
from dau.document.transcript import Change, ChangeReason, Line, Word, box_around

from . import guard

MOST_TRIALS = 100
"""Edits of a line that are tried one by one where together they break the guard; where there are more, none is made."""


@dataclass(frozen=True)
class Edit:
    """Replace `word[start:end]` (NFC, by index in the line) by `text`; a join reaches to `end` of the word
    `last_word`. `score`: the posterior that the new form is right."""

    word: int
    start: int
    end: int
    text: str
    score: float
    reason: ChangeReason
    last_word: int = -1

    @property
    def last(self) -> int:
        return max(self.word, self.last_word)


def reason_for(raw: str, restored: str) -> ChangeReason:
    """`diacritics` where the base letters are the same, else `confusion`."""
    return "diacritics" if bare(raw).lower() == bare(restored).lower() else "confusion"


Judge = Callable[[float | None, float | None], float | None]
"""(posterior of a word as it stands, the engine's confidence), each None where unknown → P(the word is right)."""


def rewrite(line: Line, edits: Sequence[Edit], certainty: dict[int, float], judge: Judge, *,
            guarded: bool = True) -> Line:
    """The line with `edits` (in order, not overlapping) applied as far as the guard agrees.

    `certainty[word]` is the posterior of the word as the edits make it, for the words that were weighed; `judge` makes
    the word's confidence of it and of the engine's. Words whose edit the guard refuses are as sure as the edit is not.
    """

    def attempt(accepted: Sequence[Edit]) -> Line:
        kept = set(accepted)
        doubt: dict[int, float] = {}
        for edit in edits:
            for word in range(edit.word, edit.last + 1) if edit not in kept else ():
                doubt[word] = min(doubt.get(word, 1.0), max(0.0, 1 - edit.score))
        return _apply(line, accepted, {**certainty, **doubt}, judge)

    written = attempt(edits)
    if guarded and guard.violations(line.raw, written.restored):
        few = len(edits) <= MOST_TRIALS
        written = attempt([e for e in edits if few and not guard.violations(line.raw, attempt([e]).restored)])
        if guard.violations(line.raw, written.restored):
            written = attempt([])
    return written


def _apply(line: Line, edits: Sequence[Edit], certainty: dict[int, float], judge: Judge) -> Line:
    words: list[Word] = []
    changes: list[Change] = []
    raw_at = at = n = 0
    waiting = deque(edits)
    while n < len(line.words):
        last = n
        mine: list[Edit] = []
        while waiting and waiting[0].word <= last:  # a join pulls in the next word and what is edited there
            mine.append(waiting.popleft())
            last = max(last, mine[-1].last)
        group = line.words[n : last + 1]
        word, spans = _word(group, [replace(e, word=e.word - n, last_word=e.last - n) for e in mine])
        for edit, (a, b), (c, d) in spans:
            changes.append(Change(
                raw_start=raw_at + a, raw_end=raw_at + b, start=at + c, end=at + d, raw=word.raw[a:b],
                restored=word.restored[c:d], reason=edit.reason, score=round(edit.score, 4),
            ))
        known = [certainty[k] for k in range(n, last + 1) if k in certainty]
        read = [w.confidence for w in group if w.confidence is not None]
        sure = judge(min(known, default=None), min(read, default=None))
        if sure is not None and read and any(c.isdigit() for c in word.raw):
            sure = min(sure, *read)  # no language model is a witness of digits
        words.append(word.model_copy(update={"confidence": None if sure is None else round(min(1.0, sure), 4)}))
        raw_at += len(word.raw) + 1
        at += len(word.restored) + 1
        n = last + 1
    return line.model_copy(update={"words": tuple(words), "changes": tuple(changes)})


Span = tuple[int, int]


def _word(group: Sequence[Word], edits: Sequence[Edit]) -> tuple[Word, list[tuple[Edit, Span, Span]]]:
    """The words of a group as one, and where each edit lies in its raw and restored text."""
    texts = [nfc(w.raw) for w in group]
    starts = [sum(len(t) + 1 for t in texts[:k]) for k in range(len(texts))]
    raw, composed = " ".join(w.raw for w in group), " ".join(texts)
    same = raw == composed
    out, done, spans = "", 0, []
    for edit in edits:
        a, b = starts[edit.word] + edit.start, starts[edit.last] + edit.end
        out += composed[done:a]
        where = (a, b) if same else (0, len(raw))  # offsets into text that is not NFC: the whole word is named
        spans.append((edit, where, (len(out), len(out) + len(edit.text))))
        out += edit.text
        done = b
    out += composed[done:]
    if not same:
        spans = spans and [(spans[0][0], (0, len(raw)), (0, len(out)))]
    if len(group) == 1:
        return group[0].model_copy(update={"restored": out}), spans
    readings = {e: " ".join(w.readings.get(e, w.raw) for w in group) for w in group for e in w.readings}
    return Word(bbox=box_around(w.bbox for w in group), raw=raw, restored=out, readings=readings), spans
