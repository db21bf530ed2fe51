"""What was understood of each unit of a document, as spaCy documents with spans: for looking at, not for the parser.

Offsets of a span are offsets of the unit's text, and lead back to transcript lines and a box.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from dau.document.directive import Assignee, AssigneeRole, Directive, Evidence, Node
from dau.document.orthography import skeleton
from dau.document.transcript import Transcript

from .citing.mentions import find_mentions
from .duties.assignees import key
from .duties.deadlines import find_deadlines
from .facts.dates import day_of, find_dates
from .language import Mark, Reading, read
from .language.lexicon import award_forms
from .layout.lines import read_lines
from .places import Place, Places

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

SPANS = "dau"
"""Key in `doc.spans` of everything that was found."""
ROLES: Mapping[AssigneeRole, str] = {
    "lead": "chủ trì",
    "perform": "thực hiện",
    "coordinate": "phối hợp",
    "report_to": "nhận báo cáo",
}
COLOURS = {
    "chủ trì": "#8fd18f",
    "thực hiện": "#c3e6b5",
    "phối hợp": "#f6d88a",
    "nhận báo cáo": "#c9b6e8",
    "cơ quan": "#d5d9de",
    "chức danh": "#c2cfdb",
    "người": "#f2b8c6",
    "viện dẫn": "#a9c7f0",
    "ngày": "#bfe1d9",
    "thời hạn": "#f29c8e",
    "giao việc": "#e8e07a",
    "quan hệ": "#eee9bd",
    "khen thưởng": "#f5c26b",
}
"""Labels, each with the colour it is shown in."""
_UP = "A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ"
_PERSON = re.compile(rf"(?<!\w)(?:[Ôô]ng|[Bb]à|[Đđ]ồng chí|[Đđ]/c)\s+(?P<name>[{_UP}]\w+(?:\s+[{_UP}]\w+){{1,4}})")
_RELATIONS = ("coordinate", "direct", "report")

Found = tuple[int, int, str]
"""First and last offset (not included), and the label."""


@dataclass(frozen=True)
class Finding:
    """One span of a unit, and where it stands on paper."""

    start: int
    end: int
    label: str
    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Annotated:
    """A unit of the tree with what was found in its heading and text."""

    node: Node
    doc: Doc
    findings: tuple[Finding, ...]

    @property
    def text(self) -> str:
        """What offsets are offsets of."""
        return str(self.doc.text)


def annotate(text: str, assignees: Iterable[Assignee] = (), issued: date | None = None) -> Doc:
    """The text as a spaCy document; `doc.spans["dau"]` holds what was found, by place.

    `assignees` are those of the tasks the text holds: an agency named so bears its role, any other is only mentioned.
    """
    from spacy.tokens import SpanGroup  # imported with the first call: it takes a second

    from .language.pipeline import annotate as marked

    doc = marked(text)
    found = sorted({*_agencies(read(text), assignees), *_facts(text, issued), *_verbs(read(text))})
    spans = [doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in found]
    doc.spans[SPANS] = SpanGroup(doc, name=SPANS, spans=[span for span in spans if span is not None])
    return doc


def annotated(directive: Directive, transcript: Transcript) -> Iterator[Annotated]:
    """Unit by unit: what was understood of it, and where each finding stands."""
    places = Places(directive.nodes, read_lines(transcript))
    issued = day_of(directive.metadata.issued.date)
    roles: dict[str, list[Assignee]] = {}
    for task in directive.tasks:
        roles.setdefault(task.node, []).extend(task.assignees)
    for node in directive.nodes:
        text = unit_text(node)
        if text:
            doc = annotate(text, roles.get(node.id, ()), issued)
            findings = tuple(_finding(node, text, span, places) for span in doc.spans[SPANS])
            yield Annotated(node, doc, findings)


def unit_text(node: Node) -> str:
    """Heading and text of a unit, a line each."""
    return "\n".join(filter(None, (node.heading, node.text)))


# ------------------------------------------------------------------ what is found


def _offsets(reading: Reading, mark: Mark) -> tuple[int, int]:
    return reading.starts[mark.first], reading.end(mark.last - 1)


def _agencies(reading: Reading, assignees: Iterable[Assignee]) -> Iterator[Found]:
    """Agencies with their role in the tasks of the unit; titles and agencies that are only mentioned."""
    roles: dict[str, list[AssigneeRole]] = {}
    for assignee in assignees:
        roles.setdefault(key(assignee.name), []).append(assignee.role)
    for mark in reading.of("agency"):
        start, end = _offsets(reading, mark)
        named = roles.get(key(reading.span(mark).strip(" ,;:.-–")), ())
        for label in [ROLES[role] for role in named] or ["chức danh" if mark.kind == "role" else "cơ quan"]:
            yield start, end, label


def _verbs(reading: Reading) -> Iterator[Found]:
    """Verbs before an agency that lay a duty on it (giao, yêu cầu) or bring it in (phối hợp với, chỉ đạo, báo cáo)."""
    labels = {mark: "quan hệ" for label in _RELATIONS for mark in reading.of(label)}
    starts = {mark.first for mark in reading.of("opener")}
    for mark in (*reading.of("opener"), *labels):
        if reading.at("agency", mark.last) is not None and (mark.label == "opener" or mark.first not in starts):
            yield *_offsets(reading, mark), labels.get(mark, "giao việc")


def _facts(text: str, issued: date | None) -> Iterator[Found]:
    """Citations, deadlines, dates, persons, forms of award."""
    yield from ((m.start, m.end, "viện dẫn") for m in find_mentions(text))
    yield from ((d.start, d.end, "thời hạn") for d in find_deadlines(text, issued))
    yield from ((d.start, d.end, "ngày") for d in find_dates(text))
    yield from ((*m.span("name"), "người") for m in _PERSON.finditer(text))
    yield from ((*m.span(), "khen thưởng") for m in _forms().finditer(skeleton(text)))


@cache
def _forms() -> re.Pattern[str]:
    names = sorted({skeleton(form) for form in award_forms()}, key=lambda name: (-len(name), name))
    return re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b")


# ------------------------------------------------------------------ where it stands


def _finding(node: Node, text: str, span: Span, places: Places) -> Finding:
    place = place_of(places, node.id, text, span.start_char, span.end_char)
    return Finding(span.start_char, span.end_char, span.label_, span.text, place.evidence)


def place_of(places: Places, ident: str, text: str, start: int, end: int) -> Place:
    """Where `text[start:end]`, a stretch of a unit's text, stands on paper.

    All that goes before it is sought with it: the same words may stand there more than once.
    """
    wanted = text[start:end]
    words = places.node(ident, text[:end]).words
    last = words[len(words) - len(wanted.split()) :]
    if last and wanted and _letters([wanted]) in _letters(word.restored for _, word in last):
        return Place(tuple({line.id: line for line, _ in last}.values()), last)
    return places.node(ident, wanted)


def _letters(words: Iterable[str]) -> str:
    return "".join(c for word in words for c in word.casefold() if c.isalnum())


__all__ = ["COLOURS", "ROLES", "SPANS", "Annotated", "Finding", "annotate", "annotated", "place_of"]
