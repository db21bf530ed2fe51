"""Does the finished PDF say what the transcript says, page by page?"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from dau.document.transcript import TranscriptPage
from dau.subprocesses import Limits, run

_MOST_MISSING = 0.005
_MOST_STRAY = 0.1
_FEW = 60
"""Letters on a page that may be more than the transcript has: a header or a note of signing that is text."""


def strays(path: Path, pages: Sequence[TranscriptPage], drawn: set[int], limits: Limits) -> set[int]:
    """Numbers of pages whose text is not that of the transcript, as poppler reads it; those `drawn` aside, which have
    no other.

    A page may have text of its own that nobody could remove without changing how it looks: letters in an encoding of
    old, a reading by another program that is painted over. Letters and digits are compared, without their order.
    """
    texts = page_texts(path, limits)
    read = [page for page in pages if page.number not in drawn and page.text_source != "failed"]
    return {page.number for page in read if _differs(page, texts[page.number - 1])}


def page_texts(path: Path, limits: Limits) -> list[str]:
    """The text of each page in the order of its content."""
    done = run(["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"], limits)
    return done.stdout.decode("utf-8", "replace").split("\f")


def _differs(page: TranscriptPage, found: str) -> bool:
    wanted = _letters("".join(word.restored for line in page.lines for word in line.words))
    notes = _letters(unicodedata.normalize("NFC", "".join(each.text or "" for each in page.overlays)))
    there = _letters(found)
    missing = (wanted - there).total()
    stray = (there - wanted - notes).total()
    most = _MOST_MISSING * wanted.total() + 1 if page.text_source == "text_layer" else _FEW
    return missing > _MOST_MISSING * wanted.total() + 2 or stray > max(most, _MOST_STRAY * wanted.total())


def _letters(text: str) -> Counter[str]:
    """Letters and digits as they stand: a letter with its marks apart is another one."""
    return Counter(c for c in text if c.isalnum())
