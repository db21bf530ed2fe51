"""What the named files, folders and patterns hold, in an order that depends on names only.

A file that is named is always an input. In folders, inputs are the files with a known extension; what else lies
there is counted, never silently passed over: hidden files, other kinds of files, archives of ours. What cannot be
an input but would be missed (a pipe under a scan's name, a folder that may not be read, a link to nowhere, a folder
that leads back into itself) becomes an input with a problem, so that it ends with an outcome like any other.
"""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..archive.originals import source_failure
from ..archive.store import is_archive
from ..document.errors import DauError, InputError

EXTENSIONS = frozenset({".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp", ".txt"})
"""Kinds of files taken from folders; compared in lower case."""


@dataclass(frozen=True)
class Candidate:
    """An input, by its absolute path; `problem` where it is known beforehand that it cannot be read."""

    path: Path
    problem: DauError | None = None


@dataclass(frozen=True)
class Discovery:
    """`inputs` in order, each path once. `ignored` counts what was left out in folders, by reason; `examples` has
    the first path of each reason."""

    inputs: tuple[Candidate, ...]
    ignored: dict[str, int] = field(default_factory=dict)
    examples: dict[str, Path] = field(default_factory=dict)


class _Ignored:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, Path] = {}

    def add(self, reason: str, path: Path) -> None:
        self.counts[reason] += 1
        self.examples.setdefault(reason, path)


def discover(named: Iterable[str | os.PathLike[str]]) -> Discovery:
    """Find the inputs among files, folders (with all below them) and patterns (`scans/**/*.pdf`).

    Opens no file. A folder reached twice by links is walked once.
    """
    ignored = _Ignored()
    visited: set[tuple[int, int]] = set()
    inputs: dict[Path, Candidate] = {}
    for name in named:
        for path in _expand(os.fspath(name)):
            for candidate in _examine(path, visited, ignored):
                inputs.setdefault(candidate.path, candidate)
    return Discovery(tuple(inputs.values()), dict(sorted(ignored.counts.items())), ignored.examples)


def _expand(name: str) -> Iterator[Path]:
    """A pattern's matches; a name that exists, or is no pattern, stands for itself."""
    path = Path(os.path.abspath(name))  # noqa: PTH100 - links stay as they are named, which resolve() would follow
    matches = [] if os.path.lexists(path) or not glob.has_magic(name) else glob.glob(name, recursive=True)  # noqa: PTH207
    if not matches:
        yield path
    for match in sorted(matches, key=os.fsencode):
        yield Path(os.path.abspath(match))  # noqa: PTH100


def _examine(path: Path, visited: set[tuple[int, int]], ignored: _Ignored) -> Iterator[Candidate]:
    """A named path, whatever it is."""
    try:
        status = path.stat()
    except OSError as error:
        yield Candidate(path, _unreachable(error, path))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(path, visited, ignored)
    else:
        yield Candidate(path, _kind_problem(status, path))


def _walk(top: Path, visited: set[tuple[int, int]], ignored: _Ignored) -> Iterator[Candidate]:
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
            if identity in visited:
                ignored.add("folders reached a second time", folder)
                continue
            visited.add(identity)
            if is_archive(folder):
                ignored.add("archives", folder)
                continue
            entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield Candidate(folder, _unreachable(error, folder))
            continue
        below = []
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith("."):
                ignored.add("hidden files", path)
            elif _is_folder(entry):
                below.append((path, above | {identity}))
            else:
                yield from _file(path, ignored)
        stack.extend(reversed(below))


def _file(path: Path, ignored: _Ignored) -> Iterator[Candidate]:
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
        ignored.add(f"files of another kind ({path.suffix.lower() or 'no extension'})", path)


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
