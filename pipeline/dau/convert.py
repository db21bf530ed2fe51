"""The whole pipeline for one document, on one screen.

    scan.open → scan.clean → ocr.read → restore → structure.parse → pdf → archive

`convert` is one plain function: a small picklable task in, an outcome out, failures as data. Runners (serial,
pool, later a cluster) differ only in where they call it.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from dau import ocr, pdf, portions, restore, scan, structure
from dau.archive.folder import sha256_of, write_document
from dau.archive.outcome import Answer, Divided, Outcome, PortionRead, Task, describe
from dau.archive.paths import text_of
from dau.document.directive import Directive, Source
from dau.document.errors import CapacityError, DauError, InputError
from dau.document.orthography import nfc
from dau.document.page import Page
from dau.document.transcript import Line, Transcript, TranscriptPage, lines_of_text
from dau.provenance import Journal
from dau.reading import DocumentReading, PageFailure, failed_page, page_image, transcript_page
from dau.searchable import searchable_pdf
from dau.settings import Settings

log = logging.getLogger(__name__)


_SCAN_SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp"})
"""Text under such a name is not a document: it is what a server sent instead of one."""

Progress = Callable[[int, int], None]
"""Called with the number of pages done and of pages in all."""


def no_progress(done: int, pages: int) -> None:
    """For those who do not want to know."""


def convert(task: Task, progress: Progress = no_progress) -> Answer:
    """Read, restore and parse one input, and write its folder; whatever goes wrong is in the outcome.

    Where the task offers it (`task.common`), a document of many pages is read in portions by several workers, of which
    the last puts them together.
    """
    began = time.monotonic()
    try:
        settings = Settings.model_validate_json(task.settings)
        with tempfile.TemporaryDirectory(prefix="dau-") as scratch:
            return _convert(task, settings, Path(scratch), began, progress)
    except Exception as error:
        log.error("converting %s failed", ascii(task.source), exc_info=not isinstance(error, DauError))
        return Outcome.failed(_named(error, task), time.monotonic() - began)


def _named(error: Exception, task: Task) -> Exception:
    """The error with the name the archivist knows, in place of the one under which the archive keeps the original."""
    if isinstance(error, DauError):
        error.message = error.message.replace(task.path.name, task.filename)
    return error


def _convert(task: Task, settings: Settings, scratch: Path, began: float, progress: Progress) -> Answer:
    journal = Journal(tools(settings))
    reading = _read_or_share(task, settings, scratch, journal, progress)
    if not isinstance(reading, DocumentReading):
        return reading
    reading = _restored(reading, settings, journal)
    if reading.all_failed:
        raise reading.failures[0].error
    with journal.event("parsed", "dau.structure"):
        directive = identify(parse(reading, settings, task.filename), task.filename, task.sha256, task.bytes, reading)
    copy = searchable_pdf(task, settings, reading, directive, scratch, journal)
    files: dict[str, bytes | Path] = {
        "document.json": directive.model_dump_json(indent=1).encode() + b"\n",
        "transcript.json": reading.transcript.model_dump_json(indent=1).encode() + b"\n",
        "text.txt": reading.transcript.text().encode(),
        "raw.txt": reading.transcript.text(raw=True).encode(),
        "events.jsonl": journal.lines(task.source, task.sha256, task.digest, settings.model_dump(mode="json")),
        **{f"pages/{path.name}": path for path in reading.images},
        **({"searchable.pdf": copy.path} if copy.path else {}),
    }
    checksums = write_document(task.archive, task.folder, files)
    failures = [*(failure.error for failure in (*reading.failures, *reading.half_read)), *copy.failures]
    told = [*reading.told, *copy.told]
    return Outcome(
        status="partial" if failures else "success",
        category=failures[0].category if failures else None,
        message=" ".join(told) or None,
        document=task.folder,
        pages=reading.statuses,
        files=checksums,
        engines=journal.versions,
        seconds=time.monotonic() - began,
    )


def read_document(
    path: Path | None,
    settings: Settings,
    scratch: Path | None = None,
    journal: Journal | None = None,
    progress: Progress = no_progress,
) -> DocumentReading:
    """Read a file and restore its text. `None` is plain text from standard input.

    A page that fails is in `failures` and costs no other page. Page images are kept only where `scratch` names a
    folder for them. Raises DauError where the file as a whole cannot be read.
    """
    journal = journal or Journal(tools(settings))
    if path is None or _holds_text(path, settings):
        reading = _read_text(path, settings)
    else:
        reading = _read_scan(path, settings, scratch, journal, progress)
    return _restored(reading, settings, journal)


def _read_or_share(
    task: Task, settings: Settings, scratch: Path, journal: Journal, progress: Progress
) -> DocumentReading | Divided | PortionRead:
    """The document as read, or, where several workers share the reading, a step on the way to it."""
    if _holds_text(task.path, settings):
        return _read_text(task.path, settings)
    if task.common is not None and task.portion is not None:
        some = settings.model_copy(update={"pages": task.portion})
        reading = _read_scan(task.path, some, portions.folder_of(task.common), journal, progress)
        portions.leave(task.common, task.portion, reading, journal)
        return PortionRead(len(reading.transcript.pages))
    if task.common is not None and task.portions:
        return portions.gather(task.common, task.portions, journal)
    with scan.open(task.path, settings.scan) as source:
        wanted = _wanted(source, settings)
        large = portions.divided(wanted) if task.common is not None else None
        return large or _read_pages(source, wanted, settings, scratch, journal, progress)


def _restored(reading: DocumentReading, settings: Settings, journal: Journal) -> DocumentReading:
    if reading.page_count is None:
        journal.note("opened", "dau.scan", media_type=reading.media_type)
    for note in reading.notes:
        journal.note("found", "dau.scan", detail=note)
    with journal.event("restored", "dau.restore"):
        return reading.restored(_restorer(settings.restore).restore)


def _holds_text(path: Path, settings: Settings) -> bool:
    return path.suffix.lower() not in _SCAN_SUFFIXES and scan.is_text(path, settings.scan)


def _read_text(path: Path | None, settings: Settings) -> DocumentReading:
    text = _standard_input(settings.scan.max_text_bytes) if path is None else scan.read_text(path, settings.scan)
    page = TranscriptPage(number=1, text_source="text", lines=lines_of_text(text))
    return DocumentReading(Transcript(pages=(page,)), media_type="text/plain", page_count=None)


def _standard_input(most: int) -> str:
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        raise CapacityError(f"Standard input has more than {most} bytes.", "Raise scan.max_text_bytes, or name a file.")
    text = scan.decode(data)
    if text is None or not text.strip():
        raise InputError("Standard input holds no text.", "Pipe UTF-8 text into it, or name a file.")
    return nfc(text)


def _read_scan(
    path: Path, settings: Settings, scratch: Path | None, journal: Journal, progress: Progress
) -> DocumentReading:
    with scan.open(path, settings.scan) as source:
        return _read_pages(source, _wanted(source, settings), settings, scratch, journal, progress)


def _wanted(source: scan.Source, settings: Settings) -> list[int]:
    wanted = settings.wanted(source.page_count)
    if not wanted:
        raise InputError(f"The file has {source.page_count} pages, none of them among {settings.pages}.")
    return wanted


def _read_pages(
    source: scan.Source, wanted: Sequence[int], settings: Settings, scratch: Path | None, journal: Journal,
    progress: Progress,
) -> DocumentReading:
    """Page by page, one image in memory at a time."""
    pages: list[TranscriptPage] = []
    failures: list[PageFailure] = []
    images: list[Path] = []
    half_read: list[PageFailure] = []
    journal.note("opened", "dau.scan", media_type=source.media_type, pages=source.page_count)
    for done, number in enumerate(wanted):
        progress(done, len(wanted))
        try:
            page = source.page(number)
            if scratch is not None and settings.page_images:
                images.append(page_image(page, scratch))
            page, read = _read_page(page, settings, journal)
            pages.append(transcript_page(page, read))
            half_read += [PageFailure(number, error) for error in read.failed]
        except Exception as error:
            failures.append(PageFailure(number, as_failure(error)))
            pages.append(failed_page(number))
            journal.note("page failed", "dau", page=number, outcome=str(failures[-1].error))
    return DocumentReading(
        Transcript(pages=tuple(pages)),
        source.media_type,
        source.page_count,
        tuple(failures),
        tuple(images),
        tuple(source.notes),
        tuple(half_read),
    )


def _read_page(page: Page, settings: Settings, journal: Journal) -> tuple[Page, ocr.Reading]:
    """A page as cleaned, and what stands on it. Where the file's own text is taken no engine reads, and the journal
    must not say that one did."""
    if page.text_layer is not None:
        with journal.event("text taken", "dau.scan", page=page.number):
            return page, _reader(settings.ocr, settings.restore).read(page)
    with journal.event("cleaned", "dau.scan", page=page.number):
        page = scan.clean(page, settings.scan)
    with journal.event("read", "dau.ocr", page=page.number):
        return page, _reader(settings.ocr, settings.restore).read(page)


def parse(reading: DocumentReading, settings: Settings, filename: str | None = None) -> Directive:
    """The structure of a document that has been read; pages that failed are in its review list."""
    directive = structure.parse(reading.transcript, settings.structure, filename)
    review = structure.ranked((*reading.doubts(), *directive.review), directive)
    return directive.model_copy(update={"review": review})


def as_failure(error: Exception) -> DauError:
    """Any failure of a page as one with advice. What nobody foresaw is a defect, logged with its trace."""
    if isinstance(error, DauError):
        return error
    log.error("a page failed", exc_info=error)
    category, message = describe(error)
    return CapacityError(message) if category == "capacity" else DauError(message)


def identify(directive: Directive, filename: str, sha256: str, size: int, reading: DocumentReading) -> Directive:
    """The directive with the identity of its source; `size` in bytes."""
    source = Source(
        filename=filename, sha256=sha256, media_type=reading.media_type, bytes=size, pages=reading.page_count
    )
    return directive.model_copy(update={"id": f"sha256:{sha256}", "source": source})


def identity(path: Path) -> tuple[str, str, int]:
    """Name (as the manifest writes it), SHA-256 and size in bytes of a file."""
    return text_of(path.name), sha256_of(path), path.stat().st_size


def restore_lines(lines: Iterable[str], settings: Settings) -> Iterator[Line]:
    """Text of any length, line for line; only a batch of lines is in memory at a time."""
    return restore.restore_text(lines, _restorer(settings.restore))


def restore_rows(rows: list[str], number: int, settings: Settings) -> list[Line]:
    """One batch of such a text, whose first line is line `number`."""
    return _restorer(settings.restore).restore(restore.read_rows(rows, number))


def without_restoring(settings: Settings) -> Settings:
    """The same settings with the text left as it was read."""
    return settings.model_copy(update={"restore": settings.restore.model_copy(update={"channel": "clean"})})


def restorer_digest(settings: Settings) -> str:
    return _restorer(settings.restore).digest


def versions(settings: Settings) -> Mapping[str, str]:
    """Engines and models with their versions, as they enter the settings digest and the provenance."""
    return {name: version for used in tools(settings).values() for name, version in used.items()}


def tools(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    """The same by the stage that uses them."""
    restorer = _restorer(settings.restore)
    return {
        "dau.ocr": _reader(settings.ocr, settings.restore).versions,
        "dau.restore": {restorer.name: restorer.digest},
        "dau.structure": structure.model_versions(settings.structure),
        "dau.pdf": pdf.versions(settings.pdf),
    }


# Models are immutable and costly to load: each process keeps the ones it used last.
@lru_cache(maxsize=2)
def _reader(settings: ocr.OcrSettings, restoring: restore.RestoreSettings) -> ocr.Reader:
    return ocr.Reader(settings, restore.language(restoring))


_restorer = lru_cache(maxsize=2)(restore.load)
