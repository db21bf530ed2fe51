"""What can go wrong with the archive itself."""

from __future__ import annotations

import errno
import os

from ..document.errors import NO_ROOM, CapacityError, DauError, InputError


class ArchiveFull(CapacityError):
    """The disk of the archive is full. The run stops, because every further document would meet the same."""


class ArchiveBusy(CapacityError):
    """Another process holds the archive."""


class ArchiveUnusable(InputError):
    """The folder is not an archive, or cannot be written."""


def failure_of(error: OSError, what: str | os.PathLike[str]) -> DauError:
    """An operating-system error met while writing `what` in the archive, as a failure with advice."""
    name = os.fspath(what)
    if error.errno in NO_ROOM:
        return ArchiveFull(
            f"There is no room left to write {name}.",
            "Make room on that disk, then run the same command again: it goes on where it stopped.",
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return ArchiveUnusable(
            f"{name} cannot be written ({error.strerror}).",
            "Check owner and permissions of the archive and whether its disk is mounted read-only.",
        )
    return DauError(
        f"Writing {name} failed: {error.strerror or error}.",
        "Check the disk; then run the same command again: it goes on where it stopped.",
    )
