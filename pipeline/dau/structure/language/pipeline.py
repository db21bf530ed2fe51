"""The pipeline put together, once for each process, and the one call through which the parser uses it."""

from __future__ import annotations

from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from . import components, tokenizer
from .components import PHRASES, RELATIONS
from .reading import Mark, Reading

_CONFIG = {"nlp": {"tokenizer": {"@tokenizers": "dau.syllables.v1"}}}
LABELS = ("agency", *RELATIONS, *PHRASES)


@cache
def pipeline() -> Language:
    """The blank Vietnamese pipeline; compiled at the first call, then kept. Nothing in it is trained."""
    assert tokenizer and components  # their registrations are what is needed
    nlp = spacy.blank("vi", config=_CONFIG)
    nlp.add_pipe("dau_phrases")
    nlp.add_pipe("dau_agencies")
    return nlp


def annotate(text: str) -> Doc:
    """The text as a spaCy document with its spans, for `displacy` and for looking at."""
    return pipeline()(text)


def read(text: str) -> Reading:
    """The text as a `Reading`; the pipeline's own memory for it is freed again."""
    nlp = pipeline()
    nlp.max_length = max(nlp.max_length, len(text) + 1)
    with nlp.memory_zone():
        return _reading(nlp(text))


def _reading(doc: Doc) -> Reading:
    marks = {
        label: tuple(Mark(span.start, span.end, label, span.label_) for span in doc.spans[label]) for label in LABELS
    }
    return Reading(doc.text, tuple(t.text for t in doc), tuple(t.idx for t in doc), marks)
