"""What a URL holds: as `discover`, of an object store. Folders are listed one at a time."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ..document.errors import InputError
from .candidate import EXTENSIONS, Candidate, Ignored
from .groups import DECLARATION, Entry, is_image, members_of
from .remote import Listing, RemoteFile, RemoteFolder, Store, answer, check, mark_of

_DEEPEST = 100  # folders in one another; a store of files may have links that lead in circles


def discover(url: str, ignored: Ignored, group: bool) -> Iterator[Candidate]:
    """The inputs of a URL: an object, a folder with all below it, or a pattern.

    Raises InputError for a URL that may not be recorded, DependencyError where what reads it is not installed.
    """
    check(url)
    store = Store.of(url)
    matches: tuple[str, ...] = ()
    if glob.has_magic(url.split("://", 1)[1]):
        try:
            matches = answer(url, lambda: store.matches(url))
        except InputError as error:
            yield _candidate(url, problem=error)
            return
    for match in matches or (url,):
        yield from _examine(match, store, ignored, group)


def candidate_of(url: str, group: bool) -> Candidate:
    """An input that was taken up before; `group`: a folder that is one document."""
    return _candidate(url, group=RemoteFolder(url)) if group else _candidate(url, remote=RemoteFile(url))


def _examine(url: str, store: Store, ignored: Ignored, group: bool) -> Iterator[Candidate]:
    """A named object or folder, whatever it is; document.toml stands for its folder."""
    top = url.rstrip("/")
    try:
        file = answer(url, lambda: store.look(url))
    except InputError as error:
        yield _candidate(url, problem=error)
        return
    if file is None:
        yield from _walk(top, store, ignored, group)
    elif file.name == DECLARATION:
        folder = top.rsplit("/", 1)[0]
        yield _candidate(folder, group=RemoteFolder(folder))
    else:
        yield _file(url, file)


def _walk(top: str, store: Store, ignored: Ignored, group: bool) -> Iterator[Candidate]:
    """All inputs below a folder, depth first, in the order of names."""
    stack = [(top, 0)]
    while stack:
        folder, depth = stack.pop()
        try:
            found = _listed(folder, store)
        except InputError as error:
            yield _candidate(folder, problem=error)
            continue
        if depth > _DEEPEST:
            ignored.add(f"folders more than {_DEEPEST} deep", Path(folder))
            continue
        if "documents" in found.folders and any(entry.name == "manifest.jsonl" for entry in found.files):
            ignored.add("archives", Path(folder))
            continue
        yield from _files(folder, found.files, ignored, group)
        for name in (*found.folders, *(entry.name for entry in found.files)):
            if name.startswith("."):
                ignored.add("hidden files", Path(folder) / name)
        stack.extend((f"{folder}/{name}", depth + 1) for name in reversed(found.folders) if not name.startswith("."))


def _listed(folder: str, store: Store) -> Listing:
    return answer(folder, lambda: store.list(folder))


def _files(folder: str, files: list[Entry], ignored: Ignored, group: bool) -> Iterator[Candidate]:
    """The files in a folder: its pages as one document where it is one, all else each by itself."""
    seen = {entry.name: entry for entry in files if not entry.name.startswith(".")}
    members: frozenset[str] = frozenset()
    if DECLARATION in seen or (group and any(map(is_image, seen))):
        whole = RemoteFolder(folder)
        yield _candidate(folder, group=whole)
        members = members_of(whole, seen)
    for name, entry in seen.items():
        path = Path(folder) / name
        if name in members:
            if name != DECLARATION:
                ignored.page_of_a_document(path)
        elif PurePosixPath(name).suffix.lower() in EXTENSIONS:
            yield _file(f"{folder}/{name}", entry)
        else:
            ignored.another_kind(path)


def _file(url: str, entry: Entry) -> Candidate:
    return _candidate(url, remote=RemoteFile(url, mark_of(entry)))


def _candidate(
    url: str, *, problem: InputError | None = None, group: RemoteFolder | None = None, remote: RemoteFile | None = None
) -> Candidate:
    return Candidate(Path(url), problem, group, remote, url)
