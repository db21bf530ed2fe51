"""Body lines to the tree: units by marker and paragraph, sequence logic, ids.

A marker counts only if print lets a paragraph begin there and the number continues its siblings or opens a list;
anything else that looks like one ("19. Đồng thời" behind "Covid-") stays text and is noted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from dau.document.directive import NodeKind

from . import anchors
from .lines import Layout, TextLine
from .markers import POINT_ALPHABET, RANK, Marker, Style, markers, roman
from .paragraphs import Break, break_between
from .settings import StructureSettings
from .tables import TableRegion, find_tables

Fit = Literal["next", "first", "gap", "odd"]
NoticeCode = Literal["false_list_marker", "list_marker_gap", "list_marker_misread", "table_row_gap", "page_break_split"]

_DIGITS_FIRST = re.compile(r"^\d[\d./-]*\b")
_KINDS: dict[Style, NodeKind] = {
    "part": "part", "chapter": "chapter", "section": "section", "subsection": "subsection", "article": "article",
    "upper": "section", "roman": "section", "arabic": "item", "decimal": "item", "letter": "point", "paren": "item",
    "dash": "bullet", "plus": "bullet",
}
ROW_RANK = 55
"""Rows of a table stand between articles and the lists within them."""


@dataclass
class Unit:
    """A paragraph with its marker, or one of the preamble's special lines; becomes a node."""

    kind: NodeKind
    lines: list[TextLine]
    marker: Marker | None = None
    value: int = 0
    rank: int = 1000
    label: str = ""
    number: str | None = None
    parent: Unit | None = None
    special: str = ""
    mute: set[int] = field(default_factory=set)
    """Indices of lines that belong here but are no text of the unit: the heads of its table."""


@dataclass(frozen=True)
class Notice:
    """Something a reviewer should see at a unit."""

    code: NoticeCode
    unit: Unit | None
    raw: str
    detail: str = ""
    severe: bool = True


@dataclass
class Outline:
    """The units of one body in document order, its tables and what was noticed."""

    units: list[Unit] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    tables: list[tuple[TableRegion, Unit | None, list[Unit]]] = field(default_factory=list)
    strays: list[TextLine] = field(default_factory=list)
    """Table heads that stand under no unit."""


def build(lines: Sequence[TextLine], layout: Layout, settings: StructureSettings, appendix: bool) -> Outline:
    """The units of a body. `lines` are its printed lines without page numbers and rules; `appendix` says that a table
    runs to the end."""
    builder = _Builder(layout, settings, formal=any(anchors.is_enacting(x) or anchors.is_legal_basis(x) for x in lines[:120]))
    regions = {region.begin: region for region in find_tables(lines, layout.full, appendix)}
    n = 0
    while n < len(lines):
        region = regions.get(n)
        if region:
            builder.table(lines, region)
            n = region.end
            continue
        builder.line(lines[n])
        n += 1
    _demote_prose_bases(builder.out)
    return builder.out


def _demote_prose_bases(out: Outline) -> None:
    """Where nothing is enacted, "Căn cứ …, Sở yêu cầu …" is prose: a căn cứ proper ends with a semicolon, or stands
    among others."""
    if any(unit.kind == "enacting_formula" for unit in out.units):
        return
    for before, unit in zip([None, *out.units], out.units, strict=False):
        if unit.kind not in ("legal_basis", "proposal"):
            continue
        end = unit.lines[-1].text.rstrip(" *")
        among = before is not None and before.kind == "legal_basis" and end.endswith((".", ",", ";"))
        if not (end.endswith(";") or among):
            unit.kind, unit.special = "paragraph", ""


