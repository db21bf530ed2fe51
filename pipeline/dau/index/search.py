"""Full text, typed with or without diacritics, grouped by document; each hit leads to a page and a box.

A document is found where all that is wanted stands in it, in its title, its passages, or in what was read before
restoring. Documents are ranked by bm25, number and title above the text; first comes the one whose number was typed,
and for a single word without marks those that have it so. What is shown of a document are the passages that hold most
of the terms.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from operator import attrgetter
from typing import NamedTuple

from dau.document.orthography import bare, fold

from .flatten import number_key
from .marking import Finder, Segment, piece, segments
from .passages import Passage as Piece
from .passages import Place, passages, place_of, readings, title
from .phrasing import Term, as_typed, exclusion, expression, literally, parse
from .rows import Day

_WEIGHTS = (10.0, 1.0, 0.3, 10.0, 1.0, 0.3)
"""Of the columns in `schema.SEARCH_COLUMNS`: title, text, raw reading; the same without diacritics."""
_MOST_FACETS = 50
_PROVINCE_HEAD = re.compile(r"^(?:tỉnh|thành phố|tinh|thanh pho|tp\.?)\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search; None asks for nothing. `type` (or its symbol), `issuer` and `province` may be typed in any
    case and without diacritics; `agency` is an `agencies.id`; days are inclusive."""

    type: str | None = None
    agency: str | None = None
    issuer: str | None = None
    year: int | None = None
    province: str | None = None
    since: Day | None = None
    until: Day | None = None
    needs_review: bool | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a hit: `place` says where it stands, `segments` show the part of it with what was found."""

    place: Place
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. `subject` with what was found in it marked, `issuer` as printed."""

    document: str
    number: str | None
    type: str | None
    issuer: str | None
    issued: str | None
    filename: str | None
    subject: tuple[Segment, ...]
    score: float
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the documents found have a value; `label` is what to show of it."""

    value: str
    label: str
    documents: int


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits. `total` counts all documents found, `facets` over all of them: type, agency, year, province."""

    total: int
    offset: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[Count, ...]] = field(default_factory=dict)


class _Match(NamedTuple):
    """A document found: its row, score (less is better), id, day of issue, number's key, and what facets count."""

    row: int
    score: float
    document: str
    day: int
    number_key: str | None
    type: str | None
    agency: str | None
    year: int | None
    province: str | None


_FACETS = ("type", "agency", "year", "province")


def search(
    connection: sqlite3.Connection,
    text: str,
    filters: Filters | None = None,
    *,
    limit: int = 20,
    offset: int = 0,
    shown: int = 3,
) -> Results:
    """Search an index (`reader.open_index`); a query without words finds every document, the latest first. `shown`
    passages are given of each of `limit` hits.

    Raises QueryTooLong. No query is a syntax error, whatever it holds.
    """
    terms = parse(text)
    found = _matches(connection, terms, filters or Filters())
    mixed = [term for term in terms if term.mixed and not term.excluded]
    if mixed:
        sure = set.intersection(*(_rows(connection, literally(term)) for term in mixed))
        exactly = Finder(mixed)
        found = [one for one in found if one.row in sure or exactly.has_all(_texts(connection, one.document))]
    first = _first(connection, [term for term in terms if not term.excluded], found)
    best = nsmallest(
        offset + limit, found, key=lambda one: (one.row not in first, one.score, -one.day, one.document)
    )
    finder = Finder(terms)
    hits = tuple(_hit(connection, one, finder, shown) for one in best[offset:])
    return Results(len(found), offset, hits, _facets(connection, found))


def _matches(connection: sqlite3.Connection, terms: tuple[Term, ...], filters: Filters) -> list[_Match]:
    where, values = _conditions(connection, filters)
    wanted, unwanted = expression(terms), exclusion(terms)
    score, source = "0.0", "indexed i"
    if wanted is not None:
        score = f"bm25(search, {', '.join(map(str, _WEIGHTS))})"
        source = "search CROSS JOIN indexed i ON i.row = search.rowid"
        where, values = ["search MATCH ?", *where], [wanted, *values]
    if unwanted is not None:
        where.append("i.row NOT IN (SELECT rowid FROM search WHERE search MATCH ?)")
        values.append(unwanted)
    query = (
        f"SELECT i.row, {score}, i.document, i.day, i.number_key, i.type, i.agency, i.year, i.province "
        f"FROM {source} WHERE {' AND '.join(where) or '1'}"
    )
    return list(map(_Match._make, connection.execute(query, values)))


_SPELT = {
    "type": "i.type IN ({marks})",
    "issuer": "i.document IN (SELECT id FROM documents WHERE issuer IN ({marks}))",
    "province": "i.province IN ({marks})",
}
"""Filters that are typed as one likes, and the condition on the values of the index that they mean."""


