"""Folders of images and object stores through the command line, with real engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from dau.archive.verify import verify
from dau.cli.app import exit_code

from .conftest import GOOD, document, outcomes

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The upper part of a sample page in two images, of two formats; `2` comes before `10`."""
    from pdf2image import convert_from_path

    folder = tmp_path_factory.mktemp("scans") / "hồ sơ 1"
    folder.mkdir()
    page: Image.Image = convert_from_path(
        next((ROOT / "corpus" / "raw").glob("002*.pdf")), dpi=150, first_page=1, last_page=1, grayscale=True
    )[0]
    page.crop((0, 0, page.width, page.height // 4)).save(folder / "2.jpg", dpi=(150, 150), quality=95)
    page.crop((0, page.height // 4, page.width, page.height // 2)).save(folder / "10.png", dpi=(150, 150))
    return folder


@pytest.mark.slow
def test_two_images_become_one_document(tmp_path: Path, halves: Path) -> None:
    archive = tmp_path / "A"
    run = ["run", str(halves.parent), "--out", str(archive), "--quiet", "--runner", "serial", "--group"]
    assert exit_code(run) == 0
    (line,) = outcomes(archive).values()
    assert line.source.group is not None
    assert (line.source.path, [page.name for page in line.source.group.pages]) == (str(halves), ["2.jpg", "10.png"])
    assert line.pages == {1: "success", 2: "success"}
    directive = document(archive, line)
    assert directive["source"] == {
        "filename": "hồ sơ 1", "sha256": line.source.sha256, "media_type": "application/x-tar",
        "bytes": line.source.bytes, "pages": 2,
    }
    folder = archive / "documents" / str(line.document)
    transcript = json.loads((folder / "transcript.json").read_bytes())
    assert [bool(page["lines"]) for page in transcript["pages"]] == [True, True]
    assert sorted(path.name for path in (folder / "pages").iterdir()) == ["0001.webp", "0002.webp"]
    with pikepdf.open(folder / "searchable.pdf") as pdf:
        assert len(pdf.pages) == 2
        (photo,) = pdf.pages[0].get_images().values()
        assert photo.read_raw_bytes() == (halves / "2.jpg").read_bytes()  # the scan's very bytes
    assert list(verify(archive)) == []
    manifest = (archive / "manifest.jsonl").read_bytes()
    assert exit_code(run) == 0
    assert (archive / "manifest.jsonl").read_bytes() == manifest


@pytest.mark.slow
def test_a_page_that_is_no_image_costs_itself_only(
    tmp_path: Path, halves: Path, dau_run: Callable[..., tuple[int, dict[str, Any]]]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "1.jpg").write_bytes((halves / "2.jpg").read_bytes())
    (folder / "2.jpg").write_bytes(b"<html>Not found</html>")
    (folder / "3.tif").write_bytes(b"II*\0" + b"\xff" * 100)
    (folder / "document.toml").write_text('title = "Ba trang"\n', encoding="utf-8")
    code, lines = dau_run(tmp_path / "in")
    line = lines["in"]
    assert (code, line.status, line.category) == (1, "partial", "input")
    assert line.pages == {1: "success", 2: "failed", 3: "failed"}
    reviewed = document(tmp_path / "archive", line)["review"]
    assert "Page 2 is an HTML page, not an image." in json.dumps(reviewed)
    assert list(verify(tmp_path / "archive")) == []


def test_urls(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fsspec = pytest.importorskip("fsspec", reason="the extra `remote` is not installed")
    fsspec.filesystem("memory").pipe("/kho/a.txt", GOOD.encode())
    archive = tmp_path / "A"
    run = ["run", "memory://kho", "--out", str(archive), "--quiet", "--runner", "serial"]
    assert exit_code(run) == 0 and exit_code(run) == 0
    assert [line.source.path for line in outcomes(archive).values()] == ["memory://kho/a.txt"]
    assert exit_code(["status", str(archive)]) == 0
    assert exit_code(["verify", str(archive)]) == 0
    assert exit_code(["run", "memory://kho/none.pdf", "--out", str(tmp_path / "B"), "--quiet"]) == 4
    capfd.readouterr()
    assert exit_code(["run", "s3://key:secret@bucket/a.pdf", "--out", str(tmp_path / "C")]) == 2
    told = capfd.readouterr().err
    assert "holds a user or password" in told and "secret" not in told
    assert not (tmp_path / "C").exists()
    assert exit_code(["run", str(tmp_path), "--out", "s3://bucket/archive"]) == 4
    assert "an archive needs a file system" in capfd.readouterr().err
