"""Where an export goes: a file or a folder that is there whole or not at all, and never in place of something else.

A folder of an export holds `export.json`, which names every file in it with its SHA-256: who receives the folder can
prove it whole, and a later export can tell it from a folder of somebody else's.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..archive.failures import failure_of
from ..archive.folder import checksums_of, files_below, sync_directory
from ..archive.store import is_archive
from ..document.errors import InputError

MARKER = "export.json"
TEMPORARY = ".tmp-"


class TargetRefused(InputError):
    """The place of an export is taken, or is none for an export."""


def check(out: Path, shape: str, *, overwrite: bool) -> None:
    """Refuse a place before any work is done for it.

    Raises TargetRefused where something is there (without `overwrite`), where what is there is not an earlier export
    of the same shape (`"file"` or `"folder"`), where the folder above is missing, or where it is inside an archive.
    """
    parent = out.absolute().parent
    if not parent.is_dir():
        raise TargetRefused(f"The folder {parent} is not there.", "Make it, or name another place with --out.")
    inside = next((above for above in (out.resolve(), *out.resolve().parents) if is_archive(above)), None)
    if inside is not None:
        raise TargetRefused(
            f"{out} is inside the archive {inside}.", "An archive holds nothing foreign: name a place outside it."
        )
    if not os.path.lexists(out):
        return
    if shape == "file":
        _check_file(out, overwrite)
    else:
        _check_folder(out, overwrite)


def _check_file(out: Path, overwrite: bool) -> None:
    if not out.is_file() or out.is_symlink():
        raise TargetRefused(f"{out} is there and is no plain file.", "This format is one file: name a new one.")
    if not overwrite:
        raise TargetRefused(f"{out} is already there.", "Name a new file, or say --overwrite to replace it.")


def _check_folder(out: Path, overwrite: bool) -> None:
    if not out.is_dir() or out.is_symlink():
        raise TargetRefused(f"{out} is there and is no folder.", "This format is a folder: name a new one.")
    if not any(out.iterdir()):
        return
    strange = _strange(out)
    if strange is not None:
        raise TargetRefused(
            f"The folder {out} holds {strange!r}, which is not of an export.",
            "Nothing of others is removed or mixed with: name a new folder.",
        )
    if not overwrite:
        raise TargetRefused(
            f"The folder {out} holds an earlier export.", "Name a new folder, or say --overwrite to replace it."
        )


def _strange(out: Path) -> str | None:
    """Name of a file that the folder's `export.json` does not speak of; None where all are of an export."""
    try:
        listed = json.loads((out / MARKER).read_bytes())["files"]
        known = {MARKER, *listed}
    except (OSError, ValueError, KeyError, TypeError):
        return next(iter(sorted(entry.name for entry in out.iterdir())))
    names = sorted(path.relative_to(out).as_posix() for path in files_below(out))
    return next((name for name in names if name not in known), None)


@contextmanager
def whole_file(out: Path, *, overwrite: bool) -> Iterator[Path]:
    """A path to write a file at, beside `out`; synced and given its name at the end, removed after an error. What took
    the place in the meantime is treated as `check` does."""
    temporary = out.with_name(f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}")
    try:
        yield temporary
        _sync_file(temporary)
        check(out, "file", overwrite=overwrite)
        temporary.replace(out)
        sync_directory(out.absolute().parent)
    except OSError as error:
        raise failure_of(error, out) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(out: Path, about: dict[str, Any], *, overwrite: bool) -> Iterator[Path]:
    """An empty folder to write into, beside `out`; gets its `export.json` (`about` and the checksums), is synced and
    renamed to `out` at the end, removed after an error. `about` may be filled in the meantime. What took the place
    meanwhile is treated as `check` does."""
    parent = out.absolute().parent
    temporary: Path | None = None
    try:
        temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=parent))
        temporary.chmod(0o755)
        yield temporary
        marker = {**about, "files": checksums_of(temporary)}
        text = json.dumps(marker, ensure_ascii=False, indent=1) + "\n"
        (temporary / MARKER).write_text(text, encoding="utf-8", errors="backslashreplace")
        for path in files_below(temporary):
            _sync_file(path)
        for directory, _, _ in os.walk(temporary, topdown=False):
            sync_directory(Path(directory))
        check(out, "folder", overwrite=overwrite)
        _put_in_place(temporary, out)
        sync_directory(parent)
    except OSError as error:
        raise failure_of(error, out) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _put_in_place(temporary: Path, out: Path) -> None:
    """Rename onto the target; an earlier export goes aside first, for POSIX renames a folder only onto an empty one."""
    if out.exists() and any(out.iterdir()):
        aside = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=out.absolute().parent))
        out.rename(aside / "old")
        temporary.rename(out)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        temporary.rename(out)


def _sync_file(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
