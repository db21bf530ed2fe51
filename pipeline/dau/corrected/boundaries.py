"""Where paragraphs begin and what is text, as people said: hints on lines of the transcript that the parser obeys.

The tree is parsed anew with the hints, so that ids, parents, fields, tasks and citations are those of a document that
was so from the beginning; nothing is moved about afterwards. Then it is looked whether it is as asked. A hint that the
parser cannot follow (a row of a table that shall continue a paragraph) is taken back, and its event is told as
unapplied. A component's body begins and ends at one line each: of several such events the last holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from dau.archive.review_events import LineTarget, ReviewEvent
from dau.document.directive import Directive
from dau.document.transcript import BBox, Boundary, Line, Transcript, TranscriptPage

from .ledger import Ledger, reviewed
from .reasons import Reason

_LEAST_OVERLAP = 0.5
Place = tuple[int, int]
"""Index of the page and of the line in it."""
Hints = Mapping[Place, ReviewEvent]


def line_target(page: TranscriptPage, line: Line) -> LineTarget:
    """The target that names a line."""
    return LineTarget(page=page.number, raw=line.raw, bbox=line.bbox, line=line.id)


def place_boundaries(transcript: Transcript, events: Sequence[ReviewEvent], ledger: Ledger) -> Hints:
    """The line of each event, in the order of the log; of several about one line the last holds."""
    found: dict[Place, ReviewEvent] = {}
    for event in events:
        assert isinstance(event.target, LineTarget)
        place = _find(transcript, event.target)
        if isinstance(place, Reason):
            ledger.unapplied(event, place)
            continue
        if place in found:
            ledger.superseded(found.pop(place))
        found[place] = event
        ledger.applied(event)
    return found


def _find(transcript: Transcript, target: LineTarget) -> Place | Reason:
    for p, page in enumerate(transcript.pages):
        if page.number != target.page:
            continue
        if target.bbox:
            box = target.bbox
            shares = [(line.raw == target.raw, share, -n) for n, line in enumerate(page.lines)
                      if line.words and (share := _shared(line.bbox, box)) >= _LEAST_OVERLAP]  # fmt: skip
            return (p, -max(shares)[-1]) if shares else Reason("line_gone")
        same = [n for n, line in enumerate(page.lines) if line.raw == target.raw and target.line in (None, line.id)]
        return (p, same[0]) if len(same) == 1 else Reason("line_ambiguous")
    return Reason("no_page", {"page": str(target.page)})


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
        where = _Where(directive, hinted)
        lines = {place: hinted.pages[place[0]].lines[place[1]] for place in left}
        unmet = [place for place, line in lines.items() if not where.met(line)]
        if not unmet:
            return Hinted(hinted, directive)
        if earlier := _overtaken(lines, unmet, where):
            for place in earlier:
                ledger.superseded(left.pop(place))
            continue
        for place in unmet:
            ledger.unapplied(left.pop(place), Reason("line_not_divisible"))


def _overtaken(lines: Mapping[Place, Line], unmet: Sequence[Place], where: _Where) -> list[Place]:
    """Of lines that are all said to begin, or to end, the body of one component: all but the one said last. `lines` are
    in the order in which people spoke. Only where one of them is not as asked: another then stands in its way."""
    groups: dict[tuple[str | None, str | None], list[Place]] = {}
    for place, line in lines.items():
        if line.boundary in ("body_begins", "body_ends"):
            groups.setdefault((line.boundary, where.component(line)), []).append(place)
    return [place for group in groups.values() if set(group) & set(unmet) for place in group[:-1]]


class _Where:
    """Where each line of a directive stands: in which component, in a node or not, at its beginning, at a body's."""

    def __init__(self, directive: Directive, transcript: Transcript) -> None:
        lines = [line for page in transcript.pages for line in page.lines]
        printed = {line.id: n for n, line in enumerate(lines) if line.words}
        above: dict[str, str | None] = {node.id: node.parent for node in directive.nodes}
        bodies: dict[str | None, list[str]] = {}
        self._components: dict[str | int, str | None] = {
            line: block.component for block in directive.blocks for line in block.lines
        }
        self._held: set[str | int] = set()
        self._begins: set[str | int] = set()
        for node in directive.nodes:
            component: str | None = node.parent
            while component in above:
                component = above[component]
            held = [line for each in node.evidence for line in each.lines or ()]
            self._components |= dict.fromkeys(held, component)
            self._held.update(held)
            self._begins.update(held[:1])
            bodies.setdefault(component, []).extend(str(line) for line in held if line in printed)
        self._first = {min(body, key=printed.__getitem__) for body in bodies.values() if body}
        self._last = {max(body, key=printed.__getitem__) for body in bodies.values() if body}

    def component(self, line: Line) -> str | None:
        return self._components.get(line.id)

    def met(self, line: Line) -> bool:
        """Whether a line is where its hint says that it should be."""
        if line.id not in self._held:
            return line.boundary == "noise"
        begins = line.id in self._begins
        asked = {
            "starts": begins, "continues": not begins, "body": True,
            "body_begins": line.id in self._first, "body_ends": line.id in self._last,
        }  # fmt: skip
        return asked.get(line.boundary or "", False)
