"""Several images as one document: a folder with a `document.toml`, or any folder of images with `--group`.

    pages = ["bìa.jpg", "2.jpg", "10.jpg"]      # files of this folder, in their order; without it all images of the
    title = "Quyết định 1423"                   # folder, in natural order: 2 before 10
    notes = "Thiếu trang 4"                     # both optional, recorded in the manifest

The input is the folder; its content is the bundle of the image files (`scan.bundle`), each of whose SHA-256 the
manifest records. Names come from a file anybody may have written: only files that lie in the folder itself are read.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import time
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from pydantic import ValidationError

from ..archive.manifest import PageFile, PageGroup
from ..archive.originals import Written, open_regular, source_failure
from ..archive.paths import text_of
from ..document.errors import CapacityError, InputError
from ..document.transcript import Frozen
from ..scan.bundle import SUFFIX, BundleWriter

DECLARATION = "document.toml"
IMAGES = frozenset({".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp"})
"""Kinds of files that can be pages; compared in lower case."""

KEPT_AS = Path(f"pages{SUFFIX}")
"""Gives the original its extension."""

_MOST_DECLARED = 1 << 20  # bytes of document.toml
_SETTLED = 2_000_000_000  # ns, as in archive.originals
_ATTEMPTS = 2
_DIGITS = re.compile(r"([0-9]+)")


class Limits(Frozen):
    """What may be brought in: image files of one document, bytes of one input."""

    pages: int = 2000
    bytes: int = 2 << 30


class Declared(Frozen):
    """What document.toml says."""

    pages: tuple[str, ...] | None = None
    title: str | None = None
    notes: str | None = None


@dataclass(frozen=True)
class Entry:
    """A file in a folder. `mark` is what its file system or store says of its content; `settled` whether an equal mark
    later proves equal content."""

    name: str
    bytes: int
    mark: str
    settled: bool


Entries = Mapping[str, Entry | InputError]
"""The files in a folder by name; what cannot be looked at stands for its problem."""


class Folder(Protocol):
    """A folder that is one document, wherever it lies. Both raise InputError."""

    @property
    def name(self) -> str: ...

    def entries(self) -> Entries:
        """The files that lie in it, from one look."""

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A file in it, for reading."""


def natural(name: str) -> tuple[list[tuple[int, int | str]], bytes]:
    """Sorts numbers in names by their value: `2.jpg` before `10.jpg`."""
    folded = unicodedata.normalize("NFC", name).casefold()
    parts: list[tuple[int, int | str]] = [
        (0, int(part)) if _DIGITS.fullmatch(part) else (1, part) for part in _DIGITS.split(folded) if part
    ]
    return parts, os.fsencode(name)


