"""Body lines to units: paragraphs, lists, the preamble's special lines, tables.

A marker counts only if print lets a paragraph begin there and the number continues its siblings or opens a list;
anything else that looks like one ("19. Đồng thời" behind "Covid-") stays text and is noted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dau.document.directive import NodeKind

from ..facts.markers import RANK, Marker, Style, markers
from ..layout import anchors
from ..layout.lines import Layout, TextLine
from ..layout.paragraphs import Break, break_between
from ..layout.ruled import cell_lengths, column_of, row_label
from ..layout.tables import TableRegion, find_tables
from ..settings import StructureSettings
from .lost_markers import find_lost_markers
from .readings import heard, readings
from .sequence import Fit, article_fit, close_for, fit_of, label, last_of, misread, rank_of, score
from .sequence_repair import expected_roman, first_roman, followed
from .units import Notice, Outline, Unit

_DIGITS_FIRST = re.compile(r"^\d[\d./-]*\b")
_KINDS: dict[Style, NodeKind] = {
    "part": "part",
    "chapter": "chapter",
    "section": "section",
    "subsection": "subsection",
    "article": "article",
    "upper": "section",
    "roman": "section",
    "arabic": "item",
    "decimal": "item",
    "letter": "point",
    "paren": "item",
    "dash": "bullet",
    "plus": "bullet",
}
ROW_RANK = 55
"""Rows of a table stand between articles and the lists within them."""


def build(lines: Sequence[TextLine], layout: Layout, settings: StructureSettings, appendix: bool) -> Outline:
    """The units of a body. `lines` are its printed lines without page numbers and rules; `appendix` says that a table
    runs to the end."""
    builder = _Builder(
        layout, settings, formal=any(anchors.is_enacting(x) or anchors.is_legal_basis(x) for x in lines[:120])
    )
    regions = {region.begin: region for region in find_tables(lines, layout.full, appendix)}
    tabular = {n for region in regions.values() for n in range(region.begin, region.end)}
    builder.prose = [line for n, line in enumerate(lines) if n not in tabular]
    builder.articles = _articles(builder.prose)
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
    find_lost_markers(builder.out)
    return builder.out


def _articles(lines: Sequence[TextLine]) -> dict[int, int]:
    """Where the last line stands that begins with the article of a number."""
    found = ((line, line.markers[:1]) for line in lines if line.text[:1] == "Đ")
    return {m.values[0]: line.index for line, first in found for m in first if m.style == "article" and m.clean}


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
        self.articles: dict[int, int] = {}
        self.prose: Sequence[TextLine] = ()
        """Lines among which the siblings of a marker are looked for: those outside tables, or those of a row."""
        self.current: Unit | None = None
        self.before: TextLine | None = None
        self.marked = False
        self.quoted = 0

    # ------------------------------------------------------------------ lines

    def line(self, line: TextLine) -> None:
        if line.boundary == "continues" and self.current is not None:
            self._extend(line)
        else:
            self._open_or_extend(line)
        self._track_quotes(line)
        self.before = line

    def _open_or_extend(self, line: TextLine) -> None:
        strength = self._strength(line)
        special = None if self.marked else self._special(line, strength)
        if special:
            self._open_special(line, *special)
        elif not self._quoting(line) and (chosen := self._choose(line, strength)):
            self._open_marker(line, *chosen)
        elif self.current is None or self._begins(line, strength):
            self._open_paragraph(line)
        else:
            self._extend(line)

    def _strength(self, line: TextLine) -> Break:
        if self.before is None or self.current is None or line.boundary == "starts":
            return Break.SURE
        return break_between(self.before, line, self.layout, len(self.current.lines) == 1)

    def _begins(self, line: TextLine, strength: Break) -> bool:
        return line.boundary == "starts" or (strength >= Break.LIKELY and not self._continues_heading(line))

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
        """Inside a quoted provision, whose markers are not the document's own. A quotation that is never closed ends
        before the article to come."""
        if self.quoted and self._next_article(line) and not self._closes_later(line):
            self.quoted = 0
        return self.quoted > 0

    def _next_article(self, line: TextLine) -> bool:
        found = line.markers[:1]
        last = next((unit for unit in reversed(self.out.units) if unit.kind == "article"), None)
        return bool(found and last and found[0].style == "article" and found[0].values[0] == last.value + 1)

    def _closes_later(self, line: TextLine) -> bool:
        """The next quotation mark without a partner on its own line closes."""
        for later in self.prose:
            balance = later.text.count("“") - later.text.count("”")
            if later.index >= line.index and balance:
                return balance < 0
        return False

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
        if not self.out.units and line.caps and not line.markers:
            heads = anchors.AGENCY_HEADS.match(line.key.strip(" *'")) or anchors.is_position(line.text)
            return ("authority", "authority") if heads else None
        ended = strength >= Break.LIKELY or (self.before is not None and self.before.terminal)
        after_basis = self.current is not None and self.current.special == "can-cu" and self.before is not None
        listed = after_basis and self.before is not None and self.before.text.rstrip().endswith((",", ";", "."))
        if anchors.is_legal_basis(line) and (ended or listed) and not anchors.is_no_legal_basis(line.key):
            return "legal_basis", "can-cu"
        if self.formal and anchors.is_proposal(line) and (ended or listed):
            return "proposal", "de-nghi"
        if listed and anchors.is_reason(line):
            return "paragraph", ""
        return None

    def _open_special(self, line: TextLine, kind: NodeKind, name: str) -> None:
        unit = Unit(kind, [line], special=name)
        self.out.units.append(unit)
        self.current = unit

    # ---------------------------------------------------------------- markers

    def _choose(self, line: TextLine, strength: Break) -> tuple[Marker, int, Fit] | None:
        """The reading of the line's beginning that is to be believed, if any."""
        found = readings(line)
        for marker in found:
            if marker.style in ("dash", "plus") and self._bullet(line, marker, strength):
                return marker, 0, "next"
        best = self._best(line, found, strength) or self._listed(line, found, strength)
        chosen = self._repaired(line, found, strength, best) or best
        if chosen:
            return chosen
        if self.current is not None and (found or _DIGITS_FIRST.match(line.text)):
            self.out.notices.append(Notice("false_list_marker", self.current, line.text[:40], severe=bool(found)))
        return None

    def _best(self, line: TextLine, found: Sequence[Marker], strength: Break) -> tuple[Marker, int, Fit] | None:
        best: tuple[int, Marker, int, Fit] | None = None
        for marker in found:
            for value in marker.values:
                fit = fit_of(self.stack, marker, value, self.settings.largest_list_gap)
                if marker.style == "article" and fit == "odd":
                    fit = article_fit(self.out.units, marker, value, self.settings.largest_list_gap)
                if marker.style == "article" and fit in ("gap", "odd") and self._quoted_article(line, value):
                    continue
                worth = score(self.stack, self.current, self.before, line, marker, value, fit, strength)
                if worth > 0 and (best is None or worth > best[0]):
                    best = (worth, marker, value, fit)
        return best[1:] if best else None

    def _quoted_article(self, line: TextLine, value: int) -> bool:
        """An article that jumps while the one to come still follows is another act's, quoted; Điều 1 begins anew."""
        last = next((unit for unit in reversed(self.out.units) if unit.kind == "article"), None)
        return last is not None and value > 1 and self.articles.get(last.value + 1, -1) > line.index

    def _listed(self, line: TextLine, found: Sequence[Marker], strength: Break) -> tuple[Marker, int, Fit] | None:
        """An item of a list where print leaves it open whether a paragraph begins, if the item after it follows."""
        if strength > Break.UNLIKELY or self.before is None or (strength == Break.NEVER and self.before.open_end):
            return None
        wanted: Fit = "first" if strength == Break.UNLIKELY else "next"
        for marker in found:
            if not marker.clean or marker.style not in ("arabic", "letter"):
                continue
            for value in marker.values:
                fit = fit_of(self.stack, marker, value, self.settings.largest_list_gap)
                if fit == wanted and followed(line, marker, value + 1, self.prose):
                    return marker, value, fit
        return None

    def _repaired(
        self, line: TextLine, found: Sequence[Marker], strength: Break, best: tuple[Marker, int, Fit] | None
    ) -> tuple[Marker, int, Fit] | None:
        """A misread marker as the sequence and its other readings have it; None where the best one is good."""
        weak = best is None or best[2] in ("gap", "odd") or (best[2] == "first" and not best[0].clean)
        if weak and (repaired := expected_roman(self.stack, self.out.units, self.before, line, self.prose, strength)):
            return *repaired, "next"
        one = best is not None and best[0].style == "arabic" and best[1] == 1
        if (weak or one) and (first := first_roman(self.stack, self.before, line, self.prose, strength)):
            return first, 1, "first"
        if not weak:
            return None
        counted = any(m.style in ("arabic", "decimal") for m in found)
        other = [m for m in heard(line) if not (counted and m.style in ("arabic", "decimal"))]
        chosen = self._best(line, other, strength)
        return chosen if chosen and (chosen[2] == "next" or (best is None and chosen[2] == "first")) else None

    def _bullet(self, line: TextLine, marker: Marker, strength: Break) -> bool:
        rest = line.text[marker.end :].lstrip(" “\"'(")
        if not rest or not (rest[0].isalnum()):
            return False
        if strength >= Break.LIKELY:
            return True
        # a semicolon is often read as a comma
        ended = self.before is not None and (self.before.terminal or self.before.text.endswith(","))
        return ended and (rest[0].isupper() or rest[0].isdigit()) and strength >= Break.UNLIKELY

    def _open_marker(self, line: TextLine, marker: Marker, value: int, fit: Fit) -> None:
        last = last_of(self.stack, marker)
        close_for(self.stack, self.current, marker, fit)
        unit = Unit(self._kind(marker.style), [line], marker, value, rank_of(marker))
        unit.parent = self.stack[-1] if self.stack else None
        unit.number, unit.label = label(marker, value)
        if fit == "gap" or (fit == "odd" and value > 1 and marker.style != "article"):
            since = f"{last.number} → {unit.number}" if last and fit == "gap" else f"→ {unit.number}"
            self.out.notices.append(Notice("list_marker_gap", unit, since))
        if unit.number and misread(marker.printed, unit.number):
            self.out.notices.append(Notice("list_marker_misread", unit, marker.printed, unit.number))
        self._push(unit)

    def _kind(self, style: Style) -> NodeKind:
        in_article = any(u.kind == "article" for u in self.stack)
        if in_article and style in ("arabic", "decimal"):
            return "clause"
        return _KINDS[style]

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
            self.out.notices.append(
                Notice("page_break_split", self.current, f"{self.before.text[-30:]} | {line.text[:30]}")
            )

    def table(self, lines: Sequence[TextLine], region: TableRegion) -> None:
        """The rows of a table; lists within a row go on as usual under it."""
        while self.stack and self.stack[-1].rank > RANK["letter"]:
            self.stack.pop()
        holder = self.stack[-1] if self.stack else None
        heads = [lines[n] for n in region.heads]
        if self.current is not None and holder is not None:
            holder.lines.extend(heads)
            holder.mute.update(line.index for line in heads)
        else:
            self.out.strays.extend(heads)
        depth = len(self.stack)
        rows: list[Unit] = []
        for n, (held, number) in enumerate(zip(region.row_lines, region.numbers, strict=True), 1):
            row = [lines[k] for k in held]
            shown = row_label(row) if region.ruled else row[0].text.split()[0].strip("|. ")
            del self.stack[depth:]
            unit = Unit("table_row", [row[0]], value=number, rank=ROW_RANK, label=shown or f"r{n}", number=shown)
            unit.parent = holder
            self._row(unit, row, rows[-1] if rows else None)
            rows.append(unit)
        self.out.tables.append((region, holder, rows))
        del self.stack[depth:]
        self.current = None

    def _row(self, unit: Unit, lines: Sequence[TextLine], last: Unit | None) -> None:
        """The lines of a row; a cell that holds prose or lists has units of its own."""
        if last and last.value and unit.value - last.value > 1:
            self.out.notices.append(Notice("table_row_gap", unit, f"{last.number} → {unit.number}"))
        self._push(unit)
        self.before = lines[0]
        prose, self.prose = self.prose, lines
        inside = False
        for line, length in zip(lines[1:], cell_lengths(lines)[1:], strict=True):
            inside = inside or length > 60 or bool(line.markers and line.markers[0].style != "dash")
            if not inside:
                unit.lines.append(line)
                self.before = line
                continue
            if column_of(line) != column_of(self.before) and unit in self.stack:  # what the cell before opened is over
                del self.stack[self.stack.index(unit) + 1 :]
                self.current = unit
            self._in_row(line, unit)
            self.before = line
        self.prose = prose

    def _in_row(self, line: TextLine, row: Unit) -> None:
        """A line of a cell that holds prose or lists; the first one begins a unit of its own."""
        if self.current is not row:
            self.line(line)
        elif chosen := self._choose(line, Break.SURE):
            self._open_marker(line, *chosen)
        else:
            self._open_paragraph(line)
