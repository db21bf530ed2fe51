"""From a sheet to placed words: the A4 layout of Nghị định 30/2020/NĐ-CP, Phụ lục I, in points.

Margins 20 mm above, below and right, 30 mm left; header in two columns with rules under issuer and motto; number and
date on one line; title centred and bold; body justified with indented first lines; recipients beside the signature;
page numbers centred on top from the second page of each component. Reading order is the order of the lines:
page number, left header, right header, title, body, recipients, signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from dau.document.transcript import BBox, Frozen, OverlayKind

from . import fonts
from .fonts import Style
from .sheet import (
    MERGED_ABOVE,
    MERGED_LEFT,
    MOTTO,
    Paragraph,
    Part,
    Sheet,
    Table,
    Word,
    plain,
    words,
    words_of,
)
from .stamps import RECEIVED_SIZE
from .table_rules import right_edge, rules_around

LineRole = Literal[
    "page_number", "header_left", "header_right", "title", "addressee", "body", "table", "table_header_repeat",
    "recipients", "signature",
]
Align = Literal["justify", "left", "centre"]
A4 = (595.28, 841.89)
MM = 72 / 25.4


class LayoutSettings(Frozen):
    """Sizes and distances in points; `leading` is line distance over type size. Decree: 13–14 pt, indent 1–1.27 cm."""

    size: float = Field(default=14.0, ge=8, le=20)
    leading: float = Field(default=1.2, ge=1, le=2)
    gap: float = 6.0
    indent: float = 12.7 * MM
    left: float = 30 * MM
    right: float = 18 * MM
    top: float = 20 * MM
    bottom: float = 20 * MM
    table_size: float = 12.0
    blank: float = 30.0
    seal: bool = True
    max_pages: int = Field(default=200, ge=1)


DEFAULT_LAYOUT = LayoutSettings()


@dataclass(frozen=True)
class PlacedWord:
    """`x` left edge and `baseline` in points from the page's top left; `width` is the advance."""

    word: Word
    x: float
    baseline: float
    size: float
    width: float

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.word)


@dataclass(frozen=True)
class PlacedLine:
    """`item` is the index of the part's body item the line belongs to, `cell` row and column in a table."""

    words: tuple[PlacedWord, ...]
    role: LineRole
    part: int
    item: int | None = None
    cell: tuple[int, int] | None = None


@dataclass(frozen=True)
class Mark:
    """Something laid over the page: seal, signature, note. `lines` is what is written in it."""

    kind: OverlayKind
    box: BBox
    lines: tuple[str, ...] = ()


