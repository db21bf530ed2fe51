"""`dau status` and `dau verify` of an archive that people reviewed: what they settled, what applies nowhere."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from dau.archive.folder import DOCUMENTS
from dau.archive.manifest import ManifestLine, SourceFile
from dau.archive.review_events import FieldTarget, FlagTarget, ReviewEvent, WordTarget, new_event
from dau.archive.reviews import append_review, log_rows, review_path
from dau.archive.store import Archive
from dau.cli.app import exit_code
from dau.cli.show import show_documents
from dau.corrected import documents, held, word_target
from dau.document.directive import ReviewItem
from dau.document.errors import DependencyError
from dau.index.build import update
from tests.web.making import put, read

BY = "Lê Thị Cúc"
NOWHERE = WordTarget(page=7, raw="Thyc")


def doubt(number: int) -> ReviewItem:
    return ReviewItem(
        code="number_misread", severity="high" if number % 2 else "medium", field="/metadata/number", page=1,
        message="Số có thể sai", raw=f"{number}/QĐ",
    )  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three documents; of each the number is doubted, with two readings, and a date that evidence settled."""
    with Archive.open(tmp_path / "A") as archive:
        for n in range(3):
            directive, transcript = read(1400 + n)
            settled = ReviewItem(code="date_impossible", severity="medium", message="x", resolved="2021-09-14")
            review = (doubt(2 * n), doubt(2 * n + 1), settled)
            put(archive, f"{n}.pdf", (directive.model_copy(update={"review": review}), transcript))
    return tmp_path / "A"


def say(root: Path, number: int, event: ReviewEvent) -> ReviewEvent:
    """Something about the n-th document, by the order of their ids."""
    append_review(root, list(documents(root))[number].sha256, event)
    return event


def accept(item: ReviewItem) -> ReviewEvent:
    return new_event(BY, "accept", FlagTarget(code=item.code, field=item.field, page=item.page, raw=item.raw))


def correct(after: str | None = "15/QĐ-BTTTT") -> ReviewEvent:
    return new_event(BY, "correct_field", FieldTarget(field="/metadata/number"), after=after)


def nowhere() -> ReviewEvent:
    return new_event(BY, "correct_word", NOWHERE, after="Thực")


def asked(capture: pytest.CaptureFixture[bytes], *arguments: object) -> tuple[int, str]:
    code = exit_code([str(each) for each in arguments])
    return code, capture.readouterr().out.decode()


def answered(capture: pytest.CaptureFixture[bytes], *arguments: object) -> Any:
    return json.loads(asked(capture, *arguments, "--json")[1])


# ---------------------------------------------------------------------- status


def of_the_index(root: Path) -> dict[str, int]:
    """What the inbox of the desk shows, and `/statistics`: by the columns both ask for."""
    update(root)
    connection = sqlite3.connect(root / "index.sqlite")
    waiting, found = connection.execute(
        "SELECT count(*), sum(to_review) FROM documents WHERE to_review > 0"
    ).fetchone()
    settled = "SELECT count(*) FROM flags WHERE needs_review AND resolved IS NOT NULL"
    return {"open": found or 0, "settled": connection.execute(settled).fetchone()[0], "documents": waiting}


