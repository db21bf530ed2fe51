"""The index follows its archive: brought up to date it is what a rebuild gives, whatever happened in between."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dau.archive.failures import ArchiveBusy, ArchiveUnusable
from dau.archive.folder import DOCUMENTS
from dau.archive.manifest import FILE_NAME as MANIFEST
from dau.archive.manifest import ManifestLine
from dau.archive.review_events import DocumentTarget, FieldTarget, new_event
from dau.archive.reviews import append_review
from dau.archive.verify import verify
from dau.cli.app import exit_code
from dau.corrected import documents
from dau.export.select import ReviewStatus, Selected, Selection
from dau.index import build, schema
from dau.index.build import FILE_NAME, Updated, update
from dau.index.flatten import rows_of
from dau.index.reader import IndexUnusable, open_index
from dau.index.search import Filters, search
from dau.index.tables import TABLES

Dump = dict[str, list[tuple[object, ...]]]


def dump(archive: Path) -> Dump:
    """All rows of the index in one order, and all words of the full text with where they stand."""
    with closing(sqlite3.connect(archive / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        found = {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in TABLES}
        found["meta"] = sorted(connection.execute("SELECT * FROM meta"))
        found["indexed"] = sorted(connection.execute("SELECT document, stamp FROM indexed"))
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search, instance)")
        found["words"] = sorted(
            connection.execute("SELECT term, document, col, offset FROM words JOIN indexed ON indexed.row = words.doc")
        )
    return found


def rebuilt(archive: Path) -> Dump:
    """What an index made anew in another place holds."""
    copy = archive.with_name("again")
    shutil.copytree(archive, copy, ignore=shutil.ignore_patterns("index.sqlite*"))
    try:
        update(copy)
        return dump(copy)
    finally:
        shutil.rmtree(copy)


def lines(archive: Path) -> list[ManifestLine]:
    return [ManifestLine.model_validate_json(row) for row in (archive / MANIFEST).read_bytes().splitlines()]


def write(archive: Path, *kept: ManifestLine) -> None:
    (archive / MANIFEST).write_bytes(b"".join(line.encoded() for line in kept))


def test_everything_is_in_it(archive: Path) -> None:
    done = update(archive)
    assert done.rebuilt and not done.failed and done.added == len(list(documents(archive)))
    rows = dump(archive)
    assert all(rows[name] for name in ("documents", "nodes", "tasks", "assignees", "deadlines", "citations", "words"))
    assert list(verify(archive)) == []


def test_a_second_update_does_nothing(archive: Path) -> None:
    update(archive)
    before = dump(archive)
    done = update(archive)
    assert (done.added, done.changed, done.removed, done.rebuilt) == (0, 0, 0, False)
    assert dump(archive) == before


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("grow"), st.integers(1, 4)),
        st.tuples(st.just("shrink"), st.integers(1, 3)),
        st.tuples(st.just("review"), st.integers(0, 8)),
        st.tuples(st.just("again"), st.integers(0, 8)),
        st.tuples(st.just("damage"), st.integers(0, 8)),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_an_update_ends_with_what_a_rebuild_gives(made: Path, tmp_path: Path, actions: list[tuple[str, int]]) -> None:
    archive = tmp_path / "A"
    shutil.rmtree(archive, ignore_errors=True)
    shutil.copytree(made, archive, ignore=shutil.ignore_patterns("index.sqlite*"))
    every = lines(archive)
    inputs = [every[at : at + 2] for at in range(0, len(every), 2)]
    held = 3
    write(archive, *every[: 2 * held])
    update(archive)
    for action, number in actions:
        if action == "grow":
            held = min(len(inputs), held + number)
            write(archive, *every[: 2 * held])
        elif action == "shrink":
            held = max(1, held - number)
            write(archive, *every[: 2 * held])
        elif action == "again":
            other_settings(archive, inputs[number % held])
        else:
            one = list(documents(archive))[number % held]
            if action == "damage":
                (one.folder / "document.json").write_bytes(b"{}")
            target = FieldTarget(field="/metadata/number")  # the stamp of what is merely damaged stays
            append_review(archive, one.sha256, new_event("An", "correct_field", target, after=f"{number}/QĐ-X"))
        update(archive)
    assert dump(archive) == rebuilt(archive)


def other_settings(archive: Path, pair: list[ManifestLine]) -> None:
    """As if the input had been converted once more under other settings: another folder counts."""
    received, outcome = pair
    assert outcome.document is not None
    name = f"{outcome.document[:16]}-{'0' * 8}"
    if not (archive / DOCUMENTS / name).exists():
        shutil.copytree(archive / DOCUMENTS / outcome.document, archive / DOCUMENTS / name)
    again = outcome.model_copy(update={"document": name, "settings": "0" * 64})
    with (archive / MANIFEST).open("ab") as file:
        file.write(received.encoded() + again.encoded())


def test_a_correction_is_found_after_the_update(archive: Path) -> None:
    update(archive)
    one = next(held for held in documents(archive) if "an-phi" in held.inputs[0])
    target = FieldTarget(field="/metadata/number")
    append_review(archive, one.sha256, new_event("An", "correct_field", target, after="77/QĐ-UBND"))
    assert update(archive).changed == 1
    with closing(open_index(archive)) as connection:
        assert [hit.document for hit in search(connection, "77/QĐ-UBND").hits] == [one.id]


def test_what_is_settled_is_nobodys_work_any_more(archive: Path) -> None:
    """The column, the filter of the search, the export's choice and the desk's inbox mean the same documents."""

    def waiting() -> tuple[bool, ...]:
        update(archive)
        (held,) = (held for held in documents(archive) if held.id == one.id)
        with closing(open_index(archive)) as connection:
            found = search(connection, "", Filters(needs_review=True), limit=1000).hits
            inbox = connection.execute("SELECT document FROM flags WHERE needs_review AND resolved IS NULL").fetchall()
        chosen = Selected([held], Selection(statuses=(ReviewStatus.doubtful,)))
        return any(hit.document == one.id for hit in found), any(chosen), (one.id,) in inbox

    one = next(held for held in documents(archive) if any(item.open for item in held.directive.review))
    assert waiting() == (True, True, True)
    append_review(archive, one.sha256, new_event("An", "accept", DocumentTarget(content=one.content)))
    assert waiting() == (False, False, False)


def test_an_index_that_is_behind_its_archive_says_so(archive: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """After a review, after an outcome; not after an update, even one that found nothing to do."""

    def told() -> set[bool]:
        found = set()
        for command in (["search", str(archive), "an ninh"], ["query", str(archive), "SELECT 1"]):
            assert exit_code(command) == 0
            found.add("brings the index up to date" in capfd.readouterr().err)
        return found

    update(archive)
    assert told() == {False}
    one = next(iter(documents(archive)))
    target = FieldTarget(field="/metadata/place")
    for change in (
        lambda: append_review(archive, one.sha256, new_event("An", "correct_field", target, after="Huế")),
        lambda: write(archive, *lines(archive), *lines(archive)[:2]),
    ):
        change()
        assert told() == {True}
        update(archive)
        assert told() == {False}


def test_a_document_that_cannot_be_read_is_told_and_the_rest_is_there(archive: Path) -> None:
    first, *others = documents(archive)
    (first.folder / "document.json").write_text("{")
    done = update(archive)
    assert [name for name, _ in done.failed] == [first.id]
    assert {row[0] for row in dump(archive)["indexed"]} == {held.id for held in others}
    assert exit_code(["index", str(archive), "--quiet"]) == 1


def test_values_that_no_table_can_hold_cost_their_own_document(archive: Path) -> None:
    first, *others = documents(archive)
    path = first.folder / "document.json"
    path.write_text(first.directive.model_copy(update={"source": None}).model_dump_json().replace(
        '"page":1', f'"page":{10**30}'))  # fmt: skip
    assert [name for name, _ in update(archive).failed] == [first.id]
    assert len(dump(archive)["indexed"]) == len(others)


@pytest.mark.parametrize("damage", ["other version", "no database", "torn", "empty", "foreign"])
def test_an_index_that_does_not_fit_is_made_anew(archive: Path, damage: str) -> None:
    update(archive)
    whole = dump(archive)
    path = archive / FILE_NAME
    if damage == "other version":
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE meta SET value = 'older' WHERE key = 'schema'")
    elif damage == "foreign":
        path.unlink()
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE documents (x)")
    else:
        data = path.read_bytes()
        path.write_bytes({"no database": b"x" * 5000, "torn": data[: len(data) // 3], "empty": b""}[damage])
    with pytest.raises(IndexUnusable):
        open_index(archive)
    assert update(archive).rebuilt
    assert dump(archive) == whole


def test_a_reader_goes_on_while_the_index_is_changed_and_made_anew(archive: Path) -> None:
    every = lines(archive)
    write(archive, *every[:6])
    update(archive)
    with closing(open_index(archive)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT id FROM documents ORDER BY id").fetchall()
        write(archive, *every)
        update(archive)
        assert reader.execute("SELECT id FROM documents ORDER BY id").fetchall() == before
        update(archive, rebuild=True)
        assert reader.execute("SELECT id FROM documents ORDER BY id").fetchall() == before
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM documents").fetchone() == (len(every) // 2,)
        assert search(reader, "an").total > 0


@pytest.mark.parametrize("rebuild", [False, True])
@pytest.mark.parametrize("percent", [0, 30, 80])
def test_killed_in_the_middle_it_is_whole_and_the_next_goes_on(archive: Path, rebuild: bool, percent: int) -> None:
    """kill -9 after a part of the rows: the index is as it was, or further, and never in between."""
    every = lines(archive)
    write(archive, *every[:6])
    update(archive)
    known = {row[0] for row in dump(archive)["indexed"]}
    write(archive, *every)
    rows = sum(sum(1 for _ in rows_of(held)) for held in documents(archive) if held.id not in known) * percent // 100
    script = f"""
        import os, signal
        from pathlib import Path
        from dau.index import build
        from dau.index.flatten import rows_of
        left = {rows}
        def counted(source):
            global left
            for row in rows_of(source):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield row
        build.rows_of, build._BATCH = counted, 2
        build.update(Path({str(archive)!r}), rebuild={rebuild})
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False, env={**os.environ})
    assert ended.returncode == -signal.SIGKILL
    now = {row[0] for row in dump(archive)["indexed"]}
    assert now == known if rebuild or percent == 0 else now >= known
    update(archive)
    assert dump(archive) == rebuilt(archive)
    assert not list(archive.glob(f"{FILE_NAME}.new*"))


def test_one_process_at_a_time(archive: Path) -> None:
    with build._alone(archive), pytest.raises(ArchiveBusy, match="another process"):
        update(archive)


def test_what_is_no_archive_or_has_no_index_is_told(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveUnusable):
        update(tmp_path)
    with pytest.raises(IndexUnusable, match="no index yet"):
        open_index(archive)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(archive: Path) -> None:
    archive.chmod(0o555)
    try:
        with pytest.raises(ArchiveUnusable, match="cannot be written"):
            update(archive)
    finally:
        archive.chmod(0o755)


def test_it_can_be_made_while_a_run_holds_the_archive(archive: Path) -> None:
    from dau.archive.store import Archive

    with Archive.open(archive):
        assert isinstance(update(archive), Updated)


def test_the_schema_has_what_the_row_model_says() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        schema.make(connection)
        for name, table in TABLES.items():
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            assert columns == [column.name for column in table.columns]
            assert all(column.description for column in table.columns)
        for view in schema.VIEWS:
            connection.execute(f"SELECT * FROM {view}").fetchall()
