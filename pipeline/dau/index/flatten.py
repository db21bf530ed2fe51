"""A document as rows of the flat tables (`rows`).

The same document gives the same rows, in the order in which they can be loaded: what is referred to comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol, TypeVar

from dau.document import directive as d
from dau.document.orthography import bare, nfc
from dau.document.transcript import BBox, Transcript

from . import rows as r
from .naming import Context, agency_of, province_of

Box = tuple[int | None, float | None, float | None, float | None, float | None]
"""Page, left, top, right, bottom."""
Item = TypeVar("Item", d.Component, d.Node, d.Citation, d.Task, d.Award, d.Table)
_NOWHERE: Box = (None, None, None, None, None)


class Source(Protocol):
    """What is flattened: a document as it counts, corrections applied. `id` is the name of its folder, `inputs` the
    paths it came from."""

    @property
    def id(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def inputs(self) -> tuple[str, ...]: ...
    @property
    def directive(self) -> d.Directive: ...
    @property
    def transcript(self) -> Transcript: ...


def number_key(number: str | None) -> str | None:
    """A document's number as it is compared: "1423/QĐ-BTTTT" and "1423 /QD - BTTTT" are the same."""
    key = re.sub(r"\s+", "", bare(nfc(number or ""))).upper().replace("–", "-")
    return key or None


def rows_of(source: Source) -> Iterator[r.Row]:
    """All rows of a document. An agency comes once, before the first row that refers to it; other documents name it
    too, with the same row."""
    flat = _Flat(source)
    yield from flat.loaded(flat.document())
    for part in (
        flat.inputs, flat.components, flat.nodes, flat.blocks, flat.readings, flat.citations, flat.legal_bases,
        flat.tasks, flat.emulation, flat.awards, flat.tables, flat.recipients, flat.flags,
    ):  # fmt: skip
        yield from flat.loaded(part())


