"""`dau train` and `dau evaluate`: usage, settings and failures as exit codes and words, and a table of figures."""

from __future__ import annotations

import json
import lzma
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


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Development data of a few words, without pages."""
    (tmp_path / "restore").mkdir()
    (tmp_path / "corpus").mkdir()
    passage = {"raw": "vé việc", "reference": "về việc"}
    (tmp_path / "restore/dev_legacy.jsonl").write_text(json.dumps(passage) + "\n", encoding="utf-8")
    (tmp_path / "restore/dev_stripped.txt").write_text("chỉ thị\n", encoding="utf-8")
    with lzma.open(tmp_path / "corpus/dev.jsonl.xz", "wt", encoding="utf-8") as corpus:
        corpus.write(json.dumps({"text": "Điều 1."}) + "\n")
    return tmp_path


def test_an_unknown_restorer(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["evaluate", str(data), "--row", "bert"]) == 2
    assert "bert is none of: identity" in capsys.readouterr().err


def test_figures_of_what_restores_nothing(data: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert exit_code(["evaluate", str(data), "--row", "identity", "--json"]) == 0
    found = json.loads(capsysbinary.readouterr().out)
    assert found["right"] == {"legacy": 0.5, "stripped": 0.0, "clean": 1.0}
    assert set(found["harm"].values()) == {0.0} and found["violations"] == 0

    assert exit_code(["evaluate", str(data), "--row", "identity"]) == 0
    head, _, row = capsysbinary.readouterr().out.decode().splitlines()
    assert head.startswith("| restorer | legacy: syllables right |")
    assert row.startswith("| identity | 0.5000 | 0.0000 | 0.0000 | 0.00000 | – |")
