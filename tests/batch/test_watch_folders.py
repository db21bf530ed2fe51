"""Folders that are one document in a watched inbox: taken when they are whole, moved as a whole, waited for, or failed
with the reason; what lies in them beside their pages is neither lost nor carried off undone."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conversions import obedient, plain
from inboxes import Bench, Rounds, never, until, watching

from dau.archive.outcome import Outcome, Task
from dau.archive.store import Archive
from dau.batch import Limits, outbox
from dau.batch.inbox import Inbox, open_for_writing
from dau.batch.look import in_transfer
from dau.document.errors import InputError
from dau.scan.bundle import checksums

NAMED = 'pages = ["2.jpg", "1.jpg"]\n'


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def fill(bench: Bench, folder: str, toml: str | None = NAMED, pages: int = 2, text: str = "page") -> Path:
    for number in range(1, pages + 1):
        bench.put(f"{folder}/{number}.jpg", f"{text} {number} of it")
    if toml is not None:
        bench.put(f"{folder}/document.toml", toml)
    return bench.inbox / folder


def refuses(task: Task) -> Outcome:
    return Outcome.failed(InputError("The pages are upside down.", "Turn them."))


def there(bench: Bench) -> set[str]:
    """Files in the inbox, without the folders of each."""
    return set(bench.files())


def of_folder(folder: str, *more: str) -> set[str]:
    return {f"{folder}/{name}" for name in ("1.jpg", "2.jpg", "document.toml", *more)}


# -- whole --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("toml", "pages"), [(NAMED, 2), ("", 3), ('title = "Quyết định 12.2021"', 2)])
def test_it_is_one_document_and_goes_away_as_a_whole(bench: Bench, toml: str, pages: int) -> None:
    fill(bench, "phòng A/hồ sơ 7", toml, pages)
    bench.put("phòng A/hồ sơ 7/scanner.log", "what came with it")
    bench.put("phòng A/hồ sơ 7/.DS_Store", "hidden")
    before = {name.removeprefix("phòng A/"): text for name, text in bench.files().items()}
    bench.watch()
    assert bench.outcomes() == [("phòng A/hồ sơ 7", "success")]
    assert {name.removeprefix("done/phòng A/"): text for name, text in bench.files().items()} == before
    assert not (bench.inbox / "phòng A" / "hồ sơ 7").exists()
    (original,) = (bench.out / "originals").iterdir()
    assert len(checksums(original)) == pages
    assert bench.problems() == [] and bench.warnings() == []


def test_a_failure_goes_to_failed_with_its_reason_and_put_back_it_is_tried_again(bench: Bench) -> None:
    fill(bench, "hồ sơ 12.2021")
    bench.watch(convert=refuses)
    note = bench.files()["failed/hồ sơ 12.2021.document.txt"]
    assert "thư mục" in note and "The pages are upside down. Turn them." in note
    assert there(bench) == {*of_folder("failed/hồ sơ 12.2021"), "failed/hồ sơ 12.2021.document.txt"}
    time.sleep(0.02)  # the clock of the file system
    for name in ("hồ sơ 12.2021", "hồ sơ 12.2021.document.txt"):
        (bench.inbox / "failed" / name).rename(bench.inbox / name)
    bench.watch()
    assert [status for _, status in bench.outcomes()] == ["failed", "success"]
    assert there(bench) == {*of_folder("done/hồ sơ 12.2021"), "hồ sơ 12.2021.document.txt"}, "the note is no input"
    assert bench.problems() == []


def test_in_part_is_not_done(bench: Bench) -> None:
    def partial(task: Task) -> Outcome:
        return replace(plain(task), status="partial", category="timeout", message="Trang 2 quá lâu.",
                       pages={1: "success", 2: "failed"})  # fmt: skip

    fill(bench, "F")
    bench.watch(convert=partial)
    assert there(bench) == {*of_folder("failed/F"), "failed/F.document.txt"}
    assert "một phần thư mục" in bench.files()["failed/F.document.txt"]


def test_equal_content_is_converted_once_and_each_has_its_outcome(bench: Bench) -> None:
    calls: list[str] = []

    def count(task: Task) -> Outcome:
        calls.append(task.filename)
        return plain(task)

    for folder in ("A", "B"):
        fill(bench, folder)
    bench.watch(convert=count)
    fill(bench, "C")
    bench.watch(convert=count)
    fill(bench, "A")
    bench.watch(convert=count)
    assert calls == ["A"]
    assert sorted(bench.outcomes()) == [("A", "success"), ("B", "success"), ("C", "success")]
    assert there(bench) == {name for folder in ("A", "A (2)", "B", "C") for name in of_folder(f"done/{folder}")}
    assert bench.problems() == []


def test_kept_where_it_is(bench: Bench) -> None:
    fill(bench, "F")
    bench.put("F/letter.txt", "an input of its own")
    bench.watch(3, keep=True)
    bench.watch(3, keep=True, convert=never)
    assert sorted(bench.outcomes()) == [("F", "success"), ("F/letter.txt", "success")]
    bench.watch(Rounds(5, lambda turn: bench.put("F/2.jpg", "otherwise") and None if turn == 2 else None), keep=True)
    assert [name for name, _ in bench.outcomes()].count("F") == 2
    assert there(bench) == of_folder("F", "letter.txt")


NAMES = {
    "non-UTF-8": os.fsdecode(b"qu\xffy\xeat"),
    "NFD": unicodedata.normalize("NFD", "quyết định"),
    "newline and quotes": "a\n\"'$(x)",
    "as long as a name may be": "ư" * 127,
    "as if it were a file": "a.pdf",
    "a pattern": "[a-z]*",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("convert", [plain, refuses])
def test_any_name(bench: Bench, name: str, convert: Callable[[Task], Outcome]) -> None:
    for _ in range(2):
        fill(bench, name)
        bench.watch(convert=convert)
    assert [path.name for path in bench.inbox.iterdir()] in (["done"], ["failed"])
    assert len([path for path in there(bench) if path.endswith("document.toml")]) == 2
    assert bench.warnings() == [] and bench.problems() == []


# -- not yet whole ------------------------------------------------------------------------------------------------


def test_a_page_that_is_named_is_waited_for(bench: Bench) -> None:
    fill(bench, "F", 'pages = ["1.jpg", "2.jpg", "3.jpg"]')

    def come(turn: int) -> None:
        if turn == 5:
            assert bench.outcomes() == []
            bench.put("F/3.jpg", "the last page")

    bench.watch(Rounds(8, come))
    assert bench.outcomes() == [("F", "success")] and there(bench) == of_folder("done/F", "3.jpg")
    (warning,) = bench.warnings()
    assert "F is one document and waits: 1 of 3 page images" in warning and "“3.jpg”" in warning


WRONG = {
    "not TOML": ("pages = [", "is no TOML"),
    "an unknown key": ('page = ["1.jpg"]', "the key “page” is unknown"),
    "a page that never comes": ('pages = ["1.jpg", "9.jpg"]', "“9.jpg”"),
    "a page elsewhere": ('pages = ["../secret.jpg"]', "does not lie in this folder"),
    "no image": ('pages = ["letter.docx"]', "is no image"),
    "bytes": ("\udcff\udcfe", "is no TOML in UTF-8"),
}


@pytest.mark.parametrize(("toml", "reason"), WRONG.values(), ids=WRONG)
def test_what_does_not_come_right_fails_after_a_while(bench: Bench, toml: str, reason: str) -> None:
    folder = fill(bench, "F", "")
    (folder / "document.toml").write_bytes(toml.encode("utf-8", "surrogateescape"))
    bench.watch(Rounds(6, lambda turn: time.sleep(0.01)), convert=never)
    assert bench.outcomes() == [] and there(bench) == of_folder("F") and len(bench.warnings()) == 1
    bench.watch(Rounds(12, lambda turn: time.sleep(0.02)), convert=never, patience=0.1)
    assert bench.outcomes() == [("F", "failed")]
    assert there(bench) == {*of_folder("failed/F"), "failed/F.document.txt"}
    assert reason in bench.files()["failed/F.document.txt"]
    (bench.inbox / "failed" / "F").rename(bench.inbox / "F")
    bench.put("F/document.toml", "")
    bench.watch(patience=0)
    assert bench.outcomes()[1:] == [("F", "success")] and of_folder("done/F") <= there(bench)
    assert bench.problems() == []


def test_patience_begins_anew_with_each_file_that_comes(bench: Bench) -> None:
    fill(bench, "F", 'pages = ["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"]')

    def come(turn: int) -> None:
        time.sleep(0.12)
        if turn in (1, 2, 3):
            bench.put(f"F/{turn + 2}.jpg", f"page {turn + 2}")

    bench.watch(Rounds(7, come), patience=0.3)
    assert bench.outcomes() == [("F", "success")]


def test_no_images_at_all(bench: Bench) -> None:
    bench.put("F/document.toml", "")
    bench.watch(4)
    assert there(bench) == {"F/document.toml"}
    bench.watch(4, patience=0)
    assert "holds no images" in bench.files()["failed/F.document.txt"]


@pytest.mark.parametrize("name", ["3.jpg.part", ".3.jpg.x7Kq2B", "3.JPG.FILEPART", "below/4.pdf.tmp"])
def test_a_file_in_transfer_keeps_it_where_it_is(bench: Bench, name: str) -> None:
    """However long: without its pages it would be another document."""
    fill(bench, "F", "")
    transfer = bench.put(f"F/{name}", "half of page 3")
    bench.watch(4, convert=never, patience=0)
    assert bench.outcomes() == [] and len(bench.warnings()) == 1 and name.rpartition("/")[2] in bench.warnings()[0]
    transfer.rename(bench.inbox / "F" / "3.jpg")
    bench.watch(3)
    assert bench.outcomes() == [("F", "success")] and there(bench) == of_folder("done/F", "3.jpg")


@pytest.mark.parametrize(("name", "expected"), [
    ("a.pdf.part", True), (".a.pdf.x7Kq2B", True), (".document.toml.aB3dE6", True), ("A.TMP", True),
    (".rsync-partial", True), (".~tmp~", True), ("a.pdf", False), (".DS_Store", False), ("document.toml~", False),
    (".a.pdf", False), ("._1.jpg", False), (".config.backup", False), (".a.pdf.toolong1", False),
])  # fmt: skip
def test_names_of_files_in_transfer(name: str, expected: bool) -> None:
    assert in_transfer(name) is expected


def test_a_page_that_grows_or_is_open_is_waited_for(bench: Bench) -> None:
    folder = fill(bench, "F")
    with (folder / "2.jpg").open("a") as page:
        if not open_for_writing(str(folder / "2.jpg")):
            pytest.skip("this file system gives no leases")
        bench.watch(4, convert=never)
        page.write(" written on")
    bench.watch()
    assert bench.outcomes() == [("F", "success")] and bench.files()["done/F/2.jpg"].endswith("written on")


def test_images_that_come_before_their_declaration_are_no_documents(bench: Bench) -> None:
    """As `cp -r` copies them: in the order of their names, document.toml last."""
    def copy(turn: int) -> None:
        if turn <= 8:
            bench.put(f"F/{turn}.jpg", f"page {turn}")
        elif turn == 9:
            bench.put("F/document.toml", "")
        time.sleep(0.05)

    bench.watch(Rounds(16, copy), settle=0.15)
    assert bench.outcomes() == [("F", "success")]
    assert len(there(bench)) == 9 and all(name.startswith("done/F/") for name in there(bench))


def test_images_of_an_ordinary_folder_wait_for_one_another_only_so_long(bench: Bench) -> None:
    def scan(turn: int) -> None:
        bench.put(f"phòng A/{turn:02}.jpg", f"page {turn}")
        bench.put(f"{turn:02}.jpg", f"not in a folder {turn}")
        time.sleep(0.05)

    bench.watch(Rounds(10, scan), settle=0.08, patience=0.3)
    done = [name for name, _ in bench.outcomes()]
    assert "phòng A/01.jpg" in done and len([name for name in done if "/" not in name]) >= 6


def test_once_says_what_it_waits_for_and_leaves_it(bench: Bench) -> None:
    fill(bench, "F", 'pages = ["1.jpg", "3.jpg"]')
    fill(bench, "G")
    bench.put("a.txt", "text")
    summary = bench.watch(99, once=True)
    assert sorted(bench.outcomes()) == [("G", "success"), ("a.txt", "success")] and summary.total == 2
    assert of_folder("F") < there(bench)
    assert any("“3.jpg”" in text for text in bench.warnings())
    assert any("1 files or folders are still being written" in text for text in bench.warnings())


# -- what else lies in it -----------------------------------------------------------------------------------------


def test_other_inputs_in_it_come_first_and_none_is_carried_off(bench: Bench) -> None:
    fill(bench, "F")
    fill(bench, "F/below/G", "", text="another document")
    bench.put("F/letter.txt", "an input of its own")
    bench.put("F/below/note.txt", "another")
    bench.put("F/3.jpg", "an image that is no page of it")
    bench.watch(99, once=True)
    outcomes = [name for name, _ in bench.outcomes()]
    assert sorted(outcomes) == ["F", "F/3.jpg", "F/below/G", "F/below/note.txt", "F/letter.txt"]
    assert outcomes[-1] == "F"
    others = {"done/F/letter.txt", "done/F/below/note.txt", "done/F/3.jpg"}
    assert there(bench) == others | of_folder("done/F/below/G") | of_folder("done/F (2)")
    assert bench.problems() == []


@pytest.mark.parametrize("name", ["3.jpg", "letter.txt", "below/letter.txt", "4.jpg.part"])
def test_what_comes_while_it_is_converted_is_not_carried_off(bench: Bench, name: str) -> None:
    fill(bench, "F", "")
    calls: list[str] = []

    def interrupt(task: Task) -> Outcome:
        if not calls:
            bench.put(f"F/{name}", "it came late")
        calls.append(task.filename)
        assert (bench.inbox / "F").exists() or "F" not in task.filename
        return plain(task)

    bench.watch(2, convert=interrupt)
    if name.endswith(".part"):
        assert bench.outcomes() == [("F", "success")] and there(bench) == of_folder("F", name)
        (bench.inbox / "F" / name).rename(bench.inbox / "F" / "3.jpg")
    bench.watch(4)
    done = [outcome for outcome, _ in bench.outcomes()]
    assert done.count("F") == (1 if "letter" in name else 2)
    assert f"F/{name}" in done or "letter" not in name
    assert not (bench.inbox / "F").exists() and bench.problems() == []


@pytest.mark.parametrize("convert", [obedient, refuses])
@pytest.mark.parametrize("name", ["new.pdf", "3.jpg", "below/new.txt"])
def test_what_comes_at_the_last_moment_brings_it_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str, convert: Callable[[Task], Outcome]
) -> None:
    fill(bench, "hồ sơ 7", "")
    rename, moves = outbox._rename, list[Path]()

    def move(path: Path, target: Path) -> None:
        if not moves:
            bench.put(f"hồ sơ 7/{name}", "what came")
        moves.append(path)
        rename(path, target)

    monkeypatch.setattr(outbox, "_rename", move)
    bench.watch(1, convert=convert)
    assert there(bench) == of_folder("hồ sơ 7", name)
    bench.watch(4, convert=convert)
    known = [source for source, _ in bench.outcomes()]
    again = name == "3.jpg" or convert is refuses  # with another page it is another document
    assert known.count("hồ sơ 7") == (2 if again else 1)
    assert (f"hồ sơ 7/{name}" in known) == (name != "3.jpg")
    assert not any(path.startswith("hồ sơ 7") for path in there(bench))
    assert bench.problems() == []


def test_what_cannot_be_brought_back_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(bench, "hồ sơ 7", "")

    rename, moves = outbox._rename, list[Path]()

    def move(path: Path, target: Path) -> None:
        if not moves:
            bench.put("hồ sơ 7/new.pdf", "what came")
        rename(path, target)
        if not moves:
            bench.put("hồ sơ 7/newer.pdf", "what came into a folder made again")
        moves.append(path)

    monkeypatch.setattr(outbox, "_rename", move)
    bench.watch(1)
    assert there(bench) == {"hồ sơ 7/newer.pdf", *(f"done/{name}" for name in of_folder("hồ sơ 7", "new.pdf"))}
    (warning,) = bench.warnings()
    assert "cannot be brought back" in warning and "done/hồ sơ 7" in warning


def test_an_archive_in_it_stays(bench: Bench) -> None:
    fill(bench, "F")
    Archive.open(bench.inbox / "F" / "older").close()
    bench.watch(4, convert=never)
    assert (bench.inbox / "F" / "older" / "manifest.jsonl").exists() and "archive" in bench.warnings()[0]
    bench.out = bench.inbox / "F" / "older"
    bench.watch(4, convert=never)
    assert bench.outcomes() == []


def test_links_lead_nowhere(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "elsewhere").mkdir()
    fill(bench, "F", "", pages=1)
    (bench.inbox / "F" / "2.jpg").symlink_to(tmp_path / "secret.jpg")
    (bench.inbox / "F" / "below").symlink_to(tmp_path / "elsewhere")
    (bench.inbox / "G").symlink_to(tmp_path / "elsewhere")
    fill(bench, "H", None)
    (bench.inbox / "H" / "document.toml").symlink_to("gone")
    bench.watch(4, convert=never, patience=0)
    assert sorted(bench.outcomes()) == [("F", "failed"), ("H", "failed")]
    assert list((bench.out / "originals").iterdir()) == []
    assert (tmp_path / "secret.jpg").exists() and (bench.inbox / "G").is_symlink()
    assert "leads out of it" in bench.files()["failed/F.document.txt"]


def test_the_inbox_itself_is_no_document(bench: Bench) -> None:
    bench.put("document.toml", "")
    bench.put("1.jpg", "an image")
    bench.watch(4)
    assert there(bench) == {"document.toml", "done/1.jpg"} and "put it into a folder" in bench.warnings()[0]


def test_limits_hold(bench: Bench) -> None:
    fill(bench, "F", "", pages=5)
    bench.watch(4, convert=never, patience=0, limits=Limits(pages=4))
    assert "has 5 page images; the limit is 4" in bench.files()["failed/F.document.txt"]


def test_documents_in_documents_without_end(bench: Bench) -> None:
    """Deeper than functions can call one another; the paths end before the kernel's limit."""
    deep = "/".join("d" * 700)
    (bench.inbox / deep).mkdir(parents=True)
    for depth in range(1, 701, 7):
        bench.put("/".join("d" * depth) + "/document.toml", "")
    box = Inbox(bench.inbox, 0, lambda text: None)
    assert len(box._look.folders) == 0 and box.ready(10) == [] and len(box._look.folders) == 100
    box.close()


