"""An inbox watched: what is whole is converted once and moved away, what is not is left alone, killed or not."""

from __future__ import annotations

import errno
import os
import signal
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from conversions import plain
from inboxes import Bench, Rounds, never, until, watching

from dau.archive.failures import ArchiveFull
from dau.archive.outcome import Outcome, Task
from dau.archive.paths import path_of
from dau.archive.store import Archive
from dau.batch import Event, Finished, outbox
from dau.batch.inbox import Inbox, open_for_writing
from dau.batch.watch import Moved
from dau.document.errors import InputError


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


# -- what happens to what arrives ------------------------------------------------------------------------------


def test_each_goes_where_its_outcome_says_with_its_folders(bench: Bench) -> None:
    bench.put("a.txt", "good")
    bench.put("phòng A/2021/b.txt", "also good")
    bench.put("phòng A/c.txt", "refuse")
    summary = bench.watch()
    files = bench.files()
    note = files.pop("failed/phòng A/c.txt.txt")
    assert files == {"done/a.txt": "good", "done/phòng A/2021/b.txt": "also good", "failed/phòng A/c.txt": "refuse"}
    assert "The file is empty. Scan it again." in note and "c.txt" in note
    assert summary.statuses == {"success": 2, "failed": 1}
    assert bench.problems() == []


def test_a_partial_document_is_not_called_done(bench: Bench) -> None:
    def partial(task: Task) -> Outcome:
        return replace(plain(task), status="partial", category="timeout", message="Trang 2 quá lâu.",
                       pages={1: "success", 2: "failed"})  # fmt: skip

    bench.put("a.txt", "two pages")
    bench.watch(convert=partial)
    assert set(bench.files()) == {"failed/a.txt", "failed/a.txt.txt"}
    assert "một phần" in bench.files()["failed/a.txt.txt"]


def test_nothing_is_ever_overwritten(bench: Bench) -> None:
    for text in ("one", "two", "three", "refuse me", "refuse me too"):
        bench.put("a.pdf.txt", text)
        bench.watch()
    files = bench.files()
    assert [files[f"done/a.pdf{n}.txt"] for n in ("", " (2)", " (3)")] == ["one", "two", "three"]
    assert [files[f"failed/a.pdf{n}.txt"] for n in ("", " (2)")] == ["refuse me", "refuse me too"]
    assert len([name for name in files if name.endswith(".txt.txt")]) == 2
    assert bench.problems() == []


def test_the_same_content_is_converted_once_and_each_has_its_outcome(bench: Bench) -> None:
    calls: list[str] = []

    def count(task: Task) -> Outcome:
        calls.append(task.filename)
        return plain(task)

    for name in ("a.txt", "b.txt", "sub/c.txt"):
        bench.put(name, "the same")
    bench.watch(convert=count)
    bench.put("later.txt", "the same")
    bench.watch(convert=count)
    assert calls == ["a.txt"]
    assert sorted(bench.outcomes()) == [(name, "success") for name in ("a.txt", "b.txt", "later.txt", "sub/c.txt")]
    assert set(bench.files()) == {"done/a.txt", "done/b.txt", "done/later.txt", "done/sub/c.txt"}
    assert bench.problems() == []


def test_the_same_file_put_in_once_more_is_moved_without_converting(bench: Bench) -> None:
    bench.put("a.txt", "text")
    bench.watch()
    bench.put("a.txt", "text")
    bench.watch(convert=never)
    assert set(bench.files()) == {"done/a.txt", "done/a (2).txt"}
    assert len(bench.outcomes()) == 1


def test_a_failed_file_put_back_is_tried_again(bench: Bench) -> None:
    os.utime(bench.put("a.txt", "refuse"), (1_700_000_000, 1_700_000_000))
    bench.watch()
    time.sleep(0.02)  # the clock of the file system
    (bench.inbox / "failed" / "a.txt").rename(bench.inbox / "a.txt")
    (bench.inbox / "failed" / "a.txt.txt").rename(bench.inbox / "a.txt.txt")
    bench.watch(convert=plain)
    assert [status for _, status in bench.outcomes()] == ["failed", "success"]
    assert set(bench.files()) == {"a.txt.txt", "done/a.txt"}, "the note about it is no input"
    assert bench.problems() == []


def test_a_copy_of_a_failed_file_put_back_is_tried_again_too(bench: Bench) -> None:
    for name in ("a.txt", "b.txt"):
        os.utime(bench.put(name, "refuse"), (1_700_000_000, 1_700_000_000))
    bench.watch()
    time.sleep(0.02)
    (bench.inbox / "failed" / "b.txt").rename(bench.inbox / "b.txt")
    bench.watch(convert=plain)
    assert sorted(bench.outcomes()) == [("a.txt", "failed"), ("b.txt", "failed"), ("b.txt", "success")]
    assert (bench.inbox / "done" / "b.txt").exists() and bench.problems() == []


