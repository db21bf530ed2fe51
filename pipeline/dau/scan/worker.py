"""Decodes one page in a process of its own; started as a script by `decode`, never imported.

The codecs under Pillow and poppler are native code, and a small file can ask for days of work: here a crash, a bomb or
an endless loop costs one page. Only Pillow and pdf2image are imported, to start in a tenth of a second.

    worker.py frames PATH MOST                       pages of a TIFF (thumbnails left out), at most MOST + 1
    worker.py image PATH FRAME MOST_PIXELS MAX_DPI DAMAGED
    worker.py pdfinfo PATH FIRST LAST                what pdfinfo says, with the sizes of the pages FIRST to LAST

On stdout: one line of JSON, for an image followed by its pixels, row by row, grey or BGR.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from PIL import Image, ImageChops, ImageFile, ImageOps

_FORMATS = ("TIFF", "PNG", "JPEG", "WEBP")
_LEAST_DPI, _MOST_DPI = 100.0, 2400.0  # below: the 72 or 96 that programs write where they know nothing
_ORIENTATION = 274  # EXIF and TIFF tag; 5 to 8 are quarter turns
_REDUCED = 254  # TIFF tag NewSubfileType; bit 0: a smaller copy of another page


def frames(path: str, most: int) -> None:
    found = []
    with Path(path).open("rb") as file, Image.open(file, formats=_FORMATS) as image:
        for index in range(64 * (most + 1)):
            try:
                image.seek(index)
            except EOFError:
                break
            tags = getattr(image, "tag_v2", {})
            if not tags.get(_REDUCED, 0) & 1:
                found.append(index)
            if len(found) > most:
                break
    _answer({"frames": found or [0]})


def image(path: str, frame: int, most_pixels: int, max_dpi: float, damaged: bool) -> None:
    ImageFile.LOAD_TRUNCATED_IMAGES = damaged
    # From a file object, not a name: Pillow maps uncompressed files that it knows by name into memory, and then
    # scrambles TIFFs whose orientation is a quarter turn (seen with 13.0).
    with Path(path).open("rb") as file, Image.open(file, formats=_FORMATS) as opened:
        if frame:
            opened.seek(frame)
        if opened.width * opened.height > most_pixels:
            _fail("capacity", f"{opened.width} × {opened.height} pixels")
        dpi = _dpi(opened)
        if dpi is not None and opened.getexif().get(_ORIENTATION) in (5, 6, 7, 8):
            dpi = dpi[1], dpi[0]
        opened.load()
        page = _on_white(ImageOps.exif_transpose(opened))
    size = page.size
    if dpi is not None and max(dpi) > max_dpi:
        shrunk = tuple(max(1, round(n * min(1.0, max_dpi / d))) for n, d in zip(size, dpi, strict=True))
        page = page.resize((shrunk[0], shrunk[1]), Image.Resampling.BOX)
    _answer({"dpi": dpi, "original": size}, page)


def pdfinfo(path: str, first: int, last: int) -> None:
    from pdf2image import pdfinfo_from_path
    from pdf2image.exceptions import PDFInfoNotInstalledError, PDFPageCountError

    try:
        fields = pdfinfo_from_path(path, first_page=first, last_page=last)
    except PDFPageCountError as error:
        _fail("unopened", str(error)[:4000])
    except PDFInfoNotInstalledError:
        _fail("dependency", "pdfinfo")
    _answer(fields)


def _dpi(image: Image.Image) -> tuple[float, float] | None:
    """The resolution the file states, where a scanner may have written it."""
    stated = image.info.get("dpi")
    with suppress(TypeError, ValueError, ZeroDivisionError, OverflowError):
        x, y = (float(v) for v in stated)  # type: ignore[union-attr]
        if _LEAST_DPI <= x <= _MOST_DPI and _LEAST_DPI <= y <= _MOST_DPI and 0.2 <= x / y <= 5:
            return x, y
    return None


def _on_white(image: Image.Image) -> Image.Image:
    """Grey or RGB, eight bits, what is transparent white."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda v: v / 256).convert("L") if _deep(image) else image.convert("L")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    if image.mode in ("1", "L"):
        return image.convert("L")
    return image.convert("RGB")


def _deep(image: Image.Image) -> bool:
    extrema = image.convert("I").getextrema()
    return isinstance(extrema[1], int | float) and extrema[1] > 255


def _grey(image: Image.Image) -> Image.Image:
    """One channel where the three are equal."""
    if image.mode != "RGB":
        return image.convert("L")
    red, green, blue = image.split()
    if any(ImageChops.difference(green, other).getbbox() for other in (red, blue)):
        return image
    return green


def _answer(fields: dict[str, object], page: Image.Image | None = None) -> None:
    out = sys.stdout.buffer
    if page is None:
        out.write(json.dumps(fields).encode() + b"\n")
        return
    page = _grey(page)
    out.write(json.dumps({**fields, "width": page.width, "height": page.height, "mode": page.mode}).encode() + b"\n")
    out.write(page.tobytes("raw", "BGR" if page.mode == "RGB" else "L"))


def _fail(category: str, message: str) -> NoReturn:
    _answer({"error": category, "message": message})
    sys.stdout.flush()
    raise SystemExit(0)


def main(argv: list[str]) -> None:
    Image.MAX_IMAGE_PIXELS = None  # checked here against the limit of the settings
    jobs: dict[str, Callable[[], None]] = {
        "frames": lambda: frames(argv[1], int(argv[2])),
        "image": lambda: image(argv[1], int(argv[2]), int(argv[3]), float(argv[4]), argv[5] == "1"),
        "pdfinfo": lambda: pdfinfo(argv[1], int(argv[2]), int(argv[3])),
    }
    try:
        jobs[argv[0]]()
    except (MemoryError, SystemExit):
        raise
    except Exception as error:
        # Codecs raise whatever they like on broken data (SyntaxError, struct.error, KeyError …): all of it means
        # that this page cannot be decoded, which is an answer and no crash.
        _fail("input", f"{type(error).__name__}: {error}"[:500])


if __name__ == "__main__":
    main(sys.argv[1:])
