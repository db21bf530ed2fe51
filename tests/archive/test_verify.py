"""Proof: an archive that is right has no discrepancy, and each way of being wrong has its own."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dau.archive.folder import folder_name, write_document
from dau.archive.manifest import ManifestLine, SourceFile
from dau.archive.outcome import PageStatus
from dau.archive.prune import Pruned, prune, would_prune
from dau.archive.status import status
from dau.archive.store import Archive
from dau.archive.verify import verify
from dau.document.directive import Confidence, Directive, Metadata, Number, ReviewItem, Severity, Source
from dau.document.transcript import Transcript, TranscriptPage, lines_of_text

SETTINGS = "cd" * 32
TWO: Sequence[PageStatus] = ("success", "success")


def directive(*severities: Severity, number: str = "5/CT-UBND", confidence: float | None = None) -> bytes:
    review = tuple(ReviewItem(code="number_misread", severity=s, message="Số có thể sai.") for s in severities)
    metadata = Metadata(number=Number(raw=number, text=number))
    value = Directive(metadata=metadata, review=review, confidence=Confidence(document=confidence))
    return value.model_dump_json().encode()


def transcript(pages: Sequence[PageStatus]) -> bytes:
    lines = lines_of_text("Chỉ thị\n")
    return Transcript(
        pages=tuple(
            TranscriptPage(number=n, text_source="text", lines=lines) if status == "success"
            else TranscriptPage(number=n, text_source=status) for n, status in enumerate(pages, 1)
        )
    ).model_dump_json().encode()


def put(
    archive: Archive, folder: Path, name: str, *, pages: Sequence[PageStatus] = ("success",),
    content: bytes | None = None, settings: str = SETTINGS, keep: bool = True, files: dict[str, bytes] | None = None,
    **outcome: object,
) -> str:
    """An input with content `name`, received, converted and recorded; returns the name of its folder."""
    path = folder / f"{name}.pdf"
    path.write_text(name, encoding="utf-8")
    taken = archive.take(path, "copy" if keep else "none")
    source = SourceFile(path=str(path), sha256=taken.sha256, bytes=taken.bytes)
    archive.append(ManifestLine(event="received", source=source, settings=settings))
    taken.commit()
    source = source.model_copy(update={"original": taken.path.name if keep else None})
    document_name = folder_name(taken.sha256, settings)
    line = {"status": "success", "document": document_name, "pages": dict(enumerate(pages, 1)), **outcome}
    if line["document"] is not None:
        all_files = {"document.json": content or directive(), "transcript.json": transcript(pages), "text.txt": b"x"}
        all_files |= files or {}
        line["files"] = write_document(archive.root, document_name, all_files)
    archive.append(ManifestLine(event="outcome", source=source, settings=settings, **line))  # type: ignore[arg-type]
    return document_name


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three inputs: done, partial, failed."""
    with Archive.open(tmp_path / "A") as archive:
        put(archive, tmp_path, "done", pages=TWO)
        put(
            archive, tmp_path, "part", pages=("success", "failed"), status="partial", category="timeout",
            message="Page 2: too long.",
        )
        put(archive, tmp_path, "failed", status="failed", category="input", message="Empty.", document=None, pages=())
    return tmp_path / "A"


def problems(root: Path) -> list[str]:
    return [found.code for found in verify(root)]


def test_what_is_right_is_proven(root: Path) -> None:
    assert problems(root) == []


def test_an_empty_archive_is_proven(tmp_path: Path) -> None:
    Archive.open(tmp_path / "A").close()
    assert problems(tmp_path / "A") == []


def first(root: Path, pattern: str) -> Path:
    return sorted(root.glob(pattern))[0]


