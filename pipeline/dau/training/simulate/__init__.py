"""Scan simulator: clean text of a directive → A4 pages in the layout of Nghị định 30/2020/NĐ-CP → degraded scan.

    sheet      plain-text markup of a directive (`read_sheet`)
    compose    sheet → words placed in points
    draw, pen  words → pixels with the exact box of each word's ink; handwriting, seal, signing note
    degrade    pixels → what a scanner makes of them, seeded, in three severities
    pdf        image-only PDF, the same bytes for the same pages
    truth      text, boxes, structure and overlays of every page (NAME.truth.json)
    scans      all of it: `simulate`, `make_scan`, `write_scan`
    texts      any text corpus → pages or line images with truth (`simulate_pages`, `simulate_lines`)
"""

from .compose import LayoutSettings
from .scans import Scan, ScannedPage, ScanSettings, make_scan, simulate, write_scan
from .sheet import Paragraph, Part, Sheet, Table, plain_text, read_sheet
from .texts import TextSettings, simulate_lines, simulate_pages
from .truth import Truth, TruthLine, TruthPage, TruthWord

__all__ = [
    "LayoutSettings",
    "Paragraph",
    "Part",
    "Scan",
    "ScanSettings",
    "ScannedPage",
    "Sheet",
    "Table",
    "TextSettings",
    "Truth",
    "TruthLine",
    "TruthPage",
    "TruthWord",
    "make_scan",
    "plain_text",
    "read_sheet",
    "simulate",
    "simulate_lines",
    "simulate_pages",
    "write_scan",
]  # fmt: skip
