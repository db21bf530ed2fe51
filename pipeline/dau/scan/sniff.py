"""What a file is, by what it holds; and plain text, read within bounds.

Names are hints for the message only: a PDF named .txt is a PDF, an error page named .pdf is not.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dau.document.errors import CapacityError, InputError

from . import bundle
from .settings import ScanSettings

Kind = Literal["pdf", "tiff", "image", "bundle", "text", "other"]

SUPPORTED = "PDF, TIFF, PNG, JPEG, WebP, and text (.txt) that has been read already"
ENCODING_ADVICE = "Save it as UTF-8; old TCVN3 or VNI text needs a converter such as UniKey first."

_HEAD = 1 << 16
_MAGIC: tuple[tuple[bytes, Kind, str], ...] = (
    (b"II*\0", "tiff", "image/tiff"),
    (b"MM\0*", "tiff", "image/tiff"),
    (b"II+\0", "tiff", "image/tiff"),
    (b"MM\0+", "tiff", "image/tiff"),
    (b"\x89PNG\r\n\x1a\n", "image", "image/png"),
    (b"\xff\xd8\xff", "image", "image/jpeg"),
)
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "application/zip", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage", "an old Office document"),
    (b"{\\rtf", "application/rtf", "an RTF document"),
    (b"GIF8", "image/gif", "a GIF image"),
    (b"BM", "image/bmp", "a BMP image"),
    (b"AT&TFORM", "image/vnd.djvu", "a DjVu document"),
    (b"\0\0\0\x0cjP  ", "image/jp2", "a JPEG 2000 image"),
    (b"\xffO\xffQ", "image/jp2", "a JPEG 2000 image"),
    (b"Rar!", "application/vnd.rar", "a RAR archive"),
    (b"7z\xbc\xaf", "application/x-7z-compressed", "a 7-Zip archive"),
    (b"\x1f\x8b", "application/gzip", "a gzip archive"),
    (b"%!PS", "application/postscript", "a PostScript document"),
)
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_TEXT_CONTROLS = frozenset("\t\n\r\f\v\x1a\x1b")


@dataclass(frozen=True)
class Sniffed:
    """`identity` tells whether the file is still the same one: device, inode, size, time of change in ns."""

    kind: Kind
    media_type: str
    what: str
    bytes: int
    identity: tuple[int, int, int, int]


def identity(path: Path) -> tuple[int, int, int, int]:
    """See Sniffed. Raises InputError where the path is gone, unreadable or no regular file."""
    return _identity(_status(path))


def sniff(path: Path, settings: ScanSettings) -> Sniffed:
    """Media type of a regular file from its first 64 KiB.

    Raises InputError (nothing there, no regular file, unreadable, empty) and CapacityError (more than `max_bytes`).
    Never opens a FIFO, socket or device.
    """
    status = _status(path)
    if status.st_size == 0:
        raise InputError(f"The file {_name(path)} is empty (0 bytes).", "Copy or scan it again.")
    if status.st_size > settings.max_bytes:
        raise CapacityError(
            f"The file {_name(path)} has {status.st_size} bytes, more than the limit of {settings.max_bytes}.",
            "Raise scan.max_bytes in the settings, or split the file.",
        )
    kind, media_type, what = classify(read_bytes(path, _HEAD))
    return Sniffed(kind, media_type, what, status.st_size, _identity(status))


def classify(head: bytes) -> tuple[Kind, str, str]:
    """Kind, media type and a phrase for messages, from the beginning of a file."""
    for magic, kind, media_type in _MAGIC:
        if head.startswith(magic):
            return kind, media_type, f"a {media_type.removeprefix('image/').upper()} image"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image", "image/webp", "a WebP image"
    if b"%PDF-" in head[:1024]:  # readers accept junk before the header (ISO 32000-1, implementation note 13)
        return "pdf", "application/pdf", "a PDF"
    if bundle.is_bundle(head):
        return "bundle", bundle.MEDIA_TYPE, "a bundle of page images"
    if head[4:8] == b"ftyp":
        heif = head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif")
        return "other", "image/heif" if heif else "video/mp4", "a HEIF image" if heif else "a video"
    for magic, media_type, what in _OTHERS:
        if head.startswith(magic):
            return "other", media_type, what
    return _classify_text(head)


def is_text(path: Path, settings: ScanSettings | None = None) -> bool:
    """Whether the file holds plain text, whatever it is called; raises as `sniff` does."""
    return sniff(path, settings or ScanSettings()).kind == "text"


def read_text(path: Path, settings: ScanSettings) -> str:
    """The whole text of a file: NFC, LF between lines, without byte order mark.

    UTF-8, or UTF-16/32 with a byte order mark; else Windows-1258, the Vietnamese code page of old Windows, where
    that gives Vietnamese text. Raises InputError where it is no text, CapacityError above `max_text_bytes`.
    """
    found = sniff(path, settings)
    if found.kind != "text":
        raise InputError(f"{_name(path)} is not plain text but {found.what}.", f"Supported are {SUPPORTED}.")
    if found.bytes > settings.max_text_bytes:
        raise CapacityError(
            f"The text {_name(path)} has {found.bytes} bytes, more than the limit of {settings.max_text_bytes}.",
            "Raise scan.max_text_bytes in the settings, or split the file.",
        )
    text = decode(read_bytes(path, settings.max_text_bytes))
    if text is None:
        raise InputError(
            f"{_name(path)} looks like text but is in no encoding that is known here.",
            ENCODING_ADVICE,
        )
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def decode(data: bytes) -> str | None:
    """Text of `data`, None where it is none."""
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    if encoding is None and b"\0" in data:
        return None
    for candidate in (encoding,) if encoding else ("utf-8", "cp1258"):
        try:
            text = data.decode(candidate)
        except UnicodeError:
            continue
        if _printable(text) and (candidate != "cp1258" or _vietnamese_marks(text)):
            return text
    return None


def read_bytes(path: Path, most: int) -> bytes:
    """The first `most` bytes of a regular file, never waiting for a writer."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _unreadable(path, error) from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _not_a_file(path, os.fstat(descriptor))
        try:
            return file.read(most)
        except OSError as error:
            raise _unreadable(path, error) from error


