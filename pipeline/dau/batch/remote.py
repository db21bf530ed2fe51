"""Inputs that lie in an object store: `s3://bucket/folder`, read through fsspec.

An object is copied into the archive before anything else is done with it, and from then on is an original like any
other: workers, on whatever machine, never talk to the store. Where to find the store and who asks is the business of
its own settings (AWS_PROFILE, AWS_ENDPOINT_URL, ~/.aws …, FSSPEC_S3_ANON=true for public ones); a URL that carries a
password is refused, for it would be recorded. What was read is known again by ETag, size and time of the store.
"""

from __future__ import annotations

import importlib
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO, TypeVar, cast
from urllib.parse import unquote, urlsplit

from ..archive.originals import Written
from ..document.errors import CapacityError, DauError, DependencyError, InputError
from .groups import Entries, Entry, Limits

Result = TypeVar("Result")

SCHEMES = frozenset({"s3", "s3a", "memory"})
"""What is asked for through fsspec: what the tests cover. `memory` is for programs that call dau."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_INSTALL = "pip install 'dau[remote]'"
_TRIES = 3
_PAUSE = 0.5  # seconds before the second try, twice that before the third
_CHUNK = 4 << 20
_TIMEOUTS = {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 1, "mode": "standard"}}


def is_url(name: str) -> bool:
    """Whether an input is named by a URL of a store; `file://` is a path."""
    match = _URL.match(name)
    return match is not None and match[1].lower() != "file" and not os.path.lexists(name)


def local_path(name: str) -> str | None:
    """The path that a `file://` URL names; None for anything else. Raises InputError for one on another machine."""
    match = _URL.match(name)
    if match is None or match[1].lower() != "file" or os.path.lexists(name):
        return None
    parts = urlsplit(name, allow_fragments=False)
    if parts.netloc not in ("", "localhost"):
        raise InputError(f"{name} names a file on another machine.", "Mount its folder and name it as a path.")
    return unquote(parts.path, errors="surrogateescape") + (f"?{parts.query}" if parts.query else "")


def check(url: str) -> str:
    """The scheme of a URL that may stand in the manifest. Raises InputError for one that may not."""
    scheme, rest = url.split("://", 1)
    if "::" in url or scheme.lower() not in SCHEMES:
        raise InputError(
            f"URLs that begin with {scheme.rsplit('::', 1)[-1]}:// are not read.",
            "Name a path, or s3://BUCKET/FOLDER; copy other collections to a folder first.",
        )
    place = rest.split("/", 1)[0]
    if not place and scheme.lower() != "memory":
        raise InputError(f"{url} names no bucket.", "Name s3://BUCKET/FOLDER.")
    if "@" in place or (":" in place and "@" in rest):  # a secret may hold a slash
        raise InputError(
            f"The {scheme} URL holds a user or password, which would be recorded in the archive.",
            "Take it out of the URL; give the store's credentials by its own settings (AWS_PROFILE, ~/.aws …).",
        )
    return scheme


def require(names: Iterable[str]) -> None:
    """See before a run that URLs among its inputs may be recorded (else InputError) and read (else DependencyError)."""
    for name in names:
        if is_url(name):
            Store.of(name)
        else:
            local_path(name)


@dataclass(frozen=True)
class RemoteFile:
    """An object. `mark` is what the listing says of its content, None where it says too little or was not asked."""

    url: str
    mark: str | None = None

    def write(self, limits: Limits, out: BinaryIO) -> Written:
        """Copy the object. Raises InputError where it is gone, denied, out of reach, or changes meanwhile,
        CapacityError where it is larger than the limit, and OSError where it cannot be written."""
        return again(lambda: self._copy(Store.of(self.url), limits, out))

    def _copy(self, store: Store, limits: Limits, out: BinaryIO) -> Written:
        before = told(self.url, lambda: store.file(self.url))
        if before.bytes > limits.bytes:
            raise CapacityError(
                f"{_last(self.url)} has {before.bytes} bytes, more than the limit of {limits.bytes}.",
                "Raise scan.max_bytes in the settings, or split the file.",
            )
        out.seek(0)
        out.truncate()
        with opened(self.url, store) as source:
            copied = 0
            while copied <= before.bytes and (chunk := source.read(_CHUNK)):
                copied += len(chunk)
                out.write(chunk)
        if copied != before.bytes or told(self.url, lambda: store.file(self.url)) != before:
            raise InputError(
                f"{_last(self.url)} changes while it is being read.",
                "Wait until it has been written to the end, then run again.",
            )
        return Written(mark=mark_of(before))


def mark_of(entry: Entry) -> str | None:
    """What is recorded of an object, to know its content again."""
    return f"{entry.bytes} bytes, {entry.mark}" if entry.settled else None


@dataclass(frozen=True)
class RemoteFolder:
    """A folder of a store whose images are one document; see groups.Folder."""

    url: str

    @property
    def name(self) -> str:
        return _last(self.url)

    def entries(self) -> Entries:
        found = answer(self.url, lambda: Store.of(self.url).list(self.url))
        return {entry.name: entry for entry in found.files}

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        return opened(f"{self.url}/{name}", Store.of(self.url))


@dataclass
class Listing:
    """What lies in a folder of a store: names of folders, and files."""

    folders: list[str] = field(default_factory=list)
    files: list[Entry] = field(default_factory=list)


class Store:
    """What a URL leads to, by fsspec; every answer is asked anew, never from a cache."""

    def __init__(self, system: Any) -> None:
        self._system = system

    @staticmethod
    @lru_cache(maxsize=8)
    def _for(scheme: str) -> Store:
        try:
            fsspec = importlib.import_module("fsspec")
            s3 = scheme in ("s3", "s3a")
            system = fsspec.filesystem(scheme, use_listings_cache=False, **({"config_kwargs": _TIMEOUTS} if s3 else {}))
            if s3:
                system.retries = 1  # asked again here, whatever the store
            return Store(system)
        except ImportError as error:
            raise DependencyError(
                f"What reads {scheme}:// URLs is not installed ({error}).",
                f"Run: {_INSTALL}",
            ) from error

    @classmethod
    def of(cls, url: str) -> Store:
        return cls._for(check(url).lower())

    def path(self, url: str) -> str:
        path: str = self._system._strip_protocol(url)
        return path

    def look(self, url: str) -> Entry | None:
        """The object of this URL, None where it is a folder. Raises FileNotFoundError and what the store raises."""
        info = self._system.info(self.path(url))
        return None if info.get("type") == "directory" else _entry(info)

    def file(self, url: str) -> Entry:
        """The object of this URL; raises as `look` does."""
        entry = self.look(url)
        if entry is None:
            raise FileNotFoundError(url)
        return entry

    def open(self, url: str) -> BinaryIO:
        file: BinaryIO = self._system.open(self.path(url), "rb", block_size=_CHUNK, cache_type="none")
        return file

    def list(self, url: str) -> Listing:
        """What lies in a folder, in the order of the names; the mark of the folder itself is left out."""
        path = self.path(url)
        found = Listing()
        for info in self._infos(path):
            name = info["name"].rstrip("/")
            if name == path.rstrip("/"):
                continue
            if info["type"] == "directory":
                found.folders.append(name.rsplit("/", 1)[-1])
            else:
                found.files.append(_entry(info))
        found.folders.sort(key=os.fsencode)
        found.files.sort(key=lambda entry: os.fsencode(entry.name))
        return found

    def _infos(self, path: str) -> Iterator[dict[str, Any]]:
        """What the store says of each thing in a folder; of S3 page by page, for fsspec would hold all of them at once,
        each with much that is of no use here."""
        if not hasattr(self._system, "call_s3"):
            yield from self._system.ls(path, detail=True)
            return
        bucket, key, _ = self._system.split_path(path)
        asked = {"Bucket": bucket, "Prefix": f"{key}/" if key else "", "Delimiter": "/"}
        token: str | None = None
        while True:
            page = self._system.call_s3("list_objects_v2", **asked, **({"ContinuationToken": token} if token else {}))
            for each in page.get("CommonPrefixes", ()):
                yield {"name": f"{bucket}/{each['Prefix']}", "type": "directory"}
            for each in page.get("Contents", ()):
                yield {"name": f"{bucket}/{each['Key']}", "type": "file", "size": each["Size"], "ETag": each["ETag"]}
            token = page.get("NextContinuationToken")
            if not page.get("IsTruncated") or not token:
                return

    def matches(self, url: str) -> tuple[str, ...]:
        """URLs of what a pattern matches."""
        top = self.path(url)
        start = len(re.split(r"[*?\[]", top, maxsplit=1)[0])
        given = url[: len(url) - len(top) + start]
        return tuple(given + path[start:] for path in sorted(self._system.glob(top), key=os.fsencode))


def _entry(info: dict[str, Any]) -> Entry:
    """What the store says of an object: with an ETag, an equal answer later means equal content. (Times do not count
    where there is one: lists and single answers round them differently.)"""
    name, size = info["name"].rsplit("/", 1)[-1], int(info.get("size") or 0)
    tag = str(info.get("ETag") or info.get("etag") or "").strip('"')
    when = next((info[key] for key in ("LastModified", "last_modified", "mtime", "created") if info.get(key)), "")
    return Entry(name, size, f"etag {tag}" if tag else f"time {when}", bool(tag))


class OutOfReach(InputError):
    """The store did not answer as it should; it may the next time."""


def answer(url: str, ask: Callable[[], Result]) -> Result:
    """What a store answers, asked again where it was out of reach. Raises DauError."""
    return again(lambda: told(url, ask))


def again(ask: Callable[[], Result]) -> Result:
    """What comes of it, tried again a few times where a store is out of reach."""
    for attempt in range(1, _TRIES):
        try:
            return ask()
        except OutOfReach:
            time.sleep(_PAUSE * attempt)
    return ask()


def told(url: str, ask: Callable[[], Result]) -> Result:
    """What a store answers; whatever it raises as a DauError that says what to do."""
    try:
        return ask()
    except DauError:
        raise
    except Exception as error:  # each store has exceptions of its own, and so have the libraries under it
        raise _failure(error, url) from error


@contextmanager
def opened(url: str, store: Store) -> Iterator[BinaryIO]:
    """An object for reading; what goes wrong on the way is told as by `told`."""
    file = told(url, lambda: store.open(url))
    try:
        yield cast(BinaryIO, _Reader(file, url))
    finally:
        file.close()


@dataclass(frozen=True)
class _Reader:
    file: BinaryIO
    url: str

    def read(self, size: int) -> bytes:
        return told(self.url, lambda: self.file.read(size))


def _failure(error: Exception, url: str) -> InputError:
    name = _last(url)
    kind = type(error).__name__
    if isinstance(error, FileNotFoundError):
        return InputError(f"{name} is not there (any more).", "Put it back, or leave it out, and run again.")
    if isinstance(error, PermissionError) or "Credentials" in kind:
        return InputError(
            f"{name} may not be read: the store denies access.",
            "Give the store's credentials by its own settings (AWS_PROFILE, ~/.aws …), or ask its owner for the right.",
        )
    return OutOfReach(
        f"{name} cannot be read from its store ({kind}: {str(error)[:200]}).",
        "Check the network and the address of the store (AWS_ENDPOINT_URL), then run again.",
    )


def _last(url: str) -> str:
    return url.rstrip("/").rsplit("/", 1)[-1]
