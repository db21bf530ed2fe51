"""Several images as one document: what belongs to it, in which order, what is recorded and what refused."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import unicodedata
from pathlib import Path

import pytest
from desk import Desk
from hypothesis import given
from hypothesis import strategies as st

from dau.archive.manifest import Entry, ManifestLine, SourceFile, read
from dau.archive.outcome import Outcome, Task
from dau.archive.store import Archive
from dau.batch import Limits
from dau.batch.discover import Discovery, discover
from dau.batch.groups import DECLARATION, natural
from dau.scan.bundle import checksums

OLD = (1_700_000_000, 1_700_000_000)
MEMBERS = "images that are pages of a folder's document"


def never(task: Task) -> Outcome:
    raise AssertionError(f"{task.source} was converted again")


def image(number: int) -> bytes:
    """Something that begins like a JPEG, unlike any other number's."""
    return b"\xff\xd8\xff\xe0" + f"page {number}".encode() * (1 + number)


def fill(folder: Path, *names: str, toml: str | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        (folder / name).write_bytes(image(number))
        os.utime(folder / name, OLD)
    if toml is not None:
        (folder / DECLARATION).write_text(toml, encoding="utf-8")
        os.utime(folder / DECLARATION, OLD)
    return folder


def outcomes(desk: Desk) -> list[ManifestLine]:
    entries = list(read(desk.archive / "manifest.jsonl"))
    return [e.line for e in entries if isinstance(e, Entry) and e.line.event == "outcome"]


def last(desk: Desk) -> ManifestLine:
    return outcomes(desk)[-1]


def page_names(line: ManifestLine) -> list[str]:
    assert line.source.group is not None
    return [page.name for page in line.source.group.pages]


def found_in(found: Discovery, root: Path) -> list[str]:
    return [str(candidate.path.relative_to(root)) for candidate in found.inputs]


# -- what is one document ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("", ["1.jpg", "2.jpg", "10.jpg", "bìa.JPG"]),
        ('pages = ["10.jpg", "bìa.JPG"]', ["10.jpg", "bìa.JPG"]),
        ('title = "Quyết định"\nnotes = "Thiếu trang 4"\n', ["1.jpg", "2.jpg", "10.jpg", "bìa.JPG"]),
    ],
)
def test_a_declared_folder_is_one_input(desk: Desk, toml: str, expected: list[str]) -> None:
    folder = fill(desk.inputs / "hồ sơ", "10.jpg", "2.jpg", "1.jpg", "bìa.JPG", toml=toml)
    summary = desk.run()
    line = last(desk)
    left = 4 - len(expected)  # images that are not named are inputs of their own
    assert (summary.total, summary.statuses) == (1 + left, {"success": 1 + left})
    assert summary.ignored == {MEMBERS: len(expected)}
    line = next(line for line in outcomes(desk) if line.source.path == str(folder))
    assert page_names(line) == expected
    assert line.source.group is not None
    assert line.source.group.title == ("Quyết định" if "title" in toml else None)
    assert line.source.group.notes == ("Thiếu trang 4" if "notes" in toml else None)
    for page in line.source.group.pages:
        data = (folder / page.name).read_bytes()
        assert (page.sha256, page.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert desk.problems() == []


def test_group_takes_the_images_of_each_folder(desk: Desk) -> None:
    fill(desk.inputs, "3.png")
    fill(desk.inputs / "a", "10.jpg", "9.jpg", ".hidden.jpg")
    fill(desk.inputs / "a" / "below", "1.tif")
    desk.put("a/minutes.pdf", "a PDF")
    desk.put("a/notes.txt", "a text")
    desk.put("b/only.txt", "no image here")
    desk.put("b/table.xlsx", "")
    found = discover([desk.inputs], group=True)
    assert found_in(found, desk.inputs) == [".", "a", "a/minutes.pdf", "a/notes.txt", "a/below", "b/only.txt"]
    assert found.ignored == {
        MEMBERS: 4, "hidden files": 1, "files of another kind (.xlsx)": 1,
    }
    assert [c.group is not None for c in found.inputs] == [True, True, False, False, True, False]
    assert desk.run(group=True).statuses == {"success": 6}
    assert desk.problems() == []


def test_nothing_of_a_folder_is_lost_from_the_count(desk: Desk) -> None:
    fill(desk.inputs / "a", "1.jpg", "2.jpg", "stray.jpg", toml='pages = ["1.jpg", "2.jpg"]')
    desk.put("a/x.pdf", "x")
    desk.put("a/y.docx", "y")
    found = discover([desk.inputs])
    assert found_in(found, desk.inputs) == ["a", "a/stray.jpg", "a/x.pdf"]
    assert found.ignored == {MEMBERS: 2, "files of another kind (.docx)": 1}


def test_a_file_that_is_named_stays_an_input(desk: Desk) -> None:
    folder = fill(desk.inputs / "a", "1.jpg", "2.jpg", toml="")
    found = discover([folder / "2.jpg", folder / DECLARATION])
    assert found_in(found, desk.inputs) == ["a/2.jpg", "a"]
    assert found.inputs[1].group is not None


@given(st.lists(st.text(st.sampled_from("0123456789aAđ é.-²٣"), min_size=1, max_size=12), unique=True, max_size=8))
def test_natural_order_is_an_order_of_any_names(names: list[str]) -> None:
    assert sorted(sorted(names), key=natural) == sorted(sorted(names, reverse=True), key=natural)


@pytest.mark.parametrize(
    "names",
    [
        ["1.jpg", "2.jpg", "10.jpg", "100.jpg"],
        ["trang 1.jpg", "Trang 2.jpg", "trang 03.jpg", "trang 10.jpg"],
        ["a1b2.jpg", "a1b10.jpg", "a2b1.jpg"],
        ["0001.jpg", "1.png", "2.jpg"],
    ],
)
def test_natural_order(names: list[str]) -> None:
    assert sorted(reversed(names), key=natural) == names


def test_names_match_composed_or_decomposed(desk: Desk) -> None:
    name = unicodedata.normalize("NFD", "bìa số.jpg")
    fill(desk.inputs / "a", name, "2.jpg", toml=f'pages = ["2.jpg", "{unicodedata.normalize("NFC", name)}"]')
    assert desk.run().statuses == {"success": 1}
    assert page_names(last(desk)) == ["2.jpg", name]


# -- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ('pages = ["1.jpg", "3.jpg"]', "1 of 2 page images of a are not there: “3.jpg”"),
        ('page = ["1.jpg"]', "the key “page” is unknown"),
        ('pages = "1.jpg"', "“pages”: "),
        ("pages = [1]", "“pages.0”: "),
        ("pages = []", "it names no pages"),
        ("title = 5", "“title”: "),
        ('pages = ["1.jpg", "1.jpg"]', "“1.jpg” is named twice"),
        ('pages = ["../secret.jpg"]', "does not lie in this folder"),
        ('pages = ["below/1.jpg"]', "does not lie in this folder"),
        ('pages = ["/etc/passwd"]', "does not lie in this folder"),
        ('pages = [".."]', "does not lie in this folder"),
        ('pages = ["1.jpg\\u0000"]', "does not lie in this folder"),
        ('pages = ["notes.txt"]', "is no image"),
        ('pages = ["link.jpg"]', "a link that leads out of it"),
        ('pages = ["linked/secret.jpg"]', "does not lie in this folder"),
        ('pages = ["broken.jpg"]', "a link that leads nowhere"),
        ('pages = ["pipe.jpg"]', "is no file"),
        ("pages = [", "it is no TOML"),
        ("a = " + "[" * 5000, "it is no TOML"),
        ('title = "' + "x" * (1 << 20) + '"', "it has more than 1048576 bytes"),
    ],
)
def test_what_is_wrong_costs_its_own_document(desk: Desk, toml: str, told: str) -> None:
    (desk.root / "secret.jpg").write_bytes(b"secret")
    folder = fill(desk.inputs / "a", "1.jpg", "2.jpg", toml=toml)
    (folder / "link.jpg").symlink_to(desk.root / "secret.jpg")
    (folder / "broken.jpg").symlink_to("nowhere.jpg")
    (folder / "linked").symlink_to(desk.root / "elsewhere")
    os.mkfifo(folder / "pipe.jpg")
    desk.put("b/good.txt", "good")
    desk.run(desk.inputs / "b", folder / DECLARATION)
    finished = desk.finished()
    assert finished["good.txt"].outcome.status == "success"
    assert (finished["a"].outcome.status, finished["a"].outcome.category) == ("failed", "input")
    message = finished["a"].outcome.message or ""
    assert told in message and len(message) < 600
    assert not list((desk.archive / "originals").glob("*.tar"))
    assert desk.problems() == []


