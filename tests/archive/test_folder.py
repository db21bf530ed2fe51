"""A document's folder is there whole or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from dau.archive import folder as folders
from dau.archive.failures import ArchiveFull, ArchiveUnusable
from dau.archive.folder import checksums_of, folder_name, remove_document, sweep, write_document
from dau.archive.store import Archive
from dau.document.errors import DauError

NAME = folder_name("ab" * 32, "cd" * 32)
FILES = {"document.json": b"{}", "text.txt": "Quyết định\n".encode(), "pages/0001.webp": b"\0\1"}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    Archive.open(tmp_path / "A").close()
    return tmp_path / "A"


def below(path: Path) -> list[str]:
    return sorted(p.relative_to(path).as_posix() for p in folders.files_below(path))


def test_written_files_and_their_checksums(archive: Path) -> None:
    checksums = write_document(archive, NAME, FILES)
    assert checksums == {name: hashlib.sha256(data).hexdigest() for name, data in sorted(FILES.items())}
    assert checksums == checksums_of(archive / "documents" / NAME)
    assert list(checksums) == sorted(checksums)
    assert listing(archive / "documents") == [NAME]


def test_a_file_is_copied_in(archive: Path, tmp_path: Path) -> None:
    big = tmp_path / "searchable.pdf"
    big.write_bytes(os.urandom(3 << 20))
    checksums = write_document(archive, NAME, {"searchable.pdf": big})
    assert (archive / "documents" / NAME / "searchable.pdf").read_bytes() == big.read_bytes()
    assert checksums == {"searchable.pdf": hashlib.sha256(big.read_bytes()).hexdigest()}


def test_what_an_interrupted_run_left_is_replaced(archive: Path) -> None:
    write_document(archive, NAME, {"text.txt": b"old", "raw.txt": b"old"})
    write_document(archive, NAME, {"text.txt": b"new"})
    assert below(archive / "documents") == [f"{NAME}/text.txt"]
    assert (archive / "documents" / NAME / "text.txt").read_bytes() == b"new"


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../b", "", "nul\0"])
def test_names_that_lead_out_are_refused(archive: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        write_document(archive, NAME, {name: b""})
    assert listing(archive / "documents") == []


@pytest.mark.parametrize("name", ["", "..", "documents", "ab" * 8, NAME + "/x", NAME.upper()])
def test_folders_of_other_names_are_refused(archive: Path, name: str) -> None:
    with pytest.raises(ValueError, match="folder"):
        write_document(archive, name, FILES)


def test_everything_is_synced_before_the_rename_and_the_rename_after(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut between any two steps leaves no folder with unwritten files in it."""
    steps: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def spy_fsync(fd: int) -> None:
        steps.append("sync " + Path(f"/proc/self/fd/{fd}").readlink().name.split("-", 2)[0])
        fsync(fd)

    def spy_rename(self: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(self, target)

    monkeypatch.setattr(folders.os, "fsync", spy_fsync)
    monkeypatch.setattr(Path, "rename", spy_rename)
    write_document(archive, NAME, FILES)
    assert steps == [
        "sync document.json", "sync 0001.webp", "sync text.txt", "sync pages", "sync .tmp", "rename", "sync documents",
    ]


def test_an_error_in_the_middle_leaves_nothing(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(DauError, match="No such file"):
        write_document(archive, NAME, {"a.txt": b"a", "b.pdf": tmp_path / "missing"})
    assert listing(archive / "documents") == []


def test_removed_and_swept(archive: Path) -> None:
    write_document(archive, NAME, FILES)
    remove_document(archive, NAME)
    remove_document(archive, NAME)
    (archive / "documents" / ".tmp-left").mkdir()
    (archive / "documents" / ".tmp-left" / "x").touch()
    (archive / "documents" / ".tmp-file").touch()
    assert sweep(archive / "documents") == 2
    assert listing(archive / "documents") == []


@pytest.mark.parametrize(
    ("number", "kind"), [(28, ArchiveFull), (122, ArchiveFull), (27, ArchiveFull), (30, ArchiveUnusable)]
)
def test_errors_of_the_disk_carry_advice(
    archive: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    def refuse(fd: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(folders.os, "fsync", refuse)
    with pytest.raises(kind) as caught:
        write_document(archive, NAME, FILES)
    assert caught.value.advice  # type: ignore[attr-defined]
    assert listing(archive / "documents") == []


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
