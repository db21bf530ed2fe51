"""Units to nodes: headings, texts, ids, evidence.

Ids are the component's slug and the printed markers; articles (Điều) are numbered through a document, so that their
ids do not hang on the chapter they stand in. A decimal number replaces its parent's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dau.document.directive import Evidence, Node
from dau.document.orthography import skeleton
from dau.document.transcript import box_around

from ..layout.lines import TextLine, join_lines
from ..layout.ruled import cell_texts
from .units import Outline, Unit

_LEAD_IN = re.compile(
    r"(?:\bsau|\bsau day|nhu sau|co trach nhiem|trach nhiem|bao gom|\bgom|cac khau|, cu the|cac noi dung|nhiem vu|"
    r"noi dung sau|thuc hien|yeu cau|quy dinh|thong nhat|quyet dinh|chi dao|truong hop)\s*:\s*$"
)
_CLOSING = re.compile(
    r"^(?:tren day|van phong .{0,60}thong bao|yeu cau (?:cac|thu truong|giam doc|lanh dao)|trong qua trinh|"
    r"can cu (?:chi thi|ke hoach|quyet dinh|noi dung|huong dan)|de nghi (?:cac|quy|thu truong|lanh dao)|"
    r"(?:chi thi|ke hoach|nghi quyet|thong bao|cong van|huong dan|quy che|quy dinh) nay|nhan duoc|tran trong|rat mong|"
    r"giao .{3,120}(?:theo doi|don doc|kiem tra|bao cao)|.{0,120}thong bao de .{3,120}biet|kinh (?:de nghi|trinh|mong)|"
    r".{3,120}\b(?:yeu cau|de nghi) .{0,400}(?:nghiem tuc|trien khai|thuc hien|bao cao|xem xet)|to chuc trien khai)"
)
_CARRYING_OUT = re.compile(r"to chuc .{0,20}th\S{1,3}c hien")
_NUMERIC = re.compile(r"^[\d.,%\s/-]+$")


@dataclass
class Draft:
    """A node in the making; `lines` are all lines that belong to it, blank ones included later."""

    unit: Unit
    heading: str | None
    text: str | None
    id: str = ""
    parent: str = ""


def unit_text(unit: Unit) -> str:
    """The unit's text without its marker, line breaks joined."""
    texts = []
    for n, line in enumerate(unit.lines):
        if line.index in unit.mute:
            continue
        texts.append(line.text[unit.marker.end :].strip() if n == 0 and unit.marker else line.text.strip())
    return join_lines(texts).strip(" |")


def draft(outline: Outline, component: str, appendix: bool) -> list[Draft]:
    """Nodes of one component, without evidence."""
    parents = {id(unit.parent) for unit in outline.units if unit.parent is not None}
    drafts = []
    for n, unit in enumerate(outline.units):
        after = outline.units[n + 1] if n + 1 < len(outline.units) else None
        heading, text = _heading(unit, id(unit) in parents, after)
        drafts.append(Draft(unit, heading, text))
    ids = _Ids(drafts, component)
    for n, d in enumerate(drafts):
        ids.give(n, d)
    return drafts


# -------------------------------------------------------------------- headings


def _heading(unit: Unit, holds: bool, after: Unit | None) -> tuple[str | None, str | None]:
    """(heading, text) of a unit; `holds` says that other units stand under it."""
    if unit.kind == "table_row":
        return _row_texts(unit)
    text = unit_text(unit)
    if not text:
        return None, None
    if unit.marker is None or unit.kind == "bullet":
        return None, text
    if unit.kind in ("part", "chapter", "section", "subsection"):
        titled = holds or unit.lines[0].caps or not _ends(text)
        return (text.rstrip(" :"), None) if len(text) <= 400 and titled else (None, text)
    if unit.kind == "article":
        return (text, None) if holds and not _ends(text) and len(text) <= 300 else (None, text)
    return _item_heading(text, holds, after)


def _ends(text: str) -> bool:
    return text.rstrip(" ”\"'").endswith((".", ";", ":", "!", "?", "…", ","))


