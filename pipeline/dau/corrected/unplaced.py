"""Reviews of an archive that apply nowhere now: kept, and to be seen by whoever proves that nothing is lost.

None of them is a discrepancy: their log is whole, and holds them until a run has their place again or a person undoes
them. Documents with a log are read for this, and no others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dau.archive import state as states
from dau.archive.manifest import require
from dau.archive.review_events import ReviewEvent
from dau.archive.reviews import REVIEWS, log_bytes, log_rows, logs
from dau.archive.state import Current
from dau.archive.store import reading
from dau.document.directive import NotAppliedReason
from dau.document.errors import DauError

from .held import held_of
from .ledger import Ledger, in_force

_SHOWN = 160
"""Characters of what an event says that are repeated."""


@dataclass(frozen=True)
class Notice:
    """A review that applies nowhere. `path`: its log, and line where it is known; `document`: the one that counts of
    its source, None where there is none; `reason`: as in the document's review list, None where it was not looked for.
    """

    path: str
    document: str | None
    event: str
    message: str
    reason: NotAppliedReason | None = None
    code: Literal["review_unapplied"] = "review_unapplied"


def unplaced(archive: Path) -> Iterator[Notice]:
    """Every review in force that is not applied to the document that counts of its source, log by log.

    Not here: logs of sources the manifest does not know, and damaged lines (`dau.archive.verify` tells them). Raises
    ArchiveBusy while a run writes the archive, ArchiveUnusable where it is no archive.
    """
    with reading(archive) as root:
        there = [(path, source) for path, source in logs(root) if source is not None]
        if not there:
            return  # an archive nobody reviewed costs nothing
        state = states.load(require(root))
        current = {each.sha256[:16]: each for each in state.current().values()}
        for path, source in there:
            if source in state.hashes:
                yield from _of_log(root, path, current.get(source))


def _of_log(root: Path, path: Path, current: Current | None) -> Iterator[Notice]:
    rows = list(log_rows(log_bytes(path)))
    events = [row for row in rows if isinstance(row, ReviewEvent)]
    lines = {row.id: n for n, row in reversed(list(enumerate(rows, 1))) if isinstance(row, ReviewEvent)}

    def notice(event: ReviewEvent, document: str | None, why: str, reason: NotAppliedReason | None = None) -> Notice:
        return Notice(f"{REVIEWS}/{path.name}:{lines[event.id]}", document, event.id, f"{_told(event)}: {why}", reason)

    if current is None:
        for event in in_force(events, Ledger()):
            yield notice(event, None, "the archive has no document of its source")
        return
    held = held_of(root, current)
    try:
        left = held.unapplied
    except DauError as error:  # damaged files, or models that are not there: the proof of all else goes on
        for event in in_force(events, Ledger()):
            yield notice(event, held.id, f"it cannot be applied: {error.message}")
        return
    for each in left:
        yield notice(each.event, held.id, each.reason.said("en"), each.reason.code)


def _told(event: ReviewEvent) -> str:
    after = f" “{event.after[:_SHOWN]}”" if isinstance(event.after, str) else ""
    return f"{event.by}, {event.at[:10]}, {event.action}{after}"
