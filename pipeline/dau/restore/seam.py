"""The seam every restorer stands behind: lines in, the same lines with what was restored and why.

A restorer never loses a line, keeps every raw word, and alters nothing that `guard.violations` protects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol

from pydantic import Field

from dau.document.orthography import nfc
from dau.document.transcript import Frozen, Line, Word, line_id

Channel = Literal["auto", "legacy", "scan", "clean"]
"""How damaged the text is taken to be: `legacy`, diacritics lost or misread throughout (an engine without
Vietnamese, or typed without marks); `scan`, a Vietnamese engine's output with single errors; `clean`, left as it is;
`auto`, judged line by line from the text around."""


BATCH = 400
"""Lines of plain text that are restored together and give each other context."""


class RestoreSettings(Frozen):
    """The posterior a change needs, 0…1: `margin_legacy` in text whose diacritics are lost, `margin_scan` in what an
    engine with Vietnamese has read, `margin_text` in other text that looks right by and large. `model` names a folder
    of models/."""

    channel: Channel = "auto"
    model: str = "seq2seq"
    margin_legacy: float = Field(default=0.2, ge=0, le=1)
    margin_scan: float = Field(default=0.75, ge=0, le=1)
    margin_text: float = Field(default=0.95, ge=0, le=1)


class Restorer(Protocol):
    """What restores lines. `digest` is the SHA-256 (hex) of model and method: equal digests, equal results."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...

    def restore(self, lines: Sequence[Line]) -> list[Line]:
        """As many lines as were given, in their order, with their ids; `words[].raw` joined gives the raw line.

        Neighbouring lines are one another's context, so pass a page or a document at once.
        """
        ...


class NullRestorer:
    """Leaves every line as it was read."""

    name = "none"
    digest = "0" * 64

    def restore(self, lines: Sequence[Line]) -> list[Line]:
        return list(lines)


def restore_text(lines: Iterable[str], restorer: Restorer, batch: int = BATCH) -> Iterator[Line]:
    """Restore text line by line, `batch` lines at a time, so that a file of any size can be streamed.

    Every line gives one `Line`, empty ones too; white space at its ends and runs of it are not kept. Lines are
    numbered as of one page. A batch ends at a blank line where there is one in its last quarter.
    """
    number = 1
    for rows in batches(lines, batch):
        yield from restorer.restore(read_rows(rows, number))
        number += len(rows)


def read_rows(rows: Sequence[str], number: int) -> list[Line]:
    """Rows of text as lines of words, the first of them line `number`."""
    return [
        Line(id=line_id(1, n), words=tuple(Word(raw=w, restored=w) for w in re.split(r"\s+", nfc(row).strip()) if w))
        for n, row in enumerate(rows, number)
    ]


def batches(lines: Iterable[str], size: int = BATCH) -> Iterator[list[str]]:
    """Rows that are restored together."""
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) >= size or (4 * len(waiting) >= 3 * size and not line.strip()):
            yield waiting
            waiting = []
    if waiting:
        yield waiting