def _item_heading(text: str, holds: bool, after: Unit | None) -> tuple[str | None, str | None]:
    words = len(text.split())
    if text.endswith(":"):
        name = text[:-1].rstrip()
        if words <= 30 and holds and not _LEAD_IN.search(skeleton(text)) and "." not in name.rstrip("."):
            return name, None
        return None, text
    if not _ends(text) and holds and words <= 40:
        return text, None
    split = _inline_heading(text)
    return split if split else (None, text)


def _inline_heading(text: str) -> tuple[str, str] | None:
    """ "Công an tỉnh: Chỉ đạo …" → the name in front of the colon, and what it is to do."""
    for m in re.finditer(r":\s+", text[:260]):
        name, rest = text[: m.start()].strip(), text[m.end() :]
        if name.count("“") != name.count("”") or name.count("(") != name.count(")"):
            continue
        if len(name.split()) > 34 or re.search(r"[.;]\s", name) or not rest[:1].isupper():
            return None
        # "các Sở: Tài chính, …" goes on as a list of names, not as a sentence
        if _LEAD_IN.search(skeleton(name) + ":") or re.search(
            r"\b(?:cac (?:bo|so|don vi|vu|cuc|phong|ban))$", skeleton(name)
        ):
            return None
        return name, rest
    return None


def _row_texts(unit: Unit) -> tuple[str | None, str | None]:
    if unit.lines[0].line.cell is not None:
        return _ruled_row_texts(unit)
    first = unit.lines[0].text.split(maxsplit=1)
    cells = [first[1].strip(" |")] if len(first) > 1 and first[1].strip(" |") else []
    cells += [line.text.strip(" |") for line in unit.lines[1:]]
    heads: list[str] = []
    for cell in cells:
        if _NUMERIC.match(cell) or (heads and not cell[:1].islower()):
            break
        heads.append(cell)
    rest = cells[len(heads) :]
    return join_lines(heads) or None, join_lines(rest) or None


def _ruled_row_texts(unit: Unit) -> tuple[str | None, str | None]:
    """The first cell that is no number, and the rest."""
    cells = [text.strip(" |") for text in cell_texts(unit.lines) if text.strip(" |")]
    if unit.number is not None:
        cells = cells[1:]
    heads = cells[:1] if cells and not _NUMERIC.match(cells[0]) else []
    return join_lines(heads) or None, join_lines(cells[len(heads) :]) or None


# ------------------------------------------------------------------------- ids


class _Ids:
    """Ids and parents of one component's nodes, given one after the other in the order of the document."""

    def __init__(self, drafts: list[Draft], component: str) -> None:
        marked = next((n for n, d in enumerate(drafts) if d.unit.marker or d.unit.kind == "table_row"), None)
        self._component = component
        self._opening = marked if marked is not None else _prose_opening(drafts)
        self._closing = _closing(drafts, marked)
        self._by_unit = {id(d.unit): d for d in drafts}
        self._counts: dict[str, int] = {}
        self._used: dict[str, int] = {}

    def give(self, n: int, d: Draft) -> None:
        """To the n-th draft; the one above it has its id by then."""
        if d.unit.special:
            name = f"can-cu-{self._count('can-cu')}" if d.unit.special == "can-cu" else d.unit.special
            d.parent, wanted = self._component, f"{self._component}/{name}"
        elif n in self._closing:
            d.parent, wanted = self._behind(self._closing[n])
        else:
            d.parent = self._by_unit[id(d.unit.parent)].id if d.unit.parent is not None else self._component
            wanted = self._wanted(n, d)
        d.id = self._free(wanted)

    def _wanted(self, n: int, d: Draft) -> str:
        """The id of a unit of the tree, should nothing else have it."""
        unit, above = d.unit, d.parent
        if unit.kind == "paragraph":
            return self._paragraph(n, unit, above)
        if unit.kind == "bullet":
            return f"{above}/-{self._count(f'{above}/-')}"
        if unit.kind == "article":
            return f"{self._component}/{unit.label}"
        if _continues_number(unit):
            return f"{above.rsplit('/', 1)[0]}/{unit.label}"
        return f"{above}/{unit.label}"

    def _paragraph(self, n: int, unit: Unit, above: str) -> str:
        holder = self._by_unit.get(id(unit.parent))
        if holder is None and n < self._opening:
            return f"{self._component}/preamble/p{self._count('preamble')}"
        # p1 is the marker's own paragraph, where that has text
        own = bool(holder and holder.text and holder.unit.kind != "table_row")
        return f"{above}/p{self._count(f'{above}/p', start=int(own))}"

    def _behind(self, section: Draft | None) -> tuple[str, str]:
        """Parent and id of a unit that closes a section, or the component."""
        if section:
            return section.id, f"{section.id}/p{self._count(f'{section.id}/p')}"
        count = self._count("closing")
        return self._component, f"{self._component}/closing" + (f"/p{count}" if count > 1 else "")

    def _count(self, key: str, start: int = 0) -> int:
        self._counts[key] = self._counts.get(key, start) + 1
        return self._counts[key]

    def _free(self, wanted: str) -> str:
        """The id itself the first time, `…~2` the second."""
        self._used[wanted] = self._used.get(wanted, 0) + 1
        found = wanted if self._used[wanted] == 1 else f"{wanted}~{self._used[wanted]}"
        while found != wanted and found in self._used:
            self._used[wanted] += 1
            found = f"{wanted}~{self._used[wanted]}"
        self._used.setdefault(found, 1)
        return found


