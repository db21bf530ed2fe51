"""What a conversion is asked and what it answers. Both are small and pickle, so that they cross processes."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Literal

from ..document.errors import NO_ROOM, Category, DauError
from .failures import ArchiveFull

Status = Literal["success", "partial", "failed"]
PageStatus = Literal["success", "blank", "failed"]


@dataclass(frozen=True)
class Task:
    """One input to convert.

    `path` is the file to read: the original kept in the archive, or the source itself where originals are not
    kept. `source` is the input's path as the manifest writes it (see `paths`), for names only. `settings` is the
    JSON of the settings, `digest` their digest (hex), `archive` the archive's folder, `folder` the name under
    which the document is to be written (`folder.write_document(task.archive, task.folder, files)`).

    `common` is a folder where several workers may leave what they read of one large document. Where it is given a
    conversion may answer `Divided`; it is then asked for each portion (`portion`, pages as in the settings), and at
    last, with all `portions` read, for the outcome.
    """

    path: Path
    source: str
    sha256: str
    bytes: int
    archive: Path
    folder: str
    settings: str = "{}"
    digest: str = ""
    common: Path | None = None
    portion: str | None = None
    portions: tuple[str, ...] = ()

    @property
    def filename(self) -> str:
        """Last part of the source's path; bytes that are not UTF-8 stand as `\\xNN`."""
        return self.source.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Outcome:
    """What came of one input, failures included.

    `message` tells the archivist what is wrong and what to do, `document` is the folder's name (None where
    nothing was written), `pages` the status of each page (from 1), `files` the SHA-256 of each file of the
    folder, `engines` names and versions, `seconds` wall time. `stop` says that the run cannot go on: the outcome
    is then not recorded, and the input is taken up again by the next run.

    Raises ValueError for an outcome that says less than it must: what is not a success has category and message,
    what is not a failure has a document, and a success has no failed page.
    """

    status: Status
    category: Category | None = None
    message: str | None = None
    document: str | None = None
    pages: Mapping[int, PageStatus] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    engines: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    stop: bool = False

    def __post_init__(self) -> None:
        if self.status != "success" and (self.category is None or not self.message):
            raise ValueError(f"a {self.status} outcome needs category and message")
        if self.status != "failed" and (self.document is None or not self.files):
            raise ValueError(f"a {self.status} outcome needs a document and its files")
        if self.status == "success" and "failed" in self.pages.values():
            raise ValueError("an outcome with failed pages is partial")

    @classmethod
    def failed(cls, error: BaseException, seconds: float = 0.0, engines: Mapping[str, str] | None = None) -> Outcome:
        """A failure as data: a DauError speaks for itself, lack of memory is `capacity`, the rest `internal`."""
        category, message = describe(error)
        return cls(
            status="failed", category=category, message=message, seconds=seconds, engines=engines or {},
            stop=isinstance(error, ArchiveFull),
        )


@dataclass(frozen=True)
class Divided:
    """Instead of an outcome: these portions of the document, of `pages` pages in all, can be read side by side."""

    portions: tuple[str, ...]
    pages: int


@dataclass(frozen=True)
class PortionRead:
    """A portion of a document has been read, and lies in the folder they have in common. `pages`: how many."""

    pages: int


Answer = Outcome | Divided | PortionRead


def describe(error: BaseException) -> tuple[Category, str]:
    """Category and message of any exception, as the manifest records them."""
    if isinstance(error, DauError):
        return error.category, str(error)
    if isinstance(error, MemoryError):
        return "capacity", "Memory ran out. Run it again with fewer jobs, or on a machine with more memory."
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return "capacity", (
            f"There is no room left for temporary files in {tempfile.gettempdir()}. Make room there, or let TMPDIR "
            "name a folder with more; then run again with --retry-failed."
        )
    what = f"{type(error).__name__}: {error}".strip().rstrip(":") + _place(error)
    return "internal", f"{what}. This is a defect of dau: please report it with this file."


def _place(error: BaseException) -> str:
    """` (file.py:12)`, where it was raised: what a report of a defect needs most."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({PurePath(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
