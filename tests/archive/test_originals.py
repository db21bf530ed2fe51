"""Originals: the bytes that are kept are the bytes that were hashed."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from dau.archive import originals
from dau.archive.originals import original_name, take
from dau.document.errors import InputError


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "originals"
    folder.mkdir()
    return folder


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.PDF"
    path.write_bytes(b"%PDF-1.4 " + os.urandom(3 << 20))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


@pytest.mark.parametrize("mode", ["link", "copy"])
def test_kept_under_its_hash(kept: Path, scan: Path, mode: str) -> None:
    taken = take(scan, kept, mode)  # type: ignore[arg-type]
    assert not taken.path.exists()
    taken.commit()
    digest = hashlib.sha256(scan.read_bytes()).hexdigest()
    assert (taken.sha256, taken.bytes) == (digest, scan.stat().st_size)
    assert listing(kept) == [f"{digest[:16]}.pdf"]
    assert taken.path.read_bytes() == scan.read_bytes()
    assert taken.unchanged() and taken.settled


def test_a_copy_is_a_file_of_its_own(kept: Path, scan: Path) -> None:
    taken = take(scan, kept, "copy")
    taken.commit()
    scan.write_bytes(b"overwritten")
    assert hashlib.sha256(taken.path.read_bytes()).hexdigest() == taken.sha256
    assert taken.unchanged()


def test_where_links_cannot_be_made_it_is_copied(kept: Path, scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(originals.os, "link", refuse)
    taken = take(scan, kept, "link")
    taken.commit()
    assert taken.path.read_bytes() == scan.read_bytes()
    assert not taken.path.samefile(scan)


def test_not_kept(kept: Path, scan: Path) -> None:
    taken = take(scan, kept, "none")
    taken.commit()
    assert taken.path == scan and listing(kept) == []
    assert taken.sha256 == hashlib.sha256(scan.read_bytes()).hexdigest()
    scan.write_bytes(b"other")
    assert not taken.unchanged()


def test_discarded_without_trace(kept: Path, scan: Path) -> None:
    take(scan, kept, "link").discard()
    assert listing(kept) == [] and scan.exists()


def test_a_right_original_stays_and_a_wrong_one_is_healed(kept: Path, scan: Path) -> None:
    first = take(scan, kept, "copy")
    first.commit()
    inode = first.path.stat().st_ino
    take(scan, kept, "copy").commit()
    assert first.path.stat().st_ino == inode
    first.path.write_bytes(b"bit rot")
    take(scan, kept, "copy").commit()
    assert hashlib.sha256(first.path.read_bytes()).hexdigest() == first.sha256
    assert len(listing(kept)) == 1


def test_a_link_is_followed_and_its_target_kept(kept: Path, scan: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.pdf"
    link.symlink_to(scan)
    taken = take(link, kept, "link")
    taken.commit()
    assert not taken.path.is_symlink() and taken.path.read_bytes() == scan.read_bytes()


def test_a_recent_file_proves_nothing_by_its_time(kept: Path, scan: Path) -> None:
    os.utime(scan)
    assert not take(scan, kept, "copy").settled
    future = time.time() + 1e6
    os.utime(scan, (future, future))
    assert not take(scan, kept, "copy").settled


@pytest.mark.parametrize("mode", ["link", "copy", "none"])
def test_a_file_that_keeps_changing_is_refused(
    kept: Path, scan: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = originals._read

    def read_and_write(file: object, path: Path) -> bytes:
        data = read(file, path)  # type: ignore[arg-type]
        with scan.open("r+b") as writer:
            writer.write(os.urandom(64))
        return data

    monkeypatch.setattr(originals, "_read", read_and_write)
    with pytest.raises(InputError, match="changes while") as caught:
        take(scan, kept, mode)  # type: ignore[arg-type]
    assert "written to the end" in caught.value.advice
    assert listing(kept) == []


@pytest.mark.parametrize("mode", ["link", "copy", "none"])
def test_a_file_that_changes_once_is_read_again(
    kept: Path, scan: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = originals._read
    last = [b"the last page"]

    def read_and_write(file: object, path: Path) -> bytes:
        data = read(file, path)  # type: ignore[arg-type]
        if last:
            with scan.open("ab") as writer:
                writer.write(last.pop())
        return data

    monkeypatch.setattr(originals, "_read", read_and_write)
    taken = take(scan, kept, mode)  # type: ignore[arg-type]
    taken.commit()
    assert scan.read_bytes().endswith(b"the last page")
    assert taken.sha256 == hashlib.sha256(scan.read_bytes()).hexdigest()
    assert taken.sha256 == hashlib.sha256(taken.path.read_bytes()).hexdigest()


@pytest.mark.parametrize("mode", ["link", "copy", "none"])
def test_a_file_that_vanishes_while_it_is_read(
    kept: Path, scan: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = originals._read

    def read_and_remove(file: object, path: Path) -> bytes:
        scan.unlink(missing_ok=True)
        return read(file, path)  # type: ignore[arg-type]

    monkeypatch.setattr(originals, "_read", read_and_remove)
    with pytest.raises(InputError, match="not there"):
        take(scan, kept, mode)  # type: ignore[arg-type]
    assert listing(kept) == []


def test_what_is_no_file_is_never_waited_for(kept: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.pdf"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="not a file"):
        take(pipe, kept, "copy")
    with pytest.raises(InputError, match="not there"):
        take(tmp_path / "missing.pdf", kept, "copy")


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [("a.PDF", ".pdf"), ("a", ""), ("a.b.tiff", ".tiff"), ("a.p f", ""), ("a.đ", ""), ("a.averylongone", "")],
)
def test_names(name: str, kept_as: str) -> None:
    assert original_name("ab" * 32, Path(name)) == "ab" * 8 + kept_as


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
