"""A document of many pages, read in portions by several workers, and put together by one.

Pages are read each for itself, so that it makes no difference who reads them; what looks at the whole document
(restoring, the structure, the PDF) begins when all portions are there. The result is the same, byte for byte, as that
of one worker.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from dau.archive.outcome import Divided
from dau.document.transcript import Transcript
from dau.provenance import Journal
from dau.reading import DocumentReading

PAGES = 8
"""Pages of a portion, at most. Opening the file once more for each is a hundredth of what reading them takes."""


def divided(wanted: Sequence[int]) -> Divided | None:
    """The portions that a document with these pages to read is worth dividing into; None for one of few pages."""
    count = -(-len(wanted) // PAGES)
    if count < 2:
        return None
    cuts = [len(wanted) * n // count for n in range(count + 1)]
    portions = [wanted[start:end] for start, end in pairwise(cuts)]
    return Divided(tuple(",".join(map(str, pages)) for pages in portions), len(wanted))


def folder_of(common: Path) -> Path:
    """Where the page images of all portions go; made where it is not there yet."""
    pages = common / "pages"
    pages.mkdir(parents=True, exist_ok=True)
    return pages


def leave(common: Path, portion: str, reading: DocumentReading, journal: Journal) -> None:
    """Put down what was read, for `gather`, which runs on the same machine as part of the same run."""
    _path(common, portion).write_bytes(pickle.dumps((reading, journal.events)))


def gather(common: Path, portions: Sequence[str], journal: Journal) -> DocumentReading:
    """All portions as one reading; the events of reading them go into the journal."""
    readings = []
    for portion in portions:
        reading, events = pickle.loads(_path(common, portion).read_bytes())
        readings.append(reading)
        journal.take_over(events)
    return joined(readings)


def joined(readings: Sequence[DocumentReading]) -> DocumentReading:
    """Readings of consecutive pages of one file as one."""
    return DocumentReading(
        Transcript(pages=tuple(page for reading in readings for page in reading.transcript.pages)),
        readings[0].media_type,
        readings[0].page_count,
        tuple(failure for reading in readings for failure in reading.failures),
        tuple(image for reading in readings for image in reading.images),
        tuple(dict.fromkeys(note for reading in readings for note in reading.notes)),  # those of the file are in each
        tuple(failure for reading in readings for failure in reading.half_read),
    )


def _path(common: Path, portion: str) -> Path:
    return common / f"{portion.split(',', 1)[0]}.portion"
