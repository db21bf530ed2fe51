"""Any text as page or line images with truth, fast: material for learning what OCR engines confuse.

    for page in simulate_pages(texts, rng, "medium"):      # flowing A4 pages, justified, as a directive's body is
        page.image, page.truth
    page = simulate_lines(["Căn cứ Nghị định …", "…"], rng, "light")   # one image, one line of text under the other
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from pydantic import Field

from dau.document.errors import InputError
from dau.document.orthography import nfc
from dau.document.transcript import Frozen

from . import fonts
from .compose import LayoutSettings, PageLayout, PlacedLine, PlacedWord, compose
from .degrade import draw_degradation
from .draw import draw
from .fonts import Mask, Style
from .scans import ScannedPage, choose_colour, scan_page
from .sheet import Paragraph, Part, Run, Setting, Sheet
from .truth import Colour, ScanSeverity

_STYLES: tuple[Style, ...] = ("regular", "italic", "bold", "bold_italic")
_SETTINGS: tuple[Setting, ...] = ("plain", "italic", "bold")


class TextSettings(Frozen):
    """`styles` are the shares of regular, italic, bold and bold italic lines (of plain, italic and bold paragraphs,
    bold italic counted as bold). `size` in points is drawn from a range, `dpi` and `colour` from the lists."""

    styles: tuple[float, float, float, float] = (0.75, 0.15, 0.08, 0.02)
    size: tuple[float, float] = (12.0, 14.0)
    dpi: tuple[float, ...] = (200.0, 300.0)
    colours: tuple[Colour, ...] = ("grey", "bilevel")
    max_line: int = Field(default=400, ge=1)
    max_pages: int = Field(default=50, ge=1)


DEFAULT_TEXT = TextSettings()


def simulate_lines(
    lines: Sequence[str], rng: np.random.Generator, severity: ScanSeverity, settings: TextSettings = DEFAULT_TEXT
) -> ScannedPage:
    """One image with the lines one under the other, unbroken, each in a style drawn at random; the page is as large
    as they need. The truth has one line for each line of text that is not blank.

    Raises InputError where there is no text, and where a line has more than `settings.max_line` characters.
    """
    clean = [" ".join(nfc(line).split()) for line in lines]
    clean = [line for line in clean if line]
    if not clean:
        raise InputError("There is no text to set.", "Give at least one line that is not blank.")
    if max(map(len, clean)) > settings.max_line:
        raise InputError(f"A line is longer than {settings.max_line} characters.", "Break it, or use simulate_pages.")
    size = float(rng.uniform(*settings.size))
    placed, margin, width = [], 1.5 * size, 0.0
    for n, line in enumerate(clean):
        style = _STYLES[int(rng.choice(4, p=_shares(settings)))]
        words, right = _set(line, style, size, margin, margin + (n + 0.9) * size * 1.35)
        placed.append(PlacedLine(words, "body", 0, n))
        width = max(width, right)
    layout = PageLayout(width + margin, 2 * margin + len(clean) * size * 1.35, 0, placed)
    return _scan(layout, rng, severity, settings, 1, None)


def simulate_pages(
    texts: Iterable[str], rng: np.random.Generator, severity: ScanSeverity, settings: TextSettings = DEFAULT_TEXT
) -> Iterator[ScannedPage]:
    """A4 pages of each text, one paragraph a line of it, numbered on from page to page; at most
    `settings.max_pages` a text. Texts without a letter give no page."""
    for text in texts:
        sheet = plain_sheet(text, rng, settings)
        if not sheet.parts[0].body:
            continue
        size = float(rng.uniform(*settings.size))
        layout = LayoutSettings(size=size, leading=float(rng.uniform(1.15, 1.45)), max_pages=settings.max_pages)
        verso: Mask | None = None
        for number, page in enumerate(compose(sheet, layout), 1):
            yield (scanned := _scan(page, rng, severity, settings, number, verso))
            verso = 255 - scanned.image if scanned.image.ndim == 2 else None


def plain_sheet(text: str, rng: np.random.Generator, settings: TextSettings = DEFAULT_TEXT) -> Sheet:
    """A sheet of body paragraphs only; markup characters in the text are taken as text."""
    plain, italic, *bold = _shares(settings)
    shares = (plain, italic, sum(bold))
    body = [
        Paragraph(text=line, setting=_SETTINGS[int(rng.choice(3, p=shares))], literal=True)
        for line in (" ".join(row.split()) for row in nfc(text).splitlines())
        if line
    ]
    return Sheet(parts=(Part(body=tuple(body)),))


def _shares(settings: TextSettings) -> tuple[float, float, float, float]:
    total = sum(settings.styles)
    a, b, c, d = (s / total for s in settings.styles)
    return a, b, c, d


def _set(line: str, style: Style, size: float, x: float, baseline: float) -> tuple[tuple[PlacedWord, ...], float]:
    """The words of a line from `x` on, and where it ends."""
    space, words = fonts.width(" ", style, size), []
    for word in line.split():
        width = fonts.width(word, style, size)
        words.append(PlacedWord((Run(text=word, style=style),), x, baseline, size, width))
        x += width + space
    return tuple(words), x - space


def _scan(
    layout: PageLayout, rng: np.random.Generator, severity: ScanSeverity, settings: TextSettings, number: int,
    verso: Mask | None,
) -> ScannedPage:
    colour = choose_colour(rng, settings.colours)
    dpi = float(rng.choice(settings.dpi))
    drawn = draw(layout, dpi, rng, colour=colour == "colour")
    return scan_page(drawn, draw_degradation(severity, colour, rng), number, rng, verso)
