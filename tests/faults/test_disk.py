"""A disk that is full, or may not be written: nothing half-written, and the run goes on when there is room."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conversions import plain
from desk import Desk

from dau.archive.failures import ArchiveFull, ArchiveUnusable
from dau.archive.verify import verify
from dau.batch import Pool, Runner, Serial


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB in memory; only root can mount one."""
    path = tmp_path / "disk"
    path.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path], capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield path
    subprocess.run(["umount", "-l", path], check=True)


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