def _continues_number(unit: Unit) -> bool:
    """Whether a decimal number (3.2) says that of the unit above it (3) again."""
    above = unit.parent.marker if unit.parent else None
    return bool(unit.marker and unit.marker.style == "decimal" and above and above.style in ("arabic", "decimal"))


def _prose_opening(drafts: list[Draft]) -> int:
    """In a body without any marker: how many of its units lead in (up to the first that ends with a colon)."""
    if any(d.unit.special for d in drafts):
        return len(drafts)
    for n, d in enumerate(drafts[:-1]):
        if d.text and d.text.rstrip().endswith(":"):
            return n + 1
    return 0


def _closing(drafts: list[Draft], marked: int | None) -> dict[int, Draft | None]:
    """Units that close the body: paragraphs behind the last list that belong to no item of it. The value is the
    section they close ("Tổ chức thực hiện"), or None for the body as a whole."""
    out: dict[int, Draft | None] = {}
    if not drafts or any(d.unit.kind == "article" for d in drafts):
        return out
    by_unit = {id(d.unit): d for d in drafts}
    n = len(drafts) - 1
    while n > 0 and drafts[n].unit.kind == "paragraph" and not drafts[n].unit.special:
        d = drafts[n]
        key = skeleton(d.text or "")
        final = n == len(drafts) - 1
        ended = bool(re.search(r"\./\W{0,4}$", d.text or ""))
        if not (_CLOSING.match(key) or (final and ended and marked is not None)):
            break
        top = _section_of(d.unit)
        if top is not None and d.unit.parent is top:
            break
        if top is not None and _CARRYING_OUT.search(skeleton(by_unit[id(top)].heading or "")):
            out[n] = by_unit[id(top)]
        elif marked is None or n > marked:
            out[n] = None
        n -= 1
    return dict(sorted(out.items()))


def _section_of(unit: Unit) -> Unit | None:
    """The outermost section (A., I., Chương) a unit stands in."""
    top, at = None, unit.parent
    while at is not None:
        if at.kind in ("section", "chapter", "part"):
            top = at
        at = at.parent
    return top


# -------------------------------------------------------------------- evidence


def evidence(lines: Sequence[TextLine]) -> tuple[Evidence, ...]:
    """Where the lines stand: one entry a page."""
    pages: dict[int, list[TextLine]] = {}
    for line in sorted(lines, key=lambda x: x.index):
        pages.setdefault(line.page, []).append(line)
    return tuple(
        Evidence(
            page=page,
            bbox=box_around(x.bbox for x in mine if not x.blank),
            lines=tuple([x.id for x in mine]),
        )
        for page, mine in pages.items()
    )


def finish(drafts: Sequence[Draft], owned: dict[int, list[TextLine]]) -> list[Node]:
    """The nodes; `owned` gives for each draft (by position) all its lines, blank ones included."""
    return [
        Node(
            id=d.id,
            parent=d.parent,
            kind=d.unit.kind,
            number=d.unit.number,
            heading=d.heading,
            text=d.text,
            evidence=evidence(owned.get(n, [])),
        )
        for n, d in enumerate(drafts)
    ]
