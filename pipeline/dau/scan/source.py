"""An opened file: its pages one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal

from dau.document.errors import InputError
from dau.document.page import Page

from .bundle import Part, extract
from .sniff import identity

SourceKind = Literal["pdf", "tiff", "image", "bundle"]


@dataclass
class Source:
    """What `open` returns. Holds no page: each call of `page` reads the file anew, under limits.

    `read_page` makes the page of a number from 1 and notes what is worth knowing of it in `notes` (provenance: "page
    3: …"). `opened_as` is the identity of the file when it was opened (see `sniff`). `frames`: where the pages of an
    image file are in it, thumbnails left out; empty for a PDF. `parts`: of a bundle, its image files with their frames.
    """

    path: Path
    kind: SourceKind
    media_type: str
    page_count: int
    opened_as: tuple[int, int, int, int]
    read_page: Callable[[int], Page] = field(repr=False)
    notes: list[str] = field(default_factory=list)
    frames: tuple[int, ...] = ()
    parts: tuple[tuple[Part, tuple[int, ...]], ...] = ()
    closed: bool = False

    def page(self, number: int) -> Page:
        """The page, counted from 1, at its own resolution and not cleaned yet.

        Raises a DauError that concerns this page only; InputError also where the file is no longer the one opened.
        """
        if self.closed:
            raise ValueError("page of a closed Source")
        if not 1 <= number <= self.page_count:
            raise ValueError(f"page {number} of {self.page_count}")
        self._check_unchanged()
        page = self.read_page(number)
        self._check_unchanged()
        return page

    def image_files(self, folder: Path) -> tuple[tuple[Path, tuple[int, ...]], ...]:
        """The image files that hold the pages, in their order, each with the places of its pages in it; those of a
        bundle are written into `folder`. Empty for a PDF."""
        if self.kind == "pdf":
            return ()
        if self.kind != "bundle":
            return ((self.path, self.frames),)
        return tuple((extract(self.path, part, folder / part.name), frames) for part, frames in self.parts)

    def __iter__(self) -> Iterator[Page]:
        """The pages in order; ends with the first that fails."""
        return (self.page(number) for number in range(1, self.page_count + 1))

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.closed = True

    def _check_unchanged(self) -> None:
        if identity(self.path) != self.opened_as:
            raise InputError(
                f"The file {self.path.name!a} changed while it was being read.",
                "Wait until the scanner or the copy is done, then run again.",
            )
