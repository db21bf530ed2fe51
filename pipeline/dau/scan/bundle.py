"""Several image files as one: the pages of a document that lay in a folder, each byte for byte.

The file is a bag (BagIt, RFC 8493) in a tar archive (POSIX ustar), so that common tools open and prove it:
`tar xf X.tar && cd document && sha256sum -c manifest-sha256.txt`. It holds nothing but the pages and their order (no
names, times or owners), so that the same pages in the same order always give the same bytes:

    document/bagit.txt
    document/data/0001.jpg …          the image files, numbered, with the extension of their content
    document/manifest-sha256.txt      SHA-256 of each of them

What is read is held against what is written here, block by block; any other tar archive is refused.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from dau.document.errors import CapacityError, InputError

MEDIA_TYPE = "application/x-tar"
SUFFIX = ".tar"

_TOP = "document"
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_BLOCK = tarfile.BLOCKSIZE
_CHUNK = 1 << 20
_PAGE = re.compile(rf"{_TOP}/data/(\d{{4,6}})\.(?:jpg|png|webp|tif|bin)")
_SUFFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tif"), (b"MM\0*", "tif"), (b"II+\0", "tif"), (b"MM\0+", "tif"),
)


@dataclass(frozen=True)
class Part:
    """An image file in a bundle: `name` such as `0001.jpg`; `offset` and `bytes` say where it is."""

    name: str
    offset: int
    bytes: int


class BundleWriter:
    """Writes a bundle into an open file, in one pass. `close` completes it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._checksums: list[tuple[str, str]] = []
        self._file("bagit.txt", BytesIO(_DECLARATION), len(_DECLARATION))

    def add(self, source: BinaryIO, size: int) -> str:
        """Add the next page's image file of `size` bytes; returns its SHA-256. Raises EOFError where the source has
        more or fewer bytes."""
        head = source.read(min(16, size)) if size else b""
        name = f"data/{len(self._checksums) + 1:04d}.{_suffix(head)}"
        sha256 = self._file(name, source, size, head)
        if source.read(1):
            raise EOFError(f"{name}: more than {size} bytes")
        self._checksums.append((sha256, name))
        return sha256

    def close(self) -> None:
        """Write the list of checksums and the end mark."""
        listing = "".join(f"{sha256}  {name}\n" for sha256, name in self._checksums).encode("ascii")
        self._file("manifest-sha256.txt", BytesIO(listing), len(listing))
        self._write(b"\0" * (2 * _BLOCK))

    def _file(self, name: str, source: BinaryIO, size: int, head: bytes = b"") -> str:
        self._write(_header(f"{_TOP}/{name}", size))
        digest = hashlib.sha256(head)
        self._write(head)
        left = size - len(head)
        while left > 0:
            chunk = source.read(min(_CHUNK, left))
            if not chunk:
                raise EOFError(f"{name}: {left} of {size} bytes are missing")
            digest.update(chunk)
            self._write(chunk)
            left -= len(chunk)
        self._write(b"\0" * (-size % _BLOCK))
        return digest.hexdigest()

    def _write(self, data: bytes) -> None:
        self._out.write(data)


def is_bundle(head: bytes) -> bool:
    """Whether a file that begins so (1,024 bytes at least) is a bundle."""
    return head.startswith(_beginning())


def parts(path: Path, most: int) -> list[Part]:
    """The image files in a bundle, in the order of the pages.

    Raises InputError where it is not as `BundleWriter` writes it, CapacityError for more than `most` of them.
    """
    found: list[Part] = []
    with path.open("rb") as file:
        for name, offset, size in _members(file, path.stat().st_size):
            match = _PAGE.fullmatch(name)
            if match is None:
                continue
            if int(match[1]) != len(found) + 1:
                raise _broken()
            found.append(Part(name.rsplit("/", 1)[1], offset, size))
            if len(found) > most:
                raise CapacityError(
                    f"The document has more than {most} page images.",
                    "Raise scan.max_pages in the settings, or divide the folder.",
                )
    if not found:
        raise _broken()
    return found


def checksums(path: Path) -> list[str]:
    """SHA-256 of each image file in a bundle, computed from its bytes; raises as `parts` does."""
    found = []
    with path.open("rb") as file:
        for part in parts(path, 10**6):
            digest = hashlib.sha256()
            for chunk in _chunks(file, part):
                digest.update(chunk)
            found.append(digest.hexdigest())
    return found


def head_of(path: Path, part: Part, most: int = 1 << 16) -> bytes:
    """The first bytes of an image file in a bundle."""
    with path.open("rb") as file:
        file.seek(part.offset)
        return file.read(min(most, part.bytes))


def extract(path: Path, part: Part, target: Path) -> Path:
    """Write one image file of a bundle into a file of its own; returns that."""
    with path.open("rb") as file, target.open("wb") as out:
        for chunk in _chunks(file, part):
            out.write(chunk)
    return target


def _members(file: BinaryIO, total: int) -> Iterator[tuple[str, int, int]]:
    """Name, offset and size of each member, whose header must be, byte for byte, the one written here."""
    offset = 0
    while True:
        file.seek(offset)
        header = file.read(_BLOCK)
        if header == b"\0" * _BLOCK:
            return
        try:
            info = tarfile.TarInfo.frombuf(header, "ascii", "strict")
        except (tarfile.HeaderError, UnicodeError, ValueError) as error:
            raise _broken() from error
        offset += _BLOCK
        if info.size < 0 or info.size > total - offset or _header(info.name, info.size) != header:
            raise _broken()
        yield info.name, offset, info.size
        offset += info.size + -info.size % _BLOCK


@cache
def _beginning() -> bytes:
    return _header(f"{_TOP}/bagit.txt", len(_DECLARATION)) + _DECLARATION


def _header(name: str, size: int) -> bytes:
    """A member's header: its name and size, all else constant."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o644
    try:
        return info.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")
    except ValueError as error:  # a name or size that ustar has no room for
        raise _broken() from error


def _chunks(file: BinaryIO, part: Part) -> Iterator[bytes]:
    file.seek(part.offset)
    left = part.bytes
    while left > 0:
        chunk = file.read(min(_CHUNK, left))
        if not chunk:
            raise _broken()
        yield chunk
        left -= len(chunk)


def _suffix(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return next((suffix for magic, suffix in _SUFFIXES if head.startswith(magic)), "bin")


def _broken() -> InputError:
    return InputError(
        "The file of page images is damaged, or is no bundle of page images of dau's.",
        "Run again on the folder the pages came from; save other tar archives as folders first.",
    )
