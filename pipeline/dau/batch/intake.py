"""Bringing an input into the archive, wherever it lies: a file, a folder that is one document, an object in a store."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ..archive.manifest import SourceFile
from ..archive.originals import OriginalsMode, Stamp, Taken
from ..archive.paths import name_of, path_of
from ..archive.store import Archive
from ..document.errors import DauError, InputError
from . import groups
from .candidate import Candidate
from .groups import Limits
from .remote import again, is_url


def bring_in(candidate: Candidate, archive: Archive, mode: OriginalsMode, limits: Limits) -> Taken:
    """The content of an input under a temporary name in the archive, hashed.

    Raises InputError and CapacityError where it cannot be had, ArchiveFull where the disk is full, DependencyError.
    """
    group, remote = candidate.group, candidate.remote
    if group is not None:
        return archive.make(lambda out: again(lambda: groups.write(group, limits, out)), groups.KEPT_AS, mode)
    if remote is not None:
        return archive.make(lambda out: remote.write(limits, out), candidate.path, mode)
    return archive.take(candidate.path, mode)


def is_known(candidate: Candidate, known: SourceFile, limits: Limits) -> bool:
    """Whether what the file system or store says of an input proves that it has the content recorded, unread."""
    if candidate.group is None and candidate.remote is None:
        return known.modified is not None and _same_times(candidate.path, known)
    if known.mark is None:
        return False
    if candidate.remote is not None:
        return candidate.remote.mark == known.mark
    try:
        return candidate.group is not None and groups.mark_of(candidate.group, limits) == known.mark
    except DauError:
        return False  # bringing it in says why


def _same_times(path: Path, known: SourceFile) -> bool:
    try:
        now = Stamp.of(path.stat())
    except OSError:
        return False
    return (now.bytes, now.modified, now.changed) == (known.bytes, known.modified, known.changed)


def recorded(source: SourceFile, taken: Taken) -> SourceFile:
    """The source with what lets the next run skip it unread; a folder with its ctime, which says only whether it was
    moved since."""
    if source.group is not None and not is_url(name_of(source.path)):
        with suppress(OSError):
            source = source.model_copy(update={"changed": path_of(source.path).stat().st_ctime_ns})
    if taken.mark is not None:
        return source.model_copy(update={"mark": taken.mark})
    if not taken.settled:
        return source
    try:
        now = Stamp.of(path_of(source.path).stat())
    except OSError:
        return source
    if not now.same_content(taken.source_stamp):
        return source
    return source.model_copy(update={"modified": now.modified, "changed": now.changed})


def kept_as(source: SourceFile) -> Path:
    """A name with the extension of a source's original."""
    return groups.KEPT_AS if source.group is not None else path_of(source.path)


def behind_a_link(candidate: Candidate) -> InputError | None:
    """The problem of an input that is reached by a symbolic link."""
    if candidate.url is not None or candidate.path.resolve() == candidate.path:
        return None
    return InputError(
        f"{candidate.path.name} is reached by a link, which is not followed here.",
        "Put the file itself where the link is.",
    )
