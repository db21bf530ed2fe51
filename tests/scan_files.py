"""PDFs and images made in the test that needs them: whole, broken and hostile ones, without any PDF library."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

A4 = (595.0, 842.0)
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


@dataclass(frozen=True)
class Text:
    """A line of text; `x` and `y` in points from the top left, `y` of the baseline. White text is not to be seen."""

    x: float
    y: float
    text: str
    size: float = 13
    white: bool = False


@dataclass(frozen=True)
class Sheet:
    """A page of a made PDF. `jpeg` is drawn over `image_box` (points from the bottom left), the whole page if None."""

    texts: Sequence[Text] = ()
    jpeg: bytes | None = None
    image_box: tuple[float, float, float, float] | None = None
    size: tuple[float, float] = A4
    rotate: int = 0
    crop: tuple[float, float, float, float] | None = None
    extra: bytes = b""


@dataclass
class _Objects:
    bodies: list[bytes] = field(default_factory=list)

    def add(self, body: bytes) -> int:
        self.bodies.append(body)
        return len(self.bodies)

    def stream(self, data: bytes, entries: bytes = b"") -> int:
        return self.add(b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data))


def pdf(sheets: Sequence[Sheet], *, user: str | None = None, owner: str | None = None, copies: int = 1) -> bytes:
    """A PDF of these pages, `copies` times over; with a password encrypted (RC4, 40 bits; ISO 32000-1, 7.6.3)."""
    objects = _Objects()
    font = _font(objects, sorted({c for s in sheets for t in s.texts for c in t.text}))
    pages, tree = [], len(objects.bodies) + 3 * len(sheets) + 1
    for sheet in sheets:
        pages.append(_page(objects, sheet, font, tree))
    assert len(objects.bodies) + 1 == tree
    tree_body = len(objects.bodies)
    objects.add(b"")
    pages += [objects.add(objects.bodies[n - 1]) for n in pages * (copies - 1)]
    listed = b" ".join(b"%d 0 R" % n for n in pages)
    objects.bodies[tree_body] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (listed, len(pages))
    root = objects.add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    encrypt = None
    if user is not None or owner is not None:
        encrypt = _encrypt(objects, user or "", owner or user or "")
    return _written(objects, root, encrypt)


def jpeg(width: int = 827, height: int = 1169, colour: bool = False, seed: int = 1, quality: int = 60) -> bytes:
    """A page image with rows of dark strokes."""
    out = io.BytesIO()
    strokes(width, height, "RGB" if colour else "L", seed).save(out, "JPEG", quality=quality)
    return out.getvalue()


def image_pdf(data: bytes, filter_name: str, size: tuple[int, int], bits: int = 8, parameters: str = "") -> bytes:
    """A PDF of one page that is one grey image, its data as given."""
    objects = _Objects()
    parameters = f"/DecodeParms << {parameters} >>" if parameters else ""
    entries = (
        f"/Type /XObject /Subtype /Image /Width {size[0]} /Height {size[1]} /ColorSpace /DeviceGray "
        f"/BitsPerComponent {bits} /Filter /{filter_name} {parameters}"
    )
    image = objects.stream(data, entries.encode())
    content = objects.stream(b"q 595 0 0 842 0 0 cm /Im Do Q")
    page = objects.add(
        b"<< /Type /Page /Parent 4 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources "
        b"<< /XObject << /Im %d 0 R >> >> >>" % (content, image)
    )
    tree = objects.add(b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % page)
    return _written(objects, objects.add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree), None)


def nested_forms(contents: Sequence[bytes]) -> bytes:
    """A PDF of one page whose content is the first of these; content n may draw content n + 1 as `/Fx<n + 1>`."""
    objects = _Objects()
    below = b""
    for level in range(len(contents) - 1, 0, -1):
        resources = b"/Resources << /XObject << %s >> >>" % below
        number = objects.stream(contents[level], b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] " + resources)
        below = b"/Fx%d %d 0 R" % (level, number)
    content = objects.stream(contents[0])
    page = objects.add(
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /XObject << %s >> >> >>"
        % (len(contents) + 2, content, below)
    )
    tree = objects.add(b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % page)
    assert tree == len(contents) + 2
    return _written(objects, objects.add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree), None)


def strokes(width: int, height: int, mode: str = "L", seed: int = 1) -> Image.Image:
    """White paper with rows of short dark strokes, an upright mark in the top left corner."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB" if mode == "RGB" else "L", (width, height), "white")
    draw = ImageDraw.Draw(image)
    ink = (160, 20, 20) if mode == "RGB" else 20
    draw.rectangle((width // 20, height // 20, width // 10, height // 10), fill=ink)
    for y in range(height // 6, height - height // 10, max(12, height // 40)):
        x = width // 10
        while x < width * 0.85:
            step = int(random.integers(8, 40))
            draw.rectangle((x, y, x + step // 2, y + max(3, height // 120)), fill=ink)
            x += step
    return image.convert(mode)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def _page(objects: _Objects, sheet: Sheet, font: int, tree: int) -> int:
    width, height = sheet.size
    drawn = [sheet.extra]
    picture = b"null"
    if sheet.jpeg is not None:
        x0, y0, x1, y1 = sheet.image_box or (0, 0, width, height)
        drawn.append(b"q %f 0 0 %f %f %f cm /Im Do Q" % (x1 - x0, y1 - y0, x0, y0))
        with Image.open(io.BytesIO(sheet.jpeg)) as image:
            space = b"/DeviceRGB" if image.mode == "RGB" else b"/DeviceGray"
            number = objects.stream(
                sheet.jpeg,
                b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent 8 "
                b"/Filter /DCTDecode" % (*image.size, space),
            )
        picture = b"%d 0 R" % number
    else:
        objects.add(b"null")
    codes = _codes(objects)
    for text in sheet.texts:
        shown = bytes(codes[c] for c in text.text).hex().encode()
        grey = b"1 g" if text.white else b"0 g"
        drawn.append(b"BT %s /F %f Tf 1 0 0 1 %f %f Tm <%s> Tj ET" % (grey, text.size, text.x, height - text.y, shown))
    content = objects.stream(b"\n".join(drawn))
    crop = b"/CropBox [%f %f %f %f]" % sheet.crop if sheet.crop else b""
    return objects.add(
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %f %f] %s /Rotate %d /Contents %d 0 R "
        b"/Resources << /Font << /F %d 0 R >> /XObject << /Im %s >> >> >>"
        % (tree, width, height, crop, sheet.rotate, content, font, picture)
    )


def _codes(objects: _Objects) -> dict[str, int]:
    """Character → code, kept in the first object, the ToUnicode map of the font."""
    data = objects.bodies[0]
    pairs = (row.split() for row in data.split(b"beginbfchar\n")[1].split(b"\nendbfchar")[0].splitlines())
    return {
        bytes.fromhex(to.strip(b"<>").decode()).decode("utf-16-be"): int(code.strip(b"<>"), 16) for code, to in pairs
    }


def _font(objects: _Objects, characters: Sequence[str]) -> int:
    """A Type 3 font whose letters are black boxes, with a ToUnicode map that says which letters they are."""
    characters = characters or ["x"]
    assert len(characters) < 256, "one byte a character"
    rows = b"\n".join(b"<%02x> <%s>" % (i, c.encode("utf-16-be").hex().encode()) for i, c in enumerate(characters))
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n%d beginbfchar\n%s\nendbfchar\nendcmap end end"
        % (len(characters), rows)
    )
    unicode_map = objects.stream(cmap)
    letter = objects.stream(b"500 0 0 -200 450 700 d1 40 -150 400 600 re f")
    space = objects.stream(b"250 0 0 0 0 0 d1")
    names = b" ".join(b"/g%d" % i for i in range(len(characters)))
    glyphs = b" ".join(b"/g%d %d 0 R" % (i, space if c == " " else letter) for i, c in enumerate(characters))
    widths = b" ".join(b"250" if c == " " else b"500" for c in characters)
    return objects.add(
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 -200 500 700] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 0 "
        b"/LastChar %d /Widths [%s] /Encoding << /Type /Encoding /Differences [0 %s] >> /CharProcs << %s >> "
        b"/ToUnicode %d 0 R /Resources << >> >>" % (len(characters) - 1, widths, names, glyphs, unicode_map)
    )


def _written(objects: _Objects, root: int, encrypt: tuple[int, bytes] | None) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects.bodies, 1):
        offsets.append(out.tell())
        if encrypt is not None and number != encrypt[0]:
            body = _encrypted(body, number, encrypt[1])
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    locked = b"/Encrypt %d 0 R" % encrypt[0] if encrypt else b""
    identifier = b"/ID [<%s> <%s>]" % ((b"00" * 16,) * 2)
    trailer = b"<< /Size %d /Root %d 0 R %s %s >>" % (len(offsets) + 1, root, identifier, locked)
    out.write(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, start))
    return out.getvalue()


def _encrypt(objects: _Objects, user: str, owner: str) -> tuple[int, bytes]:
    """Algorithms 2 to 4 of ISO 32000-1, revision 2; printing and copying forbidden."""
    pad = [(p.encode("latin-1") + _PADDING)[:32] for p in (user, owner)]
    permissions = -64
    locked = _rc4(hashlib.md5(pad[1]).digest()[:5], pad[0])
    key = hashlib.md5(pad[0] + locked + struct.pack("<i", permissions) + b"\0" * 16).digest()[:5]
    number = objects.add(
        b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P %d >>"
        % (locked.hex().encode(), _rc4(key, _PADDING).hex().encode(), permissions)
    )
    return number, key


def _encrypted(body: bytes, number: int, key: bytes) -> bytes:
    head, begin, rest = body.partition(b"stream\n")
    if not begin:
        return body
    data, end, _ = rest.rpartition(b"\nendstream")
    own = hashlib.md5(key + struct.pack("<I", number)[:3] + b"\0\0").digest()[:10]
    return head + begin + _rc4(own, data) + end


def _rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
