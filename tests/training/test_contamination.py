"""Training text that holds test text is found: by number, by passages, by half a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dau.training import contamination
from dau.training.contamination import Overlap, Report, report

PASSAGE = " ".join(f"đoạn{n}" for n in range(40))
LINE = " ".join(f"dòng{n}" for n in range(20))
PAGE = " ".join(f"trang{n}" for n in range(60))
CLEAN = {"a": "không có gì của bài thử ở đây cả, một hai ba bốn năm sáu bảy tám chín", "b": ""}

Made = Callable[[dict[str, str]], tuple[Path, Path]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A corpus of documents by id beside a folder of tests."""

    def make(texts: dict[str, str]) -> tuple[Path, Path]:
        corpus, held, pages = tmp_path / "corpus.jsonl", tmp_path / "restore", tmp_path / "scans/gold"
        held.mkdir()
        pages.mkdir(parents=True)
        rows = [{"id": name, "text": text} for name, text in texts.items()]
        corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        (held / "dev_legacy.jsonl").write_text(json.dumps({"reference": PASSAGE}) + "\n", encoding="utf-8")
        (held / "dev_stripped.txt").write_text(f"ngắn\n{LINE}\n", encoding="utf-8")
        (pages / "001.txt").write_text(PAGE, encoding="utf-8")
        return corpus, held

    return make


def first(text: str, words: int) -> str:
    return "trước " + " ".join(text.split()[:words]) + " sau"


@pytest.mark.parametrize(("text", "left_out"), [
    ("theo Quyết định số 1423/QĐ-BTTTT của Bộ", 1),
    ("theo Quyết định số 1424/QĐ-BTTTT của Bộ", 0),
    (first(PASSAGE, 19), 1),  # twelve 8-grams
    (first(PASSAGE, 18), 0),
    (first(PASSAGE, 40).upper().replace("Đ", "D").replace("Ạ", "A"), 1),  # a garbled copy counts as well
    (first(LINE, 14), 1),  # seven of thirteen
    (first(LINE, 13), 0),
    (first(PAGE, 34), 1),
    (first(PAGE, 33), 0),
    ("ngắn", 0),
])
def test_what_holds_test_text_is_left_out_and_the_rest_is_clean(made: Made, text: str, left_out: int) -> None:
    found = report(*made({**CLEAN, "x": text}))
    assert (found.left_out, found.kept) == (left_out, 3 - left_out)
    assert found.clean


def test_the_closest_document_is_named(made: Made) -> None:
    found = report(*made({**CLEAN, "far": first(LINE, 10), "near": first(LINE, 12), "page": first(PAGE, 20),
                          "passage": first(PASSAGE, 15)}))
    assert found.passages == Overlap("dev_legacy.jsonl", "passage", 8, 33)
    assert {(o.test, o.document, o.shared, o.total) for o in found.others} == {
        ("dev_stripped.txt:2", "near", 5, 13), ("001.txt", "page", 13, 53),
    }
    lines = list(found.lines())
    assert lines[0].startswith("6 documents are trained on, 0 are left out")
    assert any("38.5% of dev_stripped.txt:2: near" in row for row in lines)
    assert lines[-1] == "clean"


NEAR = Overlap("t", "d", 0, 33)


@pytest.mark.parametrize(("numbers", "passages", "others", "clean"), [
    ([], NEAR, [], True),
    ([("1423/QĐ-BTTTT", "d")], NEAR, [], False),
    ([], Overlap("t", "d", 11, 33), [], True),
    ([], Overlap("t", "d", 12, 33), [], False),
    ([], NEAR, [Overlap("t", "d", 6, 13)], True),
    ([], NEAR, [Overlap("t", "d", 7, 14)], False),
    ([], NEAR, [Overlap("t", "d", 5, 5)], True),  # too short to be more than a formula
    ([], NEAR, [Overlap("t", "d", 0, 0)], True),
])
def test_the_verdict(numbers: list[tuple[str, str]], passages: Overlap, others: list[Overlap], clean: bool) -> None:
    found = Report(1, 0, numbers, passages, others)
    assert found.clean is clean
    assert list(found.lines())[-1] == ("clean" if clean else "CONTAMINATED")


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command(made: Made, as_json: bool, monkeypatch: pytest.MonkeyPatch,
                     capsys: pytest.CaptureFixture[str]) -> None:
    corpus, held = made({**CLEAN, "x": PASSAGE})
    arguments = ["--corpus", str(corpus), "--held-out", str(held)] + ["--json"] * as_json
    monkeypatch.setattr("sys.argv", ["contamination", *arguments])
    with pytest.raises(SystemExit) as ended:
        contamination.main()
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert json.loads(said) == {"clean": True, "kept": 2, "left_out": 1} if as_json else said.endswith("clean\n")
