"""`dau train`: usage, settings and failures as exit codes and words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dau.cli.app import exit_code


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    (tmp_path / "tests").mkdir()
    (tmp_path / "corpus").mkdir()
    return ["train", str(tmp_path / "corpus"), "--held-out", str(tmp_path / "tests"), "--out", str(tmp_path / "models"),
            "--work", str(tmp_path / "work")]


def test_an_unknown_model(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code([*arguments, "--only", "bert"]) == 2
    assert "bert is neither ngram nor seq2seq" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["--held-out", "--out"])
def test_missing_options(arguments: list[str], missing: str) -> None:
    at = arguments.index(missing)
    assert exit_code(arguments[:at] + arguments[at + 2 :]) == 2


def test_a_missing_library(arguments: list[str], monkeypatch: pytest.MonkeyPatch,
                           capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    assert exit_code([*arguments, "--only", "seq2seq"]) == 3
    said = capsys.readouterr().err
    assert "Training needs torch, which is not installed" in said and "dau[train]" in said


@pytest.mark.parametrize("content", [None, "page = 3", "channel_pages = 'many'", "= broken", "[training]\nrate = 'x'"])
def test_settings_that_cannot_be_used(arguments: list[str], tmp_path: Path, content: str | None,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "amounts.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert exit_code([*arguments, "--settings", str(path)]) == 4
    assert "amounts.toml cannot be used" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


def test_a_step_that_fails(arguments: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work/pages_channel.jsonl").touch()
    assert exit_code([*arguments, "--only", "ngram"]) == 4
    said = capfd.readouterr().err
    assert "pages_channel.jsonl" in said and "there already" in said
    assert "“count words” failed: FileNotFoundError" in said and "dev_legacy.jsonl" in said