# -- kills --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "convert"), [("_write", refuses), ("_rename", refuses), ("_rename", plain)])
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_the_move(
    bench: Bench, step: str, convert: Callable[[Task], Outcome], after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after the note and the rename: one outcome, one folder, one note; no second attempt."""

    class Killed(BaseException):
        pass

    inner = getattr(outbox, step)

    def killed(*args: object) -> None:
        if after:
            inner(*args)
        raise Killed

    fill(bench, "F")
    monkeypatch.setattr(outbox, step, killed)
    with pytest.raises(Killed):
        bench.watch(convert=convert)
    monkeypatch.setattr(outbox, step, inner)
    bench.watch(convert=never)
    assert there(bench) == (
        of_folder("done/F") if convert is plain else {*of_folder("failed/F"), "failed/F.document.txt"}
    )
    assert len(bench.outcomes()) == 1 and bench.problems() == []


def test_killed_while_it_is_converted(bench: Bench) -> None:
    """kill -9 of the process; the next one goes on from the original in the archive."""
    names = [f"F{number}" for number in range(6)]
    for name in names:
        fill(bench, name, text=f"slow {name}")
    manifest = bench.out / "manifest.jsonl"
    for lines in (1, 4, 7):
        with watching(bench) as process:
            until(lambda lines=lines: manifest.exists() and manifest.read_bytes().count(b"\n") >= lines, process)  # type: ignore[misc]
            process.kill()
    bench.watch(99, once=True, convert=plain)
    assert sorted(name for name, _ in bench.outcomes()) == names
    assert there(bench) == {file for name in names for file in of_folder(f"done/{name}")}
    assert bench.problems() == []