def test_with_a_broken_declaration_no_page_is_converted_by_itself(desk: Desk) -> None:
    fill(desk.inputs / "a", "1.jpg", "2.jpg", toml="unknown = 1")
    desk.put("a/good.txt", "good")
    summary = desk.run()
    assert (summary.total, summary.statuses) == (2, {"failed": 1, "success": 1})
    assert summary.ignored == {MEMBERS: 2}
    assert desk.run(convert=never).skipped == {"failed": 1, "success": 1}


@pytest.mark.parametrize(
    ("limits", "told"), [(Limits(pages=2), "has 3 page images; the limit is 2"), (Limits(bytes=40), "the limit of 40")]
)
def test_bounded(desk: Desk, limits: Limits, told: str) -> None:
    fill(desk.inputs / "a", "1.jpg", "2.jpg", "3.jpg", toml="")
    assert desk.run(limits=limits).categories == {"capacity": 1}
    assert told in (last(desk).message or "")


def test_a_link_within_the_folder_is_followed(desk: Desk) -> None:
    folder = fill(desk.inputs / "a", "1.jpg", toml='pages = ["1.jpg", "again.jpg"]')
    (folder / "again.jpg").symlink_to("1.jpg")
    assert desk.run().statuses == {"success": 1}


# -- what is kept and what is done once --------------------------------------------------------------------------


