"""pyvi's `ViUtils.add_accents` behind the restorer's seam, for comparison: a CRF over stripped syllables."""

from __future__ import annotations

from collections.abc import Sequence

from pyvi import ViUtils

from dau.document.orthography import bare, nfc
from dau.document.transcript import Line


class Accents:
    """Strips each line and adds accents anew, as that package wants its input; words are its words, one for one
    where their number agrees, else the line is left."""

    name = "pyvi"
    digest = "0" * 64

    def restore(self, lines: Sequence[Line]) -> list[Line]:
        return [_line(line) for line in lines]


def _line(line: Line) -> Line:
    try:
        words = nfc(ViUtils.add_accents(bare(line.raw))).split() if line.words else []
    except (KeyError, IndexError):  # it fails on some characters; a user of it would keep the line
        return line
    if len(words) != len(line.words):
        return line
    return line.model_copy(update={
        "words": tuple(w.model_copy(update={"restored": text}) for w, text in zip(line.words, words, strict=True))
    })