@dataclass
class _Flat:
    """The flattening of one document."""

    source: Source
    seen: set[str] = field(default_factory=set)
    new: list[r.Agency] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.id, self.read = self.source.id, self.source.directive
        meta = self.read.metadata
        above, day = meta.issuer.parent, _day(meta.issued.date)
        self.province = province_of(meta.issuer.name, above)
        printed = Context(self.id, day, self.province, issuer=above or meta.issuer.name, place=meta.place)
        parent = agency_of(above, printed) if above else None
        under = replace(printed, owner=parent.name if parent else None)
        self.issuer = agency_of(meta.issuer.name, under) if meta.issuer.name else None
        owner = self.issuer.name if self.issuer else None
        self.context = Context(self.id, day, self.province, meta.issuer.name, owner, meta.place)
        self.places = {node.id: _box(node.evidence) for node in self.read.nodes}
        self.cited = {citation.id for citation in self.read.citations}

    def loaded(self, made: Iterator[r.Row]) -> Iterator[r.Row]:
        """Rows with the agencies they are the first to name before them."""
        for row in made:
            yield from self.new
            self.new.clear()
            yield row

    def agency(self, name: str | None) -> str | None:
        found = agency_of(name, self.context) if name else None
        return self._met(found)

    def _met(self, found: r.Agency | None) -> str | None:
        if found is None:
            return None
        if found.id not in self.seen:
            self.seen.add(found.id)
            self.new.append(found)
        return found.id

    def page(self, node: str | None) -> int | None:
        return self.places.get(node or "", _NOWHERE)[0]

    def document(self) -> Iterator[r.Row]:
        read, meta = self.read, self.read.metadata
        file, name = read.source, read.source.filename if read.source else None
        yield r.Document(
            self.id, self.source.sha256, name, file.media_type if file else None, file.pages if file else None,
            meta.type.name, meta.type.symbol, meta.number.text, meta.number.raw, number_key(meta.number.text),
            meta.number.serial, meta.subject, meta.issuer.name, meta.issuer.symbol, meta.issuer.parent,
            self._met(self.issuer), self.province, meta.place, _iso(meta.issued.date), meta.issued.raw,
            _year(meta), _iso(meta.effective.date if meta.effective else None), meta.signer.authority,
            meta.signer.position, meta.signer.name, meta.secrecy, meta.urgency,
            read.confidence.document if read.confidence else None, sum(item.open for item in read.review),
        )  # fmt: skip

    def inputs(self) -> Iterator[r.Row]:
        for at, path in enumerate(self.source.inputs):
            yield r.Input(self.id, at, path)

    def components(self) -> Iterator[r.Row]:
        for at, part in enumerate(_unique(self.read.components)):
            pages = part.pages or (None,)
            yield r.Component(self.id, part.id, at, part.role, part.type, part.title, pages[0], pages[-1])

    def nodes(self) -> Iterator[r.Row]:
        depths: dict[str, int] = {}
        component: dict[str, str] = {}
        for at, node in enumerate(_unique(self.read.nodes)):
            known = node.parent in depths
            depths[node.id] = depths[node.parent] + 1 if known else 0
            component[node.id] = component[node.parent] if known else node.parent
            yield r.Node(
                self.id, node.id, at, component[node.id], node.parent if known else None, depths[node.id], node.kind,
                node.number, node.heading, node.text, *self.places[node.id],
            )  # fmt: skip

    def blocks(self) -> Iterator[r.Row]:
        boxes = {line.id: line.bbox for page in self.source.transcript.pages for line in page.lines}
        for at, block in enumerate(self.read.blocks):
            place = _box_of_lines([line for line in block.lines if isinstance(line, str)], boxes)
            yield r.Block(self.id, at, block.kind, block.component, block.text, *place)

    def readings(self) -> Iterator[r.Row]:
        changed = (
            (page.number, line) for page in self.source.transcript.pages for line in page.lines
            if any(word.raw != word.restored for word in line.words)
        )  # fmt: skip
        for at, (page, line) in enumerate(changed):
            yield r.Reading(self.id, at, line.id, line.raw, page, *(line.bbox or (None, None, None, None)))

    def citations(self) -> Iterator[r.Row]:
        own = number_key(self.read.metadata.number.text)
        components = {part.id for part in self.read.components}
        for at, cited in enumerate(_unique(self.read.citations)):
            key = number_key(cited.number)
            itself = key is not None and key == own and bool(components.intersection(cited.mentions))
            places = _mention_places(cited, self.places)
            yield r.Citation(
                self.id, cited.id, at, itself, cited.type, cited.number, key, cited.issuer,
                self.agency(cited.issuer), _iso(cited.date), cited.title, cited.raw, places[0][0] if places else None,
            )  # fmt: skip
            for n, place in enumerate(places):
                named = cited.mentions[n] if n < len(cited.mentions) else None
                yield r.Mention(self.id, cited.id, n, named if named in self.places else None, *place)

    def legal_bases(self) -> Iterator[r.Row]:
        for at, basis in enumerate(self.read.legal_bases):
            yield r.LegalBasis(self.id, at, basis.node, basis.text, self.page(basis.node))
            for n, cited in enumerate(c for c in basis.citations if c in self.cited):
                yield r.LegalBasisCitation(self.id, at, n, cited)

    def tasks(self) -> Iterator[r.Row]:
        for at, task in enumerate(_unique(self.read.tasks)):
            place = _box(task.evidence) if task.evidence else self.places.get(task.node, _NOWHERE)
            yield r.Task(
                self.id, task.id, at, task.node, task.text, task.kind, task.modality, task.field, task.confidence,
                *place,
            )  # fmt: skip
            for n, actor in enumerate(task.assignees):
                agency = self.agency(actor.name)
                yield r.Assignee(self.id, task.id, n, actor.name, actor.role, actor.inferred, agency, place[0])
            if task.deadline is not None:
                yield self._deadline(task.id, task.deadline, place)
            for n, cited in enumerate(c for c in task.citations if c in self.cited):
                yield r.TaskCitation(self.id, task.id, n, cited)

    def _deadline(self, task: str, deadline: d.Deadline, place: Box) -> r.Deadline:
        return r.Deadline(
            self.id, task, deadline.raw, deadline.kind, due_day(deadline), _iso(deadline.date), _iso(deadline.start),
            _iso(deadline.end), deadline.recurrence, deadline.duration, deadline.anchor,
            *(_box(deadline.evidence) if deadline.evidence else place),
        )  # fmt: skip

    def emulation(self) -> Iterator[r.Row]:
        emulation = self.read.emulation
        if emulation is None:
            return
        movement = emulation.movement
        launched = self.agency(movement.launched_by)
        yield r.Movement(self.id, movement.name, movement.launched_by, launched, movement.parent)
        kinds = {"subject": emulation.subjects, "content": emulation.contents, "criterion": emulation.criteria}
        for kind, texts in kinds.items():
            for at, item in enumerate(texts):
                yield r.Criterion(self.id, kind, at, item.node, item.text, self.page(item.node))

    def awards(self) -> Iterator[r.Row]:
        for at, award in enumerate(_unique(self.read.awards)):
            place = _box(award.evidence) if award.evidence else self.places.get(award.form_node or "", _NOWHERE)
            yield r.Award(
                self.id, award.id, at, award.form, award.conferred_by, self.agency(award.conferred_by),
                award.criteria_text, award.form_node, award.criteria_node, *place,
            )  # fmt: skip
            for n, name in enumerate(award.eligible):
                yield r.AwardEligible(self.id, award.id, n, name)

    def tables(self) -> Iterator[r.Row]:
        for at, table in enumerate(_unique(self.read.tables)):
            place = _box(table.evidence) if table.evidence else self.places.get(table.node, _NOWHERE)
            yield r.TableInText(
                self.id, table.id, at, table.node, table.title, " | ".join(table.columns) or None, len(table.columns),
                len(table.rows), *place,
            )  # fmt: skip
            for n, cells in enumerate(table.rows):
                for column, text in enumerate(cells):
                    heading = table.columns[column] if column < len(table.columns) else None
                    yield r.TableCell(self.id, table.id, n, column, heading, text, place[0])

    def recipients(self) -> Iterator[r.Row]:
        for at, item in enumerate(self.read.recipients):
            place = _box(item.evidence)
            yield r.Recipient(self.id, at, item.raw, item.purpose, *place)
            for n, name in enumerate(item.organisations):
                yield r.RecipientOrganisation(self.id, at, n, name, self.agency(name), place[0])

    def flags(self) -> Iterator[r.Row]:
        for at, item in enumerate(self.read.review):
            raw = item.raw if item.raw is None or isinstance(item.raw, str) else " | ".join(item.raw)
            yield r.Flag(
                self.id, at, item.code, item.severity, item.needs_review, item.field, item.node, item.message, raw,
                item.resolved, item.expected_loss, item.page or self.page(item.node),
            )  # fmt: skip


