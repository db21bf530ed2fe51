"""The documents of an archive as they count: reviews outlive runs, files never change, nothing is read unasked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from dau.archive.folder import checksums_of, folder_name, write_document
from dau.archive.manifest import ManifestLine, SourceFile
from dau.archive.outcome import PageStatus
from dau.archive.prune import prune
from dau.archive.review_events import TaskValue, new_event
from dau.archive.reviews import append_review, review_path
from dau.archive.status import status
from dau.archive.store import Archive
from dau.archive.verify import verify
from dau.cli.app import exit_code
from dau.corrected import Held, NoSuchDocument, documents, held, word_target
from dau.document.directive import Directive
from dau.document.errors import InputError
from dau.document.transcript import Transcript
from dau.web.catalogue import Catalogue

from .samples import BY, TEXT, boxed, field, flag, machine, page_of, target_of, task, word

NUMBER, RIGHT = "4423/QĐ-BTTTT", "1423/QĐ-BTTTT"
SHA256 = hashlib.sha256(b"scan").hexdigest()


def put(
    root: Path, result: tuple[Directive, Transcript], settings: str = "ab" * 32, paths: Sequence[str] = ("/in/a.pdf",),
    content: bytes = b"scan", structure: dict[str, object] | None = None,
    pages: Mapping[int, PageStatus] | None = None,
) -> str:
    """A result as a run leaves it, under one or several input paths; returns the document's id."""
    sha256 = hashlib.sha256(content).hexdigest()
    name = folder_name(sha256, settings)
    directive, transcript = result
    head = {"event": "conversion", "agent": "dau", "structure": structure or {}}
    with Archive.open(root) as archive:
        files = write_document(root, name, {
            "document.json": directive.model_dump_json().encode(),
            "transcript.json": transcript.model_dump_json().encode(),
            "events.jsonl": json.dumps(head).encode() + b"\n",
        })  # fmt: skip
        for path in paths:
            source = SourceFile(path=path, sha256=sha256, bytes=len(content))
            archive.append(
                ManifestLine(event="received", source=source, settings=settings),
                ManifestLine(event="outcome", source=source, settings=settings, document=name, files=files,
                             status="partial" if pages else "success", pages=dict(pages or {1: "success"}),
                             category="timeout" if pages else None, message="Split it." if pages else None),
            )  # fmt: skip
    return name


def only(root: Path) -> Held:
    (found,) = documents(root)
    return found


# ------------------------------------------------------------------- catalogue


def test_each_current_document_once(tmp_path: Path) -> None:
    root = tmp_path / "A"
    put(root, machine(), "00" * 32)
    put(root, machine(), paths=("/in/b.pdf", "/in/a.pdf"))
    other = put(root, boxed(), content=b"other")
    found = list(documents(root))
    assert [each.inputs for each in found if each.sha256 == SHA256] == [("/in/a.pdf", "/in/b.pdf")]
    assert [each.id for each in found] == sorted([folder_name(SHA256, "ab" * 32), other])
    assert held(root, other).machine_directive == boxed()[0]
    assert found[0].folder.is_dir()


@pytest.mark.parametrize("ident", ["", "../../etc", f"{'0' * 16}-{'0' * 8}", f"{SHA256[:16]}-{'0' * 8}"])
def test_what_is_no_current_document(tmp_path: Path, ident: str) -> None:
    root = tmp_path / "A"
    put(root, machine(), "00" * 32)
    put(root, machine())
    with pytest.raises(NoSuchDocument):
        held(root, ident)


def fail(root: Path, settings: str, path: str = "/in/a.pdf") -> None:
    """A run that fails as a whole."""
    source = SourceFile(path=path, sha256=SHA256, bytes=4)
    with Archive.open(root) as archive:
        archive.append(
            ManifestLine(event="received", source=source, settings=settings),
            ManifestLine(event="outcome", source=source, settings=settings, status="failed", category="timeout",
                         message="Too long. Split it."),
        )  # fmt: skip


def test_a_later_failure_replaces_nothing(tmp_path: Path) -> None:
    """The document stays with what people said of it, is proven by `verify`, and not pruned."""
    root = tmp_path / "A"
    name = put(root, machine())
    append_review(root, SHA256, field("number", RIGHT))
    fail(root, "cd" * 32)
    assert only(root).id == name and only(root).directive.metadata.number.text == RIGHT
    assert [entry.id for entry in Catalogue(root).entries().values()] == [name]
    assert status(root).documents == 1 and status(root).statuses == {"failed": 1}
    with Archive.open(root) as archive:
        assert prune(archive).documents == ()
    (root / "documents" / name / "document.json").write_bytes(b"{}")
    assert "file_changed" in {each.code for each in verify(root)}


