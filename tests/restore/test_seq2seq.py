"""The shipped model's folder: which model it is, what it builds on, and what is said where it is broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dau.document.errors import DependencyError
from dau.resources import models_dir
from dau.restore import RestoreSettings, seq2seq


def folder(tmp_path: Path, **files: str) -> Path:
    """A model's folder beside the shipped n-gram model."""
    (tmp_path / "ngram").symlink_to(models_dir() / "ngram")
    made = tmp_path / "seq2seq"
    made.mkdir()
    for name, content in {"model": json.dumps({"format": 1, "channel": "ngram"}), **files}.items():
        (made / f"{name}.json").write_text(content, encoding="utf-8")
    return made


def test_which_model_it_is(tmp_path: Path) -> None:
    made = folder(tmp_path)
    assert seq2seq.is_seq2seq(made) and not seq2seq.is_seq2seq(models_dir() / "ngram")
    assert seq2seq.channel_folder(made) == tmp_path / "ngram"
    assert seq2seq.channel_folder(tmp_path / "ngram") == tmp_path / "ngram"


@pytest.mark.parametrize("facts", ["", "[]", "{}", "3", '{"format": 1}'])
def test_broken_facts(tmp_path: Path, facts: str) -> None:
    with pytest.raises(DependencyError, match="cannot be read"):
        seq2seq.load(folder(tmp_path, model=facts), RestoreSettings())


def test_a_missing_calibration(tmp_path: Path) -> None:
    with pytest.raises(DependencyError, match="calibration"):
        seq2seq.load(folder(tmp_path), RestoreSettings())


@pytest.mark.parametrize("network", [None, b"", b"\x08\x07broken"])
def test_a_missing_or_broken_network(tmp_path: Path, network: bytes | None) -> None:
    made = folder(tmp_path, calibration='{"groups": {}}')
    if network is not None:
        (made / seq2seq.NETWORK).write_bytes(network)
    with pytest.raises(DependencyError, match=r"network\.onnx cannot be loaded"):
        seq2seq.load(made, RestoreSettings())


def test_a_missing_channel(tmp_path: Path) -> None:
    made = folder(tmp_path, calibration='{"groups": {}}', model='{"channel": "none"}')
    with pytest.raises(DependencyError):
        seq2seq.load(made, RestoreSettings())
