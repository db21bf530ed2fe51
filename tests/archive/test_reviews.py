"""The log of reviews: what was acknowledged is there for ever, whatever happens while it is written."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.archive.test_verify import put

from dau.archive.failures import ArchiveUnusable
from dau.archive.manifest import Damaged
from dau.archive.prune import prune
from dau.archive.review_events import (
    DocumentTarget,
    EventTarget,
    FieldTarget,
    FlagTarget,
    ReviewEvent,
    TaskTarget,
    TaskValue,
    WordTarget,
    new_event,
)
from dau.archive.reviews import (
    EMPTY,
    ReviewConflict,
    ReviewRefused,
    append_review,
    log_bytes,
    log_rows,
    read_reviews,
    review_path,
)
from dau.archive.store import Archive
from dau.archive.verify import verify
from dau.document.directive import Assignee, Deadline

BY = "Nguyễn Thị Bình"


def field(value: str | None = "1423/QĐ-BTTTT", name: str = "number") -> ReviewEvent:
    return new_event(BY, "correct_field", FieldTarget(field=f"/metadata/{name}"), before="4423/QĐ-BTTTT", after=value)


def undo(event: str) -> ReviewEvent:
    return new_event(BY, "undo", EventTarget(event=event))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "A") as archive:
        put(archive, tmp_path, "done")
    return tmp_path / "A"


@pytest.fixture
def source() -> str:
    return hashlib.sha256(b"done").hexdigest()


# ---------------------------------------------------------------------- events

WRONG: list[tuple[str, dict[str, object]]] = [
    ("an action that is none", {"action": "rewrite"}),
    ("a target of another action", {"target": EventTarget(event="x")}),
    ("a field that is none", {"target": {"kind": "field", "field": "/metadata/nummer"}}),
    ("what was read", {"target": {"kind": "field", "field": "/metadata/number/raw"}}),
    ("a field outside the metadata", {"target": {"kind": "field", "field": "/nodes/0/text"}}),
    ("a day that is none", {"target": {"kind": "field", "field": "/metadata/issued"}, "after": "2021-02-30"}),
    ("a day as printed", {"target": {"kind": "field", "field": "/metadata/issued/date"}, "after": "15/9/2021"}),
    ("no text", {"after": ""}),
    ("only spaces", {"after": "  "}),
    ("a control character", {"after": "1423\u202e/QĐ"}),
    ("a line break", {"after": "14\n23"}),
    ("nobody", {"by": ""}),
    ("a forged name", {"by": "Bình\u202e"}),
    ("a time without zone", {"at": "2026-11-22T10:59:41"}),
    ("a time of elsewhere", {"at": "2026-11-22T10:59:41+07:00"}),
    ("no time", {"at": "yesterday"}),
    ("an id that is a path", {"id": "../../etc/passwd"}),
    ("an unknown key", {"sql": "x"}),
    ("another version", {"schema_version": "2.0"}),
    ("half a surrogate pair", {"after": "\ud800"}),
    ("a megabyte", {"after": "x" * (1 << 20)}),
    ("a word accepted unseen", {"action": "accept", "target": {"kind": "word", "page": 1, "raw": "a"}, "before": None}),
    ("a box that is nowhere", {"action": "accept", "target": {"kind": "word", "page": 1, "raw": "a",
                                                              "bbox": [float("nan"), 0, 1, 1]}}),
    ("a word without text", {"action": "correct_word", "target": {"kind": "word", "page": 1, "raw": "a"},
                             "after": None}),
    ("a task as text", {"action": "correct_task", "target": {"kind": "task", "node": "a", "text": "b"}}),
    ("a task added without text", {"action": "correct_task", "target": {"kind": "task", "node": "a"}, "after": None}),
    ("a task without text", {"action": "correct_task", "target": {"kind": "task", "node": "a", "text": "b"},
                             "after": {"text": None}}),
]  # fmt: skip


@pytest.mark.parametrize("change", [w[1] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_makes_no_sense_is_no_event(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ReviewEvent.model_validate(field().model_dump() | change)


def test_what_people_type_is_tidied() -> None:
    event = new_event(" Bình ", "correct_word", WordTarget(page=1, raw="s6"), after="  Thông   to\u031b ")
    assert (event.by, event.after) == ("Bình", "Thông tơ")


HOSTILE = st.text(max_size=60) | st.sampled_from(
    ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "'; DROP TABLE documents; --", "\x00", "\u2028", "\r\n",
     "{{7*7}}", "../../etc/passwd", "\N{RIGHT-TO-LEFT OVERRIDE}", "{\"action\": \"undo\"}\n"]
)  # fmt: skip


@given(raw=HOSTILE.filter(bool), line=HOSTILE, before=HOSTILE, note=HOSTILE, node=HOSTILE, flagged=HOSTILE)
def test_any_text_a_machine_read_survives_on_one_line(
    raw: str, line: str, before: str, note: str, node: str, flagged: str
) -> None:
    targets = [
        ("accept", WordTarget(page=1, raw=raw, line=line[:40])),
        ("accept", TaskTarget(node=node, text=raw)),
        ("accept", FlagTarget(code="number_misread", field=node, node=node, raw=(flagged, raw))),
        ("accept", DocumentTarget(content="0" * 64)),
    ]
    events = [new_event(BY, a, t, before=before, note=note) for a, t in targets]  # type: ignore[arg-type]
    data = b"".join(event.encoded() for event in events)
    assert data.count(b"\n") == len(events)
    assert list(log_rows(data)) == events


def test_a_task_says_only_what_it_says() -> None:
    """What is absent stays as it is; what is null is not there."""
    event = new_event(BY, "correct_task", TaskTarget(node="a/1", text="Báo cáo"), after=TaskValue(deadline=None))
    assert json.loads(event.encoded())["after"] == {"deadline": None}
    (read,) = log_rows(event.encoded())
    assert isinstance(read, ReviewEvent) and isinstance(read.after, TaskValue)
    assert read.after.said == {"deadline": None}


# ------------------------------------------------------------------- appending


def test_events_come_back_in_order(root: Path, source: str) -> None:
    assert read_reviews(root, source) == ()
    events = [field("1/CT"), field("2/CT"), field(None)]
    for event in [*events, undo(events[0].id)]:
        append_review(root, source, event)
    assert read_reviews(root, source)[:3] == tuple(events)
    assert list(verify(root)) == []


def test_an_event_sent_twice_is_there_once(root: Path, source: str) -> None:
    event = field()
    for _ in range(3):
        append_review(root, source, event)
    append_review(root, source, event, expected_last="whatever the client knew")
    assert read_reviews(root, source) == (event,)


def test_an_id_belongs_to_one_event(root: Path, source: str) -> None:
    event = field()
    append_review(root, source, event)
    with pytest.raises(ReviewRefused, match="that of an earlier event"):
        append_review(root, source, event.model_copy(update={"after": "9999/QĐ-BTTTT"}))
    assert read_reviews(root, source) == (event,)


def test_an_undo_names_what_is_there(root: Path, source: str) -> None:
    with pytest.raises(ReviewRefused, match="no earlier event"):
        append_review(root, source, undo(field().id))
    assert read_reviews(root, source) == ()


@pytest.mark.parametrize("said", ["31/12/2021", "2021-02-30", "20211231", "", "2021-12-31 "])
@pytest.mark.parametrize("name", ["date", "start", "end"])
def test_a_deadline_is_a_calendar_day(root: Path, source: str, name: str, said: str) -> None:
    """Recorded, it would be no day to an index and no error to anybody; one that is in a log stays readable."""
    deadline = Deadline.model_validate({"raw": "trước cuối năm", "kind": "by", name: said})
    event = new_event(BY, "correct_task", TaskTarget(node="n", text="t"), after=TaskValue(deadline=deadline))
    with pytest.raises(ReviewRefused, match="calendar day"):
        append_review(root, source, event)
    assert not review_path(root, source).exists()
    assert list(log_rows(event.encoded())) == [event]
    right = Deadline.model_validate({"raw": "trước cuối năm", "kind": "by", name: "2024-02-29"})
    append_review(root, source, event.model_copy(update={"after": TaskValue(deadline=right)}))


@pytest.mark.parametrize("name", ["", " ", "Sở \u202eY tế", "Sở\x00"])
def test_an_assignee_has_a_name_that_can_be_seen(root: Path, source: str, name: str) -> None:
    actors = (Assignee(name=name, role="lead"),)
    event = new_event(BY, "correct_task", TaskTarget(node="n", text="t"), after=TaskValue(assignees=actors))
    with pytest.raises(ReviewRefused, match="no name"):
        append_review(root, source, event)
    decomposed = (Assignee(name="Sở  Y te\u0302\u0301", role="lead"),)
    tidy = new_event(BY, "correct_task", TaskTarget(node="n", text="t"), after=TaskValue(assignees=decomposed))
    assert isinstance(tidy.after, TaskValue) and [each.name for each in tidy.after.assignees] == ["Sở Y tế"]


def test_somebody_else_wrote_meanwhile(root: Path, source: str) -> None:
    first, second = field("1/CT"), field("2/CT")
    append_review(root, source, first, expected_last=EMPTY)
    with pytest.raises(ReviewConflict, match=first.id):
        append_review(root, source, second, expected_last=EMPTY)
    append_review(root, source, second, expected_last=first.id)
    with pytest.raises(ReviewConflict):
        append_review(root, source, field("3/CT"), expected_last=first.id)
    assert read_reviews(root, source) == (first, second)


def test_only_into_an_archive_and_under_a_hash(tmp_path: Path, root: Path) -> None:
    with pytest.raises(ArchiveUnusable):
        append_review(tmp_path, "0" * 64, field())
    for name in ("../../x", "0" * 16, "Z" * 64, ""):
        with pytest.raises(ValueError):
            append_review(root, name, field())


def test_a_link_is_not_followed(tmp_path: Path, root: Path, source: str) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    review_path(root, source).parent.mkdir()
    review_path(root, source).symlink_to(outside)
    with pytest.raises(Exception, match="symbolic link"):
        append_review(root, source, field())
    assert outside.read_bytes() == b"precious"


# --------------------------------------------------------------------- damage


def test_cut_anywhere_loses_only_the_broken_line() -> None:
    events = [field(f"{n}/CT") for n in range(3)]
    data = b"".join(event.encoded() for event in events)
    ends = [0]
    for event in events:
        ends.append(ends[-1] + len(event.encoded()))
    for cut in range(len(data) + 1):
        rows = list(log_rows(data[:cut]))
        whole = sum(end <= cut for end in ends[1:])
        assert [row for row in rows if isinstance(row, ReviewEvent)] == events[:whole]
        assert [row.torn for row in rows if isinstance(row, Damaged)] == ([] if cut in ends else [True])


def test_a_torn_line_is_cut_off_and_told(root: Path, source: str, caplog: pytest.LogCaptureFixture) -> None:
    first, second = field("1/CT"), field("2/CT")
    append_review(root, source, first)
    with review_path(root, source).open("ab") as file:
        file.write(second.encoded()[:-1])  # whole but for its end: nobody was told that it is there
    assert read_reviews(root, source) == (first,)
    assert [found.code for found in verify(root)] == ["review_line_damaged"]
    with caplog.at_level(logging.WARNING):
        append_review(root, source, second)
    assert "broken off" in caplog.text
    assert read_reviews(root, source) == (first, second)
    assert list(verify(root)) == []


def test_a_damaged_line_costs_itself_only(root: Path, source: str) -> None:
    events = [field("1/CT"), field("2/CT"), field("3/CT")]
    path = review_path(root, source)
    path.parent.mkdir()
    path.write_bytes(events[0].encoded() + b'{"id": 1}\n' + b"\xff\xfe\n" + events[1].encoded())
    append_review(root, source, events[2])
    assert read_reviews(root, source) == tuple(events)
    assert [(found.code, found.path[-8:]) for found in verify(root)] == [
        ("review_line_damaged", ".jsonl:2"), ("review_line_damaged", ".jsonl:3"),
    ]


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from dau.archive.review_events import ReviewEvent
    from dau.archive.reviews import append_review

    archive, source, event, part, sync = sys.argv[1:]
    write, fsync = os.write, os.fsync

    def cut(fd, data):
        write(fd, data[: int(part)] if int(part) >= 0 else data)
        if int(part) >= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return len(data)

    def die(fd):
        os.kill(os.getpid(), signal.SIGKILL)

    os.write = cut
    if sync == "die":
        os.fsync = die
    append_review(Path(archive), source, ReviewEvent.model_validate_json(event))
""")


