"""The pipeline put together, once for each process, and the one call through which the parser uses it."""

from __future__ import annotations

from functools import cache, lru_cache

import spacy
from spacy.attrs import LOWER, NORM
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from . import components, tokenizer
from .components import AGENCIES, OPENERS, RELATIONS, TABLES
from .reading import Mark, Reading
from .tokenizer import SYLLABLES

_CONFIG = {"nlp": {"tokenizer": {"@tokenizers": "dau.syllables.v1"}}}
_MOST_WORDS = 250_000
"""So many distinct tokens may a pipeline have met before it is built anew: damaged text has no end of them."""
_RECENT = 1024
"""Readings kept: the parser asks for one unit of a document several times, for citations, tasks and emulation."""


@cache
def pipeline() -> Language:
    """The blank Vietnamese pipeline; compiled at the first call, then kept. Nothing in it is trained."""
    assert tokenizer and components  # their registrations are what is needed
    nlp = spacy.blank("vi", config=_CONFIG)
    # the matchers compare these; the shape, prefix … of every new syllable would be worked out for nothing
    getters = nlp.vocab.lex_attr_getters  # type: ignore[attr-defined]
    nlp.vocab.lex_attr_getters = {attr: getters[attr] for attr in (LOWER, NORM)}  # type: ignore[attr-defined]
    nlp.add_pipe("dau_phrases")
    nlp.add_pipe("dau_agencies")
    return nlp


def _analyse(text: str) -> Doc:
    nlp = pipeline()
    if len(nlp.vocab) > _MOST_WORDS:
        pipeline.cache_clear()
        nlp = pipeline()
    nlp.max_length = max(nlp.max_length, len(text) + 1)
    doc = nlp.make_doc(text)
    for _, component in nlp.pipeline:  # as `nlp(text)`, without its handling of errors
        doc = component(doc)
    return doc


@lru_cache(maxsize=_RECENT)
def read(text: str) -> Reading:
    """The text as a `Reading`: tokens, predicates, agencies, relations between actors."""
    doc = _analyse(text)
    words, starts = doc.user_data[SYLLABLES]
    return Reading(text, tuple(words), tuple(starts), _marks(doc))


def _marks(doc: Doc) -> dict[str, tuple[Mark, ...]]:
    tables: dict[str, dict[int, int]] = doc.user_data[TABLES]
    marks = {
        label: tuple(Mark(first, end, label, label) for first, end in sorted(tables.get(label, {}).items()))
        for label in ("predicate", *RELATIONS)
    }
    openers = [(first, end, kind) for kind in OPENERS for first, end in tables.get(kind, {}).items()]
    marks["opener"] = tuple(Mark(first, end, "opener", kind) for first, end, kind in sorted(openers))
    marks["agency"] = tuple(Mark(first, end, "agency", kind) for first, end, kind in doc.user_data[AGENCIES])
    return marks


def annotate(text: str) -> Doc:
    """The text as a spaCy document with its marks as spans (`doc.spans["agency"]` …), for `displacy`."""
    doc = _analyse(text)
    for label, marks in _marks(doc).items():
        spans = [Span(doc, mark.first, mark.last, label=mark.kind) for mark in marks]
        doc.spans[label] = SpanGroup(doc, name=label, spans=spans)
    return doc


__all__ = ["annotate", "pipeline", "read"]
