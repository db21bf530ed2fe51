"""One look at the inbox: the files that are inputs, the folders that are one document, and what is left alone.

A folder with a `document.toml` (see `groups`) is one input. It goes away as a whole, so that all that lies in it
counts: its pages and what came along with them belong to it; what is an input of its own (a PDF, an image that is not
among its pages, a document in a folder below) has to be done with first; what is still being written, or may not be
looked at, keeps it where it is.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..archive.originals import Stamp, source_failure
from ..archive.store import is_archive
from ..document.errors import InputError
from .candidate import EXTENSIONS
from .groups import DECLARATION, Declared, LocalFolder, declared, members_by
from .outbox import DONE, FAILED, is_note

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download")
_BACKUP = "~"
_RSYNC_FILE = re.compile(r"\.(.+)\.[A-Za-z0-9]{6}", re.DOTALL)  # .scan.pdf.x7Kq2B, renamed when it is whole
_RSYNC_FOLDERS = frozenset({".~tmp~", ".rsync-partial"})


@dataclass(frozen=True)
class FolderStamp:
    """What the file system says of a folder that is one document: equal stamps, nothing in it was touched.

    `exact` is a digest of its files with their times; `content` one that links to its files leave as it is, and that
    other inputs in the folder change. `changed` is the ctime of the folder itself (ns), by which it is known whether it
    was moved; it changes, too, when another input is taken out of it, and so is not compared.
    """

    exact: bytes
    content: bytes
    changed: int = field(compare=False)

    def same_content(self, other: object) -> bool:
        return isinstance(other, FolderStamp) and self.content == other.content


@dataclass
class DocumentFolder:
    """A folder that is one document. `files` belong to it, `inside` are the paths of other inputs in it and below (None
    for the stamp of a folder), `hindrance` says why it cannot be whole, or cannot be moved."""

    path: str
    changed: int
    files: dict[str, Stamp] = field(default_factory=dict)
    inside: dict[str, Stamp | None] = field(default_factory=dict)
    hindrance: str | None = None

    def stamp(self) -> FolderStamp:
        exact, content = hashlib.sha256(), hashlib.sha256()
        for path, stamp in sorted((*self.files.items(), *self.inside.items()), key=lambda item: os.fsencode(item[0])):
            name = os.fsencode(os.path.relpath(path, self.path))
            known = f"{stamp.bytes} {stamp.modified} {stamp.inode}" if stamp is not None else "folder"
            content.update(name + f"\0{known}\0".encode())
            if stamp is not None and path in self.files:
                exact.update(name + f"\0{known} {stamp.changed}\0".encode())
        return FolderStamp(exact.digest(), content.digest(), self.changed)


@dataclass
class Look:
    """`files` and `folders` are the inputs by path; `transfers` what is under the name of a file in transfer.

    `tell` is called with what it is about and the text; `said` keeps what each document.toml says from look to look.
    """

    root: str
    tell: Callable[[str, str], None] = lambda about, text: None
    said: dict[str, tuple[Stamp, Declared]] = field(default_factory=dict)
    files: dict[str, Stamp] = field(default_factory=dict)
    folders: dict[str, DocumentFolder] = field(default_factory=dict)
    transfers: dict[str, Stamp] = field(default_factory=dict)

    def walk(self, top: str) -> None:
        """A folder and all below it: no links, nothing hidden or unfinished, no archives, not what is done with."""
        stack: list[tuple[str, DocumentFolder | None]] = [(top, None)]
        while stack:
            folder, owner = stack.pop()
            try:
                with os.scandir(folder) as entries:
                    there = list(entries)
                self._folder(folder, there, owner, stack)
            except OSError as error:
                self.tell(folder, str(source_failure(error, Path(folder))))
                if owner is not None:
                    owner.hindrance = f"the folder {Path(folder).name} in it cannot be looked at"

    def _folder(
        self, path: str, there: list[os.DirEntry[str]], owner: DocumentFolder | None,
        stack: list[tuple[str, DocumentFolder | None]],
    ) -> None:
        names = {entry.name: entry for entry in there if not entry.name.startswith(".") and not entry.is_dir()}
        members: frozenset[str] = frozenset()
        if DECLARATION in names and path != self.root:
            if owner is not None:
                owner.inside[path] = None
            owner = self.folders[path] = DocumentFolder(path, Path(path).lstat().st_ctime_ns)
            members = members_by(self._declared(path, names[DECLARATION]), names)
        for entry in there:
            with suppress(FileNotFoundError):  # moved away while we looked
                below = self._entry(entry, owner, members)
                if below:
                    stack.append((entry.path, owner))

    def _declared(self, folder: str, entry: os.DirEntry[str]) -> Declared:
        """What a document.toml says, nothing where it cannot be used; read again when it changes."""
        stamp, known = Stamp.of(entry.stat(follow_symlinks=False)), self.said.get(folder)
        if known is not None and known[0] == stamp and not entry.is_symlink():
            return known[1]
        said = Declared()
        with suppress(InputError):
            said = declared(LocalFolder(Path(folder)))
        self.said[folder] = (stamp, said)
        return said

    def _entry(self, entry: os.DirEntry[str], owner: DocumentFolder | None, members: frozenset[str]) -> bool:
        """Whether it is a folder to look into."""
        name, path = entry.name, entry.path
        if in_transfer(name):
            self.transfers[path] = Stamp.of(entry.stat(follow_symlinks=False))
            if owner is not None:
                owner.hindrance = f"{name} in it is under the name of an unfinished file"
        if name.startswith(".") or name.lower().endswith((*_UNFINISHED, _BACKUP)):
            return False
        if entry.is_dir(follow_symlinks=False):
            if self._is_ours(path):
                if owner is not None:
                    owner.hindrance = f"{name} in it is an archive"
                return False
            return True
        stamp = Stamp.of(entry.stat(follow_symlinks=False))
        why = None if name in members else _no_input(entry)
        if owner is not None and (why is not None or name in members):
            owner.files[path] = stamp
        if why is not None and (owner is None or entry.is_symlink()):
            self.tell(path, why)
        elif why is None and name not in members:
            self.files[path] = stamp
            if owner is not None:
                owner.inside[path] = stamp
        return False

    def _is_ours(self, path: str) -> bool:
        return path in (f"{self.root}/{DONE}", f"{self.root}/{FAILED}") or is_archive(Path(path))


def document_folder(path: Path) -> DocumentFolder | None:
    """A folder that is one document, as it lies there now; None where it is none any more."""
    look = Look(root=os.fspath(path.parent))
    look.walk(os.fspath(path))
    return look.folders.get(os.fspath(path))


def in_transfer(name: str) -> bool:
    """Whether a name is one that programs give to what they have not yet written to the end."""
    if name.lower().endswith(_UNFINISHED) or name in _RSYNC_FOLDERS:
        return True
    match = _RSYNC_FILE.fullmatch(name)
    return match is not None and (match[1] == DECLARATION or Path(match[1]).suffix.lower() in EXTENSIONS)


def _no_input(entry: os.DirEntry[str]) -> str | None:
    """Why a file is no input; None for one that is."""
    name = entry.name
    if entry.is_symlink():
        return f"{name} is a link and is not followed. Move the file itself into the inbox."
    if name == DECLARATION:
        return f"A {DECLARATION} in the inbox itself says nothing: put it into a folder, with its images."
    if Path(name).suffix.lower() not in EXTENSIONS:
        return f"{name} is no scan and no text by its extension; it is left where it is."
    if is_note(entry.path):
        return f"{name} is a note about a file that failed; it is left where it is."
    return None