def test_of_equal_content_under_several_paths_the_latest_document_counts(tmp_path: Path) -> None:
    """A file that was moved and run again with other settings is one document, the new one; a look at one page of a
    copy takes nothing away."""
    root = tmp_path / "A"
    put(root, machine(), "00" * 32, paths=("/in/a.pdf",))
    new = put(root, machine(), "cd" * 32, paths=("/moved/a.pdf",))
    fail(root, "ef" * 32, "/elsewhere/a.pdf")
    assert (only(root).id, only(root).inputs) == (new, ("/in/a.pdf", "/moved/a.pdf"))
    put(root, machine(), "12" * 32, paths=("/copy/a.pdf",), pages={1: "failed"})
    assert only(root).id == new and len(only(root).inputs) == 3
    assert list(Catalogue(root).entries()) == [new] and status(root).documents == 1
    assert {each.code for each in verify(root)} <= {"schema", "pages_incomplete", "source_differs"}, "files as put here"


def test_documents_that_come_while_one_looks_are_there_the_next_time(tmp_path: Path) -> None:
    root = tmp_path / "A"
    put(root, machine())
    assert len(list(documents(root))) == 1
    put(root, boxed(), content=b"other")
    assert len(list(documents(root))) == 2


def test_nothing_is_read_unasked_and_nothing_parsed_without_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "A"
    name = put(root, machine())
    document = root / "documents" / name / "document.json"
    content = document.read_bytes()
    document.write_bytes(b"{")
    found = only(root)
    assert found.events == () and len(found.stamp) == 64 and found.inputs
    with pytest.raises(InputError, match="verify"):
        _ = found.directive
    document.write_bytes(content)

    def parsed(*_: object) -> Directive:
        raise AssertionError("parsed, though no word was touched")

    monkeypatch.setattr("dau.structure.parse", parsed)
    assert only(root).directive == machine()[0]
    append_review(root, SHA256, field("number", RIGHT))
    append_review(root, SHA256, flag(machine()[0], "date_impossible"))
    append_review(root, SHA256, task(machine()[0].tasks[0], TaskValue(kind="appeal")))
    assert only(root).directive.metadata.number.text == RIGHT
    append_review(root, SHA256, word(machine()[1], "45", "15"))
    with pytest.raises(AssertionError, match="parsed"):
        _ = only(root).directive


def test_the_files_of_the_run_never_change(tmp_path: Path) -> None:
    root = tmp_path / "A"
    name = put(root, machine())
    before = checksums_of(root / "documents" / name)
    append_review(root, SHA256, word(machine()[1], "45", "15"))
    found = only(root)
    assert found.directive.metadata.issued.date == "2021-09-15" and "ngày 15" in found.transcript.text()
    assert found.machine_directive == machine()[0] and found.machine_transcript == machine()[1]
    assert checksums_of(root / "documents" / name) == before


def test_the_stamp_changes_with_document_and_reviews(tmp_path: Path) -> None:
    root = tmp_path / "A"
    put(root, machine())
    stamps = [only(root).stamp, only(root).stamp]
    assert stamps[0] == stamps[1]
    append_review(root, SHA256, field("number", RIGHT))
    stamps.append(only(root).stamp)
    append_review(root, SHA256, field("place", "Hà Nội"))
    stamps.append(only(root).stamp)
    put(root, machine(), paths=("/in/c.pdf",))
    stamps.append(only(root).stamp)
    put(root, boxed())
    put(root, boxed(), paths=("/in/c.pdf",))
    stamps.append(only(root).stamp)
    assert len(set(stamps)) == 5


def test_the_settings_of_the_run_hold_when_it_is_parsed_again(tmp_path: Path) -> None:
    """A threshold of the run decides whether the page is put before a reviewer."""
    for n, threshold in enumerate((0.95, 0.5)):
        root = tmp_path / str(n)
        put(root, boxed(), structure={"low_page_confidence": threshold, "of_a_later_version": 1})
        append_review(root, SHA256, word(boxed()[1], "45", "15"))
        codes = {item.code for item in only(root).directive.review}
        assert ("low_confidence_page" in codes) is (threshold == 0.95)


def test_a_damaged_line_of_the_log_is_shown(tmp_path: Path) -> None:
    root = tmp_path / "A"
    put(root, machine())
    append_review(root, SHA256, field("number", RIGHT))
    with review_path(root, SHA256).open("ab") as log:
        log.write(b"{}\n")
    append_review(root, SHA256, field("place", "Huế"))
    found = only(root)
    assert (found.directive.metadata.number.text, found.directive.metadata.place) == (RIGHT, "Huế")
    (item,) = [item for item in found.directive.review if item.code == "review_unapplied"]
    assert "Dòng 2" in item.message and item.needs_review


# ------------------------------------------------------------------ later runs