def is_image(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in IMAGES


def declared(folder: Folder) -> Declared:
    """What the document.toml of a folder says. Raises InputError where it is none."""
    with folder.open(DECLARATION) as file:
        data = file.read(_MOST_DECLARED + 1)
    if len(data) > _MOST_DECLARED:
        raise _wrong(folder, f"it has more than {_MOST_DECLARED} bytes")
    try:
        return Declared.model_validate(tomllib.loads(data.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _wrong(folder, f"it is no TOML in UTF-8 ({str(error)[:200] or 'nested too deeply'})") from error
    except ValidationError as error:
        raise _wrong(folder, _reason(error)) from error


def members_of(folder: Folder, names: Iterable[str]) -> frozenset[str]:
    """Of the names of the files in a folder that is one document, those that belong to it. Where its document.toml
    cannot be used, or names what is not there, these are all images: none is to be converted as if it were a document
    of its own while nobody knows whether it is a page."""
    there = frozenset(names)
    if DECLARATION not in there:
        return frozenset(filter(is_image, there))
    try:
        said = declared(folder)
    except InputError:
        said = Declared()
    return members_by(said, there)


def members_by(said: Declared, names: Iterable[str]) -> frozenset[str]:
    """The same by what its document.toml says."""
    there = frozenset(names)
    images = frozenset(filter(is_image, there))
    pages = images if said.pages is None else frozenset(_as_they_lie(there, said.pages))
    return (pages if pages <= images else images) | {DECLARATION}


def mark_of(folder: Folder, limits: Limits) -> str | None:
    """One mark for all that decides the content: document.toml and the pages; None where equal marks prove nothing."""
    return _look(folder, limits).mark


def write(folder: Folder, limits: Limits, out: BinaryIO) -> Written:
    """Write the bundle of a folder's pages.

    Raises InputError where it cannot be read as one document, or changes while it is read, CapacityError above the
    limits.
    """
    for _ in range(_ATTEMPTS):
        out.seek(0)
        out.truncate()
        seen = _look(folder, limits)
        try:
            pages = _pages(folder, seen.pages, out)
        except EOFError:
            continue  # it grew or shrank under our hands
        if _look(folder, limits) == seen:
            return Written(seen.mark, PageGroup(pages=pages, title=seen.said.title, notes=seen.said.notes))
    raise InputError(
        f"The folder {folder.name} changes while it is being read.",
        "Wait until its pages have been written to the end, then run again.",
    )


@dataclass(frozen=True)
class _Look:
    """What one look at a folder showed: `toml` is its document.toml, `pages` are the files of the pages in order."""

    said: Declared
    toml: Entry | None
    pages: tuple[Entry, ...]

    @property
    def mark(self) -> str | None:
        files = [*self.pages, *([self.toml] if self.toml is not None else [])]
        if not all(file.settled for file in files):
            return None
        listing = [[text_of(file.name), file.bytes, file.mark] for file in files]
        return hashlib.sha256(json.dumps(listing).encode()).hexdigest()


def _look(folder: Folder, limits: Limits) -> _Look:
    entries = folder.entries()
    toml = _there(entries[DECLARATION]) if DECLARATION in entries else None
    said = declared(folder) if toml is not None else Declared()
    names = _page_names(folder, entries, said)
    if len(names) > limits.pages:
        raise CapacityError(
            f"The folder {folder.name} has {len(names)} page images; the limit is {limits.pages}.",
            "Raise scan.max_pages in the settings, or divide the folder.",
        )
    missing = [name for name in names if name not in entries]
    if missing:
        raise InputError(
            f"{len(missing)} of {len(names)} page images of {folder.name} are not there: "
            f"{', '.join(map(_shown, missing[:5]))}{' …' if len(missing) > 5 else ''}.",
            f"Put them into the folder, or take them out of {DECLARATION}, then run again.",
        )
    pages = tuple(_there(entries[name]) for name in names)
    total = sum(page.bytes for page in pages)
    if total > limits.bytes:
        raise CapacityError(
            f"The page images of {folder.name} have {total} bytes, more than the limit of {limits.bytes}.",
            "Raise scan.max_bytes in the settings, or divide the folder.",
        )
    return _Look(said, toml, pages)


def _page_names(folder: Folder, entries: Entries, said: Declared) -> list[str]:
    """The files that are the pages, in order. Raises InputError: one is named twice, is no image, or does not lie in
    the folder; there are none."""
    if said.pages is None:
        names = sorted((name for name in entries if is_image(name) and not name.startswith(".")), key=natural)
        if names:
            return names
        raise InputError(
            f"The folder {folder.name} holds no images.", f"Put its pages there, or take {DECLARATION} out of it."
        )
    for name in said.pages:
        if name in (".", "..") or "/" in name or "\0" in name:
            raise _wrong(folder, f"{_shown(name)} does not lie in this folder")
        if not is_image(name):
            raise _wrong(folder, f"{_shown(name)} is no image (TIFF, PNG, JPEG, WebP)")
    names = _as_they_lie(entries, said.pages)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice or not names:
        raise _wrong(folder, f"{_shown(twice[0])} is named twice" if twice else "it names no pages")
    return names


def _as_they_lie(there: Iterable[str], pages: Iterable[str]) -> list[str]:
    """The declared names as the folder spells them: letters with marks may be composed here and decomposed there."""
    exact = frozenset(there)
    spelt = {unicodedata.normalize("NFC", name): name for name in sorted(exact)}
    return [name if name in exact else spelt.get(unicodedata.normalize("NFC", name), name) for name in pages]


def _there(entry: Entry | InputError) -> Entry:
    if isinstance(entry, InputError):
        raise entry
    return entry


def _pages(folder: Folder, entries: Iterable[Entry], out: BinaryIO) -> tuple[PageFile, ...]:
    writer = BundleWriter(out)
    pages = []
    for entry in entries:
        with folder.open(entry.name) as source:
            sha256 = writer.add(source, entry.bytes)
        pages.append(PageFile(name=text_of(entry.name), sha256=sha256, bytes=entry.bytes))
    writer.close()
    return tuple(pages)


@dataclass(frozen=True)
class LocalFolder:
    """A folder of the file system."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def entries(self) -> Entries:
        """Their marks hold times and inode; see `originals.Stamp`."""
        try:
            with os.scandir(self.path) as entries:
                return {entry.name: self._entry(entry.name) for entry in entries if not _is_folder(entry)}
        except OSError as error:
            raise _unreadable(error, self.path) from error

    def _entry(self, name: str) -> Entry | InputError:
        try:
            status = (self.path / name).stat()
        except OSError as error:
            return _unreadable(error, self.path / name)
        if not stat.S_ISREG(status.st_mode):
            return InputError(f"{_shown(name)} in the folder {self.name} is no file.", "Pages are image files.")
        mark = f"{status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"
        return Entry(name, status.st_size, mark, 0 < status.st_mtime_ns < time.time_ns() - _SETTLED)

    def open(self, name: str) -> BinaryIO:
        """Open a file in the folder; by a link only to one that lies in the folder too."""
        try:
            folder = self.path.resolve(strict=True)
            real = (folder / name).resolve(strict=True)
        except (OSError, RuntimeError) as error:
            raise _unreadable(error, self.path / name) from error
        if real.parent != folder:
            raise InputError(
                f"{_shown(name)} in the folder {self.name} is a link that leads out of it; it was not followed.",
                "Put the file itself into the folder.",
            )
        return open_regular(real, follow=False)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in circles
        return False


def _unreadable(error: OSError | RuntimeError, path: Path) -> InputError:
    if isinstance(error, OSError) and not path.is_symlink():
        failure = source_failure(error, path)
        return InputError(failure.message, failure.advice)
    return InputError(f"{_shown(path.name)} is a link that leads nowhere.", "Mend the link or remove it.")


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    key = _shown(".".join(map(str, first["loc"])))
    if first["type"] == "extra_forbidden":
        return f"the key {key} is unknown; known are pages, title and notes"
    return f"{key}: {first['msg']}"


def _shown(name: str) -> str:
    """A name on one line, not too long, whatever it contains."""
    text = name if name.isprintable() else ascii(name)
    return f"“{text[:100]}{'…' if len(text) > 100 else ''}”"


def _wrong(folder: Folder, why: str) -> InputError:
    return InputError(
        f"The {DECLARATION} of {folder.name} cannot be used: {why}.",
        "Correct it and run again; the images of the folder are not converted one by one meanwhile.",
    )
