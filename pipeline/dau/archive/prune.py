"""Remove superseded runs: folders that were recorded once and that a later outcome, at least as good, has replaced.

A later failure replaces nothing, and a later run over fewer pages does not replace one over more: the best result of
an input is never removed, whatever came after it, nor one in which more pages were read than in what counts now.

The manifest is left as it is: it is the history, and `verify` asks only for what last outcomes name. Folders the
manifest never spoke of are not touched, for nothing says what they are. Originals are never removed.
"""

from __future__ import annotations

from dataclasses import dataclass

from .folder import DOCUMENTS, files_below, remove_document
from .store import Archive


@dataclass(frozen=True)
class Pruned:
    """Names of the folders that were (or would be) removed, and their size in bytes."""

    documents: tuple[str, ...]
    bytes: int


def prune(archive: Archive, *, dry_run: bool = False) -> Pruned:
    """Remove superseded folders; with `dry_run` only say which.

    An input that was received again and waits for its new outcome keeps the folder of the old one.
    """
    folder = archive.root / DOCUMENTS
    state = archive.state
    best = {done.document for done in state.best.values()}
    read = {current.sha256[:16]: current.done.pages for current in state.current().values()}
    names = sorted(state.documents.keys() - state.current_documents() - best)
    names = [name for name in names if state.documents[name].pages <= read.get(name[:16], 0)]
    names = [name for name in names if (folder / name).is_dir()]
    size = sum(path.lstat().st_size for name in names for path in files_below(folder / name))
    if not dry_run:
        for name in names:
            remove_document(archive.root, name)
    return Pruned(tuple(names), size)
