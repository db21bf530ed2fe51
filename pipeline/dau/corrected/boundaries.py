"""Where paragraphs begin and what is text, as people said: hints on lines of the transcript that the parser obeys.

The tree is parsed anew with the hints, so that ids, parents, tasks and citations are those of a tree that was so from
the beginning; nothing is moved about afterwards. Then it is looked whether the tree is as asked. A hint that the parser
cannot follow (the line is in a table, or in the header) is taken back, and its event is told as unapplied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from dau.archive.reviews import LineTarget, ReviewEvent
from dau.document.directive import Directive
from dau.document.transcript import BBox, Boundary, Line, Transcript, TranscriptPage

from .ledger import Ledger, reviewed

_LEAST_OVERLAP = 0.5
Place = tuple[int, int]
"""Index of the page and of the line in it."""
Hints = Mapping[Place, ReviewEvent]


def line_target(page: TranscriptPage, line: Line) -> LineTarget:
    """The target that names a line."""
    return LineTarget(page=page.number, raw=line.raw, bbox=line.bbox, line=line.id)


def place_boundaries(transcript: Transcript, events: Sequence[ReviewEvent], ledger: Ledger) -> Hints:
    """The line of each event; of several about one line the last holds."""
    found: dict[Place, ReviewEvent] = {}
    for event in events:
        assert isinstance(event.target, LineTarget)
        place = _find(transcript, event.target)
        if isinstance(place, str):
            ledger.unapplied(event, place)
            continue
        if place in found:
            ledger.superseded(found[place])
        found[place] = event
        ledger.applied(event)
    return found


def _find(transcript: Transcript, target: LineTarget) -> Place | str:
    for p, page in enumerate(transcript.pages):
        if page.number != target.page:
            continue
        if target.bbox:
            box = target.bbox
            shares = [(line.raw == target.raw, share, -n) for n, line in enumerate(page.lines)
                      if line.words and (share := _shared(line.bbox, box)) >= _LEAST_OVERLAP]  # fmt: skip
            return (p, -max(shares)[-1]) if shares else "không còn dòng nào ở chỗ này trên trang"
        same = [n for n, line in enumerate(page.lines) if line.raw == target.raw and target.line in (None, line.id)]
        return (p, same[0]) if len(same) == 1 else "không còn dòng này, hoặc có nhiều dòng giống nhau"
    return f"kết quả này không có trang {target.page}"


def _shared(a: BBox | None, b: BBox) -> float:
    """What two boxes share along the axis on which they share less: of both together across the page, of the smaller
    one in height, which engines measure differently."""
    if a is None:
        return 0.0
    width = max(a[2], b[2]) - min(a[0], b[0])
    height = min(a[3] - a[1], b[3] - b[1])
    if width <= 0 or height <= 0:
        return 0.0
    return min((min(a[2], b[2]) - max(a[0], b[0])) / width, (min(a[3], b[3]) - max(a[1], b[1])) / height)


def with_hints(transcript: Transcript, hints: Hints) -> Transcript:
    """The transcript with the hints on its lines."""
    pages = list(transcript.pages)
    for (p, n), event in sorted(hints.items(), key=lambda item: item[0]):
        lines = list(pages[p].lines)
        said = reviewed(event, "corrected")
        lines[n] = lines[n].model_copy(update={"boundary": cast(Boundary, event.after), "reviewed": said})
        pages[p] = pages[p].model_copy(update={"lines": tuple(lines)})
    return transcript.model_copy(update={"pages": tuple(pages)})


@dataclass(frozen=True)
class Hinted:
    """The transcript with the hints the parser could follow, and what it made of it."""

    transcript: Transcript
    directive: Directive


def parsed_with(
    transcript: Transcript, hints: Hints, parse: Callable[[Transcript], Directive], ledger: Ledger
) -> Hinted:
    """Parse with all hints; without those that had not the effect that was asked for, until the others have."""
    left = dict(hints)
    while True:
        hinted = with_hints(transcript, left)
        directive = parse(hinted)
        unmet = [place for place in left if not _met(hinted.pages[place[0]].lines[place[1]], directive)]
        for place in unmet:
            ledger.unapplied(left.pop(place), "chỗ này của văn bản (bảng, phần đầu, chữ ký …) không chia được như vậy")
        if not unmet:
            return Hinted(hinted, directive)


def _met(line: Line, directive: Directive) -> bool:
    """Whether the line is where it should be."""
    for node in directive.nodes:
        held = [x for each in node.evidence for x in each.lines or ()]
        if line.id in held:
            first = held[0] == line.id
            return {"starts": first, "continues": not first, "body": True}.get(line.boundary or "", False)
    return line.boundary == "noise"
