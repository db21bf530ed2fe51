"""Where a paragraph ends: the evidence that print gives between two lines.

With boxes: indents, short lines, gaps. Without: how much room was left on the line before (its estimated width
against the usual one), empty lines, punctuation, capitals. Wrapped text, text with a paragraph a line, and text
whose paragraphs are set off by empty lines are told apart by `lines.measure`.
"""

from __future__ import annotations

from enum import IntEnum

from .lines import Layout, Margins, TextLine, text_width


class Break(IntEnum):
    """How sure it is that a new paragraph begins between two lines."""

    NEVER = 0
    UNLIKELY = 1
    LIKELY = 2
    SURE = 3


def break_between(before: TextLine, line: TextLine, layout: Layout, opens: bool) -> Break:
    """Evidence for a paragraph break between two printed lines that follow each other in a body; `opens` says that
    `before` is itself the first line of a paragraph."""
    margins = layout.pages.get(line.page)
    if before.bbox and line.bbox and margins:
        return _by_boxes(before, line, margins, layout, opens)
    if not layout.wrapped:
        return _unwrapped(before, line)
    return _by_text(before, line, layout, opens)


def _unwrapped(before: TextLine, line: TextLine) -> Break:
    """Every line is a paragraph, unless a page break cut it."""
    if before.full_stop or before.terminal:
        return Break.SURE
    if line.starts_lower or before.open_end:
        return Break.NEVER
    return Break.LIKELY


def _by_boxes(before: TextLine, line: TextLine, margins: Margins, layout: Layout, opens: bool) -> Break:
    assert before.bbox and line.bbox
    old = layout.pages.get(before.page, margins)
    indent = line.bbox[0] - margins.left > 0.9 * margins.height
    word = line.text.split(" ")[0]
    share = text_width(word) / max(line.width, 0.1)
    room = old.right - before.bbox[2]
    short = room > share * (line.bbox[2] - line.bbox[0]) + 0.9 * margins.height
    if before.page != line.page:
        if line.starts_lower:
            return Break.NEVER
        if before.terminal or (short and indent):
            return Break.SURE if short or indent else Break.UNLIKELY
        # what goes on over the page stands at the margin; the line above may be a page number that nobody recognised
        return Break.LIKELY if short else Break.UNLIKELY if indent and not before.open_end else Break.NEVER
    gap = line.bbox[1] - before.bbox[3] > 0.9 * margins.height and line.bbox[1] - before.bbox[1] > 1.5 * margins.pitch
    hanging = opens and before.bbox[0] - margins.left > 0.9 * margins.height
    if indent and (short or before.terminal):
        return Break.SURE
    if short and before.terminal:
        return Break.SURE
    if line.starts_lower:
        return Break.UNLIKELY if before.terminal and (gap or indent) else Break.NEVER
    if gap and (before.terminal or short):
        return Break.SURE
    titled = before.caps and not line.caps
    if short or (indent and not before.open_end and (not hanging or gap or titled)):
        return Break.LIKELY
    # two indented lines in a row are two paragraphs, or one that is indented as a whole
    return Break.UNLIKELY if before.terminal or (indent and not (hanging and before.open_end)) else Break.NEVER


def _room(before: TextLine, line: TextLine, layout: Layout, opens: bool) -> tuple[float, float]:
    """How much more than the next line's first word the line before could have held, and its limit."""
    limit = layout.first if opens and not layout.spaced else layout.full
    limit = max(limit, before.width)
    return limit - before.width - text_width(" " + line.text.split(" ")[0]), limit


def _by_empty_lines(before: TextLine, line: TextLine, layout: Layout, opens: bool) -> Break:
    if before.terminal and not line.starts_lower:
        return Break.SURE
    if before.full_stop and layout.spaced:
        return Break.SURE
    if line.starts_lower or before.open_end or line.blanks >= 3:
        return Break.NEVER
    room, limit = _room(before, line, layout, opens)
    return Break.SURE if room > 0.2 * limit else Break.LIKELY


def _by_text(before: TextLine, line: TextLine, layout: Layout, opens: bool) -> Break:
    if line.blanks:
        return _by_empty_lines(before, line, layout, opens)
    room, limit = _room(before, line, layout, opens)
    short = room > 0.01 * limit
    stepped = layout.short_first and not layout.spaced
    if stepped and line.width > 1.15 * layout.first and not opens:
        # first lines are short throughout this text, and this one is not
        return Break.UNLIKELY if before.terminal and not line.starts_lower and short else Break.NEVER
    if line.starts_lower:
        return Break.UNLIKELY if before.terminal and short else Break.NEVER
    if before.terminal:
        if short and not layout.spaced:
            return Break.SURE
        if short:
            return Break.SURE if room > 0.25 * limit else Break.LIKELY
        opening = stepped and line.width <= 1.08 * layout.first
        return Break.LIKELY if opening else Break.UNLIKELY
    if before.open_mark or (before.open_end and room < 0.3 * limit):
        return Break.NEVER
    if short and room > (0.08 if not layout.spaced else 0.3) * limit:
        return Break.LIKELY
    return Break.NEVER
