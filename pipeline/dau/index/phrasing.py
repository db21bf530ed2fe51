"""What a user types into the search field, taken apart into terms, and the terms as an FTS5 expression.

    quyet dinh        both words, whatever their marks
    quyết định        these words, as marked; both tone placements (hòa, hoà)
    "thi đua yêu nước"  in this order, side by side
    1423/QĐ-BTTTT     what holds together without spaces is a phrase too; 4/QĐ finds 04/QĐ
    truyen*           words that begin so
    -"dự thảo"        documents that do not say so

Nothing in it is an error or an operator: each word reaches FTS5 as a quoted string.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, pairwise, product

from dau.document.errors import InputError
from dau.document.orthography import bare, nfc

from .spelling import is_bare, placements

LONGEST = 400
"""Characters of a query."""
_MOST_TERMS = 32
_MOST_SPELLINGS = 64
_TERM = re.compile(r'(-)?(?:"([^"]*)"?|“([^”]*)”?|(\S+))')
_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_EXACT, _BARE = "{title body raw}", "{title_bare body_bare raw_bare}"
_EXACT_TEXT, _BARE_TEXT = "{title body}", "{title_bare body_bare}"


class QueryTooLong(InputError):
    """A query beyond what anybody types."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand side by side. `prefix`: the last may go on; `symbol`: a document's number or part of one."""

    words: tuple[str, ...]
    prefix: bool = False
    excluded: bool = False
    symbol: bool = False

    @property
    def bare(self) -> bool:
        """Typed without any diacritics: found however it is marked."""
        return all(is_bare(word) for word in self.words)

    @property
    def mixed(self) -> bool:
        """Some words with diacritics, some that may be without: FTS5 has no such phrase, see `expression`."""
        return len(self.words) > 1 and not self.bare and any(is_bare(word) for word in self.words)

    def spellings(self) -> list[tuple[str, ...]]:
        """The rows of words that are exactly this term: both tone placements, leading zeros of a number."""
        choices = [placements(word) for word in self.words]
        if self.symbol and re.fullmatch(r"\d{1,3}", self.words[0], re.ASCII):
            choices[0] = numerals(self.words[0])
        return [tuple(row) for row in islice(product(*choices), _MOST_SPELLINGS)]


def numerals(digits: str) -> tuple[str, ...]:
    """The serial of a document's number as typed, without and with a leading zero."""
    plain = digits.lstrip("0") or "0"
    return tuple(dict.fromkeys((digits, plain, plain.zfill(2))))


def parse(text: str) -> tuple[Term, ...]:
    """The terms of a query, in order; a query without a letter or digit has none. Raises QueryTooLong."""
    if len(text) > LONGEST:
        raise QueryTooLong(f"The query has {len(text)} characters.", f"At most {LONGEST} are searched for.")
    clean = nfc("".join(char if char.isprintable() else " " for char in text))
    terms = []
    for minus, quoted, curled, plain in _TERM.findall(clean):
        words = tuple(_WORD.findall(quoted or curled or plain))
        if words:
            symbol = bool(plain) and len(words) > 1 and words[0][0].isdigit()
            terms.append(Term(words, plain.rstrip(".,;:!?)").endswith("*"), bool(minus), symbol))
    if len(terms) > _MOST_TERMS:
        raise QueryTooLong(f"The query has {len(terms)} terms.", f"At most {_MOST_TERMS} are searched for.")
    return tuple(dict.fromkeys(terms))


def expression(terms: tuple[Term, ...]) -> str | None:
    """The FTS5 expression for the terms that are wanted; None where none is. Of a mixed phrase it finds a little more
    than is meant: the words in a row by their letters, and the marked ones anywhere."""
    wanted = [term for term in terms if not term.excluded]
    parts = [[_wanted(term)] for term in wanted]
    for at, (one, other) in enumerate(pairwise(wanted)):
        if _simple(one) and _simple(other):
            # an alternative to a word that is in it finds nothing more, but counts more: thi đua is likely meant as one
            parts[at if one.bare or not other.bare else at + 1].append(_side_by_side(one, other))
    return " AND ".join(f"({' OR '.join(part)})" for part in parts) or None


def exclusion(terms: tuple[Term, ...]) -> str | None:
    """The FTS5 expression for what must not be there: as printed, not as a reader misread it."""
    unwanted = [_one(term, _EXACT_TEXT, _BARE_TEXT) for term in terms if term.excluded]
    return " OR ".join(unwanted) or None


def as_typed(term: Term) -> str:
    """The FTS5 expression for a term with exactly the letters that were typed."""
    return _any(_EXACT_TEXT, [term.words], term.prefix)


def literally(term: Term) -> str:
    """The FTS5 expression for a term whose words all mean what was typed, anywhere in a document."""
    return _any(_EXACT, term.spellings(), term.prefix)


def _wanted(term: Term) -> str:
    found = _one(term, _EXACT, _BARE)
    return f"{found} OR {as_typed(term)}" if term.bare else found  # what is written as typed counts more


def _one(term: Term, exact: str, bare_columns: str) -> str:
    if term.bare:
        return _any(bare_columns, term.spellings(), term.prefix)
    if not term.mixed:
        return _any(exact, term.spellings(), term.prefix)
    rows = [tuple(bare(word) for word in row) for row in term.spellings()]
    marked = [_any(exact, [(s,) for s in placements(word)], False) for word in term.words[:-1] if not is_bare(word)]
    if not is_bare(term.words[-1]):
        marked.append(_any(exact, [(s,) for s in placements(term.words[-1])], term.prefix))
    return f"({_any(bare_columns, list(dict.fromkeys(rows)), term.prefix)} AND {' AND '.join(marked)})"


def _simple(term: Term) -> bool:
    return len(term.words) == 1 and not term.prefix


def _side_by_side(one: Term, other: Term) -> str:
    """Two words that were typed one after the other."""
    words = (*one.words, *other.words)
    if one.bare or other.bare:
        return _any(_BARE, [tuple(bare(word) for word in words)], False)
    return _any(_EXACT, Term(words).spellings(), False)


def _any(columns: str, rows: list[tuple[str, ...]], prefix: bool) -> str:
    phrases = (_quoted(row) + (" *" if prefix else "") for row in rows)
    return f"{columns} : ({' OR '.join(phrases)})"


def _quoted(words: tuple[str, ...]) -> str:
    return '"' + " ".join(words).replace('"', '""') + '"'
