"""Components of the pipeline. Each marks spans in `doc.spans` under its own key and changes nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span, SpanGroup

from .lexicon import assignment, comma_names
from .names import Grammar, Phrases

PHRASES = ("predicate", "known", "named", "role", "noun", "tail", "quantifier")
RELATIONS = ("coordinate", "direct", "report", "opener", "adjunct")


class Phrasebook:
    """Longest matches of lists of phrases: several syllables by their bare letters, one syllable as spelt."""

    def __init__(self, nlp: Language, lists: dict[str, Iterable[str]]) -> None:
        self.loose = PhraseMatcher(nlp.vocab, attr="NORM")
        self.exact = PhraseMatcher(nlp.vocab, attr="LOWER")
        make = nlp.make_doc
        for label, phrases in lists.items():
            docs = [make(phrase) for phrase in phrases]
            for matcher, chosen in (
                (self.loose, [d for d in docs if len(d) > 1]),
                (self.exact, [d for d in docs if len(d) == 1]),
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


def _group(doc: Doc, name: str, spans: list[Span]) -> None:
    doc.spans[name] = SpanGroup(doc, name=name, spans=spans)


def _leftmost(table: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Phrases in order, those inside an earlier one left out."""
    edge = 0
    for first in sorted(table):
        if first >= edge:
            edge = table[first]
            yield first, edge


class Phrase:
    """Marks predicates, relations between actors, and the words that names are made of."""

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
        }
        self.book = Phrasebook(nlp, lists | {f"opener.{kind}": said for kind, said in words.openers.items()})

    def __call__(self, doc: Doc) -> Doc:
        tables = self.book.tables(doc)
        for label in (*PHRASES, *RELATIONS):
            if label == "opener":
                spans = [
                    Span(doc, first, end, label=key.split(".")[1])
                    for key, table in tables.items()
                    if key.startswith("opener.")
                    for first, end in table.items()
                ]
            else:
                spans = [Span(doc, first, end, label=label) for first, end in tables.get(label, {}).items()]
            _group(doc, label, sorted(spans, key=lambda s: (s.start, -s.end)))
        return doc


class Agencies:
    """Marks every agency name, one span a name, by the grammar of `names`."""

    def __call__(self, doc: Doc) -> Doc:
        tables = {label: {span.start: span.end for span in doc.spans[label]} for label in PHRASES}
        words = [token.text for token in doc]
        grammar = Grammar(words, [word.lower() for word in words], Phrases(**tables))
        starts = sorted({*tables["known"], *tables["named"], *tables["role"], *tables["noun"], *tables["quantifier"]})
        expecting = {span.end for label in ("coordinate", "opener") for span in doc.spans[label]}
        spans, edge = [], 0
        for first in starts:
            if first < edge or (found := grammar.name(first, first in expecting)) is None:
                continue
            end, kind = found
            if end > first:
                spans.append(Span(doc, first, end, label=kind))
                edge = end
        _group(doc, "agency", spans)
        return doc


@Language.factory("dau_phrases")
def phrases(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Factory of `Phrase`."""
    return Phrase(nlp)


@Language.factory("dau_agencies")
def agencies(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Factory of `Agencies`."""
    return Agencies()