def _meant(connection: sqlite3.Connection, name: str, typed: str) -> list[str]:
    """The values of a column that are meant: those spelt so but for case and the place of a tone mark; where there are
    none, those of the same bare letters, and types by their symbol."""
    columns = f"{name}, type_symbol" if name == "type" else f"{name}, NULL"
    rows = connection.execute(f"SELECT DISTINCT {columns} FROM documents WHERE {name} IS NOT NULL").fetchall()
    whole = _PROVINCE_HEAD.sub("", typed.strip(), count=1) if name == "province" else typed.strip()
    same = {value for value, _ in rows if fold(value) == fold(whole)}
    letters = bare(whole).casefold()
    return sorted(same or {value for value, symbol in rows if letters in {_letters(value), _letters(symbol)}})


def _letters(text: str | None) -> str | None:
    return bare(text).casefold() if text else None


def _conditions(connection: sqlite3.Connection, filters: Filters) -> tuple[list[str], list[object]]:
    """Filters as conditions on `indexed i` with the values for their marks."""
    asked: dict[str, object] = {
        "i.agency = ?": filters.agency,
        "i.year = ?": filters.year,
        "i.day >= ?": _number(filters.since),
        "i.day > 0 AND i.day <= ?": _number(filters.until),
    }
    given = {condition: value for condition, value in asked.items() if value is not None}
    where, values = list(given), list(given.values())
    for name, condition in _SPELT.items():
        if (typed := getattr(filters, name)) is not None:
            meant = _meant(connection, name, typed)
            where.append(condition.format(marks=", ".join("?" * len(meant))))
            values += meant
    if filters.needs_review is not None:
        sign = ">" if filters.needs_review else "="
        where.append(f"i.document IN (SELECT id FROM documents WHERE to_review {sign} 0)")
    return where, values


def _number(day: Day | None) -> int | None:
    return int(day.replace("-", "")) if day else None


def _first(connection: sqlite3.Connection, wanted: Sequence[Term], found: Sequence[_Match]) -> set[int]:
    """The rows that come before all others: the document whose number was typed; for a single word without marks,
    those that have it without marks."""
    typed = {_plain(number_key("/".join(term.words))) for term in wanted if term.symbol}
    rows = {one.row for one in found if one.number_key and _plain(one.number_key) in typed} if typed else set()
    if len(wanted) == 1 and len(wanted[0].words) == 1 and wanted[0].bare:
        word = wanted[0].words[0]
        if word.isdigit():
            return {one.row for one in found if (one.number_key or "").startswith(f"{word}/")}
        rows |= _rows(connection, as_typed(wanted[0]))
    return rows


def _rows(connection: sqlite3.Connection, asked: str) -> set[int]:
    """The rows that an FTS5 expression finds."""
    return {row for (row,) in connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (asked,))}


def _plain(key: str | None) -> str:
    """A number's key whatever stands between its parts, without a leading zero."""
    return (key or "").replace("-", "/").lstrip("0")


def _texts(connection: sqlite3.Connection, document: str) -> Iterator[str]:
    """All texts of a document that are searched, one after another."""
    yield title(connection, document)
    for text, *_ in (*passages(connection, document), *readings(connection, document)):
        yield text


_HEAD = "SELECT number, type, issuer, issued, filename, coalesce(subject, '') FROM documents WHERE id = ?"


def _hit(connection: sqlite3.Connection, match: _Match, finder: Finder, shown: int) -> Hit:
    document = match.document
    number, kind, issuer, issued, filename, subject = connection.execute(_HEAD, (document,)).fetchone()
    best = _best(passages(connection, document), finder, shown)
    if not best:
        best = _best(readings(connection, document), finder, shown)
    marked = segments(subject, finder.find(subject))
    return Hit(document, number, kind, issuer, issued, filename, marked, -match.score, best)


def _best(places: Sequence[Piece], finder: Finder, count: int) -> tuple[Passage, ...]:
    """The places that hold most of the terms, in their order in the document; none where no term stands in any."""
    within = finder.find_each([text for text, *_ in places])
    ranked = sorted(within, key=lambda at: (-len({one.term for one in within[at]}), -len(within[at]), at))
    return tuple(Passage(place_of(places[at]), piece(places[at][0], within[at])) for at in sorted(ranked[:count]))


def _facets(connection: sqlite3.Connection, found: Sequence[_Match]) -> dict[str, tuple[Count, ...]]:
    counted = {name: _most(map(attrgetter(name), found)) for name in _FACETS}
    names = _names(connection, [value for value, _ in counted["agency"]])
    return {
        name: tuple(Count(value, names.get(value, value), count) for value, count in most)
        for name, most in counted.items()
    }


def _most(values: Iterable[object]) -> list[tuple[str, int]]:
    """Values with how often they occur, the most frequent first; what is not known is not counted."""
    counts = Counter(values)
    counts.pop(None, None)
    return sorted(((str(value), n) for value, n in counts.items()), key=lambda item: (-item[1], item[0]))[:_MOST_FACETS]


def _names(connection: sqlite3.Connection, agencies: Sequence[str]) -> dict[str, str]:
    marks = ", ".join("?" * len(agencies))
    return dict(connection.execute(f"SELECT id, name FROM agencies WHERE id IN ({marks})", agencies).fetchall())
