"""What is found, in which order, and what is told of the rest."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from dau.archive.store import Archive
from dau.batch.discover import Discovery, discover


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())


def names(found: Discovery, root: Path) -> list[str]:
    return [str(candidate.path.relative_to(root)) for candidate in found.inputs]


def problems(found: Discovery) -> dict[str, str]:
    return {c.path.name: c.problem.message for c in found.inputs if c.problem is not None}


def test_folders_in_the_order_of_names(tmp_path: Path) -> None:
    make(tmp_path, "b/2.pdf", "b/10.PDF", "a.tif", "c.txt", "b/sub/x.webp", "a/z.jpeg", "Đ.png", "d.tiff", "e.jpg")
    found = discover([tmp_path])
    assert names(found, tmp_path) == [
        "a.tif", "c.txt", "d.tiff", "e.jpg", "Đ.png", "a/z.jpeg", "b/10.PDF", "b/2.pdf", "b/sub/x.webp",
    ]
    assert found.ignored == {} and not problems(found)
    assert discover([tmp_path]) == found


def test_what_is_ignored_is_counted(tmp_path: Path) -> None:
    make(tmp_path, "a.pdf", ".hidden.pdf", ".git/x.pdf", "notes.docx", "README", "b.DOCX")
    found = discover([tmp_path])
    assert names(found, tmp_path) == ["a.pdf"]
    assert found.ignored == {
        "files of another kind (.docx)": 2, "files of another kind (no extension)": 1, "hidden files": 2,
    }
    assert found.examples["files of another kind (no extension)"] == tmp_path / "README"


def test_a_named_file_is_an_input_whatever_it_is(tmp_path: Path) -> None:
    make(tmp_path, ".hidden", "table.xlsx")
    found = discover([tmp_path / "table.xlsx", tmp_path / ".hidden", tmp_path / "missing.pdf"])
    assert names(found, tmp_path) == ["table.xlsx", ".hidden", "missing.pdf"]
    assert problems(found) == {"missing.pdf": "missing.pdf is not there (any more)."}


def test_each_path_once(tmp_path: Path) -> None:
    make(tmp_path, "a.pdf", "b.pdf")
    found = discover([tmp_path / "b.pdf", tmp_path, f"{tmp_path}/./a.pdf", f"{tmp_path}/*.pdf"])
    assert names(found, tmp_path) == ["b.pdf", "a.pdf"]


def test_patterns(tmp_path: Path) -> None:
    make(tmp_path, "x/1.pdf", "x/2.pdf", "x/3.png", "y/1.pdf", "literal[1].pdf")
    assert names(discover([f"{tmp_path}/*/1.pdf"]), tmp_path) == ["x/1.pdf", "y/1.pdf"]
    assert names(discover([f"{tmp_path}/**/*.png"]), tmp_path) == ["x/3.png"]
    assert names(discover([f"{tmp_path}/literal[1].pdf"]), tmp_path) == ["literal[1].pdf"]
    assert list(problems(discover([f"{tmp_path}/*.jpg"]))) == ["*.jpg"]


def test_relative_names_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.pdf")
    monkeypatch.chdir(tmp_path)
    assert [c.path for c in discover(["a.pdf", "../" + tmp_path.name + "/a.pdf"]).inputs] == [tmp_path / "a.pdf"]


def test_a_folder_that_leads_back_into_itself(tmp_path: Path) -> None:
    make(tmp_path, "a/b/1.pdf")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")
    found = discover([tmp_path])
    assert names(found, tmp_path) == ["a/b/1.pdf", "a/b/up"]
    assert "leads back" in problems(found)["up"]


def test_a_folder_reached_twice_is_walked_once(tmp_path: Path) -> None:
    make(tmp_path, "a/1.pdf")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    found = discover([tmp_path])
    assert names(found, tmp_path) == ["a/1.pdf"]
    assert found.ignored == {"folders reached a second time": 1}


def test_links(tmp_path: Path) -> None:
    make(tmp_path, "store/1.pdf")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "linked.pdf").symlink_to(tmp_path / "store" / "1.pdf")
    (tmp_path / "in" / "nowhere.pdf").symlink_to(tmp_path / "gone")
    (tmp_path / "in" / "circle").symlink_to(tmp_path / "in" / "circle")
    found = discover([tmp_path / "in"])
    assert names(found, tmp_path) == ["in/circle", "in/linked.pdf", "in/nowhere.pdf"]
    assert problems(found) == {
        "circle": "circle is a link that leads nowhere.", "nowhere.pdf": "nowhere.pdf is a link that leads nowhere.",
    }


def test_pipes_sockets_and_devices_are_told_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        found = discover([tmp_path, "/dev/null"])
    assert problems(found) == {
        "pipe.pdf": "pipe.pdf is a pipe; it was not opened.",
        "socket": "socket is a socket; it was not opened.",
        "null": "null is a device; it was not opened.",
    }


def test_archives_of_ours_are_not_entered(tmp_path: Path) -> None:
    make(tmp_path, "a.pdf")
    Archive.open(tmp_path / "archive").close()
    make(tmp_path / "archive" / "originals", "x.pdf")
    found = discover([tmp_path])
    assert names(found, tmp_path) == ["a.pdf"]
    assert found.ignored == {"archives": 1}


def test_names_of_every_kind(tmp_path: Path) -> None:
    nfd = unicodedata.normalize("NFD", "Chỉ thị.pdf")
    wanted = [nfd, "Chỉ thị.pdf", "it's \"so\".pdf", "two\nlines.pdf", " .pdf", os.fsdecode(b"latin-\xe9.pdf")]
    make(tmp_path, *[name for name in wanted if name.isprintable() or "\n" in name])
    (tmp_path / wanted[-1]).touch()
    assert sorted(names(discover([tmp_path]), tmp_path)) == sorted(wanted)


def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    """As another user, for permissions do not bind root."""
    make(tmp_path, "closed/1.pdf", "open/2.pdf")
    for parent in (tmp_path, *tmp_path.parents):
        if parent.name.startswith(("pytest-", "popen-", "test_")):
            parent.chmod(0o755)
    (tmp_path / "closed").chmod(0)
    drop = "os.setgid(65534); os.setuid(65534);" if os.geteuid() == 0 else ""
    code = (
        f"import os, sys; from dau.batch.discover import discover; {drop}"
        "print([(c.path.name, c.problem and str(c.problem)) for c in discover(sys.argv[1:]).inputs])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, env=environment, check=True
    )
    (tmp_path / "closed").chmod(0o755)
    assert done.stdout.strip() == (
        "[('closed', 'closed may not be read. Give yourself the right to read it (chmod u+r), then run again.'), "
        "('2.pdf', None)]"
    )