class _Builder:
    """State of one pass over a body: the open units, outermost first, and the unit still growing."""

    def __init__(self, layout: Layout, settings: StructureSettings, formal: bool) -> None:
        self.formal = formal
        self.layout = layout
        self.settings = settings
        self.out = Outline()
        self.stack: list[Unit] = []
        self.current: Unit | None = None
        self.before: TextLine | None = None
        self.marked = False
        self.quoted = 0

    # ------------------------------------------------------------------ lines

    def line(self, line: TextLine) -> None:
        strength = self._strength(line)
        special = None if self.marked else self._special(line, strength)
        if special:
            self._open_special(line, *special)
        elif not self._quoting(line) and (chosen := self._choose(line, strength)):
            self._open_marker(line, *chosen)
        elif self.current is None or (strength >= Break.LIKELY and not self._continues_heading(line)):
            self._open_paragraph(line)
        else:
            self._extend(line)
        self._track_quotes(line)
        self.before = line

    def _strength(self, line: TextLine) -> Break:
        if self.before is None or self.current is None:
            return Break.SURE
        return break_between(self.before, line, self.layout, len(self.current.lines) == 1)

    def _continues_heading(self, line: TextLine) -> bool:
        """Capitals under capitals, or the title of a chapter under its number."""
        unit = self.current
        if unit is None or unit.marker is None:
            return bool(unit and unit.special == "authority" and line.caps)
        head = unit.lines[0]
        if len(unit.lines) == 1 and not head.text[unit.marker.end :].strip():
            return True
        shown = head.text[unit.marker.end :]
        return line.caps and head.caps and len(shown) > 1 and not head.full_stop and unit.lines[-1].caps

    def _quoting(self, line: TextLine) -> bool:
        """Inside a quoted provision, whose markers are not the document's own."""
        return self.quoted > 0

    def _track_quotes(self, line: TextLine) -> None:
        opening, closing = line.text.count("“"), line.text.count("”")
        if self.quoted:
            self.quoted = 0 if closing > opening or self.quoted > 300 else self.quoted + 1
        elif line.text[:1] == "“" and opening > closing and markers(line.text[1:].lstrip()):
            self.quoted = 1

    # --------------------------------------------------------------- preamble

    def _special(self, line: TextLine, strength: Break) -> tuple[NodeKind, str] | None:
        """Authority, căn cứ, proposal and enacting formula, which stand before the first marker."""
        if anchors.is_enacting(line) and (line.text.rstrip(" *.'").endswith(":") or self.out.units):
            return "enacting_formula", "enacting"
        if not self.out.units and line.caps and not markers(line.text):
            heads = anchors.AGENCY_HEADS.match(line.key.strip(" *'")) or anchors.is_position(line.text)
            return ("authority", "authority") if heads else None
        ended = strength >= Break.LIKELY or (self.before is not None and self.before.terminal)
        after_basis = self.current is not None and self.current.special == "can-cu" and self.before is not None
        listed = after_basis and self.before is not None and self.before.text.rstrip().endswith((",", ";", "."))
        if anchors.is_legal_basis(line) and (ended or listed) and not anchors.is_no_legal_basis(line.key):
            return "legal_basis", "can-cu"
        if self.formal and anchors.is_proposal(line) and (ended or listed):
            return "proposal", "de-nghi"
        return None

    def _open_special(self, line: TextLine, kind: NodeKind, name: str) -> None:
        unit = Unit(kind, [line], special=name)
        self.out.units.append(unit)
        self.current = unit

    # ---------------------------------------------------------------- markers

    def _choose(self, line: TextLine, strength: Break) -> tuple[Marker, int, Fit] | None:
        """The reading of the line's beginning that is to be believed, if any."""
        found = markers(line.text)
        best: tuple[int, Marker, int, Fit] | None = None
        for marker in found:
            if marker.style in ("dash", "plus"):
                if self._bullet(line, marker, strength):
                    return marker, 0, "next"
                continue
            for value in marker.values:
                fit = self._fit(marker, value)
                score = self._score(line, marker, fit, strength, value)
                if score > 0 and (best is None or score > best[0]):
                    best = (score, marker, value, fit)
        if best:
            return best[1], best[2], best[3]
        if self.current is not None and (found or _DIGITS_FIRST.match(line.text)):
            self.out.notices.append(Notice("false_list_marker", self.current, line.text[:40], severe=bool(found)))
        return None

    def _bullet(self, line: TextLine, marker: Marker, strength: Break) -> bool:
        rest = line.text[marker.end :].lstrip(" “\"'(")
        if not rest or not (rest[0].isalnum()):
            return False
        if strength >= Break.LIKELY:
            return True
        ended = self.before is not None and self.before.terminal
        return ended and (rest[0].isupper() or rest[0].isdigit()) and strength >= Break.UNLIKELY

    def _fit(self, marker: Marker, value: int) -> Fit:
        """How the value continues the list it would belong to."""
        last = self._last_of(marker)
        if marker.style == "decimal":
            return self._fit_decimal(marker, last)
        if last is None:
            return "first" if value == 1 else "odd"
        step = value - last.value
        if step == 1 or (step == 0 and marker.suffix):
            return "next"
        return "gap" if 1 < step <= self.settings.largest_list_gap else "odd"

    def _fit_decimal(self, marker: Marker, last: Unit | None) -> Fit:
        head = next((u for u in reversed(self.stack) if u.marker and u.marker.style == "arabic"), None)
        above = last.marker.path[:-1] if last and last.marker else None
        if last and above == marker.path[:-1]:
            step = marker.path[-1] - last.value
            return "next" if step == 1 else "gap" if 1 < step <= self.settings.largest_list_gap else "odd"
        if last and last.marker and last.marker.path == marker.path[:-1] and marker.path[-1] == 1:
            return "first"
        if head and head.value == marker.path[0] and marker.path[-1] == 1:
            return "first"
        if head is None and marker.path[-1] == 1:
            return "first"
        shallower = [u for u in self.stack if u.marker and u.marker.style == "decimal"]
        if any(u.marker and u.marker.path[:-1] == marker.path[:-1] and u.value + 1 == marker.path[-1] for u in shallower):
            return "next"
        return "odd"

    def _last_of(self, marker: Marker) -> Unit | None:
        """The open unit of the marker's own style, unless a higher level was opened since."""
        for unit in reversed(self.stack):
            if unit.marker and unit.marker.style == marker.style:
                if marker.style == "decimal" and len(unit.marker.path) > len(marker.path):
                    continue
                return unit
            if unit.rank < RANK[marker.style]:
                return None
        return None

    def _score(self, line: TextLine, marker: Marker, fit: Fit, strength: Break, value: int) -> int:
        """0 rejects; otherwise the higher the likelier."""
        rest = line.text[marker.end :].lstrip(" “\"'(")
        if marker.style == "article":
            return self._score_article(marker, fit, strength, rest)
        if not rest and marker.style not in ("chapter", "part", "section", "subsection"):
            alone = marker.clean and fit in ("next", "first") and strength >= Break.LIKELY
            return 10 if alone and marker.style in ("arabic", "letter", "decimal", "roman") else 0
        if rest and not (rest[0].isupper() or (rest[0].isdigit() and fit == "next") or rest[0] in "“\"") and not (
            marker.style in ("letter", "paren") or (fit in ("next", "first") and strength >= Break.LIKELY)
        ):
            return 0
        worth = {"next": 40, "first": 30, "gap": 15, "odd": 0}[fit] + (5 if marker.clean else 0)
        colon = self.before is not None and self.before.text.rstrip(" *”\"'").endswith(":")
        apart = line.blanks > 0 and marker.clean and rest[:1].isupper()
        if fit == "next" and (strength >= Break.UNLIKELY or apart):
            return worth
        if fit == "first" and (strength >= Break.LIKELY or (colon and strength >= Break.UNLIKELY)):
            return worth + (5 if colon else 0)
        if fit == "gap" and strength >= Break.LIKELY and marker.clean:
            return worth
        heading = marker.style in ("part", "chapter", "section", "subsection")
        if fit == "odd" and strength >= Break.LIKELY and marker.clean and (heading or self._plausible_odd(marker, value, rest)):
            return 8
        caps = bool(rest) and line.caps and marker.style in ("roman", "upper")
        if caps and fit in ("next", "first", "gap") and (self.before is None or not self.before.open_end):
            return worth - 5
        return 0

    def _plausible_odd(self, marker: Marker, value: int, rest: str) -> bool:
        """A list that does not begin with its first item (a page from the middle), or begins anew."""
        if not rest[:1].isupper():
            return False
        last = self._last_of(marker)
        return value == 1 or (last is None and value <= 30 and marker.style in ("arabic", "letter", "roman"))

    def _score_article(self, marker: Marker, fit: Fit, strength: Break, rest: str) -> int:
        if fit == "next" and (strength >= Break.UNLIKELY or (rest[:1].isupper() and marker.clean)):
            return 60
        if strength >= Break.LIKELY and (marker.clean or fit in ("first", "gap")):
            return 50 if fit != "odd" else 20
        after_formula = self.current is not None and self.current.kind == "enacting_formula"
        return 50 if after_formula else 0

    def _open_marker(self, line: TextLine, marker: Marker, value: int, fit: Fit) -> None:
        rank = RANK[marker.style] + (len(marker.path) if marker.style == "decimal" else 0)
        last = self._last_of(marker)
        self._pop(marker, rank, fit)
        unit = Unit(self._kind(marker.style), [line], marker, value, rank)
        unit.parent = self.stack[-1] if self.stack else None
        unit.number, unit.label = self._label(marker, value, unit)
        if fit == "gap" or (fit == "odd" and value > 1 and marker.style != "article"):
            since = f"{last.number} → {unit.number}" if last and fit == "gap" else f"→ {unit.number}"
            self.out.notices.append(Notice("list_marker_gap", unit, since))
        if unit.number and letters_differ(marker.printed, unit.number):
            self.out.notices.append(Notice("list_marker_misread", unit, marker.printed, unit.number))
        self._push(unit)

    def _pop(self, marker: Marker, rank: int, fit: Fit) -> None:
        """Close what the new unit does not stand under."""
        opened = self.current
        nested = (
            fit == "first" and marker.style in ("letter", "arabic", "paren") and opened is not None
            and opened in self.stack and opened.rank >= rank and opened.lines[-1].text.rstrip(" *").endswith(":")
            and opened.marker is not None and opened.marker.style != marker.style
        )
        if nested:
            return
        if marker.style in ("letter", "arabic", "paren") and fit == "next":
            while self.stack and not (self.stack[-1].marker and self.stack[-1].marker.style == marker.style):
                self.stack.pop()
            if self.stack:
                self.stack.pop()
            return
        while self.stack and self.stack[-1].rank >= rank:
            self.stack.pop()

    def _kind(self, style: Style) -> NodeKind:
        in_article = any(u.kind == "article" for u in self.stack)
        if in_article and style in ("arabic", "decimal"):
            return "clause"
        return _KINDS[style]

    def _label(self, marker: Marker, value: int, unit: Unit) -> tuple[str | None, str]:
        """(marker as it should be printed, last part of the id)."""
        style = marker.style
        if style in ("dash", "plus"):
            return None, ""
        if style == "roman":
            return f"{roman(value)}.", roman(value)
        if style == "letter":
            sign = POINT_ALPHABET[value - 1]
            return f"{sign}{marker.printed[-1]}", sign
        if style == "decimal":
            path = ".".join(map(str, marker.path))
            return f"{path}." if marker.printed.endswith(".") else path, path
        if style == "arabic":
            return f"{value}{marker.printed[-1] if marker.clean or marker.printed[-1] == ')' else '.'}", str(value)
        if style == "article":
            return f"Điều {value}{marker.suffix}.", f"dieu-{value}{marker.suffix}"
        if style == "upper":
            return marker.printed, "ABCDEFGH"[value - 1]
        if style == "paren":
            return marker.printed, marker.printed.strip("() .'’")
        names = {"part": "phan", "chapter": "chuong", "section": "muc", "subsection": "tieu-muc"}
        shown = roman(value) if style in ("part", "chapter") else str(value)
        return marker.printed.rstrip(" .:"), f"{names[style]}-{shown}"

    def _push(self, unit: Unit) -> None:
        self.out.units.append(unit)
        self.stack.append(unit)
        self.current = unit
        self.marked = True

    # -------------------------------------------------------- plain and tables

    def _open_paragraph(self, line: TextLine) -> None:
        unit = Unit("paragraph", [line], parent=self.stack[-1] if self.stack else None)
        self.out.units.append(unit)
        self.current = unit

    def _extend(self, line: TextLine) -> None:
        assert self.current is not None
        self.current.lines.append(line)
        if self.before is not None and (self.before.page != line.page or (line.blanks and self.layout.spaced)):
            self.out.notices.append(Notice("page_break_split", self.current, f"{self.before.text[-30:]} | {line.text[:30]}"))

    def table(self, lines: Sequence[TextLine], region: TableRegion) -> None:
        """The rows of a table; lists within a row go on as usual under it."""
        while self.stack and self.stack[-1].rank > RANK["letter"]:
            self.stack.pop()
        holder = self.stack[-1] if self.stack else None
        heads = list(lines[region.begin : region.rows[0]])
        if self.current is not None and holder is not None:
            holder.lines.extend(heads)
            holder.mute.update(line.index for line in heads)
        else:
            self.out.strays.extend(heads)
        depth = len(self.stack)
        rows: list[Unit] = []
        for n, (begin, number) in enumerate(zip(region.rows, region.numbers, strict=True)):
            end = region.rows[n + 1] if n + 1 < len(region.rows) else region.end
            rows.append(self._row(lines[begin:end], number, rows[-1] if rows else None, depth, holder))
        self.out.tables.append((region, holder, rows))
        del self.stack[depth:]
        self.current = None

    def _row(self, lines: Sequence[TextLine], number: int, last: Unit | None, depth: int, holder: Unit | None) -> Unit:
        del self.stack[depth:]
        shown = lines[0].text.split()[0].strip("|. ")
        unit = Unit("table_row", [lines[0]], value=number, rank=ROW_RANK, label=shown, number=shown, parent=holder)
        if last and number - last.value != 1:
            self.out.notices.append(Notice("table_row_gap", unit, f"{last.number} → {shown}"))
        self._push(unit)
        self.before = lines[0]
        inside = False
        for line in lines[1:]:
            found = markers(line.text)
            inside = inside or bool(found and found[0].style != "dash") or len(line.text) > 60
            if inside:
                if self.current is unit:
                    self.before = lines[0]
                self.line_in_row(line, unit)
            else:
                unit.lines.append(line)
                self.before = line
        return unit

    def line_in_row(self, line: TextLine, row: Unit) -> None:
        """A line of a cell that holds lists; the first begins a paragraph of its own."""
        if self.current is row and self._choose(line, Break.SURE) is None:
            self._open_paragraph(line)
            self.before = line
            return
        if self.current is row:
            chosen = self._choose(line, Break.SURE)
            assert chosen is not None
            self._open_marker(line, *chosen)
            self.before = line
            return
        self.line(line)


def letters_differ(printed: str, shown: str) -> bool:
    """The marker was misread: other signs than the number it stands for (spaces and full stops aside)."""
    strip = " .,'’‘`*~•|_():/"
    return printed.strip(strip).lower() != shown.strip(strip).lower()