@dataclass
class PageLayout:
    """A page being filled; `rules` are (x0, y0, x1, y1, thickness)."""

    width: float
    height: float
    part: int
    lines: list[PlacedLine] = field(default_factory=list)
    rules: list[tuple[float, float, float, float, float]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


def compose(sheet: Sheet, settings: LayoutSettings = DEFAULT_LAYOUT) -> list[PageLayout]:
    """All pages of the sheet; at most `settings.max_pages`, the rest of the text is left out."""
    pages: list[PageLayout] = []
    for index, part in enumerate(sheet.parts):
        pages += _Composer(part, index, settings).pages_of_part()
    return pages[: settings.max_pages]


def word_width(word: Word, size: float, blank: float) -> float:
    """Advance of a word; a place for the hand takes 0.62 em a digit, or `blank` points where it was left empty."""
    total = 0.0
    for run in word:
        if run.hand:
            total += max(0.62 * size * len(run.text) + 0.5 * size, 0.0) if run.text else blank
        else:
            total += fonts.width(run.text, run.style, size)
    return total


class _Composer:
    """Fills the pages of one part from top to bottom."""

    def __init__(self, part: Part, index: int, settings: LayoutSettings) -> None:
        self.part, self.index, self.s = part, index, settings
        self.width, self.height = (A4[1], A4[0]) if part.landscape else A4
        self.x0, self.x1 = settings.left, self.width - settings.right
        self.pages: list[PageLayout] = []
        self.y = 0.0

    @property
    def page(self) -> PageLayout:
        return self.pages[-1]

    @property
    def room(self) -> float:
        """Points left on the page under the cursor."""
        return self.height - self.s.bottom - self.y

    def pages_of_part(self) -> list[PageLayout]:
        self._new_page()
        self._header()
        self._title()
        for number, item in enumerate(self.part.body):
            if isinstance(item, Table):
                self._table(item, number)
            else:
                self._paragraph(item, number)
        self._closing()
        return self.pages

    def _new_page(self) -> None:
        self.pages.append(PageLayout(self.width, self.height, self.index))
        self.y = self.s.top
        if len(self.pages) > 1:
            word = words(str(len(self.pages)))
            self._line(word, self.s.size, self.s.top - 14, "page_number", "centre", self.x0, self.x1)

    # -- lines -------------------------------------------------------------------------------------------------

    def _line(
        self, tokens: Sequence[Word], size: float, baseline: float, role: LineRole, align: Align, x0: float, x1: float,
        item: int | None = None, cell: tuple[int, int] | None = None,
    ) -> float:
        """Place one line between x0 and x1; returns its width."""
        widths = [word_width(t, size, self.s.blank) for t in tokens]
        space = fonts.width(" ", "regular", size)
        natural = sum(widths) + space * (len(tokens) - 1)
        x = x0
        if align == "centre":
            x = (x0 + x1 - natural) / 2
        elif align == "justify" and len(tokens) > 1:
            space += (x1 - x0 - natural) / (len(tokens) - 1)
        placed = []
        for token, w in zip(tokens, widths, strict=True):
            placed.append(PlacedWord(token, x, baseline, size, w))
            x += w + space
        if any(p.text for p in placed):
            self.page.lines.append(PlacedLine(tuple(placed), role, self.index, item, cell))
        return natural

    def _break(self, tokens: Sequence[Word], size: float, measure: float, indent: float = 0.0) -> list[list[Word]]:
        """Greedy line breaking; a word wider than the measure stands alone."""
        space = fonts.width(" ", "regular", size)
        lines: list[list[Word]] = []
        used = 0.0
        for token in tokens:
            w = word_width(token, size, self.s.blank)
            if lines and used + space + w <= measure + 0.01:
                lines[-1].append(token)
                used += space + w
            else:
                used = w + (indent if not lines else 0.0)
                lines.append([token])
        return lines

    def _stack(self, texts: Sequence[str], style: Style, size: float, role: LineRole, x0: float, x1: float) -> float:
        """Centred lines one under the other from the cursor; returns the width of the last one."""
        last = 0.0
        for text in texts:
            for line in self._break(words(text, style), size, x1 - x0):
                self.y += size * self.s.leading
                last = self._line(line, size, self.y, role, "centre", x0, x1)
        return last

    # -- header, title, body ---------------------------------------------------------------------------------------

    def _header(self) -> None:
        part, s = self.part, self.s
        if not (part.issuer or part.number or part.date):
            return
        self._note()
        split = self.x0 + 0.40 * (self.x1 - self.x0)
        left, right = (self.x0 - 12, split), (split + 4, self.x1 + 8)
        head, top = s.size - 1, self.y
        self._stack(part.parent, "regular", head, "header_left", *left)
        rule = self._stack(part.issuer, "bold", head, "header_left", *left) * 0.4
        self._rule(sum(left) / 2, rule, self.y + 6)
        y_left, self.y = self.y, top
        heights = max(y_left, top + 2 * head * s.leading) + 1.7 * s.size
        if part.number:
            self._line(words(part.number), head, heights, "header_left", "centre", *left)
        self._stack(MOTTO[:1], "bold", head, "header_right", *right)
        rule = self._stack(MOTTO[1:], "bold", s.size, "header_right", *right)
        self._rule(sum(right) / 2, rule, self.y + 6)
        if part.date:
            self._line(words(part.date, "italic"), head + 0.5, heights, "header_right", "centre", *right)
        self.y = heights + 10

    def _note(self) -> None:
        if self.part.note:
            x, y, size = self.x0 + 60, 10.0, 7.5
            width = max(fonts.width(t, "regular", size) for t in self.part.note)
            box = (x, y, x + 30 + width, y + max(26.0, len(self.part.note) * size * 1.12 + 2))
            self.page.marks.append(Mark("signature_note", box, self.part.note))

    def _rule(self, centre: float, length: float, y: float, thickness: float = 0.75) -> None:
        self.page.rules.append((centre - length / 2, y, centre + length / 2, y, thickness))

    def _title(self) -> None:
        part, s = self.part, self.s
        self.y += 8 if part.title else 0
        self._stamps()
        inner = (self.x0 + 12, self.x1 - 12)
        self._stack(part.title, "bold", s.size, "title", *inner)
        last = self._stack(part.subject, "bold", s.size, "title", *inner)
        self._stack(part.source, "italic", s.size, "title", *inner)
        if part.subject:
            self._rule(sum(inner) / 2, min(last * 0.4, 120), self.y + 8)
        self.y += 12 if part.title or part.subject else 0
        for n, text in enumerate(part.addressee):
            self.y += s.size * s.leading
            self._line(words(text), s.size, self.y, "addressee", "left", self.x0 + (70 if n == 0 else 110), self.x1)
        self.y += 8 if part.addressee else 0

    def _stamps(self) -> None:
        x, y, (w, h) = self.x0 - 45, self.y + 14, RECEIVED_SIZE
        if self.part.received:
            self.page.marks.append(Mark("received_stamp", (x, y, x + w, y + h), self.part.received))
        if self.part.urgency:
            x, y = self.x1 - 95, self.y - 12
            self.page.marks.append(Mark("urgency_stamp", (x, y, x + 90, y + 60), (self.part.urgency,)))

    def _paragraph(self, item: Paragraph, number: int) -> None:
        s = self.s
        styles: dict[str, Style] = {"centre": "bold", "bold": "bold", "italic": "italic", "plain": "regular"}
        centred = item.setting == "centre"
        tokens = words_of(item, styles[item.setting])
        indent = 0.0 if centred else s.indent
        lines = self._break(tokens, s.size, self.x1 - self.x0, indent)
        self.y += s.gap * (2 if centred else 1)
        for n, line in enumerate(lines):
            if self.room < s.size * s.leading:
                self._new_page()
            self.y += s.size * s.leading
            align: Align = "centre" if centred else "left" if n == len(lines) - 1 else "justify"
            x0 = self.x0 + (indent if n == 0 else 0.0)
            self._line(line, s.size, self.y, "body", align, x0, self.x1, item=number)
        self.y += s.gap if centred else 0

    # -- tables ------------------------------------------------------------------------------------------------

    def _table(self, table: Table, item: int) -> None:
        """Rows are cut where the page ends; every page of the table begins with its header row."""
        total = sum(table.widths)
        edges = [self.x0]
        for w in table.widths:
            edges.append(edges[-1] + w / total * (self.x1 - self.x0))
        self.y += self.s.gap
        lead = self.s.table_size * self.s.leading
        for number in range(len(table.rows)):
            cells = self._cells(table, number, edges)
            height = max(1, *(len(c) for c in cells))
            done = 0
            while done < height:
                if self.room < 2.5 * lead:
                    self._new_page()
                    for head in range(table.heads if number >= table.heads else 0):
                        heads = self._cells(table, head, edges)
                        self._row(table, heads, 0, max(1, *map(len, heads)), edges, item, head, "table_header_repeat")
                count = min(height - done, int((self.room - 6) // lead))
                self._row(table, cells, done, count, edges, item, number, "table")
                done += count

    def _cells(self, table: Table, row: int, edges: list[float]) -> list[list[tuple[list[Word], Align]]]:
        """The lines of each cell of a row; a merged cell has its text where it begins."""
        out = []
        for column, text in enumerate(table.rows[row]):
            width = right_edge(table, row, column, edges) - edges[column]
            empty = text in (MERGED_LEFT, MERGED_ABOVE)
            out.append([] if empty else self._cell(text, width, row < table.heads))
        return out

    def _cell(self, text: str, width: float, head: bool) -> list[tuple[list[Word], Align]]:
        out: list[tuple[list[Word], Align]] = []
        for paragraph in text.split("¶"):
            lines = self._break(words(paragraph, "bold" if head else "regular"), self.s.table_size, width - 9)
            narrow = width < 8 * self.s.table_size
            aligns: list[Align] = ["centre" if head else "left" if narrow else "justify"] * len(lines)
            if lines and not head:
                aligns[-1] = "left"
            out += list(zip(lines, aligns, strict=True))
        return out

    def _row(
        self, table: Table, cells: list[list[tuple[list[Word], Align]]], start: int, count: int, edges: list[float],
        item: int, row: int, role: LineRole,
    ) -> None:
        lead = self.s.table_size * self.s.leading
        top, bottom = self.y, self.y + count * lead + 6
        for column, cell in enumerate(cells):
            x0, x1 = edges[column] + 4.5, right_edge(table, row, column, edges) - 4.5
            for n, (line, align) in enumerate(cell[start : start + count]):
                y = top + (n + 0.85) * lead + 2
                self._line(line, self.s.table_size, y, role, align, x0, x1, item=item, cell=(row, column))
        last = start + count >= max(1, *map(len, cells))
        self.page.rules += rules_around(table, row, edges, (top, bottom), last)
        self.y = bottom

    # -- recipients and signature ----------------------------------------------------------------------------------

    def _closing(self) -> None:
        part, s = self.part, self.s
        if not (part.signer or part.signed or part.recipients):
            return
        split = self.x0 + 0.46 * (self.x1 - self.x0)
        items = [self._break(words(r), 11, split - self.x0 + 14) for r in part.recipients]
        left = 12 * s.leading + sum(len(i) for i in items) * 11 * s.leading if items else 0.0
        right = (len(part.signer) + 1) * s.size * s.leading + 78
        self.y += 14
        if self.room < max(left, right):
            self._new_page()
        top = self.y
        if items:
            self.y += s.size * s.leading
            self._line(words("Nơi nhận:", "bold_italic"), 12, self.y, "recipients", "left", self.x0, split)
        for item in items:
            for line in item:
                self.y += 11 * s.leading
                self._line(line, 11, self.y, "recipients", "left", self.x0, split)
        after, self.y = self.y, top
        wide = max((fonts.width(plain(t), "bold", s.size) for t in part.signer), default=0.0)
        fitting = s.size * min(1.0, max(0.8, (self.x1 - split) / max(wide, 1.0)))
        self._stack(part.signer, "bold", fitting, "signature", split, self.x1 + 1)
        self._signature((split + self.x1) / 2)
        if part.signed:
            self.y += 74
            self._stack([part.signed], "bold", s.size, "signature", split, self.x1)
        self.y = max(self.y, after)

    def _signature(self, centre: float) -> None:
        if not (self.part.signed and self.s.seal):
            return
        y, radius = self.y, 51.0  # a seal is 36 mm across; it covers the left third of the signature
        self.page.marks.append(Mark("handwriting", (centre - 45, y + 12, centre + 75, y + 62)))
        seal = (centre - 95, y - 12, centre - 95 + 2 * radius, y - 12 + 2 * radius)
        self.page.marks.append(Mark("seal", seal, ("MẪU MÔ PHỎNG", "KHÔNG CÓ GIÁ TRỊ")))
