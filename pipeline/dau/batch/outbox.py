"""Where files of the inbox, and folders that are one document, go when they are done with: `done/` and `failed/` in the
same folder, by one rename.

Sub-folders are kept, nothing is ever overwritten (a number is added to the name), nothing is copied. Beside a file
that failed lies a `.txt` that says why and what to do; it is written before the file is moved, so that a kill leaves
no failure without its reason.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from ..archive.folder import TEMPORARY
from ..archive.outcome import Status

DONE = "done"
FAILED = "failed"
_NAME_BYTES = 255  # what file systems allow a name
_SUFFIX_BYTES = 16  # a longer "extension" is a part of the name
_BESIDE_FOLDER = ".document.txt"  # is_note knows by the point in the rest of the name that it must look
_RESERVED = len(f" (1000000){_BESIDE_FOLDER}")
_FIRST_LINES = {
    "failed": "Dấu chưa xử lý được tệp này.",
    "partial": "Dấu chỉ xử lý được một phần tệp này.",
    "failed folder": "Dấu chưa xử lý được thư mục này.",
    "partial folder": "Dấu chỉ xử lý được một phần thư mục này.",
}
_AT_FDCWD, _RENAME_NOREPLACE = -100, 1


def put_away(path: Path, inbox: Path, status: Status, message: str | None) -> Path:
    """Move a file of the inbox, or a folder that is one document, to where its status belongs; returns its new path.
    Partial documents go to `failed/`: something of them is missing.

    Raises OSError where it cannot be moved; it then lies where it was.
    """
    folder = inbox / (DONE if status == "success" else FAILED) / path.parent.relative_to(inbox)
    folder.mkdir(parents=True, exist_ok=True)
    if not folder.resolve().is_relative_to(inbox):
        raise OSError(errno.EXDEV, "the folder is a link that leads out of the inbox")
    is_folder = stat.S_ISDIR(path.lstat().st_mode)
    text = None if status == "success" else note(path.name, status, message or "", is_folder)
    for name in _names(path.name, "" if is_folder else path.suffix):
        target, beside = folder / name, folder / f"{name}{_BESIDE_FOLDER if is_folder else '.txt'}"
        if os.path.lexists(target) or (text is not None and not _free_for(beside, text)):
            continue
        if text is not None:
            _write(beside, text)
        try:
            _rename(path, target)
        except FileExistsError:
            continue
        return target
    raise AssertionError("names never end")


def bring_back(target: Path, path: Path) -> None:
    """Undo the move of a folder, into which something came at the last moment.

    Raises OSError where it cannot be undone, as when there is a new folder under its name; it then lies at `target`.
    """
    _rename(target, path)
    target.with_name(f"{target.name}{_BESIDE_FOLDER}").unlink(missing_ok=True)


def note(name: str, status: Status, message: str, is_folder: bool = False) -> str:
    """What the `.txt` beside a file says; the same for the same failure, so that a repeated move finds it there."""
    shown = name.encode("utf-8", "backslashreplace").decode()
    what = "thư mục" if is_folder else "tệp"
    first = _FIRST_LINES[f"{status} folder" if is_folder else status]
    again = f"Sửa xong nguyên nhân thì chép {what} trở lại thư mục nhận (inbox) để xử lý lại."
    return f"{first}\n\n{what.capitalize()}: {shown}\n\n{message}\n\n{again}\n"


def is_note(path: str) -> bool:
    """Whether a file is such a `.txt`, brought back into the inbox with the file it belongs to."""
    if not path.endswith(".txt") or not Path(path[:-4]).suffix:
        return False
    with suppress(OSError):
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            return os.read(fd, 200).startswith(tuple(f"{line}\n\n".encode() for line in _FIRST_LINES.values()))
        finally:
            os.close(fd)
    return False


def _names(name: str, extension: str) -> Iterator[str]:
    """`a.pdf`, `a (2).pdf`, `a (3).pdf` …, none longer than a name may be with the end of a note behind it."""
    suffix = os.fsencode(extension)
    if len(suffix) > _SUFFIX_BYTES:
        suffix = b""
    stem = os.fsencode(name).removesuffix(suffix)
    short = stem[: _NAME_BYTES - _RESERVED - len(suffix)]
    if short != stem:
        short = short.decode("utf-8", "ignore").encode()  # not in the middle of a letter
    yield os.fsdecode(short + suffix)
    number = 2
    while True:
        yield os.fsdecode(short + f" ({number})".encode() + suffix)
        number += 1


def _free_for(beside: Path, text: str) -> bool:
    """Whether a note may be written there: nothing is there, or that very note."""
    try:
        return not os.path.lexists(beside) or (beside.is_file() and beside.read_bytes() == text.encode())
    except OSError:
        return False


def _write(path: Path, text: str) -> None:
    """Whole or not at all; what a kill leaves is written over when the same note is written again."""
    temporary = path.parent / f"{TEMPORARY}note"
    try:
        temporary.write_bytes(text.encode())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _rename(path: Path, target: Path) -> None:
    """Rename, never onto something: asked of the kernel in one step. Where the file system cannot (some network
    shares), the name was looked at right before, and nobody but the watcher has business there."""
    call = _renameat2()
    if call is not None:
        if call(_AT_FDCWD, os.fsencode(path), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE) == 0:
            return
        code = ctypes.get_errno()
        if code not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            raise OSError(code, os.strerror(code), os.fspath(path))
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, "there already", os.fspath(target))
    path.rename(target)


@cache
def _renameat2() -> ctypes._NamedFuncPointer | None:
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return call
