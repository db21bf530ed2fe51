"""Settings of the stage `pdf`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dau.document.transcript import Frozen


class PdfSettings(Frozen):
    """`make` false: no searchable.pdf. `output_type`: the part and level of ISO 19005 it conforms to.

    `jpeg_quality` (Pillow's scale) is for pages that have to be drawn anew; images of the original are never encoded
    again. `seconds` and `page_seconds` bound the wall clock of the making: so much for any document, so much more for
    each of its pages. `memory` in bytes.
    """

    make: bool = True
    output_type: Literal["pdfa-1b", "pdfa-2b", "pdfa-3b"] = "pdfa-2b"
    jpeg_quality: int = Field(default=90, ge=50, le=100)
    seconds: float = Field(default=60.0, gt=0)
    page_seconds: float = Field(default=10.0, gt=0)
    memory: int = Field(default=4 << 30, ge=512 << 20)