@pytest.mark.parametrize(
    ("part", "sync", "there"), [(0, "", False), (1, "", False), (100, "", False), (-1, "die", True)]
)
def test_killed_while_it_writes(root: Path, source: str, part: int, sync: str, there: bool) -> None:
    """SIGKILL after so many bytes of the line, or between write and sync; the lock goes with the process."""
    first, second, third = field("1/CT"), field("2/CT"), field("3/CT")
    append_review(root, source, first)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, root, source, second.encoded().decode(), str(part), sync], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert read_reviews(root, source) == ((first, second) if there else (first,))
    append_review(root, source, third)
    append_review(root, source, second)  # sent again by the client, who does not know
    assert sorted(e.after or "" for e in read_reviews(root, source)) == ["1/CT", "2/CT", "3/CT"]  # type: ignore[type-var]
    assert list(verify(root)) == []


WRITER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from dau.archive.review_events import FieldTarget, new_event
    from dau.archive.reviews import append_review

    archive, source, who, count = sys.argv[1:]
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(int(count)):
        event = new_event(who, "correct_field", FieldTarget(field="/metadata/subject"), after=f"{who} {n} " + "ă" * 3000)
        append_review(Path(archive), source, event)
""")  # noqa: E501


def test_two_processes_append_at_once(root: Path, source: str) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, root, source, who, "25"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE)
        for who in ("An", "Bình")
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline() == b"ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    events = read_reviews(root, source)
    for who in ("An", "Bình"):
        said = [str(e.after).split(" ă")[0] for e in events if e.by == who]
        assert said == [f"{who} {n}" for n in range(25)], "each in its own order, none lost, none twice"
    assert len({e.id for e in events}) == 50 and list(verify(root)) == []


def test_a_reader_waits_for_the_writer(root: Path, source: str) -> None:
    """`verify` must not take a line that is being written for one that broke off."""
    append_review(root, source, field("1/CT"))
    holder = subprocess.Popen(
        [sys.executable, "-c", "import fcntl, os, sys, time\nfd = os.open(sys.argv[1], os.O_RDWR)\n"
         "fcntl.flock(fd, fcntl.LOCK_EX)\nend = os.lseek(fd, 0, os.SEEK_END)\nos.write(fd, b'{')\n"
         "print('held', flush=True)\ntime.sleep(0.5)\nos.ftruncate(fd, end)", review_path(root, source)],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    assert log_bytes(review_path(root, source)).endswith(b"{")
    assert list(verify(root)) == []
    holder.communicate()


def test_a_full_disk_leaves_the_log_as_it_was(root: Path, source: str) -> None:
    """A limit on the size of files stands for the disk: the write is cut short, then refused."""
    append_review(root, source, field("1/CT"))
    before = review_path(root, source).read_bytes()
    code = textwrap.dedent("""
        import resource, signal, sys
        from pathlib import Path
        from dau.archive.failures import ArchiveFull
        from dau.archive.review_events import ReviewEvent
        from dau.archive.reviews import append_review
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]),) * 2)
        try:
            append_review(Path(sys.argv[1]), sys.argv[2], ReviewEvent.model_validate_json(sys.argv[3]))
        except ArchiveFull as error:
            sys.exit(7 if "room" in str(error) else 1)
    """)
    event = field("2/CT")
    for room in (0, 1, 100):
        arguments = [root, source, event.encoded().decode(), str(len(before) + room)]
        assert subprocess.run([sys.executable, "-c", code, *arguments], check=False).returncode == 7
        assert review_path(root, source).read_bytes() == before
    append_review(root, source, event)
    assert len(read_reviews(root, source)) == 2


# ------------------------------------------------------------ verify and prune


def test_verify_finds_what_is_wrong_with_reviews(root: Path, source: str) -> None:
    first = field("1/CT")
    path = review_path(root, source)
    path.parent.mkdir()
    path.write_bytes(first.encoded() + first.encoded() + undo("0" * 32).encoded())
    (path.parent / f"{'0' * 16}.jsonl").write_bytes(b"")
    (path.parent / "notes.txt").write_bytes(b"")
    assert [(found.code, Path(found.path).name) for found in verify(root)] == [
        ("review_unknown", f"{'0' * 16}.jsonl"),
        ("review_order", f"{path.name}:2"),
        ("review_order", f"{path.name}:3"),
        ("review_unknown", "notes.txt"),
    ]


def test_prune_leaves_reviews(root: Path, tmp_path: Path, source: str) -> None:
    append_review(root, source, field())
    before = review_path(root, source).read_bytes()
    with Archive.open(root) as archive:
        put(archive, tmp_path, "done", settings="ef" * 32)
        assert len(prune(archive).documents) == 1
    assert review_path(root, source).read_bytes() == before
    assert list(verify(root)) == []


def test_reviews_may_be_written_while_a_run_holds_the_archive(root: Path, source: str) -> None:
    with Archive.open(root):
        append_review(root, source, field())
    assert len(read_reviews(root, source)) == 1


def test_appending_is_synced_file_and_name(root: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is synced, in order: the folders when the log is new, then the line."""
    synced: list[str] = []
    fsync = os.fsync

    def seen(fd: int) -> None:
        synced.append(Path(f"/proc/self/fd/{fd}").readlink().name)
        fsync(fd)

    monkeypatch.setattr(os, "fsync", seen)
    append_review(root, source, field("1/CT"))
    append_review(root, source, field("2/CT"))
    log = review_path(root, source).name
    assert synced == ["reviews", root.name, log, log]
