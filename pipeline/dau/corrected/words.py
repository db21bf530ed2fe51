"""Words as people corrected them, laid over a transcript.

A word is found again by its box: whatever engine read the page, and as what, it is the same place of the same scan. In
text without boxes it is found by its line and what was read there. All are found in the machine's transcript before
any is changed, so that what one reviewer said does not hide what another one meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dau.archive.review_events import ReviewEvent, WordTarget
from dau.document.orthography import letters
from dau.document.transcript import BBox, Change, Line, Transcript, TranscriptPage, Word, box_around

from .ledger import Ledger, reviewed
from .reasons import Reason

_LEAST_OVERLAP = 0.5
"""How much of both together two boxes must share, along the line, to be the same place."""
_MOST_BEYOND = 0.6
"""How far words may stick out of the box along the line, in heights of the line: engines differ by less, a letter of
another word is more."""
_LONGEST_RUN = 40
"""The most words that can be corrected as one."""


@dataclass(frozen=True, order=True)
class Run:
    """Words `first` … `last` of a line, by their indices in the transcript."""

    page: int
    line: int
    first: int
    last: int

    def overlaps(self, other: Run) -> bool:
        return (self.page, self.line) == (other.page, other.line) and (
            self.first <= other.last and other.first <= self.last
        )


@dataclass(frozen=True)
class _Said:
    """What holds of a run: the text, who said so, and who agreed."""

    text: str
    event: ReviewEvent
    corrected: bool
    agreed: tuple[ReviewEvent, ...] = ()


def word_target(page: TranscriptPage, line: Line, first: int, last: int | None = None) -> WordTarget:
    """The target that names words `first` … `last` (counted from 0, `last` included) of a line."""
    words = line.words[first : (first if last is None else last) + 1]
    before = line.words[:first]
    return WordTarget(
        page=page.number,
        raw=" ".join(w.raw for w in words),
        bbox=box_around(w.bbox for w in words),
        line=line.id,
        start=sum(len(w.raw) + 1 for w in before),
    )


def correct_words(transcript: Transcript, events: Sequence[ReviewEvent], ledger: Ledger) -> Transcript:
    """The transcript with the word events applied; the same object where there is nothing to apply. What became of
    each event goes into `ledger`."""
    said: dict[Run, _Said] = {}
    for event in events:
        assert isinstance(event.target, WordTarget)
        run = find(transcript, event.target)
        if isinstance(run, Reason):
            ledger.unapplied(event, run)
        elif event.action == "accept":
            _accept(transcript, run, event, said, ledger)
        else:
            for other in [known for known in said if known.overlaps(run)]:
                earlier = said.pop(other)
                for overtaken in (earlier.event, *earlier.agreed):
                    ledger.superseded(overtaken)
            said[run] = _Said(str(event.after), event, corrected=True)
            ledger.applied(event)
    return _rewritten(transcript, said) if said else transcript


def _accept(
    transcript: Transcript, run: Run, event: ReviewEvent, said: dict[Run, _Said], ledger: Ledger
) -> None:
    """An acceptance is of what was read, or of what another reviewer had made of it."""
    now = said[run].text if run in said else " ".join(w.restored for w in _words(transcript, run))
    if event.before is not None and event.before != now:
        ledger.unapplied(event, Reason("word_differs", {"now": now}))
    elif run in said:
        said[run] = replace(said[run], agreed=(*said[run].agreed, event))
        ledger.applied(event)
    elif any(known.overlaps(run) for known in said):
        ledger.unapplied(event, Reason("word_part_corrected"))
    else:
        said[run] = _Said(now, event, corrected=False)
        ledger.applied(event)


# --------------------------------------------------------------------- finding


def find(transcript: Transcript, target: WordTarget) -> Run | Reason:
    """Where the words of a target are, or why they are not found."""
    for p, page in enumerate(transcript.pages):
        if page.number == target.page:
            return _by_box(p, page, target, target.bbox) if target.bbox else _by_text(p, page, target)
    return Reason("no_page", {"page": str(target.page)})


def _by_box(p: int, page: TranscriptPage, target: WordTarget, box: BBox) -> Run | Reason:
    """The run that fills the box best; one that was read as the reviewer saw it before all others, for boxes of
    neighbours may lie one in another."""
    along = 1 if page.rotation in (90, 270) else 0  # the axis the lines run along, on the page as displayed
    found: list[tuple[bool, float, bool, int, int, Run]] = []
    for n, line in enumerate(page.lines):
        for first, last, share in _covering(line, box, along):
            raw = " ".join(w.raw for w in line.words[first : last + 1])
            apart = abs(sum(len(w.raw) + 1 for w in line.words[:first]) - (target.start or 0))
            hinted = line.id == target.line
            found.append((raw == target.raw, share, hinted, first - last, -apart, Run(p, n, first, last)))
    if not found:
        return Reason("word_gone")
    best = max(found)[-1]
    if _holds_more(page.lines[best.line].words[best.first : best.last + 1], target.raw, box, along):
        return Reason("word_joined")
    return best


def _holds_more(words: Sequence[Word], raw: str, box: BBox, along: int) -> bool:
    """Whether words were read together with a neighbour of what stood in the box: put in their place, a correction
    would take the neighbour away."""
    hull = box_around(w.bbox for w in words)
    if hull is None or len(letters(" ".join(w.raw for w in words))) <= len(letters(raw)):
        return False
    beyond = max(0.0, box[along] - hull[along]) + max(0.0, hull[along + 2] - box[along + 2])
    height = min(hull[3 - along] - hull[1 - along], box[3 - along] - box[1 - along])
    return beyond > _MOST_BEYOND * height


def _covering(line: Line, box: BBox, along: int) -> Iterator[tuple[int, int, float]]:
    """Runs of words of a line that are about as long as the box and lie at its height, and how well they fill it."""
    across = 1 - along
    near = [n for n, w in enumerate(line.words) if w.bbox and all(_touch(w.bbox, box, axis) for axis in (0, 1))]
    for first in near:
        for last in near[near.index(first) : near.index(first) + _LONGEST_RUN]:
            hull = box_around(w.bbox for w in line.words[first : last + 1])
            if hull and _shared(hull, box, along) >= _LEAST_OVERLAP and _middle_within(hull, box, across):
                yield first, last, round(_shared(hull, box, along) * _shared(hull, box, across), 2)


def _touch(a: BBox, b: BBox, axis: int) -> bool:
    return a[axis] <= b[axis + 2] and b[axis] <= a[axis + 2]


def _middle_within(a: BBox, b: BBox, axis: int) -> bool:
    """Whether the middle of one of two boxes lies within the other, along one axis."""
    x, y = (a[axis] + a[axis + 2]) / 2, (b[axis] + b[axis + 2]) / 2
    return b[axis] <= x <= b[axis + 2] or a[axis] <= y <= a[axis + 2]


def _shared(a: BBox, b: BBox, axis: int) -> float:
    """What two boxes share of both together, along one axis."""
    whole = max(a[axis + 2], b[axis + 2]) - min(a[axis], b[axis])
    return (min(a[axis + 2], b[axis + 2]) - max(a[axis], b[axis])) / whole if whole > 0 else 0.0


def _by_text(p: int, page: TranscriptPage, target: WordTarget) -> Run | Reason:
    """In the line that is named, the occurrence nearest to where it stood; where no line is named, the only one of
    the page. Anything looser might put a correction on another word that happens to read the same."""
    found = [
        (start, Run(p, n, first, last))
        for n, line in enumerate(page.lines)
        if target.line in (None, line.id)
        for start, first, last in _spelling(line, target.raw)
    ]
    if not found:
        return Reason("word_not_in_line" if target.line else "word_not_on_page")
    if target.line is None or target.start is None:
        return found[0][1] if len(found) == 1 else Reason("word_ambiguous")
    at = target.start
    return min(found, key=lambda each: abs(each[0] - at))[1]


def _spelling(line: Line, raw: str) -> Iterator[tuple[int, int, int]]:
    """Runs of whole words that were read as `raw`: characters of the line's raw text before them, first, last."""
    starts = _starts([w.raw for w in line.words])
    ends = {start + len(w.raw): n for n, (start, w) in enumerate(zip(starts, line.words, strict=True))}
    text = line.raw
    for first, start in enumerate(starts):
        last = ends.get(start + len(raw))
        if last is not None and last >= first and text.startswith(raw, start):
            yield start, first, last