def test_kept_inputs_stay_and_are_not_looked_at_again(bench: Bench) -> None:
    bench.put("a.txt", "good")
    bench.put("b.txt", "refuse")
    bench.watch(3, keep=True)
    assert set(bench.files()) == {"a.txt", "b.txt"}
    bench.watch(3, convert=never, keep=True)
    assert sorted(bench.outcomes()) == [("a.txt", "success"), ("b.txt", "failed")]
    bench.watch(Rounds(4, lambda turn: bench.put("a.txt", "otherwise") and None if turn == 2 else None), keep=True,
                originals="copy")  # fmt: skip
    assert sorted(bench.outcomes()) == [("a.txt", "success"), ("a.txt", "success"), ("b.txt", "failed")]


NAMES = {
    "non-UTF-8": os.fsdecode(b"qu\xffy\xeat.txt"),
    "NFD": unicodedata.normalize("NFD", "quyết định.txt"),
    "newline and quotes": "a\n\"'$(x).txt",
    "as long as a name may be": "ư" * 125 + "z.txt",
    "spaces": " a .txt",
    "upper case": "SCAN.TXT",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("text", ["good", "refuse"])
def test_any_name(bench: Bench, name: str, text: str) -> None:
    for _ in range(2):
        bench.put(name, text)
        bench.watch()
    assert not (bench.inbox / name).exists()
    assert sorted(bench.files().values()).count(text) == 2 and bench.warnings() == []
    assert bench.problems() == []


# -- what is left alone ----------------------------------------------------------------------------------------


def test_a_file_that_grows_is_left_until_it_rests(bench: Bench) -> None:
    path = bench.put("a.txt", "first half, ")
    grown = 0

    def grow(turn: int) -> None:
        nonlocal grown
        if grown < 5:
            with path.open("a") as file:
                file.write(f"{turn} ")
            grown += 1
        time.sleep(0.03)

    bench.watch(Rounds(14, grow), settle=0.1, convert=plain)
    assert bench.outcomes() == [("a.txt", "success")]
    assert bench.files() == {"done/a.txt": "first half, 1 2 3 4 5 "}


def test_a_file_open_for_writing_is_left_however_long_it_rests(bench: Bench) -> None:
    path = bench.put("a.txt", "a writer that pauses")
    with path.open("a"):
        if not open_for_writing(str(path)):
            pytest.skip("this file system gives no leases")
        bench.watch(4)
        assert bench.files() == {"a.txt": "a writer that pauses"}
    with path.open():  # a reader is no hindrance
        assert not open_for_writing(str(path))
        bench.watch()
    assert set(bench.files()) == {"done/a.txt"}


def test_unfinished_hidden_and_other_files(bench: Bench) -> None:
    names = ["a.pdf.part", "b.tmp", "c.txt.crdownload", ".hidden.pdf", ".sync/d.pdf", "e.docx", "f"]
    for name in names:
        bench.put(name, name)
    bench.watch(4, convert=never)
    assert sorted(bench.files()) == sorted(names) and bench.outcomes() == []
    assert len(bench.warnings()) == 2, "e.docx and f, each told once"


def test_links_are_not_followed(bench: Bench, tmp_path: Path) -> None:
    secret = tmp_path / "elsewhere"
    secret.mkdir()
    (secret / "secret.txt").write_text("secret", encoding="utf-8")
    (bench.inbox / "link.txt").symlink_to(secret / "secret.txt")
    (bench.inbox / "folder").symlink_to(secret)
    (bench.inbox / "nowhere.txt").symlink_to("gone")
    bench.watch(4, convert=never)
    assert bench.outcomes() == [] and len(bench.warnings()) == 3
    assert (secret / "secret.txt").read_text(encoding="utf-8") == "secret"


def test_nothing_is_moved_out_of_the_inbox_by_a_link(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (bench.inbox / "done").symlink_to(tmp_path / "elsewhere")
    bench.put("a.txt", "text")
    bench.watch(4)
    assert "a.txt" in bench.files() and list((tmp_path / "elsewhere").iterdir()) == []
    assert len(bench.outcomes()) == 1 and len([w for w in bench.warnings() if "cannot be moved" in w]) == 1


def test_what_is_no_file_is_told_once(bench: Bench) -> None:
    os.mkfifo(bench.inbox / "pipe.txt")
    bench.watch(4)
    assert bench.outcomes() == [("pipe.txt", "failed")]
    assert (bench.inbox / "failed" / "pipe.txt.txt").exists()


@contextmanager
def without_privileges(folder: Path) -> Iterator[None]:
    """As somebody who may not read everything: where the tests run as root, as nobody, who is given the folder."""
    if os.geteuid() != 0:
        yield
        return
    nobody = 65534
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody, nobody)
    os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("keep", [False, True])
def test_an_unreadable_file_is_told_once(keep: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.put("a.txt", "secret").chmod(0)
        with without_privileges(Path(folder)):
            bench.watch(5, keep=keep)
            bench.watch(5, keep=keep)
            assert bench.outcomes() == [("a.txt", "failed")]
        assert (bench.inbox / ("a.txt" if keep else "failed/a.txt")).exists()


def test_a_link_put_in_the_place_of_a_file_is_not_followed(bench: Bench, tmp_path: Path) -> None:
    """Between the look at the inbox and the conversion."""
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    bench.put("a.txt", "first")
    last = bench.put("b.txt", "a file that proved steady")

    def swap(task: Task) -> Outcome:
        last.unlink()
        last.symlink_to(tmp_path / "secret.txt")
        return plain(task)

    bench.watch(convert=swap)
    assert bench.outcomes() == [("a.txt", "success"), ("b.txt", "failed")]
    assert not any(b"secret" in path.read_bytes() for path in bench.out.glob("originals/*"))


def test_a_file_that_cannot_be_moved_is_told_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    bench.put("a.txt", "text")
    monkeypatch.setattr(outbox, "_rename", refuse)
    bench.watch(5)
    assert len(bench.outcomes()) == 1 and len(bench.warnings()) == 1
    assert set(bench.files()) == {"a.txt"}


def test_without_a_rename_that_refuses_to_overwrite(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on network shares."""
    monkeypatch.setattr(outbox, "_renameat2", lambda: lambda *_: (__import__("ctypes").set_errno(errno.EINVAL), -1)[1])
    for text in ("one", "two"):
        bench.put("a.txt", text)
        bench.watch()
    assert bench.files() == {"done/a.txt": "one", "done/a (2).txt": "two"}


def test_a_file_that_changes_while_it_is_converted_stays(bench: Bench) -> None:
    def scribble(task: Task) -> Outcome:
        if task.path.read_bytes() == b"one":
            path_of(task.source).write_text("two!", encoding="utf-8")
        return plain(task)

    bench.put("a.txt", "one")
    bench.watch(4, convert=scribble, originals="none")
    assert [status for _, status in bench.outcomes()] == ["failed", "success"]
    assert bench.files() == {"done/a.txt": "two!"}


def test_an_inbox_that_goes_away_and_comes_back(bench: Bench) -> None:
    aside = bench.inbox.with_name("aside")

    def unmount(turn: int) -> None:
        if turn == 2:
            bench.inbox.rename(aside)
        elif turn == 5:
            aside.rename(bench.inbox)
            bench.put("b.txt", "b")

    bench.put("a.txt", "a")
    bench.watch(Rounds(8, unmount))
    assert set(bench.files()) == {"done/a.txt", "done/b.txt"}
    assert len(bench.warnings()) == 1


# -- archives --------------------------------------------------------------------------------------------------


def test_the_archive_is_free_between_rounds_and_waited_for(bench: Bench) -> None:
    held: list[Archive] = []

    def between(turn: int) -> None:
        if turn == 1:
            held.append(Archive.open(bench.out))
            bench.put("a.txt", "text")
        elif turn == 4:
            assert set(bench.files()) == {"a.txt"}
            held[0].close()

    bench.watch(Rounds(6, between))
    assert set(bench.files()) == {"done/a.txt"}
    assert len([text for text in bench.warnings() if "in use" in text]) == 1


def test_a_full_disk_ends_it_and_files_wait(bench: Bench) -> None:
    bench.put("a.txt", "text")
    with pytest.raises(ArchiveFull):
        bench.watch(free_space=1 << 60)
    assert set(bench.files()) == {"a.txt"} and bench.outcomes() == []
    bench.watch()
    assert set(bench.files()) == {"done/a.txt"} and bench.problems() == []


def test_one_watcher_an_inbox(bench: Bench) -> None:
    box = Inbox(bench.inbox, 0, print)
    with pytest.raises(InputError, match="watched already"):
        bench.watch()
    box.close()
    bench.watch()


def test_archive_and_inbox_may_lie_in_one_another_one_way_only(bench: Bench) -> None:
    bench.out = bench.inbox / "A"
    bench.put("a.txt", "text")
    bench.watch(3)
    assert bench.outcomes() == [("a.txt", "success")]
    bench.inbox = bench.out / "documents"
    with pytest.raises(InputError, match="lies in the archive"):
        bench.watch()


def test_once_processes_what_is_there_and_ends(bench: Bench) -> None:
    for number in range(7):
        bench.put(f"{number}.txt", f"text {number}")
    open_file = bench.put("open.txt", "half").open("a")
    with open_file:
        told = open_for_writing(str(bench.inbox / "open.txt"))
        summary = bench.watch(99, once=True, most=3)
    assert summary.statuses["success"] == (7 if told else 8)
    assert not told or any("still being written" in text for text in bench.warnings())
    assert bench.problems() == []


def test_asked_to_stop_it_finishes_what_is_in_hand_and_takes_up_no_more(bench: Bench) -> None:
    stop = Rounds(99)
    for number in range(5):
        bench.put(f"{number}.txt", f"text {number}")

    def hook(event: Event | Moved) -> None:
        stop.asked = stop.asked or isinstance(event, Finished)

    assert bench.watch(stop, hook=hook).statuses == {"success": 1}
    assert sorted(bench.files()) == ["1.txt", "2.txt", "3.txt", "4.txt", "done/0.txt"]
    assert bench.problems() == []
    assert bench.watch().statuses == {"success": 4}


# -- kills -----------------------------------------------------------------------------------------------------

def test_killed_again_and_again_nothing_is_lost_and_nothing_twice(bench: Bench) -> None:
    """kill -9 after ever more moves and outcomes; files keep arriving."""
    names = [f"{n // 5}/{n:02d}.txt" for n in range(32)]
    texts = {name: ("refuse " if name.endswith("7.txt") else "") + f"text {name}" for name in names}
    manifest = bench.out / "manifest.jsonl"

    def lines() -> int:
        return manifest.read_bytes().count(b"\n") if manifest.exists() else 0

    for turn in range(4):
        for name in names[turn * 8 : turn * 8 + 8]:
            bench.put(name, texts[name])
        with watching(bench) as process:
            wanted = lines() + 3 * turn + 2
            until(lambda wanted=wanted: lines() >= wanted, process)  # type: ignore[misc]
            os.killpg(process.pid, signal.SIGKILL)
    bench.watch(99, once=True)
    moved = {name.split("/", 1)[1]: text for name, text in bench.files().items() if not name.endswith(".txt.txt")}
    assert moved == texts
    assert sorted(name for name, _ in bench.outcomes()) == sorted(names)
    assert len([name for name in bench.files() if name.endswith(".txt.txt")]) == 3
    assert bench.problems() == []


@pytest.mark.parametrize(("step", "text"), [("_write", "refuse"), ("_rename", "refuse"), ("_rename", "good")])
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_the_move(bench: Bench, step: str, text: str, after: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before and after the note and the rename: one outcome, one file, one note."""

    class Killed(BaseException):
        pass

    inner = getattr(outbox, step)

    def killed(*args: object) -> None:
        if after:
            inner(*args)
        raise Killed

    bench.put("a.txt", text)
    monkeypatch.setattr(outbox, step, killed)
    with pytest.raises(Killed):
        bench.watch()
    monkeypatch.setattr(outbox, step, inner)
    bench.watch(convert=never)
    assert set(bench.files()) == ({"done/a.txt"} if text == "good" else {"failed/a.txt", "failed/a.txt.txt"})
    assert len(bench.outcomes()) == 1
    assert bench.problems() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait_at_once(bench: Bench, number: signal.Signals) -> None:
    with watching(bench, interval=600) as process:
        until((bench.out / "manifest.jsonl").exists, process)
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(number)
        assert process.wait(10) == 0 and time.monotonic() - began < 5


def test_a_signal_lets_the_document_in_hand_finish(bench: Bench) -> None:
    bench.put("a.txt", "slow 1.0")
    bench.put("b.txt", "slow 1.1")
    manifest = bench.out / "manifest.jsonl"
    with watching(bench) as process:
        until(lambda: manifest.exists() and b"received" in manifest.read_bytes(), process)
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, b"1\n"), errors
    assert bench.outcomes() == [("a.txt", "success")] and sorted(bench.files()) == ["b.txt", "done/a.txt"]
    assert bench.problems() == []


def test_a_second_signal_ends_it_at_once(bench: Bench) -> None:
    bench.put("a.txt", "hang")
    manifest = bench.out / "manifest.jsonl"
    with watching(bench, runner="batch.Pool(1)") as process:
        until(lambda: manifest.exists() and b"received" in manifest.read_bytes(), process)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert process.returncode != 0 and bench.outcomes() == []
    bench.watch(convert=plain)
    assert bench.outcomes() == [("a.txt", "success")]
    assert bench.problems() == []


def test_memory_is_bounded_by_what_lies_there(bench: Bench) -> None:
    box = Inbox(bench.inbox, 0, print)
    for number in range(50):
        bench.put(f"{number}.docx", "")
        bench.put(f"{number}.txt", "")
    assert len(box.ready(10)) == 10
    for path in bench.inbox.iterdir():
        path.unlink()
    assert box.ready(10) == [] and not box._seen and not box._told
    box.close()
