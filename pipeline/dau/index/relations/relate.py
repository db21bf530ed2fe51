"""The relations of an archive on disk brought up to date, as `dau link`, `dau index` and the server do it."""

from __future__ import annotations

from pathlib import Path

from dau.corrected import documents

from ..build import keep_relations, writing
from .link import Linked, Progress, link, silent
from .summary import Summary, summary


def relate(
    archive: Path, *, rebuild: bool = False, progress: Progress = silent, most: int | None = None
) -> tuple[Linked, Summary]:
    """Relate the documents of an archive, whose index is up to date; see `link`. With `rebuild` all are read again.
    From now on the index is kept with its relations (`build.keeps_relations`).

    Raises ArchiveUnusable where there is no archive or the folder cannot be written, ArchiveBusy where another process
    updates the index, ArchiveFull where the disk is full: the relations are those of before then.
    """
    with writing(archive) as index:
        keep_relations(archive)
        done = link(index, documents(archive), progress, most, anew=rebuild)
        return done, summary(index)