def _starts(texts: Sequence[str]) -> list[int]:
    """Where each of the texts begins when they are joined by one space."""
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    return starts


def _words(transcript: Transcript, run: Run) -> tuple[Word, ...]:
    return transcript.pages[run.page].lines[run.line].words[run.first : run.last + 1]


# ------------------------------------------------------------------- rewriting


def _rewritten(transcript: Transcript, said: Mapping[Run, _Said]) -> Transcript:
    by_line: dict[tuple[int, int], dict[Run, _Said]] = {}
    for run in sorted(said):
        by_line.setdefault((run.page, run.line), {})[run] = said[run]
    pages = list(transcript.pages)
    for (p, n), runs in by_line.items():
        lines = list(pages[p].lines)
        lines[n] = _line(lines[n], runs)
        pages[p] = pages[p].model_copy(update={"lines": tuple(lines)})
    return transcript.model_copy(update={"pages": tuple(pages)})


def _line(line: Line, runs: Mapping[Run, _Said]) -> Line:
    """A line with its runs replaced. `raw` of the line stays, character for character; the changes that fall into a
    corrected run give way to the reviewer's, those behind it move along."""
    words: list[Word] = []
    at = 0
    for run, what in runs.items():
        words += line.words[at : run.first]
        old = line.words[run.first : run.last + 1]
        words += [_corrected(old, what)] if what.corrected else [_accepted(w, what.event) for w in old]
        at = run.last + 1
    words += line.words[at:]
    return line.model_copy(update={"words": tuple(words), "changes": tuple(_changes(line, runs))})


