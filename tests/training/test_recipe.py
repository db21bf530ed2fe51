"""The recipe: what is there is not done again, what fails says why, what is missing is named."""

from __future__ import annotations

import gzip
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dau.document.errors import DependencyError, InputError
from dau.document.transcript import lines_of_text
from dau.restore import RestoreSettings, noisy_channel
from dau.training.recipe import Recipe, RecipeSettings

TEXT = "Bộ Thông tin và Truyền thông ban hành Kế hoạch số {n}. Ủy ban nhân dân tỉnh tổ chức thực hiện.\n"
EVERY = ["pages_channel.jsonl", "pages_train.jsonl", "pages_val.jsonl", "ngram_a/crossfit.json",
         "shards/train/done", "shards/validation/done", "vectors.npy", "network/done", "network/training.jsonl"]
MODELS = ["ngram/training.json", "ngram/legacy.json.gz", "ngram/scan.json.gz", "ngram/trueocr.json.gz",
          "seq2seq/network.onnx", "seq2seq/calibration.json"]
PAIRS = [("Thông tin và Truyền thông ban hành", "T hong tin va T ruyen thong ban hanh"),
         ("Ủy ban nhân dân tỉnh tổ chức thực hiện", "Uy ban nhan dan tinh t6 chirc thuc hién")]


def recipe(folder: Path, *there: str, **amounts: int) -> Recipe:
    """A small corpus and tests; results named in `there` exist already."""
    corpus, tests = folder / "corpus", folder / "tests"
    for each in (corpus, tests):
        each.mkdir()
    for n in range(40):
        (corpus / f"{n}.txt").write_text(TEXT.format(n=n) * 3, encoding="utf-8")
    (tests / "dev_legacy.jsonl").write_text(json.dumps({"reference": "không"}) + "\n", encoding="utf-8")
    (tests / "dev_stripped.txt").write_text("", encoding="utf-8")
    for name in there:
        path = folder / ("models" if name in MODELS else "work") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return Recipe(corpus, tests, folder / "work", folder / "models", RecipeSettings(**amounts))  # type: ignore[arg-type]


def pages(path: Path) -> None:
    """Pages as if rendered and read by each engine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        for language in ("eng", "vie", "trueocr"):
            for clean, read in PAIRS * 3:
                out.write(json.dumps({"language": language, "clean": [clean], "read": [read],
                                      "confidence": [[0.9] * len(read.split())]}) + "\n")


def test_what_is_there_is_not_done_again(tmp_path: Path) -> None:
    said: list[str] = []
    made = recipe(tmp_path, *EVERY, *MODELS)
    made.run(["ngram"], said.append)
    assert len(said) == 6
    assert all("there already" in text for text in said)


def test_the_ngram_model_from_text_and_pages(tmp_path: Path) -> None:
    """Every step but the rendering is done, in processes of their own, and what comes out restores."""
    made = recipe(tmp_path, least=1, trigrams=1000, bigrams=1000)
    pages(tmp_path / "work/pages_channel.jsonl")
    (tmp_path / "work/pages_train.jsonl").write_bytes((tmp_path / "work/pages_channel.jsonl").read_bytes())
    said: list[str] = []
    made.run(["ngram"], said.append)
    assert [text for text in said if "there already" not in text] == [
        "count words", "learn how eng misreads", "learn how vie misreads", "learn how trueocr misreads"
    ]
    restorer = noisy_channel.load(tmp_path / "models/ngram", RestoreSettings(channel="legacy"))
    [line] = restorer.restore(lines_of_text("ban hanh 7/QD, t6 chirc thuc hién"))
    assert line.restored == "ban hành 7/QD, tổ chức thực hiện"
    again: list[str] = []
    made.run(["ngram"], again.append)
    assert all("there already" in text for text in again)


def test_a_step_that_fails_says_why(tmp_path: Path) -> None:
    made = recipe(tmp_path)
    pages(tmp_path / "work/pages_channel.jsonl")
    (tmp_path / "tests/dev_stripped.txt").unlink()
    with pytest.raises(InputError) as failed:
        made.run(["ngram"], lambda _: None)
    assert "“count words” failed: FileNotFoundError" in str(failed.value)
    assert "dev_stripped.txt" in str(failed.value)
    assert not (tmp_path / "models/ngram/vocabulary.txt").exists()


@pytest.mark.parametrize("missing", ["torch", "transformers", "onnx"])
def test_missing_libraries_are_named_before_anything_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                             missing: str) -> None:
    for name in ("torch", "transformers", "onnx"):
        if name == missing:
            monkeypatch.setitem(sys.modules, name, None)
        else:
            monkeypatch.setitem(sys.modules, name, sys)
    said: list[str] = []
    with pytest.raises(DependencyError) as failed:
        recipe(tmp_path).run(["seq2seq"], said.append)
    assert f"Training needs {missing}, which is not installed" in str(failed.value)
    assert "dau[train]" in str(failed.value)
    assert said == []


def test_the_seq2seq_part_leaves_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("torch", "transformers", "onnx"):
        monkeypatch.setitem(sys.modules, name, sys)
    said: list[str] = []
    made = recipe(tmp_path, *EVERY, *MODELS)
    (tmp_path / "work/network/training.jsonl").write_text('{"step": 1}\n', encoding="utf-8")
    made.run(["seq2seq"], said.append)
    assert [text for text in said if "there already" not in text] == ["keep its log"]
    assert (tmp_path / "models/seq2seq/training.jsonl").read_text(encoding="utf-8") == '{"step": 1}\n'


def test_unknown_amounts_are_refused() -> None:
    with pytest.raises(ValueError, match="page"):
        RecipeSettings.model_validate({"page": 3})


def test_what_people_corrected_is_learned_from_too(tmp_path: Path) -> None:
    """Beside the rendered pages: in the channel of its language, and as a shard of examples."""
    made = recipe(tmp_path)
    for name in ("pages_channel.jsonl", "pages_train.jsonl", "pages_val.jsonl"):
        pages(tmp_path / "work" / name)
    said = tmp_path / "pairs.jsonl"
    word = {"at": 0, "raw": "quyétt", "target": "quyết", "action": "corrected"}
    record = {"language": "eng", "read": ["quyétt dinh"], "clean": ["quyết định"], "confidence": [[None, None]],
              "truth": [[["quyết"], None]], "words": [word]}
    said.write_text(json.dumps(record) + "\n", encoding="utf-8")
    replace(made, pairs=said).run(["ngram"], lambda _: None)
    legacy, scan = (
        json.loads(gzip.decompress((made.models / f"ngram/{name}.json.gz").read_bytes())) for name in ("legacy", "scan")
    )
    assert legacy["pairs"] == scan["pairs"] + 1
