"""A disk that is full, or may not be written: nothing half-written, and the run goes on when there is room."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conversions import plain
from desk import Desk
from tests.disks import small_disk_at

from dau.archive.failures import ArchiveFull, ArchiveUnusable
from dau.archive.manifest import Entry, read
from dau.archive.verify import verify
from dau.batch import Pool, Runner, Serial
from dau.cli.app import exit_code
from dau.training.benchmark_soak import LIGHT, page_image


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB in memory."""
    with small_disk_at(tmp_path / "disk", "1m") as path:
        yield path


def remount(path: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", path], check=True)


@pytest.mark.parametrize("runner", [Serial(), Pool(2)])
def test_full_and_then_room_again(desk: Desk, small_disk: Path, runner: Runner) -> None:
    desk.archive = small_disk / "A"
    for number in range(8):
        desk.put(f"{number}.txt", f"{number}" * 60_000)
    with pytest.raises(ArchiveFull, match="no room left") as caught:
        desk.run(convert=plain, runner=runner, originals="copy")
    assert "Make room" in str(caught.value)
    done = sum(1 for _ in (desk.archive / "documents").glob("[0-9a-f]*"))
    assert 0 < done < 8
    assert {found.split()[0] for found in desk.problems()} <= {"outcome_missing", "leftover"}
    assert not list(desk.archive.glob("documents/.tmp-*")) or isinstance(runner, Pool), "a killed worker may leave one"
    with pytest.raises(ArchiveFull):
        desk.run(convert=plain, runner=runner, originals="copy")

    remount(small_disk, "size=16m")
    summary = desk.run(convert=plain, runner=runner, originals="copy")
    assert summary.statuses["failed"] == summary.skipped["failed"] == 0
    assert summary.statuses + summary.skipped == {"success": 8}
    assert desk.problems() == []


def test_at_every_size_of_the_disk(tmp_path: Path, small_disk: Path) -> None:
    """Room ends at another write each time: in the original, in a page, in the manifest."""
    stopped = 0
    for kib in range(24, 140, 4):
        (tmp_path / str(kib)).mkdir()
        desk = Desk(tmp_path / str(kib))
        desk.archive = small_disk / "A"
        for number in range(3):
            desk.put(f"{number}.txt", f"{number}" * 9000)
        remount(small_disk, f"size={kib}k")
        try:
            desk.run(originals="copy")
        except ArchiveFull:
            stopped += 1
        remount(small_disk, "size=4m")
        summary = desk.run(originals="copy")
        assert summary.statuses + summary.skipped == {"success": 3}, kib
        assert desk.problems() == []
        desk.archive.rename(small_disk / f"done-{kib}")
        subprocess.run(["rm", "-r", small_disk / f"done-{kib}"], check=True)
    assert 5 < stopped < 29


def test_a_disk_that_may_not_be_written(desk: Desk, small_disk: Path) -> None:
    desk.archive = small_disk / "A"
    desk.put("a.txt", "a")
    desk.run()
    remount(small_disk, "ro")
    with pytest.raises(ArchiveUnusable, match="read-only") as caught:
        desk.run()
    assert "mounted read-only" in str(caught.value)
    assert list(verify(desk.archive)) == [], "it can still be proven"
    remount(small_disk, "rw")
    assert desk.run().skipped == {"success": 1}


def test_a_limit_on_the_size_of_files(desk: Desk) -> None:
    """As a quota does it, and without being root: the manifest cannot grow beyond it."""
    for number in range(6):
        desk.put(f"{number}.txt", f"{number}" * 100)
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2500, 2500))
        try:
            desk.run()
        except ArchiveFull as error:
            os._exit(7 if "Make room" in str(error) else 8)
        finally:
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert {found.split()[0] for found in desk.problems()} <= {"outcome_missing", "leftover"}
    summary = desk.run()
    assert summary.statuses + summary.skipped == {"success": 6} and summary.skipped["success"] > 0
    assert desk.problems() == []


@pytest.mark.slow
def test_no_room_for_temporary_files(tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs the documents that need them, with advice; text needs none. With room again they are made good."""
    (tmp_path / "in").mkdir()
    page_image(1).save(tmp_path / "in" / "scan.png", dpi=(200, 200))
    (tmp_path / "in" / "good.txt").write_text("Số: 12/KH-UBND\nVăn bản này không có lỗi.\n", encoding="utf-8")
    (tmp_path / "settings.toml").write_text(LIGHT.format(pdf="true"), encoding="utf-8")
    command = ["run", str(tmp_path / "in"), "--out", str(tmp_path / "A"), "--runner", "serial", "--quiet"]
    command += ["--settings", str(tmp_path / "settings.toml")]
    (small_disk / "filler").write_bytes(b"x" * ((1 << 20) - 8192))
    with monkeypatch.context() as full:
        full.setattr("tempfile.tempdir", str(small_disk))
        assert exit_code(command) == 1
    outcomes = [entry.line for entry in read(tmp_path / "A" / "manifest.jsonl") if isinstance(entry, Entry)]
    found = {Path(line.source.path).name: line for line in outcomes if line.event == "outcome"}
    assert found["good.txt"].status == "success"
    assert found["scan.png"].category == "capacity", found["scan.png"]
    assert f"no room left for temporary files in {small_disk}" in (found["scan.png"].message or "")
    assert list(verify(tmp_path / "A")) == []
    assert exit_code([*command, "--retry-failed"]) == 0
    assert list(verify(tmp_path / "A")) == []
