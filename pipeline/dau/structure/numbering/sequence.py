"""The sequence logic of numbering: whether a marker continues its siblings, opens a list, or only looks like one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from ..facts.markers import POINT_ALPHABET, RANK, Marker, Style, roman
from ..layout.lines import TextLine
from ..layout.paragraphs import Break
from .units import Unit

Fit = Literal["next", "first", "gap", "odd"]
"""How a number stands to its list: the next one, the first of a new list, a jump, or neither."""

_HEADED: frozenset[Style] = frozenset(("part", "chapter", "section", "subsection"))
_NESTING: frozenset[Style] = frozenset(("letter", "arabic", "paren"))
_REFERS = re.compile(
    r"\b(?:(?:[Kk]hoản|[Đđ]iểm|[Đđ]iều)\s+[\w, ]{1,16}|(?:theo|tại|và|hoặc|đến|của)(?:\s+các)?)$"
)
"""How a line ends that goes on with a reference: "… tại khoản 3" / "Điều 1."."""
_WORTH: dict[Fit, int] = {"next": 40, "first": 30, "gap": 15, "odd": 0}


def rank_of(marker: Marker) -> int:
    """How deep a marker stands; deeper is greater."""
    return RANK[marker.style] + (len(marker.path) if marker.style == "decimal" else 0)


def last_of(stack: Sequence[Unit], marker: Marker) -> Unit | None:
    """The open unit of the marker's own style, unless a higher level was opened since."""
    for unit in reversed(stack):
        if unit.marker and unit.marker.style == marker.style:
            if marker.style == "decimal" and len(unit.marker.path) > len(marker.path):
                continue
            return unit
        if unit.rank < RANK[marker.style]:
            return None
    return None


def fit_of(stack: Sequence[Unit], marker: Marker, value: int, largest_gap: int) -> Fit:
    """How the value continues the list it would belong to."""
    last = last_of(stack, marker)
    if marker.style == "decimal":
        return _fit_decimal(stack, marker, last, largest_gap)
    if last is None:
        return "first" if value == 1 else "odd"
    step = value - last.value
    if step == 1 or (step == 0 and marker.suffix):
        return "next"
    return "gap" if 1 < step <= largest_gap else "odd"


def article_fit(units: Sequence[Unit], marker: Marker, value: int, largest_gap: int) -> Fit:
    """How an article continues the one before it, in whatever chapter that stood: articles are numbered through a
    document."""
    last = next((unit for unit in reversed(units) if unit.kind == "article"), None)
    return fit_of([last], marker, value, largest_gap) if last else "odd"


def _fit_decimal(stack: Sequence[Unit], marker: Marker, last: Unit | None, largest_gap: int) -> Fit:
    above, number = marker.path[:-1], marker.path[-1]
    if last and last.marker and last.marker.path[:-1] == above:
        step = number - last.value
        return "next" if step == 1 else "gap" if 1 < step <= largest_gap else "odd"
    if number == 1:
        head = next((u for u in reversed(stack) if u.marker and u.marker.style == "arabic"), None)
        under_own = last is not None and last.marker is not None and last.marker.path == above
        return "first" if under_own or head is None or head.value == marker.path[0] else "odd"
    shallower = [u.marker.path for u in stack if u.marker and u.marker.style == "decimal"]
    return "next" if any(path[:-1] == above and path[-1] + 1 == number for path in shallower) else "odd"


def score(
    stack: Sequence[Unit],
    current: Unit | None,
    before: TextLine | None,
    line: TextLine,
    marker: Marker,
    value: int,
    fit: Fit,
    strength: Break,
) -> int:
    """How believable it is that `line` begins with this marker: 0 rejects, otherwise the higher the likelier.

    `stack` holds the open units, `current` the one still growing, `before` the line above.
    """
    rest = line.text[marker.end :].lstrip(" “\"'(")
    if marker.style == "article":
        return _score_article(current, before, marker, fit, strength, rest)
    if not rest and marker.style not in _HEADED:
        alone = marker.clean and fit in ("next", "first") and strength >= Break.LIKELY
        return 10 if alone and marker.style in ("arabic", "letter", "decimal", "roman") else 0
    sure = fit in ("next", "first") and strength >= Break.LIKELY
    if rest and not (sure or marker.style in ("letter", "paren") or _begins_text(rest, fit)):
        return 0
    worth = _WORTH[fit] + (5 if marker.clean else 0)
    colon = before is not None and before.text.rstrip(" *”\"'").endswith(":")
    apart = line.blanks > 0 and marker.clean and rest[:1].isupper()
    if fit == "next" and (strength >= Break.UNLIKELY or apart):
        return worth
    if fit == "first" and (strength >= Break.LIKELY or (colon and strength >= Break.UNLIKELY)):
        return worth + (5 if colon else 0)
    if fit == "gap" and strength >= Break.LIKELY and marker.clean:
        return worth
    if fit == "odd" and strength >= Break.LIKELY and marker.clean and _plausible_odd(stack, marker, value, rest):
        return 8
    if fit != "odd" and rest and line.caps and marker.style in ("roman", "upper"):
        return 0 if before is not None and before.open_end else worth - 5
    return 0


