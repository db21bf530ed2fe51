"""The place of a doubt on its page, cut out of the reviewer's page image as a small picture for a report."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

from PIL import Image
from pydantic import ValidationError

from ...document.directive import Directive, Evidence, ReviewItem
from ...document.transcript import BBox, Transcript

_MARGIN = 14.0  # points around the box, to see what it stands in
_MOST_PIXELS = (760, 260)
_THUMBNAIL = (240, 340)
_MOST_BYTES = 60_000
_QUALITIES = (60, 40, 20)
_MOST_PAGE_BYTES = 20 << 20  # of a page image that is opened
_MOST_PAGE_PIXELS = 60_000_000


def evidence_of(item: ReviewItem, directive: Directive) -> Evidence | None:
    """Where on the pages a doubt is: what its field names, else its node, else its page as a whole."""
    places = [*_of_field(item.field, directive), *_of_node(item.node, directive)]
    boxed = [place for place in places if place.page is not None and place.bbox is not None]
    same_page = [place for place in boxed if item.page in (None, place.page)]
    if same_page or boxed:
        return (same_page or boxed)[0]
    return Evidence(page=item.page) if item.page is not None else None


def _of_field(pointer: str | None, directive: Directive) -> tuple[Evidence, ...]:
    """Evidence of what a JSON pointer leads to, or of the nearest thing above it that has some."""
    value: Any = directive
    found: tuple[Evidence, ...] = ()
    parts = (pointer or "").strip("/").split("/")
    if parts[0] == "metadata" and len(parts) > 1:
        return directive.metadata.evidence.get(parts[1], ())
    for part in parts:
        if isinstance(value, tuple):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
        else:
            value = getattr(value, part, None) if part in getattr(type(value), "model_fields", {}) else None
        found = getattr(value, "evidence", None) or found
        found = found or _of_node(getattr(value, "node", None), directive)
    return found


def _of_node(node: str | None, directive: Directive) -> tuple[Evidence, ...]:
    return next((each.evidence for each in directive.nodes if each.id == node), ()) if node else ()


class Crops:
    """Pictures out of one document's folder. Opens one page image at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._widths: dict[int, float] | None = None

    def picture(self, place: Evidence) -> bytes | None:
        """WebP of a place, at most 60 kB; None where there is no page image that fits."""
        if place.page is None:
            return None
        path = self._folder / "pages" / f"{place.page:04d}.webp"
        try:
            if path.stat().st_size > _MOST_PAGE_BYTES:
                return None
            with Image.open(path, formats=("WEBP",)) as image:
                if image.width * image.height > _MOST_PAGE_PIXELS:
                    return None
                return _encoded(self._cut(image, place))
        except (OSError, ValueError, Image.DecompressionBombError):
            return None

    def _cut(self, image: Image.Image, place: Evidence) -> Image.Image:
        width = self._width(place.page or 0)
        if place.bbox is None or not width:
            page = image.convert("RGB")
            page.thumbnail(_THUMBNAIL)
            return page
        part = image.convert("RGB").crop(_pixels(place.bbox, image.width / width, image.size))
        part.thumbnail(_MOST_PIXELS)
        return part

    def _width(self, page: int) -> float:
        """Points across a page, which tell the scale of its image."""
        if self._widths is None:
            self._widths = {}
            try:
                transcript = Transcript.model_validate_json((self._folder / "transcript.json").read_bytes())
                self._widths = {each.number: each.width or 0.0 for each in transcript.pages}
            except (OSError, ValidationError):
                pass
        return self._widths.get(page, 0.0)


def _pixels(box: BBox, scale: float, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The box with its margin in pixels, within the image and never empty."""
    x0, y0, x1, y1 = box
    left, top = max(0, round((x0 - _MARGIN) * scale)), max(0, round((y0 - _MARGIN) * scale))
    right, bottom = min(size[0], round((x1 + _MARGIN) * scale)), min(size[1], round((y1 + _MARGIN) * scale))
    if right <= left or bottom <= top:
        raise ValueError("the box is not on the page")
    tallest = max(40, round((right - left) * _MOST_PIXELS[1] / _MOST_PIXELS[0]))
    return left, top, right, min(bottom, top + max(tallest, _MOST_PIXELS[1]))


def _encoded(image: Image.Image) -> bytes:
    """As good as fits; a picture that fits in no quality is made smaller."""
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            image.save(out, "WEBP", quality=quality, method=2)
            if out.tell() <= _MOST_BYTES:
                return out.getvalue()
        image = image.reduce(2)


def data_uri(picture: bytes) -> str:
    return "data:image/webp;base64," + base64.b64encode(picture).decode("ascii")
