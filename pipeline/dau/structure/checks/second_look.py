"""The checks that need the whole document: its parts held against each other, its doubts against their witnesses."""

from __future__ import annotations

from collections.abc import Sequence

from dau.document.directive import Directive
from dau.document.transcript import Transcript

from ..header.metadata import Facts
from ..layout.blocks import Part
from .agreement import check_agreement
from .candidates import with_candidates
from .references import check_references
from .weighing import weigh
from .witnesses import find_witnesses


def second_look(
    directive: Directive, facts: Facts, parts: Sequence[Part], transcript: Transcript, filename: str | None = None
) -> Directive:
    """The same document with more flags, and with the witnesses for and against those it had. Nothing else changes."""
    witnesses = find_witnesses(facts, parts, directive.nodes, transcript)
    review = with_candidates(directive.review, facts, witnesses, filename)
    review = weigh(review, facts, witnesses, filename)
    review += check_agreement(facts, directive.metadata, parts)
    review += check_references(directive)
    return directive.model_copy(update={"review": tuple(review)})
