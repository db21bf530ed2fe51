"""What reading one document yields on its way to the parser: transcript, page failures, page images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from dau.archive.outcome import PageStatus
from dau.document.directive import ReviewItem
from dau.document.errors import DauError
from dau.document.page import Page
from dau.document.transcript import Line, Transcript, TranscriptPage
from dau.ocr import Reading

_REVIEW_DPI = 150.0
_WEBP_QUALITY = 60
_SEVERITIES = ("high", "medium", "low", "info")


@dataclass(frozen=True)
class PageFailure:
    """A page that could not be read, and why."""

    page: int
    error: DauError


@dataclass(frozen=True)
class DocumentReading:
    """`page_count` is the file's own (None for plain text), `images` the files of the reviewer's page images."""

    transcript: Transcript
    media_type: str
    page_count: int | None
    failures: tuple[PageFailure, ...] = ()
    images: tuple[Path, ...] = ()

    @property
    def lines(self) -> list[Line]:
        return [line for page in self.transcript.pages for line in page.lines]

    @property
    def all_failed(self) -> bool:
        return bool(self.failures) and len(self.failures) == len(self.transcript.pages)

    @property
    def statuses(self) -> Mapping[int, PageStatus]:
        lost = {failure.page for failure in self.failures}
        return {
            page.number: "failed" if page.number in lost else "blank" if page.text_source == "blank" else "success"
            for page in self.transcript.pages
        }

    def replace_lines(self, lines: Sequence[Line]) -> DocumentReading:
        """The same reading with every line replaced by its counterpart of the same id and order."""
        rest = iter(lines)
        pages = tuple(
            page.model_copy(update={"lines": tuple(next(rest) for _ in page.lines)}) for page in self.transcript.pages
        )
        return replace(self, transcript=self.transcript.model_copy(update={"pages": pages}))


def transcript_page(page: Page, reading: Reading) -> TranscriptPage:
    """What was read on a page, with the geometry that leads back to it."""
    source = "blank" if page.blank else "ocr" if page.text_layer is None else "text_layer"
    return TranscriptPage(
        number=page.number,
        width=round(page.width, 2),
        height=round(page.height, 2),
        rotation=page.rotation,
        skew=round(page.skew, 3),
        dpi=round(page.dpi, 1),
        text_source=source,
        lines=reading.lines,
        overlays=reading.overlays,
    )


def failed_page(number: int) -> TranscriptPage:
    return TranscriptPage(number=number, text_source="failed")


def page_image(page: Page, folder: Path) -> Path:
    """Write the page as displayed, at most 150 dpi, as WebP: what a reviewer sees."""
    pixels = page.image if page.image.ndim == 2 else page.image[:, :, ::-1]
    image = Image.fromarray(pixels)
    scale = min(1.0, _REVIEW_DPI / page.dpi) if page.dpi > 0 else 1.0
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    path = folder / f"{page.number:04d}.webp"
    image.save(path, "WEBP", quality=_WEBP_QUALITY, method=2)
    return path


def reviewer_order(items: Iterable[ReviewItem]) -> tuple[ReviewItem, ...]:
    """Most severe first, otherwise as given."""
    return tuple(sorted(items, key=lambda item: _SEVERITIES.index(item.severity)))
