"""One writer at a time, by a lock that dies with its holder; an archive is opened, never guessed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dau.archive.failures import ArchiveBusy, ArchiveUnusable
from dau.archive.folder import folder_name, write_document
from dau.archive.manifest import ManifestLine, SourceFile
from dau.archive.outcome import Outcome
from dau.archive.store import Archive, is_archive, reading
from dau.document.errors import InputError

HOLD = """
import sys, time
from dau.archive.store import Archive
archive = Archive.open(sys.argv[1])
print("held", flush=True)
time.sleep(600)
"""


def test_opened_twice_in_one_process(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "A"), pytest.raises(ArchiveBusy, match=str(os.getpid())):
        Archive.open(tmp_path / "A")
    Archive.open(tmp_path / "A").close()


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "A")], stdout=subprocess.PIPE, env=environment()
    )
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    with pytest.raises(ArchiveBusy, match=f"process {holder.pid} ") as caught:
        Archive.open(tmp_path / "A")
    assert caught.value.category == "capacity" and "Wait" in caught.value.advice
    with pytest.raises(ArchiveBusy), reading(tmp_path / "A"):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    Archive.open(tmp_path / "A").close()


def test_readers_share_and_keep_writers_out(tmp_path: Path) -> None:
    Archive.open(tmp_path / "A").close()
    with reading(tmp_path / "A"), reading(tmp_path / "A"), pytest.raises(ArchiveBusy):
        Archive.open(tmp_path / "A")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    with pytest.raises(ArchiveUnusable, match="is a file"):
        Archive.open(tmp_path / "file")
    with pytest.raises(ArchiveUnusable, match=r"cat\.jpg"):
        Archive.open(tmp_path / "photos")
    with pytest.raises(ArchiveUnusable, match="not there"):
        Archive.open(tmp_path / "none", create=False)
    with pytest.raises(ArchiveUnusable), reading(tmp_path / "photos"):
        pass
    assert listing(tmp_path / "photos") == ["cat.jpg"]


def test_made_with_its_parents_and_known_again(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b"
    with Archive.open(path) as archive:
        assert archive.root == path and archive.repairs == ()
    assert is_archive(path)
    Archive.open(path, create=False).close()


def test_the_kill_before_the_manifest_was_made_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "A" / "documents").mkdir(parents=True)
    (tmp_path / "A" / ".lock").touch()
    Archive.open(tmp_path / "A").close()


@pytest.mark.parametrize("held", ["documents/0123456789abcdef-01234567/text.txt", "originals/0123456789abcdef.pdf"])
@pytest.mark.parametrize("emptied", [False, True])
def test_an_archive_that_lost_its_manifest_is_not_begun_anew(tmp_path: Path, held: str, emptied: bool) -> None:
    with Archive.open(tmp_path / "A"):
        pass
    (tmp_path / "A" / held).parent.mkdir(exist_ok=True)
    (tmp_path / "A" / held).write_text("x", encoding="utf-8")
    manifest = tmp_path / "A/manifest.jsonl"
    manifest.write_bytes(b"") if emptied else manifest.unlink()
    before = listing(tmp_path / "A")
    with pytest.raises(ArchiveUnusable, match=r"lost its manifest.jsonl.*Put manifest.jsonl back"):
        Archive.open(tmp_path / "A")
    with pytest.raises(ArchiveUnusable, match=r"lost its manifest.jsonl"), reading(tmp_path / "A"):
        pass
    assert listing(tmp_path / "A") == before


def test_leftovers_are_swept_and_nothing_else(tmp_path: Path) -> None:
    """Swept: temporary names, and the folder of an interrupted input. Kept: what the manifest does not know."""
    source = SourceFile(path="/a.pdf", sha256="ab" * 32, bytes=1)
    unfinished, unknown = folder_name("ab" * 32, "cd" * 32), folder_name("ef" * 32, "cd" * 32)
    with Archive.open(tmp_path / "A") as archive:
        archive.append(ManifestLine(event="received", source=source, settings="cd" * 32))
        for name in (unfinished, unknown):
            write_document(archive.root, name, {"text.txt": b""})
        (archive.root / "documents" / ".tmp-x").mkdir()
        (archive.root / "originals" / ".tmp-y").touch()
    with Archive.open(tmp_path / "A") as archive:
        assert listing(archive.root / "documents") == [unknown]
        assert listing(archive.root / "originals") == []
        assert "(3)" in archive.repairs[0]


def test_a_folder_an_outcome_names_is_never_swept(tmp_path: Path) -> None:
    source = SourceFile(path="/a.pdf", sha256="ab" * 32, bytes=1)
    name = folder_name("ab" * 32, "cd" * 32)
    with Archive.open(tmp_path / "A") as archive:
        received = ManifestLine(event="received", source=source, settings="cd" * 32)
        files = write_document(archive.root, name, {"text.txt": b""})
        outcome = ManifestLine(
            event="outcome", source=source, status="partial", category="timeout", message="m", document=name,
            files=files, settings="cd" * 32,
        )
        archive.append(received, outcome, received)
    with Archive.open(tmp_path / "A") as archive:
        assert archive.repairs == () and listing(archive.root / "documents") == [name]


def test_equal_prefixes_of_unequal_hashes_are_refused(tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"content")
    with Archive.open(tmp_path / "A") as archive:
        taken = archive.take(scan)
        taken.discard()
        forged = taken.sha256[:16] + "0" * 48
        archive.append(ManifestLine(event="received", source=SourceFile(path="/other", sha256=forged)))
        with pytest.raises(InputError, match="first 16 digits"):
            archive.take(scan)
        assert listing(archive.root / "originals") == []


def test_an_archive_that_cannot_be_written(tmp_path: Path) -> None:
    """As another user, for permissions do not bind root."""
    Archive.open(tmp_path / "A").close()
    (tmp_path / "A" / ".lock").chmod(0o444)
    drop = "os.setgid(65534); os.setuid(65534); " if os.geteuid() == 0 else ""
    code = f"import os, sys; from dau.archive.store import Archive; {drop}Archive.open(sys.argv[1])"
    for parent in (tmp_path, *tmp_path.parents):
        if parent.name.startswith(("pytest-", "test_")):  # pytest's own folders only
            parent.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "A")], capture_output=True, text=True, env=environment(),
        check=False,
    )
    assert "ArchiveUnusable" in done.stderr and "Check owner and permissions" in done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "failed"},
        {"status": "failed", "category": "input", "message": ""},
        {"status": "partial", "category": "timeout", "message": "m"},
        {"status": "success", "document": "d"},
        {"status": "success", "document": "d", "files": {"f": "0"}, "pages": {1: "success", 2: "failed"}},
    ],
)
def test_outcomes_that_say_less_than_they_must(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="outcome"):
        Outcome(**wrong)  # type: ignore[arg-type]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
