"""What the text says of itself: articles it points to, lists it counts, days it names, articles and pages in order.

Gaps of one to three among siblings and table rows are noticed where the tree is built (`list_marker_gap`,
`table_row_gap`); here are those that look like a lost page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dau.document.directive import Block, Component, Directive, Node, Recipient, ReviewItem, Witness
from dau.document.orthography import skeleton

from ..computed import plain
from ..facts.dates import find_dates

_POINTER = re.compile(r"\W*nhu dieu (\d{1,3})\b")
_ARTICLE = re.compile(r"\D*(\d{1,3})")
_COUNT = re.compile(r"\d dieu\b")
_MADE_OF = re.compile(
    r"\b(?:gom|co) (?:(?P<chapters>\d{1,2}) chuong(?:\s*,|\s+va)?\s+)?(?:voi )?(?P<articles>\d{1,3}) dieu\b"
)


def check_references(directive: Directive) -> list[ReviewItem]:
    """Flags for what the text says of itself and is not so."""
    nodes = directive.nodes
    out = [*_pointers(nodes, directive.components, directive.recipients), *_made_of(nodes), *_days(nodes)]
    return [*out, *_lost_articles(nodes), *_lost_pages(directive.blocks)]


def _number(node: Node) -> int | None:
    m = _ARTICLE.match(node.number or "")
    return int(m[1]) if m else None


def _pointers(
    nodes: Sequence[Node], components: Sequence[Component], recipients: Sequence[Recipient]
) -> Iterator[ReviewItem]:
    """ "Như Điều 3" in Nơi nhận, where the document has no such article."""
    main = next((c.id for c in components if c.role == "main"), None)
    articles = [n for n in nodes if n.kind == "article" and main and n.id.startswith(f"{main}/")]
    numbers = sorted({number for n in articles if (number := _number(n)) is not None})
    for place, recipient in enumerate(recipients):
        m = _POINTER.match(skeleton(recipient.raw))
        if not m or not numbers or int(m[1]) in numbers:
            continue
        yield ReviewItem(
            code="reference_unresolved",
            severity="medium",
            field=f"/recipients/{place}",
            message=f"Nơi nhận ghi “{recipient.raw}” nhưng văn bản không có Điều {m[1]}",
            raw=recipient.raw,
            witnesses=(Witness(kind="last_article", text=f"Điều {numbers[-1]}", where=articles[-1].id),),
        )


def _made_of(nodes: Sequence[Node]) -> Iterator[ReviewItem]:
    """ "gồm 5 chương, 20 điều", of the component it stands in or the first one attached."""
    for node in nodes:
        text = node.text or ""
        m = _MADE_OF.search(plain(text)) if _COUNT.search(plain(text)) else None
        if not m or not re.search(r"\b(?:nay|kem theo)\b", skeleton(text)):
            continue
        for part in ("chapters", "articles"):
            said = m[part]
            counts = _counted(nodes, part[:-1])
            if said and counts and int(said) not in counts.values():
                nearest = min(counts.values(), key=lambda count: abs(count - int(said)))
                yield ReviewItem(
                    code="internal_inconsistency",
                    severity="medium",
                    node=node.id,
                    message=f"Nói “{text[m.start() : m.end()]}” nhưng tìm thấy {nearest}",
                    raw=text[m.start() : m.end()],
                    alternatives=(),
                )


def _counted(nodes: Sequence[Node], kind: str) -> dict[str, int]:
    """How many units of a kind each component holds."""
    counts: dict[str, int] = {}
    for node in nodes:
        if node.kind == kind:
            component = node.id.split("/", 1)[0]
            counts[component] = counts.get(component, 0) + 1
    return counts


def _days(nodes: Sequence[Node]) -> Iterable[ReviewItem]:
    """Days in the text that no calendar has: an engine misread one, or the author mistyped it."""
    for node in nodes:
        text = " ".join(filter(None, (node.heading, node.text)))
        for found in find_dates(text):
            if found.status == "impossible":
                yield ReviewItem(
                    code="text_date_impossible",
                    severity="medium",
                    node=node.id,
                    message=f"Ngày không có trong lịch: “{found.raw}”",
                    raw=found.raw,
                )


_SMALL = 3
"""The largest gap the tree takes for one in a list, and flags itself."""


def _lost_articles(nodes: Sequence[Node]) -> Iterator[ReviewItem]:
    """Điều 4, then Điều 12: what stood between them was not scanned, or not recognised."""
    before: dict[str, tuple[int, Node]] = {}
    for node in nodes:
        number = _number(node) if node.kind == "article" else None
        if number is None:
            continue
        component = node.id.split("/", 1)[0]
        last = before.get(component)
        if last and number - last[0] - 1 > _SMALL:
            yield ReviewItem(
                code="list_marker_gap",
                severity="medium",
                node=node.id,
                message=f"Từ Điều {last[0]} sang Điều {number}: thiếu trang, hoặc điều được trích từ văn bản khác",
                raw=node.number,
                witnesses=(Witness(kind="article_before", text=last[1].number or "", where=last[1].id),),
            )
        before[component] = (number, node)


def _lost_pages(blocks: Sequence[Block]) -> Iterator[ReviewItem]:
    """Printed page numbers that run ahead of the pages, and keep running so: a sheet was not scanned.

    Two numbers that follow each other on either side of the gap are not misread; and where the numbers come back to a
    distance from the page count that they had before, those between were.
    """
    printed = dict(sorted(_page_numbers(blocks).items()))
    distances = {page: number - page for page, (number, _) in printed.items()}
    for page, (number, _) in printed.items():
        ahead, after = printed.get(page - 1), printed.get(page + 1)
        steady = after is not None and after[0] == number + 1
        first = page - 2 not in printed and ahead is not None and ahead[0] == page - 1
        known = ahead is not None and (first or printed.get(page - 2, (0,))[0] == ahead[0] - 1)
        before = {distance for other, distance in distances.items() if other < page}
        returns = any(distance in before for other, distance in distances.items() if other >= page)
        if ahead and known and steady and number > ahead[0] + 1 and not returns:
            yield ReviewItem(
                code="page_missing",
                severity="high",
                page=page,
                message=f"Số trang in nhảy từ {ahead[0]} sang {number}: có thể thiếu trang khi quét",
                raw=str(number),
                witnesses=(Witness(kind="page_number", text=str(ahead[0]), where=ahead[1]),),
            )


def _page_numbers(blocks: Sequence[Block]) -> dict[int, tuple[int, str]]:
    """Page → the number printed on it, and the line it stands on."""
    printed: dict[int, tuple[int, str]] = {}
    for block in blocks:
        m = re.fullmatch(r"\W*(\d{1,3})\W*", block.text)
        page = re.match(r"p(\d+)-", str(block.lines[0])) if block.lines else None
        if block.kind == "page_number" and m and page:
            printed.setdefault(int(page[1]), (int(m[1]), str(block.lines[0])))
    return printed
