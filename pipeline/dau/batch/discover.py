"""What the named files, folders, patterns and URLs hold, in an order that depends on names only.

A file that is named is always an input. In folders, inputs are the files with a known extension; what else lies
there is counted, never silently passed over: hidden files, other kinds of files, archives of ours, the pages of a
folder that is one document (see `groups`). What cannot be an input but would be missed (a pipe under a scan's name, a
folder that may not be read, a link to nowhere, a folder that leads back into itself) becomes an input with a problem,
so that it ends with an outcome like any other. URLs are looked at by `remote`.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..archive.manifest import SourceFile
from ..archive.originals import source_failure
from ..archive.paths import name_of
from ..archive.store import is_archive
from ..document.errors import DauError, InputError
from . import remote, remote_walk
from .candidate import EXTENSIONS, Candidate, Discovery, Ignored
from .groups import DECLARATION, LocalFolder, is_image, members_of

__all__ = ["EXTENSIONS", "Candidate", "Discovery", "discover"]


def discover(named: Iterable[str | os.PathLike[str] | Candidate], *, group: bool = False) -> Discovery:
    """Find the inputs among files, folders (with all below them), patterns (`scans/**/*.pdf`) and URLs; what is named
    as a candidate is one.

    Opens no file but document.toml. A folder reached twice by links is walked once. With `group` the images of each
    folder are one input. Raises InputError for a URL that cannot be recorded as it stands, DependencyError where what
    reads it is not installed.
    """
    walk = _Walk(group)
    inputs: dict[str, Candidate] = {}
    for path in named:
        if isinstance(path, Candidate):
            inputs.setdefault(path.name, path)
            continue
        name = os.fspath(path)
        found = remote_walk.discover(name, walk.ignored, group) if remote.is_url(name) else walk.named(name)
        for candidate in found:
            inputs.setdefault(candidate.name, candidate)
    return Discovery(tuple(inputs.values()), dict(sorted(walk.ignored.counts.items())), walk.ignored.examples)


def candidate_of(source: SourceFile) -> Candidate:
    """An input that was taken up before, to be taken up again as what it was."""
    name = name_of(source.path)
    if remote.is_url(name):
        return remote_walk.candidate_of(name, source.group is not None)
    path = Path(name)
    return Candidate(path, group=LocalFolder(path) if source.group is not None else None)


class _Walk:
    """What the file system holds; `group`: the images of each folder are one document."""

    def __init__(self, group: bool) -> None:
        self.group = group
        self.ignored = Ignored()
        self._visited: set[tuple[int, int]] = set()

    def named(self, name: str) -> Iterator[Candidate]:
        for path in _expand(remote.local_path(name) or name):
            yield from self._examine(path)

    def _examine(self, path: Path) -> Iterator[Candidate]:
        """A named path, whatever it is; document.toml stands for its folder."""
        try:
            status = path.stat()
        except OSError as error:
            yield Candidate(path, _unreachable(error, path))
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._walk(path)
        elif path.name == DECLARATION and stat.S_ISREG(status.st_mode):
            yield Candidate(path.parent, group=LocalFolder(path.parent))
        else:
            yield Candidate(path, _kind_problem(status, path))

    def _walk(self, top: Path) -> Iterator[Candidate]:
        """All inputs below a folder, depth first, sorted by the bytes of their names."""
        stack: list[tuple[Path, frozenset[tuple[int, int]]]] = [(top, frozenset())]
        while stack:
            folder, above = stack.pop()
            try:
                status = folder.stat()
                identity = (status.st_dev, status.st_ino)
                if identity in above:
                    yield Candidate(folder, _loop(folder))
                    continue
                if identity in self._visited:
                    self.ignored.add("folders reached a second time", folder)
                    continue
                self._visited.add(identity)
                if is_archive(folder):
                    self.ignored.add("archives", folder)
                    continue
                entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
            except OSError as error:
                yield Candidate(folder, _unreachable(error, folder))
                continue
            below = [folder / entry.name for entry in entries if not _is_hidden(entry.name) and _is_folder(entry)]
            yield from self._files(folder, [entry for entry in entries if not _is_folder(entry)])
            self._count_hidden(folder, entries)
            stack.extend((path, above | {identity}) for path in reversed(below))

    def _files(self, folder: Path, entries: list[os.DirEntry[str]]) -> Iterator[Candidate]:
        """What lies in a folder and is none: its pages as one document where it is one, all else each by itself."""
        names = [entry.name for entry in entries if not _is_hidden(entry.name)]
        members: frozenset[str] = frozenset()
        if DECLARATION in names or (self.group and any(map(is_image, names))):
            group = LocalFolder(folder)
            yield Candidate(folder, group=group)
            members = members_of(group, names)
            for name in names:
                if name in members and name != DECLARATION:
                    self.ignored.page_of_a_document(folder / name)
        for name in names:
            if name not in members:
                yield from self._file(folder / name)

    def _file(self, path: Path) -> Iterator[Candidate]:
        """Something in a folder that is not a folder."""
        try:
            status = path.stat()
        except OSError as error:
            yield Candidate(path, _unreachable(error, path))
            return
        problem = _kind_problem(status, path)
        if problem is not None or path.suffix.lower() in EXTENSIONS:
            yield Candidate(path, problem)
        else:
            self.ignored.another_kind(path)

    def _count_hidden(self, folder: Path, entries: list[os.DirEntry[str]]) -> None:
        for entry in entries:
            if _is_hidden(entry.name):
                self.ignored.add("hidden files", folder / entry.name)


def _expand(name: str) -> Iterator[Path]:
    """A pattern's matches; a name that exists, or is no pattern, stands for itself."""
    path = Path(os.path.abspath(name))  # noqa: PTH100 - links stay as they are named, which resolve() would follow
    matches = [] if os.path.lexists(path) or not glob.has_magic(name) else glob.glob(name, recursive=True)  # noqa: PTH207
    if not matches:
        yield path
    for match in sorted(matches, key=os.fsencode):
        yield Path(os.path.abspath(match))  # noqa: PTH100


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in circles
        return False


def _kind_problem(status: os.stat_result, path: Path) -> DauError | None:
    if stat.S_ISREG(status.st_mode):
        return None
    kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
    kind = kinds.get(stat.S_IFMT(status.st_mode), "no file")
    return InputError(f"{path.name} is {kind}; it was not opened.", "Name scans (PDF, TIFF, PNG, JPEG, WebP) or texts.")


def _loop(path: Path) -> DauError:
    return InputError(
        f"The folder {path.name} leads back into a folder above it; it was not entered.",
        "Nothing is missing: what it leads to is read at its own place. Remove the link to be rid of this message.",
    )


def _unreachable(error: OSError, path: Path) -> DauError:
    if path.is_symlink() and not isinstance(error, PermissionError):
        return InputError(f"{path.name} is a link that leads nowhere.", "Mend the link or remove it, then run again.")
    return source_failure(error, path)