def _begins_text(rest: str, fit: Fit) -> bool:
    return rest[0].isupper() or rest[0] in '“"' or (rest[0].isdigit() and fit == "next")


def _plausible_odd(stack: Sequence[Unit], marker: Marker, value: int, rest: str) -> bool:
    """A list that does not begin with its first item (a page from the middle), or begins anew."""
    if marker.style in _HEADED:
        return True
    if not rest[:1].isupper():
        return False
    unled = last_of(stack, marker) is None and value <= 30 and marker.style in ("arabic", "letter", "roman")
    return value == 1 or unled


def _score_article(
    current: Unit | None, before: TextLine | None, marker: Marker, fit: Fit, strength: Break, rest: str
) -> int:
    if not rest and before is not None and _REFERS.search(before.text):
        return 0
    if fit == "next" and (strength >= Break.UNLIKELY or ((not rest or rest[:1].isupper()) and marker.clean)):
        return 60
    if strength >= Break.LIKELY and (marker.clean or fit in ("first", "gap")):
        return 50 if fit != "odd" else 20
    after_formula = current is not None and current.kind == "enacting_formula"
    return 50 if after_formula else 0


def close_for(stack: list[Unit], current: Unit | None, marker: Marker, fit: Fit) -> None:
    """Close the units that a new one with this marker does not stand under.

    A first item right behind a lead-in that ends with a colon stands under it, whatever its style; an item that
    continues a list closes everything up to its sibling.
    """
    rank = rank_of(marker)
    if current is not None and fit == "first" and marker.style in _NESTING and _leads_in(stack, current, marker):
        return
    if fit == "next" and marker.style in _NESTING:
        while stack and not (stack[-1].marker and stack[-1].marker.style == marker.style):
            stack.pop()
        if stack:
            stack.pop()
        return
    while stack and stack[-1].rank >= rank:
        stack.pop()


def _leads_in(stack: Sequence[Unit], current: Unit, marker: Marker) -> bool:
    ends = current in stack and current.lines[-1].text.rstrip(" *").endswith(":")
    return (
        ends and current.rank >= rank_of(marker) and current.marker is not None and current.marker.style != marker.style
    )


_FIGURE = re.compile(r"(\d+)[.)]$")


def label(marker: Marker, value: int) -> tuple[str | None, str]:
    """(the marker as it should stand in print, its part of an id)."""
    style, printed = marker.style, marker.printed
    if style in ("dash", "plus"):
        return None, ""
    if style == "roman":
        return f"{roman(value)}.", roman(value)
    if style == "letter":
        sign = POINT_ALPHABET[value - 1]
        return f"{sign}{printed[-1] if printed[-1] == '.' else ')'}", sign
    if style == "decimal":
        path = ".".join(map(str, marker.path))
        return f"{path}." if printed.endswith(".") or not marker.clean else path, path
    if style == "arabic":
        # a figure stands as printed, whatever the order asks for: only the id follows the order
        figure = _FIGURE.match(printed)
        sign = printed[-1] if marker.clean or printed[-1] == ")" else "."
        return f"{figure[1] if figure else value}{sign}", str(value)
    if style == "article":
        return f"Điều {value}{marker.suffix}.", f"dieu-{value}{marker.suffix}"
    if style == "upper":
        return printed, "ABCDEFGH"[value - 1]
    if style == "paren":
        return printed, printed.strip("() .'’")
    names = {"part": "phan", "chapter": "chuong", "section": "muc", "subsection": "tieu-muc"}
    shown = roman(value) if style in ("part", "chapter") else str(value)
    return printed.rstrip(" .:"), f"{names[style]}-{shown}"


def misread(printed: str, shown: str) -> bool:
    """The marker was misread: other signs than the number it stands for (spaces and full stops aside)."""
    strip = " .,'’‘`*~•|_():/"
    return printed.strip(strip).lower() != shown.strip(strip).lower()
