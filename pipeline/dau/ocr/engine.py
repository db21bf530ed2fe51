"""What an engine is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

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
