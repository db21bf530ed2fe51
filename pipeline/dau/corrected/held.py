"""The documents of an archive as they count: what the last run made of each, with the reviews applied."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from dau import __version__
from dau.archive import state as states
from dau.archive.documents import Reader, read_file, unreadable
from dau.archive.folder import DOCUMENTS
from dau.archive.manifest import Damaged, read_at, require
from dau.archive.review_events import ReviewEvent
from dau.archive.reviews import log_bytes, log_rows, review_path
from dau.archive.state import Current
from dau.document.directive import Directive, NotApplied, ReviewItem, Task
from dau.document.errors import InputError
from dau.document.transcript import Transcript
from dau.structure import StructureSettings

from .apply import Corrected, apply
from .flags import fingerprint
from .ledger import Fate, Unapplied
from .reasons import Reason

_Entry = tuple[str, str, tuple[str, ...], int]
"""Id, hash, inputs and offset of a document; see `Held`."""


class NoSuchDocument(InputError):
    """No current document of the archive is called so."""


@dataclass(frozen=True)
class Held:
    """One current document. Its files are read when they are asked for, and once.

    `id` is the name of its folder, `inputs` the paths it came from (as the manifest writes them), `sha256` that of
    their content. Reading raises InputError where a file is missing or does not fit its schema.
    """

    archive: Path
    id: str
    sha256: str
    inputs: tuple[str, ...]
    offset: int
    """Of its outcome in the manifest, in bytes."""

    @property
    def folder(self) -> Path:
        return self.archive / DOCUMENTS / self.id

    @cached_property
    def machine_directive(self) -> Directive:
        """document.json, without the reviews."""
        return read_file(self.folder / "document.json", Directive)

    @cached_property
    def machine_transcript(self) -> Transcript:
        """transcript.json, without the reviews."""
        return read_file(self.folder / "transcript.json", Transcript)

    @property
    def directive(self) -> Directive:
        """What the document says, with the reviews applied."""
        return self.corrected.directive if self._log else self.machine_directive

    @property
    def transcript(self) -> Transcript:
        """What stands on its pages, with the reviews applied."""
        return self.corrected.transcript if self._log else self.machine_transcript

    @property
    def unapplied(self) -> tuple[Unapplied, ...]:
        """Events that found no place in this result; `directive.review` shows them too."""
        return self.corrected.unapplied if self._log else ()

    @property
    def fates(self) -> Mapping[str, Fate]:
        """What became of each event, by its id."""
        return self.corrected.fates if self._log else {}

    @property
    def rejected(self) -> tuple[Task, ...]:
        """Tasks of the machine that people said are none."""
        return self.corrected.rejected if self._log else ()

    @property
    def events(self) -> tuple[ReviewEvent, ...]:
        """What people said of this source, in the order of the log; undone events too."""
        return tuple(row for row in self._log if isinstance(row, ReviewEvent))

    @cached_property
    def content(self) -> str:
        """What a `DocumentTarget` names: the fingerprint of what the machine says."""
        return fingerprint(self.machine_directive)

    @cached_property
    def stamp(self) -> str:
        """Changes when the document or its reviews change: a digest of its recorded checksums, its inputs and its log.
        Nothing but the manifest and the log is read for it."""
        line = read_at(require(self.archive), self.offset)
        log = self._log_bytes
        told = [self.id, line.status, sorted(line.files.items()), self.inputs, hashlib.sha256(log).hexdigest()]
        if log:
            told.append(__version__)  # the parser may run again
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @cached_property
    def corrected(self) -> Corrected:
        """All of the above in one. Costs a parse where words were corrected."""
        found = apply(self.machine_directive, self.machine_transcript, self.events, self._settings)
        damaged = [row for row in self._log if isinstance(row, Damaged) and not row.torn]
        if not damaged:
            return found
        review = (*found.directive.review, *(_illegible(row, self.sha256) for row in damaged))
        directive = found.directive.model_copy(update={"review": review})
        return replace(found, directive=directive)

    @cached_property
    def _log(self) -> tuple[ReviewEvent | Damaged, ...]:
        return tuple(log_rows(self._log_bytes))

    @cached_property
    def _log_bytes(self) -> bytes:
        return log_bytes(review_path(self.archive, self.sha256))

    @property
    def _settings(self) -> StructureSettings:
        """Those of the run; the usual ones where it did not record them."""
        try:
            with (self.folder / "events.jsonl").open("rb") as rows:
                said = json.loads(rows.readline()).get("structure", {})
            known = {name: value for name, value in said.items() if name in StructureSettings.model_fields}
            return StructureSettings.model_validate(known)
        except FileNotFoundError:
            return StructureSettings()
        except (OSError, ValueError, AttributeError) as error:
            raise unreadable(self.folder / "events.jsonl", error) from error


def documents(archive: Path) -> Iterator[Held]:
    """Every current document of an archive once, in the order of their ids, while a run writes it or not.

    Raises ArchiveUnusable where it is no archive.
    """
    for entry in _current(archive):
        yield Held(archive, *entry)  # made as it is asked for: what a caller has done with may be forgotten


def held(archive: Path, ident: str) -> Held:
    """The current document of this id (the name of its folder). Raises NoSuchDocument where there is none."""
    entries = _current(archive)
    place = bisect_left(entries, ident, key=lambda entry: entry[0])
    if place == len(entries) or entries[place][0] != ident:
        raise NoSuchDocument(
            f"The archive holds no current document {ident[:64]!r}.", "`dau status ARCHIVE --csv FILE` lists them."
        )
    return Held(archive, *entries[place])


def as_reviewed(archive: Path) -> Reader:
    """Reads documents with the reviews applied, for what sums up an archive below (status, report). A document nobody
    spoke of costs one look for its log more than as it was made."""

    def read(current: Current) -> Directive:
        return held_of(archive, current).directive

    return read


def held_of(archive: Path, current: Current) -> Held:
    """What the manifest holds of a document, as one that is read with its reviews."""
    return Held(archive, current.done.document or "", current.sha256, current.inputs, current.done.offset)


def _current(archive: Path) -> tuple[_Entry, ...]:
    known = require(archive).stat()
    return _catalogue(archive.resolve(), known.st_ino, known.st_size, known.st_mtime_ns)


@lru_cache(maxsize=2)
def _catalogue(archive: Path, inode: int, size: int, modified: int) -> tuple[_Entry, ...]:
    """Every current document in the order of their ids; kept until the manifest changes."""
    state = states.load(require(archive))
    return tuple((name, each.sha256, each.inputs, each.done.offset) for name, each in state.current().items())


def _illegible(row: Damaged, sha256: str) -> ReviewItem:
    why = Reason("log_line_damaged", {"line": str(row.number), "log": f"{sha256[:16]}.jsonl"})
    told = NotApplied(reason=why.code, values=dict(why.values))
    return ReviewItem(
        code="review_unapplied", severity="medium", message=why.said("vi"), raw=row.reason, unapplied=told
    )