_CLOCK = re.compile(r"tr[ưu][ớo]c\s+0*[1-9]\d?\s*(?:giờ|gio|h|:)", re.IGNORECASE)
"""An hour within the day: "trước 17 giờ 00", "trước 10h30"; not 00 giờ, where the day begins."""


def due_day(deadline: d.Deadline) -> r.Day | None:
    """The last day on which a duty is done in time: of "trước ngày 30/9" the 29th, of "trước 17 giờ ngày 30/9" the
    30th. None where the text alone names no day: times that recur, that count from an event, or that only begin."""
    day = _day(deadline.date)
    if deadline.kind == "before" and _CLOCK.search(deadline.raw or ""):
        return _iso(deadline.date)
    if deadline.kind == "before":
        day = day or _day(deadline.end)
        return r.Day((day - timedelta(days=1)).isoformat()) if day and day > date.min else None
    if deadline.kind in ("by", "until", "between"):
        return _iso(deadline.end) or _iso(deadline.date)
    return None


def _day(text: str | None) -> date | None:
    """A calendar day, or None for what is none: ids such as `2021-W05`, or times, are not dates either."""
    if text is None or not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _iso(text: str | None) -> r.Day | None:
    day = _day(text)
    return r.Day(day.isoformat()) if day else None


def _year(meta: d.Metadata) -> int | None:
    day = _day(meta.issued.date)
    if day is not None:
        return day.year
    year = meta.number.year or ""
    return int(year) if re.fullmatch(r"\d{4}", year, re.ASCII) else None


def _box(evidence: Sequence[d.Evidence]) -> Box:
    """Where something begins: page and box of its first piece."""
    if not evidence:
        return _NOWHERE
    first = evidence[0]
    return (first.page, *(first.bbox or (None, None, None, None)))


def _box_of_lines(ids: Sequence[str], boxes: dict[str, BBox | None]) -> Box:
    """Page of the first line, and the box around those of its lines that stand on it."""
    if not ids or not (found := re.match(r"p(\d+)-", ids[0])):
        return _NOWHERE
    there = [box for line in ids if line.startswith(found[0]) and (box := boxes.get(line))]
    if not there:
        return (int(found[1]), None, None, None, None)
    left, top, right, bottom = zip(*there, strict=True)
    return (int(found[1]), min(left), min(top), max(right), max(bottom))


def _mention_places(cited: d.Citation, places: dict[str, Box]) -> list[Box]:
    """A place for each mention: its own evidence where there is one for each, else the node's; evidence beyond the
    mentions is kept."""
    if len(cited.evidence) >= len(cited.mentions):
        return [_box((piece,)) for piece in cited.evidence]
    return [places.get(node, _NOWHERE) for node in cited.mentions]


def _unique(items: Sequence[Item]) -> Iterator[Item]:
    """Items with an id, each id once: a file from elsewhere may repeat one."""
    seen: set[str] = set()
    for item in items:
        if item.id not in seen:
            seen.add(item.id)
            yield item
