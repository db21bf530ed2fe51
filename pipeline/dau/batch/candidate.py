"""What may become an input, before anything of it is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..archive.paths import text_of
from ..document.errors import DauError

if TYPE_CHECKING:
    from .groups import Folder
    from .remote import RemoteFile

EXTENSIONS = frozenset({".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp", ".txt"})
"""Kinds of files taken from folders; compared in lower case."""


@dataclass(frozen=True)
class Candidate:
    """An input, by its absolute path or by its URL; `problem` where it is known beforehand that it cannot be read.

    `group`: the folder whose images are the input. `remote`: the object that is the input, `url` its URL or that of the
    group; `path` is then for names only.
    """

    path: Path
    problem: DauError | None = None
    group: Folder | None = None
    remote: RemoteFile | None = None
    url: str | None = None

    @property
    def name(self) -> str:
        """Its path as the manifest writes it."""
        return text_of(self.path if self.url is None else self.url)


@dataclass(frozen=True)
class Discovery:
    """`inputs` in order, each once. `ignored` counts what was left out in folders, by reason; `examples` has the first
    path of each reason."""

    inputs: tuple[Candidate, ...]
    ignored: dict[str, int] = field(default_factory=dict)
    examples: dict[str, Path] = field(default_factory=dict)


class Ignored:
    """Counts of what is left out, by reason."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, Path] = {}

    def add(self, reason: str, path: Path) -> None:
        self.counts[reason] += 1
        self.examples.setdefault(reason, path)

    def another_kind(self, path: Path) -> None:
        self.add(f"files of another kind ({path.suffix.lower() or 'no extension'})", path)

    def page_of_a_document(self, path: Path) -> None:
        self.add("images that are pages of a folder's document", path)
