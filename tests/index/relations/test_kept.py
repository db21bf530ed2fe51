"""An archive that was linked once is kept linked: whatever becomes of its index, and what is not linked yet is seen."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dau.archive.failures import ArchiveFull
from dau.archive.folder import DOCUMENTS
from dau.archive.review_events import FieldTarget, new_event
from dau.archive.reviews import append_review
from dau.cli.app import exit_code
from dau.corrected import documents
from dau.index.build import FILE_NAME, update, writing
from dau.index.reader import open_index
from dau.index.relations import link
from dau.index.relations.relate import relate
from dau.index.relations.standing import Standing, is_stale, standing
from tests.disks import small_disk_at
from tests.index.conftest import archive, made  # noqa: F401 - fixtures

from .making import everything, rows

Dump = dict[str, list[tuple[object, ...]]]


def relations(root: Path) -> Dump:
    with closing(sqlite3.connect(root / FILE_NAME)) as index:
        assert rows(index, "PRAGMA integrity_check") == [("ok",)]
        return everything(index)


def known(root: Path) -> Standing:
    with closing(open_index(root)) as index:
        return standing(index)


@pytest.fixture
def linked(archive: Path) -> Path:  # noqa: F811
    assert exit_code(["link", str(archive), "--quiet"]) == 0
    return archive


def _delete(root: Path) -> None:
    (root / FILE_NAME).unlink()


def _another_version(root: Path) -> None:
    with closing(sqlite3.connect(root / FILE_NAME)) as index, index:
        index.execute("UPDATE meta SET value = 'another' WHERE key = 'schema'")


def _other_relations(root: Path) -> None:
    _another_version(root)
    with closing(sqlite3.connect(root / FILE_NAME)) as index, index:
        index.execute("UPDATE link_meta SET value = '0' WHERE key = 'version'")
        index.execute("DROP TABLE works")
        index.execute("CREATE TABLE works (id)")


def _nothing(root: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("happens", "command", "read"),
    [
        (_nothing, [], False), (_nothing, ["--rebuild"], False), (_another_version, [], False), (_delete, [], True),
        (_other_relations, [], True),
    ],
)  # fmt: skip
def test_dau_index_gives_the_relations_back(
    linked: Path, capsys: pytest.CaptureFixture[str], happens: object, command: list[str], read: bool
) -> None:
    """They are taken over where they fit, and made anew where they do not: `read` says whether documents had to be."""
    before = relations(linked)
    assert before["works"] and before["edges"]
    happens(linked)  # type: ignore[operator]
    capsys.readouterr()
    assert exit_code(["index", str(linked), "--quiet", "--json", *command]) == 0
    done = json.loads(capsys.readouterr().out)["relations"]
    assert bool(done["read"]) == read
    assert relations(linked) == before and known(linked).current


def test_the_index_alone_keeps_them_through_a_rebuild(linked: Path) -> None:
    """As where the program ends between the rebuild and linking."""
    before = relations(linked)
    update(linked, rebuild=True)
    assert relations(linked) == before and known(linked).current


def test_nobody_is_linked_who_did_not_ask(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert exit_code(["index", str(archive), "--quiet", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["relations"] is None
    count = len(list(documents(archive)))
    assert known(archive) == Standing(None, count, count, 0, 0) and not known(archive).current
    assert exit_code(["index", str(archive), "--quiet", "--link"]) == 0
    assert known(archive).current
    _delete(archive)
    assert exit_code(["index", str(archive), "--quiet", "--no-link"]) == 0
    assert known(archive).linked is None


def test_what_came_changed_and_left_is_seen_and_taken_up(linked: Path) -> None:
    first, second, *_ = documents(linked)
    (line,) = [row for row in (linked / "manifest.jsonl").read_bytes().splitlines() if second.id.encode() in row]
    rest = [row for row in (linked / "manifest.jsonl").read_bytes().splitlines() if row != line]
    event = new_event("Lan", "correct_field", FieldTarget(field="/metadata/number"), after="1/KH-UBND")
    append_review(linked, first.sha256, event)
    (linked / "manifest.jsonl").write_bytes(b"\n".join(rest) + b"\n")
    assert exit_code(["index", str(linked), "--quiet", "--no-link"]) == 0
    assert (known(linked).new, known(linked).changed, known(linked).gone) == (0, 1, 1)
    with closing(open_index(linked)) as index:
        assert is_stale(index, first.id)
        assert rows(index, "SELECT * FROM unlinked") == [(first.id, 1)]
    (linked / "manifest.jsonl").write_bytes(b"\n".join([*rest, line]) + b"\n")
    assert exit_code(["index", str(linked), "--quiet"]) == 0
    assert known(linked).current
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as anew:
        link(anew, documents(linked))
        assert relations(linked) == everything(anew)


def test_what_another_version_read_is_read_again(linked: Path) -> None:
    before = relations(linked)
    with writing(linked) as index:
        index.execute("UPDATE link_documents SET dau = '0.0.1'")
    state = known(linked)
    assert state.changed == state.documents == state.behind
    done, _ = relate(linked)
    assert done.read == state.documents and relations(linked) == before


@pytest.mark.parametrize("most", [1, 3, 7])
def test_some_at_a_time_ends_as_all_at_once(linked: Path, most: int) -> None:
    """And what was done is whole each time: no edge of a work that is not there."""
    before, count = relations(linked), known(linked).documents
    done, _ = relate(linked, rebuild=True, most=most)
    runs = 1
    while done.left:
        assert known(linked).new == done.left == count - runs * most
        found = relations(linked)
        works = {row[0] for row in found["works"]}
        assert {work for row in found["edges"] for work in row[1:3]} <= works
        done, _ = relate(linked, most=most)
        runs += 1
    assert runs == -(-count // most)
    assert relations(linked) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MiB in memory."""
    with small_disk_at(tmp_path / "disk", "16m") as path:
        yield path


def test_a_full_disk_leaves_the_relations_of_before(
    linked: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever the room ends: the message says what to do, and that helps."""
    root = small_disk / "A"
    root.mkdir()
    (root / DOCUMENTS).symlink_to(linked / DOCUMENTS)
    for name in (FILE_NAME, "manifest.jsonl", ".index.lock"):
        (root / name).write_bytes((linked / name).read_bytes())
    before = relations(root)
    failed = 0
    for kilobytes in (0, 16, 40, 80, 160, 320):
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            size = _free(small_disk) - (kilobytes << 10)
            file.write(bytes(size))
        try:
            relate(root, rebuild=True)
        except ArchiveFull as error:
            failed += 1
            assert "no room left" in str(error) and "Make room" in str(error) and "same command again" in str(error)
        if kilobytes == 0:
            assert exit_code(["link", str(root), "--rebuild", "--quiet"]) == 4
            assert "Make room on that disk, then run the same command again" in capsys.readouterr().err
        filler.unlink()
        assert relations(root) == before
    assert failed >= 4
    assert exit_code(["link", str(root), "--rebuild", "--quiet"]) == 0
    assert relations(root) == before


def _free(disk: Path) -> int:
    from shutil import disk_usage

    return disk_usage(disk).free