def rewrite(root: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path = root / "manifest.jsonl"
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


DAMAGES: list[tuple[str, Callable[[Path], object], list[str]]] = [
    ("a byte flipped", lambda r: first(r, "documents/*/text.txt").write_bytes(b"y"), ["file_changed"]),
    ("a file removed", lambda r: first(r, "documents/*/text.txt").unlink(), ["file_missing"]),
    ("a file added", lambda r: (first(r, "documents/*") / "note.txt").touch(), ["file_unknown"]),
    ("a folder removed", lambda r: shutil.rmtree(first(r, "documents/*")), ["folder_missing"]),
    ("a folder added", lambda r: (r / "documents" / f"{'0' * 16}-{'0' * 8}").mkdir(), ["folder_unknown"]),
    ("a stray file", lambda r: (r / "documents" / "notes.txt").touch(), ["folder_unknown"]),
    ("a leftover", lambda r: (r / "documents" / ".tmp-x").mkdir(), ["leftover"]),
    ("an original changed", lambda r: first(r, "originals/*").write_bytes(b"y"), ["original_changed"]),
    ("an original added", lambda r: (r / "originals" / "0123.pdf").touch(), ["original_unknown"]),
    ("an outcome lost", lambda r: rewrite(r, lambda rows: rows[:-1]), ["outcome_missing"]),
    ("an outcome twice", lambda r: rewrite(r, lambda rows: [*rows, rows[-1]]), ["manifest_order"]),
    ("a receipt lost", lambda r: rewrite(r, lambda rows: rows[1:]), ["manifest_order"]),
    ("a torn end", lambda r: rewrite(r, lambda rows: [*rows, b'{"ev']), ["manifest_line_damaged"]),
    (
        "a line overwritten", lambda r: rewrite(r, lambda rows: [*rows[:-1], b"\0" * 50 + b"\n"]),
        ["manifest_line_damaged", "outcome_missing"],
    ),
    (
        "an outcome without reason",
        lambda r: rewrite(r, lambda rows: [row.replace(b'"Empty."', b"null") for row in rows]),
        ["outcome_incomplete"],
    ),
    (
        "success over a failed page",
        lambda r: rewrite(r, lambda rows: [row.replace(b'"partial"', b'"success"') for row in rows]),
        ["outcome_incomplete"],
    ),
    (
        "a page that is nowhere",
        lambda r: rewrite(r, lambda rows: [row.replace(b'"2":"failed"', b'"3":"failed"') for row in rows]),
        ["pages_incomplete"],
    ),
]


@pytest.mark.parametrize(("damage", "codes"), [d[1:] for d in DAMAGES], ids=[d[0] for d in DAMAGES])
def test_every_damage_is_found(root: Path, damage: Callable[[Path], object], codes: list[str]) -> None:
    damage(root)
    assert problems(root) == codes


def test_an_original_removed(root: Path) -> None:
    paths = list(root.glob("originals/*"))
    for path in paths:
        path.unlink()
    assert sorted(found.path for found in verify(root)) == sorted(f"originals/{path.name}" for path in paths)
    assert set(problems(root)) == {"original_missing"}


def test_inputs_whose_originals_are_kept_elsewhere(tmp_path: Path) -> None:
    """In one archive, some runs may keep originals and others not."""
    with Archive.open(tmp_path / "A") as archive:
        put(archive, tmp_path, "kept")
        put(archive, tmp_path, "not kept", keep=False)
    assert len(list((tmp_path / "A").glob("originals/*"))) == 1
    assert problems(tmp_path / "A") == []


def test_what_does_not_fit_the_schema(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "A") as archive:
        put(archive, tmp_path, "a", content=b'{"schema_version": "1.0", "taskz": []}')
    (found,) = verify(tmp_path / "A")
    assert (found.code, found.message) == ("schema", "taskz: Extra inputs are not permitted")


def of_source(name: str, pages: int | None, **review: object) -> bytes:
    """document.json of the content `name` with so many pages in the source."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    source = Source(filename="a.pdf", sha256=sha256, media_type="application/pdf", bytes=1, pages=pages)
    items = (ReviewItem(code="pages_not_read", severity="high", message="Chỉ đọc trang 1."),) if review else ()
    return Directive(source=source, review=items).model_dump_json().encode()


WHOLE: list[tuple[str, dict[str, object], list[str]]] = [
    ("all pages", {"content": of_source("a", 2)}, []),
    ("a page without status", {"content": of_source("a", 3)}, ["pages_incomplete"]),
    ("pages that were not asked for", {"content": of_source("a", 3, asked=1)}, []),
    ("a page too many", {"content": of_source("a", 1)}, ["pages_incomplete"]),
    ("a text", {"content": of_source("a", None)}, []),
    ("another source", {"content": of_source("b", 2)}, ["source_differs"]),
    ("a page the outcome calls read", {"files": {"transcript.json": transcript(("success", "failed"))}},
     ["pages_incomplete"]),
    ("a page the outcome does not call blank", {"files": {"transcript.json": transcript(("success", "blank"))}},
     ["pages_incomplete"]),
    ("a transcript of fewer pages", {"files": {"transcript.json": transcript(("success",))}}, ["pages_incomplete"]),
    ("pictures of all pages", {"files": {"pages/0001.webp": b"1", "pages/0002.webp": b"2"}}, []),
    ("a picture missing", {"files": {"pages/0001.webp": b"1"}}, ["pages_incomplete"]),
    ("events", {"files": {"events.jsonl": b'{"event": "read", "agent": "dau.ocr"}\n'}}, []),
    ("events that are none", {"files": {"events.jsonl": b'{"event": "read"}\n'}}, ["schema"]),
    ("events broken off", {"files": {"events.jsonl": b'{"event": "read", "ag'}}, ["schema"]),
    ("a transcript of another version", {"files": {"transcript.json": b'{"schema_version": "2.0"}'}}, ["schema"]),
]  # fmt: skip


@pytest.mark.parametrize(("case", "codes"), [w[1:] for w in WHOLE], ids=[w[0] for w in WHOLE])
def test_a_document_is_whole(tmp_path: Path, case: dict[str, object], codes: list[str]) -> None:
    with Archive.open(tmp_path / "A") as archive:
        put(archive, tmp_path, "a", pages=TWO, **case)  # type: ignore[arg-type]
    assert problems(tmp_path / "A") == codes


def test_inputs_that_disagree_on_a_shared_folder(root: Path) -> None:
    def second_input(rows: list[bytes]) -> list[bytes]:
        copies = [row.replace(b"done.pdf", b"copy.pdf") for row in rows if b"done.pdf" in row]
        return [*rows, copies[0], copies[1].replace(b'"text.txt":"', b'"text.txt":"0')]

    rewrite(root, second_input)
    assert problems(root) == ["file_changed"]


def test_nothing_is_written(root: Path) -> None:
    def snapshot() -> dict[str, tuple[int, int]]:
        return {str(p): (p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(root.rglob("*"))}

    (root / "documents" / ".tmp-x").mkdir()
    before = snapshot()
    assert problems(root) == ["leftover"]
    status(root)
    assert snapshot() == before


def test_prune_removes_what_is_superseded_and_nothing_else(root: Path, tmp_path: Path) -> None:
    with Archive.open(root) as archive:
        kept = {path.name for path in (root / "documents").iterdir()}
        for name in ("done", "part"):
            put(archive, tmp_path, name, pages=TWO, settings="ef" * 32)
        unknown = root / "documents" / f"{'0' * 16}-{'0' * 8}"
        unknown.mkdir()
    would = would_prune(root)
    assert set(would.documents) == kept and would.bytes > 0
    assert kept <= {path.name for path in (root / "documents").iterdir()}
    with Archive.open(root) as archive:
        assert prune(archive) == would
        assert prune(archive).documents == ()
    assert kept.isdisjoint(path.name for path in (root / "documents").iterdir())
    assert problems(root) == ["folder_unknown"]
    unknown.rmdir()
    assert problems(root) == []


@pytest.mark.parametrize("damage", [
    lambda folder: shutil.rmtree(folder),
    lambda folder: (folder / "text.txt").write_bytes(b"y"),
    lambda folder: (folder / "transcript.json").unlink(),
])  # fmt: skip
def test_prune_keeps_the_old_where_the_new_is_not_whole(
    root: Path, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    with Archive.open(root) as archive:
        old = next(iter(archive.state.documents))
        new = put(archive, tmp_path, "done", pages=TWO, settings="ef" * 32)
        damage(root / "documents" / new)
        assert prune(archive) == Pruned((), 0, kept=(old,))
    assert (root / "documents" / old / "text.txt").exists()


def test_a_dry_run_of_prune_writes_nothing(root: Path) -> None:
    """Not even what opening an archive for a run mends: a torn line, leftovers."""
    with (root / "manifest.jsonl").open("ab") as file:
        file.write(b'{"event":')
    (root / "documents" / ".tmp-x").mkdir()

    def snapshot() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(root.rglob("*"))}

    before = snapshot()
    would_prune(root)
    assert snapshot() == before


def test_prune_keeps_what_other_inputs_still_name(tmp_path: Path) -> None:
    """Of two inputs with one content, one was run again under other settings."""
    with Archive.open(tmp_path / "A") as archive:
        name = put(archive, tmp_path, "a")
        done = next(iter(archive.state.outcomes.values()))
        line = archive.outcome_at(done)
        twin = line.source.model_copy(update={"path": "/elsewhere/twin.pdf"})
        archive.append(
            ManifestLine(event="received", source=twin, settings=SETTINGS), line.model_copy(update={"source": twin})
        )
        put(archive, tmp_path, "a", settings="ef" * 32)
        assert prune(archive).documents == ()
        assert (archive.root / "documents" / name).is_dir()
    assert problems(tmp_path / "A") == []


def test_status_counts_failures_and_doubts(root: Path, tmp_path: Path) -> None:
    with Archive.open(root) as archive:
        put(archive, tmp_path, "medium", content=directive("medium", "low", confidence=0.5))
        put(archive, tmp_path, "high", content=directive("medium", "high", number="6/CT-UBND", confidence=0.9))
        put(archive, tmp_path, "low", content=directive("low", "info"))
        source = SourceFile(path=str(tmp_path / "waiting.pdf"), sha256="00" * 32, bytes=1)
        archive.append(ManifestLine(event="received", source=source, settings=SETTINGS))
        held = status(root)
        assert held.pending == [source.path], "also while a run writes it"
    found = status(root)
    assert found.statuses == {"success": 4, "partial": 1, "failed": 1}
    assert found.categories == {"timeout": 1, "input": 1}
    assert found.pages == {"success": 6, "failed": 1} and found.documents == 5
    assert [(f.status, f.message, f.failed_pages) for f in found.failures] == [
        ("partial", "Page 2: too long.", (2,)), ("failed", "Empty.", ()),
    ]
    assert [(d.number, d.confidence, [i.severity for i in d.doubts]) for d in found.doubtful] == [
        ("6/CT-UBND", 0.9, ["high", "medium"]), ("5/CT-UBND", 0.5, ["medium"]),
    ]
    assert found.unreadable == [] and found.damaged_lines == 0


def test_status_keeps_no_more_than_is_asked_for(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same documents and failures as from the whole, whatever the order they come in; the counts are of all."""
    monkeypatch.setattr("dau.archive.status._SPARE", 1)
    with Archive.open(root) as archive:
        for number in range(12):
            severities = ("high", "medium")[: 1 + number % 2] if number % 3 else ("medium",)
            put(archive, tmp_path, f"d{number}", content=directive(*severities, confidence=(number * 5 % 7) / 7))
    whole = status(root)
    assert (len(whole.doubtful), len(whole.failures)) == (whole.doubted, whole.failed) == (12, 2)
    for most in (0, 1, 2, 5, 11, 12, 99):
        some = status(root, most)
        assert some.doubtful == whole.doubtful[:most] and some.failures == whole.failures[:most]
        assert (some.doubted, some.failed, some.statuses) == (12, 2, whole.statuses)


def test_status_forgets_a_file_that_could_not_be_read_once_it_could(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "A") as archive:
        source = SourceFile(path=str(tmp_path / "a.pdf"))
        archive.append(
            ManifestLine(event="received", source=source),
            ManifestLine(event="outcome", source=source, status="failed", category="input", message="Not there."),
        )
        assert status(archive.root).statuses == {"failed": 1}
        put(archive, tmp_path, "a")
        assert status(archive.root).statuses == {"success": 1}
    assert problems(tmp_path / "A") == []


def test_status_names_documents_it_cannot_read(root: Path) -> None:
    path = first(root, "documents/*/document.json")
    path.write_bytes(b"{")
    assert status(root).unreadable == [path.parent.name]
