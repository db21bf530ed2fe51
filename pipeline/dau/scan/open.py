"""File → Source, by what the file holds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from dau.document.errors import InputError
from dau.document.page import Page

from .bundle import Part, extract, head_of, parts
from .pdf import PdfFile, draw_page, page_images, read_pdf
from .raster import frames_of, image_page, too_many_pages
from .settings import ScanSettings
from .sniff import ENCODING_ADVICE, SUPPORTED, Sniffed, classify, sniff
from .source import Source
from .text_layer import read_layer

_SUFFIXES = {".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp"}


def open(path: Path, settings: ScanSettings) -> Source:
    """Open a scan: PDF, TIFF (all its pages), PNG, JPEG or WebP, or a bundle of images; told by content, not by name.

    Nothing is drawn or decoded yet but what tells the number of pages. Raises InputError (missing, empty, of another
    kind, broken), EncryptedError, CapacityError (bytes, pages), StageTimeout, DependencyError.
    """
    path = path.absolute()  # never an option to a program: it begins with a slash
    found = sniff(path, settings)
    if found.kind == "pdf":
        return _open_pdf(path, found, settings)
    if found.kind == "tiff" or found.kind == "image":
        notes: list[str] = []
        frames = frames_of(path, found.kind, settings)

        def read_page(number: int) -> Page:
            return image_page(path, frames[number - 1], number, settings, notes)

        return Source(
            path, found.kind, found.media_type, len(frames), found.identity, read_page, notes, tuple(frames)
        )
    if found.kind == "bundle":
        return _open_bundle(path, found, settings)
    raise _unsupported(path, found)


def _open_bundle(path: Path, found: Sniffed, settings: ScanSettings) -> Source:
    """The pages of all its image files; one that is broken or none at all is a page that fails."""
    files = tuple((part, _frames_of_part(path, part, settings)) for part in parts(path, settings.max_pages))
    places = [(part, frame) for part, frames in files for frame in frames]
    if len(places) > settings.max_pages:
        raise too_many_pages(f"more than {settings.max_pages}", settings)
    notes: list[str] = []

    def read_page(number: int) -> Page:
        part, frame = places[number - 1]
        kind, _, what = classify(head_of(path, part))
        if kind not in ("image", "tiff"):
            raise InputError(
                f"Page {number} is {what}, not an image.", "Pages of a folder are TIFF, PNG, JPEG or WebP files."
            )
        with _extracted(path, part) as image:
            return image_page(image, frame, number, settings, notes)

    return Source(
        path, "bundle", found.media_type, len(places), found.identity, read_page, notes, parts=files
    )


def _frames_of_part(path: Path, part: Part, settings: ScanSettings) -> tuple[int, ...]:
    if classify(head_of(path, part))[0] != "tiff":
        return (0,)
    with _extracted(path, part) as image:
        try:
            return tuple(frames_of(image, "tiff", settings))
        except InputError:
            return (0,)  # a broken file costs its own page, which says so when it is read


@contextmanager
def _extracted(path: Path, part: Part) -> Iterator[Path]:
    """An image file of a bundle as a file of its own: programs that decode it want one."""
    with tempfile.TemporaryDirectory(prefix="dau-page-") as folder:
        yield extract(path, part, Path(folder) / part.name)


def _open_pdf(path: Path, found: Sniffed, settings: ScanSettings) -> Source:
    file = read_pdf(path, settings)
    notes = list(file.notes)
    return Source(
        path, "pdf", found.media_type, len(file.sizes), found.identity, partial(_pdf_page, file, settings, notes), notes
    )


def _pdf_page(file: PdfFile, settings: ScanSettings, notes: list[str], number: int) -> Page:
    images = page_images(file.path, number, settings)
    page, verdict = read_layer(file.path, images, draw_page(file, number, images, settings, notes), settings)
    if verdict != "no_text":
        notes.append(f"page {number}: text layer: {verdict}")
    return page


def _unsupported(path: Path, found: Sniffed) -> InputError:
    suffix = path.suffix.lower()
    if found.kind == "text":
        if suffix in _SUFFIXES:
            return InputError(
                f"The file is named {suffix} but holds text.", "Rename it to .txt if it is text that has been read."
            )
        return InputError("The file holds text, not a scan.", "Text has been read already; it needs no page images.")
    if suffix == ".txt" and found.media_type == "application/octet-stream":
        return InputError("The file is named .txt but is in no encoding that is known here.", ENCODING_ADVICE)
    named = f"is named {suffix} but " if suffix in _SUFFIXES else ""
    verb = "is" if found.what.startswith(("a ", "an ", "of ")) else "holds"
    return InputError(f"The file {named}{verb} {found.what}.", f"Supported are {SUPPORTED}; save or print it as PDF.")
