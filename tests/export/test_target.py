"""An export is there whole or not at all, and never in place of something else."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from dau.corrected import documents
from dau.document.directive import Directive
from dau.document.errors import InputError
from dau.export import FORMATS, NothingToExport, Options, export, target
from dau.export.held import Held
from dau.export.target import TargetRefused

from .making import archive_of

TABLES_OF = ["jsonl", "parquet", "csv"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return archive_of(tmp_path / "A", [Directive(id="sha256:1"), Directive(id="sha256:2")])


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("to", TABLES_OF)
def test_an_existing_export_is_replaced_only_when_asked(to: str, archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(documents(archive), to, out, Options(archive))
    before = files_in(tmp_path)
    with pytest.raises(TargetRefused, match="--overwrite"):
        export(documents(archive), to, out, Options(archive))
    assert files_in(tmp_path) == before
    one = list(documents(archive))[:1]
    assert export(one, to, out, Options(archive), overwrite=True).documents == 1
    after = files_in(tmp_path)
    assert after.keys() == before.keys() and after != before  # nothing beside it was left


def strange_file(out: Path) -> None:
    out.write_text("mine")


def strange_folder(out: Path) -> None:
    out.mkdir()
    (out / "thesis.doc").write_text("mine")


def folder_with_a_guest(out: Path) -> None:
    out.mkdir()
    (out / "export.json").write_text(json.dumps({"files": {"tasks.csv": ""}}))
    (out / "tasks.csv").write_text("ours")
    (out / "guest.txt").write_text("mine")


def folder_with_a_broken_marker(out: Path) -> None:
    out.mkdir()
    (out / "export.json").write_text("[")


def link_to_a_folder(out: Path) -> None:
    (out.parent / "elsewhere").mkdir()
    out.symlink_to(out.parent / "elsewhere", target_is_directory=True)


@pytest.mark.parametrize("there", [strange_folder, folder_with_a_guest, folder_with_a_broken_marker, link_to_a_folder])
@pytest.mark.parametrize("to", TABLES_OF)
def test_what_is_of_others_stays_even_with_overwrite(to: str, there: object, archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    there(out)  # type: ignore[operator]
    before = files_in(tmp_path)
    with pytest.raises(TargetRefused):
        export(documents(archive), to, out, Options(archive), overwrite=True)
    assert files_in(tmp_path) == before


def test_a_file_is_no_place_for_a_folder(archive: Path, tmp_path: Path) -> None:
    strange_file(tmp_path / "out")
    with pytest.raises(TargetRefused, match="is no folder"):
        export(documents(archive), "csv", tmp_path / "out", Options(archive), overwrite=True)


def test_a_dangling_link_is_in_the_way(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "nowhere")
    with pytest.raises(TargetRefused):
        export(documents(archive), "jsonl", tmp_path / "out", Options(archive), overwrite=True)


@pytest.mark.parametrize("inside", [".", "documents", "x.jsonl", "documents/x"])
def test_an_archive_holds_nothing_foreign(inside: str, archive: Path) -> None:
    before = files_in(archive)
    with pytest.raises(TargetRefused):
        export(documents(archive), "jsonl", archive / inside, Options(archive), overwrite=True)
    assert files_in(archive) == before


def test_an_empty_folder_will_do(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    export(documents(archive), "csv", tmp_path / "out", Options(archive))
    assert (tmp_path / "out" / "tasks.csv").is_file()


@pytest.mark.parametrize("to", TABLES_OF)
def test_a_failure_half_way_leaves_what_was_there(to: str, archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(documents(archive), to, out, Options(archive))
    before = files_in(tmp_path)

    def broken() -> Iterator[Held]:
        yield next(documents(archive))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(broken(), to, out, Options(archive), overwrite=True)
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("there", [strange_file, strange_folder])
@pytest.mark.parametrize("to", TABLES_OF)
def test_what_comes_to_the_place_meanwhile_stays(to: str, there: object, archive: Path, tmp_path: Path) -> None:
    """Two exports at the same time, say: the first to end has the place."""

    def slow() -> Iterator[Held]:
        yield from documents(archive)
        there(tmp_path / "out")  # type: ignore[operator]

    with pytest.raises(TargetRefused):
        export(slow(), to, tmp_path / "out", Options(archive))
    assert [content for name, content in files_in(tmp_path).items() if name.startswith("out")] == [b"mine"]
    assert not [name for name in files_in(tmp_path) if name.startswith(".tmp-")]


def test_the_longest_names_will_do(archive: Path, tmp_path: Path) -> None:
    for to in TABLES_OF:
        export(documents(archive), to, tmp_path / (to + "ế" * 82), Options(archive))


@pytest.mark.parametrize("to", TABLES_OF)
def test_a_full_disk_leaves_nothing(to: str, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: object, *flags: object) -> int:
        raise OSError(28, "No space left on device")

    before = files_in(tmp_path)
    monkeypatch.setattr(target.os, "fsync", full)
    with pytest.raises(Exception, match="no room left"):
        export(documents(archive), to, tmp_path / "out", Options(archive))
    monkeypatch.undo()
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("to", TABLES_OF)
def test_everything_is_synced_before_it_gets_its_name(
    to: str, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, synced = tmp_path / "out", []
    fsync = os.fsync

    def recorded(fd: int) -> None:
        synced.append((str(Path(f"/proc/self/fd/{fd}").readlink()), out.exists()))
        fsync(fd)

    monkeypatch.setattr(os, "fsync", recorded)
    export(documents(archive), to, out, Options(archive))
    files = 1 if FORMATS[to].shape == "file" else len(list(out.iterdir()))
    assert sum(not there for _, there in synced) >= files
    assert synced[-1] == (str(tmp_path), True)


def test_no_document_no_file(archive: Path, tmp_path: Path) -> None:
    for to in TABLES_OF:
        with pytest.raises(NothingToExport, match="nothing was written"):
            export(nothing(), to, tmp_path / "out", Options(archive))
    assert not (tmp_path / "out").exists()


def nothing() -> Iterable[Held]:
    return ()


def test_a_folder_proves_itself(archive: Path, tmp_path: Path) -> None:
    export(documents(archive), "csv", tmp_path / "out", Options(archive))
    marker = json.loads((tmp_path / "out" / "export.json").read_bytes())
    files = {path.name: path for path in (tmp_path / "out").iterdir() if path.name != "export.json"}
    assert marker["files"] == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    assert marker["format"] == "csv" and marker["documents"] == 2 and marker["rows"]["documents"] == 2


def test_a_damaged_document_is_left_out_and_named(archive: Path, tmp_path: Path) -> None:
    first, second = documents(archive)
    (first.folder / "transcript.json").write_text("{")
    for to in ("parquet", "csv"):
        report = export([first, second], to, tmp_path / to, Options(archive))
        assert report.documents == 1 and list(report.left_out) == [first.id]
        assert "dau verify" in report.left_out[first.id]
    (first.folder / "document.json").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        export([next(documents(archive))], "csv", tmp_path / "none", Options(archive))
