"""`dau watch` as it is started by a service manager, with the real conversion."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest

from dau.archive.verify import verify
from dau.cli.app import exit_code

from .conftest import GOOD, outcomes, start


def test_files_arrive_and_it_is_asked_to_stop(good: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    (good / "empty.pdf").touch()
    process = start("watch", good, "--out", archive, "--jobs", "1", "--settle", "0.2", "--interval", "0.1", "--json")
    wanted = {good / "done" / "good.txt", good / "failed" / "empty.pdf", good / "failed" / "empty.pdf.txt"}
    deadline = time.monotonic() + 90
    while not all(path.exists() for path in wanted) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    (good / "later.txt").write_text(GOOD.replace("12/KH", "13/KH"), encoding="utf-8")
    while not (good / "done" / "later.txt").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    rows = [json.loads(row) for row in out.splitlines()]
    assert [row["status"] for row in rows if row["event"] == "outcome"].count("success") == 2
    assert len([row for row in rows if row["event"] == "moved"]) == 3
    assert (rows[-1]["event"], rows[-1]["statuses"]) == ("stopped", {"success": 2, "failed": 1})
    assert {name: line.status for name, line in outcomes(archive).items()} == {
        "good.txt": "success", "empty.pdf": "failed", "later.txt": "success",
    }  # fmt: skip
    assert list(verify(archive)) == []
    assert str(outcomes(archive)["empty.pdf"].message) in (good / "failed" / "empty.pdf.txt").read_text("utf-8")


def test_once_ends_like_a_run(good: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    once = ["watch", str(good), "--out", str(tmp_path / "archive"), "--once", "--settle", "0", "--jobs", "1", "--quiet"]
    assert exit_code(once) == 0
    assert exit_code(once) == 0, "nothing to do is no failure"
    (good / "empty.pdf").touch()
    assert exit_code([*once, "--keep"]) == 4
    assert (good / "empty.pdf").exists() and b"empty.pdf" in capfdbinary.readouterr().err


@pytest.mark.parametrize(("arguments", "code"), [
    (["watch", "no-such-folder", "--out", "A"], 2),
    (["watch", "in", "--out", "A", "--settle", "-1"], 2),
    (["watch", "in"], 2),
    (["watch", "in", "--out", "in", "--once"], 4),
])  # fmt: skip
def test_mistakes_in_the_call(arguments: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    assert exit_code(arguments) == code
