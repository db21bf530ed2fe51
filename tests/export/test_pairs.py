"""Training pairs: what people vouch for and nothing else, as `dau train` reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dau.archive.review_events import EventTarget, ReviewEvent, new_event
from dau.archive.reviews import append_review
from dau.cli.app import exit_code
from dau.corrected import documents, word_target
from dau.document.directive import Directive
from dau.document.transcript import Line, Transcript, TranscriptPage, Word, line_id
from dau.export import FORMATS, NothingToExport, Options, export
from dau.resources import models_dir
from dau.restore import RestoreSettings, noisy_channel
from dau.training import examples, pairs, shards
from tests.corrected.samples import BY, boxed, field, machine, target_of, word
from tests.corrected.test_held import SHA256, put

OPTIONS = Options(Path())


def read_word(raw: str, restored: str, **readings: str) -> Word:
    return Word(raw=raw, restored=restored, confidence=0.5, readings=readings)


def scanned() -> Transcript:
    """Three lines as two engines read them; the second also by the restorer."""
    rows = [
        [read_word("Bo", "Bộ", tesseract="Bộ", trueocr="Bo"), read_word("Y", "Y", tesseract="Y", trueocr="Y")],
        [
            read_word("Thyc", "Thục", tesseract="Thyc", trueocr="Thưc"),
            read_word("T hong", "Thông", tesseract="T hong", trueocr="Thong"),
            read_word("doankét", "đoàn kết", tesseract="doankét", trueocr="doan két"),
            read_word("17/QD", "17/QĐ", tesseract="17/QD"),
        ],
        [read_word("xa", "xã", tesseract="xa", trueocr="xã")],
    ]
    lines = []
    for n, row in enumerate(rows, 1):
        boxes = [(60.0 * k, 20.0 * n, 60.0 * k + 50, 20.0 * n + 12) for k in range(len(row))]
        words = [w.model_copy(update={"bbox": box}) for w, box in zip(row, boxes, strict=True)]
        lines.append(Line(id=line_id(1, n), words=tuple(words)))
    return Transcript(pages=(TranscriptPage(number=1, text_source="ocr", lines=tuple(lines)),))


def said(transcript: Transcript) -> list[ReviewEvent]:
    page = transcript.pages[0]
    line = page.lines[1]
    return [
        new_event(BY, "correct_word", word_target(page, line, 0), before="Thục", after="Thực"),
        new_event(BY, "accept", word_target(page, line, 1), before="Thông"),
        new_event(BY, "accept", word_target(page, line, 2), before="đoàn kết"),
    ]


def exported(root: Path, out: Path) -> list[dict[str, Any]]:
    export(documents(root), "pairs", out, OPTIONS)
    return [json.loads(row) for row in out.read_bytes().splitlines()]


def reviewed_archive(root: Path, transcript: Transcript, events: list[ReviewEvent]) -> None:
    put(root, (Directive(), transcript))
    for event in events:
        append_review(root, SHA256, event)


def test_a_line_for_each_engine_with_what_people_vouch_for(tmp_path: Path) -> None:
    events = said(scanned())
    reviewed_archive(tmp_path / "A", scanned(), events)
    one, two = exported(tmp_path / "A", tmp_path / "pairs.jsonl")
    assert (one["language"], two["language"]) == ("vie", "trueocr")
    assert one["read"] == ["Bộ Y", "Thyc T hong doankét 17/QD", "xa"]
    assert one["clean"] == ["Bộ Y", "Thực Thông đoàn kết 17/QĐ", "xã"]
    assert one["truth"] == [[None, None], [["Thực"], ["Thông"], [], ["đoàn", "kết"], None], [None]]
    assert one["confidence"][1] == [0.5] * 5
    assert [(w["at"], w["raw"], w["target"], w["machine"], w["action"]) for w in one["words"]] == [
        (0, "Thyc", "Thực", "Thục", "corrected"), (1, "T hong", "Thông", "Thông", "accepted"),
        (3, "doankét", "đoàn kết", "đoàn kết", "accepted"),
    ]  # fmt: skip
    assert [w["event"] for w in one["words"]] == [event.id for event in events]
    assert (one["source"], one["page"], one["line"]) == (SHA256, 1, "p0001-l0002")
    assert two["read"][1] == "Thưc Thong doan két", "as this engine read it; what it did not see is not there"
    assert two["truth"][1] == [["Thực"], ["Thông"], ["đoàn"], ["kết"]]


def test_text_that_came_as_text(tmp_path: Path) -> None:
    put(tmp_path / "A", machine())
    append_review(tmp_path / "A", SHA256, word(machine()[1], "kinh phí", "kinh phí riêng"))
    (row,) = exported(tmp_path / "A", tmp_path / "pairs.jsonl")
    assert row["language"] == "eng" and row["confidence"][1][:1] == [None]
    assert [(w["raw"], w["target"]) for w in row["words"]] == [("kinh phí", "kinh phí riêng")]
    assert {str(t) for t in row["truth"][1]} == {"None"}, "three words for two: no lesson word by word"


def test_what_nobody_looked_at_is_not_written(tmp_path: Path) -> None:
    root = tmp_path / "A"
    put(root, boxed())
    append_review(root, SHA256, field("number", "1423/QĐ-BTTTT"))
    lost = target_of(boxed()[1], "4423/QĐ-BTTTT").model_copy(update={"page": 7})
    append_review(root, SHA256, new_event(BY, "correct_word", lost, after="x"))
    with pytest.raises(NothingToExport):
        export(documents(root), "pairs", tmp_path / "pairs.jsonl", OPTIONS)
    assert not (tmp_path / "pairs.jsonl").exists()


def test_an_undone_correction_is_no_lesson(tmp_path: Path) -> None:
    events = said(scanned())
    undo = new_event(BY, "undo", EventTarget(event=events[0].id))
    reviewed_archive(tmp_path / "A", scanned(), [*events, undo])
    one, _ = exported(tmp_path / "A", tmp_path / "pairs.jsonl")
    assert [w["target"] for w in one["words"]] == ["Thông", "đoàn kết"]


@settings(max_examples=30, deadline=None)
@given(after=st.text(min_size=1, max_size=20), count=st.integers(1, 3))
def test_any_text_is_one_line(tmp_path_factory: pytest.TempPathFactory, after: str, count: int) -> None:
    folder = tmp_path_factory.mktemp("pairs")
    page = scanned().pages[0]
    try:
        event = new_event(BY, "correct_word", word_target(page, page.lines[1], 0, count), after=after)
    except ValidationError:
        return
    reviewed_archive(folder / "A", scanned(), [event])
    for row in exported(folder / "A", folder / "pairs.jsonl"):
        for read, truth, sure in zip(row["read"], row["truth"], row["confidence"], strict=True):
            assert len(read.split()) == len(truth) == len(sure)
        assert {w["target"] for w in row["words"]} == {event.after}


# ----------------------------------------------------------------- for training


def test_what_the_channel_learns_from(tmp_path: Path) -> None:
    reviewed_archive(tmp_path / "A", scanned(), said(scanned()))
    path = tmp_path / "pairs.jsonl"
    exported(tmp_path / "A", path)
    found = pairs.collect(pairs.pages(path, "vie"))
    assert dict(found.words) == {("Thực", "Thyc"): 1}
    assert dict(found.inserted) == {("T", "hong"): 1} and dict(found.lost) == {("đoàn", "kết"): 1}
    assert dict(pairs.collect(pairs.pages(path, "trueocr")).words)[("Thực", "Thưc")] == 1


def test_what_the_network_learns_from(tmp_path: Path) -> None:
    """Labels stand only on words that people vouch for."""
    reviewed_archive(tmp_path / "A", scanned(), said(scanned()))
    path = tmp_path / "pairs.jsonl"
    exported(tmp_path / "A", path)
    read = list(examples.pages(path))
    assert [name for name, _ in read] == ["vie", "trueocr"]
    example = read[0][1]
    assert [w.raw for w in example.lines[1].words] == ["Thyc", "T", "hong", "doankét", "17/QD"]
    assert example.truth[1] == [("Thực",), ("Thông",), (), ("đoàn", "kết"), None]
    restorer = noisy_channel.load(models_dir() / "ngram", RestoreSettings())
    shard = shards.shard_of(((f"page {name}", each) for name, each in read), restorer)
    assert len(shard.lengths) == 2
    vouched = int(np.sum(shard.label != shards.IGNORED))
    assert 0 < vouched <= sum(t is not None for _, e in read for row in e.truth for t in row)
    bare = examples.Example(example.lines, [[None] * len(row) for row in example.truth])
    assert np.all(shards.labelled(bare, restorer)[1] == shards.IGNORED)


def test_by_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert FORMATS["pairs"].shape == "file"
    reviewed_archive(tmp_path / "A", scanned(), said(scanned()))
    out = tmp_path / "pairs.jsonl"
    assert exit_code(["export", str(tmp_path / "A"), "--to", "pairs", "--out", str(out)]) == 0
    assert len(out.read_bytes().splitlines()) == 2
    assert exit_code(["train", "x", "--held-out", "y", "--out", "z", "--pairs", str(tmp_path / "none.jsonl")]) == 4
    assert "are not there" in capfd.readouterr().err
