"""Every extracted item led back to page, box and transcript lines: the last pass of the parser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dau.document.directive import (
    Award,
    Citation,
    Directive,
    Evidence,
    Metadata,
    Recipient,
    Table,
    Task,
)
from dau.document.transcript import Transcript

from .citing.citations import ITSELF
from .header.metadata import Facts
from .layout.blocks import Part
from .layout.lines import TextLine
from .places import Places


def with_evidence(
    directive: Directive, places: Places, parts: Sequence[Part], facts: Facts, transcript: Transcript
) -> Directive:
    """The same directive, its items with the evidence for them. What was inferred and stands nowhere has none."""
    listed = [line for part in parts for line in part.zone("recipients")]
    metadata = _metadata(directive.metadata, directive, places, parts, facts, transcript)
    return directive.model_copy(
        update={
            "metadata": metadata,
            "citations": tuple(_citation(c, places, metadata) for c in directive.citations),
            "tasks": tuple(_task(t, directive, places) for t in directive.tasks),
            "awards": tuple(_award(a, places) for a in directive.awards),
            "tables": tuple(_tables(directive, places)),
            "recipients": tuple(_recipient(r, places, listed) for r in directive.recipients),
        }
    )


# ------------------------------------------------------------------- metadata


def _metadata(
    metadata: Metadata,
    directive: Directive,
    places: Places,
    parts: Sequence[Part],
    facts: Facts,
    transcript: Transcript,
) -> Metadata:
    """Fields by name: the words of a field where it stands as printed, else the lines it was read from."""
    title = [line for line in parts[0].zone("title") if not line.rule][:1] if parts else []
    lines: dict[str, Sequence[TextLine]] = {"type": title, **facts.lines}
    printed = {
        "type": metadata.type.name,
        "number": metadata.number.raw,
        "subject": metadata.subject,
        "issuer": metadata.issuer.name,
        "place": metadata.place,
        "issued": metadata.issued.raw,
        "signer": metadata.signer.name,
    }
    found: dict[str, tuple[Evidence, ...]] = {}
    for name, value in printed.items():
        if value and lines.get(name):
            found[name] = places.among(lines[name], None if name == "signer" else value).evidence
    if metadata.effective is not None:
        found["effective"] = _anywhere(directive, places, metadata.effective.raw)
    found |= _stamps(metadata, transcript)
    return metadata.model_copy(update={"evidence": {name: where for name, where in found.items() if where}})


def _anywhere(directive: Directive, places: Places, raw: str | None) -> tuple[Evidence, ...]:
    """The last node that says it, where closing provisions stand."""
    for node in reversed(directive.nodes):
        if raw and raw in " ".join(filter(None, (node.heading, node.text))):
            return places.node(node.id, raw).evidence
    return ()


def _stamps(metadata: Metadata, transcript: Transcript) -> dict[str, tuple[Evidence, ...]]:
    """Secrecy and urgency are stamped: overlays of the first page."""
    kinds = {"secrecy": "secrecy_stamp", "urgency": "urgency_stamp"}
    return {
        name: tuple(
            Evidence(page=page.number, bbox=overlay.bbox)
            for page in transcript.pages[:1]
            for overlay in page.overlays
            if overlay.kind == kind
        )
        for name, kind in kinds.items()
        if getattr(metadata, name)
    }


# ---------------------------------------------------------------------- items


def _citation(citation: Citation, places: Places, metadata: Metadata) -> Citation:
    """By its number in every node that mentions it, else by its wording there; the document itself by its header."""
    where: list[Evidence] = list(metadata.evidence.get("number", ())) if citation.id == ITSELF else []
    for node in citation.mentions:
        where += places.first(node, (citation.raw, citation.number, citation.title)).evidence
    return citation.model_copy(update={"evidence": tuple(where)})


def _task(task: Task, directive: Directive, places: Places) -> Task:
    """In its unit, and in the paragraphs that go on with it."""
    _, *more = (task.text or "").split("\n")
    further = [n.id for n in directive.nodes if n.parent == task.node and n.text in more] if more else []
    where = places.nodes([task.node, *further]) if further else places.node(task.node, task.text)
    deadline = task.deadline
    if deadline is not None:
        deadline = deadline.model_copy(update={"evidence": places.node(task.node, deadline.raw).evidence})
    return task.model_copy(update={"evidence": where.evidence, "deadline": deadline})


def _award(award: Award, places: Places) -> Award:
    where = places.node(award.form_node, award.form).evidence
    if award.criteria_node and award.criteria_node != award.form_node:
        where += places.node(award.criteria_node, award.criteria_text).evidence
    return award.model_copy(update={"evidence": where})


def _tables(directive: Directive, places: Places) -> Iterator[Table]:
    """The lines of the rows, and of the node a table stands in for its heads."""
    rows: dict[str, list[str]] = {}
    for node in directive.nodes:
        if node.kind == "table_row":
            rows.setdefault(node.parent, []).append(node.id)
    for table in directive.tables:
        where = places.nodes([table.node, *rows.get(table.node, ())]).evidence
        yield table.model_copy(update={"evidence": where})


def _recipient(recipient: Recipient, places: Places, lines: Sequence[TextLine]) -> Recipient:
    """The line that begins with it as printed: "- Bộ trưởng;", not "Nơi nhận: BỘ TRƯỞNG" of merged columns."""
    own = [line for line in lines if line.text.lstrip(" -–—•*+").startswith(recipient.raw)]
    return recipient.model_copy(update={"evidence": places.among(own[:1] or lines, recipient.raw).evidence})
