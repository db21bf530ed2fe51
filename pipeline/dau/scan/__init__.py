"""File → page images: opened here under limits, cleaned by `clean`.

`open`      a scan → Source, whose pages come one at a time
`is_text`   whether a file is plain text, which needs no images; `read_text` reads it
`clean`     a page upright, straight and without noise
"""

from .clean import clean
from .open import open
from .pdf import CUT_OFF, SYNTHETIC
from .settings import ScanSettings, TextLayerSettings
from .sniff import SUPPORTED, Sniffed, decode, is_text, read_text, sniff
from .source import Source

__all__ = [
    "CUT_OFF",
    "SUPPORTED",
    "SYNTHETIC",
    "ScanSettings",
    "Sniffed",
    "Source",
    "TextLayerSettings",
    "clean",
    "decode",
    "is_text",
    "open",
    "read_text",
    "sniff",
]
