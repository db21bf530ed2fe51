"""The whole path through the command line: killed and resumed, run twice, and looked at."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import jsonschema
import pytest

from dau.archive.verify import verify
from dau.cli.app import exit_code
from dau.cli.schema import SchemaName, schema_text
from dau.restore import guard

from .conftest import GOOD, blank_pdf, document, outcomes, start

ROOT = Path(__file__).resolve().parents[2]


def inbox(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:03d}.txt").write_text(f"{GOOD}\nBản số {number} của văn bản này.\n", encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("lines_before_kill", [0, 1, 5, 12])
def test_killed_at_any_moment_it_goes_on_where_it_stopped(tmp_path: Path, lines_before_kill: int) -> None:
    """kill -9 of the whole process group once the manifest has so many lines (0: while models are being loaded)."""
    source, archive = inbox(tmp_path / "inbox", 12), tmp_path / "archive"
    process = start("run", source, "--out", archive, "--jobs", "2", "--quiet")
    manifest = archive / "manifest.jsonl"
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if lines_before_kill == 0 or (manifest.exists() and manifest.read_bytes().count(b"\n") >= lines_before_kill):
            break
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

    assert exit_code(["run", str(source), "--out", str(archive), "--quiet", "--runner", "serial"]) == 0
    assert list(verify(archive)) == []
    assert len(outcomes(archive)) == 12
    assert len([row for row in manifest.read_bytes().splitlines() if b'"event":"outcome"' in row]) == 12


def test_a_second_run_does_nothing_and_says_so(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    source, archive = inbox(tmp_path / "inbox", 3), tmp_path / "archive"
    arguments = ["run", str(source), "--out", str(archive), "--runner", "serial"]
    assert exit_code(arguments) == 0
    manifest = (archive / "manifest.jsonl").read_bytes()
    capfdbinary.readouterr()
    assert exit_code(arguments) == 0
    assert b"Nothing to do: 3 inputs" in capfdbinary.readouterr().err
    assert (archive / "manifest.jsonl").read_bytes() == manifest
    assert exit_code([*arguments, "--json"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["skipped"] == {"success": 3}


@pytest.mark.slow
def test_a_scan_becomes_a_document_that_leads_back_to_the_page(tmp_path: Path) -> None:
    page = sample_page(tmp_path)
    archive = tmp_path / "archive"
    assert exit_code(["run", str(page), "--out", str(archive), "--quiet", "--runner", "serial"]) == 0
    (line,) = outcomes(archive).values()
    directive = document(archive, line)
    transcript = json.loads((archive / "documents" / str(line.document) / "transcript.json").read_bytes())
    jsonschema.Draft202012Validator(json.loads(schema_text(SchemaName.document))).validate(directive)
    jsonschema.Draft202012Validator(json.loads(schema_text(SchemaName.transcript))).validate(transcript)
    lines = {row["id"]: row for row in transcript["pages"][0]["lines"]}
    assert lines and directive["nodes"]
    for node in directive["nodes"]:
        for evidence in node["evidence"]:
            assert evidence["page"] == 1
            x0, y0, x1, y1 = evidence["bbox"]
            assert 0 <= x0 < x1 <= transcript["pages"][0]["width"]
            assert 0 <= y0 < y1 <= transcript["pages"][0]["height"]
            for identifier in evidence["lines"]:
                assert identifier in lines


def test_every_line_of_the_garbled_samples_is_kept_and_no_number_touched(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    for name in ("000-quyet-dinh.txt", "004-ke-hoach.txt"):
        sample = ROOT / "corpus" / "raw" / name
        assert exit_code(["restore", str(sample)]) == 0
        restored = capfdbinary.readouterr().out.decode()
        raw = [" ".join(row.split()) for row in sample.read_text(encoding="utf-8").splitlines()]
        lines = restored.split("\n")[:-1]
        assert len(lines) == len(raw)
        assert [guard.violations(a, b) for a, b in zip(raw, lines, strict=True)] == [[]] * len(raw)


def sample_page(folder: Path) -> Path:
    """The first page of a sample scan as a PNG."""
    from pdf2image import convert_from_path

    pdf = next((ROOT / "corpus" / "raw").glob("002*.pdf"))
    path = folder / "page.png"
    convert_from_path(pdf, dpi=150, first_page=1, last_page=1)[0].save(path, dpi=(150, 150))
    return path


def test_prune_never_removes_the_best_result(tmp_path: Path) -> None:
    """A later failure, or a later run over fewer pages, replaces nothing."""
    source, archive = tmp_path / "two.pdf", tmp_path / "archive"
    source.write_bytes(blank_pdf(pages=2))
    run = ["run", str(source), "--out", str(archive), "--quiet", "--runner", "serial"]
    assert exit_code(run) == 0
    (best,) = (path.name for path in (archive / "documents").iterdir())
    assert exit_code([*run, "--pages", "1"]) == 0
    assert exit_code([*run, "--pages", "9"]) == 4
    assert exit_code(["prune", str(archive)]) == 0
    assert best in {path.name for path in (archive / "documents").iterdir()}
    assert exit_code(["verify", str(archive)]) == 0


def test_pages_that_were_not_asked_for_are_named(tmp_path: Path) -> None:
    source, archive = tmp_path / "two.pdf", tmp_path / "archive"
    source.write_bytes(blank_pdf(pages=2))
    run = ["run", str(source), "--out", str(archive), "--quiet", "--runner", "serial", "--pages", "2"]
    assert exit_code(run) == 0
    (line,) = outcomes(archive).values()
    doubts = {item["code"]: item for item in document(archive, line)["review"]}
    assert doubts["pages_not_read"]["severity"] == "high"
    assert "2" in doubts["pages_not_read"]["message"]


@pytest.mark.parametrize(("arguments", "code"), [
    (["run", "x", "--out", "A", "--pages", "abc"], 2),
    (["run", "x", "--out", "A", "--settings", "no-such.toml"], 2),
    (["restore", "corpus/raw/003-ke-hoach.pdf"], 4),
    (["status", "no-such-archive"], 4),
])  # fmt: skip
def test_mistakes_in_the_call(arguments: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT if arguments[0] == "restore" else tmp_path)
    assert exit_code(arguments) == code


def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    source, archive = inbox(tmp_path / "inbox", 30), tmp_path / "archive"
    process = start("run", source, "--out", archive, "--runner", "serial")
    manifest = archive / "manifest.jsonl"
    deadline = time.monotonic() + 60
    while not (manifest.exists() and manifest.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert b"Run the same command again" in errors
