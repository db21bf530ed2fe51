"""From what is known of each document and of each pair to works, edges and witnesses.

A pure function of the facts and passages of an archive; what it costs grows with their number, and it reads no text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import identity as who
from .edges import Edges
from .facts import Facts
from .movements import Belongs, movements, named_in, pairs
from .resolve import External, Link, resolved
from .shared import Shared, covered, together
from .witnessing import Citations, Claim, Verdict, claims_of_cited, claims_of_copies, verdicts
from .works import Grouping, best, grouped

Row = tuple[object, ...]


@dataclass(frozen=True)
class Derived:
    """Rows of the tables of the same names, in order."""

    works: list[Row]
    work_documents: list[Row]
    edges: list[Row]
    edge_evidence: list[Row]
    citation_links: list[Row]
    witnesses: list[Row]
    work_movements: list[Row]


def derive(
    facts: Sequence[Facts],
    shared: Sequence[Shared],
    readings: Iterable[Claim],
    overlap: Callable[[str, str], float],
) -> Derived:
    """`readings` are what shared passages witness; `overlap` see `works.grouped`."""
    facts = sorted(facts, key=lambda f: f.document)
    held = {f.document: f for f in facts}
    grouping = grouped(facts, covered(shared, held), overlap)
    citations = Citations(facts, grouping.work_of, together(shared))
    claims = [*readings, *claims_of_copies(facts, grouping.work_of), *claims_of_cited(facts)]
    for f in facts:
        claims += citations.claims(f)
    found = verdicts(claims)
    numbers = _numbers(found)
    links = resolved(facts, grouping.work_of, numbers)
    members: dict[str, list[Facts]] = defaultdict(list)
    for f in facts:
        members[grouping.work_of[f.document]].append(f)
    verdict_of = {(v.document, v.doubt.field): v for v in found if v.value}
    works = [_held_work(work, group, verdict_of) for work, group in members.items()]
    works += [_external_work(external) for external in links.externals.values()]
    belongs = _belongs(facts, grouping, links.links)
    days = {str(row[0]): row[7] or row[8] for row in works}
    named = movements(belongs)
    edges = Edges(held, grouping.work_of)
    edges.citations(links.links)
    edges.quotations(shared, links.links)
    edges.copies(grouping, shared)
    for _, group in named:
        edges.movement(pairs(group, days))  # type: ignore[arg-type]
    rows, evidence = edges.rows()
    return Derived(
        works=sorted(works, key=lambda row: str(row[0])),
        work_documents=sorted((work, document) for document, work in grouping.work_of.items()),
        edges=rows,
        edge_evidence=evidence,
        citation_links=sorted(
            ((x.document, x.citation, x.work, x.status, x.confidence) for x in links.links),
            key=lambda row: tuple(map(str, row)),
        ),
        witnesses=[row for verdict in found for row in _witness_rows(verdict)],
        work_movements=sorted((b.work, name, b.part, b.words) for name, group in named for b in group),
    )


def _numbers(found: Iterable[Verdict]) -> dict[str, list[str]]:
    """For documents whose own number is in doubt: the keys that witnesses name, where they are not what was read."""
    out: dict[str, list[str]] = {}
    for verdict in found:
        if verdict.doubt.field == "/metadata/number":
            keys = {key for claim in verdict.claims if (key := who.number_key(claim.value))}
            out[verdict.document] = sorted(keys | set(out.get(verdict.document, ())))
    return out


# ----------------------------------------------------------------------- works


def _held_work(work: str, group: Sequence[Facts], verdict_of: Mapping[tuple[str, str | None], Verdict]) -> Row:
    f = best(group)
    number = next((v for g in group if (v := verdict_of.get((g.document, "/metadata/number")))), None)
    issued = next((v for g in group if (v := verdict_of.get((g.document, "/metadata/issued")))), None)
    if f.number_sure:
        state = "read"
    elif number:
        state = "witnessed"
    else:
        state = "doubtful" if f.who.number else "unread" if f.number_raw else "none"
    shown = f.who.number or f.number_raw
    told = None if f.number_sure or number is None else number.value
    day = None if f.date_sure or issued is None else issued.value
    label = _label(f.who.type, shown, told, f.who.date, day, f.who.title or f.filename)
    return (
        work, 0, int(f.synthetic), f.who.type, shown, state, told, f.who.date, day, f.who.issuer, f.who.title, label,
        len(group),
    )  # fmt: skip


def _external_work(external: External) -> Row:
    kind, number, day, issuer, title = (
        _most([getattr(said, name) for said in external.said]) for name in ("type", "number", "date", "issuer", "title")
    )
    label = _label(kind, number, None, day, None, title or issuer)
    state = "read" if number else "none"
    return external.id, 1, 0, kind, number, state, None, day, None, issuer, title, label, 0


def _most(values: Iterable[str | None]) -> str | None:
    """What most say; of equally many the longer, then the first in the alphabet."""
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], -len(value), value)) if counts else None


def _label(
    kind: str | None, number: str | None, told: str | None, day: str | None, told_day: str | None, title: str | None
) -> str:
    """A line to show: "Quyết định 1497/QĐ-TTg (10/09/2021)"; what witnesses say stands in square brackets."""
    shown = f"{number or '?'} [{told}]" if told and told != number else number
    date = day or told_day
    written = f"{date[8:10]}/{date[5:7]}/{date[:4]}" if date else None
    when = f"({written})" if day else f"[{written}]" if written else None
    short = title if not title or len(title) <= 80 else title[:79].rsplit(" ", 1)[0] + " …"
    parts = [kind, shown, when] if shown else [kind, short, when]
    return " ".join(part for part in parts if part) or "?"


# ------------------------------------------------------------------- movements


def _belongs(facts: Sequence[Facts], grouping: Grouping, links: Iterable[Link]) -> list[Belongs]:
    out = []
    for f in facts:
        if f.synthetic:
            continue
        work = grouping.work_of[f.document]
        out += [Belongs(work, part, name, f.document, None, None) for name, part in f.movements]
        if not f.movements and (name := named_in(f.who.title)):
            out.append(Belongs(work, "named", name, f.document, None, None))
    cited = {(f.document, c.id): c for f in facts if not f.synthetic for c in f.cited}
    for link in links:
        c = cited.get((link.document, link.citation))
        name = named_in(c.who.title) if c and link.status == "external" else None
        if c and link.work and name:
            mention = c.mentions[0]
            out.append(Belongs(link.work, "named", name, link.document, mention.node, mention.page))
    return out


def _witness_rows(verdict: Verdict) -> Iterable[Row]:
    doubt = verdict.doubt
    for c in verdict.claims:
        yield (
            c.document, doubt.index, doubt.code, doubt.field, doubt.node, doubt.raw, c.kind, c.value, c.words,
            c.witness, c.node, c.page, int(verdict.value is not None),
        )  # fmt: skip