def test_corrections_hold_in_a_later_run_that_reads_otherwise(tmp_path: Path) -> None:
    """The same scan read again: boxes a little elsewhere, other readings, words parted, numbering lost."""
    root = tmp_path / "A"
    put(root, boxed(), "00" * 32)
    directive, transcript = boxed()
    parted = target_of(transcript, "thi đua", nth=0)
    events = [
        word(transcript, NUMBER, RIGHT), word(transcript, "45", "15"),
        new_event(BY, "correct_word", parted, before="thi đua", after="thi-đua"),
        field("signer", "Phạm Anh Tuân"), task(directive.tasks[0], TaskValue(kind="collective")),
    ]  # fmt: skip
    for event in events:
        append_review(root, SHA256, event)
    first = only(root)
    rows = [row.replace(NUMBER, "f#23/QĐ-BTTTT").replace("ngày 45", "ngày A5").replace("phối hợp", "phỏi hợp")
            .replace("1. Vụ", "Vụ") for row in TEXT.splitlines()]  # fmt: skip
    put(root, boxed(tuple(rows), 1.5))
    later = only(root)
    assert later.id != first.id
    for each in (first, later):
        metadata = each.directive.metadata
        assert (metadata.number.text, metadata.issued.date) == (RIGHT, "2021-09-15")
        assert metadata.signer.name == "Phạm Anh Tuân"
        assert "thi-đua" in each.transcript.text()
        assert [t.kind for t in each.directive.tasks].count("collective") == 1
        assert each.unapplied == ()
    words = [w for row in page_of(later.transcript).lines for w in row.words if w.restored == RIGHT]
    assert [(w.raw, w.reviewed.machine if w.reviewed else None) for w in words] == [("f#23/QĐ-BTTTT", "f#23/QĐ-BTTTT")]


def test_what_finds_no_place_in_a_later_run_comes_back_in_the_next(tmp_path: Path) -> None:
    root = tmp_path / "A"
    put(root, boxed(), "00" * 32)
    event = word(boxed()[1], NUMBER, RIGHT)
    append_review(root, SHA256, event)
    unread = ("BỘ THÔNG TIN VÀ TRUYỀN THÔNG", "", *TEXT.splitlines()[2:])
    put(root, boxed(unread), "11" * 32)  # the line of the number was not found
    lost = only(root)
    assert [each.event.id for each in lost.unapplied] == [event.id]
    assert any(item.code == "review_unapplied" and RIGHT in item.message for item in lost.directive.review)
    put(root, boxed(), "22" * 32)
    assert only(root).unapplied == () and only(root).directive.metadata.number.text == RIGHT


def test_a_doubt_accepted_about_one_reading_is_open_about_another(tmp_path: Path) -> None:
    root = tmp_path / "A"
    put(root, boxed(), "00" * 32)
    event = flag(boxed()[0], "date_impossible")
    append_review(root, SHA256, event)
    put(root, boxed(tuple(row.replace("ngày 45", "ngày 46") for row in TEXT.splitlines())))
    found = only(root)
    assert [each.event.id for each in found.unapplied] == [event.id]
    (item,) = [item for item in found.directive.review if item.code == "date_impossible"]
    assert item.resolved is None


def test_a_text_run_twice_with_other_settings_keeps_its_corrections(tmp_path: Path) -> None:
    """By `dau run` itself: restored by the n-gram model, then not restored at all."""
    source, root = tmp_path / "in.txt", tmp_path / "A"
    source.write_text(TEXT.replace("Độc lập", "Doc lap").replace("kinh phí", "kinh phi"), encoding="utf-8")
    (tmp_path / "one.toml").write_text('[restore]\nmodel = "ngram"\n')
    (tmp_path / "two.toml").write_text('[restore]\nchannel = "clean"\n[structure]\nheader_lines = 50\n')
    arguments = ["run", str(source), "--out", str(root), "--runner", "serial"]
    assert exit_code([*arguments, "--settings", str(tmp_path / "one.toml")]) == 0
    first = only(root)
    sha256, page = first.sha256, page_of(first.transcript)
    n, row = next((n, row) for n, row in enumerate(page.lines) if "4423" in row.raw)
    place = next(k for k, w in enumerate(row.words) if "4423" in w.raw)
    motto = next(k for k, w in enumerate(row.words) if w.raw == "Doc")
    money = next(row for row in page.lines if "kinh" in row.raw)
    kinh = next(k for k, w in enumerate(money.words) if w.raw.startswith("kinh"))
    for event in (
        new_event(BY, "correct_word", word_target(page, row, place), after=RIGHT),
        new_event(BY, "correct_word", word_target(page, row, motto, motto + 1), after="Độc lập"),
        new_event(BY, "correct_word", word_target(page, money, kinh, kinh + 1), after="kinh phí riêng"),
        field("issued", "2021-09-15"),
    ):
        append_review(root, sha256, event)
    assert exit_code([*arguments, "--settings", str(tmp_path / "two.toml")]) == 0
    second = only(root)
    assert second.id != first.id and second.machine_transcript != first.machine_transcript
    for each in (held(root, second.id), second):
        assert each.unapplied == () and set(each.fates.values()) == {"applied"}
        assert each.directive.metadata.number.text == RIGHT and each.directive.metadata.issued.date == "2021-09-15"
        assert "Độc lập" in page_of(each.transcript).lines[n].restored
        assert "kinh phí riêng" in each.transcript.text()
    assert second._settings.header_lines == 50, "those of the run, from its events.jsonl"
    assert list(verify(root)) == []
