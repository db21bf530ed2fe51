"""Tasks (nhiệm vụ): who must do what by when, unit by unit of the operative part.

A task is the smallest numbered unit that lays a duty on somebody (docs/structure-language.md). It is split where the
actor or the deadline changes inside it, or where it enumerates duties ("…; Tham mưu …; Phối hợp …"). The actor is
taken from the sentence, else from the sentence before, the heading, the unit above, or the lead-in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from dau.document.directive import (
    AssigneeRole,
    Citation,
    Component,
    Metadata,
    Modality,
    Node,
    ReviewItem,
    Table,
    Task,
    TaskKind,
)

from ..facts.dates import day_of
from ..language import read
from ..language.sentences import sentences
from .assignees import (
    Actor,
    Subject,
    assignees,
    coordinating,
    directed,
    heading_actors,
    key,
    opening,
    receiving,
    subject,
)
from .counts import check_counts
from .deadlines import governing
from .doubtful_actors import unread_actor, unread_headings
from .doubtful_tasks import doubt, verdicts
from .doubtful_times import doubtful_times
from .hints import may_head_duties, may_name_actor, may_name_others
from .sections import (
    Tree,
    background,
    executes,
    field_of,
    free,
    in_preamble,
    is_field,
    lists_tasks,
    rules,
    silent,
    type_of,
)
from .task_parts import Part, narrower, nobody_acts, parts_of, similar, who_acts

_UNITS = frozenset({"item", "point", "bullet", "paragraph", "clause", "article", "heading"})
_NUMBERED = frozenset({"item", "point", "clause"})
_FIELD_KINDS = frozenset({"item", "point", "table_row", "clause"})
_QUIET_OWNERS = frozenset({"paragraph", "table_row"})
_WORDED = re.compile(r"[^\W\d_]{2}")
"""A unit that says anything: a page number that was read as text lays no duty."""


@dataclass(frozen=True)
class _Source:
    """Where a unit's actor comes from when it names nobody: its owner (a `heading`, the unit above) or a lead-in."""

    actors: tuple[Actor, ...] = ()
    modality: Modality | None = None
    owner: bool = False
    heading: bool = False
    field: str | None = None
    coordinators: tuple[Actor, ...] = ()


@dataclass(frozen=True)
class _Context:
    """What holds for the whole document."""

    tree: Tree
    type: str | None
    issuer: str | None
    issued: date | None
    citations: tuple[Citation, ...]
    fields: frozenset[str] = frozenset()
    """Rows of tables whose heading is a field (lĩnh vực), as the head of its column says."""
    sources: dict[str, _Source] = field(default_factory=dict)
    """By unit, what those under it inherit, once it was asked for."""


# ---------------------------------------------------------------- where actors come from


def _of_heading(node: Node, own: bool, fields: frozenset[str]) -> _Source | None:
    """The heading's agencies, or the field (lĩnh vực) that a heading over items names; both where a table's column of
    fields holds agencies ("Các cơ quan, đơn vị khác")."""
    if not node.heading:
        return None
    found = heading_actors(read(node.heading)) if may_head_duties(node.heading) else None
    if found:
        field = field_of(node.heading) if node.id in fields else None
        return _Source(found.actors, found.modality, owner=True, heading=True, field=field)
    if (led := _of_clause(node.heading)) is not None:
        return replace(led, heading=True)
    if node.kind in _FIELD_KINDS and not (own and node.text):
        return _Source(field=field_of(node.heading), owner=True)
    return None


def _of_clause(text: str) -> _Source | None:
    """The subject of a lead-in; whom it coordinates with too, if it says no more ("X chủ trì, phối hợp với Y:")."""
    if not may_name_actor(text):
        return None
    reading = read(text)
    last = len(reading.words)
    said = subject(reading, 0, last)
    if said is None:
        return None
    others = tuple(coordinating(reading, 0, last, said.end))
    closes = text.rstrip(" .:;").endswith(others[-1].name) if others else False
    return _Source(said.actors, said.modality, owner=True, coordinators=others if closes else ())


def _of_unit_above(node: Node) -> _Source | None:
    """The subject of the first sentence of the unit above."""
    if not node.text or in_preamble(node):
        return None
    spans = sentences(node.text)
    return _of_clause(node.text[slice(*spans[0])]) if spans else None


def _of_lead_in(node: Node, tree: Tree) -> _Source | None:
    """ "… yêu cầu các sở, ngành thực hiện các nhiệm vụ sau:" before a list."""
    for other in tree.lead_ins(node):
        text = other.text or ""
        said = who_acts(text[slice(*sentences(text)[-1])])
        if said and (said.modality or not in_preamble(other)):
            return _Source(said.actors, said.modality)
    return None


def _source(node: Node, context: _Context) -> _Source:
    """The actor a unit inherits, and the field it stands under."""
    own = _of_heading(node, True, context.fields) or _of_lead_in(node, context.tree)
    if own:
        return own
    if node.parent not in context.sources:
        context.sources[node.parent] = _inherited(context.tree.ancestors(node), context)
    return context.sources[node.parent]