def test_doubts_are_counted_as_desk_and_index_count_them(root: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Before anybody spoke, after some were settled, after something found no place, after all was undone."""
    first = answered(capfdbinary, "status", root)["doubts"]
    assert first == of_the_index(root) == {"open": 6, "settled": 3, "documents": 3}
    (name,) = [each.id for each in list(documents(root))[:1]]
    said = [say(root, 0, accept(item)) for item in held(root, name).directive.review if item.open]
    assert len(said) == 2
    say(root, 1, correct())
    assert answered(capfdbinary, "status", root)["doubts"] == of_the_index(root) == {
        "open": 2, "settled": 7, "documents": 1}  # fmt: skip
    say(root, 2, nowhere())
    found = answered(capfdbinary, "status", root)
    assert found["doubts"] == of_the_index(root) == {"open": 3, "settled": 7, "documents": 1}
    (left,) = found["doubtful"]
    assert [item["code"] for item in left["doubts"]].count("review_unapplied") == 1 and left["settled"] == 1
    text = asked(capfdbinary, "status", root)[1]
    assert "doubts     3 open in 1 documents, 7 settled" in text and "review_unapplied" in text


def test_a_correction_is_in_the_list_and_the_table(
    root: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    say(root, 1, correct())
    report, table = tmp_path / "r.html", tmp_path / "t.csv"
    assert asked(capfdbinary, "status", root, "--report", report, "--csv", table)[0] == 0
    with table.open(encoding="utf-8-sig", newline="") as rows:
        by_folder = {row["Thư mục kết quả"]: row for row in csv.DictReader(rows)}
    names = [each.id for each in documents(root)]
    assert by_folder[names[1]]["Số, ký hiệu"] == "15/QĐ-BTTTT"
    counted = [(row["Số cờ cần xem lại"], row["Số cờ đã giải quyết"]) for row in map(by_folder.get, names) if row]
    assert counted == [("2", "1"), ("0", "3"), ("2", "1")]
    assert by_folder[names[1]]["Cờ cần xem lại"] == by_folder[names[1]]["Trường còn nghi ngờ"] == ""
    page = report.read_text("utf-8")
    assert "15/QĐ-BTTTT" in page and page.count("đã giải quyết 1 điều") == 2 and "đã giải quyết 3 điều" in page
    for name, number in (("Văn bản có điều cần xem lại", 2), ("Điều cần xem lại", 4), ("Điều đã giải quyết", 5)):
        assert f"<td>{name}</td><td class=n>{number}</td>" in page, name


def test_the_table_and_the_page_hold_what_a_later_failure_left(
    root: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """One rule for which document counts: a run that failed takes none from the report that the desk still shows."""
    (entry, *_) = documents(root)
    source = SourceFile(path=entry.inputs[0], sha256=entry.sha256, bytes=1)
    with Archive.open(root) as archive:
        archive.append(
            ManifestLine(event="received", source=source, settings="ef" * 32),
            ManifestLine(event="outcome", source=source, settings="ef" * 32, status="failed", category="timeout",
                         message="Too long. Split it."),
        )  # fmt: skip
    report, table = tmp_path / "r.html", tmp_path / "t.csv"
    assert asked(capfdbinary, "status", root, "--report", report, "--csv", table)[0] == 0
    with table.open(encoding="utf-8-sig", newline="") as rows:
        (row,) = [row for row in csv.DictReader(rows) if row["Thông báo"]]
    assert (row["Trạng thái"], row["Thư mục kết quả"]) == ("Không xử lý được", entry.id)
    assert (row["Số cờ cần xem lại"], row["Số trang"]) == ("2", "1")
    assert "<td>Điều cần xem lại</td><td class=n>6</td>" in report.read_text("utf-8")
    assert answered(capfdbinary, "status", root)["doubts"] == of_the_index(root)


def test_the_table_after_a_run_asks_for_what_is_open(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say(root, 1, correct())
    (root / DOCUMENTS / next(documents(root)).id / "document.json").write_bytes(b"{")
    show_documents(root)
    shown = capsys.readouterr().out
    assert "15/QĐ-BTTTT" in shown and "15/QĐ-BTTTT ?" not in shown
    assert shown.count("number_misread") == 1 and "dau verify" in shown


@pytest.mark.parametrize("file", ["document.json", "transcript.json"])
def test_a_reviewed_document_that_cannot_be_read_is_told(
    root: Path, file: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    say(root, 0, correct())
    name = next(documents(root)).id
    (root / DOCUMENTS / name / file).write_bytes(b"{")
    found = answered(capfdbinary, "status", root)
    assert found["unreadable"] == [name] and found["documents"] == 3


def test_a_document_that_carries_reviews_of_its_own_costs_itself_only(
    root: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Nobody's run writes such a file; somebody else's may."""
    say(root, 0, correct())
    entry = next(documents(root))
    (entry.folder / "document.json").write_text(entry.directive.model_dump_json(), encoding="utf-8")
    assert answered(capfdbinary, "status", root)["unreadable"] == [entry.id]
    code, text = asked(capfdbinary, "verify", root)
    assert code == 1 and "Reviews were applied to this result already" in text and "file_changed" in text


# ---------------------------------------------------------------------- verify


def test_what_applies_is_no_notice(root: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    say(root, 0, correct())
    undone = say(root, 1, nowhere())
    assert answered(capfdbinary, "verify", root)["notices"] != []
    say(root, 1, new_event(BY, "undo", {"kind": "event", "event": undone.id}))  # type: ignore[arg-type]
    found = answered(capfdbinary, "verify", root)
    assert (found["proven"], found["discrepancies"], found["notices"]) == (True, [], [])
    code, text = asked(capfdbinary, "verify", root)
    assert code == 0 and text.startswith("Proven: 3 inputs") and "eview" not in text


def test_what_applies_nowhere_is_listed_and_breaks_nothing(
    root: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """With its line in the log, in the words of the desk; nothing is lost, so the archive is proven."""
    say(root, 1, correct())
    event = say(root, 1, nowhere())
    entry = list(documents(root))[1]
    found = answered(capfdbinary, "verify", root)
    where = f"reviews/{entry.sha256[:16]}.jsonl:2"
    assert (found["proven"], found["discrepancies"]) == (True, [])
    assert found["notices"] == [{
        "path": where, "document": entry.id, "event": event.id, "reason": "no_page", "code": "review_unapplied",
        "message": f"{BY}, {event.at[:10]}, correct_word “Thực”: this result has no page 7",
    }]  # fmt: skip
    code, text = asked(capfdbinary, "verify", root)
    proven, *_, told, line = text.splitlines()
    assert code == 0 and proven.startswith("Proven: 3 inputs") and "nowhere now: 1." in told
    assert line.startswith(f"review_unapplied  {where}  {BY}")
    assert [each.event.id for each in entry.unapplied] == [event.id], "the same as desk and exports tell"


def test_with_a_discrepancy_both_are_listed(root: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A damaged line is a discrepancy, for what it said is lost; what stands in the others is told as before."""
    event = say(root, 0, nowhere())
    entry = next(documents(root))
    with review_path(root, entry.sha256).open("ab") as log:
        log.write(b"{}\n")
    found = answered(capfdbinary, "verify", root)
    assert [each["code"] for each in found["discrepancies"]] == ["review_line_damaged"]
    assert [each["event"] for each in found["notices"]] == [event.id]
    code, text = asked(capfdbinary, "verify", root)
    assert code == 1 and "review_line_damaged" in text and "review_unapplied" in text


@pytest.mark.parametrize("file", ["document.json", "transcript.json", "events.jsonl"])
def test_reviews_of_a_damaged_document_are_listed_with_it(
    root: Path, file: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    event = say(root, 0, correct())
    (root / DOCUMENTS / next(documents(root)).id / file).write_bytes(b"\xff")
    found = answered(capfdbinary, "verify", root)
    assert found["proven"] is False
    (notice,) = found["notices"]
    assert notice["event"] == event.id and "cannot be read" in notice["message"] and notice["reason"] is None


def test_reviews_of_a_source_without_a_document_are_listed(
    root: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """As where `reviews/` was copied from elsewhere, and the source failed here. Undone ones are in force no more."""
    sha256 = "12" * 32
    source = SourceFile(path="/in/failed.pdf", sha256=sha256, bytes=1)
    with Archive.open(root) as archive:
        archive.append(
            ManifestLine(event="received", source=source, settings="ef" * 32),
            ManifestLine(event="outcome", source=source, settings="ef" * 32, status="failed", category="timeout",
                         message="Too long. Split it."),
        )  # fmt: skip
    kept, undone = correct(), nowhere()
    undo = new_event(BY, "undo", {"kind": "event", "event": undone.id})  # type: ignore[arg-type]
    for event in (undone, kept, undo):
        append_review(root, sha256, event)
    found = answered(capfdbinary, "verify", root)
    (notice,) = found["notices"]
    assert found["proven"] is True and notice["event"] == kept.id and notice["document"] is None
    assert notice["path"].endswith(".jsonl:2") and "no document" in notice["message"]


def test_names_and_texts_cannot_steer_the_terminal(root: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    event = say(root, 0, nowhere())
    path = review_path(root, next(documents(root)).sha256)
    path.write_bytes(path.read_bytes().replace(b"Thyc", b"\\u001b[31m"))
    assert next(row for row in log_rows(path.read_bytes()) if isinstance(row, ReviewEvent)).id == event.id
    assert "\x1b" not in asked(capfdbinary, "verify", root)[1]


def test_a_proof_does_not_end_where_a_document_cannot_be_parsed_again(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Without its models the parser does not run: that is told of the review, and all else is proven."""
    page = next(documents(root)).transcript.pages[0]
    event = say(root, 0, new_event(BY, "correct_word", word_target(page, page.lines[0], 0), after="BỘ"))
    assert answered(capfdbinary, "verify", root)["notices"] == []

    def without_models(*_: object) -> None:
        raise DependencyError("No folder of models.", "Install dau again.")

    monkeypatch.setattr("dau.structure.parse", without_models)
    found = answered(capfdbinary, "verify", root)
    (notice,) = found["notices"]
    assert found["proven"] is True and notice["event"] == event.id
    assert notice["message"].endswith("it cannot be applied: No folder of models.")
    assert asked(capfdbinary, "verify", root)[0] == 0 and asked(capfdbinary, "status", root)[0] == 3
