"""Cited documents led to works: of the archive where one fits, else works that are only cited.

All works that fit as well as the best are kept; that there are several is said, and none is chosen. How well a work
fits is a figure to sort by, from what agrees:

    number and day                              0.98
    number and year (one of the days unknown)   0.90
    number, the year not known on one side      0.60
    number and year, but another day            0.40  and said to be ambiguous: one of the two is misread
    without a number: type, day and title       0.85
    … times 0.85 where the reading of a number is in doubt, times 0.9 where a local issuer is not named
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dau.document.orthography import slug

from . import identity as who
from .alike import title_likeness
from .facts import Cited, Facts
from .identity import Identity

SAME_TITLE = 0.9
_DOUBT, _UNNAMED = 0.85, 0.9
_BY_NAME = frozenset(["luat", "bo-luat", "phap-lenh", "hien-phap"])
_CONGRESS = re.compile(r"^(?:Đại hội|Hội nghị)\b")

Status = str
"""resolved, ambiguous, external or unidentified."""


@dataclass(frozen=True)
class Link:
    """A citation led to a work. Several links of one citation are `ambiguous`."""

    document: str
    citation: str
    work: str | None
    status: Status
    confidence: float | None
    target: str | None = None
    """The document of the work that fits."""


@dataclass
class External:
    """A work that is only cited, as the documents that cite it describe it."""

    id: str
    said: list[Identity] = field(default_factory=list)


@dataclass(frozen=True)
class Resolved:
    links: tuple[Link, ...]
    externals: Mapping[str, External]


def resolved(facts: Sequence[Facts], work_of: Mapping[str, str], witnessed: Mapping[str, Sequence[str]]) -> Resolved:
    """A link, or several, for each citation. `witnessed` gives for documents whose number is in doubt the numbers
    (keys) that witnesses name: by one they are found, by several they may be."""
    by_key, by_day = _tables(facts, witnessed)
    links: list[Link] = []
    homeless: list[tuple[Facts, Cited]] = []
    for f in facts:
        for cited in f.cited:
            found = _candidates(f, cited, by_key, by_day, work_of, witnessed)
            if found is None:
                continue
            if found:
                links += found
            else:
                homeless.append((f, cited))
    externals: dict[str, External] = {}
    names = _external_names([cited.who for _, cited in homeless])
    for f, cited in homeless:
        name = names.get(_shape(cited.who)) if _shape(cited.who) else None
        if name is None:
            links.append(Link(f.document, cited.id, None, "unidentified", None))
            continue
        externals.setdefault(name, External(name)).said.append(cited.who)
        links.append(Link(f.document, cited.id, name, "external", 0.9 if cited.sure else 0.9 * _DOUBT))
    return Resolved(tuple(links), externals)


def _tables(
    facts: Sequence[Facts], witnessed: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[Facts]], dict[tuple[str, str], list[Facts]]]:
    by_key: dict[str, list[Facts]] = defaultdict(list)
    by_day: dict[tuple[str, str], list[Facts]] = defaultdict(list)
    for f in facts:
        if f.synthetic:
            continue
        for key in {f.who.key, *witnessed.get(f.document, ())} - {None}:
            by_key[str(key)].append(f)
        if f.who.type and f.who.date:
            by_day[slug(f.who.type), f.who.date].append(f)
    return by_key, by_day


def _candidates(
    citing: Facts,
    cited: Cited,
    by_key: Mapping[str, Sequence[Facts]],
    by_day: Mapping[tuple[str, str], Sequence[Facts]],
    work_of: Mapping[str, str],
    witnessed: Mapping[str, Sequence[str]],
) -> list[Link] | None:
    """The links to works of the archive, [] where none fits, None where the document names itself."""
    best: dict[str, tuple[float, str]] = {}
    for f in by_key.get(cited.who.key or "", ()):
        fits = _fits(cited, f, witnessed.get(f.document, ()))
        if fits and fits > best.get(work_of[f.document], (0.0, ""))[0]:
            best[work_of[f.document]] = (fits, f.document)
    if not cited.who.key and cited.who.type and cited.who.date and cited.who.title:
        for f in by_day.get((slug(cited.who.type), cited.who.date), ()):
            if title_likeness(cited.who.title, f.who.title) >= SAME_TITLE:
                best.setdefault(work_of[f.document], (0.85, f.document))
    if work_of[citing.document] in best:
        return None
    if not best:
        return []
    top = max(fits for fits, _ in best.values())
    chosen = sorted((work, fits, at) for work, (fits, at) in best.items() if fits == top)
    status = "resolved" if len(chosen) == 1 and top > _OTHER_DAY else "ambiguous"
    return [
        Link(citing.document, cited.id, work, status, round(fits / len(chosen), 4), at) for work, fits, at in chosen
    ]


_OTHER_DAY = 0.4


def _fits(cited: Cited, f: Facts, witnessed: Sequence[str]) -> float:
    """How well a document that bears the cited number fits what is said of it; 0 where it does not."""
    if who.contradicts(cited.who, f.who):
        return 0.0
    by_witness = bool(witnessed) and f.who.key != cited.who.key
    known = cited.who.date and f.who.date
    if known and cited.who.date == f.who.date:
        fits = 0.98
    elif known and not by_witness:
        return _OTHER_DAY if f.date_sure else 0.85 * 0.6
    else:
        fits = 0.9 if cited.who.year and f.who.year else 0.6
    if by_witness:
        return 0.8 if len(witnessed) == 1 else _OTHER_DAY
    fits *= 1.0 if f.number_sure else _DOUBT
    fits *= 1.0 if cited.sure else _DOUBT
    unnamed = not who.central(cited.who.organ) and who.same_authority(cited.who.authority, f.who.authority) is None
    return round(fits * (_UNNAMED if unnamed else 1.0), 4)


# -------------------------------------------------------------------- externals

Shape = tuple[str, str, str]
"""What tells an external work from others: its number (or type and title), its year (or day), its authority."""


def _shape(said: Identity) -> Shape | None:
    if said.key:
        return said.key, str(said.year or ""), said.authority
    kind = slug(said.type or "")
    title = slug(said.title or "")[:120]
    if title and (said.date or kind in _BY_NAME):
        return f"{kind}/{title}", said.date or "", said.authority
    if said.issuer and kind and (said.date or _CONGRESS.match(said.issuer)):
        return f"{kind}/{slug(said.issuer)[:80]}", said.date or "", said.authority
    return None


def _external_names(said: Iterable[Identity]) -> dict[Shape | None, str]:
    """An id for each shape; one that says less joins the only one that says more and does not contradict it."""
    shapes: dict[str, set[Shape]] = defaultdict(set)
    for identity in said:
        shape = _shape(identity)
        if shape:
            shapes[shape[0]].add(shape)
    names: dict[Shape | None, str] = {}
    for group in shapes.values():
        for shape in group:
            numbered = "/" in shape[0] and shape[0][0].isdigit()
            fuller = [other for other in group if other != shape and numbered and _says_more(other, shape)]
            most = [other for other in fuller if not any(_says_more(third, other) for third in fuller)]
            names[shape] = _external_id(most[0] if len(most) == 1 else shape)
    return names


def _says_more(one: Shape, other: Shape) -> bool:
    year = one[1] == other[1] or not other[1]
    authority = one[2] == other[2] or not other[2]
    return year and authority and one != other


def _external_id(shape: Shape) -> str:
    return "x:" + "|".join(shape).rstrip("|")
