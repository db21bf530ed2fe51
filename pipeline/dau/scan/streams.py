"""Are the images of a PDF all there? Poppler does not always say.

A JPEG that breaks off, or a deflate stream with a wrong byte, is drawn down to the fault and white below it, without a
word (poppler 22.12): half a page would pass for a whole one. So the bytes of the images that make up a page are looked
at where they lie in the file. Only what is certainly broken is reported; what cannot be found or understood (encrypted
files, rare filters) is left to poppler.
"""

from __future__ import annotations

import mmap
import re
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dau.document.errors import InputError

from .decode import decode_image
from .settings import ScanSettings

_OBJECT = re.compile(rb"(?:\A|[^0-9])([0-9]{1,9})\s+[0-9]{1,5}\s+\Z")
_BEFORE = 24
_LENGTH = re.compile(rb"/Length\s+(\d+)(?:\s+(\d+)\s+R\b)?")
_FILTER = re.compile(rb"/Filter\s*(?:\[\s*)?/(\w+)\s*(\]|/\w+)?")
_NUMBER = re.compile(rb"\s*(\d+)\s")
_DICTIONARY = 1 << 14
_STEP = 1 << 20
_MOST = 1 << 30
_TAIL = 64


class ImageStreams:
    """The streams of a PDF by object number; the file is scanned once, when it is first asked."""

    def __init__(self, path: Path, settings: ScanSettings) -> None:
        self._path = path
        self._settings = settings
        self._places: dict[int, int] | None = None

    def fault(self, object_numbers: Sequence[int]) -> str | None:
        """What is wrong with the first of these images that is certainly broken; None where none is."""
        with _mapped(self._path) as data:
            if data is None:
                return None
            if self._places is None:
                self._places = _places(data)
            faults = (self._fault(data, self._places, number) for number in object_numbers)
            return next((fault for fault in faults if fault), None)

    def _fault(self, data: mmap.mmap, places: dict[int, int], number: int) -> str | None:
        stream = _stream(data, places, number)
        if stream is None:
            return None
        filter_name, start, end = stream
        if filter_name == b"DCTDecode":
            return _jpeg_fault(data, start, end, self._settings)
        return _deflate_fault(data, start, end) if filter_name == b"FlateDecode" else None


def _places(data: mmap.mmap) -> dict[int, int]:
    """Where the body of each object begins. Of several of one number the last counts: files are changed by
    appending."""
    places = {}
    at = data.find(b"obj")
    while at >= 0:
        before = _OBJECT.search(data[max(0, at - _BEFORE) : at])
        if before:
            places[int(before[1])] = at + 3
        at = data.find(b"obj", at + 3)
    return places


def _stream(data: mmap.mmap, places: dict[int, int], number: int) -> tuple[bytes, int, int] | None:
    """Filter and extent of an image's data; None where it has no or several filters or is not found as it should."""
    at = places.get(number)
    if at is None:
        return None
    head = data[at : at + _DICTIONARY]
    begin = re.search(rb"\bstream(\r\n|\n)", head)
    dictionary = head[: begin.start()] if begin else b""
    name = _FILTER.search(dictionary)
    length = _LENGTH.search(dictionary)
    if begin is None or b"endobj" in dictionary or b"/Image" not in dictionary or name is None or length is None:
        return None
    if name[2] is not None and name[2] != b"]":  # a chain of filters
        return None
    size = int(length[1])
    if length[2] is not None:
        place = places.get(size)
        stated = _NUMBER.match(data[place : place + 32]) if place is not None else None
        if stated is None:
            return None
        size = int(stated[1])
    start = at + begin.end()
    if not re.match(rb"\s*endstream", data[start + size : start + size + 16]):
        found = data.find(b"endstream", start)
        if found < 0:
            return None
        size = found - start
    return name[1], start, start + size


def _jpeg_fault(data: mmap.mmap, start: int, end: int, settings: ScanSettings) -> str | None:
    """A JPEG ends with the marker FF D9 (ISO/IEC 10918-1, B.2.1); a few encoders leave it out or pad behind it."""
    tail = max(start, end - _TAIL)
    if data[start : start + 2] != b"\xff\xd8" or data.rfind(b"\xff\xd9", tail, end) >= 0:
        return None
    if not data[tail:end].strip(b"\0"):
        return "an image on it ends in zeros"
    # Without the end mark it is whole where the last bits of the last row are there: only decoding can tell.
    with tempfile.TemporaryDirectory(prefix="dau-") as folder:
        copy = Path(folder) / "image.jpg"
        copy.write_bytes(data[start:end])
        try:
            decode_image(copy, 0, settings.model_copy(update={"accept_damaged": False}))
        except InputError:
            return "an image on it breaks off"
    return None


def _deflate_fault(data: mmap.mmap, start: int, end: int) -> str | None:
    """A deflate stream says where it ends, and a checksum of what it unpacks to follows (RFC 1950, 1951).

    Some encoders leave out the checksum; then there is nothing to compare.
    """
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    checksum, unpacked, at = 1, 0, start + 2
    try:
        while at < end and not unpacker.eof:
            chunk = data[at : min(at + _STEP, end)]
            at += len(chunk)
            while chunk and not unpacker.eof:
                piece = unpacker.decompress(chunk, _STEP)
                checksum = zlib.adler32(piece, checksum)
                unpacked += len(piece)
                if unpacked > _MOST:
                    return None
                chunk = unpacker.unconsumed_tail
    except zlib.error as error:
        return f"an image on it is broken ({error})"
    if not unpacker.eof:
        return "an image on it breaks off"
    stated = data[at - len(unpacker.unused_data) : end][:4]
    if len(stated) == 4 and int.from_bytes(stated, "big") != checksum:
        return "an image on it is not what its checksum says"
    return None


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap | None]:
    with path.open("rb") as file:
        try:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):  # empty by now, or a file system without maps
            yield None
            return
        with mapped:
            yield mapped
