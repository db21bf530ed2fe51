"""Failures as part of the interface: each carries a category for the manifest and advice for the archivist."""

from __future__ import annotations

import errno
from typing import Literal

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Numbers of operating-system errors that mean that a disk, or one's share of it, is full."""

Category = Literal["input", "encrypted", "timeout", "capacity", "dependency", "internal"]


class DauError(Exception):
    """A failure somebody can act on.

    `message` says what is wrong, `advice` what to do about it; both are printed and recorded as they stand.
    """

    category: Category = "internal"

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()

    def __reduce__(self) -> tuple[type[DauError], tuple[str, str]]:
        return type(self), (self.message, self.advice)  # crosses process boundaries whole


class InputError(DauError):
    """The file cannot be read as what it claims to be: empty, truncated, of an unknown kind, vanished."""

    category: Category = "input"


class EncryptedError(DauError):
    """The file asks for a password."""

    category: Category = "encrypted"


class StageTimeout(DauError):
    """A stage or a subprocess ran past its time limit."""

    category: Category = "timeout"


class CapacityError(DauError):
    """The file is beyond the limits on pages, pixels or memory, or the disk is full."""

    category: Category = "capacity"


class DependencyError(DauError):
    """A program, language file, font or model is missing."""

    category: Category = "dependency"
