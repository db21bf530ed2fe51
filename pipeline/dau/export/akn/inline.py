"""`<ref>` around the names of cited documents, where a node's text holds them letter by letter."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from dau.document.directive import Citation, Directive

from ..markup import Tree
from .uri import of_citation

_SHORTEST = 4
"""Letters: what is shorter is no name of a document."""


class References:
    """Which document each node cites, and where that points."""

    def __init__(self, directive: Directive, xml: Tree) -> None:
        self.xml = xml
        self._of_node: dict[str, list[Citation]] = defaultdict(list)
        self.hrefs = {cited.id: of_citation(cited) or f"#{eid_of(cited)}" for cited in directive.citations}
        for cited in directive.citations:
            for node in cited.mentions:
                self._of_node[node].append(cited)

    def fill(self, element: Any, text: str, node: str | None) -> None:
        """Set the text of an element, the documents it names as `<ref>`; no letter is added or lost."""
        at, last = 0, None
        for start, end, href in self._places(text, self._of_node.get(node or "", [])):
            _append(element, last, self.xml.fit(text[at:start]))
            last = self.xml.add(element, "ref", text[start:end], href=href)
            at = end
        _append(element, last, self.xml.fit(text[at:]))

    def _places(self, text: str, cited: list[Citation]) -> list[tuple[int, int, str]]:
        found: list[tuple[int, int, str]] = []
        for each in cited:
            for name in (each.raw, each.number):
                start = text.find(name) if name and len(name) >= _SHORTEST else -1
                if name and start >= 0 and all(start + len(name) <= s or e <= start for s, e, _ in found):
                    found.append((start, start + len(name), self.hrefs[each.id]))
                    break
        return sorted(found)


def eid_of(cited: Citation) -> str:
    return "ref-" + ("".join(c for c in cited.id if c.isalnum()) or "x")


def _append(element: Any, last: Any, text: str) -> None:
    """Even an empty text is set: then nothing is indented inside the element, which would add to its words."""
    if last is None:
        element.text = text
    else:
        last.tail = text