def _corrected(old: Sequence[Word], what: _Said) -> Word:
    engines = dict.fromkeys(engine for word in old for engine in word.readings)
    sure = [w.confidence for w in old if w.confidence is not None]
    machine = " ".join(w.restored for w in old)
    return Word(
        bbox=box_around(w.bbox for w in old),
        raw=" ".join(w.raw for w in old),
        restored=what.text,
        confidence=1.0,
        readings={e: " ".join(filter(None, (w.readings.get(e, "") for w in old))) for e in engines},
        alternatives=old[0].alternatives if len(old) == 1 else (),
        reviewed=reviewed(what.event, "corrected", machine, min(sure) if sure else None),
    )


def _accepted(word: Word, event: ReviewEvent) -> Word:
    seen = reviewed(event, "accepted", word.restored, word.confidence)
    return word.model_copy(update={"confidence": 1.0, "reviewed": seen})


def _changes(line: Line, runs: Mapping[Run, _Said]) -> Iterator[Change]:
    raw_starts = _starts([w.raw for w in line.words])
    starts = _starts([w.restored for w in line.words])
    edits: list[Change] = []
    spans: list[tuple[int, int, int]] = []  # of the raw text: start, end, and how much longer the restored text got
    moved = 0
    for run, what in runs.items():
        if not what.corrected:
            continue
        raw_end = raw_starts[run.last] + len(line.words[run.last].raw)
        end = starts[run.last] + len(line.words[run.last].restored)
        raw, start = line.raw[raw_starts[run.first] : raw_end], starts[run.first] + moved
        grown = len(what.text) - (end - starts[run.first])
        spans.append((raw_starts[run.first], raw_end, grown))
        moved += grown
        if raw != what.text:
            edits.append(
                Change(
                    raw_start=raw_starts[run.first], raw_end=raw_end, start=start, end=start + len(what.text), raw=raw,
                    restored=what.text, reason="reviewer", score=1.0,
                )
            )  # fmt: skip
    kept = [change for change in line.changes if not any(a < change.raw_end and change.raw_start < b
                                                         for a, b, _ in spans)]
    for change in kept:
        by = sum(grown for _, b, grown in spans if b <= change.raw_start)
        edits.append(change.model_copy(update={"start": change.start + by, "end": change.end + by}))
    yield from sorted(edits, key=lambda change: (change.raw_start, change.raw_end))


# ------------------------------------------------------------------ for the parser


def as_printed(transcript: Transcript) -> Transcript:
    """The transcript for the parser: of words that a person looked at, only what they said. What the engines made of
    them is no doubt any more."""
    return transcript.model_copy(
        update={"pages": tuple(page.model_copy(update={"lines": tuple(map(_settled, page.lines))})
                               for page in transcript.pages)}
    )  # fmt: skip


def _settled(line: Line) -> Line:
    if not any(word.reviewed for word in line.words):
        return line
    words = tuple(
        word.model_copy(update={"raw": word.restored, "readings": {}, "alternatives": ()}) if word.reviewed else word
        for word in line.words
    )
    return line.model_copy(update={"words": words})
