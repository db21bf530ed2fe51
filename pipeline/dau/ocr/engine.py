"""What an engine is, and what none may give."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Protocol

from dau.document.errors import DauError
from dau.document.page import Image, Page

from .lines import Box, TextLine


class Engine(Protocol):
    """Page image → lines of words with boxes and confidence.

    An engine that is not installed raises DependencyError when it is made. Whatever goes wrong on a page is a
    DauError and concerns that page only. `version` names program and model: it enters the settings digest.
    """

    name: str
    version: str

    def read(self, page: Page) -> list[TextLine]:
        """The lines of `page.readable`, top to bottom by the engine's own layout, boxes in its pixels."""
        ...

    def read_lines(self, grey: Image, boxes: Sequence[Box]) -> list[TextLine]:
        """What stands in each of the boxes, in their order: the layout is known already."""
        ...


_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Control characters, breaks of lines and pages, halves of characters: they would break every file they got into."""


def sound(engine: Engine, lines: list[TextLine]) -> list[TextLine]:
    """The lines an engine gave, or a DauError where they can be no reading: native code gone wrong does not always
    crash."""
    for line in lines:
        numbers = [*line.box, *(n for token in line.tokens for n in (*token.box, token.confidence))]
        if not all(map(math.isfinite, numbers)) or any(_NO_TEXT.search(token.text) for token in line.tokens):
            raise DauError(f"{engine.name} gave no reading of the page but nonsense.", "Run the page again.")
    return lines