def _inherited(above: Sequence[Node], context: _Context) -> _Source:
    """What the nearest unit above says. A heading that names no agency ("1. Công tác phòng ngừa") hides neither the
    article nor the unit over it that put somebody to work ("Điều 2. Công ty X chịu trách nhiệm …:")."""
    for place, node in enumerate(above):
        found = _of_above(node, context)
        if found is None:
            continue
        if found.actors or not found.field:
            return found
        announced = (_of_unit_above(other) for other in above[place + 1 :] if _announces(other))
        owner = next(filter(None, announced), None)
        return replace(owner, field=None) if owner else found
    return _Source()


def _announces(node: Node) -> bool:
    return node.kind not in _QUIET_OWNERS and (node.text or "").rstrip().endswith(":")


def _of_above(node: Node, context: _Context) -> _Source | None:
    """What a unit says of those under it: in its heading, in its text, in the lead-in before it."""
    said = _of_heading(node, False, context.fields) or _of_unit_above(node)
    return said or _of_lead_in(node, context.tree)


# ---------------------------------------------------------------- which units are duties


def _is_lead_in(node: Node, tree: Tree) -> bool:
    """Ends in a colon over its own list; a bare paragraph before a list counts as a duty if it names its actor."""
    text = (node.text or "").strip()
    if not text.endswith(":"):
        return False
    if tree.children.get(node.id) or node.kind != "paragraph" or node.parent not in tree.by_id:
        return True
    return who_acts(text[slice(*sentences(text)[0])]) is None


def _continues(node: Node, tree: Tree, appendix: bool) -> bool:
    """In an appendix the numbered item is the duty: an unnumbered paragraph under it goes on with it."""
    above = tree.by_id.get(node.parent)
    return appendix and node.kind == "paragraph" and above is not None and above.kind in _NUMBERED and bool(above.text)


def _whole(node: Node, tree: Tree, appendix: bool) -> Node:
    """A unit with the paragraphs that go on with it."""
    more = [child.text for child in tree.children.get(node.id, ()) if _continues(child, tree, appendix)]
    return node.model_copy(update={"text": "\n".join(filter(None, (node.text, *more)))}) if more else node


def _candidate(node: Node, context: _Context) -> bool:
    """Whether a unit stands where duties are laid and is not merely the lead-in of a list."""
    if not _WORDED.search(node.text or "") or (node.kind not in _UNITS and node.kind != "section"):
        return False
    component = context.tree.component(node)
    kind = type_of(component, context.type)
    appendix = component is not None and component.role == "appendix"
    if silent(kind) or (node.kind not in _UNITS and not appendix) or _continues(node, context.tree, appendix):
        return False
    if in_preamble(node, appendix) and kind != "công văn":
        return False
    headings = [above.heading for above in [node, *context.tree.ancestors(node)] if above.heading]
    if rules(kind, headings) or (appendix and not lists_tasks(component, headings)):
        return False
    if any(map(background, headings)) or executes(node.text or ""):
        return False
    return not _is_lead_in(node, context.tree)


def _acts(text: str) -> bool:
    """Begins with a verb, its links ("Đồng thời, …") and adjuncts ("Theo chức năng, nhiệm vụ được giao …") apart; or
    says who leads ("chủ trì"), though not by a name that can be read."""
    reading = read(text)
    first = opening(reading, 0, len(reading.words))
    verbs = {verb.first for verb in reading.of("verb")}
    led = reading.at("adjunct", first) is not None
    if first in verbs or (first + 1 in verbs and not led):
        return True
    if any(reading.span(verb).lower() == "chủ trì" for verb in reading.of("verb")):
        return True
    by_function = "chức" in reading.words[first : first + 4]
    return led and (by_function or any(word == "," and at + 1 in verbs for at, word in enumerate(reading.words)))


# ---------------------------------------------------------------- tasks


def _who(own: Subject | None, said: Subject | None, source: _Source) -> tuple[tuple[Actor, ...], Modality | None]:
    """Actors and modality of a part: its own; in a unit under its owner's heading, the owner as the heading has it."""
    same = own is not None and len(own.actors) == len(source.actors) and similar(own.actors, source.actors)
    if own and source.owner and same and (source.heading or not narrower(own.actors, source.actors)):
        return source.actors, own.modality or source.modality
    if own:
        return own.actors, own.modality
    if said:
        return said.actors, said.modality
    return source.actors, source.modality


def _kind(actors: Sequence[Actor], modality: Modality | None, source: _Source, appendix: bool, own: bool) -> TaskKind:
    if appendix:
        return "appendix_item"
    if modality == "appeals":
        return "appeal"
    if source.field and not own:
        return "field_objective"
    if not actors:
        return "solution"
    owned = source.heading and not own
    return "assignment" if owned or any(not actor.collective for actor in actors) else "collective"


