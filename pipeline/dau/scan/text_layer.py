"""Is the text of a PDF page the text of the page? And if so, what does it say, line by line.

A text layer is often something else: the note of an electronic signature on a scan, the header of a portal, what some
program read from the scan (often without diacritics: "CONG HOcA xA HQI"), or text in the legacy encodings TCVN3 and
VNI. So the layer is held against the page as drawn: no large image, its ink where the words are, words where the ink
is, and the words are Vietnamese. Whatever fails a test is read by the engines instead, which costs time, not truth.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from dau.document.errors import CapacityError, InputError, StageTimeout
from dau.document.orthography import VIETNAMESE_LETTERS, bare, nfc
from dau.document.page import Page
from dau.document.transcript import Overlay

from .ink import Ink, ink_of
from .layout import PlacedWord, lines_of, rounded
from .notes import signature_notes
from .pdf import PageImage, poppler
from .settings import ScanSettings, TextLayerSettings

Verdict = Literal[
    "usable", "switched_off", "no_text", "signature_note", "little_text", "ocr_layer", "hidden_text", "sideways",
    "ink_unexplained", "broken_encoding", "legacy_encoding", "no_diacritics", "not_vietnamese",
]  # fmt: skip

_WORD = re.compile(
    r'<word xMin="([-\d.e+]+)" yMin="([-\d.e+]+)" xMax="([-\d.e+]+)" yMax="([-\d.e+]+)">(.*?)</word>', re.DOTALL
)
_LITTLE = 20
_MOST_WORDS = 20_000
_ACCENTED = frozenset(c for c in VIETNAMESE_LETTERS if not c.isascii())
_SYLLABLE = re.compile(r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?\Z")
_LATIN_1 = frozenset(map(chr, range(0xA1, 0x100))) - frozenset("«»¯°±²³·×÷¼½¾")
_MOST_FOREIGN = 0.03
_ZERO_WIDTH = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_MISNAMED = str.maketrans(
    # Ƣ is not Vietnamese: fonts of old Word versions name Ư so. Then the bullets of Symbol and Wingdings, ligatures.
    {"Ƣ": "Ư", "ƣ": "ư", "\u00ad": "-", "\uf0b7": "•", "\uf02d": "-", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0a8": "□",
     "\uf06f": "□", "\uf0fe": "☒", "\uf0fc": "✓", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"}
)  # fmt: skip


@dataclass(frozen=True)
class Measures:
    """Shares in 0…1: of the page under images; of dark pixels in word boxes (`ink_explained`); of words that have
    ink in their box (`words_inked`); of alphabetic words with a Vietnamese letter (`accented`) and built like a
    Vietnamese syllable (`syllables`)."""

    words: int
    image: float
    ink_explained: float
    words_inked: float
    accented: float
    syllables: float


def words_of(path: Path, number: int, settings: ScanSettings) -> list[PlacedWord]:
    """The words of a page's text layer, NFC, boxes in points of the page as displayed; in poppler's order.

    None of them where they are more than fit on any page, or where poppler breaks on them: such text is not to be
    trusted, and the page can be read without it.
    """
    options = ["-bbox", "-cropbox", "-f", str(number), "-l", str(number)]
    try:
        listed = poppler("pdftotext", options, path, settings)
    except (InputError, CapacityError, StageTimeout):
        return []
    found = []
    for match in _WORD.finditer(listed):
        text = _cleaned(html.unescape(match[5]))
        box = tuple(float(v) for v in match.groups()[:4])
        if text and box[2] > box[0] and box[3] > box[1]:
            found.append(PlacedWord(text, (box[0], box[1], box[2], box[3])))
        if len(found) > _MOST_WORDS:
            return []
    return found


def read_layer(path: Path, images: tuple[PageImage, ...], page: Page, settings: ScanSettings) -> tuple[Page, Verdict]:
    """The page with the lines of its text layer where that is usable, and why it is or is not.

    Notes of electronic signatures become overlays either way; where the layer is taken, so does dark ink that it does
    not explain: nobody reads that, and a signer's name may be among it.
    """
    words = words_of(path, page.number, settings)
    if not words:
        return page, "no_text"
    notes, rest = signature_notes(words)
    ink = ink_of(words, page.image, (page.width, page.height))
    verdict = judge(rest, measure(words, images, ink, (page.width, page.height)), settings.text_layer, bool(notes))
    if verdict != "usable":
        return replace(page, overlays=(*page.overlays, *notes)), verdict
    marks = tuple(Overlay(kind="handwriting", bbox=rounded(box)) for box in ink.marks)
    return replace(page, text_layer=lines_of(rest, page.number), overlays=(*page.overlays, *notes, *marks)), verdict


def measure(words: list[PlacedWord], images: tuple[PageImage, ...], ink: Ink, size: tuple[float, float]) -> Measures:
    """What `judge` goes by; `size` of the page in points."""
    alphabetic = [w.text.lower() for w in words if sum(c.isalpha() for c in w.text) >= 2]
    letters = ["".join(c for c in word if c.isalpha()) for word in alphabetic]
    count = max(1, len(letters))
    return Measures(
        words=len(words),
        image=min(1.0, sum(i.area for i in images if not i.mask) / (size[0] * size[1])),
        ink_explained=ink.explained,
        words_inked=ink.words_inked,
        accented=sum(1 for w in letters if _ACCENTED & set(w)) / count,
        syllables=sum(1 for w in letters if _SYLLABLE.match(bare(w))) / count,
    )


def judge(words: list[PlacedWord], found: Measures, settings: TextLayerSettings, noted: bool = False) -> Verdict:
    """The first test the layer fails, or `usable`. `words` without those of signature notes; `noted`: there were some;
    `found` is of all."""
    if not settings.read:
        return "switched_off"
    if not words:
        return "signature_note" if noted else "no_text"
    if found.image > settings.most_image:
        if len(words) <= _LITTLE:
            return "signature_note" if noted else "little_text"
        if not settings.trust_ocr:
            return "ocr_layer"
    elif _sideways(words):
        return "sideways"
    elif found.words_inked < settings.least_words_inked:
        return "hidden_text"
    elif found.ink_explained < settings.least_ink_explained:
        return "signature_note" if noted and len(words) <= _LITTLE else "ink_unexplained"
    return _language(" ".join(w.text for w in words), found, settings)


def _sideways(words: list[PlacedWord]) -> bool:
    """Whether most of the longer words run up or down the page as displayed."""
    longer = [w for w in words if len(w.text) >= 4]
    return 2 * sum(1 for w in longer if w.height > w.bbox[2] - w.bbox[0]) > len(longer)


def _language(text: str, found: Measures, settings: TextLayerSettings) -> Verdict:
    letters = sum(1 for c in text if c.isalpha()) or 1
    broken = sum(1 for c in text if c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or (c < " " and c not in "\t\n"))
    if broken > 0.01 * letters + 2:
        return "broken_encoding"
    # TCVN3 and VNI put Vietnamese where Latin 1 has other letters and signs: "LuËt Tæ chøc", "Luaät Toå chöùc".
    foreign = sum(1 for c in text if c in _LATIN_1 and c.lower() not in VIETNAMESE_LETTERS)
    if foreign > _MOST_FOREIGN * letters:
        return "legacy_encoding"
    if found.accented >= settings.least_accented and found.syllables >= settings.least_syllables:
        return "usable"
    return "no_diacritics" if found.accented < settings.least_accented else "not_vietnamese"


def _cleaned(text: str) -> str:
    return nfc(" ".join(text.translate(_ZERO_WIDTH).translate(_MISNAMED).split()))
