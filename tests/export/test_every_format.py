"""What holds for each format that is registered, on the samples, corrected and linked."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from dau.archive.review_events import new_event
from dau.archive.reviews import append_review
from dau.cli.app import exit_code
from dau.corrected import documents, word_target
from dau.document.errors import DauError
from dau.export import FORMATS, NothingToExport, Options, export
from dau.export.held import Held
from dau.export.target import TargetRefused
from tests.answers.samples import sample_archive


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, one word corrected, related to each other."""
    root = sample_archive(tmp_path_factory.mktemp("formats") / "A")
    held = next(each for each in documents(root) if each.inputs[0].endswith("004-ke-hoach.txt"))
    page = held.transcript.pages[0]
    target = word_target(page, next(line for line in page.lines if line.words), 0)
    append_review(root, held.sha256, new_event(by="An", action="correct_word", target=target, after="Thử"))
    assert exit_code(["link", str(root), "--quiet"]) == 0
    return root


def files_in(folder: Path) -> dict[str, bytes]:
    """Those that SQLite keeps beside the index while it is read are its own affair."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("index.sqlite-"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.mark.parametrize("to", FORMATS)
def test_two_exports_are_the_same_bytes(to: str, archive: Path, tmp_path: Path) -> None:
    before = files_in(archive)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        report = export(documents(archive), to, tmp_path / name / "out", Options(archive))
        assert 1 <= report.documents <= 5 and report.rows
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")
    assert files_in(archive) == before  # an export only reads


@pytest.mark.parametrize("to", FORMATS)
def test_nothing_is_written_half_or_over_something(to: str, archive: Path, tmp_path: Path) -> None:
    def broken() -> Iterator[Held]:
        yield from documents(archive)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(broken(), to, tmp_path / "out", Options(archive))
    with pytest.raises(NothingToExport):
        export([], to, tmp_path / "out", Options(archive))
    assert files_in(tmp_path) == {}
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(TargetRefused):
        export(documents(archive), to, tmp_path / "out", Options(archive), overwrite=True)
    assert files_in(tmp_path) == {"out/mine.txt": b"mine"}


@pytest.mark.parametrize("to", FORMATS)
def test_a_damaged_document_never_goes_unsaid(to: str, archive: Path, tmp_path: Path) -> None:
    """Left out and named, or the format does not need what is damaged; never a defect of the program."""
    held = list(documents(archive))
    path = held[0].folder / "transcript.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    try:
        report = export(held, to, tmp_path / "out", Options(archive))
        assert report.documents == 5 or held[0].id in report.left_out or to == "pairs"
    except DauError as error:
        assert str(path) in str(error)
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("to", FORMATS)
def test_documents_are_let_go_one_by_one(to: str, archive: Path, tmp_path: Path) -> None:
    known: list[weakref.ref[Held]] = []
    alive: list[int] = []

    def watched() -> Iterator[Held]:
        for held in documents(archive):
            known.append(weakref.ref(held))
            yield held
            alive.append(sum(each() is not None for each in known))

    export(watched(), to, tmp_path / "out", Options(archive))
    assert len(alive) == 5 and max(alive) <= 2  # the one in hand, and at most the one before


def test_every_format_has_a_line_for_the_help() -> None:
    assert all(each.shape in ("file", "folder") and each.says and "\n" not in each.says for each in FORMATS.values())