def _cited(node: Node, text: str, citations: Sequence[Citation]) -> tuple[str, ...]:
    """Documents the unit cites, as far as this part of it holds their wording or serial number."""
    plain = re.sub(r"\s+", " ", text)
    found = []
    for citation in citations[1:]:
        if node.id not in citation.mentions:
            continue
        clues = [re.sub(r"\s+", " ", clue) for clue in (citation.raw, citation.number, citation.title) if clue]
        serial = re.match(r"\d+", citation.number or "")
        if any(clue in plain for clue in clues) or (serial and re.search(rf"\b{serial[0]}\s?[-/|]", plain)):
            found.append(citation.id)
    return tuple(found)


def _others(part: Part, source: _Source) -> tuple[tuple[AssigneeRole, list[Actor]], ...]:
    """Who else has a role in a part: those it coordinates with, directs, or reports to."""
    if not may_name_others(part.text):
        return (("coordinate", list(source.coordinators)),)
    reading = read(part.text)
    last = len(reading.words)
    end = part.subject.end if part.subject else 0
    return (
        ("coordinate", [*coordinating(reading, 0, last, end), *source.coordinators]),
        ("perform", directed(reading, 0, last)),
        ("report_to", receiving(reading, 0, last)),
    )


def _task(node: Node, part: Part, said: Subject | None, source: _Source, appendix: bool, context: _Context) -> Task:
    actors, modality = _who(part.subject, said, source)
    people = assignees(actors, _others(part, source))
    return Task(
        id="",
        node=node.id,
        text=part.text,
        modality=modality,
        assignees=people,
        field=source.field,
        kind=_kind(actors, modality, source, appendix, part.subject is not None),
        deadline=governing(list(part.deadlines)),
        citations=_cited(node, part.text, context.citations),
    )


def _tasks(node: Node, context: _Context) -> Iterator[tuple[Task, Part]]:
    """The tasks of one unit, ids still to be given, each with the part of the text it is made of."""
    component = context.tree.component(node)
    appendix = component is not None and component.role == "appendix"
    loose = appendix or free(type_of(component, context.type))
    source = _source(node, context)
    if not loose and not source.actors and nobody_acts(node.text or ""):
        return
    said: Subject | None = None
    inherited = () if source.heading else source.actors
    for part in parts_of(_whole(node, context.tree, appendix), context.issued, inherited):
        named = bool(part.subject or said or source.actors)
        if not named and not (loose and (source.field or _acts(part.text))):
            continue
        actors, modality = _who(part.subject, said, source)
        if not loose and not _obliges(actors, modality or source.modality, context):
            continue
        said = part.subject or said
        yield _task(node, part, said, source, appendix, context), part


def _obliges(actors: Sequence[Actor], modality: Modality | None, context: _Context) -> bool:
    """In a document that does not lay duties by its nature: an order or request; or, but for a công văn, another
    agency than the issuer, who only tells what it does itself."""
    if modality is not None:
        return True
    if (context.type or "").casefold() == "công văn":
        return False
    issuer = key(context.issuer or "")
    return not (issuer and any(key(actor.name) == issuer for actor in actors))


def _fields(nodes: Sequence[Node], tables: Sequence[Table]) -> frozenset[str]:
    """The rows of tables that have "Lĩnh vực" as the first column behind the row's number."""
    named = {t.node for t in tables if len(t.columns) > 1 and is_field(t.columns[1])}
    return frozenset(n.id for n in nodes if n.kind == "table_row" and n.parent in named)


def find_tasks(
    nodes: Sequence[Node],
    metadata: Metadata,
    components: Sequence[Component],
    citations: Sequence[Citation] = (),
    tables: Sequence[Table] = (),
    unit_model: str = "none",
) -> tuple[list[Task], list[ReviewItem]]:
    """All tasks in order of place, T001 …, and what is doubtful about them; `unit_model` as in the settings."""
    issued = day_of(metadata.issued.date)
    tree, fields = Tree(nodes, components), _fields(nodes, tables)
    context = _Context(tree, metadata.type.name, metadata.issuer.name, issued, tuple(citations), fields)
    found = [pair for node in nodes if _candidate(node, context) for pair in _tasks(node, context)]
    tasks: list[Task] = []
    review: list[ReviewItem] = []
    for (task, part), verdict in zip(found, verdicts([task for task, _ in found], tree, unit_model), strict=True):
        if verdict == "none":
            review.append(doubt(task, None))
            continue
        place = len(tasks)
        tasks.append(task.model_copy(update={"id": f"T{place + 1:03d}"}))
        review.extend(doubtful_times(tasks[-1], place, part.deadlines))
        if verdict == "doubtful":
            review.append(doubt(task, place))
        elif unread := unread_actor(tasks[-1], place, part.subject is not None):
            review.append(unread)
    return tasks, [*review, *unread_headings(tasks, nodes), *check_counts(nodes)]
