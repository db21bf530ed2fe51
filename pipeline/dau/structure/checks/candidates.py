"""What else number and date may be, as complete normal forms with what speaks for each.

The words of the field are put together anew with every form a reader offered for their digits (`Word.alternatives`),
then as each engine read the line; what is then a number by its grammar, or a day of the calendar, is a candidate.
Witnesses of the day of issue (signing time, received stamp) move candidates up or down. A file name comes last: it
decides nothing, but who files the document may want to see it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from dau.document.directive import Alternative, ReviewItem, Witness
from dau.document.transcript import Line, Word

from ..facts.types import OFFICIAL_LETTER
from ..header.header import date_in, number_in
from ..header.metadata import Facts
from ..layout.lines import TextLine
from .filename import other_name
from .weighing import DATE, DOUBTS, NUMBER, likelihood
from .witnesses import Witnesses

_MOST = 6
_LEAST = 0.001
_FORMS = 5
"""Forms of one word that are tried, the one it has included."""
_DAMAGED_YEAR = re.compile(r"(?<=[/|])\s*(?:19|20)[^A-Z\s]{1,4}\s*(?=[A-ZĐ]{2})")

Candidates = dict[str, float | None]
"""Normal forms in the order in which they are offered; without a figure where only an engine's reading speaks."""


def with_candidates(
    items: Iterable[ReviewItem], facts: Facts, witnesses: Witnesses, filename: str | None = None
) -> list[ReviewItem]:
    """The flags, those that doubt number or date with all candidates before what they offered already."""
    offered = {NUMBER: number_candidates(facts), DATE: date_candidates(facts, witnesses)}
    named = other_name(filename, facts)
    out = []
    for item in items:
        if item.code in DOUBTS and item.field in offered:
            item = _offering(item, offered[item.field])
            if named and item.field == NUMBER:
                item = _named(item, *named)
        out.append(item)
    return out


def number_candidates(facts: Facts) -> Candidates:
    """Numbers other than the one taken."""
    letter, symbol = facts.metadata.type.name == OFFICIAL_LETTER, facts.metadata.type.symbol
    year = facts.metadata.issued.date[:4] if facts.metadata.issued.date else None

    def read(lines: Sequence[TextLine]) -> str | None:
        found = number_in(lines, letter, None if letter else symbol)
        return found.number.text if found else None

    found = _candidates(facts.lines.get("number", ()), read, year)
    return {value: sure for value, sure in found.items() if value != facts.metadata.number.text}


def date_candidates(facts: Facts, witnesses: Witnesses) -> Candidates:
    """Days other than the one taken, ranked with what is known of the day of issue."""

    def read(lines: Sequence[TextLine]) -> str | None:
        found = date_in(lines)
        return found.iso if found else None

    found = _candidates(facts.lines.get("issued", ()), read)
    ranked = [
        (value, None if sure is None else round(sure * likelihood(date.fromisoformat(value), witnesses.dates), 4))
        for value, sure in found.items()
    ]
    ranked.sort(key=lambda x: -(x[1] or 0.0))
    return {value: _share(sure) for value, sure in ranked if value != facts.metadata.issued.date}


def _share(sure: float | None) -> float | None:
    return None if sure is None else min(1.0, sure)


# ------------------------------------------------------------------------ forms


def _candidates(
    lines: Sequence[TextLine], read: Callable[[Sequence[TextLine]], str | None], year: str | None = None
) -> Candidates:
    """Values of all forms of the lines: by their likelihood, then those only an engine has."""
    found: Candidates = {}
    for texts, weight in sorted(_texts(lines, year), key=lambda x: -(x[1] or 0.0)):
        value = read([replace(line, text=text) for line, text in zip(lines, texts, strict=True)])
        if value and (weight is None or weight >= _LEAST):
            found.setdefault(value, None if weight is None else round(weight, 4))
    return dict(list(found.items())[:_MOST])


def _texts(lines: Sequence[TextLine], year: str | None) -> Iterator[tuple[list[str], float | None]]:
    """Texts of the lines with each combination of forms of their words, and how likely it is; then as engines read."""
    options = [_forms(word) for line in lines for word in line.line.words]
    for chosen in product(*options):
        weight = 1.0
        for (_, sure), forms in zip(chosen, options, strict=True):
            weight *= sure if len(forms) > 1 else 1.0
        texts = _split([text for text, _ in chosen], lines)
        yield texts, weight
        if year and any(_DAMAGED_YEAR.search(text) for text in texts):
            yield [_DAMAGED_YEAR.sub(f"{year}/", text) for text in texts], 0.9 * weight
    for engine in sorted({e for line in lines for word in line.line.words for e in word.readings}):
        yield [_as_read(line.line, engine) for line in lines], None


def _forms(word: Word) -> list[tuple[str, float]]:
    others = [(a.value, a.confidence) for a in word.alternatives[: _FORMS - 1]]
    return [(word.restored, word.confidence if word.confidence is not None else 1.0), *others]


def _split(words: Sequence[str], lines: Sequence[TextLine]) -> list[str]:
    texts, at = [], 0
    for line in lines:
        texts.append(" ".join(words[at : at + len(line.line.words)]))
        at += len(line.line.words)
    return texts


def _as_read(line: Line, engine: str) -> str:
    """The line as one engine read it; a reading that spans several words stands with each and counts once."""
    parts: list[str] = []
    for word in line.words:
        reading = word.readings.get(engine, "" if word.readings else word.raw)
        if reading and (not parts or parts[-1] != reading or reading == word.raw):
            parts.append(reading)
    return " ".join(parts)


# ------------------------------------------------------------------------ flags


def _offering(item: ReviewItem, found: Candidates) -> ReviewItem:
    known = [a for a in item.alternatives if a.value not in found]
    new = [Alternative(value=value, confidence=sure) for value, sure in found.items()]
    return item.model_copy(update={"alternatives": (*new, *known)})


def _named(item: ReviewItem, value: str, witness: Witness) -> ReviewItem:
    """The flag with the number a file name gives, as the last of its alternatives."""
    if any(a.value == value for a in item.alternatives):
        return item.model_copy(update={"witnesses": (*item.witnesses, witness)})
    offered = (*item.alternatives, Alternative(value=value))
    return item.model_copy(update={"alternatives": offered, "witnesses": (*item.witnesses, witness)})
