"""`dau run --pages` beside a document that was read whole: the whole one stays, everywhere, in either order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dau.archive.prune import prune
from dau.archive.status import status
from dau.archive.store import Archive
from dau.archive.verify import verify
from dau.cli.app import exit_code
from dau.web.app import create_app
from tests.scan_files import Sheet, Text, pdf

from .conftest import document, outcomes

FIRST = ("SỞ NỘI VỤ", "Số: 12/KH-SNV", "KẾ HOẠCH", "Công tác văn thư, lưu trữ năm 2021")
SECOND = ("II. Tổ chức thực hiện", "Chi cục Văn thư chủ trì kiểm kê hồ sơ tồn đọng trước ngày 30/9/2021.")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "two.pdf"
    sheets = [Sheet([Text(80, 100 + 40 * n, row) for n, row in enumerate(rows)]) for rows in (FIRST, SECOND)]
    path.write_bytes(pdf(sheets))
    return path


def shown(archive: Path, out: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> dict[str, list[str]]:
    """The documents that index, search (for words of page 2), export and server show, by their ids."""
    assert exit_code(["index", str(archive)]) == 0
    capfdbinary.readouterr()
    assert exit_code(["query", str(archive), "SELECT id FROM documents", "--format", "json"]) == 0
    listed = [row["id"] for row in json.loads(capfdbinary.readouterr().out)]
    assert exit_code(["search", str(archive), "ho so ton dong", "--json"]) == 0
    hits = [hit["document"] for hit in json.loads(capfdbinary.readouterr().out)["hits"]]
    assert exit_code(["export", str(archive), "--to", "jsonl", "--out", str(out)]) == 0
    exported = [json.loads(row)["archive"]["document"] for row in out.read_text("utf-8").splitlines()]
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as client:
        served = [row["id"] for row in client.get("/api/v1/documents").json()["items"]]
    return {"index": listed, "search": hits, "export": exported, "serve": served}


@pytest.mark.parametrize("order", [("some", "whole"), ("whole", "some", "prune", "whole", "some")])
def test_the_whole_document_stays(
    order: tuple[str, ...], source: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    archive = tmp_path / "archive"
    run = ["run", str(source), "--out", str(archive), "--runner", "serial"]
    whole = told = ""
    for step in order:
        capfdbinary.readouterr()
        if step == "prune":
            assert exit_code(["prune", str(archive)]) == 0
            continue
        assert exit_code([*run, "--pages", "1"] if step == "some" else run) == 0
        told = capfdbinary.readouterr().err.decode()
        whole = whole if step == "some" else str(outcomes(archive)["two.pdf"].document)
    hidden = order[-1] == "some"
    assert ("the document over more pages stays" in told) is hidden
    assert shown(archive, tmp_path / "all.jsonl", capfdbinary) == {
        "index": [whole], "search": [whole], "export": [whole], "serve": [whole],
    }
    found = status(archive)
    assert (found.documents, found.statuses, found.fewer_pages) == (1, {"success": 1}, int(hidden))
    assert found.pages == {"success": 2}
    assert exit_code(["status", str(archive)]) == 0
    assert ("over more pages stays" in capfdbinary.readouterr().out.decode()) is hidden
    assert exit_code(["status", str(archive), "--csv", str(tmp_path / "all.csv")]) == 0
    assert whole in (tmp_path / "all.csv").read_text("utf-8-sig")
    with Archive.open(archive) as opened:
        gone = prune(opened).documents
    assert whole not in gone and bool(gone) is (order == ("some", "whole"))
    assert list(verify(archive)) == []


def test_a_second_look_at_one_page_is_told_too(
    source: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    run = ["run", str(source), "--out", str(tmp_path / "archive"), "--runner", "serial", "--json"]
    assert exit_code(run) == 0
    for skipped in ({}, {"success": 1}):
        capfdbinary.readouterr()
        assert exit_code([*run, "--pages", "2"]) == 0
        summary = json.loads(capfdbinary.readouterr().out)
        assert (summary["skipped"], summary["fewer_pages"]) == (skipped, 1)
    found = document(tmp_path / "archive", outcomes(tmp_path / "archive")["two.pdf"])
    assert "pages_not_read" in {item["code"] for item in found["review"]}, "the look itself is there to be read"