def _classify_text(head: bytes) -> tuple[Kind, str, str]:
    cut = head if len(head) < _HEAD else head[: -(len(head) % 4 or 4)]
    text = decode(cut)
    for shorter in range(1, 4):  # the cut may fall inside a UTF-8 character
        if text is None and len(head) == _HEAD:
            text = decode(cut[:-shorter])
    if text is None:
        return "other", "application/octet-stream", "of an unknown kind"
    begin = text.lstrip("\ufeff \t\r\n")[:256].lower()
    if begin.startswith(("<!doctype html", "<html", "<head", "<body")):
        return "other", "text/html", "an HTML page"
    if begin.startswith("<?xml"):
        return "other", "text/xml", "an XML document"
    return "text", "text/plain", "text"


def _printable(text: str) -> bool:
    """Few control characters: fewer than one in a thousand, NUL never."""
    controls = sum(1 for c in text if c < " " and c not in _TEXT_CONTROLS)
    return "\0" not in text and controls * 1000 <= len(text)


def _vietnamese_marks(text: str) -> bool:
    """In Windows-1258 tones are combining characters: random bytes rarely put them behind vowels."""
    marks = [i for i, c in enumerate(text) if unicodedata.combining(c)]
    behind = sum(1 for i in marks if i and text[i - 1].lower() in "aăâeêioôơuưy")
    letters = sum(1 for c in text if c.isalpha())
    return letters > 0 and behind >= 0.02 * letters and behind >= 0.9 * len(marks)


def _status(path: Path) -> os.stat_result:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(status.st_mode):
        raise _not_a_file(path, status)
    return status


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _not_a_file(path: Path, status: os.stat_result) -> InputError:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    what = next((name for test, name in kinds if test(status.st_mode)), "a device")
    return InputError(f"{_name(path)} is {what}, not a file.", "Name a file.")


def _unreadable(path: Path, error: Exception) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError(f"There is no file {_name(path)}.", "It was moved, renamed or deleted.")
    if isinstance(error, PermissionError):
        return InputError(f"The file {_name(path)} may not be read.", "Give yourself the right to read it (chmod u+r).")
    reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
    return InputError(f"The file {_name(path)} cannot be read: {reason}.", "Check the path and the disk.")


def _name(path: Path) -> str:
    """The file's name on one line, whatever it contains."""
    return ascii(path.name) if not path.name.isprintable() else f"“{path.name}”"
