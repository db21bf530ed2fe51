"""What reading one document yields on its way to the parser: transcript, page failures, page images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
from PIL import Image

from dau.archive.outcome import PageStatus
from dau.document.directive import ReviewItem, Severity
from dau.document.errors import DauError
from dau.document.page import Page
from dau.document.transcript import Line, Rescan, Transcript, TranscriptPage
from dau.ocr import Reading
from dau.scan import CUT_OFF, SYNTHETIC

_REVIEW_DPI = 150.0
_WEBP_QUALITY = 60


@dataclass(frozen=True)
class PageFailure:
    """A page that could not be read, and why."""

    page: int
    error: DauError


@dataclass(frozen=True)
class DocumentReading:
    """`page_count` is the file's own (None for plain text), `images` the files of the reviewer's page images,
    `notes` what the scan stage found worth knowing of the file. `half_read`: pages on which an engine failed, so that
    another read them alone."""

    transcript: Transcript
    media_type: str
    page_count: int | None
    failures: tuple[PageFailure, ...] = ()
    images: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    half_read: tuple[PageFailure, ...] = ()

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

    @property
    def told(self) -> list[str]:
        """What went wrong on pages, as the outcome tells it."""
        lost = [f"Page {failure.page}: {failure.error}" for failure in self.failures]
        alone: dict[str, list[str]] = {}
        for failure in self.half_read:
            alone.setdefault(str(failure.error), []).append(str(failure.page))
        return [*lost, *(f"Read by one engine alone: page {', '.join(pages)}. {why}" for why, pages in alone.items())]

    def restored(self, restore: Callable[[Sequence[Line]], list[Line]]) -> DocumentReading:
        """The same reading with its lines restored, all at once: neighbouring pages are one another's context.

        A PDF's own text layer is left as it is: there is nothing in it that an engine misread.
        """
        damaged = [line for page in self.transcript.pages if _was_read(page) for line in page.lines]
        rest = iter(restore(damaged))
        pages = tuple(
            page.model_copy(update={"lines": tuple(next(rest) for _ in page.lines)}) if _was_read(page) else page
            for page in self.transcript.pages
        )
        return replace(self, transcript=self.transcript.model_copy(update={"pages": pages}))

    def doubts(self) -> list[ReviewItem]:
        """What a reviewer must know of the file itself: pages that failed, a file cut off, a trial document."""
        items = [
            ReviewItem(
                code="page_failed",
                severity="high",
                page=failure.page,
                message=f"Trang {failure.page} không đọc được: {failure.error}",
            )
            for failure in self.failures
        ]
        if self.page_count is not None and len(self.transcript.pages) < self.page_count:
            read = ", ".join(str(page.number) for page in self.transcript.pages)
            message = f"Chỉ đọc trang {read} trên tổng số {self.page_count} trang, theo yêu cầu: phần còn lại chưa đọc"
            items.append(ReviewItem(code="pages_not_read", severity="high", message=message))
        if CUT_OFF in self.notes:
            message = "Tệp không có dấu kết thúc, có thể bị cắt cụt: cần đối chiếu với bản gốc"
            items.append(ReviewItem(code="needs_rescan", severity="medium", message=message, raw=CUT_OFF))
        items += [_rescan_item(page.number, reason) for page in self.transcript.pages for reason in page.rescan]
        if SYNTHETIC in self.notes:
            message = "Văn bản dựng lại để thử nghiệm, không phải bản quét thật: không làm chứng cho điều gì"
            items.append(ReviewItem(code="synthetic", severity="info", message=message, raw=SYNTHETIC))
        return items


_RESCAN: Mapping[Rescan, tuple[Severity, str]] = {
    "mirrored": ("high", "ảnh bị lật gương; chữ đọc trên ảnh đã lật lại, cần quét lại cho đúng chiều"),
    "show_through": ("medium", "chữ của mặt sau hằn sang mặt này, phần hằn không lấy làm nội dung; nên quét lại với tờ "
                     "lót sẫm màu phía sau"),
    "illegible": ("high", "chữ không đọc được (ảnh mờ, méo hoặc không phải tiếng Việt), những gì máy thấy chỉ giữ làm "
                  "dấu vết; cần quét lại"),
    "doubtful": ("high", "nhiều chữ có thể đọc sai (chữ mờ, nhòe, đứt nét, mặt sau hằn sang hoặc trang méo); cần "
                 "đối chiếu với bản gốc hoặc quét lại"),
    "unread": ("high", "nhiều chữ trên ảnh chưa đọc được (trang nghiêng, méo, gấp góc hoặc chụp xiên); cần quét "
               "lại, đặt trang thẳng và phẳng"),
    "cut_left": ("high", "chữ bị cắt ở mép trái ảnh; cần quét lại cho đủ khổ giấy"),
    "cut_right": ("high", "chữ bị cắt ở mép phải ảnh; cần quét lại cho đủ khổ giấy"),
    "cut_top": ("high", "chữ bị cắt ở mép trên ảnh; cần quét lại cho đủ khổ giấy"),
    "cut_bottom": ("high", "chữ bị cắt ở mép dưới ảnh; cần quét lại cho đủ khổ giấy"),
}  # fmt: skip


def _rescan_item(page: int, reason: Rescan) -> ReviewItem:
    """Why a page should be scanned again, and what to mind then."""
    severity, message = _RESCAN[reason]
    return ReviewItem(
        code="needs_rescan", severity=severity, page=page, message=f"Trang {page}: {message}", raw=reason
    )


def _was_read(page: TranscriptPage) -> bool:
    return page.text_source in ("ocr", "text")


def transcript_page(page: Page, reading: Reading) -> TranscriptPage:
    """What was read on a page, with the geometry that leads back to it."""
    source = "blank" if page.blank or reading.blank else "ocr" if page.text_layer is None else "text_layer"
    return TranscriptPage(
        number=page.number,
        width=round(page.width, 2),
        height=round(page.height, 2),
        rotation=(page.rotation + reading.turned) % 360,
        skew=round(page.skew, 3),
        dpi=round(page.dpi, 1),
        text_source=source,
        lines=reading.lines,
        overlays=reading.overlays,
        parts=max(1, len(page.parts)),
        rescan=reading.rescan,
    )


def failed_page(number: int) -> TranscriptPage:
    return TranscriptPage(number=number, text_source="failed")


def page_image(page: Page, folder: Path) -> Path:
    """Write the page as displayed, at most 150 dpi, as WebP: what a reviewer sees."""
    scale = min(1.0, _REVIEW_DPI / page.dpi) if page.dpi > 0 else 1.0
    height, width = page.image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    pixels = page.image if scale == 1.0 else cv2.resize(page.image, size, interpolation=cv2.INTER_AREA)
    image = Image.fromarray(pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
    path = folder / f"{page.number:04d}.webp"
    image.save(path, "WEBP", quality=_WEBP_QUALITY, method=2)
    return path
