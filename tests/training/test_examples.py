"""Damaged passages: every word as read knows what it should have been, and what is protected stays."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dau.document.orthography import bare
from dau.training.corpus import Document
from dau.training.examples import (
    ENGINE,
    SHARES,
    Example,
    Regime,
    Sureness,
    Truth,
    _misread,
    damaged,
    pages,
    passages,
    sureness,
)
from dau.training.noise import Noise

REGIMES: tuple[Regime, ...] = get_args(Regime)
SURE = {"tesseract": Sureness([0.9, 0.95], [0.2]), "trueocr": Sureness([0.99], [0.5])}
BREAKING = Noise({"words": {}, "onsets": {}, "rimes": {}, "edits": {}, "space_lost": log(0.3),
                  "space_inserted": log(0.1)})
"""Nothing is misread but spaces."""

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def meant(truth: Sequence[Truth]) -> list[str]:
    return [word for one in truth for word in one or ()]


def aligned(lines: list[list[str]], example: Example) -> None:
    """The truth, word for word, is the clean text, and each word has one; a line may be in capitals."""
    assert [line.id for line in example.lines] == [f"p0001-l{n:04d}" for n in range(1, len(lines) + 1)]
    for clean, line, truth in zip(lines, example.lines, example.truth, strict=True):
        assert len(line.words) == len(truth)
        assert meant(truth) in (clean, [w.upper() for w in clean])
        for before, one in zip([None, *truth], truth, strict=False):
            assert one is not None and len(one) <= 2
            assert one != () or (before is not None and len(before) == 1)
        for word in line.words:
            assert word.raw and not any(c.isspace() for c in word.raw)
            assert (word.confidence is None) == (not word.readings)


def test_the_clean_text_of_an_example() -> None:
    """Words that lost the space between them are two, one that was broken is one, and what is not known is left out."""
    assert Example([], [[("Bộ", "Công"), ("Thương",), ()], [None, ("về",)], []]).clean == "Bộ Công Thương\nvề\n"


def test_every_regime_has_a_share() -> None:
    assert set(SHARES) == set(REGIMES)
    assert sum(SHARES.values()) == pytest.approx(1)


@quick
@given(st.data(), st.sampled_from(REGIMES), st.integers(0, 1 << 30))
def test_truth_is_aligned_with_what_is_read(noises: dict[str, Noise], clean_passages: list[list[list[str]]],
                                            data: st.DataObject, regime: Regime, seed: int) -> None:
    lines = data.draw(st.sampled_from(clean_passages))
    example = damaged(lines, regime, noises, SURE, random.Random(seed))
    aligned(lines, example)
    assert damaged(lines, regime, noises, SURE, random.Random(seed)) == example
    words = [w for line in example.lines for w in line.words]
    engines = {engine for w in words for engine in w.readings}
    assert engines in ({ENGINE[regime]}, set()) if regime in ENGINE else engines == set()
    if regime in ("clean", "stripped"):
        for line, truth in zip(example.lines, example.truth, strict=True):
            read = [w.raw for w in line.words]
            assert read == meant(truth) or (regime == "stripped" and read == [bare(w) for w in meant(truth)])


@pytest.mark.parametrize("regime", ["legacy", "scan"])
def test_spaces_are_lost_and_inserted(regime: Regime, clean_passages: list[list[list[str]]]) -> None:
    truths: list[Truth] = []
    for seed, lines in enumerate(clean_passages[:20]):
        example = damaged(lines, regime, {regime: BREAKING}, SURE, random.Random(seed))
        aligned(lines, example)
        truths += [one for truth in example.truth for one in truth]
        for line, truth in zip(example.lines, example.truth, strict=True):
            assert "".join(w.raw for w in line.words) == "".join(meant(truth))
    sizes = [len(one or ()) for one in truths]
    assert sizes.count(2) > 20 and sizes.count(0) > 20


def test_how_sure_the_engine_is_depends_on_whether_it_is_right(noises: dict[str, Noise],
                                                               clean_passages: list[list[list[str]]]) -> None:
    seen: dict[bool, set[float | None]] = {True: set(), False: set()}
    for seed, lines in enumerate(clean_passages[:12]):
        example = damaged(lines, "scan", noises, SURE, random.Random(seed))
        for line, truth in zip(example.lines, example.truth, strict=True):
            for word, one in zip(line.words, truth, strict=True):
                seen[one == (word.raw,)].add(word.confidence)
    assert seen == {True: {None, 0.9, 0.95}, False: {None, 0.2}}
    assert Sureness().draw(True, random.Random(0)) is None


@pytest.mark.parametrize("word", [
    "1497/QĐ-TTg", "30/2021/QH15", "16/9/2021;", "(17)", "19001095", "5G", "50%", "a@mic.gov.vn", "–", "OP-BTTTT", "…",
])
def test_what_is_protected_is_never_misread(noises: dict[str, Noise], word: str) -> None:
    rng = random.Random(5)
    assert {_misread(word, n, hot, 3, rng) for n in noises.values() for hot in (False, True) for _ in range(40)} == {
        word
    }


@pytest.mark.parametrize(("word", "before", "after"), [
    ("“phòng,", "“", ","), ("Covid-19”", "", "19”"), ("(chống", "(", ""), ("“phòng,chống", "“", ""),
])
def test_marks_and_numbers_around_a_misread_piece_stay(noises: dict[str, Noise], word: str, before: str,
                                                       after: str) -> None:
    rng = random.Random(5)
    read = {_misread(word, noises["legacy"], True, 3, rng) for _ in range(60)}
    assert len(read) >= 3
    assert all(r.startswith(before) and r.endswith(after) for r in read)


def test_passages_hold_the_text_in_order(clean: list[Document]) -> None:
    for document in clean:
        found = list(passages(document, random.Random(1), words=100))
        words = [w for lines in found for line in lines for w in line]
        whole = document.text.split()
        assert words == whole[: len(words)] and len(whole) - len(words) <= 20
        assert all(sum(map(len, lines)) >= 100 for lines in found[:-1])
        assert all(1 <= len(line) <= 18 for lines in found for line in lines)
    assert list(passages(Document("x", "", "", "ngắn quá"), random.Random(1))) == []


PAGE = {
    "language": "vie", "severity": 1,
    "clean": ["Ngành Thông tin đoàn kết, chung sức", "theo Quyết định số 1497/QĐ-TTg và các văn bản"],
    "read": ["Ngành T hông tin đoànkết, chung súc", "theo Quyết định số 1497/QD-TTg zz qq wwwwww bản"],
    "confidence": [[0.9, 0.3, 0.4, 0.95, 0.5, 0.9, 0.1], [0.9] * 9],
}
EXPECTED: list[list[Truth]] = [
    [("Ngành",), ("Thông",), (), ("tin",), ("đoàn", "kết,"), ("chung",), ("sức",)],
    [("theo",), ("Quyết",), ("định",), ("số",), ("1497/QĐ-TTg",), ("và",), None, None, ("bản",)],
]


def written(path: Path, *records: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def test_pages_as_engines_read_them(tmp_path: Path) -> None:
    [(language, example)] = pages(written(tmp_path / "pages.jsonl", PAGE))
    assert language == "vie"
    assert [line.raw for line in example.lines] == PAGE["read"]
    assert example.truth == EXPECTED
    assert [[w.confidence for w in line.words] for line in example.lines] == PAGE["confidence"]
    assert {tuple(w.readings) for line in example.lines for w in line.words} == {("tesseract",)}


@pytest.mark.parametrize(("language", "engine"), [("vie", "tesseract"), ("trueocr", "trueocr"), ("eng", None)])
def test_engines_of_pages(tmp_path: Path, language: str, engine: str | None) -> None:
    [(found, example)] = pages(written(tmp_path / "pages.jsonl", {**PAGE, "language": language}))
    word = example.lines[0].words[0]
    assert (found, word.readings) == (language, {engine: "Ngành"} if engine else {})
    assert word.confidence == (0.9 if engine else None)


@pytest.mark.parametrize(("clean", "read"), [
    ([], []), (["một hai"], []), ([], ["mot hai"]), (["một hai", "ba"], ["", "mot hai ba"]), (["một"], ["a b c d"]),
])
def test_pages_of_which_little_was_read(tmp_path: Path, clean: list[str], read: list[str]) -> None:
    sure = [[0.5] * len(row.split()) for row in read]
    [(_, example)] = pages(written(tmp_path / "p", {"language": "vie", "clean": clean, "read": read,
                                                    "confidence": sure}))
    assert [len(line.words) for line in example.lines] == [len(t) for t in example.truth]


def test_how_sure_engines_were(tmp_path: Path) -> None:
    found = sureness(written(tmp_path / "p", PAGE, {**PAGE, "language": "trueocr"}, {**PAGE, "language": "eng"}))
    assert set(found) == {"tesseract", "trueocr"}
    for one in found.values():
        assert sorted(one.wrong) == [0.1, 0.3, 0.4, 0.5, 0.9, 0.9]
        assert sorted(set(one.right)) == [0.9, 0.95]