def test_the_original_is_proven_by_common_tools(desk: Desk) -> None:
    folder = fill(desk.inputs / "a", "2.jpg", "1.jpg", toml="")
    desk.run()
    original = desk.archive / "originals" / str(last(desk).source.original)
    assert hashlib.sha256(original.read_bytes()).hexdigest() == last(desk).source.sha256
    subprocess.run(["tar", "-xf", original], cwd=desk.root, check=True)
    bag = desk.root / "document"
    subprocess.run(["sha256sum", "-c", "--strict", "manifest-sha256.txt"], cwd=bag, check=True, capture_output=True)
    assert [path.read_bytes() for path in sorted((bag / "data").iterdir())] == [
        (folder / "1.jpg").read_bytes(), (folder / "2.jpg").read_bytes(),
    ]


@pytest.mark.parametrize("originals", ["link", "copy", "none"])
def test_nothing_is_converted_twice(desk: Desk, originals: str) -> None:
    folder = fill(desk.inputs / "a", "1.jpg", "2.jpg", toml="")
    fill(desk.inputs / "b", "1.jpg", "2.jpg", toml="")
    first = desk.run(originals=originals)
    assert (first.statuses, first.shared) == ({"success": 2}, 1)
    manifest = desk.manifest()
    assert desk.run(convert=never, originals=originals).skipped == {"success": 2}
    assert desk.manifest() == manifest and desk.problems() == []
    for path in folder.iterdir():
        os.utime(path)  # times are no longer the recorded ones: it is read again, and has the same content
    assert desk.run(convert=never, originals=originals).skipped == {"success": 2}
    assert desk.manifest() == manifest
    assert len(list((desk.archive / "originals").iterdir())) == (originals != "none")


def test_what_is_known_by_its_times_is_not_even_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk.inputs / "a", "1.jpg", "2.jpg", toml='pages = ["1.jpg"]')
    desk.run()
    monkeypatch.setattr("dau.archive.store.make", lambda *_: pytest.fail("the folder was read again"))
    assert desk.run(convert=never).skipped == {"success": 2}


@pytest.mark.parametrize("change", ["bytes", "order", "more", "fewer", "swapped"])
def test_a_changed_page_is_a_new_content(desk: Desk, change: str) -> None:
    folder = fill(desk.inputs / "a", "1.jpg", "2.jpg", "3.jpg", toml='pages = ["1.jpg", "2.jpg"]')
    toml = folder / DECLARATION
    desk.run(toml)
    if change == "bytes":
        (folder / "2.jpg").write_bytes(image(1).upper())
        os.utime(folder / "2.jpg", OLD)
    elif change == "swapped":  # the same names, sizes and times
        (folder / "1.jpg").rename(folder / "x")
        (folder / "2.jpg").rename(folder / "1.jpg")
        (folder / "x").rename(folder / "2.jpg")
    else:
        pages = {"order": '"2.jpg", "1.jpg"', "more": '"1.jpg", "2.jpg", "3.jpg"', "fewer": '"1.jpg"'}[change]
        toml.write_text(f"pages = [{pages}]", encoding="utf-8")
        os.utime(toml, OLD)
    before = last(desk).source.sha256
    assert desk.run(toml).statuses == {"success": 1}
    assert last(desk).source.sha256 != before
    assert desk.problems() == []


