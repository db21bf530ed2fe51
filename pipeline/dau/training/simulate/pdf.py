"""A PDF as a scanner writes it: one image a page, nothing else, the same bytes for the same pages.

Grey and colour pages are JPEG (DCTDecode), 1-bit pages CCITT group 4. Dates are fixed, the file's ID is derived from
its content. ISO 32000-1:2008, 7.4.6 (CCITTFaxDecode) and 8.9.5 (image dictionaries).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image as PILImage

from dau.document.errors import DependencyError
from dau.document.page import Image

_DATE = b"(D:20200101000000Z)"
_ROWS_PER_STRIP, _STRIP_OFFSETS, _STRIP_SIZES = 278, 273, 279  # TIFF tags


@dataclass(frozen=True)
class EncodedImage:
    """A page's image stream; `bits` a sample, `channels` 1 or 3; `page` is its size in points."""

    data: bytes
    width: int
    height: int
    bits: int
    channels: int
    page: tuple[float, float]


def encode_jpeg(image: Image, quality: int, page: tuple[float, float]) -> EncodedImage:
    """Grey or BGR image as baseline JPEG."""
    ok, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise DependencyError("OpenCV cannot write JPEG.", "Reinstall opencv-python-headless.")
    h, w = image.shape[:2]
    return EncodedImage(data.tobytes(), w, h, 8, 1 if image.ndim == 2 else 3, page)


def encode_bilevel(image: Image, page: tuple[float, float]) -> EncodedImage:
    """Black-and-white grey image (0 and 255) as CCITT group 4."""
    h, w = image.shape[:2]
    buffer = io.BytesIO()
    picture = PILImage.fromarray(image).point(lambda v: 255 if v > 127 else 0, mode="1")
    picture.save(buffer, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: h})
    tiff = PILImage.open(buffer)
    tags = tiff.tag_v2  # type: ignore[attr-defined]
    offsets, sizes = tags[_STRIP_OFFSETS], tags[_STRIP_SIZES]
    raw = buffer.getvalue()
    data = b"".join(raw[o : o + s] for o, s in zip(offsets, sizes, strict=True))
    return EncodedImage(data, w, h, 1, 1, page)


def decode(encoded: EncodedImage) -> Image:
    """The pixels a reader of the PDF gets, without going through a PDF: grey or BGR."""
    if encoded.bits == 1:
        raise ValueError("a 1-bit image is its own decoding")
    flag = cv2.IMREAD_GRAYSCALE if encoded.channels == 1 else cv2.IMREAD_COLOR
    return np.asarray(cv2.imdecode(np.frombuffer(encoded.data, np.uint8), flag), np.uint8)


def image_pdf(pages: Sequence[EncodedImage], keywords: str = "", title: str = "") -> bytes:
    """The PDF file. `keywords` and `title` (ASCII) go into the document information."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for page in pages:
        first = len(objects) + 1
        kids.append(b"%d 0 R" % first)
        w, h = (b"%.2f" % v for v in page.page)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %b %b] /Contents %d 0 R "
            b"/Resources << /XObject << /Im0 %d 0 R >> >> >>" % (w, h, first + 1, first + 2)
        )
        objects.append(_stream(b"", b"q %b 0 0 %b 0 0 cm /Im0 Do Q" % (w, h)))
        objects.append(_stream(_image_dictionary(page), page.data))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(pages), b" ".join(kids))
    objects.append(
        b"<< /Producer (dau make_scans) /Title (%b) /Keywords (%b) /CreationDate %b /ModDate %b >>"
        % (_escape(title), _escape(keywords), _DATE, _DATE)
    )
    return _file(objects)


def _image_dictionary(page: EncodedImage) -> bytes:
    space = b"/DeviceRGB" if page.channels == 3 else b"/DeviceGray"
    head = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d /ColorSpace %b " % (
        page.width, page.height, page.bits, space,
    )
    if page.bits == 1:
        return head + b"/Filter /CCITTFaxDecode /DecodeParms << /K -1 /BlackIs1 true /Columns %d /Rows %d >> " % (
            page.width, page.height,
        )
    return head + b"/Filter /DCTDecode "


def _stream(dictionary: bytes, data: bytes) -> bytes:
    return b"<< %b/Length %d >>\nstream\n%b\nendstream" % (dictionary, len(data), data)


def _escape(text: str) -> bytes:
    return text.encode("ascii", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, count = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    out += b"".join(b"%010d 00000 n \n" % o for o in offsets)
    digest = hashlib.md5(bytes(out), usedforsecurity=False).hexdigest().encode()
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R /ID [<%b> <%b>] >>\nstartxref\n%d\n%%%%EOF\n" % (
        count, count - 1, digest, digest, start,
    )
    return bytes(out)
