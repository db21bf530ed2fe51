"""Settings of the stage `scan`: limits that keep untrusted files harmless, and how pages are made into images."""

from __future__ import annotations

from pydantic import Field

from dau.document.transcript import Frozen


class TextLayerSettings(Frozen):
    """When the text of a PDF is the text of the page.

    `read` false: every page goes to the engines. `trust_ocr`: take the text that another program laid under a page
    image as if it were the page's own. The shares are explained in `text_layer`.
    """

    read: bool = True
    trust_ocr: bool = False
    most_image: float = Field(default=0.35, ge=0, le=1)
    least_ink_explained: float = Field(default=0.85, ge=0, le=1)
    least_words_inked: float = Field(default=0.9, ge=0, le=1)
    least_accented: float = Field(default=0.3, ge=0, le=1)
    least_syllables: float = Field(default=0.6, ge=0, le=1)


class ScanSettings(Frozen):
    """Limits and resolution.

    `dpi` is what pages without a scan image of their own are drawn at; `min_dpi` and `max_dpi` bound the resolution
    taken from the scan image. `page_seconds` and `memory` (bytes) bound each program run for a page, `max_pixels` its
    image. `accept_damaged`: hand on what can be seen of a truncated page, with a note, instead of failing it.
    """

    dpi: float = Field(default=300.0, gt=0)
    min_dpi: float = Field(default=150.0, gt=0)
    max_dpi: float = Field(default=400.0, gt=0)
    max_pages: int = Field(default=2000, ge=1)
    max_pixels: int = Field(default=100_000_000, ge=1)
    max_bytes: int = Field(default=2 << 30, ge=1)
    max_text_bytes: int = Field(default=16 << 20, ge=1)
    page_seconds: float = Field(default=60.0, gt=0)
    memory: int = Field(default=2 << 30, ge=128 << 20)
    accept_damaged: bool = False
    text_layer: TextLayerSettings = TextLayerSettings()
