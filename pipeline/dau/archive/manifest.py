"""The manifest: an append-only file of JSON lines, the archive's memory.

A `received` line is written when an input is taken up, an `outcome` line when it is done with. For each input
(path and SHA-256) the two alternate, and the last outcome counts; a last `received` without outcome is work that
was interrupted. An append is one write and one fsync. What a kill or a power cut leaves of a line at the end is
cut off by the next writer, which says so; a damaged line anywhere else is never touched, only reported.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from ..document.errors import Category
from ..document.transcript import Frozen
from .failures import ArchiveUnusable, failure_of
from .folder import sync_directory
from .outcome import PageStatus, Status

FILE_NAME = "manifest.jsonl"


class PageFile(Frozen):
    """An image file of a document made of several: its name in the folder, as `paths.text_of` writes it."""

    name: str
    sha256: str
    bytes: int


class PageGroup(Frozen):
    """Several image files taken as one document, in the order of its pages; `title` and `notes` as document.toml says
    them."""

    pages: tuple[PageFile, ...]
    title: str | None = None
    notes: str | None = None


class SourceFile(Frozen):
    """An input. `path` as `paths.text_of` writes it; `sha256` is null where the file could not be read.

    `modified` and `changed` are its mtime and ctime in nanoseconds, there only where equal times and size prove
    that the content is still the same (see `originals.Stamp`); they spare the next run from reading it again.
    `original` is the name under which it is kept in `originals/`, null where it is not.

    Of an input that is no single local file: `mark` does the service of `modified` and `changed`, as a digest of what
    the file system or the object store says of it; `changed` is the ctime of a local folder when its outcome was
    recorded. `group`: the files of a folder that is one document; `sha256` and
    `bytes` are then of the bundle made of them (`scan.bundle`).
    """

    path: str
    sha256: str | None = None
    bytes: int | None = None
    modified: int | None = None
    changed: int | None = None
    original: str | None = None
    mark: str | None = None
    group: PageGroup | None = None


class ManifestLine(Frozen):
    """One line. `settings` is the digest of the settings, `document` the name of the document's folder, `started`
    UTC in ISO 8601, `seconds` wall time."""

    event: Literal["received", "outcome"]
    source: SourceFile
    status: Status | None = None
    category: Category | None = None
    message: str | None = None
    document: str | None = None
    pages: dict[int, PageStatus] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    settings: str = ""
    engines: dict[str, str] = Field(default_factory=dict)
    started: str = ""
    seconds: float | None = None

    def encoded(self) -> bytes:
        return self.model_dump_json().encode("utf-8") + b"\n"


@dataclass(frozen=True)
class Damaged:
    """A line that is not a manifest line. `torn`: it is the last one and has no newline, as a kill leaves it."""

    number: int
    reason: str
    torn: bool


@dataclass(frozen=True)
class Entry:
    """A manifest line with its place: `offset` is its first byte in the file."""

    offset: int
    line: ManifestLine


def read(path: Path) -> Iterator[Entry | Damaged]:
    """Lines of a manifest in order, one in memory at a time; a manifest that is not there has none."""
    if not path.exists():
        return
    offset = 0
    with path.open("rb") as file:
        for number, row in enumerate(file, 1):
            if not row.endswith(b"\n"):
                yield Damaged(number, "the line breaks off", torn=True)
                return
            try:
                yield Entry(offset, ManifestLine.model_validate_json(row))
            except ValidationError as error:
                yield Damaged(number, reason_of(error), torn=False)
            offset += len(row)


def read_at(path: Path, offset: int) -> ManifestLine:
    """The line that starts at byte `offset`."""
    with path.open("rb") as file:
        file.seek(offset)
        return ManifestLine.model_validate_json(file.readline())


class Manifest:
    """The manifest open for appending. The caller holds the archive's lock."""

    def __init__(self, path: Path) -> None:
        """Open, cutting off a torn last line. `repairs` says in words what was cut."""
        self.path = path
        self.repairs: tuple[str, ...] = ()
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
            self._cut_torn_tail()
            sync_directory(path.parent)
        except OSError as error:
            raise failure_of(error, path) from error

    def append(self, *lines: ManifestLine) -> int:
        """Write the lines in one go and sync them to the disk; returns the offset of the first.

        Raises ArchiveFull where there is no room; the manifest is then as it was.
        """
        data = b"".join(line.encoded() for line in lines)
        end = os.fstat(self._fd).st_size
        try:
            written = os.write(self._fd, data)
            if written != len(data):
                os.write(self._fd, data[written:])  # the kernel says by an error why it took only a part
            os.fsync(self._fd)
        except OSError as error:
            os.ftruncate(self._fd, end)
            raise failure_of(error, self.path) from error
        return end

    def line_at(self, offset: int) -> ManifestLine:
        return read_at(self.path, offset)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _cut_torn_tail(self) -> None:
        size = os.fstat(self._fd).st_size
        keep = last_newline(self._fd, size)
        if keep < size:
            os.ftruncate(self._fd, keep)
            os.fsync(self._fd)
            self.repairs = (
                f"The last {size - keep} bytes of {self.path.name} were a line broken off by an interruption; they "
                "were cut off, and the input they spoke of is done again.",
            )


def last_newline(fd: int, size: int, step: int = 1 << 16) -> int:
    """Length of the file up to and with its last newline; 0 where there is none."""
    end = size
    while end > 0:
        start = max(0, end - step)
        found = os.pread(fd, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def reason_of(error: ValidationError) -> str:
    """What is wrong with a line first."""
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'line'}: {first['msg']}"


def require(path: Path) -> Path:
    """The manifest of an archive folder, or ArchiveUnusable where the folder is none."""
    manifest = path / FILE_NAME
    if not manifest.is_file():
        raise ArchiveUnusable(
            f"{path} is not an archive: it has no {FILE_NAME}.", "Name a folder that `dau run --out` wrote."
        )
    return manifest
