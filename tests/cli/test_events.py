"""events.jsonl: what was done to a document, in order, by which tool in which version, when."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dau import __version__
from dau.provenance import Journal
from dau.settings import Settings, digest
from tests.scan_files import Sheet, Text, pdf

from .conftest import Outcomes, blank_pdf

TEXT = ["conversion", "opened", "restored", "parsed"]
SCAN = ["conversion", "opened", "cleaned", "read", "cleaned", "read", "restored", "parsed", "made searchable"]


def events(archive: Path, document: str) -> list[dict[str, Any]]:
    rows = (archive / "documents" / document / "events.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(row) for row in rows]


def test_what_was_done_to_a_text_and_to_a_scan(
    tmp_path: Path, good: Path, dau_run: Callable[..., tuple[int, Outcomes]]
) -> None:
    (good / "two.pdf").write_bytes(blank_pdf(pages=2))
    began = datetime.now(UTC)
    code, outcomes = dau_run(good)
    assert code == 0
    for name, expected in (("good.txt", TEXT), ("two.pdf", SCAN)):
        line = outcomes[name]
        found = events(tmp_path / "archive", str(line.document))
        assert [each["event"] for each in found if each["event"] != "found"] == expected
        head = found[0]
        assert head["agent"] == f"dau {__version__}"
        assert (head["source"], head["sha256"]) == (line.source.path, line.source.sha256)
        assert head["settings"] == line.settings
        flat = {name: version for used in head["tools"].values() for name, version in used.items()}
        assert flat == line.engines, "every engine and model, under the stage that used it"
        for each in found:
            at = datetime.fromisoformat(each["at"])
            assert began - timedelta(seconds=1) <= at <= datetime.now(UTC)
            assert each["agent"].split()[0] == "dau" or each["agent"] in {*head["tools"], "dau.scan"}
        assert [each["page"] for each in found if "page" in each] == ([] if name == "good.txt" else [1, 1, 2, 2])


def test_no_engine_is_named_where_the_text_of_the_file_was_taken(
    tmp_path: Path, dau_run: Callable[..., tuple[int, Outcomes]]
) -> None:
    lines = [Text(90, 160 + 20 * i, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19/6/2015") for i in range(15)]
    (tmp_path / "born.pdf").write_bytes(pdf([Sheet(lines), Sheet([])]))
    code, outcomes = dau_run(tmp_path / "born.pdf")
    assert code == 0
    found = events(tmp_path / "archive", str(outcomes["born.pdf"].document))
    assert [(each["event"], each["page"]) for each in found if "page" in each] == [
        ("text taken", 1), ("cleaned", 2), ("read", 2),
    ]  # fmt: skip


def test_the_settings_are_there_in_full_and_give_the_digest(
    tmp_path: Path, good: Path, dau_run: Callable[..., tuple[int, Outcomes]]
) -> None:
    """With the versions in `tools`, `values` are all that decides a result: they give `settings`, the digest."""
    (tmp_path / "own.toml").write_text("[restore]\nmargin_legacy = 0.25\n", encoding="utf-8")
    _, outcomes = dau_run(good, options=("--runner", "serial", "--settings", str(tmp_path / "own.toml")))
    head = events(tmp_path / "archive", str(outcomes["good.txt"].document))[0]
    assert head["values"]["restore"]["margin_legacy"] == 0.25
    assert head["values"] == json.loads(Settings.model_validate(head["values"]).model_dump_json())
    versions = {name: version for used in head["tools"].values() for name, version in used.items()}
    assert digest(Settings.model_validate(head["values"]), versions) == head["settings"]


def test_what_failed_says_so_and_goes_on() -> None:
    journal = Journal({"dau.ocr": {"tesseract": "5"}, "dau.pdf": {"pikepdf": "10"}})
    with pytest.raises(ZeroDivisionError), journal.event("read", "dau.ocr", page=1):
        _ = 1 // 0
    with journal.event("read", "dau.ocr", page=2):
        pass
    rows = [json.loads(row) for row in journal.lines("/a\nb.pdf", "00", "ab").splitlines()]
    assert [row.get("outcome") for row in rows[1:]] == [
        "ZeroDivisionError: integer division or modulo by zero", "success",
    ]  # fmt: skip
    assert journal.versions == {"tesseract": "5", "pikepdf": "10"}
    assert rows[0]["tools"] == {"dau.ocr": {"tesseract": "5"}, "dau.pdf": {"pikepdf": "10"}}