def test_other_names_or_another_place_are_the_same_content(desk: Desk) -> None:
    fill(desk.inputs / "a", "1.jpg", "2.jpg", toml="")
    fill(desk.inputs / "b", "scan1.jpeg", "scan2.jpeg", toml='title = "Khác"')
    summary = desk.run()
    assert (summary.statuses, summary.shared) == ({"success": 2}, 1)
    assert len({line.source.sha256 for line in outcomes(desk)}) == 1


@pytest.mark.parametrize("originals", ["link", "none"])
def test_interrupted_it_goes_on(desk: Desk, originals: str) -> None:
    fill(desk.inputs / "a", "1.jpg", "2.jpg", toml="")

    def killed(task: Task) -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.run(convert=killed, originals=originals)
    other = desk.put("other/x.txt", "x")
    summary = desk.run(other, originals=originals)  # the folder is not named again
    assert (summary.total, summary.statuses) == (2, {"success": 2})
    assert page_names(next(line for line in outcomes(desk) if line.source.group)) == ["1.jpg", "2.jpg"]
    assert desk.problems() == []


def test_a_folder_that_was_none_is_not_made_one_by_going_on(desk: Desk) -> None:
    """A folder that could not be read, whose outcome line broke off, could be read later: its images are their own."""
    folder = fill(desk.inputs / "a", "1.jpg", "2.jpg")
    with Archive.open(desk.archive) as archive:
        archive.append(ManifestLine(event="received", source=SourceFile(path=str(folder))))
    other = desk.put("other/x.txt", "x")
    assert desk.run(other).statuses == {"success": 1, "failed": 1}
    assert desk.run().statuses == {"success": 2}
    assert desk.problems() == []


def test_a_page_that_vanished_meanwhile_fails_and_harms_nothing(desk: Desk) -> None:
    folder = fill(desk.inputs / "a", "1.jpg", "2.jpg", toml='pages = ["1.jpg", "2.jpg"]')
    desk.run()
    page = (folder / "2.jpg").read_bytes()
    (folder / "2.jpg").unlink()
    assert desk.run(convert=never).statuses == {"failed": 1}
    assert "“2.jpg”" in (last(desk).message or "")
    (folder / "2.jpg").write_bytes(page)
    back = desk.run(convert=never)
    assert (back.statuses, back.shared) == ({"success": 1}, 1)
    assert desk.problems() == []


def test_verify_holds_every_page_against_what_was_recorded(desk: Desk) -> None:
    fill(desk.inputs / "a", "1.jpg", "2.jpg", toml="")
    desk.run()
    line = last(desk)
    assert line.source.group is not None
    original = desk.archive / "originals" / str(line.source.original)
    assert checksums(original) == [page.sha256 for page in line.source.group.pages]
    manifest = desk.archive / "manifest.jsonl"
    forged = json.dumps(line.source.group.pages[1].sha256), json.dumps("0" * 64)
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(*forged), encoding="utf-8")
    assert desk.problems() == [f"original_changed originals/{original.name}"]


def test_bytes_changed_in_the_original_are_found(desk: Desk) -> None:
    fill(desk.inputs / "a", "1.jpg", "2.jpg", toml="")
    desk.run()
    original = desk.archive / "originals" / str(last(desk).source.original)
    data = bytearray(original.read_bytes())
    at = data.find(b"page 1")
    data[at : at + 4] = b"PAGE"
    original.write_bytes(data)
    assert desk.problems() == [f"original_changed originals/{original.name}"] * 2


def test_a_folder_that_changes_while_it_is_read_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from dau.batch import groups

    folder = fill(desk.inputs / "a", "1.jpg", "2.jpg", toml="")
    real, count = groups._pages, iter(range(100))

    def changing(*arguments: object) -> object:
        pages = real(*arguments)  # type: ignore[arg-type]
        (folder / "2.jpg").write_bytes(image(2 + next(count)))
        return pages

    monkeypatch.setattr(groups, "_pages", changing)
    assert desk.run().statuses == {"failed": 1}
    assert "changes while it is being read" in (last(desk).message or "")
