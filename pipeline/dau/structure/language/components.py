"""Components of the pipeline. Each notes what it found in `doc.user_data` and changes nothing else.

Spans of spaCy are made only for looking at (`pipeline.annotate`): a page has hundreds of phrases, and plain tables of
token numbers cost a tenth of as many span objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from .damage import misread_leads, misread_ministries
from .lexicon import assignment, comma_names, ministry_names
from .names import Grammar, Phrases
from .tokenizer import SYLLABLES

PHRASES = ("predicate", "known", "named", "role", "noun", "tail", "quantifier")
RELATIONS = ("coordinate", "direct", "report", "adjunct", "verb")
OPENERS = ("assigns", "requires", "requests", "appeals")
TABLES, AGENCIES = "tables", "agencies"
"""Keys in `doc.user_data`: phrases as {list: {first token: end}}, agencies as [(first, end, kind)]."""


def _confusable(phrase: Doc) -> bool:
    """ "phối hợp cùng" would match "phối hợp cung cấp" by its bare letters."""
    return phrase[-1].lower_ == "cùng"


class Phrasebook:
    """Longest matches of lists of phrases: several syllables by their bare letters, one syllable as spelt."""

    def __init__(self, nlp: Language, lists: dict[str, Iterable[str]]) -> None:
        self.loose = PhraseMatcher(nlp.vocab, attr="NORM")
        self.exact = PhraseMatcher(nlp.vocab, attr="LOWER")
        make = nlp.make_doc
        for label, phrases in lists.items():
            docs = [make(phrase) for phrase in phrases]
            for matcher, chosen in (
                (self.loose, [d for d in docs if len(d) > 1 and not _confusable(d)]),
                (self.exact, [d for d in docs if len(d) == 1 or _confusable(d)]),
            ):
                if chosen:
                    matcher.add(label, chosen)

    def tables(self, doc: Doc) -> dict[str, dict[int, int]]:
        """For each list: first token → end of the longest phrase that begins there."""
        found: dict[str, dict[int, int]] = {}
        strings = doc.vocab.strings
        for matcher in (self.exact, self.loose):
            for key, first, end in matcher(doc):
                table = found.setdefault(strings[key], {})
                if end > table.get(first, 0):
                    table[first] = end
        return found


class Phrase:
    """Notes predicates, relations between actors, and the words that names are made of; a few of them even misread."""

    def __init__(self, nlp: Language) -> None:
        words = assignment()
        lists: dict[str, Iterable[str]] = {
            "predicate": (*words.verbs, *words.modals),
            "known": comma_names(),
            "named": words.named,
            "role": words.roles,
            "noun": words.classes,
            "tail": words.tails,
            "quantifier": words.quantifiers,
            "coordinate": words.coordinate,
            "direct": words.direct,
            "report": words.report,
            "adjunct": words.adjuncts,
            "verb": words.verbs,
            "ministry": ministry_names(),
        }
        self.book = Phrasebook(nlp, lists | {kind: words.openers[kind] for kind in OPENERS})

    def __call__(self, doc: Doc) -> Doc:
        tables = self.book.tables(doc)
        words, _ = doc.user_data[SYLLABLES]
        for label, found in (
            ("predicate", misread_leads(words)),
            ("named", misread_ministries(words, tables.get("ministry", {}))),
        ):
            if found:
                tables[label] = found | tables.get(label, {})
        doc.user_data[TABLES] = tables
        return doc


class Agencies:
    """Notes every agency name, by the grammar of `names`."""

    def __call__(self, doc: Doc) -> Doc:
        found = doc.user_data[TABLES]
        tables = {label: found.get(label, {}) for label in PHRASES}
        words, _ = doc.user_data[SYLLABLES]
        grammar = Grammar(words, [word.lower() for word in words], Phrases(**tables))
        starts = sorted({*tables["known"], *tables["named"], *tables["role"], *tables["noun"], *tables["quantifier"]})
        expecting = {end for label in ("coordinate", *OPENERS) for end in found.get(label, {}).values()}
        expecting |= {end for end in found.get("direct", {}).values() if grammar.enumerates(end)}
        agencies, edge = [], 0
        for first in starts:
            if first < edge or (name := grammar.name(first, first in expecting)) is None:
                continue
            end, kind = name
            if end > first:
                agencies.append((first, end, kind))
                edge = end
        doc.user_data[AGENCIES] = agencies
        return doc


@Language.factory("dau_phrases")
def phrases(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Factory of `Phrase`."""
    return Phrase(nlp)


@Language.factory("dau_agencies")
def agencies(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Factory of `Agencies`."""
    return Agencies()
