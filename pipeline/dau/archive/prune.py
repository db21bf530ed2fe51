"""Remove superseded runs: folders that were recorded once and that a later outcome, at least as good, has replaced.

A later failure replaces nothing, and a later run over fewer pages does not replace one over more: the best result of
an input is never removed, whatever came after it, nor one in which more pages were read than in what counts now.

Nor is anything removed whose successor is not whole on the disk: then the old result is the only one there is.

The manifest is left as it is: it is the history, and `verify` asks only for what last outcomes name. Folders the
manifest never spoke of are not touched, for nothing says what they are. Originals are never removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import state as states
from .folder import DOCUMENTS, checksums_of, files_below, remove_document
from .manifest import FILE_NAME, read_at
from .state import Done, State
from .store import Archive, reading


@dataclass(frozen=True)
class Pruned:
    """Names of the folders that were (or would be) removed, and their size in bytes; `kept`: superseded ones that stay,
    because what replaced them is damaged or missing."""

    documents: tuple[str, ...]
    bytes: int
    kept: tuple[str, ...] = ()


def prune(archive: Archive) -> Pruned:
    """Remove superseded folders.

    An input that was received again and waits for its new outcome keeps the folder of the old one.
    """
    pruned = _superseded(archive.root, archive.state)
    for name in pruned.documents:
        remove_document(archive.root, name)
    return pruned


def would_prune(archive: Path) -> Pruned:
    """What `prune` would remove. Nothing is written, and a read-only disk will do.

    Raises ArchiveBusy while a run writes the archive, ArchiveUnusable where it is no archive.
    """
    with reading(archive) as root:
        return _superseded(root, states.load(root / FILE_NAME))


def _superseded(root: Path, state: State) -> Pruned:
    folder = root / DOCUMENTS
    best = {done.document for done in state.best.values()}
    current = {each.sha256[:16]: each.done for each in state.current().values()}
    names = [name for name in sorted(state.documents.keys() - state.current_documents() - best) if name[:16] in current]
    names = [name for name in names if state.documents[name].pages <= current[name[:16]].pages]
    names = [name for name in names if (folder / name).is_dir()]
    whole = {content: _is_whole(root, current[content]) for content in {name[:16] for name in names}}
    gone = tuple(name for name in names if whole[name[:16]])
    size = sum(path.lstat().st_size for name in gone for path in files_below(folder / name))
    return Pruned(gone, size, tuple(name for name in names if not whole[name[:16]]))


def _is_whole(root: Path, done: Done) -> bool:
    folder = root / DOCUMENTS / str(done.document)
    return folder.is_dir() and checksums_of(folder) == read_at(root / FILE_NAME, done.offset).files
