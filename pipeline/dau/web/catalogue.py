"""The documents that count now, from the manifest; read on from where it was left when a run has appended to it.

The manifest is the truth and is append-only, so that a reader needs no lock: it takes whole lines and leaves a last one
that is still being written for the next look.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from dau.archive.folder import DOCUMENTS
from dau.archive.manifest import ManifestLine, read_at, require
from dau.archive.paths import path_of
from dau.archive.state import Done, State


@dataclass(frozen=True, slots=True)
class Entry:
    """A current document: `id` is its folder's name, `inputs` the paths it came from, as the manifest writes them."""

    id: str
    folder: Path
    sha256: str
    status: str
    offset: int
    inputs: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Names of the files it came from, without their folders."""
        return sorted({path_of(path).name.encode("utf-8", "backslashreplace").decode() for path in self.inputs})


class Catalogue:
    """Use from any thread. Each answer is of the manifest as it is at that moment."""

    def __init__(self, archive: Path) -> None:
        self.archive = archive
        self._manifest = require(archive)
        self._lock = threading.Lock()
        self._state = State()
        self._read = 0
        self._inode = 0
        self._entries: dict[str, Entry] | None = None

    def entries(self) -> dict[str, Entry]:
        """Current documents by id, in the order of ids. Not to be changed."""
        with self._lock:
            self._refresh()
            if self._entries is None:
                self._entries = self._folded()
            return self._entries

    def known(self, document: str) -> bool:
        """Whether a document of this id was ever recorded; it may have been superseded or removed since."""
        with self._lock:
            return document in self._state.documents

    def current_of(self, document: str) -> str | None:
        """The id of the current document of the same content, if any."""
        return next((each for each in self.entries() if each[:16] == document[:16]), None)

    def outcome(self, entry: Entry) -> ManifestLine:
        """The whole line of its outcome."""
        return read_at(self._manifest, entry.offset)

    def line_at(self, offset: int) -> ManifestLine:
        """The line of the manifest that begins there."""
        return read_at(self._manifest, offset)

    def outcomes(self) -> dict[tuple[str, str | None], Done]:
        """What is told of each input (see `State.told`), a copy."""
        with self._lock:
            self._refresh()
            state = self._state
            return {key: state.told(key) for key in state.outcomes if not state.superseded(key)}

    def pending(self) -> int:
        """Inputs that are received and have no outcome yet."""
        with self._lock:
            self._refresh()
            return len(self._state.pending)

    def version(self) -> tuple[int, int]:
        """Changes when the manifest does."""
        status = self._manifest.stat()
        return status.st_ino, status.st_size

    def _refresh(self) -> None:
        """Read what has been appended."""
        inode, size = self.version()
        if inode != self._inode or size < self._read:
            self._state, self._read, self._inode = State(), 0, inode
        if size == self._read:
            return
        self._entries = None
        with self._manifest.open("rb") as file:
            file.seek(self._read)
            for row in file:
                if not row.endswith(b"\n"):
                    break
                with suppress(ValidationError):  # `dau verify` tells; the other lines still hold
                    self._state.add(ManifestLine.model_validate_json(row), self._read)
                self._read += len(row)

    def _folded(self) -> dict[str, Entry]:
        documents = self.archive / DOCUMENTS
        return {
            name: Entry(name, documents / name, each.sha256, each.done.status, each.done.offset, each.inputs)
            for name, each in self._state.current().items()
        }
